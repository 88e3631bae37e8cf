/**
 * @module LogUp-GKR, prover side; mirrors verify/gkr. Fractions are kept as (p, d) with d = q - 1, so that what lies
 * beyond a table, the fraction 0/1, is plain zero: vectors hold real rows only and nobody walks virtual ones.
 *
 * In (p, d) the summand of a layer is p0 q1 + p1 q0 + lambda q0 q1, and lambda on virtual entries; eq sums to 1 over the
 * cube, so that part is the constant lambda. With s = p + (lambda / 2) d the rest is
 * s0 + s1 + (lambda / 2)(d0 + d1) + s0 d1 + s1 d0: two products of extension elements for the quadratic part.
 */

import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { foldHalvesInto, mulExtBlock, scaleExtInto } from '@weft/primitives/field/ext-kernel';
import { createExtVector, type ExtVector, getExt, setExt, viewExt } from '@weft/primitives/field/ext-vector';
import { eqTable } from '@weft/primitives/field/multilinear';
import { BLOCK_ROWS } from '../air/evaluate.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { bindingOrder, type LeafClaim } from '../verify/gkr.ts';
import { addExtBlock, constantBlock, dotExt, lerp, oneMinus, subExtBlock } from './blocks.ts';

/** Real fractions of one interaction on one layer: numerators p, denominators 1 + d. A power of two of them, or none. */
export interface Fractions {
  readonly p: ExtVector;
  readonly d: ExtVector;
}

/** Even and odd children of one interaction on one layer, with s = p + (lambda / 2) d. */
interface Children {
  s0: ExtVector;
  s1: ExtVector;
  d0: ExtVector;
  d1: ExtVector;
}

const HALF = inverseFelt(2);

/** Runs `body` over blocks [start, start + count) of a vector. */
function forBlocks(length: number, body: (start: number, count: number) => void): void {
  for (let start = 0; start < length; start += BLOCK_ROWS) body(start, Math.min(BLOCK_ROWS, length - start));
}

/** Sums neighbouring fractions. A single one has the neighbour 0/1 and stays as it is. */
function halve({ p, d }: Fractions): Fractions {
  if (p.length <= 1) return { p, d };
  const out = { p: createExtVector(p.length / 2), d: createExtVector(p.length / 2) };
  const split = {
    p0: createExtVector(BLOCK_ROWS),
    p1: createExtVector(BLOCK_ROWS),
    d0: createExtVector(BLOCK_ROWS),
    d1: createExtVector(BLOCK_ROWS),
  };
  const product = createExtVector(BLOCK_ROWS);
  forBlocks(out.p.length, (start, count) => {
    deinterleaveInto(split.p0, split.p1, p, start, count);
    deinterleaveInto(split.d0, split.d1, d, start, count);
    const [op, od] = [viewExt(out.p, start, start + count), viewExt(out.d, start, start + count)];
    mulExtBlock(product, split.p0, split.d1, count);
    addExtBlock(op, split.p0, split.p1, count);
    addExtBlock(op, op, product, count);
    mulExtBlock(product, split.p1, split.d0, count);
    addExtBlock(op, op, product, count);
    mulExtBlock(product, split.d0, split.d1, count);
    addExtBlock(od, split.d0, split.d1, count);
    addExtBlock(od, od, product, count);
  });
  return out;
}

/** even[i] = v[2(start + i)], odd[i] = v[2(start + i) + 1]. */
function deinterleaveInto(even: ExtVector, odd: ExtVector, v: ExtVector, start: number, count: number): void {
  for (const [j, plane] of v.planes.entries()) {
    const [e, o] = [even.planes[j]!, odd.planes[j]!];
    for (let i = 0; i < count; i++) {
      e[i] = plane[2 * (start + i)]!;
      o[i] = plane[2 * (start + i) + 1]!;
    }
  }
}

