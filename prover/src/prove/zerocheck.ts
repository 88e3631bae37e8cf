/**
 * @module The batched zerocheck, prover side; mirrors verify/zerocheck. Every chip's summand is one linear combination of
 * nodes of its graph with extension coefficients, so a round evaluates the graph over blocks of rows at X = 1, 2, 3 and
 * sums with eq of the variables that remain.
 */

import { add as addFelt, inverse as inverseFelt, mul as mulFelt, sub as subFelt } from '@weft/primitives/field/base';
import { add, DEGREE, type Ext, inverse, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { foldHalvesInto, mulExtBlock } from '@weft/primitives/field/ext-kernel';
import { createExtVector, type ExtVector, extVectorFromBase, getExt, viewExt } from '@weft/primitives/field/ext-vector';
import { eqTable } from '@weft/primitives/field/multilinear';
import type { Chip } from '../air/chip.ts';
import { BaseBlockEvaluator, BLOCK_ROWS, ExtBlockEvaluator, type WeightedNode } from '../air/evaluate.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { ChipContext } from '../verify/zerocheck.ts';
import { accumulateBase, addExtBlock, constantBlock, dotExt, oneMinus } from './blocks.ts';

/** A chip's summand: constant + sum of weight * node. */
export interface Summand {
  readonly constant: Ext;
  readonly terms: readonly WeightedNode[];
}

/** Collects the coefficients of a chip's constraints and interactions; `active` scales the interactions. */
export function summandOf(chip: Chip, context: ChipContext<Ext>, active: Ext): Summand {
  const weights = new Map<number, Ext>();
  const put = (node: number, weight: Ext): void => {
    weights.set(node, add(weights.get(node) ?? ZERO, weight));
  };
  let constant: Ext = ZERO;
  for (const [c, { node }] of chip.constraints.entries()) put(node, context.constraintWeights[c]!);
  for (const [i, interaction] of chip.interactions.entries()) {
    const weight = mul(context.interactionWeights[i]!, active);
    put(interaction.count, interaction.sign === 1 ? weight : sub(ZERO, weight));
    const scaled = mul(weight, context.epsilon);
    const { alpha, monomials } = context.fingerprint;
    constant = add(constant, mul(scaled, sub(add(alpha, [interaction.bus.id, 0, 0, 0, 0]), ONE)));
    for (const [j, node] of interaction.tuple.entries()) put(node, mul(scaled, monomials[j + 1]!));
  }
  const terms: WeightedNode[] = [];
  for (const [node, weight] of weights) {
    const { op } = chip.nodes[node]!;
    if (op === 'constant') constant = add(constant, mulBase(weight, (chip.nodes[node] as { value: number }).value));
    else terms.push({ node, weight });
  }
  return { constant, terms };
}

/** A table in the sumcheck. */
export interface ZerocheckTable {
  readonly chip: Chip;
  readonly logHeight: number;
  /** Committed and fixed columns. */
  readonly columns: readonly Uint32Array[];
  readonly summand: Summand;
}

/** sum over rows of eq(row) * summand(row), the share of a table that has not joined. */
function shareOf(table: ZerocheckTable, point: readonly Ext[]): Ext {
  const evaluator = new BaseBlockEvaluator(table.chip.nodes);
  const eq = eqTable(point.slice(0, table.logHeight));
  return sumBlocks(
    eq.length,
    (start, count, sum) => {
      evaluator.run(table.columns, start, count);
      for (const { node, weight } of table.summand.terms) accumulateBase(sum, weight, evaluator.values[node]!, count);
      return eq;
    },
    table.summand.constant,
  );
}

/** Adds up eq[start + i] * (constant + sum[i]) over blocks; `fill` writes `sum` and returns the eq table. */
function sumBlocks(
  length: number,
  fill: (start: number, count: number, sum: ExtVector) => ExtVector,
  constant: Ext,
): Ext {
  const sum = createExtVector(BLOCK_ROWS);
  const scratch = createExtVector(BLOCK_ROWS);
  let total: Ext = ZERO;
  for (let start = 0; start < length; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, length - start);
    for (let j = 0; j < DEGREE; j++) sum.planes[j]!.fill(constant[j]!);
    const eq = fill(start, count, sum);
    total = add(total, dotExt(sum, viewExt(eq, start, start + count), count, scratch));
  }
  return total;
}

/** One table through the rounds in which it takes part. */
class TableProver {
  readonly table: ZerocheckTable;
  #columns: ExtVector[] | undefined;
  /** Kept from message to message: their blocks are too large to allocate each time. */
  #baseEvaluator: BaseBlockEvaluator | undefined;
  #extEvaluator: ExtBlockEvaluator | undefined;
  readonly #weights: ExtVector[];

  constructor(table: ZerocheckTable) {
    this.table = table;
    this.#weights = table.summand.terms.map(({ weight }) => constantBlock(weight));
  }

  /** Values at X = 1, 2, 3 of the sum over the remaining variables; `eq` covers those below the current one. */
  message(eq: ExtVector): Ext[] {
    return [1, 2, 3].map((x) =>
      this.#columns === undefined ? this.#baseValue(eq, x) : this.#extValue(eq, x, this.#columns),
    );
  }

