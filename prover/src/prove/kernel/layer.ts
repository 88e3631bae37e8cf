/**
 * @module The sumcheck of one layer of fractions on the kernels. With s = p + (lambda / 2) q the summand is s0 q1 + s1 q0. A table
 * is constant 0/1 beyond its rows, that is s = lambda / 2 and q = 1, and the summand lambda.
 *
 * Row variables are bound from the lowest up. While a table's own are, it counts where all above are 0; once they are bound, each
 * one above scales its distance from the constant by 1 - rho. What is left then, a group of four rows of every leaf, is brought into
 * one vector over (row, leaf), whose last two variables, those of the rows, are bound in plain code.
 *
 * Rows of a table that are not in use are constant as well, 0/q, and while they are not written to its arrays add lambda q^2 to every value at 1.
 */
import { add, type Ext, mul, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { eqVector, eqVectorBytes, pairTables, pairTablesBytes } from '@weft/primitives/kernel/eq';
import type { PairWeights } from '@weft/primitives/kernel/eq-table';
import { type Blocks, blocksOf, halved, isScattered, isWhole, leftOf } from '@weft/primitives/kernel/fractions';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { elementAt, GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { LayerSumcheck } from '../engine.ts';
import { PlainLayer } from '../layers.ts';
import { fillArrays, groupsOf, type LayerBand, strideOf } from './bands.ts';
import { PARTS, unusedWeight } from './padding.ts';

/**
 * Writes the children of leaves and sums the leading coefficient of their first message.
 * @param eq - weights of it.
 * @param weightAt - address of a leaf's weight, an element of a vector.
 */
export type LeafFill = (eq: PairWeights, weightAt: (leaf: number) => number) => Ext;

/** A band during a layer's sumcheck. */
interface ActiveBand {
  readonly band: LayerBand;
  /** Sum of the weights of its leaves. */
  readonly weight: Ext;
  /** Kernel vector of weights. */
  readonly weights: number;
  /** What is left of each array. */
  blocks: Blocks;
  /** What rows that are not in use add to values at 1. */
  readonly share: Ext;
  /** Weighted sum of the quadratic part, once all variables of its groups are bound. */
  quadratic: Ext;
  /** Product of 1 - rho over variables beyond it. */
  scale: Ext;
}

export class KernelLayer implements LayerSumcheck {
  readonly #kernels: Kernels;
  readonly #lambda: Ext;
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  readonly #rows: number;
  readonly #bands: ActiveBand[];
  /** Weights of messages by variable: those of the rows but for the first two, and those of leaves. */
  readonly #eq: readonly (PairWeights | undefined)[];
  /** Group of weights of the first two variables. */
  readonly #laneEq: number;
  /** `#inside[n]`: product of 1 - r over the coordinates of row variables from n on. */
  readonly #inside: readonly Ext[];
  /**
   * What active bands, or the vectors over (row, leaf), add to the next message: the value at 1, but for a first one whose leading
   * coefficient alone is asked for, and the leading coefficient.
   */
  #sums: readonly [Ext, Ext] = [ZERO, ZERO];
  /** The vectors over (row, leaf): a group of rows for every leaf. */
  readonly #joint: { readonly band: LayerBand; readonly one: number; blocks: Blocks };
  /** The last rows. */
  #last: PlainLayer | undefined;

  /** @param fill - writes the children of leaves, which no band has yet; the others have theirs, with p in place of s. */
  constructor(
    kernels: Kernels,
    bands: readonly LayerBand[],
    fill: LeafFill | undefined,
    halfLambda: Ext,
    point: readonly Ext[],
    rows: number,
  ) {
    const { memory, vectors, fractions } = kernels;
    this.#kernels = kernels;
    this.#lambda = add(halfLambda, halfLambda);
    this.#halfLambda = halfLambda;
    this.#point = point;
    this.#rows = rows;
    const lanes = eqTable(point.slice(0, Math.min(rows, LANE_BITS)));
    while (lanes.length < LANES) lanes.push(ZERO);
    const inside = [ONE];
    for (let i = rows - 1; i >= 0; i--) inside.unshift(mul(inside[0]!, sub(ONE, point[i]!)));
    this.#inside = inside;
    const eq = new Array<PairWeights | undefined>(point.length).fill(undefined);
    /** Weights of variables from `first` up to `end`, all times a factor. */
    const put = (first: number, end: number, factor: Ext): void => {
      const length = end - first;
      const scaled = lanes.map((x) => mul(x, factor));
      const at = memory.allocate(pairTablesBytes([length]));
      const tables = pairTables(vectors, fractions, at, scaled, point.slice(first, end), [length]).get(length)!;
      for (const [i, weights] of tables.slice(0, length).entries()) eq[first + i] = weights;
    };
    const highest = Math.max(lanesOf(rows), ...bands.map(({ logPairs }) => logPairs));
    // No table has rows beyond.
    put(lanesOf(rows), highest, inside[highest]!);
    put(rows, point.length, ONE);
    this.#eq = eq;
    this.#laneEq = this.#vectorOf(lanes);
    const leafPoint = point.slice(rows);

    const leaves = 2 ** leafPoint.length;
    const weights = eqVector(vectors, fractions, memory.allocate(eqVectorBytes(leafPoint.length)), leafPoint);
    const weightOf = (leaf: number): Ext => vectors.get(weights, leaf);
    this.#bands = bands.map((band): ActiveBand => {
      const all = band.leaves.map(weightOf);
      const weight = all.reduce((sum, w) => add(sum, w), ZERO);
      const blocks = blocksOf(groupsOf(band.logPairs), band.used);
      const squares = band.padding.reduce((sum, q, i) => add(sum, mul(all[i]!, mul(q, q))), ZERO);
      const share = mul(mul(this.#lambda, squares), this.#unusedWeight(band));
      return { band, weight, weights: this.#vectorOf(all), blocks, share, quadratic: ZERO, scale: ONE };
    });
    const stride = strideOf(leaves);
    const joint = { base: memory.allocate(4 * stride), stride, partBytes: 0, parts: 1, leaves: [0] };
    this.#joint = {
      band: { ...joint, logPairs: leafPoint.length + LANE_BITS, used: leaves, padding: [] },
      one: this.#vectorOf([ONE]),
      blocks: blocksOf(leaves),
    };
    this.#sums = [ZERO, fill === undefined ? this.#start() : this.#fill(fill)];
    if (rows <= LANE_BITS) this.#join();
    else for (const active of this.#bands) if (active.band.logPairs <= LANE_BITS) this.#finishRows(active);
  }

  /** Of the rows of a band that are not in use. */
  #unusedWeight({ logPairs, used, padding }: LayerBand): Ext {
    if (padding.length === 0) return ZERO;
    const parts = (used * PARTS) / groupsOf(logPairs);
    return mul(this.#inside[logPairs]!, unusedWeight(this.#point.slice(0, logPairs), parts));
  }

  #vectorOf(values: readonly Ext[]): number {
    const { memory, vectors } = this.#kernels;
    const at = memory.allocate(VectorKernels.bytes(values.length));
    for (const [i, x] of values.entries()) vectors.set(at, i, x);
    return at;
  }

  #fill(fill: LeafFill): Ext {
    const weights = new Map(
      this.#bands.flatMap(({ band, weights }) => band.leaves.map((leaf, i) => [leaf, elementAt(weights, i)] as const)),
    );
    return fill(this.#eq[LANE_BITS]!, (leaf) => weights.get(leaf)!);
  }

  /** Turns numerators into s, and sums the leading coefficient of the first message. */
  #start(): Ext {
    const { team, fractions } = this.#kernels;
    fractions.totals.clear(2);
    team.together(() => {
      for (const { band, weights, blocks } of this.#bands) {
        const eq = this.#eq[LANE_BITS];
        if (this.#rows <= LANE_BITS || band.logPairs <= LANE_BITS) {
          fractions.start(band, this.#halfLambda);
        } else fractions.startLeading(band, blocks, eq!, weights, this.#halfLambda);
      }
    });
    return this.#gatherSums()[0];
  }

  /** The totals of a round that is done. */
  #gatherSums(): [Ext, Ext] {
    const { fractions, vectors } = this.#kernels;
    fractions.totals.gather(2);
    return [0, 1].map((k) => vectors.laneSum(fractions.totals.at + k * GROUP_BYTES)) as [Ext, Ext];
  }

  /** A band with a group left of each array: what it adds to messages from here on. */
  #finishRows(active: ActiveBand): void {
    const { fractions } = this.#kernels;
    fractions.totals.clear(2);
    fractions.quadratic(active.band, this.#laneEq, active.weights, this.#halfLambda);
    active.quadratic = this.#gatherSums()[0];
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    if (this.#last !== undefined) return this.#last.message(variable);
    if (variable >= this.#rows) return this.#sums;
    let [atOne, leading] = this.#sums;
    // Where no table is, the summand is lambda, and so at X = 1 for all tables whose variables are bound.
    let idle = ONE;
    for (const { band, weight, blocks, share, quadratic, scale } of this.#bands) {
      if (!isWhole(blocks)) atOne = add(atOne, share);
      if (band.logPairs > variable) idle = sub(idle, mul(weight, this.#inside[band.logPairs]!));
      // The square of its scale (1 - X) c is the whole quadratic part.
      else leading = add(leading, mul(mul(mul(scale, scale), this.#inside[variable + 1]!), quadratic));
    }
    atOne = add(atOne, mul(this.#lambda, idle));
    return [atOne, leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    if (this.#last !== undefined) await this.#last.bind(variable, challenge);
    else if (variable < this.#rows) this.#bindRow(variable, challenge);
    else this.#bindLeaf(variable, challenge);
  }

  #bindRow(variable: number, challenge: Ext): void {
    const outside = sub(ONE, challenge);
    for (const active of this.#bands) if (active.band.logPairs <= variable) active.scale = mul(active.scale, outside);
    const active = this.#bands.filter(({ band }) => band.logPairs > variable);
    this.#sums = this.#bindPairs(active, variable, challenge);
    if (variable === this.#rows - 1) this.#join();
    else for (const other of active) if (other.band.logPairs === variable + 1) this.#finishRows(other);
  }

  #bindLeaf(variable: number, challenge: Ext): void {
    const { band, one, blocks } = this.#joint;
    const active = { band, weights: one, blocks };
    this.#sums = this.#bindPairs([active], variable, challenge);
    this.#joint.blocks = active.blocks;
    if (variable === this.#point.length - 1) this.#finishLeaves();
  }

  /** Binds a variable of the arrays' groups, and sums the next message of those that have another. */
  #bindPairs(
    active: readonly (Pick<ActiveBand, 'band' | 'weights'> & { blocks: Blocks })[],
    variable: number,
    challenge: Ext,
  ): [Ext, Ext] {
    const { team, fractions } = this.#kernels;
    const eq = this.#eq[variable + 1];
    const scattered: (typeof active)[number][] = [];
    fractions.totals.clear(2);
    team.together(() => {
      for (const one of active) {
        const { band, blocks, weights } = one;
        one.blocks = halved(blocks);
        if (isScattered(one.blocks)) scattered.push(one);
        const sums = leftOf(blocks) > 2 && !isScattered(one.blocks);
        if (sums) fractions.foldMessage(band, blocks, eq!, weights, challenge);
        else fractions.foldPairs(band, blocks, challenge);
      }
    });
    if (scattered.length > 0) {
      team.together(() => {
        for (const { band, blocks } of scattered) fractions.gather(band, blocks);
      });
      team.together(() => {
        for (const one of scattered) {
          this.#fillPadding(one);
          one.blocks = blocksOf(leftOf(one.blocks));
          fractions.message(one.band, one.blocks, eq!, one.weights);
        }
      });
    }
    return this.#gatherSums();
  }

  /** Writes what is not in use to arrays that have been moved together. */
  #fillPadding({ band, blocks }: Pick<ActiveBand, 'band' | 'blocks'>): void {
    const children = band.padding.map((q) => [mul(this.#halfLambda, q), q] as const);
    fillArrays(this.#kernels.vectors, band, [blocks.used, leftOf(blocks) - blocks.used], children);
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    return this.#last!.finish();
  }

  /** Brings the group of rows that is left of every leaf into the vectors over (row, leaf). */
  #join(): void {
    const { memory, vectors, fractions } = this.#kernels;
    const { band: joint, one, blocks } = this.#joint;
    const { base, stride } = joint;
    // What no part writes to stands for the fraction 0/1.
    fillArrays(vectors, joint, [0, leftOf(blocks)], [[this.#halfLambda, ONE]]);
    for (const { band, scale } of this.#bands) {
      const list = memory.allocate(4 * band.parts);
      memory.words.set(band.leaves, list / 4);
      const rest = sub(ONE, scale);
      fractions.place(band, [scale, mul(rest, this.#halfLambda), rest], base, stride, list);
    }
    fractions.totals.clear(2);
    fractions.message(joint, blocks, this.#eq[this.#rows]!, one);
    this.#sums = this.#gatherSums();
  }

  /** What is left are the rows of one group. */
  #finishLeaves(): void {
    const { vectors } = this.#kernels;
    const { base, stride } = this.#joint.band;
    const lanes = lanesOf(this.#rows);
    const children = [0, 1, 2, 3].map((k) =>
      Array.from({ length: 2 ** lanes }, (_, i) => vectors.get(base + k * stride, i)),
    );
    this.#last = new PlainLayer(children, this.#lambda, this.#point.slice(0, lanes));
  }
}

/** Row variables that are bound last. */
function lanesOf(rows: number): number {
  return Math.min(rows, LANE_BITS);
}
