/**
 * @module Checking opened rows: hash the row as a leaf, climb its path, compare with the cap, which is a level of the tree.
 */
import type { Backend, OpenedRow } from '../transcript/backend.ts';

/** Asserts that every row of `opened` is the row under `cap` at the position with these bits, lowest first. */
export function assertOpened<F, E>(
  b: Backend<F, E>,
  cap: readonly (readonly F[])[],
  positions: readonly (readonly F[])[],
  opened: readonly OpenedRow<F>[],
  what: string,
): void {
  let digests: readonly (readonly F[])[] = b.hashRows(opened.map((o) => o.row));
  const levels = (positions[0]?.length ?? 0) - Math.log2(cap.length);
  for (let level = 0; level < levels; level++) {
    const pairs = digests.map((digest, q) => b.selectOrder(positions[q]![level]!, digest, opened[q]!.path[level]!));
    digests = b.hashNodes(pairs);
  }
  for (const [q, digest] of digests.entries())
    assertDigest(b, digest, b.selectDigest(positions[q]!.slice(levels), cap), `the path of a row of ${what}`);
}

/** Asserts that `cap` is the level of 2^n digests of the tree with this root: a key knows commitments by their roots. */
export function assertCap<F, E>(
  b: Backend<F, E>,
  root: readonly F[],
  cap: readonly (readonly F[])[],
  what: string,
): void {
  let level = cap;
  while (level.length > 1)
    level = b.hashNodes(Array.from({ length: level.length / 2 }, (_, i) => [...level[2 * i]!, ...level[2 * i + 1]!]));
  assertDigest(b, level[0]!, root, `the cap of ${what}`);
}

function assertDigest<F, E>(b: Backend<F, E>, found: readonly F[], expected: readonly F[], what: string): void {
  for (const [i, x] of expected.entries()) b.assertEqualFelt(found[i]!, x, 'merkle', what);
}
