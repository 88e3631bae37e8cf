/**
 * Words that one row makes and another uses are one word only because the second reads the first. Runs are filled from wires,
 * so that a row which no longer reads looks the same: here each way to use an input is a program of its own, in which nothing
 * else reads that input.
 */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { describe, expect, it } from 'vitest';
import { CircuitRecorder, type ExtWire, type FeltWire } from '../circuit/recorder.ts';
import { createRecursionMachine } from '../machine/machine.ts';
import type { LoweredProgram } from './layout.ts';
import { lowerProgram } from './lower.ts';

const INPUTS = 40;
type Work = (b: CircuitRecorder, x: readonly FeltWire[]) => void;

function layOut(work: Work): LoweredProgram {
  const b = new CircuitRecorder(suite, 0);
  work(b, b.input(INPUTS));
  return lowerProgram(b.finish(), createRecursionMachine(suite, INPUTS));
}

const column = ({ columns, machine }: LoweredProgram, chip: string, name: string): Uint32Array => {
  const { fixedColumns } = machine.machine.chips.find((c) => c.name === chip)!;
  const at = fixedColumns.indexOf(name);
  expect(at, `${chip}.${name}`).toBeGreaterThanOrEqual(0);
  return columns[chip]![at]!;
};
/** How often input i is read. */
const readsOf = (l: LoweredProgram, i: number): number => column(l, 'publics', `count_${i % 8}`)[Math.floor(i / 8)]!;

const isSeven = (b: CircuitRecorder, x: FeltWire): void => b.assertEqualFelt(x, b.felt(7), 'gkr', 'seven');
const extOf = (b: CircuitRecorder, x: readonly FeltWire[], at: number): ExtWire => b.ext(x.slice(at, at + 5));
const isOne = (b: CircuitRecorder, e: ExtWire): void => b.assertEqual(e, b.constant(1), 'gkr', 'one');
const openOne = (b: CircuitRecorder, bits: FeltWire[]) =>
  b.readRows({ logRows: bits.length, logCap: 0, rowWidth: 16 }, [bits])[0]!;

/** Programs, and the inputs that each uses. */
const USES: readonly (readonly [name: string, inputs: readonly number[], work: Work])[] = [
  ['a sum', [0, 1], (b, x) => isSeven(b, b.addFelt(x[0]!, x[1]!))],
  ['a difference', [0, 1], (b, x) => isSeven(b, b.subFelt(x[0]!, x[1]!))],
  ['a product', [0, 1], (b, x) => isSeven(b, b.mulFelt(x[0]!, x[1]!))],
  ['an assertion', [3, 12], (b, x) => b.assertEqualFelt(x[3]!, x[12]!, 'gkr', 'equal')],
  ['an extension element', [8, 9, 10, 11, 12], (b, x) => isOne(b, extOf(b, x, 8))],
  ['a product with an extension element', [0, 1, 2, 3, 4, 5], (b, x) => isOne(b, b.mulBase(extOf(b, x, 0), x[5]!))],
  ['bits', [6], (b, x) => isSeven(b, b.bits(x[6]!, 5, 'gkr')[1]!)],
  ['low bits', [6], (b, x) => isSeven(b, b.lowBits(x[6]!, 5)[1]!)],
  ['a one-hot vector', [6], (b, x) => isSeven(b, b.oneHot(x[6]!, 5, 'height')[1]!)],
  [
    'a permutation: rate and capacity',
    Array.from({ length: 16 }, (_, i) => i),
    (b, x) => isSeven(b, b.permuteNode(x.slice(0, 16))[2]!),
  ],
  [
    'a permutation of inputs that are no list',
    [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30],
    (b, x) => isSeven(b, b.permuteNode(Array.from({ length: 16 }, (_, i) => x[2 * i]!))[2]!),
  ],
  [
    'a block of a leaf',
    Array.from({ length: 16 }, (_, i) => i + 8),
    (b, x) => isSeven(b, b.hashRows([x.slice(8, 24)])[0]![5]!),
  ],
  [
    'a list of digests, and what chooses from it',
    Array.from({ length: 17 }, (_, i) => i),
    (b, x) => {
      const bits = b.lowBits(x[16]!, 1);
      const row = openOne(b, bits);
      const chosen = b.selectDigest(bits, [x.slice(0, 8), x.slice(8, 16)]);
      for (const [i, d] of b.hashRows([row.row])[0]!.entries()) b.assertEqualFelt(d, chosen[i]!, 'merkle', 'a row');
    },
  ],
  [
    'a root that a path leads to',
    Array.from({ length: 8 }, (_, i) => i),
    (b, x) => {
      const bits = b.lowBits(x[20]!, 1);
      const { row, path } = openOne(b, bits);
      const top = b.hashNodes([b.selectOrder(bits[0]!, b.hashRows([row])[0]!, path[0]!)])[0]!;
      for (const [i, d] of top.entries()) b.assertEqualFelt(d, x[i]!, 'merkle', 'a path');
    },
  ],
  [
    'weights of a fold',
    Array.from({ length: 30 }, (_, i) => i),
    (b, x) => {
      const weights = Array.from({ length: 8 }, (_, i) => b.mulBase(extOf(b, x, 5 * (i % 4)), x[20 + i]!));
      const { row } = b.readRows({ logRows: 1, logCap: 0, rowWidth: 8 }, [b.lowBits(x[28]!, 1)])[0]!;
      isOne(b, b.mulBase(b.dotBase(weights, row), x[29]!));
    },
  ],
];

