/**
 * @module Checking opened rows: hash the row as a leaf, climb the whole path, compare with the root.
 */
import type { Backend, OpenedRow } from '../transcript/backend.ts';

const DIGEST = 8;
const LEAF_RATE = 16;
const LEAF_WIDTH = 24;

/** The leaf digest of a row; see `hash/modes` for the sponge. */
export function hashRow<F, E>(b: Backend<F, E>, row: readonly F[]): F[] {
  let state = Array.from({ length: LEAF_WIDTH }, () => b.felt(0));
  state[LEAF_RATE] = b.felt(row.length);
  for (let at = 0; at < row.length; at += LEAF_RATE) {
    const block = row.slice(at, at + LEAF_RATE);
    state = b.permuteLeaf([...block, ...state.slice(block.length)]);
  }
  return state.slice(0, DIGEST);
}

/** Asserts that `opened` is the row of `root` at the position with these bits, lowest first. */
export function assertOpened<F, E>(
  b: Backend<F, E>,
  root: readonly F[],
  position: readonly F[],
  opened: OpenedRow<F>,
  what: string,
): void {
  let digest = hashRow(b, opened.row);
  for (const [level, bit] of position.entries()) {
    const sibling = opened.path[level]!;
    const left = digest.map((d, i) => b.selectFelt(bit, sibling[i]!, d));
    const right = digest.map((d, i) => b.selectFelt(bit, d, sibling[i]!));
    digest = b.permuteNode([...left, ...right]).slice(0, DIGEST);
  }
  for (const [i, d] of digest.entries()) b.assertEqualFelt(d, root[i]!, 'merkle', `the path of a row of ${what}`);
}
