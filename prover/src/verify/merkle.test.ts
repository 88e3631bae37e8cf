/** Opened rows: a forgery in any one element of cap, row or path is seen, and so is one among many rows. */
import { P } from '@weft/primitives/field/base';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { NativeBackend } from '../transcript/native.ts';
import { assertCap, assertOpened } from './merkle.ts';

const [LOG_ROWS, WIDTH] = [3, 4];
const { felt } = seeded(11);
const data = Uint32Array.from({ length: WIDTH * 2 ** LOG_ROWS }, felt);
const tree = buildMerkleTree(suite, data, LOG_ROWS, WIDTH);
const backend = new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 }));

const INDICES = [6, 0, 3, 6];
const positions = INDICES.map((index) => Array.from({ length: LOG_ROWS }, (_, i) => (index >> i) & 1));
const bump = (xs: readonly number[], k: number): number[] => xs.map((x, i) => (i === k ? (x + 1) % P : x));
const replaced = <T>(xs: readonly T[], k: number, change: (x: T) => T): T[] =>
  xs.map((x, i) => (i === k ? change(x) : x));
const elements = Array.from({ length: suite.digestLength }, (_, k) => k);

describe.each([0, 1, LOG_ROWS])('rows under a cap of 2^%i digests', (logCap) => {
  const cap = tree.levels[LOG_ROWS - logCap]!;
  const opened = INDICES.map((index) => ({
    row: Array.from(data.subarray(index * WIDTH, (index + 1) * WIDTH)),
    path: Array.from({ length: LOG_ROWS - logCap }, (_, level) => tree.levels[level]![(index >> level) ^ 1]!),
  }));
  const verdict = (given = cap, rows: readonly { row: number[]; path: (readonly number[])[] }[] = opened): string =>
    reasonOf(() => assertOpened(backend, given, positions, rows, 'a test'));

  it('accepts the rows of the tree, in any order and more than once', () => {
    expect(verdict()).toBe('accepted');
  });
  it('compares every element of the digests that rows lie under', () => {
    const used = new Set(INDICES.map((index) => index >> (LOG_ROWS - logCap)));
    for (let i = 0; i < cap.length; i++)
      for (const k of elements) {
        const forged = replaced(cap, i, (digest) => bump(digest, k));
        expect(verdict(forged), `digest ${i}, element ${k}`).toBe(used.has(i) ? 'merkle' : 'accepted');
      }
  });
  it('checks every row, in every element', () => {
    for (let q = 0; q < opened.length; q++)
      for (let k = 0; k < WIDTH; k++) {
        const forged = replaced(opened, q, ({ row, path }) => ({ row: bump(row, k), path }));
        expect(verdict(cap, forged), `row ${q}, element ${k}`).toBe('merkle');
      }
  });
  it('climbs every level of every path, in every element', () => {
    for (let q = 0; q < opened.length; q++)
      for (let level = 0; level < LOG_ROWS - logCap; level++)
        for (const k of elements) {
          const forged = replaced(opened, q, ({ row, path }) => ({
            row,
            path: replaced(path, level, (digest) => bump(digest, k)),
          }));
          expect(verdict(cap, forged), `row ${q}, level ${level}, element ${k}`).toBe('merkle');
        }
  });
  it('ties a row to its position, in every bit', () => {
    for (let q = 0; q < opened.length; q++)
      for (let bit = 0; bit < LOG_ROWS; bit++) {
        const moved = replaced(positions, q, (bits) => bits.map((b, i) => (i === bit ? 1 - b : b)));
        expect(reasonOf(() => assertOpened(backend, cap, moved, opened, 'a test'))).toBe('merkle');
      }
  });
});

describe.each([0, 1, LOG_ROWS])('a cap of 2^%i digests under a root', (logCap) => {
  const cap = tree.levels[LOG_ROWS - logCap]!;
  const verdict = (root: readonly number[], given: readonly (readonly number[])[]): string =>
    reasonOf(() => assertCap(backend, root, given, 'a test'));
  it('accepts a level of the tree', () => {
    expect(verdict(tree.root, cap)).toBe('accepted');
  });
  it('checks every element of root and digests, and their order', () => {
    for (const k of elements) {
      expect(verdict(bump(tree.root, k), cap), `root, element ${k}`).toBe('merkle');
      for (let i = 0; i < cap.length; i++)
        expect(
          verdict(
            tree.root,
            replaced(cap, i, (d) => bump(d, k)),
          ),
          `digest ${i}, element ${k}`,
        ).toBe('merkle');
    }
    if (logCap > 0) expect(verdict(tree.root, [cap[1]!, cap[0]!, ...cap.slice(2)])).toBe('merkle');
  });
});
