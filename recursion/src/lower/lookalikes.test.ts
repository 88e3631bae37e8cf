/**
 * What the recorder joins to one operation, and what the lowering computes in passing, has doubles that only look like it:
 * steps that are none, points with a wrong factor, constants of the wrong kind. Each program here says something true of its
 * inputs, computed beside it by plain arithmetic, so that a wrong join breaks its rows.
 */
import { add, type Felt, mul, neg, rootOfUnity, sub } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { permuteState } from '@weft/primitives/hash/permute';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { WordList } from '@weft/primitives/words';
import { describe, expect, it } from 'vitest';
import { executeCircuit, type ProofReader } from '../circuit/execute.ts';
import { OperationTable } from '../circuit/numbering.ts';
import { CIRCUIT_OP, operationCounts } from '../circuit/program.ts';
import { CircuitRecorder, type FeltWire } from '../circuit/recorder.ts';
import { createRecursionMachine } from '../machine/machine.ts';
import { checkColumns } from './check.ts';
import { lowerProgram } from './lower.ts';
import { isFaulty, traceSample } from './sample.test-support.ts';

const { felt } = seeded(77);
const elements = (count: number): Felt[] => Array.from({ length: count }, felt);

interface Recorded {
  readonly counts: ReturnType<typeof operationCounts>;
}

/** Records, runs and lays out a program on inputs for which its assertions hold; nothing may be at fault. */
function holds(
  inputs: readonly Felt[],
  work: (b: CircuitRecorder, x: FeltWire[]) => void,
  rows: readonly { row: Felt[]; path: Felt[][] }[] = [],
): Recorded {
  const b = new CircuitRecorder(suite, 0);
  work(b, b.input(inputs.length));
  const program = b.finish();
  const reader: ProofReader = { read: () => [], readRows: () => [...rows], readOffsets: () => [] };
  const values = executeCircuit(program, suite, inputs, [reader]);
  const machine = createRecursionMachine(suite, inputs.length);
  const lowered = lowerProgram(program, machine);
  checkColumns(machine, lowered.columns, lowered.rows);
  expect(isFaulty({ machine, lowered }, traceSample({ machine, lowered }, values), inputs)).toBe(false);
  return { counts: operationCounts(program) };
}

/** Asserts that each of these wires is the input of its place. */
const are = (b: CircuitRecorder, found: readonly FeltWire[], expected: readonly FeltWire[]): void => {
  for (const [i, wire] of found.entries()) b.assertEqualFelt(wire, expected[i]!, 'gkr', `element ${i}`);
};

describe('domain points', () => {
  const POSITION = 0b10;
  const bit = (k: number): Felt => (POSITION >> k) & 1;
  const choice = (
    b: CircuitRecorder,
    bits: readonly FeltWire[],
    k: number,
    one = rootOfUnity(k + 1),
    zero = 1,
  ): FeltWire => b.selectFelt(bits[k]!, b.felt(one), b.felt(zero));
  const factor = (k: number, one = rootOfUnity(k + 1), zero = 1): Felt => (bit(k) === 1 ? one : zero);
  it('of all bits, each once, are one operation', () => {
    const { counts } = holds([POSITION, mul(factor(0), factor(1))], (b, x) => {
      const bits = b.lowBits(x[0]!, 2);
      are(b, [b.mulFelt(choice(b, bits, 1), choice(b, bits, 0))], [x[1]!]);
    });
    expect(counts.DOMAIN_POINT).toBe(1);
  });
  it.each([
    [
      'a bit twice',
      (b: CircuitRecorder, c: readonly FeltWire[]) => b.mulFelt(choice(b, c, 1), choice(b, c, 1)),
      mul(factor(1), factor(1)),
    ],
    [
      'a bit twice, and all of them',
      (b: CircuitRecorder, c: readonly FeltWire[]) =>
        b.mulFelt(b.mulFelt(choice(b, c, 1), choice(b, c, 0)), choice(b, c, 1)),
      mul(mul(factor(1), factor(0)), factor(1)),
    ],
    [
      'a bit twice, then the other',
      (b: CircuitRecorder, c: readonly FeltWire[]) =>
        b.mulFelt(b.mulFelt(choice(b, c, 1), choice(b, c, 1)), choice(b, c, 0)),
      mul(mul(factor(1), factor(1)), factor(0)),
    ],
    [
      'another root',
      (b: CircuitRecorder, c: readonly FeltWire[]) => b.mulFelt(choice(b, c, 1, 9), choice(b, c, 0)),
      mul(factor(1, 9), factor(0)),
    ],
    [
      'another choice',
      (b: CircuitRecorder, c: readonly FeltWire[]) => b.mulFelt(choice(b, c, 1), choice(b, c, 0, rootOfUnity(1), 4)),
      mul(factor(1), factor(0, rootOfUnity(1), 4)),
    ],
  ] as const)('%s is none', (_, work, expected) => {
    holds([POSITION, expected], (b, x) => are(b, [work(b, b.lowBits(x[0]!, 2))], [x[1]!]));
  });
  it('bits of two positions, each of its own, are none', () => {
    const OTHER = 0b01;
    holds([POSITION, OTHER, mul(factor(1), rootOfUnity(1))], (b, x) => {
      const [position, other] = [b.lowBits(x[0]!, 2), b.lowBits(x[1]!, 2)];
      are(b, [b.mulFelt(choice(b, position, 1), choice(b, other, 0))], [x[2]!]);
    });
  });
});

