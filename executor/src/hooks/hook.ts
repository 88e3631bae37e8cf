/**
 * @module Hooks: computations that a guest has its host do, by a WRITE to a descriptor of their own. The answer is input like any other, which
 * the guest must check: a proof says nothing of it.
 */

export interface Hook {
  readonly name: string;
  /** The number that WRITE knows it by. */
  readonly descriptor: number;
  /** How many bytes a request has, at least and at most. */
  readonly bytes: readonly [least: number, most: number];
  /**
   * What an answer to a request of so many bytes counts in `maxCycles`, as {@link powerCycles}: a guest may ask for another as soon as it has
   * one, and its own cycles would not bound the time that takes.
   */
  readonly cycles: (length: number) => number;
  /** @returns items in the order in which the guest reads them, or why there are none, to go on the name. */
  readonly answer: (request: Uint8Array) => readonly Uint8Array[] | string;
}

/**
 * Cycles that take about as long as a power, a root or an inverse modulo a number of so many bytes: as many squarings as it has bits. With 32
 * bytes 110,592; with 512, the most, 35 million.
 */
export function powerCycles(bytes: number): number {
  return 8 * bytes * (400 + Math.ceil(bytes ** 2 / 32));
}

/** Items that say whether there was what the guest asked for. */
export const YES: Uint8Array = Uint8Array.of(1);
export const NO: Uint8Array = Uint8Array.of(0);
