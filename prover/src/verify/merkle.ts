/**
 * @module Checking opened rows: hash the row as a leaf, climb the whole path, compare with the root.
 */
import type { Backend, OpenedRow } from '../transcript/backend.ts';

const DIGEST = 8;
const LEAF_RATE = 16;
const LEAF_WIDTH = 24;

/** The leaf digests of rows of one length; see `hash/modes` for the sponge. */
export function hashRows<F, E>(b: Backend<F, E>, rows: readonly (readonly F[])[]): F[][] {
  const length = rows[0]?.length ?? 0;
  let states = rows.map(() => {
    const state = Array.from({ length: LEAF_WIDTH }, () => b.felt(0));
    state[LEAF_RATE] = b.felt(length);
    return state;
  });
  for (let at = 0; at < length; at += LEAF_RATE) {
    states = states.map((state, i) => {
      const block = rows[i]!.slice(at, at + LEAF_RATE);
      return [...block, ...state.slice(block.length)];
    });
    states = b.permuteMany('leaf', states);
  }
  return states.map((state) => state.slice(0, DIGEST));
}

/** Asserts that every row of `opened` is the row of `root` at the position with these bits, lowest first. */
export function assertOpened<F, E>(
  b: Backend<F, E>,
  root: readonly F[],
  positions: readonly (readonly F[])[],
  opened: readonly OpenedRow<F>[],
  what: string,
): void {
  let digests = hashRows(
    b,
    opened.map((o) => o.row),
  );
  const levels = positions[0]?.length ?? 0;
  for (let level = 0; level < levels; level++) {
    const pairs = digests.map((digest, q) => {
      const bit = positions[q]![level]!;
      const sibling = opened[q]!.path[level]!;
      const left = digest.map((d, i) => b.selectFelt(bit, sibling[i]!, d));
      const right = digest.map((d, i) => b.selectFelt(bit, d, sibling[i]!));
      return [...left, ...right];
    });
    digests = b.permuteMany('node', pairs).map((state) => state.slice(0, DIGEST));
  }
  for (const digest of digests)
    for (const [i, d] of digest.entries()) b.assertEqualFelt(d, root[i]!, 'merkle', `the path of a row of ${what}`);
}