describe('steps up a path', () => {
  const open = { row: elements(16), path: [elements(8), elements(8)] };
  const hash = (left: readonly Felt[], right: readonly Felt[]): Felt[] =>
    permuteState(suite, 'node', [...left, ...right]).slice(0, 8);
  const read = (b: CircuitRecorder, bits: FeltWire[]) =>
    b.readRows({ logRows: 2, logCap: 0, rowWidth: 16, zeros: 0 }, [bits])[0]!;
  /** Bits of position 1, and eight elements that stand for a digest. */
  const digest = elements(8);
  it('of a digest and a sibling are one operation', () => {
    const { counts } = holds(
      [1, ...digest, ...hash(open.path[0]!, digest)],
      (b, x) => {
        const bits = b.lowBits(x[0]!, 2);
        const { path } = read(b, bits);
        are(b, b.hashNodes([b.selectOrder(bits[0]!, x.slice(1, 9), path[0]!)])[0]!, x.slice(9));
      },
      [open],
    );
    expect(counts.CLIMB).toBe(1);
    expect(counts.PERMUTE).toBeUndefined();
  });
  type Digest = readonly FeltWire[];
  const choose = (b: CircuitRecorder, x: readonly FeltWire[], bit: FeltWire, sibling: Digest) =>
    b.selectOrder(bit, x.slice(1, 9), sibling);
  it.each([
    ['half of a pair twice', (o: Digest) => [...o.slice(0, 8), ...o.slice(0, 8)], ([s]: Digest[]) => s!],
    ['a pair the other way round', (o: Digest) => [...o.slice(8), ...o.slice(0, 8)], ([s]: Digest[]) => s!],
    [
      'with a sibling of two halves',
      (o: Digest) => [...o],
      ([s, t]: Digest[]) => [...s!.slice(0, 4), ...t!.slice(0, 4)],
    ],
  ])('%s is none', (_, pairOf, siblingOf) => {
    const b = new CircuitRecorder(suite, 0);
    const x = b.input(10);
    const bits = b.lowBits(x[0]!, 2);
    const { path } = read(b, bits);
    are(b, b.hashNodes([pairOf(choose(b, x, bits[0]!, siblingOf([...path])))])[0]!, x.slice(2));
    expect(operationCounts(b.finish()).CLIMB).toBeUndefined();
  });
  it('a sibling that something else uses cannot be laid out: the step would hold one of its own', () => {
    const b = new CircuitRecorder(suite, 0);
    const x = b.input(10);
    const bits = b.lowBits(x[0]!, 2);
    const { path } = read(b, bits);
    are(b, b.hashNodes([b.selectOrder(bits[0]!, x.slice(1, 9), path[0]!)])[0]!, x.slice(2));
    are(b, [path[0]![3]!], [x[1]!]);
    expect(() => lowerProgram(b.finish(), createRecursionMachine(suite, 10))).toThrow('a sibling has another use');
  });
});

describe('rows whose elements are in another order', () => {
  it('a leaf', () => {
    const row = elements(16);
    const swapped = <T>(list: readonly T[]): T[] => [list[0]!, list[2]!, list[1]!, ...list.slice(3)];
    const state = [...swapped(row), 16, ...new Array<Felt>(7).fill(0)];
    holds(
      [1, ...permuteState(suite, 'leaf', state).slice(0, 8), row[1]!, row[2]!],
      (b, x) => {
        const bits = b.lowBits(x[0]!, 1);
        const [opened] = b.readRows({ logRows: 1, logCap: 1, rowWidth: 16, zeros: 0 }, [bits]);
        are(b, b.hashRows([swapped(opened!.row)])[0]!, x.slice(1));
        are(b, opened!.row.slice(1, 3), x.slice(9));
      },
      [{ row, path: [] }],
    );
  });
});

