/**
 * @module The backend interface: what the verifier may do with values. The verifier is written once over it. The native
 * backend computes; that of `recursion` records the same calls as a straight-line program. So nothing above this
 * interface may branch on a value: control flow follows the shape alone.
 */

import type { VerificationReason } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { FieldOperations } from '../air/chip.ts';

/** Identifies a commitment whose rows the proof opens. */
export interface TreeShape {
  readonly logRows: number;
  /** log2 of the digests of its cap, where paths end. */
  readonly logCap: number;
  /** Base-field elements per row. */
  readonly rowWidth: number;
  /**
   * How many of a row's first elements are zeros that are not on the wire; `packing`: as many as the packing rule says.
   */
  readonly zeros: number | 'packing';
}

/** What heights say of a proof, and the proof itself does not. */
export interface Packing {
  /** Per block, in units of 2^7 cells. */
  readonly offsets: readonly number[];
  /** Elements that every opened row of the stacked commitment starts with and that are zeros. */
  readonly emptyParts: number;
}

/** One row of a commitment with its path up to the cap, lowest sibling first. Unobserved; the path binds it. */
export interface OpenedRow<F> {
  readonly row: readonly F[];
  readonly path: readonly (readonly F[])[];
}

/**
 * Operations on base elements `F` and extension elements `E`. Bits are base elements known to be 0 or 1.
 * Every assertion carries the reason with which the native backend rejects.
 */
export interface Backend<F, E> extends FieldOperations<E> {
  felt(x: Felt): F;
  addFelt(a: F, b: F): F;
  subFelt(a: F, b: F): F;
  mulFelt(a: F, b: F): F;
  /** The extension element with these five coefficients. */
  ext(coefficients: readonly F[]): E;
  mulBase(a: E, b: F): E;
  /** Sum of weights[i] * values[i]; both have the same length. */
  dotBase(weights: readonly E[], values: readonly F[]): E;
  /** @throws {VerificationError} with `reason` when `a` is zero. */
  inverse(a: E, reason: VerificationReason): E;
  /** The lowest `count` <= 24 bits of the canonical representative, lowest first. */
  lowBits(x: F, count: number): F[];
  /** All bits of x. @throws {VerificationError} with `reason` when x >= 2^count. */
  bits(x: F, count: number, reason: VerificationReason): F[];
  /** `size` bits, bit i set when x = i + 1, none when x = 0. @throws {VerificationError} when x > size. */
  oneHot(x: F, size: number, reason: VerificationReason): F[];
  /** `bit ? ifOne : ifZero`. */
  selectFelt(bit: F, ifOne: F, ifZero: F): F;
  /** `bit ? [...b, ...a] : [...a, ...b]`, for lists of one length. */
  selectOrder(bit: F, a: readonly F[], b: readonly F[]): F[];
  /** The digest whose number has these bits, lowest first, of 2^bits.length. */
  selectDigest(bits: readonly F[], digests: readonly (readonly F[])[]): readonly F[];
  permuteNode(state: readonly F[]): F[];
  /** The parents of pairs of digests, left || right; see `hash/modes`. */
  hashNodes(pairs: readonly (readonly F[])[]): F[][];
  /** The leaf digests of rows of one length. */
  hashRows(rows: readonly (readonly F[])[]): (readonly F[])[];
  assertEqual(a: E, b: E, reason: VerificationReason, what: string): void;
  assertEqualFelt(a: F, b: F, reason: VerificationReason, what: string): void;
  /** The next `count` elements of the proof; all zero and not on the wire when `presence` is 0. */
  read(count: number, what: string, presence?: F): F[];
  /** The rows of one commitment at the positions with these bits (lowest first), in this order. */
  readRows(tree: TreeShape, positions: readonly (readonly F[])[]): OpenedRow<F>[];
  /**
   * Block offsets, in units of 2^7 cells, that go with the heights. Not on the wire: the packing rule gives them, and with them the zeros
   * of rows that are read later.
   */
  readOffsets(heights: readonly F[]): F[];
}
