/** The sumcheck of a layer of fractions on the kernels, held to the verifier's formula and to what the children are at its point. */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, inverse, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { eqVectorBytes, pairTablesBytes } from '@weft/primitives/kernel/eq';
import { blocksOf } from '@weft/primitives/kernel/fractions';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { seeded } from '@weft/primitives/testing';
import { GROUP_BYTES } from '@weft/primitives/wasm/extension';
import { bindingOrder, childVariable, LANE_BITS } from '@weft/prover/protocol/gkr';
import { bandStride, groupsOf, type LayerBand } from '@weft/prover/prove/kernel/bands';
import { KernelLayer, type LeafFill } from '@weft/prover/prove/kernel/layer';
import { PARTS, usedOf } from '@weft/prover/prove/kernel/padding';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HelperThreads } from '../support/team.ts';

const { word } = seeded(11);
const small = (): number => word() % 2 ** 30;
const ext = (): Ext => [small(), small(), small(), small(), small()];
const exts = (n: number): Ext[] => Array.from({ length: n }, ext);
const range = (first: number, n: number, step = 1): number[] => Array.from({ length: n }, (_, i) => first + step * i);

/** Leaves of tables of one height. */
interface Shape {
  readonly logPairs: number;
  readonly leaves: readonly number[];
  /** Of 16 parts of its rows, those in use; all unless it says. */
  readonly parts?: number;
}

/** Children of a leaf, random as far as they are in use, then 0/q. */
function childrenOf({ logPairs, parts = PARTS }: Shape): Children {
  const pairs = 2 ** logPairs;
  const used = (pairs / PARTS) * parts;
  const q = ext();
  return [ZERO, ZERO, q, q].map((x) => [...exts(used), ...Array.from({ length: pairs - used }, () => x)]);
}

/** p0, p1, q0, q1 of a leaf. */
type Children = readonly (readonly Ext[])[];

interface Case {
  readonly rows: number;
  readonly leafBits: number;
  readonly bands: readonly Shape[];
}

/** Brings children into kernel memory; what a group has beyond a table is 0/1. @param halfLambda - to have s in place of p. */
function place(
  { memory, vectors }: Kernels,
  { logPairs, leaves, parts = PARTS }: Shape,
  data: readonly Children[],
  halfLambda?: Ext,
) {
  const stride = bandStride(logPairs);
  const base = memory.allocate(4 * stride * leaves.length);
  const groups = groupsOf(logPairs);
  const used = usedOf(groups, parts);
  const isWhole = used === groups;
  const padding = data.map((part) => part[2]!.at(-1)!);
  // What is not in use is not read, whatever it is.
  for (const [i, part] of data.entries())
    for (let x = 0; x < 4 * used; x++) {
      const [p0, p1, q0, q1] = part.map((v, k) => v[x] ?? (k < 2 ? ZERO : ONE)) as [Ext, Ext, Ext, Ext];
      const s = (p: Ext, q: Ext): Ext => (halfLambda === undefined ? p : add(p, mul(halfLambda, q)));
      for (const [k, value] of [s(p0, q0), s(p1, q1), q0, q1].entries())
        vectors.set(base + (4 * i + k) * stride, x, value);
    }
  return {
    base,
    stride,
    partBytes: 4 * stride,
    parts: leaves.length,
    leaves,
    logPairs,
    used,
    padding: isWhole ? [] : padding,
  };
}

/** The claim that the layer above leaves, from all children. */
function claimOf(
  { rows, bands }: Case,
  data: readonly (readonly Children[])[],
  lambda: Ext,
  point: readonly Ext[],
): Ext {
  const leafEq = eqTable(point.slice(rows));
  let claim = lambda;
  for (const [b, { logPairs, leaves }] of bands.entries()) {
    const eq = eqTable(point.slice(0, logPairs));
    const inside = point.slice(logPairs, rows).reduce((product, z) => mul(product, sub(ONE, z)), ONE);
    for (const [i, leaf] of leaves.entries()) {
      const [p0, p1, q0, q1] = data[b]![i]! as [Ext[], Ext[], Ext[], Ext[]];
      const sum = eq.reduce((total, e, x) => {
        const numerator = add(mul(p0[x]!, q1[x]!), mul(p1[x]!, q0[x]!));
        return add(total, mul(e, add(numerator, mul(lambda, sub(mul(q0[x]!, q1[x]!), ONE)))));
      }, ZERO);
      claim = add(claim, mul(mul(leafEq[leaf]!, inside), sum));
    }
  }
  return claim;
}