describe('an input is read where it is used', () => {
  it.each(USES)('%s', (_, inputs, work) => {
    const lowered = layOut(work);
    for (const i of inputs) expect(readsOf(lowered, i), `input ${i}`).toBeGreaterThanOrEqual(1);
  });
  it('and not where it is not', () => {
    const lowered = layOut((b, x) => isSeven(b, b.mulFelt(x[0]!, x[9]!)));
    for (let i = 0; i < INPUTS; i++) expect(readsOf(lowered, i)).toBe(i === 0 || i === 9 ? 1 : 0);
  });
});

describe('a result is read where it is used', () => {
  it('one element of the digest of a row', () => {
    for (let k = 0; k < 8; k++) {
      const lowered = layOut((b, x) => isSeven(b, b.hashRows([x.slice(0, 16)])[0]![k]!));
      expect(column(lowered, 'hash_leaf', 'digest_count')[0]).toBe(1);
    }
  });
  it('one element of a step up a path', () => {
    const lowered = layOut((b, x) => {
      const bits = b.lowBits(x[0]!, 1);
      const { row, path } = openOne(b, bits);
      isSeven(b, b.hashNodes([b.selectOrder(bits[0]!, b.hashRows([row])[0]!, path[0]!)])[0]![4]!);
    });
    expect(column(lowered, 'hash_node', 'parent_count')[0]).toBe(1);
    expect(column(lowered, 'hash_leaf', 'digest_count')[0]).toBe(1);
  });
  it('one element of a chosen digest', () => {
    const lowered = layOut((b, x) => {
      const bits = b.lowBits(x[16]!, 1);
      isSeven(b, b.selectDigest(bits, [x.slice(0, 8), x.slice(8, 16)])[3]!);
    });
    expect(column(lowered, 'choose', 'count')[0]).toBe(1);
  });
  it('one element of a capacity', () => {
    const lowered = layOut((b, x) => isSeven(b, b.permuteNode(x.slice(0, 16))[13]!));
    expect(column(lowered, 'hash_node', 'next_count')[0]).toBe(1);
  });
  it('a permuted state in the next permutation: rate and capacity', () => {
    const lowered = layOut((b, x) => isSeven(b, b.permuteNode(b.permuteNode(x.slice(0, 16)))[0]!));
    expect(lowered.rows['hash_node']).toBe(2);
    const provided = [0, 1].map((row) => column(lowered, 'hash_node', 'next_count')[row]!);
    expect(provided.reduce((a, c) => a + c)).toBe(1);
    const rate = [0, 1].flatMap((row) =>
      Array.from({ length: 8 }, (_, i) => column(lowered, 'hash_node', `out_count_${i}`)[row]!),
    );
    expect(rate.filter((c) => c === 1).length).toBe(9);
  });
});