function childrenOf({ p, d }: Fractions, halfLambda: Ext): Children {
  const n = Math.max(1, p.length / 2);
  const out = { s0: createExtVector(n), s1: createExtVector(n), d0: createExtVector(n), d1: createExtVector(n) };
  if (p.length === 1) {
    setExt(out.s0, 0, getExt(p, 0));
    setExt(out.d0, 0, getExt(d, 0));
  } else {
    deinterleaveInto(out.s0, out.s1, p, 0, n);
    deinterleaveInto(out.d0, out.d1, d, 0, n);
  }
  const factor = constantBlock(halfLambda);
  const product = createExtVector(BLOCK_ROWS);
  for (const [s, e] of [
    [out.s0, out.d0],
    [out.s1, out.d1],
  ] as const) {
    forBlocks(n, (start, count) => {
      const view = viewExt(s, start, start + count);
      mulExtBlock(product, viewExt(e, start, start + count), factor, count);
      addExtBlock(view, view, product, count);
    });
  }
  return out;
}

/** Scratch space of the round sums. */
const scratch = {
  a: createExtVector(BLOCK_ROWS),
  b: createExtVector(BLOCK_ROWS),
  s0: createExtVector(BLOCK_ROWS),
  s1: createExtVector(BLOCK_ROWS),
  d0: createExtVector(BLOCK_ROWS),
  d1: createExtVector(BLOCK_ROWS),
};

/** sum of eq (s0 d1 + s1 d0). */
function quadraticSum(eq: ExtVector, c: Children, start: number, count: number): Ext {
  const { a, b } = scratch;
  mulExtBlock(a, viewExt(c.s0, start, start + count), viewExt(c.d1, start, start + count), count);
  mulExtBlock(b, viewExt(c.s1, start, start + count), viewExt(c.d0, start, start + count), count);
  addExtBlock(a, a, b, count);
  return dotExt(a, viewExt(eq, 0, count), count, b);
}

/**
 * Value at 1 (less lambda) and leading coefficient of sum over x of eq(x) summand(X, x), X choosing the half.
 */
function roundSums(eq: ExtVector, c: Children, halfLambda: ExtVector): [Ext, Ext] {
  const n = c.s0.length / 2;
  const { a, b, s0, s1, d0, d1 } = scratch;
  let atOne: Ext = ZERO;
  let leading: Ext = ZERO;
  forBlocks(n, (start, count) => {
    const high = (v: ExtVector): ExtVector => viewExt(v, n + start, n + start + count);
    const low = (v: ExtVector): ExtVector => viewExt(v, start, start + count);
    const weights = viewExt(eq, start, start + count);
    mulExtBlock(a, high(c.s0), high(c.d1), count);
    mulExtBlock(b, high(c.s1), high(c.d0), count);
    addExtBlock(a, a, b, count);
    addExtBlock(b, high(c.d0), high(c.d1), count);
    mulExtBlock(s0, b, halfLambda, count);
    addExtBlock(a, a, s0, count);
    addExtBlock(a, a, high(c.s0), count);
    addExtBlock(a, a, high(c.s1), count);
    atOne = add(atOne, dotExt(a, weights, count, b));
    subExtBlock(s0, high(c.s0), low(c.s0), count);
    subExtBlock(s1, high(c.s1), low(c.s1), count);
    subExtBlock(d0, high(c.d0), low(c.d0), count);
    subExtBlock(d1, high(c.d1), low(c.d1), count);
    mulExtBlock(a, s0, d1, count);
    mulExtBlock(b, s1, d0, count);
    addExtBlock(a, a, b, count);
    leading = add(leading, dotExt(a, weights, count, b));
  });
  return [atOne, leading];
}

/** Binds the highest variable, in place. */
function foldChildren(c: Children, challenge: Ext): Children {
  const n = c.s0.length / 2;
  const fold = (v: ExtVector): ExtVector => {
    const low = viewExt(v, 0, n);
    foldHalvesInto(low, low, viewExt(v, n, 2 * n), challenge);
    return low;
  };
  return { s0: fold(c.s0), s1: fold(c.s1), d0: fold(c.d0), d1: fold(c.d1) };
}

