/**
 * @module The tree of all fractions in plain TypeScript. Children are kept as s = p + (lambda / 2) d and d = q - 1: what
 * lies beyond a table, the fraction 0/1, is then plain zero, and a table stands for all its virtual rows.
 *
 * In these terms the summand of a layer is s0 + s1 + (lambda / 2)(d0 + d1) + s0 d1 + s1 d0 + lambda, and lambda on virtual
 * entries; eq sums to 1 over the cube, so that part is the constant lambda.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, fromBase, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { bindVariable, eqTable, insertBit } from '@weft/primitives/field/multilinear';
import { BASE_FIELD, evaluateNodes } from '../../air/evaluate.ts';
import type { Machine } from '../../air/machine.ts';
import type { Trace } from '../../air/trace.ts';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { Fraction, FractionTree, LayerSumcheck } from '../engine.ts';
import { addFractions } from '../layers.ts';

const HALF = inverseFelt(2);

/** The leaves of a chip over its rows. */
function leavesOf({ chip, logHeight, columns, fixed }: Trace, fingerprint: Fingerprint<Ext>): Fraction[][] {
  const out = chip.leaves.map((): Fraction[] => []);
  for (let row = 0; row < 2 ** logHeight; row++) {
    const values = evaluateNodes(
      BASE_FIELD,
      chip.nodes,
      [...columns, ...fixed].map((c) => c[row]!),
    );
    const fractions = chip.interactions.map(({ bus, sign, tuple, count }): Fraction => {
      let denominator = add(fingerprint.busAlpha, fromBase(bus.id));
      for (const [j, node] of tuple.entries())
        denominator = add(denominator, mulBase(fingerprint.monomials[j + 1]!, values[node]!));
      return { numerator: fromBase(sign === 1 ? values[count]! : BASE_FIELD.sub(0, values[count]!)), denominator };
    });
    for (const [l, [i, j]] of chip.leaves.entries())
      out[l]!.push(j === undefined ? fractions[i]! : addFractions(fractions[i]!, fractions[j]!));
  }
  return out;
}

export class OracleFractionTree implements FractionTree {
  readonly roots: readonly (Fraction | undefined)[];
  readonly #rowBits: number;
  /** `#layers[t][i]`: interaction i after t halvings. */
  readonly #layers: (Fraction[] | undefined)[][];

  constructor(machine: Machine, traces: readonly (Trace | undefined)[], fingerprint: Fingerprint<Ext>) {
    this.#rowBits = machine.rowBits;
    const leaves = machine.chips.flatMap((chip, k): (Fraction[] | undefined)[] =>
      traces[k] === undefined ? chip.leaves.map(() => undefined) : leavesOf(traces[k], fingerprint),
    );
    this.#layers = [leaves];
    for (let t = 0; t < machine.rowBits; t++) {
      const bit = this.#bitOf(t);
      this.#layers.push(this.#layers[t]!.map((part) => part && (part.length > 2 ** bit ? halveBit(part, bit) : part)));
    }
    this.roots = this.#layers[machine.rowBits]!.map((part) => part?.[0]);
  }

  async layer(rows: number, lambda: Ext, point: readonly Ext[]): Promise<LayerSumcheck> {
    const t = this.#rowBits - 1 - rows;
    return new OracleLayer(this.#layers[t]!, this.#bitOf(t), lambda, point, rows);
  }

  /** The lowest bit beyond the lanes while there is one: tables of fewer rows have 0/1 there. */
  #bitOf(t: number): number {
    return this.#rowBits - t > LANE_BITS ? LANE_BITS : 0;
  }
}

/** Adds the fractions whose indices differ in a bit only. */
function halveBit(fractions: readonly Fraction[], bit: number): Fraction[] {
  return Array.from({ length: fractions.length / 2 }, (_, i) =>
    addFractions(fractions[insertBit(i, bit, 0)]!, fractions[insertBit(i, bit, 1)]!),
  );
}

/** s0, s1, d0, d1 over the variables that are not bound: bit k of an index is `variables[k]`. */
interface Part {
  readonly weight: Ext;
  readonly children: readonly (readonly Ext[])[];
  readonly variables: readonly number[];
}

/** One interaction, over its own rows. */
interface InteractionPart extends Part {
  readonly index: number;
}

function bindPart<T extends Part>(part: T, variable: number, challenge: Ext): T {
  const bit = part.variables.indexOf(variable);
  // Beyond its own rows a part is zero.
  if (bit < 0) return { ...part, children: part.children.map((v) => v.map((x) => mul(x, sub(ONE, challenge)))) };
  const children = part.children.map((v) => bindVariable(v, bit, challenge));
  return { ...part, children, variables: part.variables.filter((x) => x !== variable) };
}

