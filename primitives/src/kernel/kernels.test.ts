/** Every kernel against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { add as addFelt, inverse, mul as mulFelt, P, sub as subFelt } from '../field/base.ts';
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from '../field/ext.ts';
import { eqTable, foldHalves, lerp } from '../field/multilinear.ts';
import { forwardNtt, transposedNtt } from '../field/ntt.ts';
import { buildMerkleTree } from '../hash/merkle.ts';
import { permute } from '../hash/poseidon2.ts';
import { POSEIDON2_KOALABEAR as suite } from '../hash/suite.ts';
import { FunctionBuilder, I32, ModuleBuilder, v128 } from '../wasm/assembler.ts';
import { fromMontgomery, toMontgomery, VectorField } from '../wasm/field.ts';
import { eqTables, eqTablesBytes } from './eq.ts';
import type { GraphKernels, GraphOperation } from './graph.ts';
import { Kernels } from './kernels.ts';
import { HashKernels } from './permutation.ts';
import { shoupQuotient, TransformKernels } from './transform.ts';
import { VectorKernels } from './vectors.ts';

const kernels = new Kernels(suite);
const { memory, hash, transform, fractions, graph, vectors } = kernels;

const EDGES = [0, 1, 2, P - 1, P - 2, 0xffff, 0x10000, 1 << 24, (1 << 30) + 7];
let seed = 3;
const next = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed;
};
/** A quarter of the values are extreme. */
const random = (): number => (next() % 4 === 0 ? EDGES[next() % EDGES.length]! : next() % P);
const randomExt = (): Ext => [random(), random(), random(), random(), random()];
const randoms = (length: number): Ext[] => Array.from({ length }, randomExt);
const LARGEST: Ext = [P - 1, P - 1, P - 1, P - 1, P - 1];

/** Writes base elements to fresh kernel memory. */
function place(values: ArrayLike<number>): number {
  const at = memory.allocate(4 * values.length);
  memory.words.set(Array.from(values, toMontgomery), at / 4);
  return at;
}
const read = (at: number, count: number): number[] =>
  Array.from(memory.words.subarray(at / 4, at / 4 + count), fromMontgomery);

/** Writes a vector of extension elements; lanes beyond its end are zero. */
function placeExt(values: readonly Ext[], bytes = VectorKernels.bytes(values.length)): number {
  const at = memory.allocate(bytes);
  memory.words.fill(0, at / 4, (at + bytes) / 4);
  for (const [i, x] of values.entries()) vectors.set(at, i, x);
  return at;
}
const readExt = (at: number, count: number): Ext[] => Array.from({ length: count }, (_, i) => vectors.get(at, i));
const dot = (a: readonly Ext[], b: readonly Ext[]): Ext => a.reduce((s, x, i) => add(s, mul(x, b[i]!)), ZERO);

describe('field', () => {
  const operations: Record<
    string,
    [(f: VectorField, a: number[], b: number[]) => readonly number[], (a: number, b: number) => number]
  > = {
    add: [(f, a, b) => f.add(a, b), addFelt],
    sub: [(f, a, b) => f.sub(a, b), subFelt],
    mul: [(f, a, b) => f.mul(a, b), (a, b) => mulFelt(mulFelt(a, b), inverse(toMontgomery(1)))],
    dot6: [
      (f, a, b) => f.dot([a, a, a, a, a, a], [b, b, b, b, b, b]),
      (a, b) => mulFelt(mulFelt(mulFelt(a, b), 6), inverse(toMontgomery(1))),
    ],
    halve1: [(f, a) => f.halve(a, 1), (a) => mulFelt(a, inverse(2))],
    halve24: [(f, a) => f.halve(a, 24), (a) => mulFelt(a, inverse(2 ** 24))],
  };
  it.each(Object.keys(operations))('%s on all pairs of edges and random values', (name) => {
    const [emit, oracle] = operations[name]!;
    const f = new FunctionBuilder('run', [I32, I32, I32]);
    const load = (i: number): number[] => f.keep(v128.load(f.parameter(i))) as number[];
    f.emit(v128.store(f.parameter(2), emit(new VectorField(f), load(0), load(1))));
    const module = new ModuleBuilder();
    module.add(f);
    const call = module.instantiate<'run'>(memory.memory);
    const [a, b, out] = [memory.allocate(16), memory.allocate(16), memory.allocate(16)];
    const values = [...EDGES, ...Array.from({ length: 40 }, random)];
    for (const x of values) {
      for (let i = 0; i < values.length; i += 4) {
        const y = [0, 1, 2, 3].map((k) => values[(i + k) % values.length]!);
        memory.words.fill(x, a / 4, a / 4 + 4);
        memory.words.set(y, b / 4);
        call.run(a, b, out);
        expect(Array.from(memory.words.subarray(out / 4, out / 4 + 4))).toEqual(y.map((v) => oracle(x, v)));
      }
    }
  });
  it('quotients of constants are exact', () => {
    for (const w of [...EDGES, ...Array.from({ length: 2000 }, random)])
      expect(BigInt(shoupQuotient(w))).toBe((BigInt(w) << 32n) / BigInt(P));
  });
});

