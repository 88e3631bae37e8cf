/**
 * @module Checking opened rows: hash the row as a leaf, climb the whole path, compare with the root.
 */
import type { Backend, OpenedRow } from '../transcript/backend.ts';

/** Asserts that every row of `opened` is the row of `root` at the position with these bits, lowest first. */
export function assertOpened<F, E>(
  b: Backend<F, E>,
  root: readonly F[],
  positions: readonly (readonly F[])[],
  opened: readonly OpenedRow<F>[],
  what: string,
): void {
  let digests: readonly (readonly F[])[] = b.hashRows(opened.map((o) => o.row));
  const levels = positions[0]?.length ?? 0;
  for (let level = 0; level < levels; level++) {
    const pairs = digests.map((digest, q) => b.selectOrder(positions[q]![level]!, digest, opened[q]!.path[level]!));
    digests = b.hashNodes(pairs);
  }
  for (const digest of digests)
    for (const [i, d] of digest.entries()) b.assertEqualFelt(d, root[i]!, 'merkle', `the path of a row of ${what}`);
}