/** Puts one fraction per interaction (the single real entry of each) into vectors over the interaction index. */
function gather(parts: readonly (Fractions | undefined)[], interactionBits: number): Fractions {
  const out = { p: createExtVector(2 ** interactionBits), d: createExtVector(2 ** interactionBits) };
  for (const [i, part] of parts.entries()) {
    if (part === undefined) continue;
    setExt(out.p, i, getExt(part.p, 0));
    setExt(out.d, i, getExt(part.d, 0));
  }
  return out;
}

/**
 * Proves the sum of all fractions.
 * @param leaves - per interaction, its fractions over the real rows of its table; `undefined` for an absent table.
 */
export function proveGkr(
  channel: ProverChannel,
  rowBits: number,
  interactionBits: number,
  leaves: readonly (Fractions | undefined)[],
): LeafClaim<Ext> {
  const { transcript } = channel;
  // rowLayers[j][i]: interaction i after j halvings; jointLayers[j]: all interactions after j halvings of their index.
  const rowLayers = [leaves];
  for (let j = 0; j < rowBits; j++) rowLayers.push(rowLayers[j]!.map((part) => part && halve(part)));
  const jointLayers = [gather(rowLayers[rowBits]!, interactionBits)];
  for (let j = 0; j < interactionBits; j++) jointLayers.push(halve(jointLayers[j]!));
  const top = jointLayers[interactionBits - 1]!;
  const topValues: [Ext, Ext, Ext, Ext] = [
    getExt(top.p, 0),
    getExt(top.p, 1),
    add(getExt(top.d, 0), ONE),
    add(getExt(top.d, 1), ONE),
  ];
  channel.sendExt('gkr/top', topValues);
  let mu = transcript.challenge('gkr/mu');
  let point = [mu];
  let [p, q] = [lerp(topValues[0], topValues[1], mu), lerp(topValues[2], topValues[3], mu)];
  for (let variables = 1; variables < rowBits + interactionBits; variables++) {
    const lambda = transcript.challenge('gkr/lambda');
    const order = bindingOrder(variables, interactionBits);
    const rows = Math.max(0, variables - interactionBits);
    const next = point.slice();
    const state = new LayerProver(lambda, point, rows);
    if (variables >= interactionBits) state.start(rowLayers[rowBits - 1 - rows]!, interactionBits);
    else state.startJoint(jointLayers[interactionBits - 1 - variables]!);
    for (const i of order) {
      const [atOne, leading] = state.message(i);
      channel.sendExt('gkr/sumcheck', [atOne, leading]);
      next[i] = transcript.challenge('gkr/rho');
      state.bind(i, next[i]!);
    }
    const children = state.finish();
    channel.sendExt('gkr/children', children);
    mu = transcript.challenge('gkr/mu');
    [p, q] = [lerp(children[0], children[1], mu), lerp(children[2], children[3], mu)];
    point = [mu, ...next];
    if (rows > 0) rowLayers.pop();
  }
  return { point, numerator: p, denominator: q };
}

/** One interaction while row variables are bound. */
interface Part {
  children: Children;
  readonly logRows: number;
  /** sum of eq (s0 d1 + s1 d0) over its own rows, while variables beyond them are bound. */
  readonly quadratic: Ext;
}

/** The sumcheck of one layer. */
class LayerProver {
  readonly #lambda: Ext;
  readonly #halfLambda: Ext;
  readonly #halfLambdaBlock: ExtVector;
  readonly #point: readonly Ext[];
  readonly #rows: number;
  #parts: (Part | undefined)[] = [];
  #weights: Ext[] = [];
  /** Product of 1 - rho over the bound row variables: the scale of tables that these lie beyond. */
  #scale: Ext = ONE;
  #joint: Children | undefined;

  constructor(lambda: Ext, point: readonly Ext[], rows: number) {
    this.#lambda = lambda;
    this.#halfLambda = mulBase(lambda, HALF);
    this.#halfLambdaBlock = constantBlock(this.#halfLambda);
    this.#point = point;
    this.#rows = rows;
  }

