/** The block machine: every operation against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { add as addFelt, inverse, mul as mulFelt, P, sub as subFelt } from '../field/base.ts';
import { add, type Ext, fromBase, mul, mulBase, sub } from '../field/ext.ts';
import { eqTable, foldHalves } from '../field/multilinear.ts';
import { elementAt } from '../wasm/extension.ts';
import type { GraphOperation } from './emit/graph-operation.ts';
import { eqTables, eqTablesBytes, pairTables, pairTablesBytes } from './eq.ts';
import { blocksOf } from './fractions.ts';
import { FOLD_BYTES, type GraphInstruction, type GraphKernels } from './graph.ts';
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
  it('reads columns from any group on, and their halves', () => {
    const [x, u] = [Array.from({ length: 4 * ROWS }, random), randoms(4 * ROWS)];
    const [a, d] = [place(x), placeExt(u)];
    const [out, outExt] = [memory.allocate(4 * ROWS), memory.allocate(20 * ROWS)];
    const rows = Array.from({ length: ROWS }, (_, i) => ROWS + i);
    const half = 2 * ROWS;
    const two = [2, 0, 0, 0, 0] as const;
    const base: [GraphOperation, (i: number) => number][] = [
      ['loadB', (i) => x[i]!],
      ['deltaB', (i) => subFelt(x[half + i]!, x[i]!)],
      ['atTwoB', (i) => subFelt(mulFelt(2, x[half + i]!), x[i]!)],
    ];
    for (const [operation, expected] of base) {
      run(graph, operation, a, 4 * half, out, ROWS / 4);
      expect(read(out, ROWS)).toEqual(rows.map(expected));
    }
    const extension: [GraphOperation, (i: number) => Ext][] = [
      ['loadE', (i) => u[i]!],
      ['deltaE', (i) => sub(u[half + i]!, u[i]!)],
      ['atTwoE', (i) => sub(mul(two, u[half + i]!), u[i]!)],
    ];
    for (const [operation, expected] of extension) {
      run(graph, operation, d, 20 * half, outExt, ROWS / 4);
      expect(readExt(outExt, ROWS)).toEqual(rows.map(expected));
    }
    run(graph, 'storeE', d, 0, outExt - 20 * ROWS, ROWS / 4);
    expect(readExt(outExt, ROWS)).toEqual(u.slice(0, ROWS));
  });
  it.each([
    [8, ROWS],
    [4 * ROWS, ROWS],
    [4 * ROWS + 4, ROWS / 2],
  ])('binds columns of 4 * %i rows, and sums over the blocks of %i that it has bound', (quarter, rows) => {
    const [x, u, r] = [Array.from({ length: 4 * quarter }, random), randoms(4 * quarter), randomExt()];
    u[0] = LARGEST;
    const [a, d, out] = [place(x), placeExt(u), memory.allocate(VectorKernels.bytes(2 * quarter))];
    const point = randoms(Math.ceil(Math.log2(quarter)));
    const eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point).at(-1)!;
    const [pair, descriptor] = [memory.allocate(8), memory.allocate(FOLD_BYTES)];
    memory.words.set([eq.low, eq.high], pair / 4);
    graph.putFold(descriptor, quarter / 4, r);
    const fold = graph.program([
      ['foldB', a, descriptor, out],
      ['foldE', d, descriptor, d],
    ]);
    const [left, right] = [memory.allocateLocal(20 * ROWS), memory.allocateLocal(20 * ROWS)];
    const products = graph.program([
      ['loadE', out, 0, left],
      ['loadE', d + VectorKernels.bytes(quarter), 0, right],
      ['mulE', left, right, left],
      ['accumulate', left, pair, graph.totals.at],
    ]);
    graph.totals.clear(1);
    graph.runAll(fold, quarter / 4, rows, products);
    const [columns, extension] = [foldHalves(x.map(fromBase), r), foldHalves(u, r)];
    expect(readExt(out, 2 * quarter)).toEqual(columns);
    expect(readExt(d, 2 * quarter)).toEqual(extension);
    const upper = extension.slice(quarter);
    expect(vectors.laneSum(graph.totals.at)).toEqual(
      dot(
        upper.map((y, i) => mul(y, columns[i]!)),
        eqTable(point),
      ),
    );
  });
  it.each([1, 2, 5, 40])('linear combinations of %i blocks', (count) => {
    const blocks = Array.from({ length: count }, base);
    blocks[0]!.fill(P - 1);
    const extBlocks = Array.from({ length: count }, () => randoms(ROWS));
    const [weights, constant] = [randoms(count), randomExt()];
    weights[0] = LARGEST;
    const out = memory.allocate(20 * ROWS);
    run(
      graph,
      'linearB',
      graph.termList(
        constant,
        blocks.map((x, i) => [place(x), weights[i]!] as const),
        true,
      ),
      0,
      out,
    );
    const sum = (row: number): Ext => blocks.reduce((s, x, i) => add(s, mulBase(weights[i]!, x[row]!)), constant);
    expect(readExt(out, ROWS)).toEqual(Array.from({ length: ROWS }, (_, row) => sum(row)));
    const list = graph.termList(
      constant,
      extBlocks.map((x, i) => [placeExt(x), weights[i]!] as const),
      false,
    );
    run(graph, 'linearE', list, 0, out);
    const sumExt = (row: number): Ext => extBlocks.reduce((s, x, i) => add(s, mul(weights[i]!, x[row]!)), constant);
    expect(readExt(out, ROWS)).toEqual(Array.from({ length: ROWS }, (_, row) => sumExt(row)));
  });
  it('weighs blocks with eq, whichever block of the table they are', () => {
    const point = randoms(11);
    const tables = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(11)), point);
    const [pair, total, u] = [memory.allocate(8), memory.allocate(80), randoms(ROWS)];
    memory.words.set([tables[11]!.low, tables[11]!.high], pair / 4);
    const eq = eqTable(point);
    for (const first of [0, 64, 128, 416]) {
      vectors.clear(total, 4);
      run(graph, 'accumulate', placeExt(u), pair, total, first);
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
  it('writes fractions as sums and as children', () => {
    const [p, q, halfLambda] = [randoms(ROWS), randoms(ROWS), randomExt()];
    const [a, d] = [placeExt(p), placeExt(q)];
    const stride = VectorKernels.bytes(ROWS) + 80;
    const out = memory.allocate(4 * stride);
    const descriptor = graph.leafDescriptor(out, stride, halfLambda);
    run(graph, 'leafPairs', a, descriptor, d);
    for (let i = 0; i < ROWS; i++) {
      expect(vectors.get(out + (i % 2) * stride, i >> 1)).toEqual(add(p[i]!, mul(halfLambda, q[i]!)));
      expect(vectors.get(out + (2 + (i % 2)) * stride, i >> 1)).toEqual(q[i]);
    }
    run(graph, 'leafSums', a, descriptor, d);
    for (let i = 0; i < ROWS / 2; i++) {
      const numerator = add(mul(q[2 * i + 1]!, p[2 * i]!), mul(q[2 * i]!, p[2 * i + 1]!));
      expect(vectors.get(out + (i % 2) * stride, i >> 1)).toEqual(numerator);
      expect(vectors.get(out + (2 + (i % 2)) * stride, i >> 1)).toEqual(mul(q[2 * i]!, q[2 * i + 1]!));
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
  it.each([16, 64, 1024, 4096])("children's first message, as they are written, for %i rows", (rows) => {
    const [p, q] = [placeExt(randoms(rows)), placeExt(randoms(rows))];
    const stride = VectorKernels.bytes(rows / 2);
    const base = memory.allocate(4 * stride);
    const point = randoms(Math.log2(rows) - 3);
    const at = memory.allocate(pairTablesBytes(point.length));
    const eq = pairTables(vectors, fractions, at, randoms(4), point)[0]!;
    const weights = placeExt(randoms(3));
    const weight = elementAt(weights, 2);
    const [a, b] = [memory.allocateLocal(20 * ROWS), memory.allocateLocal(20 * ROWS)];
    const totals = (): Ext[] => [0, 80].map((k) => vectors.laneSum(graph.totals.at + k));
    const program = graph.program([
      ['loadE', p, 0, a],
      ['loadE', q, 0, b],
      ['leafPairs', a, graph.leafDescriptor(base, stride, randomExt()), b],
      ['leafMessage', graph.messageDescriptor(base, stride, eq, weight), 0, graph.totals.at],
    ]);
    graph.totals.clear(2);
    graph.runAll(program, rows / 4, ROWS);
    fractions.totals.clear(2);
    const band = { base, stride, partBytes: 4 * stride, parts: 1 };
    fractions.message(band, blocksOf(rows / 8), eq, weight);
    expect(totals()).toEqual([0, 80].map((k) => vectors.laneSum(fractions.totals.at + k)));
  });
});
