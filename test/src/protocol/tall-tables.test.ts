/** The kernels' zerocheck and tree of fractions, held to the oracle's message by message, over tables of one block of groups and of many. */
import { add, type Ext, mul, ONE, powers, sub } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { seeded } from '@weft/primitives/testing';
import { FIRST_MACHINE_BUS } from '@weft/prover';
import { type Bus, type Chip, defineChip } from '@weft/prover/air/chip';
import { defineMachine, type Machine } from '@weft/prover/air/machine';
import type { Trace } from '@weft/prover/air/trace';
import { BETA_COUNT, createFingerprint, type Fingerprint } from '@weft/prover/protocol/fingerprint';
import { bindingOrder, childVariable, LANE_BITS } from '@weft/prover/protocol/gkr';
import { cellsOf } from '@weft/prover/protocol/stacking';
import type { FractionTree, ZerocheckSums, ZerocheckTable } from '@weft/prover/prove/engine';
import { KernelFractionTree } from '@weft/prover/prove/kernel/fractions';
import { ColumnEvaluator, summedBits } from '@weft/prover/prove/kernel/runs';
import { type PlacedTables, placeTables } from '@weft/prover/prove/kernel/tables';
import { KernelZerocheck } from '@weft/prover/prove/kernel/zerocheck';
import { OracleFractionTree } from '@weft/prover/prove/oracle/fractions';
import { OracleZerocheck } from '@weft/prover/prove/oracle/zerocheck';
import { summandOf } from '@weft/prover/prove/summand';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HelperThreads } from '../support/team.ts';

const { ext, felt } = seeded(29);
const exts = (n: number): Ext[] => Array.from({ length: n }, ext);
const field = { constant: (x: number): Ext => [x, 0, 0, 0, 0], add, sub, mul };
const WORDS: Bus = { id: FIRST_MACHINE_BUS, name: 'words', kind: 'permutation', arity: 2 };

/** Fractions of degree 1, joined, and nothing else of a higher degree. */
const forms = (maxLogHeight: number): Chip =>
  defineChip('forms', { maxLogHeight }, (c) => {
    const [a, b, n] = [c.col('a'), c.col('b'), c.col('n')];
    c.assertZero('line', a.sub(b).add(n));
    c.send(WORDS, [a, b], n);
    c.receive(WORDS, [b.add(a), 5], n.mul(3));
    c.send(WORDS, [n, a], b);
  });
/** Constraints of all degrees, and no fraction. */
const cubes = (maxLogHeight: number): Chip =>
  defineChip('cubes', { maxLogHeight }, (c) => {
    const [a, b, d, e] = [c.col('a'), c.col('b'), c.col('d'), c.col('e')];
    c.assertZero('square', a.mul(b).sub(d));
    c.assertZero('cube', a.mul(b).mul(d).add(a).sub(e));
    c.assertZero('line', a.add(e));
  });
/** Both, over fixed columns too, with fractions of degree 2. */
const mixed = (maxLogHeight: number): Chip =>
  defineChip('mixed', { maxLogHeight, fixed: { kind: 'preprocessed' } }, (c) => {
    const [a, b, f] = [c.col('a'), c.col('b'), c.fixedCol('f')];
    c.assertZero('cube', a.mul(b).mul(f).sub(a.mul(a).mul(b)));
    c.send(WORDS, [a.mul(b), f], a);
    c.receive(WORDS, [a, f], b);
    c.send(WORDS, [f, b], b);
    c.receive(WORDS, [f, a], a.mul(f));
  });

/** Random columns: no message asks whether constraints hold. */
function fill(machine: Machine, logHeights: readonly (number | undefined)[]): (Trace | undefined)[] {
  return machine.chips.map((chip, k): Trace | undefined => {
    const logHeight = logHeights[k];
    if (logHeight === undefined) return undefined;
    const columns = [...chip.columns, ...chip.fixedColumns].map(() =>
      Uint32Array.from({ length: 2 ** logHeight }, felt),
    );
    const committed = chip.columns.length;
    return { chip, logHeight, columns: columns.slice(0, committed), fixed: columns.slice(committed) };
  });
}

/** Tables with what a proof would sum over them. */
function summands(
  machine: Machine,
  traces: readonly (Trace | undefined)[],
  fingerprint: Fingerprint<Ext>,
  point: readonly Ext[],
) {
  const weights = powers(ext(), machine.constraintCount + 1).slice(1);
  const leafEq = eqTable(exts(machine.leafBits));
  const epsilon = ext();
  return traces.flatMap((table, k): (ZerocheckTable & { trace: Trace })[] => {
    if (table === undefined) return [];
    const active = point.slice(table.logHeight).reduce((product, x) => mul(product, sub(ONE, x)), ONE);
    const context = {
      leafWeights: leafEq.slice(machine.leafOffset[k]!),
      constraintWeights: weights.slice(machine.constraintOffset[k]! - 1),
      epsilon,
      fingerprint,
    };
    return [{ table, trace: table, summand: summandOf(table.chip, context, active) }];
  });
}