const cross = ([s0, s1, d0, d1]: readonly Ext[]): Ext => add(mul(s0!, d1!), mul(s1!, d0!));

class OracleLayer implements LayerSumcheck {
  readonly #lambda: Ext;
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  readonly #lanes: number;
  /** Row variables beyond the lanes that are not bound. */
  #rows: readonly number[];
  /** Interactions, and then a single part over rows and interactions. */
  #parts: readonly Part[];

  /** @param bit - tells children apart. */
  constructor(
    layer: readonly (Fraction[] | undefined)[],
    bit: number,
    lambda: Ext,
    point: readonly Ext[],
    rows: number,
  ) {
    this.#lambda = lambda;
    this.#halfLambda = mulBase(lambda, HALF);
    this.#point = point;
    this.#lanes = Math.min(rows, LANE_BITS);
    this.#rows = Array.from({ length: rows - this.#lanes }, (_, i) => this.#lanes + i);
    const weights = eqTable(point.slice(rows));
    const parts = layer.flatMap((fractions, index): InteractionPart[] => {
      if (fractions === undefined) return [];
      const d = fractions.map((x) => sub(x.denominator, ONE));
      const s = fractions.map((x, i) => add(x.numerator, mul(this.#halfLambda, d[i]!)));
      const children = [s, s, d, d].map((v, k) => v.filter((_, i) => Math.floor(i / 2 ** bit) % 2 === k % 2));
      // What lies beyond a table is zero.
      for (const v of children) while (v.length < 2 ** this.#lanes) v.push(ZERO);
      const variables = Array.from({ length: Math.log2(children[0]!.length) }, (_, i) => i);
      return [{ index, weight: weights[index]!, children, variables }];
    });
    this.#parts = parts;
    if (this.#rows.length === 0) this.#join(parts, rows);
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    let [atOne, leading] = [this.#lambda, ZERO];
    for (const { weight, children, variables } of this.#parts) {
      const rest = variables.filter((x) => x !== variable);
      // Where rows beyond its own are asked for a part is zero: eq of those variables is taken at 0.
      const factor = this.#rows
        .filter((x) => x !== variable && !variables.includes(x))
        .reduce((product, x) => mul(product, sub(ONE, this.#point[x]!)), weight);
      const bit = variables.indexOf(variable);
      for (const [i, eq] of eqTable(rest.map((x) => this.#point[x]!)).entries()) {
        const w = mul(factor, eq);
        if (bit < 0) {
          // X = 1 leaves the table, so only the square of (1 - X) is left.
          leading = add(leading, mul(w, cross(children.map((v) => v[i]!))));
          continue;
        }
        const high = children.map((v) => v[insertBit(i, bit, 1)]!);
        const slopes = children.map((v, k) => sub(high[k]!, v[insertBit(i, bit, 0)]!));
        const [s0, s1, d0, d1] = high as [Ext, Ext, Ext, Ext];
        const linear = add(add(s0, s1), mul(this.#halfLambda, add(d0, d1)));
        atOne = add(atOne, mul(w, add(linear, cross(high))));
        leading = add(leading, mul(w, cross(slopes)));
      }
    }
    return [atOne, leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    const rows = this.#rows.length;
    this.#parts = this.#parts.map((part) => bindPart(part, variable, challenge));
    this.#rows = this.#rows.filter((x) => x !== variable);
    if (rows === 1 && this.#rows.length === 0) this.#join(this.#parts as InteractionPart[], variable + 1);
  }

  #join(parts: readonly InteractionPart[], rows: number): void {
    const lanes = 2 ** this.#lanes;
    const interactions = this.#point.length - rows;
    const children = [0, 1, 2, 3].map(() => new Array<Ext>(lanes * 2 ** interactions).fill(ZERO));
    for (const part of parts)
      for (const [k, v] of part.children.entries())
        for (const [lane, x] of v.entries()) children[k]![part.index * lanes + lane] = x;
    const bits = Array.from({ length: this.#lanes }, (_, i) => i);
    for (let i = 0; i < interactions; i++) bits.push(rows + i);
    this.#parts = [{ weight: ONE, children, variables: bits }];
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    const [s0, s1, d0, d1] = this.#parts[0]!.children.map((v) => v[0]!) as [Ext, Ext, Ext, Ext];
    const p = (s: Ext, d: Ext): Ext => sub(s, mul(this.#halfLambda, d));
    return [p(s0, d0), p(s1, d1), add(ONE, d0), add(ONE, d1)];
  }
}