describe('assertions of a whole digest', () => {
  const open = { row: elements(16), path: [elements(8)] };
  const digest = elements(8);
  const parent = permuteState(suite, 'node', [...digest, ...open.path[0]!]).slice(0, 8);
  /** The parent of eight inputs and a sibling at position 0. */
  const climb = (b: CircuitRecorder, x: readonly FeltWire[]): FeltWire[] => {
    const bits = b.lowBits(x[0]!, 1);
    const { path } = b.readRows({ logRows: 1, logCap: 0, rowWidth: 16, zeros: 0 }, [bits])[0]!;
    return b.hashNodes([b.selectOrder(bits[0]!, x.slice(1, 9), path[0]!)])[0]!;
  };
  it('are of eight elements, one after another', () => {
    // All of the digest's, but two of them the other way round.
    const swapped = <T>(list: readonly T[]): T[] => [list[1]!, list[0]!, ...list.slice(2)];
    holds([0, ...digest, ...parent], (b, x) => are(b, swapped(climb(b, x)), swapped(x.slice(9))), [open]);
  });
  it('leave the digest to what else uses it', () => {
    holds(
      [0, ...digest, ...parent, mul(parent[2]!, parent[5]!)],
      (b, x) => {
        const found = climb(b, x);
        are(b, [b.mulFelt(found[2]!, found[5]!)], [x[17]!]);
        are(b, found, x.slice(9, 17));
      },
      [open],
    );
  });
});

it('a digest in another order is another word', () => {
  const inputs = elements(16);
  const swapped = <T>(list: readonly T[]): T[] => [list[0]!, list[2]!, list[1]!, ...list.slice(3)];
  const first = permuteState(suite, 'node', inputs);
  const second = permuteState(suite, 'node', [...first.slice(0, 8), ...swapped(first.slice(8))]);
  holds([...inputs, ...second.slice(0, 8)], (b, x) => {
    const state = b.permuteNode(x.slice(0, 16));
    are(b, b.permuteNode([...state.slice(0, 8), ...swapped(state.slice(8))]).slice(0, 8), x.slice(16));
  });
});

describe('values computed in passing', () => {
  it('a constant less a word, which is no multiple of it', () => {
    const x = felt();
    holds([x, sub(5, x), neg(x)], (b, [a, c, d]) => {
      are(b, [b.subFelt(b.felt(5), a!), b.subFelt(b.felt(0), a!)], [c!, d!]);
    });
  });
  it('extension constants that are no base elements', () => {
    const [x, k] = [elements(5) as unknown as ext.Ext, [7, 1, 0, 0, 3] as ext.Ext];
    const [product, sum, less] = [ext.mul(k, x), ext.add(k, x), ext.sub(k, x)];
    holds([...x, ...product, ...sum, ...less], (b, w) => {
      const at = (i: number) => b.ext(w.slice(5 * i, 5 * i + 5));
      const constant = b.ext(k.map((c) => b.felt(c)));
      b.assertEqual(b.mul(constant, at(0)), at(1), 'gkr', 'product');
      b.assertEqual(b.add(constant, at(0)), at(2), 'gkr', 'sum');
      b.assertEqual(b.sub(constant, at(0)), at(3), 'gkr', 'difference');
    });
  });
  it('a multiple under an inverse', () => {
    const x = elements(5) as unknown as ext.Ext;
    holds([...x, ...ext.inverse(ext.mulBase(x, 6))], (b, w) => {
      const six = b.mulBase(b.ext(w.slice(0, 5)), b.felt(6));
      b.assertEqual(b.inverse(six, 'gkr'), b.ext(w.slice(5)), 'gkr', 'inverse');
    });
  });
  it('a product that two sums use', () => {
    const [x, y] = elements(2) as [Felt, Felt];
    const p = mul(x, y);
    holds([x, y, add(p, x), add(p, y)], (b, [a, c, d, e]) => {
      const product = b.mulFelt(a!, c!);
      are(b, [b.addFelt(product, a!), b.addFelt(product, c!)], [d!, e!]);
    });
  });
  it('an assertion against 0 is one', () => {
    const { counts } = holds([0], (b, [x]) => b.assertEqualFelt(x!, b.felt(0), 'gkr', 'zero'));
    expect(counts.ASSERT).toBe(1);
  });
});

it('an operation is found by all of its operands and its code', () => {
  const [table, words] = [new OperationTable(), new WordList()];
  const starts = new Map<string, number>();
  const ops = ['ADD', 'SUB', 'MUL'] as const;
  const operands = Array.from({ length: 40 }, (_, i) => [i % 8, 2 ** (i >> 3), 2 ** 32 - 1 - i].slice(0, 2));
  const all = ops.flatMap((op) => operands.map((list) => ({ op, list })));
  for (const { op, list } of all) {
    expect(table.find(words.words, op, list)).toBeUndefined();
    table.keep(words.length);
    starts.set(`${op} ${list}`, words.length);
    words.append([CIRCUIT_OP[op], 7, ...list]);
  }
  // More than fit the first table, so that it grows; and so many that some have a hash in common.
  let found = 0;
  for (let i = 0; i < 2 ** 19; i++) {
    const list = [i & 1023, i >> 10];
    if (table.find(words.words, 'MUL_BASE', list) === undefined) table.keep(words.length);
    else found++;
    words.append([CIRCUIT_OP.MUL_BASE, 7, ...list]);
  }
  expect(found).toBe(0);
  for (const { op, list } of all) expect(table.find(words.words, op, list)).toBe(starts.get(`${op} ${list}`));
  expect(table.find(words.words, 'MUL_EXT', [0, 1])).toBeUndefined();
});
