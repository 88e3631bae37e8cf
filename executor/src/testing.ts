/**
 * @module What tests of other packages share with the executor's own: operands worth trying. Nothing but tests imports this.
 */

/** Operands at which carries, signs and limbs change. */
export const EDGES: readonly number[] = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0x80000001,
  0xfffeffff, 0xffffffff,
];

/** A subset of the edges that still crosses every limb and sign. */
export const FEW_EDGES: readonly number[] = [0, 1, 0x80, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