describe('hashing', () => {
  it.each(['node', 'leaf'] as const)('permutes like its oracle: %s', (kind) => {
    const { width } = suite[kind];
    for (const fill of [() => 0, () => P - 1, random, random]) {
      const groups = Array.from({ length: 2 }, () =>
        Array.from({ length: 4 }, () => Uint32Array.from({ length: width }, fill)),
      );
      const at = place(groups.flatMap((g) => Array.from({ length: width }, (_, i) => g.map((s) => s[i]!)).flat()));
      hash.permuteGroups(kind, at, 2);
      const out = read(at, 8 * width);
      for (const [g, group] of groups.entries()) {
        for (const [lane, state] of group.entries()) {
          const one = state.slice();
          hash.permuteOne(kind, one);
          permute(suite[kind], state);
          expect(Array.from(state, (_, i) => out[4 * width * g + 4 * i + lane])).toEqual(Array.from(state));
          expect(one).toEqual(state);
        }
      }
    }
  });
  it.each([
    [2, 4],
    [3, 20],
    [6, 16],
    [5, 128],
    [9, 160],
  ])('builds trees like its oracle: 2^%i rows of %i', (logRows, width) => {
    const data = Uint32Array.from({ length: 2 ** logRows * width }, random);
    const tree = memory.allocate(HashKernels.treeBytes(logRows));
    hash.buildTree(place(data), width, logRows, tree);
    const expected = buildMerkleTree(suite, data, logRows, width).levels.flat(2);
    expect(read(tree, expected.length)).toEqual(expected);
  });
  it('finds the lowest nonce', () => {
    const state = Array.from({ length: 16 }, random);
    for (const [slot, bits] of [
      [0, 1],
      [7, 9],
    ] as const) {
      const nonce = hash.findNonce(state, slot, bits);
      for (let n = 0; n <= nonce; n++) {
        const trial = Uint32Array.from(state);
        trial[slot] = n;
        permute(suite.node, trial);
        expect((trial[0]! & (2 ** bits - 1)) === 0).toBe(n === nonce);
      }
    }
  });
});

describe('transforms', () => {
  transform.setTable(memory.allocate(TransformKernels.tableBytes(13)), 13);
  it.each([
    [0, 1, 128],
    [1, 1, 4],
    [4, 0, 4],
    [7, 5, 128],
    [8, 3, 160],
    [9, 1, 12],
    [12, 1, 8],
  ])('encodes and transposes 2^%i rows at rate 2^-%i, width %i', (logRows, logInverseRate, width) => {
    const values = Uint32Array.from({ length: 2 ** logRows * width }, random);
    const code = new Uint32Array(values.length * 2 ** logInverseRate);
    code.set(values);
    forwardNtt(code, logRows + logInverseRate, width);
    const to = memory.allocate(4 * code.length);
    transform.encode(place(values), to, 4 * width, logRows, logInverseRate);
    expect(read(to, code.length)).toEqual(Array.from(code));
    transposedNtt(code, logRows + logInverseRate, width);
    transform.transpose(to, 4 * width, logRows + logInverseRate, () => false);
    expect(read(to, code.length)).toEqual(Array.from(code));
  });
  it('skips rows that are zero', () => {
    const [logRows, width] = [8, 8];
    const values = new Uint32Array(2 ** logRows * width);
    values.set([1, 2, 3, 4, 5, 0, 0, 0], 37 * width);
    const at = place(values);
    transform.transpose(at, 4 * width, logRows, (first, count) => 37 < first || 37 >= first + count);
    transposedNtt(values, logRows, width);
    expect(read(at, values.length)).toEqual(Array.from(values));
  });
});

