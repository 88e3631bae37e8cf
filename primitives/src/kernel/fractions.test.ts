/** The sums of fractions: every kernel against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { add, type Ext, mul, ONE, sub, ZERO } from '../field/ext.ts';
import { eqTable, foldHalves } from '../field/multilinear.ts';
import { eqTables, eqTablesBytes } from './eq.ts';
import { dot, kernels, placeExt, randomExt, randoms, readExt } from './kernels.test-support.ts';
import { VectorKernels } from './vectors.ts';

const { memory, fractions, vectors } = kernels;

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
  it.each([
    [3, 8],
    [3, 16],
    [80, 64],
    [3, 4096],
  ])('are added in pairs: %i parts of %i', (parts, pairs) => {
    const from = band(parts, pairs);
    const to = band(parts, pairs / 2);
    fractions.sums(from.band, to.band, pairs);
    for (const [i, [p0, p1, q0, q1]] of from.values.entries()) {
      for (let x = 0; x < pairs; x++) {
        const numerator = cross([p0![x]!, p1![x]!, q0![x]!, q1![x]!]);
        expect(to.get(i, x % 2, x >> 1)).toEqual(numerator);
        expect(to.get(i, 2 + (x % 2), x >> 1)).toEqual(mul(q0![x]!, q1![x]!));
      }
    }
  });
  it.each([2, 300])('up to four pairs leave lanes of 0/1: %i parts', (parts) => {
    const make = () => {
      const base = memory.allocate(parts * 320);
      return { base, stride: 80, partBytes: 320, parts };
    };
    const [from, to] = [make(), make()];
    for (let i = 0; i < 4 * parts; i++) for (let x = 0; x < 4; x++) vectors.set(from.base + 80 * i, x, randomExt());
    fractions.sums(from, to, 4);
    for (let part = 0; part < parts; part++) {
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
    [80, 64],
    [2, 2048],
    [1, 8192],
  ])('%i parts of %i pairs: messages and folds', (parts, pairs) => {
    const { band: b, values, get } = band(parts, pairs);
    const half = pairs / 2;
    const point = randoms(Math.log2(pairs));
    const tables = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point);
    const weights = randoms(parts);
    const weightsAt = placeExt(weights);
    const { totals } = fractions;
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
    totals.clear(2);
    fractions.message(b, half / 4, tables[Math.log2(half)]!, weightsAt);
    expect(vectors.laneSum(totals.at)).toEqual(weighted(half, (part, x) => cross(part.map((v) => v[half + x]!))));
    const slopes = (part: readonly Ext[][], x: number): Ext => cross(part.map((v) => sub(v[half + x]!, v[x]!)));
    expect(vectors.laneSum(totals.at + 80)).toEqual(weighted(half, slopes));
    const centred = (part: readonly Ext[][], x: number): Ext[] =>
      part.map((v, k) => sub(v[x]!, k < 2 ? halfLambda : ONE));
    const linear = ([s0, s1, q0, q1]: readonly Ext[]): Ext => add(add(s0!, s1!), mul(halfLambda, add(q0!, q1!)));
    totals.clear(4);
    fractions.first(b, half / 4, tables[Math.log2(half)]!, weightsAt, halfLambda);
    expect([0, 1, 2, 3].map((k) => vectors.laneSum(totals.at + 80 * k))).toEqual([
      weighted(half, (part, x) => cross(centred(part, x))),
      weighted(half, (part, x) => cross(centred(part, half + x))),
      weighted(half, slopes),
      weighted(half, (part, x) => linear(centred(part, half + x))),
    ]);
    const r = randomExt();
    fractions.fold(b.base, b.stride, 4, b.partBytes, parts, half / 4, r);
    for (const [i, part] of values.entries()) {
      for (const [k, v] of part.entries())
        expect(Array.from({ length: half }, (_, x) => get(i, k, x))).toEqual(foldHalves(v, r));
    }
  });
  it.each([
    [1, 16, false],
    [3, 16, true],
    [80, 64, true],
    [2, 4096, false],
    [1, 8192, true],
  ])('%i parts of %i pairs: a fold and the next message at once, shifted: %s', (parts, pairs, isShifted) => {
    const { band: b, values, get } = band(parts, pairs);
    const [half, quarter] = [pairs / 2, pairs / 4];
    const point = randoms(Math.log2(quarter));
    const eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point).at(-1)!;
    const weights = placeExt(randoms(parts));
    const [r, s, q] = isShifted ? randoms(3) : [randomExt(), ZERO, ZERO];
    const { totals } = fractions;
    const sums = (): Ext[] => [0, 80].map((at) => vectors.laneSum(totals.at + at));
    totals.clear(2);
    fractions.foldMessage(b, quarter / 4, eq, weights, r!, isShifted ? [s!, q!] : undefined);
    const atOnce = sums();
    for (const [i, part] of values.entries()) {
      for (const [k, v] of part.entries()) {
        const expected = foldHalves(v, r!).map((x) => add(x, k < 2 ? s! : q!));
        expect(Array.from({ length: half }, (_, x) => get(i, k, x))).toEqual(expected);
      }
    }
    totals.clear(2);
    fractions.message(b, quarter / 4, eq, weights);
    expect(atOnce).toEqual(sums());
  });
  it.each([3, 300])('of one group: the quadratic part of %i', (parts) => {
    const values = Array.from({ length: parts }, () => Array.from({ length: 4 }, () => randoms(4)));
    const base = memory.allocate(parts * 320);
    for (const [i, part] of values.entries())
      for (const [k, v] of part.entries())
        for (const [x, value] of v.entries()) vectors.set(base + 320 * i + 80 * k, x, value);
    const [point, weights, halfLambda] = [randoms(2), randoms(parts), randomExt()];
    const eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(2)), point)[2]!;
    fractions.totals.clear(1);
    fractions.quadratic({ base, stride: 80, partBytes: 320, parts }, eq, placeExt(weights), halfLambda);
    const expected = values.map((part, i) =>
      eqTable(point)
        .map((w, x) => mul(w, cross(part.map((v, k) => sub(v[x]!, k < 2 ? halfLambda : ONE)))))
        .reduce((sum, y) => add(sum, mul(weights[i]!, y)), ZERO),
    );
    expect(vectors.laneSum(fractions.totals.at)).toEqual(expected.reduce(add));
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
