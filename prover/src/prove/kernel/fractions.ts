/**
 * @module The tree of all fractions on the kernels. Layers hold real rows only, in (p, q); the lanes of a part with fewer
 * than four pairs are filled with the fraction 0/1, which changes nothing. The leaves, half the tree, are not kept while it
 * stands: the lowest sumcheck evaluates them again, when nothing else of the tree is left.
 *
 * In a layer's sumcheck with s = p + (lambda / 2) q the summand is s0 q1 + s1 q0. A table is constant 0/1 beyond its rows,
 * that is s = lambda / 2 and q = 1; binding a variable beyond them scales the distance from those by 1 - rho. Instead of
 * scaling by c, the product of these factors, vectors are taken as c (s + (1/c - 1) lambda / 2) and c (q + 1/c - 1): an
 * addition once the table's own variables come, and c^2 moves into the weight.
 */
import { inverse as inverseFelt, neg } from '@weft/primitives/field/base';
import { add, type Ext, equals, fromBase, inverse, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { lerp } from '@weft/primitives/field/multilinear';
import { eqTables, eqTablesBytes } from '@weft/primitives/kernel/eq';
import type { EqTable } from '@weft/primitives/kernel/eq-table';
import type { Band } from '@weft/primitives/kernel/fractions';
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { Node } from '../../air/expr.ts';
import type { Machine } from '../../air/machine.ts';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import type { Fraction, FractionTree, LayerSumcheck } from '../engine.ts';
import { BLOCK_ROWS, BlockPool, lower } from './compiler.ts';
import type { PlacedTable } from './tables.ts';

const HALF = inverseFelt(2);
/** Row variables that are bound together with the leaf index: a part has a group of four rows at least. */
const JOINT_ROWS = 2;

/** Leaves of tables of one height, and their place in some layer. */
interface LayerBand extends Band {
  readonly leaves: readonly number[];
  /** log2 of the pairs of children in each array. */
  readonly logPairs: number;
}

function placesOf(bands: readonly LayerBand[]): Map<number, { band: LayerBand; at: number }> {
  return new Map(
    bands.flatMap((band) =>
      band.leaves.map((i, part) => [i, { band, at: band.base + part * band.partBytes }] as const),
    ),
  );
}

const groupsOf = (logPairs: number): number => Math.max(1, 2 ** logPairs / LANES);

/** Vectors of a power of two of groups would share cache sets: four more groups between them. */
function strideOf(groups: number): number {
  return (groups + (groups >= 64 ? 4 : 0)) * GROUP_BYTES;
}

/** Bytes from one of a part's arrays to the next. */
export function bandStride(logPairs: number): number {
  return strideOf(groupsOf(logPairs));
}

export class KernelFractionTree implements FractionTree {
  readonly roots: (Fraction | undefined)[];
  readonly #kernels: Kernels;
  readonly #machine: Machine;
  readonly #tables: readonly (PlacedTable | undefined)[];
  readonly #fingerprint: Fingerprint<Ext>;
  /** Leaf indices by the height of their table. */
  readonly #byHeight = new Map<number, number[]>();
  /** `layers[t]`: children after t halvings, and the memory's state before they were allocated. */
  readonly #layers: { bands: LayerBand[]; mark: number }[] = [];

  constructor(
    kernels: Kernels,
    machine: Machine,
    tables: readonly (PlacedTable | undefined)[],
    fingerprint: Fingerprint<Ext>,
  ) {
    this.#kernels = kernels;
    this.#machine = machine;
    this.#tables = tables;
    this.#fingerprint = fingerprint;
    for (const [k, table] of tables.entries()) {
      if (table === undefined) continue;
      const list = this.#byHeight.get(table.frame.logHeight) ?? [];
      this.#byHeight.set(table.frame.logHeight, list);
      for (const l of table.frame.chip.leaves.keys()) list.push(machine.leafOffset[k]! + l);
    }
    const { memory, fractions } = kernels;
    this.#layers.push({ bands: [], mark: memory.mark() });
    for (let t = 1; t < machine.rowBits; t++) {
      const mark = memory.mark();
      const bands = this.#allocateBands(t);
      this.#layers.push({ bands, mark });
      if (t === 1) {
        this.#evaluateLeaves('leafSums', bands, ZERO);
        continue;
      }
      for (const [i, band] of bands.entries()) {
        const below = this.#layers[t - 1]!.bands[i]!;
        fractions.sums(below, band, 2 ** below.logPairs);
      }
    }
    this.roots = this.#sumRoots();
  }

  /** Arrays for the children after `t` halvings. */
  #allocateBands(t: number): LayerBand[] {
    return [...this.#byHeight].map(([logHeight, leaves]) => {
      const logPairs = Math.max(0, logHeight - t - 1);
      const stride = bandStride(logPairs);
      const partBytes = 4 * stride;
      const base = this.#kernels.memory.allocate(partBytes * leaves.length);
      return { base, stride, partBytes, parts: leaves.length, leaves, logPairs };
    });
  }

  /** Evaluates all leaves over all rows; `operation` writes numerators and denominators to the bands. */
  #evaluateLeaves(operation: 'leafSums' | 'leafPairs', bands: readonly LayerBand[], halfLambda: Ext): void {
    const { memory, graph } = this.#kernels;
    const place = placesOf(bands);
    for (const [k, table] of this.#tables.entries()) {
      if (table === undefined) continue;
      const mark = memory.mark();
      const program = this.#compileLeaves(k, table, operation, place, halfLambda);
      const groups = 2 ** table.frame.logHeight / LANES;
      const step = BLOCK_ROWS.B / LANES;
      for (let first = 0; first < groups; first += step) graph.run(program, first, Math.min(step, groups - first));
      memory.release(mark);
    }
  }

  #compileLeaves(
    k: number,
    { frame, columns }: PlacedTable,
    operation: 'leafSums' | 'leafPairs',
    place: ReadonlyMap<number, { band: LayerBand; at: number }>,
    halfLambda: Ext,
  ): GraphProgram {
    const { memory, graph } = this.#kernels;
    const { chip } = frame;
    const pool = new BlockPool(this.#kernels, 'B');
    const block = (): number => memory.allocate((BLOCK_ROWS.B / LANES) * GROUP_BYTES);
    const [left, right, numerator, denominator] = [block(), block(), block(), block()];
    const { nodes, numerators } = signedCounts(chip);
    const wanted = [...numerators, ...chip.interactions.flatMap((i) => i.tuple)];
    const load = (column: number, out: number): GraphInstruction => ['loadB', columns[column]!, 0, out];
    const { instructions, blockOf, release } = lower(this.#kernels, 'B', pool, nodes, wanted, load);
    const { alpha, monomials } = this.#fingerprint;
    const put = (i: number, out: number): void => {
      const { tuple, bus } = chip.interactions[i]!;
      const terms = tuple.map((node, j) => [blockOf(node), monomials[j + 1]!] as const);
      instructions.push(['linearB', graph.termList(add(alpha, fromBase(bus.id)), terms, true), 0, out]);
    };
    const count = (i: number): number => blockOf(numerators[i]!);
    for (const [l, [i, j]] of chip.leaves.entries()) {
      if (j === undefined) {
        put(i, denominator);
        instructions.push(['embedB', count(i), 0, numerator]);
      } else {
        put(i, left);
        put(j, right);
        instructions.push(['mulEB', right, count(i), numerator], ['addMulEB', left, count(j), numerator]);
        instructions.push(['mulE', left, right, denominator]);
      }
      const { at, band } = place.get(this.#machine.leafOffset[k]! + l)!;
      const descriptor = graph.leafDescriptor(at, band.stride, halfLambda);
      instructions.push([operation, numerator, descriptor, denominator]);
    }
    release();
    return graph.program(instructions);
  }

  #sumRoots(): (Fraction | undefined)[] {
    const { vectors } = this.#kernels;
    const roots = new Array<Fraction | undefined>(this.#machine.leafCount).fill(undefined);
    for (const band of this.#layers.at(-1)!.bands) {
      for (const [part, leaf] of band.leaves.entries()) {
        const base = band.base + part * band.partBytes;
        const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => vectors.get(base + k * band.stride, 0)) as [
          Ext,
          Ext,
          Ext,
          Ext,
        ];
        roots[leaf] = { numerator: add(mul(p0, q1), mul(p1, q0)), denominator: mul(q0, q1) };
      }
    }
    return roots;
  }

  async layer(rows: number, lambda: Ext, point: readonly Ext[]): Promise<LayerSumcheck> {
    const t = this.#machine.rowBits - 1 - rows;
    const halfLambda = mulBase(lambda, HALF);
    const { memory, fractions } = this.#kernels;
    const above = this.#layers[t + 1];
    if (above !== undefined) memory.release(above.mark);
    const { bands } = this.#layers[t]!;
    if (t === 0) {
      bands.push(...this.#allocateBands(0));
      this.#evaluateLeaves('leafPairs', bands, halfLambda);
    } else {
      for (const band of bands) fractions.start(band, groupsOf(band.logPairs), halfLambda);
    }
    return new KernelLayer(this.#kernels, bands, lambda, point, rows);
  }
}

/** The chip's graph with its receives' counts negated. */
function signedCounts(chip: { nodes: readonly Node[]; interactions: readonly { sign: 1 | -1; count: number }[] }): {
  nodes: readonly Node[];
  numerators: number[];
} {
  const nodes: Node[] = [...chip.nodes, { op: 'constant', value: 0 }];
  const zero = nodes.length - 1;
  const numerators = chip.interactions.map(({ sign, count }) => {
    const node = chip.nodes[count]!;
    if (sign === 1) return count;
    if (node.op === 'constant') return nodes.push({ op: 'constant', value: neg(node.value) }) - 1;
    return nodes.push({ op: 'sub', a: zero, b: count }) - 1;
  });
  return { nodes, numerators };
}

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

class KernelLayer implements LayerSumcheck {
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
  readonly #totals: number;
  /** Product of 1 - rho over the bound row variables. */
  #scale: Ext = ONE;
  #joint: { readonly base: number; readonly stride: number; length: number };

  constructor(kernels: Kernels, bands: readonly LayerBand[], lambda: Ext, point: readonly Ext[], rows: number) {
    const { memory, vectors, fractions } = kernels;
    this.#kernels = kernels;
    this.#lambda = lambda;
    this.#halfLambda = mulBase(lambda, HALF);
    this.#point = point;
    this.#rows = rows;
    this.#leafBits = point.length - rows;
    this.#totals = memory.allocate(4 * GROUP_BYTES);
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
    this.#bands = bands.map((band): ActiveBand => {
      const all = band.leaves.map(this.#leafWeights);
      const weights = memory.allocate(VectorKernels.bytes(all.length));
      for (const [i, w] of all.entries()) vectors.set(weights, i, w);
      const weight = all.reduce((sum, w) => add(sum, w), ZERO);
      if (band.logPairs > JOINT_ROWS) {
        const firstSums = this.#firstSums(band, weights);
        const quadratic = lerp(firstSums.atZero, firstSums.atOne, point[band.logPairs - 1]!);
        return { band, weight, weights, quadratic, firstSums, scale: undefined };
      }
      vectors.clear(this.#totals, LANES);
      if (rows > JOINT_ROWS)
        fractions.quadratic(band, this.#rowEq[band.logPairs]!, weights, this.#totals, this.#halfLambda);
      return {
        band,
        weight,
        weights,
        quadratic: vectors.laneSum(this.#totals),
        firstSums: undefined,
        scale: undefined,
      };
    });
    if (rows <= JOINT_ROWS) this.#join();
  }

  #firstSums(band: LayerBand, weights: number): FirstSums {
    const { fractions, vectors } = this.#kernels;
    const variable = band.logPairs - 1;
    const eq = this.#rowEq[variable]!;
    vectors.clear(this.#totals, 4 * LANES);
    const groups = groupsOf(variable);
    fractions.first(band, groups, eq, weights, this.#totals, this.#halfLambda);
    const [atZero, atOne, leading, linearAtOne] = [0, 1, 2, 3].map((k) =>
      vectors.laneSum(this.#totals + k * GROUP_BYTES),
    ) as [Ext, Ext, Ext, Ext];
    return { atZero, atOne, leading, linearAtOne };
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    const { fractions, vectors } = this.#kernels;
    vectors.clear(this.#totals, 2 * LANES);
    const result = (): [Ext, Ext] => [vectors.laneSum(this.#totals), vectors.laneSum(this.#totals + GROUP_BYTES)];
    if (!this.#inRows(variable)) {
      const { base, stride, length } = this.#joint;
      if (length <= LANES) fractions.split(base, stride, 4, length === 4 ? 4 : 2);
      const band = { base, stride, partBytes: 0, parts: 1 };
      const jointVariable = Math.log2(length) - 1;
      fractions.message(band, groupsOf(jointVariable), this.#jointEq[jointVariable]!, this.#oneWeight(), this.#totals);
      return result();
    }
    // Where a table is not touched, the summand at X = 1 is lambda.
    let idle = ONE;
    let [knownAtOne, knownLeading] = [ZERO, ZERO];
    const square = mul(this.#scale, this.#scale);
    for (const { band, weight, weights, quadratic, firstSums } of this.#bands) {
      if (band.logPairs > variable + 1) {
        idle = sub(idle, weight);
        fractions.message(band, groupsOf(variable), this.#rowEq[variable]!, weights, this.#totals);
      } else if (band.logPairs === variable + 1) {
        const { atOne, leading, linearAtOne } = firstSums!;
        knownAtOne = add(knownAtOne, add(mul(square, atOne), mul(this.#scale, linearAtOne)));
        knownLeading = add(knownLeading, mul(square, leading));
      } else {
        // X = 1 leaves the table; the square of its scale (1 - X) c is the whole quadratic part.
        let factor = square;
        for (let k = band.logPairs; k < variable; k++) factor = mul(factor, sub(ONE, this.#point[k]!));
        knownLeading = add(knownLeading, mul(factor, quadratic));
      }
    }
    const [atOne, leading] = result();
    return [add(add(atOne, knownAtOne), mul(this.#lambda, idle)), add(leading, knownLeading)];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    const { fractions } = this.#kernels;
    if (!this.#inRows(variable)) {
      const { base, stride, length } = this.#joint;
      fractions.fold(base, stride, 4, 0, 1, groupsOf(Math.log2(length) - 1), challenge);
      this.#joint.length = length / 2;
      return;
    }
    for (const active of this.#bands) {
      const { band } = active;
      if (band.logPairs === variable + 1) this.#bindFirst(active, challenge);
      else if (band.logPairs > variable)
        fractions.fold(band.base, band.stride, 4, band.partBytes, band.parts, groupsOf(variable), challenge);
    }
    this.#scale = mul(this.#scale, sub(ONE, challenge));
    if (variable === JOINT_ROWS) this.#join();
  }

  /** Binds the first of a band's own variables; from here on it is taken as c times what is stored. */
  #bindFirst(active: ActiveBand, challenge: Ext): void {
    const { fractions, vectors } = this.#kernels;
    const { band } = active;
    const groups = groupsOf(band.logPairs - 1);
    fractions.fold(band.base, band.stride, 4, band.partBytes, band.parts, groups, challenge);
    const distance = sub(inverse(this.#scale), ONE);
    if (!equals(distance, ZERO)) fractions.shift(band, groups, mul(distance, this.#halfLambda), distance);
    active.scale = this.#scale;
    const square = mul(this.#scale, this.#scale);
    for (const [i, leaf] of band.leaves.entries()) vectors.set(active.weights, i, mul(square, this.#leafWeights(leaf)));
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
      const rest = scale === undefined ? sub(ONE, c) : ZERO;
      fractions.place(band, c, mul(rest, this.#halfLambda), rest, base, stride, leaves, list);
    }
  }
}