describe('vectors', () => {
  it.each([4, 8, 64, 4096, 8192])('folds, scales and sums %i elements', (n) => {
    const [f, w, r] = [randoms(n), randoms(n), randomExt()];
    f[0] = w[0] = LARGEST;
    const [a, b] = [placeExt(f), placeExt(w)];
    expect(vectors.dot(a, b, n)).toEqual(dot(f, w));
    vectors.addScaled(a, b, n, r);
    const sums = w.map((x, i) => add(x, mul(r, f[i]!)));
    expect(readExt(b, n)).toEqual(sums);
    if (n >= 8) {
      const even = (v: readonly Ext[]): Ext[] => v.filter((_, i) => i % 2 === 0);
      const slope = (v: readonly Ext[]): Ext[] => even(v).map((x, i) => sub(v[2 * i + 1]!, x));
      expect(vectors.pairMessage(a, b, n)).toEqual([dot(even(f), even(sums)), dot(slope(f), slope(sums))]);
      vectors.pairFold(a, n, r);
      expect(readExt(a, n / 2)).toEqual(even(f).map((x, i) => lerp(x, f[2 * i + 1]!, r)));
    }
    const rows = memory.allocate(20 * n);
    vectors.toRows(b, rows, n);
    expect(read(rows, 5 * n)).toEqual(sums.flat());
    const powers = memory.allocate(VectorKernels.bytes(n));
    vectors.powers(powers, n, r, mul);
    let power = ONE;
    for (const x of readExt(powers, n)) {
      expect(x).toEqual(power);
      power = mul(power, r);
    }
  });
  it.each([
    [8, 4],
    [128, 4],
    [128, 200],
  ])('contracts rows of %i words, %i of them, from both sides', (width, count) => {
    const values = Array.from({ length: width * count }, (_, i) => (i < width ? P - 1 : random()));
    const at = place(values);
    const [high, low] = [randoms(count), randoms(width)];
    high[0] = low[0] = LARGEST;
    const [h, l] = [placeExt(high), placeExt(low)];
    const [columns, rows] = [memory.allocate(VectorKernels.bytes(width)), memory.allocate(VectorKernels.bytes(count))];
    vectors.contractHigh(at, width, count, h, columns);
    vectors.contractLow(at, width, count, l, rows);
    const cell = (i: number, j: number): number => values[i * width + j]!;
    const sumOver = (n: number, f: (i: number) => Ext): Ext => Array.from({ length: n }, (_, i) => f(i)).reduce(add);
    expect(readExt(columns, width)).toEqual(low.map((_, j) => sumOver(count, (i) => mulBase(high[i]!, cell(i, j)))));
    expect(readExt(rows, count)).toEqual(high.map((_, i) => sumOver(width, (j) => mulBase(low[j]!, cell(i, j)))));
  });
  it.each([4, 20, 4096])('folds 2 * %i base elements', (half) => {
    const values = Array.from({ length: 2 * half }, random);
    const out = memory.allocate(VectorKernels.bytes(half));
    const r = randomExt();
    vectors.foldBase(place(values), half, out, r);
    expect(readExt(out, half)).toEqual(
      foldHalves(
        values.map((x): Ext => [x, 0, 0, 0, 0]),
        r,
      ),
    );
  });
  it('adds rows of eight words', () => {
    const [rows, v] = [Array.from({ length: 8 * 12 }, random), randoms(12)];
    const at = placeExt(v);
    vectors.addRows(place(rows), at, 12);
    expect(readExt(at, 12)).toEqual(v.map((x, i) => add(x, rows.slice(8 * i, 8 * i + 5) as unknown as Ext)));
  });
});

