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
  /** @returns items in the order in which the guest reads them, or why there are none, to go on the name. */
  readonly answer: (request: Uint8Array) => readonly Uint8Array[] | string;
}

/** Items that say whether there was what the guest asked for. */
export const YES: Uint8Array = Uint8Array.of(1);
export const NO: Uint8Array = Uint8Array.of(0);
