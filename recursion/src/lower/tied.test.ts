/**
 * Words that one row makes and another uses are one word only because the second reads the first. Runs are filled from wires,
 * so that a row which no longer reads looks the same: here each way to use an input is a program of its own, in which nothing
 * else reads that input.
 */
import { describe, expect, it } from 'vitest';
import { CircuitRecorder, type ExtWire, type FeltWire } from '../circuit/recorder.ts';
import { createRecursionMachine } from '../machine/machine.ts';
import type { LoweredProgram } from './layout.ts';
import { lowerProgram } from './lower.ts';
import { ASSERTS } from './rows.ts';
import { FULL, NARROW } from './sample.test-support.ts';

const INPUTS = 40;
type Work = (b: CircuitRecorder, x: readonly FeltWire[]) => void;

function layOut(work: Work, { suite, form } = FULL): LoweredProgram {
  const b = new CircuitRecorder(suite, 0);
  work(b, b.input(INPUTS));
  return lowerProgram(b.finish(), createRecursionMachine(suite, INPUTS, form));
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
  b.readRows({ logRows: bits.length, logCap: 0, rowWidth: 16, zeros: 0 }, [bits])[0]!;

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
    'a permutation of inputs between words of the proof',
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15],
    (b, x) => {
      const [p, q, r] = b.read(3, 'words');
      const rate = [p!, x[0]!, q!, x[1]!, x[2]!, r!, x[3]!, b.felt(7)];
      isSeven(b, b.permuteNode([...rate, ...x.slice(8, 16)])[2]!);
    },
  ],
  [
    'a row that ends within a block',
    Array.from({ length: 13 }, (_, i) => i),
    (b, x) => isSeven(b, b.permuteNode([...x.slice(0, 13), b.felt(0), b.felt(0), b.felt(0)])[5]!),
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
      const { row } = b.readRows({ logRows: 1, logCap: 0, rowWidth: 8, zeros: 0 }, [b.lowBits(x[28]!, 1)])[0]!;
      isOne(b, b.mulBase(b.dotBase(weights, row), x[29]!));
    },
  ],
];

describe('an input is read where it is used', () => {
  const each = [FULL, NARROW].flatMap((kind) =>
    USES.map(([name, ...use]) => [kind.form.name, name, kind, ...use] as const),
  );
  it.each(each)('%s: %s', (_, __, kind, inputs, work) => {
    const lowered = layOut(work, kind);
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

describe('a block of the narrow machine', () => {
  const rateOf = (l: LoweredProgram): number[] =>
    Array.from({ length: l.rows['hash_node']! }, (_, row) => column(l, 'hash_node', 'at_rate')[row]!);
  /** Addresses that rows of base arithmetic read as their results. */
  const asserted = (l: LoweredProgram): number[] =>
    Array.from(column(l, 'base', 'count')).flatMap((count, row) =>
      count === ASSERTS ? [column(l, 'base', 'at_out')[row]!] : [],
    );
  it('reads words that lie one after another where they are', () => {
    const l = layOut((b, x) => isSeven(b, b.permuteNode(x.slice(0, 16))[0]!), NARROW);
    expect(rateOf(l)).toEqual([column(l, 'publics', 'at_felts')[0]]);
    expect(column(l, 'hash_node', 'rate_count')[0]).toBe(ASSERTS);
  });
  it('asserts a word that it takes twice, and what it keeps of the state before', () => {
    const l = layOut((b, x) => {
      const words = b.read(14, 'words');
      const first = b.permuteNode([...words.slice(0, 7), words[3]!, ...x.slice(8, 16)]);
      isSeven(b, b.permuteNode([...words.slice(7), ...first.slice(7)])[0]!);
    }, NARROW);
    const at = rateOf(l);
    expect(at).toHaveLength(2);
    expect(asserted(l)).toEqual(expect.arrayContaining(at.map((first) => first + 7)));
    // These two, and that the result is seven.
    expect(asserted(l)).toHaveLength(3);
  });
  it('provides the digest of a row as one word, and its words one by one', () => {
    const l = layOut((b, x) => {
      const bits = b.lowBits(x[0]!, 1);
      const { row, path } = openOne(b, bits);
      const top = b.hashNodes([b.selectOrder(bits[0]!, b.hashRows([row])[0]!, path[0]!)])[0]!;
      for (const [i, d] of top.entries()) b.assertEqualFelt(d, x[8 + i]!, 'merkle', 'a path');
      isOne(
        b,
        b.dotBase(
          Array.from({ length: 16 }, (_, i) => extOf(b, x, 16 + (i % 8))),
          row,
        ),
      );
    }, NARROW);
    expect(l.rows).toMatchObject({ hash_node: 3, dot: 2 });
    const isBlock = column(l, 'hash_node', 'is_block');
    const parents = column(l, 'hash_node', 'parent_count').filter((_, row) => isBlock[row] === 1);
    expect(Array.from(parents).sort()).toEqual([0, 1]);
    expect(Array.from(column(l, 'hash_node', 'rate_count').filter((c) => c !== 0))).toEqual([1, 1]);
  });
  it('has no rows for leaves of another permutation', () => {
    const work: Work = (b, x) => isSeven(b, b.hashRows([x.slice(0, 16)])[0]![0]!);
    expect(() => layOut(work, { ...FULL, form: NARROW.form })).toThrow('the machine has no rows of leaf');
  });
});