  #baseValue(eq: ExtVector, x: number): Ext {
    const { chip, columns, summand } = this.table;
    this.#baseEvaluator ??= new BaseBlockEvaluator(chip.nodes);
    const evaluator = this.#baseEvaluator;
    const n = eq.length;
    const at = columns.map(() => new Uint32Array(BLOCK_ROWS));
    return sumBlocks(
      n,
      (start, count, sum) => {
        for (const [c, column] of columns.entries()) {
          const out = at[c]!;
          for (let i = 0; i < count; i++) {
            const high = column[n + start + i]!;
            out[i] = x === 1 ? high : addFelt(high, mulFelt(x - 1, subFelt(high, column[start + i]!)));
          }
        }
        evaluator.run(at, 0, count);
        for (const { node, weight } of summand.terms) accumulateBase(sum, weight, evaluator.values[node]!, count);
        return eq;
      },
      summand.constant,
    );
  }

  #extValue(eq: ExtVector, x: number, columns: readonly ExtVector[]): Ext {
    const { chip, summand } = this.table;
    this.#extEvaluator ??= new ExtBlockEvaluator(chip.nodes);
    const evaluator = this.#extEvaluator;
    const n = eq.length;
    const at = columns.map(() => createExtVector(BLOCK_ROWS));
    const product = createExtVector(BLOCK_ROWS);
    return sumBlocks(
      n,
      (start, count, sum) => {
        for (const [c, column] of columns.entries()) {
          for (let j = 0; j < DEGREE; j++) {
            const [out, plane] = [at[c]!.planes[j]!, column.planes[j]!];
            for (let i = 0; i < count; i++) {
              const high = plane[n + start + i]!;
              out[i] = x === 1 ? high : addFelt(high, mulFelt(x - 1, subFelt(high, plane[start + i]!)));
            }
          }
        }
        evaluator.run(at, count);
        for (const [t, { node }] of summand.terms.entries()) {
          mulExtBlock(product, evaluator.values[node]!, this.#weights[t]!, count);
          addExtBlock(sum, sum, product, count);
        }
        return eq;
      },
      summand.constant,
    );
  }

  bind(rho: Ext): void {
    this.#baseEvaluator = undefined;
    // The first fold makes extension vectors of the base columns; later ones work in place.
    this.#columns = (this.#columns ?? this.table.columns.map(extVectorFromBase)).map((column) => {
      const n = column.length / 2;
      const low = viewExt(column, 0, n);
      foldHalvesInto(low, low, viewExt(column, n, 2 * n), rho);
      return low;
    });
  }

  /** The columns at the bound point. */
  evaluations(): Ext[] {
    return this.#columns!.map((column) => getExt(column, 0));
  }
}

/** Proves that the tables' summands add up as claimed. Returns the point and every column's value there, per table. */
export function proveZerocheck(
  channel: ProverChannel,
  rowBits: number,
  point: readonly Ext[],
  claim: Ext,
  tables: readonly ZerocheckTable[],
): { rho: Ext[]; evaluations: Ext[][] } {
  const rho = new Array<Ext>(rowBits);
  const provers = tables.map((table) => new TableProver(table));
  // The tables of the largest height never wait, so their share is what the others leave of the claim.
  const shares = tables.map((table) => (table.logHeight === rowBits ? ZERO : shareOf(table, point)));
  let current = claim;
  for (let i = rowBits - 1; i >= 0; i--) {
    const values: Ext[] = [ZERO, ZERO, ZERO];
    let eq: ExtVector | undefined;
    for (const [k, prover] of provers.entries()) {
      if (prover.table.logHeight <= i) {
        for (let x = 0; x < 3; x++) values[x] = add(values[x]!, shares[k]!);
        continue;
      }
      eq ??= eqTable(point.slice(0, i));
      for (const [x, value] of prover.message(eq).entries()) values[x] = add(values[x]!, value);
    }
    channel.sendExt('zerocheck/sumcheck', values);
    rho[i] = channel.transcript.challenge('zerocheck/rho');
    const r = point[i]!;
    const g0 = mul(sub(current, mul(r, values[0]!)), inverse(oneMinus(r)));
    current = cubicAt([g0, ...values], rho[i]!);
    for (const prover of provers) if (prover.table.logHeight > i) prover.bind(rho[i]!);
  }
  return { rho, evaluations: provers.map((p) => p.evaluations()) };
}

/** The cubic through its values at 0, 1, 2, 3, at `x`, by Newton's forward differences. */
function cubicAt(values: readonly Ext[], x: Ext): Ext {
  let differences = values.slice();
  let result: Ext = ZERO;
  let binomial: Ext = ONE;
  for (let k = 0; k < 4; k++) {
    result = add(result, mul(binomial, differences[0]!));
    binomial = mulBase(mul(binomial, sub(x, [k, 0, 0, 0, 0])), inverseFelt(k + 1));
    differences = differences.slice(1).map((d, i) => sub(d, differences[i]!));
  }
  return result;
}