  start(layer: readonly (Fractions | undefined)[], interactionBits: number): void {
    const weights = eqTable(this.#point.slice(this.#rows, this.#rows + interactionBits));
    this.#weights = layer.map((_, i) => getExt(weights, i));
    const tables = new Map<number, ExtVector>();
    this.#parts = layer.map((fractions) => {
      if (fractions === undefined) return undefined;
      const children = childrenOf(fractions, this.#halfLambda);
      const logRows = Math.log2(children.s0.length);
      let quadratic: Ext = ZERO;
      if (logRows < this.#rows) {
        if (!tables.has(logRows)) tables.set(logRows, eqTable(this.#point.slice(0, logRows)));
        const eq = tables.get(logRows)!;
        forBlocks(children.s0.length, (start, count) => {
          quadratic = add(quadratic, quadraticSum(viewExt(eq, start, start + count), children, start, count));
        });
      }
      return { children, logRows, quadratic };
    });
    if (this.#rows === 0) this.#join();
  }

  startJoint(fractions: Fractions): void {
    this.#joint = childrenOf(fractions, this.#halfLambda);
  }

  message(variable: number): [Ext, Ext] {
    if (this.#joint !== undefined) {
      const eq = eqTable(this.#point.slice(this.#rows, this.#rows + Math.log2(this.#joint.s0.length) - 1));
      const [atOne, leading] = roundSums(eq, this.#joint, this.#halfLambdaBlock);
      return [add(atOne, this.#lambda), leading];
    }
    let atOne = this.#lambda;
    let leading: Ext = ZERO;
    let eq: ExtVector | undefined;
    for (const [i, part] of this.#parts.entries()) {
      if (part === undefined) continue;
      if (part.logRows > variable) {
        eq ??= eqTable(this.#point.slice(0, variable));
        const [one, lead] = roundSums(eq, part.children, this.#halfLambdaBlock);
        atOne = add(atOne, mul(this.#weights[i]!, one));
        leading = add(leading, mul(this.#weights[i]!, lead));
      } else {
        // X = 1 leaves the table; the square of its scale (1 - X) c is the whole quadratic part.
        let weight = mul(this.#weights[i]!, mul(this.#scale, this.#scale));
        for (let k = part.logRows; k < variable; k++) weight = mul(weight, oneMinus(this.#point[k]!));
        leading = add(leading, mul(weight, part.quadratic));
      }
    }
    return [atOne, leading];
  }

  bind(variable: number, rho: Ext): void {
    if (this.#joint !== undefined) {
      this.#joint = foldChildren(this.#joint, rho);
      return;
    }
    for (const part of this.#parts)
      if (part !== undefined && part.logRows > variable) part.children = foldChildren(part.children, rho);
    this.#scale = mul(this.#scale, oneMinus(rho));
    for (const part of this.#parts) {
      if (part === undefined || part.logRows !== variable) continue;
      // All that is left now are the table's own variables: its entries take the scale.
      for (const v of Object.values(part.children) as ExtVector[]) scaleExtInto(v, v, this.#scale);
    }
    if (variable === 0) this.#join();
  }

  /** All row variables bound: one entry per interaction is left. */
  #join(): void {
    const size = 2 ** (this.#point.length - this.#rows);
    const joint = {
      s0: createExtVector(size),
      s1: createExtVector(size),
      d0: createExtVector(size),
      d1: createExtVector(size),
    };
    for (const [i, part] of this.#parts.entries()) {
      if (part === undefined) continue;
      for (const name of ['s0', 's1', 'd0', 'd1'] as const) setExt(joint[name], i, getExt(part.children[name], 0));
    }
    this.#parts = [];
    this.#joint = joint;
  }

  /** p0, p1, q0, q1 at the bound point. */
  finish(): [Ext, Ext, Ext, Ext] {
    const { s0, s1, d0, d1 } = this.#joint!;
    const [e0, e1] = [getExt(d0, 0), getExt(d1, 0)];
    const p = (s: ExtVector, e: Ext): Ext => sub(getExt(s, 0), mul(this.#halfLambda, e));
    return [p(s0, e0), p(s1, e1), add(ONE, e0), add(ONE, e1)];
  }
}
