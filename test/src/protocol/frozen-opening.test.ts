/** Frozen-challenge attacks: messages of the openings. */
import { P } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { LOG_PARTS } from '@weft/prover/protocol/stacking';
import { describe, it } from 'vitest';
import { addAt, DELTA, type Frozen, freeze, kernel } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';
import { type Piece, readWords, writeWords } from '../support/pieces.ts';

type Ext = ext.Ext;

const TWO: Ext = [2, 0, 0, 0, 0];

/** Changes one sibling of the pruned paths at leaf level: another tree under the same opened rows. */
function replaceUnopenedLeaf({ drawnPositions, pieces, piecesOf }: Frozen, bytes: Uint8Array): void {
  const positions = drawnPositions('witness/positions');
  const logRows = positions[0]!.length;
  const opened = [...new Set(positions.map((bits) => bits.reduce((s, b, i) => s + b * 2 ** i, 0)))].sort(
    (a, b) => a - b,
  );
  const queryAt = pieces.findIndex((p) => p.label === 'witness/query_work');
  const rows = pieces
    .slice(queryAt + 1)
    .filter((p) => p.label === 'an opened row')
    .slice(0, opened.length);
  const paths = pieces.slice(queryAt + 1).filter((p) => p.label === 'a Merkle path');
  writeWords(
    bytes,
    paths[0]!.at,
    readWords(bytes, paths[0]!).map((x) => (x + 1) % P),
  );
  // Recompute the cap as the verifier will.
  const cap = piecesOf('cap')[0]!;
  const levels = logRows - Math.log2(cap.count / 8);
  // Rows lack the elements of empty parts.
  const rowOf = (piece: Piece): number[] => [
    ...new Array<number>(2 ** LOG_PARTS - piece.count).fill(0),
    ...readWords(bytes, piece),
  ];
  let nodes = new Map(opened.map((index, k) => [index, hashLeaf(suite, rowOf(rows[k]!)) as readonly number[]]));
  let next = 0;
  for (let level = 0; level < levels; level++) {
    for (const i of [...nodes.keys()]) if (!nodes.has(i ^ 1)) nodes.set(i ^ 1, readWords(bytes, paths[next++]!));
    const parents = new Map<number, readonly number[]>();
    for (const i of nodes.keys())
      if (!parents.has(i >> 1)) parents.set(i >> 1, hashNode(suite, nodes.get(i & ~1)!, nodes.get(i | 1)!));
    nodes = parents;
  }
  for (const [i, digest] of nodes) writeWords(bytes, cap.at + 8 * i, digest);
}

describe.each(INSTANCES)('opening messages: $name', (instance) => {
  const frozen = freeze(instance);
  const { attack, drawn, piecesOf } = frozen;
  it.each(['witness', 'preprocessed'])('%s: sumcheck', (tree) => {
    attack((bytes) => {
      const alpha = drawn(`${tree}/alpha`)[0]!;
      // next = g0 + alpha (claim - 2 g0 - c) + alpha^2 c.
      const byG0 = ext.sub(ext.ONE, ext.mul(TWO, alpha));
      addAt(bytes, piecesOf(`${tree}/sumcheck`)[0]!.at, kernel([[byG0, ext.sub(ext.mul(alpha, alpha), alpha)]]));
    });
  });
  it('witness: out-of-domain answer, compensated in the sumcheck message after it', () => {
    attack((bytes) => {
      const answer = piecesOf('witness/out_of_domain_answers')[0]!;
      addAt(bytes, answer.at, [DELTA]);
      const later = piecesOf('witness/sumcheck').findIndex((p) => p.at > answer.at);
      const alpha = drawn('witness/alpha')[later]!;
      const claimChange = ext.mul(drawn('witness/gamma')[0]!, DELTA);
      // alpha * claim change + (1 - 2 alpha) g0 change = 0.
      const change = ext.neg(ext.mul(ext.mul(alpha, claimChange), ext.inverse(ext.sub(ext.ONE, ext.mul(TWO, alpha)))));
      addAt(bytes, piecesOf('witness/sumcheck')[later]!.at, [change]);
    });
  });
  it.each(['witness/query_work', 'preprocessed/query_work'])('%s: another nonce', (label) => {
    attack((bytes) => writeWords(bytes, piecesOf(label)[0]!.at, [123456789]));
  });
  it('cap of the witness: another leaf that the frozen queries do not open', () => {
    attack((bytes) => replaceUnopenedLeaf(frozen, bytes));
  });
});
