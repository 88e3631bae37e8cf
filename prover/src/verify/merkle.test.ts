/** Opened rows: a forgery in any one element of root, row or path is seen, and so is one among many rows. */
import { P } from '@weft/primitives/field/base';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { NativeBackend } from '../transcript/native.ts';
import { assertOpened } from './merkle.ts';

const [LOG_ROWS, WIDTH] = [3, 4];
const { felt } = seeded(11);
const data = Uint32Array.from({ length: WIDTH * 2 ** LOG_ROWS }, felt);
const tree = buildMerkleTree(suite, data, LOG_ROWS, WIDTH);
const backend = new NativeBackend(suite, new Uint8Array(), () => []);

const INDICES = [6, 0, 3, 6];
const positions = INDICES.map((index) => Array.from({ length: LOG_ROWS }, (_, i) => (index >> i) & 1));
const opened = INDICES.map((index) => ({
  row: Array.from(data.subarray(index * WIDTH, (index + 1) * WIDTH)),
  path: Array.from({ length: LOG_ROWS }, (_, level) => tree.levels[level]![(index >> level) ^ 1]!),
}));
const bump = (xs: readonly number[], k: number): number[] => xs.map((x, i) => (i === k ? (x + 1) % P : x));
const replaced = <T>(xs: readonly T[], k: number, change: (x: T) => T): T[] =>
  xs.map((x, i) => (i === k ? change(x) : x));
const verdict = (root = tree.root, rows: readonly { row: number[]; path: (readonly number[])[] }[] = opened): string =>
  reasonOf(() => assertOpened(backend, root, positions, rows, 'a test'));

it('accepts the rows of the tree, in any order and more than once', () => {
  expect(verdict()).toBe('accepted');
});
it('compares every element of the root', () => {
  for (let k = 0; k < suite.digestLength; k++) expect(verdict(bump(tree.root, k)), `element ${k}`).toBe('merkle');
});
it('checks every row, in every element', () => {
  for (let q = 0; q < opened.length; q++)
    for (let k = 0; k < WIDTH; k++) {
      const forged = replaced(opened, q, ({ row, path }) => ({ row: bump(row, k), path }));
      expect(verdict(tree.root, forged), `row ${q}, element ${k}`).toBe('merkle');
    }
});
it('climbs every level of every path, in every element', () => {
  for (let q = 0; q < opened.length; q++)
    for (let level = 0; level < LOG_ROWS; level++)
      for (let k = 0; k < suite.digestLength; k++) {
        const forged = replaced(opened, q, ({ row, path }) => ({
          row,
          path: replaced(path, level, (digest) => bump(digest, k)),
        }));
        expect(verdict(tree.root, forged), `row ${q}, level ${level}, element ${k}`).toBe('merkle');
      }
});
it('ties a row to its position, in every bit', () => {
  for (let q = 0; q < opened.length; q++)
    for (let bit = 0; bit < LOG_ROWS; bit++) {
      const moved = replaced(positions, q, (bits) => bits.map((b, i) => (i === bit ? 1 - b : b)));
      expect(reasonOf(() => assertOpened(backend, tree.root, moved, opened, 'a test'))).toBe('merkle');
    }
});