it.each([0, 1, 2, 5, 9, 11])('eq tables of all prefixes of %i variables', (n) => {
  const point = randoms(n);
  const tables = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(n)), point);
  for (const [i, { low, high }] of tables.entries()) {
    const expected = eqTable(point.slice(0, i));
    for (const [x, value] of expected.entries()) {
      expect(mul(vectors.get(low, x % 512), vectors.get(high, x >> 9))).toEqual(value);
    }
    for (let x = expected.length; x < 4; x++) expect(vectors.get(low, x)).toEqual(ZERO);
  }
});

describe('fractions', () => {
  const cross = ([s0, s1, q0, q1]: readonly Ext[]): Ext => add(mul(s0!, q1!), mul(s1!, q0!));
  /** Parts of four vectors, and where they lie. */
  function band(parts: number, pairs: number, data?: readonly Ext[][][]) {
    const stride = VectorKernels.bytes(pairs) + 80;
    const values = data ?? Array.from({ length: parts }, () => Array.from({ length: 4 }, () => randoms(pairs)));
    const base = memory.allocate(4 * stride * parts);
    for (const [i, part] of values.entries()) {
      for (const [k, v] of part.entries())
        for (const [x, value] of v.entries()) vectors.set(base + (4 * i + k) * stride, x, value);
    }
    const get = (part: number, k: number, x: number): Ext => vectors.get(base + (4 * part + k) * stride, x);
    return { band: { base, stride, partBytes: 4 * stride, parts }, values, get };
  }
  it.each([8, 16, 64, 4096])('are added in pairs: %i', (pairs) => {
    const from = band(3, pairs);
    const to = band(3, pairs / 2);
    fractions.sums(from.band, to.band, pairs);
    for (const [i, [p0, p1, q0, q1]] of from.values.entries()) {
      for (let x = 0; x < pairs; x++) {
        const numerator = cross([p0![x]!, p1![x]!, q0![x]!, q1![x]!]);
        expect(to.get(i, x % 2, x >> 1)).toEqual(numerator);
        expect(to.get(i, 2 + (x % 2), x >> 1)).toEqual(mul(q0![x]!, q1![x]!));
      }
    }
  });
  it('up to four pairs leave lanes of 0/1', () => {
    const make = () => {
      const base = memory.allocate(2 * 320);
      return { base, stride: 80, partBytes: 320, parts: 2 };
    };
    const [from, to] = [make(), make()];
    for (let i = 0; i < 8; i++) for (let x = 0; x < 4; x++) vectors.set(from.base + 80 * i, x, randomExt());
    fractions.sums(from, to, 4);
    for (let part = 0; part < 2; part++) {
      const get = (k: number, x: number): Ext => vectors.get(from.base + 320 * part + 80 * k, x);
      const out = (k: number, x: number): Ext => vectors.get(to.base + 320 * part + 80 * k, x);
      for (let x = 0; x < 4; x++) {
        expect(out(x % 2, x >> 1)).toEqual(cross([get(0, x), get(1, x), get(2, x), get(3, x)]));
        expect(out(2 + (x % 2), x >> 1)).toEqual(mul(get(2, x), get(3, x)));
        expect([out(x % 2, 2 + (x >> 1)), out(2 + (x % 2), 2 + (x >> 1))]).toEqual([ZERO, ONE]);
      }
    }
  });
  it.each([
    [1, 8],
    [3, 16],
    [2, 2048],
    [1, 8192],
  ])('%i parts of %i pairs: messages and folds', (parts, pairs) => {
    const { band: b, values, get } = band(parts, pairs);
    const half = pairs / 2;
    const point = randoms(Math.log2(pairs));
    const tables = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point);
    const weights = randoms(parts);
    const weightsAt = placeExt(weights);
    const totals = memory.allocate(160);
    const halfLambda = randomExt();
    fractions.start(b, pairs / 4, halfLambda);
    for (const part of values) {
      for (const k of [0, 1]) part[k] = part[k]!.map((p, x) => add(p, mul(halfLambda, part[k + 2]![x]!)));
      for (const [k, v] of part.entries()) expect(get(values.indexOf(part), k, pairs - 1)).toEqual(v[pairs - 1]);
    }
    const weighted = (size: number, f: (part: readonly Ext[][], x: number) => Ext): Ext => {
      const eq = eqTable(point.slice(0, Math.log2(size)));
      return values
        .map((part, i) =>
          mul(
            weights[i]!,
            dot(
              eq,
              eq.map((_, x) => f(part, x)),
            ),
          ),
        )
        .reduce(add);
    };
    vectors.clear(totals, 8);
    fractions.message(b, half / 4, tables[Math.log2(half)]!, weightsAt, totals);
    expect(vectors.laneSum(totals)).toEqual(weighted(half, (part, x) => cross(part.map((v) => v[half + x]!))));
    const slopes = (part: readonly Ext[][], x: number): Ext => cross(part.map((v) => sub(v[half + x]!, v[x]!)));
    expect(vectors.laneSum(totals + 80)).toEqual(weighted(half, slopes));
    const centred = (part: readonly Ext[][], x: number): Ext[] =>
      part.map((v, k) => sub(v[x]!, k < 2 ? halfLambda : ONE));
    const linear = ([s0, s1, q0, q1]: readonly Ext[]): Ext => add(add(s0!, s1!), mul(halfLambda, add(q0!, q1!)));
    const four = memory.allocate(320);
    vectors.clear(four, 16);
    fractions.first(b, half / 4, tables[Math.log2(half)]!, weightsAt, four, halfLambda);
    expect([0, 1, 2, 3].map((k) => vectors.laneSum(four + 80 * k))).toEqual([
      weighted(half, (part, x) => cross(centred(part, x))),
      weighted(half, (part, x) => cross(centred(part, half + x))),
      weighted(half, slopes),
      weighted(half, (part, x) => linear(centred(part, half + x))),
    ]);
    const [r, s, q] = [randomExt(), randomExt(), randomExt()];
    fractions.fold(b.base, b.stride, 4, b.partBytes, parts, half / 4, r);
    fractions.shift(b, half / 4, s, q);
    for (const [i, part] of values.entries()) {
      for (const [k, v] of part.entries()) {
        const expected = foldHalves(v, r).map((x) => add(x, k < 2 ? s : q));
        expect(Array.from({ length: half }, (_, x) => get(i, k, x))).toEqual(expected);
      }
    }
  });
  it('of one group: the quadratic part', () => {
    const values = Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => randoms(4)));
    const base = memory.allocate(3 * 320);
    for (const [i, part] of values.entries())
      for (const [k, v] of part.entries())
        for (const [x, value] of v.entries()) vectors.set(base + 320 * i + 80 * k, x, value);
    const [point, weights, halfLambda, total] = [randoms(2), randoms(3), randomExt(), memory.allocate(80)];
    const eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(2)), point)[2]!;
    vectors.clear(total, 4);
    fractions.quadratic({ base, stride: 80, partBytes: 320, parts: 3 }, eq, placeExt(weights), total, halfLambda);
    const expected = values.map((part, i) =>
      eqTable(point)
        .map((w, x) => mul(w, cross(part.map((v, k) => sub(v[x]!, k < 2 ? halfLambda : ONE)))))
        .reduce((sum, y) => add(sum, mul(weights[i]!, y)), ZERO),
    );
    expect(vectors.laneSum(total)).toEqual(expected.reduce(add));
  });
  it('are placed by row and interaction, and split when less than a group is left', () => {
    const { band: b, values } = band(2, 4);
    const [c, s, q] = [randomExt(), randomExt(), randomExt()];
    const list = memory.allocate(8);
    memory.words.set([5, 2], list / 4);
    const out = memory.allocate(4 * 640);
    fractions.place(b, c, s, q, out, 640, 8, list);
    for (const [i, interaction] of [5, 2].entries()) {
      for (let k = 0; k < 4; k++) {
        for (let row = 0; row < 4; row++) {
          const expected = add(mul(c, values[i]![k]![row]!), k < 2 ? s : q);
          expect(vectors.get(out + 640 * k, 8 * row + interaction)).toEqual(expected);
        }
      }
    }
    const group = readExt(out, 4);
    fractions.split(out, 640, 1, 4);
    expect(readExt(out + 80, 4)).toEqual([group[2], group[3], ZERO, ZERO]);
    fractions.split(out, 640, 1, 2);
    expect(readExt(out + 80, 4)).toEqual([group[1], ZERO, ZERO, ZERO]);
  });
});

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
});
