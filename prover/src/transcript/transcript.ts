/**
 * @module The Fiat-Shamir transcript: a duplex sponge over the node permutation, rate 8, capacity 8. Prover and verifier
 * (native and in a circuit) run this one class.
 *
 * Inputs overwrite the rate; the number of elements of each block is added to the first capacity element, so blocks of
 * different lengths never lead to the same state. A challenge is drawn from a freshly permuted rate, and every
 * observation discards what is left of it.
 */
import { TWO_ADICITY } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';

const RATE = 8;
const WIDTH = 16;

/** What the sponge needs of a backend. */
export interface SpongeOperations<F, E> {
  felt(x: number): F;
  addFelt(a: F, b: F): F;
  ext(coefficients: readonly F[]): E;
  lowBits(x: F, count: number): F[];
  permuteNode(state: readonly F[]): F[];
}

/** A record of one transcript call, for tests that compare two sides. */
export interface TranscriptEntry {
  readonly kind: 'observe' | 'challenge';
  readonly label: string;
  readonly count: number;
}

export class Transcript<F, E> {
  readonly #ops: SpongeOperations<F, E>;
  #state: F[];
  #pending: F[] = [];
  #available: F[] = [];
  /** Set by tests: receives every call in order. */
  log: TranscriptEntry[] | undefined;

  constructor(ops: SpongeOperations<F, E>) {
    this.#ops = ops;
    this.#state = Array.from({ length: WIDTH }, () => ops.felt(0));
  }

  observe(label: string, values: readonly F[]): void {
    this.log?.push({ kind: 'observe', label, count: values.length });
    if (values.length > 0) this.#available = [];
    for (const value of values) {
      this.#pending.push(value);
      if (this.#pending.length === RATE) this.#duplex();
    }
  }

  /** One extension challenge: five base elements, a fresh one for each coefficient. */
  challenge(label: string): E {
    this.log?.push({ kind: 'challenge', label, count: DEGREE });
    return this.#ops.ext(Array.from({ length: DEGREE }, () => this.#draw()));
  }

  challenges(label: string, count: number): E[] {
    return Array.from({ length: count }, () => this.challenge(label));
  }

  /**
   * `count` positions of `bits` <= 24 bits each, lowest bit first. p - 1 is a multiple of 2^24, so the low bits of one
   * element are uniform up to 2^-31.
   * @throws {RangeError} for more than 24 bits, which would be biased.
   */
  challengePositions(label: string, count: number, bits: number): F[][] {
    if (bits > TWO_ADICITY) throw new RangeError(`${bits} bits of one element are not uniform`);
    this.log?.push({ kind: 'challenge', label, count });
    return Array.from({ length: count }, () => this.#ops.lowBits(this.#draw(), bits));
  }

  /**
   * The state that would be permuted for the next draw if one more element, to be put at `slot`, were observed first.
   * The proof-of-work search tries elements on it.
   */
  stateBeforeDraw(): { state: F[]; slot: number } {
    const slot = this.#pending.length;
    const state = this.#state.slice();
    for (const [i, value] of this.#pending.entries()) state[i] = value;
    state[RATE] = this.#ops.addFelt(state[RATE]!, this.#ops.felt(slot + 1));
    return { state, slot };
  }

  #draw(): F {
    if (this.#pending.length > 0 || this.#available.length === 0) this.#duplex();
    return this.#available.shift()!;
  }

  #duplex(): void {
    const block = this.#pending;
    for (const [i, value] of block.entries()) this.#state[i] = value;
    this.#state[RATE] = this.#ops.addFelt(this.#state[RATE]!, this.#ops.felt(block.length));
    this.#state = this.#ops.permuteNode(this.#state);
    this.#pending = [];
    this.#available = this.#state.slice(0, RATE);
  }
}