/** The point with another coordinate where nobody reads one. */
const elsewhere = (point: readonly Ext[], variable: number): Ext[] => point.with(variable, ext());

async function compareZerochecks(rowBits: number, kernels: ZerocheckSums, oracle: ZerocheckSums): Promise<void> {
  for (const [round, i] of bindingOrder(rowBits, 0).entries()) {
    // Of the first round polynomial the value at 1 is known, and nobody reads what stands in its place.
    const unread = round === 0 ? 1 : 0;
    const [message, expected] = [await kernels.message(i), await oracle.message(i)];
    expect(message.slice(unread), `variable ${i}`).toEqual(expected.slice(unread));
    const challenge = ext();
    for (const sums of [kernels, oracle]) await sums.bind(i, challenge);
  }
  expect(await kernels.evaluations()).toEqual(await oracle.evaluations());
}

async function compareTrees(
  { rowBits, leafBits }: Machine,
  kernels: FractionTree,
  oracle: FractionTree,
): Promise<void> {
  expect(kernels.roots).toEqual(oracle.roots);
  for (let rows = 0; rows < rowBits; rows++) {
    const order = bindingOrder(rows + leafBits, leafBits);
    const [lambda, point] = [ext(), exts(rows + leafBits)];
    const newest = childVariable(rows + leafBits, leafBits);
    const layers = [
      await kernels.layer(rows, lambda, point),
      await oracle.layer(rows, lambda, order[0] === newest ? elsewhere(point, newest) : point),
    ] as const;
    for (const [round, i] of order.entries()) {
      const unread = round === 0 && i === newest ? 1 : 0;
      const [message, expected] = [await layers[0].message(i), await layers[1].message(i)];
      expect(message.slice(unread), `layer ${rows}, variable ${i}`).toEqual(expected.slice(unread));
      const challenge = ext();
      for (const layer of layers) await layer.bind(i, challenge);
    }
    expect(await layers[0].finish()).toEqual(await layers[1].finish());
  }
}

interface Case {
  readonly name: string;
  readonly highest: number;
  readonly logHeights: readonly (number | undefined)[];
}

async function check(kernels: Kernels, { highest, logHeights }: Case): Promise<void> {
  const machine = defineMachine('tall', [forms(highest), cubes(highest), mixed(highest)]);
  const { memory } = kernels;
  const traces = fill(machine, logHeights);
  const widths = machine.chips.map((chip) => chip.columns.length);
  const variables = Math.max(14, Math.ceil(Math.log2(cellsOf(widths, logHeights))));
  const fingerprint = createFingerprint(field, ext(), exts(BETA_COUNT));
  const point = exts(machine.rowBits);
  await memory.scoped(async () => {
    const { vector, tables }: PlacedTables = placeTables(kernels, machine, variables, traces);
    const sums = memory.allocate(VectorKernels.bytes(2 ** (variables - summedBits(variables))));
    // Layers of more rows are those of `layers.test.ts`, and the oracle is slow.
    if (highest <= 13)
      await memory.scoped(() =>
        compareTrees(
          machine,
          new KernelFractionTree(kernels, machine, tables, fingerprint),
          new OracleFractionTree(machine, traces, fingerprint),
        ),
      );
    const summed = summands(machine, traces, fingerprint, point);
    const placed = tables.filter((t) => t !== undefined);
    const tallest = Math.max(...placed.map(({ frame }) => frame.logHeight));
    const zerocheck = new KernelZerocheck(
      kernels,
      placed,
      summed,
      point,
      (rho) => new ColumnEvaluator(kernels, vector, rho, tallest, sums),
    );
    await compareZerochecks(machine.rowBits, zerocheck, new OracleZerocheck(summed, elsewhere(point, LANE_BITS)));
  });
}

const LOW: readonly Case[] = [7, 8, 9, 10].map((h) => ({
  name: `all of 2^${h} rows, no higher`,
  highest: h,
  logHeights: [h, h, h],
}));
const BLOCKS: readonly Case[] = [
  { name: 'a block, two and four', highest: 12, logHeights: [10, 11, 12] },
  { name: 'absent ones, and none as high as may be', highest: 14, logHeights: [undefined, 11, undefined] },
  { name: 'the lowest below many rows', highest: 13, logHeights: [7, 7, 7] },
  { name: 'eight and sixteen, beside a low one', highest: 15, logHeights: [13, 7, 14] },
  { name: 'moved together', highest: 15, logHeights: [undefined, 15, undefined] },
];

describe('one thread', () => {
  const kernels = new Kernels(suite).prepare();
  it.each([...LOW, ...BLOCKS])('$name', (shape) => check(kernels, shape));
});

describe('3 helpers', () => {
  const helpers = new HelperThreads();
  const kernels = new Kernels(suite).prepare();
  beforeAll(() => helpers.startAll(kernels.team.invite()!, 3, 1));
  afterAll(() => helpers.stop());
  it.each(BLOCKS)('$name', (shape) => check(kernels, shape));
});
