/** The block machine: every operation against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { add as addFelt, inverse, mul as mulFelt, P, sub as subFelt } from '../field/base.ts';
import { add, type Ext, fromBase, mul, mulBase, sub } from '../field/ext.ts';
import { eqTable } from '../field/multilinear.ts';
import { elementAt } from '../wasm/extension.ts';
import type { GraphOperation } from './emit/graph-operation.ts';
import { pairTables, pairTablesBytes } from './eq.ts';
import { BLOCK_GROUPS, type PairWeights } from './eq-table.ts';
import { blocksOf, halved, isScattered } from './fractions.ts';
import { FOLD_BYTES, GRAPH_ROWS, type GraphInstruction, type GraphKernels, RING_ROWS } from './graph.ts';
import {
  dot,
  kernels,
  LARGEST,
  next,
  place,
  placeExt,
  random,
  randomExt,
  randoms,
  read,
  readExt,
} from './kernels.test-support.ts';
import { VectorKernels } from './vectors.ts';

const { memory, fractions, graph, vectors } = kernels;

describe('block machine', () => {
  const ROWS = 128;
  const base = (): number[] => Array.from({ length: ROWS }, random);
  /** Runs one instruction over a block. */
  function run(
    machine: GraphKernels,
    operation: GraphInstruction[0],
    a: number,
    b: number,
    out: number,
    first = 0,
  ): void {
    machine.run(machine.program([[operation, a, b, out]]), first, ROWS / 4);
  }
  const feltOps = { add: addFelt, sub: subFelt, mul: mulFelt };
  const extOps = { add, sub, mul };
  it.each(['add', 'sub', 'mul'] as const)('%s on blocks and constants', (name) => {
    const [x, y, k] = [base(), base(), random()];
    const [u, v] = [randoms(ROWS), randoms(ROWS)];
    const [a, b, c, d, e] = [place(x), place(y), graph.constant(k), placeExt(u), placeExt(v)];
    const [out, outExt] = [memory.allocate(4 * ROWS), memory.allocate(20 * ROWS)];
    run(graph, `${name}B`, a, b, out);
    expect(read(out, ROWS)).toEqual(x.map((w, i) => feltOps[name](w, y[i]!)));
    run(graph, `${name}BK`, a, c, out);
    expect(read(out, ROWS)).toEqual(x.map((w) => feltOps[name](w, k)));
    run(graph, `${name}E`, d, e, outExt);
    expect(readExt(outExt, ROWS)).toEqual(u.map((w, i) => extOps[name](w, v[i]!)));
    run(graph, 'fillB', c, 0, out);
    expect(read(out, ROWS)).toEqual(x.map(() => k));
    run(graph, 'fillE', c, 0, outExt);
    expect(readExt(outExt, ROWS)).toEqual(u.map(() => [k, 0, 0, 0, 0]));
    run(graph, `${name}EK`, d, c, outExt);
    expect(readExt(outExt, ROWS)).toEqual(u.map((w) => extOps[name](w, [k, 0, 0, 0, 0])));
    if (name !== 'sub') return;
    run(graph, 'subKB', c, a, out);
    expect(read(out, ROWS)).toEqual(x.map((w) => subFelt(k, w)));
    run(graph, 'subKE', c, d, outExt);
    expect(readExt(outExt, ROWS)).toEqual(u.map((w) => sub([k, 0, 0, 0, 0], w)));
  });
  it('reads columns from any group on, and pairs of their groups', () => {
    const [x, u] = [Array.from({ length: 4 * ROWS }, random), randoms(4 * ROWS)];
    const [a, d] = [place(x), placeExt(u)];
    const [out, outExt] = [memory.allocate(4 * ROWS), memory.allocate(20 * ROWS)];
    const rows = Array.from({ length: ROWS }, (_, i) => ROWS + i);
    const two = [2, 0, 0, 0, 0] as const;
    const even = <T>(v: readonly T[], i: number): T => v[8 * (i >> 2) + (i & 3)]!;
    const odd = <T>(v: readonly T[], i: number): T => v[8 * (i >> 2) + 4 + (i & 3)]!;
    const base: [GraphOperation, (i: number) => number][] = [
      ['loadB', (i) => x[i]!],
      ['evenB', (i) => even(x, i)],
      ['oddB', (i) => odd(x, i)],
      ['deltaB', (i) => subFelt(odd(x, i), even(x, i))],
      ['atTwoB', (i) => subFelt(mulFelt(2, odd(x, i)), even(x, i))],
    ];
    for (const [operation, expected] of base) {
      run(graph, operation, a, 0, out, ROWS / 4);
      expect(read(out, ROWS), operation).toEqual(rows.map(expected));
    }
    const extension: [GraphOperation, (i: number) => Ext][] = [
      ['loadE', (i) => u[i]!],
      ['oddE', (i) => odd(u, i)],
      ['deltaE', (i) => sub(odd(u, i), even(u, i))],
      ['atTwoE', (i) => sub(mul(two, odd(u, i)), even(u, i))],
    ];
    for (const [operation, expected] of extension) {
      run(graph, operation, d, 0, outExt, ROWS / 4);
      expect(readExt(outExt, ROWS), operation).toEqual(rows.map(expected));
    }
  });
  describe('binds columns and sums over pairs of what is left', () => {
    const [left, right] = [memory.allocateLocal(20 * ROWS), memory.allocateLocal(20 * ROWS)];
    const [weights, descriptor] = [memory.allocate(8), memory.allocate(FOLD_BYTES)];
    const products = (at: number) =>
      graph.program([
        ['oddE', at, 0, left],
        ['deltaE', at, 0, right],
        ['mulE', left, right, left],
        ['accumulate', left, weights, graph.totals.at],
      ]);
    const putWeights = ({ low, high }: PairWeights): void => memory.words.set([low, high], weights / 4);
    /** Half as many elements, neighbouring groups bound. */
    const bound = (v: readonly Ext[], r: Ext): Ext[] =>
      Array.from({ length: v.length / 2 }, (_, i) => {
        const [low, high] = [v[8 * (i >> 2) + (i & 3)]!, v[8 * (i >> 2) + 4 + (i & 3)]!];
        return add(low, mul(r, sub(high, low)));
      });
    /** Sum over the pairs of groups of v. */
    const sumOf = (v: readonly Ext[], lanes: readonly Ext[], point: readonly Ext[]): Ext =>
      dot(
        Array.from({ length: v.length / 2 }, (_, i) => {
          const [low, high] = [v[8 * (i >> 2) + (i & 3)]!, v[8 * (i >> 2) + 4 + (i & 3)]!];
          return mul(lanes[i & 3]!, mul(high, sub(high, low)));
        }),
        eqTable(point).flatMap((w) => [w, w, w, w]),
      );
    it.each([
      [16, 2 * ROWS],
      [256, 2 * ROWS],
      [2048, 2 * ROWS],
      [2048, ROWS / 2],
    ])('a base column of %i rows, over blocks of %i', (length, rows) => {
      const [x, r, lanes] = [Array.from({ length }, random), randomExt(), randoms(4)];
      const [a, out] = [place(x), memory.allocate(VectorKernels.bytes(length / 2))];
      const point = randoms(Math.log2(length / 4));
      const at = memory.allocate(pairTablesBytes([point.length]));
      putWeights(pairTables(vectors, fractions, at, lanes, point, [point.length], 1).get(point.length)![1]!);
      graph.putFold(descriptor, r);
      graph.totals.clear(1);
      graph.runAll(graph.program([['foldB', a, descriptor, out]]), length / 8, rows, products(out));
      const expected = bound(x.map(fromBase), r);
      expect(readExt(out, length / 2)).toEqual(expected);
      expect(vectors.laneSum(graph.totals.at)).toEqual(sumOf(expected, lanes, point.slice(2)));
    });
    it.each([
      [4, 4],
      [32, 32],
      [128, 128],
      [512, 512],
      [4096, 4096],
      [256, 176],
      [512, 32],
      [8192, 2048 + 1536],
    ])('a vector of %i groups, in place, until its blocks are moved together, %i in use', (length, used) => {
      let v = randoms(4 * length);
      v[0] = LARGEST;
      const [u, lanes, point] = [placeExt(v), randoms(4), randoms(Math.log2(length))];
      const at = memory.allocate(pairTablesBytes([point.length]));
      const tables = pairTables(vectors, fractions, at, lanes, point, [point.length]).get(point.length)!;
      const fold = graph.program([['foldE', u, descriptor, u]]);
      let blocks = blocksOf(length, used);
      for (let variable = 0; blocks.groups > 2 && !isScattered(blocks); variable++) {
        const r = randomExt();
        graph.putFold(descriptor, r);
        putWeights(tables[variable + 1]!);
        graph.totals.clear(1);
        graph.runBlocks(fold, blocks, products(u));
        blocks = halved(blocks);
        v = bound(v, r);
        const inUse = v.slice(0, 4 * blocks.used);
        // From there on weights are those of blocks in one piece.
        if (!isScattered(blocks))
          expect(vectors.laneSum(graph.totals.at)).toEqual(sumOf(inUse, lanes, point.slice(variable + 2)));
        const size = 4 * blocks.groups;
        for (let block = 0; block * size < inUse.length; block++) {
          const expected = inUse.slice(block * size, (block + 1) * size);
          expect(readExt(u + block * BLOCK_GROUPS * 80, expected.length)).toEqual(expected);
        }
      }
    });
  });
  it.each([1, 2, 5, 40])('linear combinations of %i blocks', (count) => {
    const blocks = Array.from({ length: count }, base);
    blocks[0]!.fill(P - 1);
    const extBlocks = Array.from({ length: count }, () => randoms(ROWS));
    const [weights, constant] = [randoms(count), randomExt()];
    weights[0] = LARGEST;
    const out = memory.allocate(20 * ROWS);
    const terms = blocks.map((x, i) => [place(x), weights[i]!] as const);
    const baseList = graph.termList(constant, terms, true);
    run(graph, 'linearB', baseList, 0, out);
    const sum = (row: number): Ext => blocks.reduce((s, x, i) => add(s, mulBase(weights[i]!, x[row]!)), constant);
    const sums = Array.from({ length: ROWS }, (_, row) => sum(row));
    expect(readExt(out, ROWS)).toEqual(sums);
    // To a column from some group on.
    const column = memory.allocate(40 * ROWS);
    run(graph, 'storeLinearB', baseList, 0, column, ROWS / 4);
    expect(readExt(column + 20 * ROWS, ROWS)).toEqual(sums);
    const list = graph.termList(
      constant,
      extBlocks.map((x, i) => [placeExt(x), weights[i]!] as const),
      false,
    );
    run(graph, 'linearE', list, 0, out);
    const sumExt = (row: number): Ext => extBlocks.reduce((s, x, i) => add(s, mul(weights[i]!, x[row]!)), constant);
    expect(readExt(out, ROWS)).toEqual(Array.from({ length: ROWS }, (_, row) => sumExt(row)));
  });
  it('weighs pairs of groups, whichever of the table they are', () => {
    const [lanes, point] = [randoms(4), randoms(10)];
    const at = memory.allocate(pairTablesBytes([10]));
    const { low, high } = pairTables(vectors, fractions, at, lanes, point, [10]).get(10)![0]!;
    const [weights, total, u] = [memory.allocate(8), memory.allocate(80), randoms(ROWS)];
    memory.words.set([low, high], weights / 4);
    const eq = eqTable(point.slice(1)).flatMap((w) => lanes.map((lane) => mul(w, lane)));
    for (const first of [0, 32, 64, 416]) {
      vectors.clear(total, 4);
      run(graph, 'accumulate', placeExt(u), weights, total, first);
      expect(vectors.laneSum(total)).toEqual(dot(u, eq.slice(4 * first)));
    }
  });
  it('integer operations', () => {
    const word = (): number => [0, 1, 2, 31, 32, 2 ** 31, 2 ** 32 - 1, next()][next() % 8]!;
    const words = (f: () => number): Uint32Array => Uint32Array.from({ length: ROWS }, f);
    const put = (values: Uint32Array): number => {
      const at = memory.allocate(4 * ROWS);
      memory.words.set(values, at / 4);
      return at;
    };
    const out = memory.allocate(4 * ROWS);
    const result = (): Uint32Array => memory.words.slice(out / 4, out / 4 + ROWS);
    const [x, y] = [words(word), words(word)];
    const [a, b] = [put(x), put(y)];
    const integer: Record<string, (u: number, v: number) => number> = {
      addU: (u, v) => u + v,
      subU: (u, v) => u - v,
      mulU: Math.imul,
      andU: (u, v) => u & v,
      orU: (u, v) => u | v,
      xorU: (u, v) => u ^ v,
      shlU: (u, v) => u << v,
      shrU: (u, v) => u >>> v,
      sarU: (u, v) => u >> v,
      ltuU: (u, v) => (u < v ? 1 : 0),
      ltsU: (u, v) => ((u | 0) < (v | 0) ? 1 : 0),
      eqU: (u, v) => (u === v ? 1 : 0),
      divuU: (u, v) => (v === 0 ? -1 : Math.floor(u / v)),
      remuU: (u, v) => (v === 0 ? u : u % v),
      mulhuU: (u, v) => Number((BigInt(u) * BigInt(v)) >> 32n),
    };
    for (const [name, oracle] of Object.entries(integer)) {
      run(graph, name as GraphInstruction[0], a, b, out);
      expect(result(), name).toEqual(x.map((u, i) => oracle(u, y[i]!)));
    }
    const [f, g] = [words(random), words(random)];
    const [fa, ga] = [put(f), put(g)];
    const field: Record<string, (u: number, v: number) => number> = {
      faddU: addFelt,
      fsubU: subFelt,
      fmulU: mulFelt,
      finvU: (u) => (u === 0 ? 0 : inverse(u)),
    };
    for (const [name, oracle] of Object.entries(field)) {
      run(graph, name as GraphInstruction[0], fa, ga, out);
      expect(result(), name).toEqual(f.map((u, i) => oracle(u, g[i]!)));
    }
    run(graph, 'finvU', put(f.map(() => 0)), 0, out);
    expect(result()).toEqual(f.map(() => 0));
    run(graph, 'canonicalB', place(f), 0, out);
    expect(result()).toEqual(f);
    run(graph, 'storeU', fa, 0, out - 4 * ROWS, ROWS / 4);
    expect(read(out, ROWS)).toEqual(Array.from(f));
    const index = words(() => next() % 7);
    run(graph, 'lookupU', put(index), a, out);
    expect(result()).toEqual(index.map((i) => x[i]!));
    const strided = words(word);
    const events = memory.allocate(4 * 3 * ROWS);
    memory.words.set(
      strided
        .map((_, i) => strided[i]!)
        .reduce((all, w, i) => all.fill(w, 3 * i + 1, 3 * i + 2), new Uint32Array(3 * ROWS)),
      events / 4,
    );
    run(graph, 'gatherU', events + 4, 12, out);
    expect(result()).toEqual(strided);
  });
  it('reads and writes rings, and runs over many blocks from any on', () => {
    const words = Array.from({ length: 3 * RING_ROWS }, () => next());
    const [events, looked] = [memory.allocate(12 * RING_ROWS), memory.allocate(4 * RING_ROWS)];
    memory.words.set(words, events / 4);
    memory.words.fill(0, looked / 4, looked / 4 + RING_ROWS);
    const column = memory.allocate(8 * RING_ROWS);
    memory.words.fill(0, column / 4, column / 4 + 2 * RING_ROWS);
    const [block, mask] = [memory.allocateLocal(4 * GRAPH_ROWS), memory.allocateLocal(4 * GRAPH_ROWS)];
    const limb = memory.allocate(4);
    memory.words[limb / 4] = 0xffff;
    const program = graph.program([
      ['gatherU', events + 8, 12, block],
      ['fillB', limb, 0, mask],
      ['andU', block, mask, block],
      ['storeU', block, 0, column],
      ['loadB', column, 0, block],
      ['canonicalB', block, 0, looked],
    ]);
    // From the middle of the ring on, all but the last four.
    const [first, count] = [1.5 * RING_ROWS, RING_ROWS / 2 - 4];
    const value = (row: number): number => words[3 * (row % RING_ROWS) + 2]! & 0xffff;
    graph.run(program, first / 4, count / 4);
    expect(read(column, 2 * RING_ROWS)).toEqual(
      Array.from({ length: 2 * RING_ROWS }, (_, row) => (row >= first && row < first + count ? value(row) : 0)),
    );
    const written = (place: number): boolean => place >= RING_ROWS / 2 && place < RING_ROWS - 4;
    expect(Array.from(memory.words.subarray(looked / 4, looked / 4 + RING_ROWS))).toEqual(
      Array.from({ length: RING_ROWS }, (_, place) => (written(place) ? value(place) : 0)),
    );
  });
  it('writes fractions as sums and as children', () => {
    const [p, q, halfLambda] = [randoms(ROWS), randoms(ROWS), randomExt()];
    const [a, d] = [placeExt(p), placeExt(q)];
    const stride = VectorKernels.bytes(ROWS) + 80;
    const out = memory.allocate(4 * stride);
    const descriptor = graph.leafDescriptor(out, stride, halfLambda);
    run(graph, 'leafPairs', a, descriptor, d);
    // Neighbouring groups are each other's siblings.
    for (let i = 0; i < ROWS; i++) {
      const [child, at] = [(i >> 2) % 2, 4 * (i >> 3) + (i & 3)];
      expect(vectors.get(out + child * stride, at)).toEqual(add(p[i]!, mul(halfLambda, q[i]!)));
      expect(vectors.get(out + (2 + child) * stride, at)).toEqual(q[i]);
    }
    run(graph, 'leafSums', a, descriptor, d);
    for (let i = 0; i < ROWS / 2; i++) {
      const [child, at] = [(i >> 2) % 2, 4 * (i >> 3) + (i & 3)];
      const [low, high] = [8 * (i >> 2) + (i & 3), 8 * (i >> 2) + 4 + (i & 3)];
      const numerator = add(mul(q[high]!, p[low]!), mul(q[low]!, p[high]!));
      expect(vectors.get(out + child * stride, at)).toEqual(numerator);
      expect(vectors.get(out + (2 + child) * stride, at)).toEqual(mul(q[low]!, q[high]!));
    }
  });
  it('mixed products', () => {
    const [x, u, v] = [base(), randoms(ROWS), randoms(ROWS)];
    u[0] = v[0] = LARGEST;
    const [a, b, c] = [place(x), placeExt(u), placeExt(v)];
    const out = memory.allocate(20 * ROWS);
    const scaled = u.map((w, i) => mulBase(w, x[i]!));
    run(graph, 'mulEB', b, a, out);
    expect(readExt(out, ROWS)).toEqual(scaled);
    run(graph, 'addMulE', b, c, out);
    expect(readExt(out, ROWS)).toEqual(scaled.map((w, i) => add(w, mul(u[i]!, v[i]!))));
    run(graph, 'embedB', a, 0, out);
    expect(readExt(out, ROWS)).toEqual(x.map((w) => [w, 0, 0, 0, 0]));
    run(graph, 'addMulEB', b, a, out);
    expect(readExt(out, ROWS)).toEqual(scaled.map((w, i) => add(w, [x[i]!, 0, 0, 0, 0])));
  });
  it.each([16, 64, 1024, 4096])(
    "the leading coefficient of children's first message, as they are written, for %i rows",
    (rows) => {
      const [p, q] = [placeExt(randoms(rows)), placeExt(randoms(rows))];
      const stride = VectorKernels.bytes(rows / 2);
      const base = memory.allocate(4 * stride);
      const point = randoms(Math.log2(rows) - 3);
      const at = memory.allocate(pairTablesBytes([point.length]));
      const eq = pairTables(vectors, fractions, at, randoms(4), point, [point.length]).get(point.length)![0]!;
      const weights = placeExt(randoms(3));
      const weight = elementAt(weights, 2);
      const [a, b] = [memory.allocateLocal(20 * ROWS), memory.allocateLocal(20 * ROWS)];
      const program = graph.program([
        ['loadE', p, 0, a],
        ['loadE', q, 0, b],
        ['leafPairs', a, graph.leafDescriptor(base, stride, randomExt()), b],
        ['leafLeading', graph.messageDescriptor(base, stride, eq, weight), 0, graph.totals.at],
      ]);
      graph.totals.clear(1);
      graph.runAll(program, rows / 4, ROWS);
      fractions.totals.clear(2);
      const band = { base, stride, partBytes: 4 * stride, parts: 1 };
      fractions.message(band, blocksOf(rows / 8), eq, weight);
      expect(vectors.laneSum(graph.totals.at)).toEqual(vectors.laneSum(fractions.totals.at + 80));
    },
  );
});