/** The children's extensions, 0/1 beyond all tables, at `rho`. */
function childrenAt({ rows, bands }: Case, data: readonly (readonly Children[])[], rho: readonly Ext[]): Ext[] {
  const leafEq = eqTable(rho.slice(rows));
  const out: Ext[] = [ZERO, ZERO, ONE, ONE];
  for (const [b, { logPairs, leaves }] of bands.entries()) {
    const eq = eqTable(rho.slice(0, logPairs));
    const inside = rho.slice(logPairs, rows).reduce((product, z) => mul(product, sub(ONE, z)), ONE);
    for (const [i, leaf] of leaves.entries())
      for (const [k, v] of data[b]![i]!.entries()) {
        const value = v.reduce((sum, x, j) => add(sum, mul(eq[j]!, k < 2 ? x : sub(x, ONE))), ZERO);
        out[k] = add(out[k]!, mul(mul(leafEq[leaf]!, inside), value));
      }
  }
  return out;
}

/** @param isFilled - whether the layer is given its children as that of leaves is. */
async function check(kernels: Kernels, shape: Case, isFilled: boolean): Promise<void> {
  const { rows, leafBits, bands } = shape;
  const { memory, fractions, vectors } = kernels;
  const mark = memory.mark();
  const lambda = ext();
  const halfLambda = mulBase(lambda, inverseFelt(2));
  const point = exts(rows + leafBits);
  const data = bands.map((band) => band.leaves.map(() => childrenOf(band)));
  const placed = bands.map((band, b): LayerBand => place(kernels, band, data[b]!, isFilled ? halfLambda : undefined));
  const fill: LeafFill = (eq, weightAt) => {
    fractions.totals.clear(2);
    for (const band of placed)
      if (band.logPairs > LANE_BITS)
        fractions.message(band, blocksOf(groupsOf(band.logPairs), band.used), eq, weightAt(band.leaves[0]!));
    fractions.totals.gather(2);
    return vectors.laneSum(fractions.totals.at + GROUP_BYTES);
  };
  const order = bindingOrder(rows + leafBits, leafBits);
  const newest = childVariable(rows + leafBits, leafBits);
  const claimAt = (x: Ext): Ext =>
    claimOf(
      shape,
      data,
      lambda,
      point.map((r, i) => (i === newest ? x : r)),
    );
  let claim = claimAt(point[newest]!);
  const { top } = memory.mark();
  const layer = new KernelLayer(kernels, placed, isFilled ? fill : undefined, halfLambda, point, rows);
  const rho = new Array<Ext>(rows + leafBits);
  for (const [round, i] of order.entries()) {
    const isKnown = round === 0 && i === newest;
    const [message, leading] = await layer.message(i);
    const atOne = isKnown ? claimAt(ONE) : message;
    rho[i] = ext();
    const atZero = isKnown ? claimAt(ZERO) : mul(sub(claim, mul(point[i]!, atOne)), inverse(sub(ONE, point[i]!)));
    const middle = sub(sub(atOne, atZero), leading);
    claim = add(atZero, mul(rho[i]!, add(middle, mul(rho[i]!, leading))));
    await layer.bind(i, rho[i]!);
  }
  const children = await layer.finish();
  expect(children).toEqual(childrenAt(shape, data, rho));
  const [p0, p1, q0, q1] = children;
  expect(claim).toEqual(add(add(mul(p0, q1), mul(p1, q0)), mul(lambda, mul(q0, q1))));
  // As `planMemory` counts.
  const weights = eqVectorBytes(leafBits) + pairTablesBytes([leafBits]) + pairTablesBytes([rows]);
  const bound = 4 * bandStride(leafBits + LANE_BITS) + weights + 24 * 2 ** leafBits + 1024 * (bands.length + 1);
  expect(memory.mark().top - top).toBeLessThanOrEqual(bound);
  memory.release(mark);
}

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    range(0, 7).flatMap((rows) =>
      [2, 3, 5].flatMap((leafBits): [string, Case][] => {
        const heights = range(0, rows + 1).slice(0, 2 ** leafBits);
        const mixed = heights.map((logPairs, i) => ({ logPairs, leaves: [2 ** leafBits - 1 - i] }));
        const all = [{ logPairs: rows, leaves: range(0, 2 ** leafBits) }];
        return [
          [`2^${rows} rows, 2^${leafBits} leaves`, { rows, leafBits, bands: all }],
          [`2^${rows} rows, tables of all heights among 2^${leafBits} leaves`, { rows, leafBits, bands: mixed }],
          [`2^${rows} rows, no table, 2^${leafBits} leaves`, { rows, leafBits, bands: [] }],
        ];
      }),
    ),
  ),
  'low tables only': {
    rows: 9,
    leafBits: 3,
    bands: [
      { logPairs: 0, leaves: [1, 5] },
      { logPairs: 2, leaves: [0] },
    ],
  },
  ...Object.fromEntries(
    [8, 9, 10].flatMap((logPairs): [string, Case][] => [
      [`${2 ** logPairs / 4} groups`, { rows: logPairs, leafBits: 2, bands: [{ logPairs, leaves: [2, 0, 1] }] }],
      [
        `${2 ** logPairs / 4} groups below others' rows`,
        {
          rows: logPairs + 3,
          leafBits: 3,
          bands: [
            { logPairs, leaves: [2, 0, 1, 7, 5] },
            { logPairs: 3, leaves: [3, 4] },
          ],
        },
      ],
    ]),
  ),
  'moved together': {
    rows: 14,
    leafBits: 2,
    bands: [
      { logPairs: 14, leaves: [1] },
      { logPairs: 10, leaves: [0, 3] },
    ],
  },
  ...Object.fromEntries(
    [1, 5, 8, 11, 15].map((parts): [string, Case] => [
      `${parts} of 16 parts of tables in use`,
      {
        rows: 12,
        leafBits: 5,
        bands: [
          { logPairs: 10, parts, leaves: range(20, 11) },
          { logPairs: 10, leaves: [0] },
          { logPairs: 11, parts: 16 - parts, leaves: [5] },
          { logPairs: 4, leaves: [3, 7] },
        ],
      },
    ]),
  ),
  ...Object.fromEntries(
    [3, 4, 9].map((parts): [string, Case] => [
      `${parts} of 16 parts of more than a block in use`,
      { rows: 15, leafBits: 2, bands: [{ logPairs: 14, parts, leaves: [1, 2] }] },
    ]),
  ),
  'parts of 128 groups': {
    rows: 10,
    leafBits: 6,
    bands: [
      { logPairs: 9, leaves: range(0, 11) },
      { logPairs: 10, leaves: range(12, 7) },
    ],
  },
  '512 leaves': {
    rows: 3,
    leafBits: 9,
    bands: [
      { logPairs: 3, leaves: range(0, 500) },
      { logPairs: 1, leaves: range(500, 12) },
    ],
  },
  '1024 leaves': {
    rows: 4,
    leafBits: 10,
    bands: [
      { logPairs: 3, leaves: range(0, 400, 2) },
      { logPairs: 4, leaves: range(401, 300, 2) },
      { logPairs: 0, leaves: range(1, 100, 2) },
    ],
  },
};
const NAMES = Object.keys(CASES);

describe('one thread', () => {
  const kernels = new Kernels(suite).prepare();
  it.each(NAMES)('%s', async (name) => {
    await check(kernels, CASES[name]!, false);
    // The leaves' layer has all row bits.
    if (CASES[name]!.rows > LANE_BITS) await check(kernels, CASES[name]!, true);
  });
});

describe.each([
  [1, 0],
  [3, 1],
])('%i helpers', (count, sleep) => {
  const helpers = new HelperThreads();
  const kernels = new Kernels(suite).prepare();
  beforeAll(() => helpers.startAll(kernels.team.invite()!, count, sleep));
  afterAll(() => helpers.stop());
  it.each(NAMES.filter((name) => !name.startsWith('2^')))('%s', async (name) => {
    await check(kernels, CASES[name]!, false);
  });
});
