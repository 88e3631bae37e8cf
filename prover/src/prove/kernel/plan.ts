/**
 * @module How much kernel memory a proof takes, known before it starts. The stacked vector, the fixed columns and the
 * Merkle tree stay; above them every stage uses the same space in turn.
 */
import type { HashSuite } from '@weft/primitives/hash/suite';
import { eqVectorBytes, pairTablesBytes } from '@weft/primitives/kernel/eq';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import type { Chip } from '../../air/chip.ts';
import { columnsOf, nodeDegrees } from '../../air/expr.ts';
import { committedWidths } from '../../air/machine.ts';
import type { TableBase } from '../../air/trace.ts';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { Shape } from '../../protocol/key.ts';
import { logRows, type WhirRound } from '../../protocol/parameters.ts';
import { cellsOf, LOG_PARTS, provedParts, SHARED_ROW_BITS } from '../../protocol/stacking.ts';
import { bandStride } from './bands.ts';
import { COSETS_AT_ONCE, keptCodeBytes } from './commit.ts';
import { summedBits } from './runs.ts';

/** Bytes of each stage's peak, what stays included, and the largest of them. */
export interface MemoryPlan {
  readonly commit: number;
  readonly fractions: number;
  readonly zerocheck: number;
  readonly open: number;
  readonly peak: number;
}

const sum = <T>(items: readonly T[], f: (item: T) => number): number => items.reduce((total, x) => total + f(x), 0);

/** Programs and term lists; blocks lie in the threads' own regions. */
function programBytes(chip: Chip, passes: number): number {
  const terms = sum(chip.interactions, (i) => i.tuple.length + 2) + chip.constraints.length;
  return passes * (64 * chip.nodes.length + 256 * terms);
}

/** Term lists of linear forms, which may read all columns: the linear part and factors of products, and these over even and odd groups. */
function formBytes(chip: Chip): number {
  return (2 * chip.interactions.length + 1) * (32 + 84 * chip.columns.length);
}

/** Columns, the linear part and joined fractions that the zerocheck folds. */
function foldedVectors(chip: Chip): number {
  const degrees = nodeDegrees(chip.nodes);
  const used = [...chip.constraints.map((c) => c.node), ...chip.interactions.flatMap((i) => [i.count, ...i.tuple])];
  const columns = columnsOf(
    chip.nodes,
    used.filter((node) => degrees[node]! > 1),
  ).length;
  const joined = chip.leaves.filter((leaf) => leaf.length === 2);
  const counts = new Set(joined.flat().map((i) => chip.interactions[i]!.count)).size;
  return columns + 1 + 2 * (joined.length + counts);
}

function committedBytes(round: WhirRound, words: number): number {
  const rows = logRows(round);
  const table = TransformKernels.tableBytes(rows);
  return 4 * 2 ** (round.fold + rows) * words + HashKernels.treeBytes(rows) + table;
}

/** The plan for tables of these heights in a shape. */
export function planMemory(
  suite: HashSuite,
  { machine, variables, witness }: Shape,
  tables: readonly (TableBase | undefined)[],
): MemoryPlan {
  const present = tables.filter((t) => t !== undefined);
  const [first, ...later] = witness.rounds;
  const rows = logRows(first!);
  const used = cellsOf(
    committedWidths(machine),
    tables.map((t) => t?.logHeight),
  );
  const parts = provedParts(suite, used, variables);
  const cells = 4 * parts * 2 ** (variables - LOG_PARTS);
  const sums = VectorKernels.bytes(2 ** (variables - summedBits(variables)));
  const code = keptCodeBytes(first!, parts);
  const stays =
    cells + sums + HashKernels.treeBytes(rows) + code + sum(present, (t) => sum(t.fixed, (c) => 4 * c.length + 64));
  const recode = (code === 0 ? COSETS_AT_ONCE * cells : 0) + TransformKernels.tableBytes(rows);

  const layer = (t: number): number =>
    sum(present, ({ chip, logHeight }) => chip.leaves.length * 4 * bandStride(Math.max(0, logHeight - t - 1)));
  let upper = 0;
  for (let t = 1; t < machine.rowBits; t++) upper += layer(t);
  const joint = 4 * bandStride(machine.leafBits + LANE_BITS);
  const weights =
    eqVectorBytes(machine.leafBits) + pairTablesBytes([machine.leafBits]) + pairTablesBytes([machine.rowBits]);
  // A weight and a number of each leaf, rounded up for each height.
  const sumcheck = joint + weights + 24 * 2 ** machine.leafBits + 1024 * (present.length + 1);
  const leaves = sum(present, ({ chip }) => programBytes(chip, 1));
  const fractions = Math.max(upper, layer(0), layer(1)) + sumcheck + leaves;

  // Eq tables of all prefixes of a point, as far as the highest table asks for them, and of its summed bits; each is rounded up to 64 bytes.
  const highest = Math.max(...present.map(({ logHeight }) => logHeight));
  const prefixes =
    2 * VectorKernels.bytes(2 ** (highest - summedBits(variables))) +
    2 * VectorKernels.bytes(2 ** SHARED_ROW_BITS) +
    2 ** 12;
  const zerocheck =
    sum(present, ({ chip, logHeight }) => {
      const half = bandStride(logHeight - 1);
      return half * foldedVectors(chip) + programBytes(chip, 4) + formBytes(chip);
    }) +
    pairTablesBytes(
      present.map(({ logHeight }) => logHeight - LANE_BITS),
      1,
    ) +
    prefixes;

  const pair = 2 * sums + VectorKernels.bytes(2 ** SHARED_ROW_BITS);
  const folded = VectorKernels.bytes(2 ** (variables - LOG_PARTS));
  const opened = 3 * folded + sums + VectorKernels.bytes(2 ** LOG_PARTS) + prefixes + first!.outOfDomainSamples * pair;
  const commitments = sum(later, (round) => committedBytes(round, 5) + 20 * 2 ** round.variables);
  const query = Math.max(recode, 32 * 2 ** rows + TransformKernels.tableBytes(rows));
  const open = opened + commitments + query;
  // Samples are answered when the memory of encoding is free again.
  const answered = first!.outOfDomainSamples === 0 ? 0 : 2 * pair;
  const stages = { commit: Math.max(recode, answered), fractions, zerocheck, open };
  const total = Object.fromEntries(Object.entries(stages).map(([k, v]) => [k, stays + v])) as Record<
    keyof typeof stages,
    number
  >;
  return { ...total, peak: Math.max(...Object.values(total)) };
}
