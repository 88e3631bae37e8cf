/**
 * @module The sumcheck of one layer of fractions on the kernels. With s = p + (lambda / 2) q the summand is
 * s0 q1 + s1 q0. A table is constant 0/1 beyond its rows, that is s = lambda / 2 and q = 1; binding a variable beyond them
 * scales the distance from those by 1 - rho. Instead of scaling by c, the product of these factors, vectors are taken as
 * c (s + (1/c - 1) lambda / 2) and c (q + 1/c - 1): an addition once the table's own variables come, and c^2 moves into the
 * weight.
 */
import { add, type Ext, equals, inverse, mul, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { lerp } from '@weft/primitives/field/multilinear';
import { eqTables, eqTablesBytes } from '@weft/primitives/kernel/eq';
import type { EqTable } from '@weft/primitives/kernel/eq-table';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { LayerSumcheck } from '../engine.ts';
import { groupsOf, type LayerBand, strideOf } from './bands.ts';

/** Row variables that are bound together with the leaf index: a part has a group of four rows at least. */
const JOINT_ROWS = 2;

/** Sums over a band with the weights of its leaves, in terms of s - lambda / 2 and q - 1; see the `first` kernel. */
interface FirstSums {
  readonly atZero: Ext;
  readonly atOne: Ext;
  readonly leading: Ext;
  readonly linearAtOne: Ext;
}

/** A band during a layer's sumcheck. */
interface ActiveBand {
  readonly band: LayerBand;
  /** Sum of the weights of its leaves. */
  readonly weight: Ext;
  /** Kernel vector of weights, times `scale` squared once that is known. */
  readonly weights: number;
  /** What its first own message needs; only for bands with variables to bind on their own. */
  readonly firstSums: FirstSums | undefined;
  /** Weighted sum of the quadratic part, for as long as variables beyond the table are bound. */
  readonly quadratic: Ext;
  /** c, once the table's own variables are being bound. */
  scale: Ext | undefined;
}

export class KernelLayer implements LayerSumcheck {
  readonly #kernels: Kernels;
  readonly #lambda: Ext;
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  readonly #rows: number;
  readonly #leafBits: number;
  readonly #leafWeights: (i: number) => Ext;
  readonly #bands: ActiveBand[];
  readonly #rowEq: EqTable[];
  readonly #jointEq: EqTable[];
  /** Product of 1 - rho over the bound row variables. */
  #scale: Ext = ONE;
  /** What bands whose own variables are being bound add to the next message: the value at 1 and the leading coefficient. */
  #sums: readonly [Ext, Ext] = [ZERO, ZERO];
  #joint: { readonly base: number; readonly stride: number; length: number };

  constructor(kernels: Kernels, bands: readonly LayerBand[], halfLambda: Ext, point: readonly Ext[], rows: number) {
    const { memory, vectors, fractions } = kernels;
    this.#kernels = kernels;
    this.#lambda = add(halfLambda, halfLambda);
    this.#halfLambda = halfLambda;
    this.#point = point;
    this.#rows = rows;
    this.#leafBits = point.length - rows;
    const tables = (variables: readonly Ext[]): EqTable[] =>
      eqTables(vectors, fractions, memory.allocate(eqTablesBytes(variables.length)), variables);
    this.#rowEq = tables(point.slice(0, rows));
    const jointRows = Math.min(rows, JOINT_ROWS);
    const leafPoint = point.slice(rows);
    this.#jointEq = tables([...leafPoint, ...point.slice(0, jointRows)]);
    const weightTable = tables(leafPoint).at(-1)!;
    this.#leafWeights = (i) => mul(vectors.get(weightTable.low, i % 512), vectors.get(weightTable.high, i >> 9));
    const length = 2 ** (jointRows + this.#leafBits);
    const stride = strideOf(Math.max(groupsOf(this.#leafBits + JOINT_ROWS), 2));
    this.#joint = { base: memory.allocate(4 * stride), stride, length };
    this.#bands = bands.map((band) => this.#activate(band));
    if (rows <= JOINT_ROWS) this.#join();
  }

  #activate(band: LayerBand): ActiveBand {
    const { memory, vectors, fractions } = this.#kernels;
    const all = band.leaves.map(this.#leafWeights);
    const weights = memory.allocate(VectorKernels.bytes(all.length));
    for (const [i, w] of all.entries()) vectors.set(weights, i, w);
    const weight = all.reduce((sum, w) => add(sum, w), ZERO);
    const active = { band, weight, weights, scale: undefined };
    if (band.logPairs > JOINT_ROWS) {
      const firstSums = this.#firstSums(band, weights);
      const quadratic = lerp(firstSums.atZero, firstSums.atOne, this.#point[band.logPairs - 1]!);
      return { ...active, quadratic, firstSums };
    }
    fractions.totals.clear(1);
    if (this.#rows > JOINT_ROWS) fractions.quadratic(band, this.#rowEq[band.logPairs]!, weights, this.#halfLambda);
    return { ...active, quadratic: this.#gatherTotals(1)[0]!, firstSums: undefined };
  }

  /** The first totals of a loop that is done. */
  #gatherTotals(count: number): Ext[] {
    const { fractions, vectors } = this.#kernels;
    fractions.totals.gather(count);
    return Array.from({ length: count }, (_, k) => vectors.laneSum(fractions.totals.at + k * GROUP_BYTES));
  }

  #firstSums(band: LayerBand, weights: number): FirstSums {
    const { fractions } = this.#kernels;
    const variable = band.logPairs - 1;
    fractions.totals.clear(4);
    fractions.first(band, groupsOf(variable), this.#rowEq[variable]!, weights, this.#halfLambda);
    const [atZero, atOne, leading, linearAtOne] = this.#gatherTotals(4) as [Ext, Ext, Ext, Ext];
    return { atZero, atOne, leading, linearAtOne };
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    if (!this.#inRows(variable)) return this.#jointMessage();
    const [atOne, leading] = this.#sums;
    // Where a table is not touched, the summand at X = 1 is lambda.
    let idle = ONE;
    let [knownAtOne, knownLeading] = [ZERO, ZERO];
    const square = mul(this.#scale, this.#scale);
    for (const { band, weight, quadratic, firstSums } of this.#bands) {
      if (band.logPairs > variable + 1) {
        idle = sub(idle, weight);
      } else if (band.logPairs === variable + 1) {
        const { linearAtOne } = firstSums!;
        knownAtOne = add(knownAtOne, add(mul(square, firstSums!.atOne), mul(this.#scale, linearAtOne)));
        knownLeading = add(knownLeading, mul(square, firstSums!.leading));
      } else {
        // X = 1 leaves the table; the square of its scale (1 - X) c is the whole quadratic part.
        let factor = square;
        for (let k = band.logPairs; k < variable; k++) factor = mul(factor, sub(ONE, this.#point[k]!));
        knownLeading = add(knownLeading, mul(factor, quadratic));
      }
    }
    return [add(add(atOne, knownAtOne), mul(this.#lambda, idle)), add(leading, knownLeading)];
  }

  #jointMessage(): readonly [Ext, Ext] {
    const { fractions } = this.#kernels;
    const { base, stride, length } = this.#joint;
    fractions.totals.clear(2);
    if (length <= LANES) fractions.split(base, stride, 4, length === 4 ? 4 : 2);
    const band = { base, stride, partBytes: 0, parts: 1 };
    const variable = Math.log2(length) - 1;
    fractions.message(band, groupsOf(variable), this.#jointEq[variable]!, this.#oneWeight());
    return this.#gatherTotals(2) as [Ext, Ext];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    const { fractions } = this.#kernels;
    if (!this.#inRows(variable)) {
      const { base, stride, length } = this.#joint;
      fractions.fold(base, stride, 4, 0, 1, groupsOf(Math.log2(length) - 1), challenge);
      this.#joint.length = length / 2;
      return;
    }
    const first = this.#bands.filter(({ band }) => band.logPairs === variable + 1);
    for (const active of first) active.scale = this.#scale;
    if (variable > JOINT_ROWS) this.#foldMessage(variable, challenge, first);
    else this.#foldLast(challenge);
    this.#scale = mul(this.#scale, sub(ONE, challenge));
    if (variable === JOINT_ROWS) this.#join();
  }

  /**
   * Binds a variable of the rows and sums the next one's message.
   * @param first - bands the first of whose own variables this is: from here on they are taken as c times what is stored.
   */
  #foldMessage(variable: number, challenge: Ext, first: readonly ActiveBand[]): void {
    const { team, fractions, vectors } = this.#kernels;
    const square = mul(this.#scale, this.#scale);
    for (const { band, weights } of first)
      for (const [i, leaf] of band.leaves.entries()) vectors.set(weights, i, mul(square, this.#leafWeights(leaf)));
    const distance = first.length === 0 ? ZERO : sub(inverse(this.#scale), ONE);
    const shift = equals(distance, ZERO) ? undefined : ([mul(distance, this.#halfLambda), distance] as const);
    const [groups, eq] = [groupsOf(variable - 1), this.#rowEq[variable - 1]!];
    fractions.totals.clear(2);
    team.together(() => {
      for (const { band, weights } of this.#bands) {
        if (band.logPairs <= variable) continue;
        const isFirst = band.logPairs === variable + 1;
        fractions.foldMessage(band, groups, eq, weights, challenge, isFirst ? shift : undefined);
      }
    });
    this.#sums = this.#gatherTotals(2) as [Ext, Ext];
  }

  /** Binds the last variable of the rows. */
  #foldLast(challenge: Ext): void {
    const { team, fractions } = this.#kernels;
    team.together(() => {
      for (const { band } of this.#bands) {
        if (band.logPairs > JOINT_ROWS)
          fractions.fold(band.base, band.stride, 4, band.partBytes, band.parts, groupsOf(JOINT_ROWS), challenge);
      }
    });
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    const { base, stride } = this.#joint;
    const [s0, s1, q0, q1] = [0, 1, 2, 3].map((k) => this.#kernels.vectors.get(base + k * stride, 0)) as [
      Ext,
      Ext,
      Ext,
      Ext,
    ];
    const p = (s: Ext, q: Ext): Ext => sub(s, mul(this.#halfLambda, q));
    return [p(s0, q0), p(s1, q1), q0, q1];
  }

  /** Whether a variable is bound while every leaf has its own vectors. */
  #inRows(variable: number): boolean {
    return variable >= JOINT_ROWS && variable < this.#rows;
  }

  /** A kernel vector of a single one. */
  #oneWeight(): number {
    return this.#jointEq[0]!.low;
  }

  /** Brings the rows that are left, at most four per leaf, into vectors over (row, leaf). */
  #join(): void {
    const { memory, vectors, fractions } = this.#kernels;
    const { base, stride } = this.#joint;
    const leaves = 2 ** this.#leafBits;
    const length = LANES * leaves;
    // What no part writes to stands for the fraction 0/1.
    for (let k = 0; k < 4; k++) {
      for (let lane = 0; lane < LANES; lane++) vectors.set(base + k * stride, lane, k < 2 ? this.#halfLambda : ONE);
      const first = (base + k * stride) / 4;
      const words = GROUP_BYTES / 4;
      for (let n = words; n < (length / LANES) * words; n *= 2)
        memory.words.copyWithin(first + n, first, first + Math.min(n, (length / LANES) * words - n));
    }
    for (const { band, scale } of this.#bands) {
      const list = memory.allocate(4 * band.parts);
      memory.words.set(band.leaves, list / 4);
      const c = scale ?? this.#scale;
      // Shifted when the first of its variables was bound, if a message of the rows followed.
      const rest = band.logPairs > JOINT_ROWS + 1 ? ZERO : sub(ONE, c);
      fractions.place(band, c, mul(rest, this.#halfLambda), rest, base, stride, leaves, list);
    }
  }
}
