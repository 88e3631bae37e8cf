/** Arithmetic, hashing, transforms and vectors: every kernel against its oracle, on random and extreme inputs. */

import { add as addFelt, inverse, mul as mulFelt, P, sub as subFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, ONE, sub } from '@weft/primitives/field/ext';
import { foldHalves, lerp } from '@weft/primitives/field/multilinear';
import { forwardNtt, transposedNtt } from '@weft/primitives/field/ntt';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { permute } from '@weft/primitives/hash/poseidon2';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { shoupQuotient, TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { FunctionBuilder, I32, ModuleBuilder, v128 } from '@weft/primitives/wasm/assembler';
import { toMontgomery, VectorField } from '@weft/primitives/wasm/field';
import { describe, expect, it } from 'vitest';

import {
  dot,
  EDGES,
  kernels,
  LARGEST,
  place,
  placeExt,
  random,
  randomExt,
  randoms,
  read,
  readExt,
} from '../support/kernels.ts';

const { memory, hash, transform, vectors } = kernels;

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
  it.each([1, 2, 3, 4, 5, 255, 256, 257, 600])('%i pairs of digests, as one by one', (count) => {
    const pairs = Uint32Array.from({ length: 16 * count }, (_, i) =>
      i % 7 === 0 ? P - 1 : i % 5 === 0 ? 0 : random(),
    );
    const want = Array.from({ length: count }, (_, i) => {
      const state = pairs.slice(16 * i, 16 * i + 16);
      permute(suite.node, state);
      return [...state.subarray(0, 8)];
    });
    expect([...hash.hashPairs(pairs)]).toEqual(want.flat());
  });
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
          const one = hash.permuteOne(kind, Array.from(state));
          const [many] = hash.permuteMany(kind, [Array.from(state)]);
          permute(suite[kind], state);
          expect(Array.from(state, (_, i) => out[4 * width * g + 4 * i + lane])).toEqual(Array.from(state));
          expect([one, many]).toEqual([Array.from(state), Array.from(state)]);
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
