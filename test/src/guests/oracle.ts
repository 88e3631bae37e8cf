/**
 * @module What an example must answer, computed without Weft.
 */

export interface Oracle {
  /** Public values that follow from the input items; undefined where the guest must refuse them. */
  readonly answer: (stdin: readonly Uint8Array[]) => Uint8Array | undefined;
  /** Inputs of people who have no witness, each made of a good input: what is wrong with them, and the items. */
  readonly cheats: (stdin: readonly Uint8Array[]) => Readonly<Record<string, readonly Uint8Array[]>>;
}

export const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

/** The items, one of them replaced. */
export const replaced = (items: readonly Uint8Array[], at: number, by: Uint8Array): Uint8Array[] =>
  items.map((item, i) => (i === at ? by : item));
