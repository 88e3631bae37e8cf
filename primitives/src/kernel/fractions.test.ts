/** The sums of fractions: every kernel against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { add, type Ext, mul, ONE, sub, ZERO } from '../field/ext.ts';
import { bindVariable, eqTable } from '../field/multilinear.ts';
import { pairTables, pairTablesBytes } from './eq.ts';
import { BLOCK_GROUPS } from './eq-table.ts';
import { blocksOf, halved, isScattered, leftOf } from './fractions.ts';
import { kernels, placeExt, randomExt, randoms, readExt } from './kernels.test-support.ts';
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
    fractions.sums(from.band, to.band, pairs / 4);
    for (const [i, [p0, p1, q0, q1]] of from.values.entries()) {
      for (let x = 0; x < pairs; x++) {
        // Neighbouring groups part ways.
        const [child, at] = [(x >> 2) % 2, 4 * (x >> 3) + (x & 3)];
        expect(to.get(i, child, at)).toEqual(cross([p0![x]!, p1![x]!, q0![x]!, q1![x]!]));
        expect(to.get(i, 2 + child, at)).toEqual(mul(q0![x]!, q1![x]!));
      }
    }
  });
  it.each([
    ['groups', 2],
    ['groups', 300],
    ['lanes', 2],
    ['lanes', 300],
  ])('parents of one group an array, told apart by %s, beside 0/1: %i parts', (by, parts) => {
    const make = () => {
      const base = memory.allocate(parts * 320);
      return { base, stride: 80, partBytes: 320, parts };
    };
    const [from, to] = [make(), make()];
    for (let i = 0; i < 4 * parts; i++) for (let x = 0; x < 4; x++) vectors.set(from.base + 80 * i, x, randomExt());
    if (by === 'groups') fractions.sums(from, to, 1);
    else fractions.laneSums(from, to);
    for (let part = 0; part < parts; part++) {
      const get = (k: number, x: number): Ext => vectors.get(from.base + 320 * part + 80 * k, x);
      const out = (k: number, x: number): Ext => vectors.get(to.base + 320 * part + 80 * k, x);
      for (let x = 0; x < 4; x++) {
        const [child, at, emptyChild, emptyAt] = by === 'groups' ? [0, x, 1, x] : [x % 2, x >> 1, x % 2, 2 + (x >> 1)];
        expect(out(child, at)).toEqual(cross([get(0, x), get(1, x), get(2, x), get(3, x)]));
        expect(out(2 + child, at)).toEqual(mul(get(2, x), get(3, x)));
        expect([out(emptyChild, emptyAt), out(2 + emptyChild, emptyAt)]).toEqual([ZERO, ONE]);
      }
    }
  });
  it.each([
    [1, 8, 2],
    [3, 16, 4],
    [80, 64, 16],
    [9, 512, 128],
    [2, 2048, 512],
    [1, 16384, 4096],
    // Weights of parts that one call works on begin with a group: 5 parts of 96 groups at once would not.
    [11, 512, 88],
    [23, 1024, 96],
    [2, 32768, 2048 + 512],
    [3, 32768, 512],
  ])('%i parts of %i pairs: every message and fold until a group is left, %i groups in use', (parts, pairs, used) => {
    const { band: b, values, get } = band(parts, pairs);
    const [lanes, point] = [randoms(4), randoms(Math.log2(pairs) - 2)];
    // Tables may have fewer rows than the point has variables.
    const beyond = randoms(3);
    const length = point.length + beyond.length;
    const at = memory.allocate(pairTablesBytes([length]));
    const tables = pairTables(vectors, fractions, at, lanes, [...point, ...beyond], [length]).get(length)!;
    const inside = beyond.reduce((product, z) => mul(product, sub(ONE, z)), ONE);
    const weights = randoms(parts);
    const weightsAt = placeExt(weights);
    const { totals } = fractions;
    const halfLambda = randomExt();
    let blocks = blocksOf(pairs / 4, used);
    const expectMessage = (variable: number, isLeading = false): void => {
      // Of pairs of groups that are not in use nothing is summed.
      const eq = eqTable(point.slice(variable + 1)).slice(0, blocks.used / 2);
      const sum = (f: (part: readonly Ext[][], low: number, high: number) => Ext): Ext =>
        values
          .flatMap((part, i) =>
            eq.flatMap((w, x) =>
              lanes.map((lane, k) => mul(mul(weights[i]!, mul(w, lane)), f(part, 8 * x + k, 8 * x + 4 + k))),
            ),
          )
          .reduce((total, x) => add(total, mul(x, inside)), ZERO);
      const atOne = sum((part, _, high) => cross(part.map((v) => v[high]!)));
      const leading = sum((part, low, high) => cross(part.map((v) => sub(v[high]!, v[low]!))));
      const got = [0, 80].map((k) => vectors.laneSum(totals.at + k));
      expect(got).toEqual(isLeading ? [leading, ZERO] : [atOne, leading]);
    };
    totals.clear(2);
    fractions.startLeading(b, blocks, tables[0]!, weightsAt, halfLambda);
    for (const part of values)
      for (const k of [0, 1]) part[k] = part[k]!.map((p, x) => add(p, mul(halfLambda, part[k + 2]![x]!)));
    expectMessage(0, true);
    totals.clear(2);
    fractions.message(b, blocks, tables[0]!, weightsAt);
    expectMessage(0);
    for (const variable of point.keys()) {
      const r = randomExt();
      const isLast = variable === point.length - 1;
      totals.clear(2);
      if (isLast) fractions.foldPairs(b, blocks, r);
      else fractions.foldMessage(b, blocks, tables[variable + 1]!, weightsAt, r);
      blocks = halved(blocks);
      for (const part of values)
        for (const [k, v] of part.entries()) {
          const lerped = (i: number, lane: number): Ext => {
            const [low, high] = [v[8 * i + lane]!, v[8 * i + 4 + lane]!];
            return add(low, mul(r, sub(high, low)));
          };
          part[k] = Array.from({ length: v.length / 2 }, (_, x) => lerped(x >> 2, x & 3));
        }
      const place = (x: number): number => {
        const group = x >> 2;
        return 4 * (Math.floor(group / blocks.groups) * BLOCK_GROUPS + (group % blocks.groups)) + (x & 3);
      };
      if (isScattered(blocks)) {
        fractions.gather(b, blocks);
        const [first, left] = [blocks.used, leftOf(blocks)];
        for (const [i, part] of values.entries())
          for (const k of part.keys()) {
            const x = randomExt();
            vectors.fill(b.base + i * b.partBytes + k * b.stride + 80 * first, left - first, x);
            part[k]!.fill(x, 4 * first);
          }
        blocks = blocksOf(left);
        totals.clear(2);
        fractions.message(b, blocks, tables[variable + 1]!, weightsAt);
      }
      for (const [i, part] of values.entries())
        for (const [k, v] of part.entries()) {
          const known = v.slice(0, 4 * blocks.used);
          expect(known.map((_, x) => get(i, k, place(x)))).toEqual(known);
        }
      if (!isLast) expectMessage(variable + 1);
    }
  });
  it('of one group are started alone', () => {
    const { band: b, values, get } = band(70, 4);
    const halfLambda = randomExt();
    fractions.start(b, halfLambda);
    for (const [i, [p0, p1, q0, q1]] of values.entries())
      for (let x = 0; x < 4; x++) {
        expect(get(i, 0, x)).toEqual(add(p0![x]!, mul(halfLambda, q0![x]!)));
        expect(get(i, 1, x)).toEqual(add(p1![x]!, mul(halfLambda, q1![x]!)));
      }
  });
  it('are bound by halves where vectors of other sizes are', () => {
    const { band: b, values, get } = band(3, 64);
    const r = randomExt();
    fractions.fold(b.base, b.stride, 4, b.partBytes, 3, 8, r);
    for (const [i, part] of values.entries())
      for (const [k, v] of part.entries())
        expect(Array.from({ length: 32 }, (_, x) => get(i, k, x))).toEqual(bindVariable(v, 5, r));
  });
  it.each([3, 300])('of one group: the quadratic part of %i', (parts) => {
    const values = Array.from({ length: parts }, () => Array.from({ length: 4 }, () => randoms(4)));
    const base = memory.allocate(parts * 640);
    for (const [i, part] of values.entries())
      for (const [k, v] of part.entries())
        for (const [x, value] of v.entries()) vectors.set(base + 640 * i + 160 * k, x, value);
    const [point, weights, halfLambda] = [randoms(2), randoms(parts), randomExt()];
    fractions.totals.clear(1);
    const eq = placeExt(eqTable(point));
    fractions.quadratic({ base, stride: 160, partBytes: 640, parts }, eq, placeExt(weights), halfLambda);
    const expected = values.map((part, i) =>
      eqTable(point)
        .map((w, x) => mul(w, cross(part.map((v, k) => sub(v[x]!, k < 2 ? halfLambda : ONE)))))
        .reduce((sum, y) => add(sum, mul(weights[i]!, y)), ZERO),
    );
    expect(vectors.laneSum(fractions.totals.at)).toEqual(expected.reduce(add));
  });
  it('are placed by interaction, and split when less than a group is left', () => {
    const { band: b, values } = band(2, 4);
    const [c, s, q] = [randomExt(), randomExt(), randomExt()];
    const list = memory.allocate(8);
    memory.words.set([5, 2], list / 4);
    const out = memory.allocate(4 * 640);
    fractions.place(b, [c, s, q], out, 640, list);
    for (const [i, interaction] of [5, 2].entries()) {
      for (let k = 0; k < 4; k++) {
        for (let row = 0; row < 4; row++) {
          const expected = add(mul(c, values[i]![k]![row]!), k < 2 ? s : q);
          expect(vectors.get(out + 640 * k, 4 * interaction + row)).toEqual(expected);
        }
      }
    }
    const at = out + 80 * 5;
    const group = readExt(at, 4);
    fractions.split(at, 640, 1, 4);
    expect(readExt(at, 4)).toEqual([group[0], group[2], ZERO, ZERO]);
    expect(readExt(at + 80, 4)).toEqual([group[1], group[3], ZERO, ZERO]);
    fractions.split(at, 640, 1, 2);
    expect(readExt(at, 4)).toEqual([group[0], ZERO, ZERO, ZERO]);
    expect(readExt(at + 80, 4)).toEqual([group[2], ZERO, ZERO, ZERO]);
  });
});
