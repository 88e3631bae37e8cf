/**
 * @module The tree of all fractions in plain TypeScript. Children are kept as s = p + (lambda / 2) d and d = q - 1: what
 * lies beyond a table, the fraction 0/1, is then plain zero, and a table stands for all its virtual rows.
 *
 * In these terms the summand of a layer is s0 + s1 + (lambda / 2)(d0 + d1) + s0 d1 + s1 d0 + lambda, and lambda on virtual
 * entries; eq sums to 1 over the cube, so that part is the constant lambda.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, fromBase, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable, foldHalves } from '@weft/primitives/field/multilinear';
import { BASE_FIELD, evaluateNodes } from '../../air/evaluate.ts';
import type { Machine } from '../../air/machine.ts';
import type { Trace } from '../../air/trace.ts';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import type { Fraction, FractionTree, LayerSumcheck } from '../engine.ts';
import { addFractions, halve } from '../layers.ts';

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
  /** `#layers[t][i]`: interaction i after t halvings; a single fraction stays as it is. */
  readonly #layers: (Fraction[] | undefined)[][];

  constructor(machine: Machine, traces: readonly (Trace | undefined)[], fingerprint: Fingerprint<Ext>) {
    this.#rowBits = machine.rowBits;
    const leaves = machine.chips.flatMap((chip, k): (Fraction[] | undefined)[] =>
      traces[k] === undefined ? chip.leaves.map(() => undefined) : leavesOf(traces[k], fingerprint),
    );
    this.#layers = [leaves];
    for (let t = 0; t < machine.rowBits; t++) {
      this.#layers.push(this.#layers[t]!.map((part) => (part === undefined || part.length === 1 ? part : halve(part))));
    }
    this.roots = this.#layers[machine.rowBits]!.map((part) => part?.[0]);
  }

  async layer(rows: number, lambda: Ext, point: readonly Ext[]): Promise<LayerSumcheck> {
    return new OracleLayer(this.#layers[this.#rowBits - 1 - rows]!, lambda, point, rows);
  }
}

/** One interaction: s0, s1, d0, d1 over its own rows. */
interface Part {
  readonly index: number;
  readonly weight: Ext;
  children: Ext[][];
  logRows: number;
}

class OracleLayer implements LayerSumcheck {
  readonly #lambda: Ext;
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  readonly #rows: number;
  readonly #parts: Part[];
  /** Once all row variables are bound: one entry per interaction. */
  #joint: Ext[][] | undefined;

  constructor(layer: readonly (Fraction[] | undefined)[], lambda: Ext, point: readonly Ext[], rows: number) {
    this.#lambda = lambda;
    this.#halfLambda = mulBase(lambda, HALF);
    this.#point = point;
    this.#rows = rows;
    const weights = eqTable(point.slice(rows));
    this.#parts = layer.flatMap((fractions, index): Part[] => {
      if (fractions === undefined) return [];
      const d = fractions.map((x) => sub(x.denominator, ONE));
      const s = fractions.map((x, i) => add(x.numerator, mul(this.#halfLambda, d[i]!)));
      const children = [s, s, d, d].map((v, k) => v.filter((_, i) => i % 2 === k % 2));
      // A single fraction has the neighbour 0/1.
      for (const v of children) if (v.length === 0) v.push(ZERO);
      return [{ index, weight: weights[index]!, children, logRows: Math.log2(children[0]!.length) }];
    });
    if (rows === 0) this.#join();
  }

  /** Value at 1, less lambda, and leading coefficient over the rows of one part. */
  #sums(children: readonly Ext[][], variable: number, point: readonly Ext[]): [Ext, Ext] {
    let [atOne, leading] = [ZERO, ZERO];
    const n = 2 ** variable;
    for (const [i, weight] of eqTable(point.slice(0, variable)).entries()) {
      const low = children.map((v) => v[i] ?? ZERO);
      const high = children.map((v) => v[n + i] ?? ZERO);
      const cross = ([s0, s1, d0, d1]: readonly Ext[]): Ext => add(mul(s0!, d1!), mul(s1!, d0!));
      const [s0, s1, d0, d1] = high as [Ext, Ext, Ext, Ext];
      const linear = add(add(s0, s1), mul(this.#halfLambda, add(d0, d1)));
      atOne = add(atOne, mul(weight, add(linear, cross(high))));
      const slopes = high.map((h, k) => sub(h, low[k]!));
      leading = add(leading, mul(weight, cross(slopes)));
    }
    return [atOne, leading];
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    if (this.#joint !== undefined) {
      const [atOne, leading] = this.#sums(this.#joint, variable - this.#rows, this.#point.slice(this.#rows));
      return [add(this.#lambda, atOne), leading];
    }
    let [atOne, leading] = [this.#lambda, ZERO];
    for (const part of this.#parts) {
      // Beyond its own rows a table is zero: eq of the variables in between is taken at 0.
      let factor = part.weight;
      for (let k = part.logRows; k < variable; k++) factor = mul(factor, sub(ONE, this.#point[k]!));
      if (part.logRows > variable) {
        const [one, lead] = this.#sums(part.children, variable, this.#point);
        atOne = add(atOne, mul(factor, one));
        leading = add(leading, mul(factor, lead));
        continue;
      }
      // X = 1 leaves the table, so only the square of (1 - X) is left.
      for (const [i, eq] of eqTable(this.#point.slice(0, part.logRows)).entries()) {
        const [s0, s1, d0, d1] = part.children.map((v) => v[i]!) as [Ext, Ext, Ext, Ext];
        leading = add(leading, mul(mul(factor, eq), add(mul(s0, d1), mul(s1, d0))));
      }
    }
    return [atOne, leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    if (this.#joint !== undefined) {
      this.#joint = this.#joint.map((v) => foldHalves(v, challenge));
      return;
    }
    const outside = sub(ONE, challenge);
    for (const part of this.#parts) {
      if (part.logRows > variable) {
        part.children = part.children.map((v) => foldHalves(v, challenge));
        part.logRows = variable;
      } else {
        part.children = part.children.map((v) => v.map((x) => mul(x, outside)));
      }
    }
    if (variable === 0) this.#join();
  }

  #join(): void {
    const size = 2 ** (this.#point.length - this.#rows);
    const joint = [0, 1, 2, 3].map(() => new Array<Ext>(size).fill(ZERO));
    for (const { index, children } of this.#parts) for (const [k, v] of children.entries()) joint[k]![index] = v[0]!;
    this.#joint = joint;
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    const [s0, s1, d0, d1] = this.#joint!.map((v) => v[0]!) as [Ext, Ext, Ext, Ext];
    const p = (s: Ext, d: Ext): Ext => sub(s, mul(this.#halfLambda, d));
    return [p(s0, d0), p(s1, d1), add(ONE, d0), add(ONE, d1)];
  }
}
