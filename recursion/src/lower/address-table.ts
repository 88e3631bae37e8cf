/**
 * @module What is known of addresses, which may be any elements: how often each is provided and read, and where it was last named.
 */

/** Rows of a provider that chooses its count, and of a word without provider. */
export const FREE = -1;
export const NOBODY = -2;

/** A hash table by open addressing: a slot for each address. */
export class AddressTable {
  /** 0 is no address. */
  #addresses = new Uint32Array(1024);
  provided: Float64Array = new Float64Array(1024).fill(NOBODY);
  reads: Uint32Array = new Uint32Array(1024);
  chips: Uint16Array = new Uint16Array(1024);
  rows: Uint32Array = new Uint32Array(1024);
  #size = 0;

  /** The slot of an address, or the free one where it belongs. Neighbours lie beside each other, as they are mostly asked for. */
  #slot(address: number): number {
    const addresses = this.#addresses;
    const mask = addresses.length - 1;
    let slot = address & mask;
    while (addresses[slot] !== address && addresses[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  /** The slot of an address, made when there is none. It holds until another is made. */
  slot(address: number): number {
    const slot = this.#slot(address);
    if (this.#addresses[slot] === address) return slot;
    this.#addresses[slot] = address;
    if (2 * ++this.#size <= this.#addresses.length) return slot;
    this.#grow();
    return this.#slot(address);
  }

  /** Whether the address has a provider that chooses its count. */
  isFree(address: number): boolean {
    return this.provided[this.#slot(address)] === FREE;
  }

  #grow(): void {
    const used = [...this.entries()];
    const { provided, reads, chips, rows } = this;
    const length = 2 * this.#addresses.length;
    this.#addresses = new Uint32Array(length);
    this.provided = new Float64Array(length).fill(NOBODY);
    this.reads = new Uint32Array(length);
    this.chips = new Uint16Array(length);
    this.rows = new Uint32Array(length);
    for (const [i, address] of used) {
      const slot = this.#slot(address);
      this.#addresses[slot] = address;
      this.provided[slot] = provided[i]!;
      this.reads[slot] = reads[i]!;
      this.chips[slot] = chips[i]!;
      this.rows[slot] = rows[i]!;
    }
  }

  /** Slots in use with their addresses. */
  *entries(): IterableIterator<readonly [slot: number, address: number]> {
    for (const [slot, address] of this.#addresses.entries()) if (address !== 0) yield [slot, address];
  }
}
