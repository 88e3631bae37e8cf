/**
 * @module Kernels for the messages of a layer's sumcheck: sums of products of a part's arrays, weighted with eq and the part's
 * weight. Neighbouring groups are the two halves of the variable under way.
 */
import { type Code, I32, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { defineKernel, type Emitter, elementCode, GROUP_BYTES } from '../../wasm/extension.ts';
import { type ArrayPointers, advanceAll, arraysOf, clearGroup, forParts, type Products } from './fraction-parts.ts';

const E = GROUP_BYTES;

/** Slots of a message's sums: its value at 1, if that is asked for, and its leading coefficient. */
export interface MessageSlots {
  readonly one: number | undefined;
  readonly leading: number;
}

const slotsOf = ({ one, leading }: MessageSlots): number[] => (one === undefined ? [leading] : [one, leading]);

/** Puts the sums over pairs of neighbouring groups, with a group of weights each, into slots. */
export function sumPairs(
  { f, ext }: Emitter,
  { slot, cross, addProduct }: Products,
  at: ArrayPointers,
  eqLow: Code,
  pairs: Code,
  slots: MessageSlots,
): void {
  const { one, leading } = slots;
  for (const i of slotsOf(slots)) clearGroup(f, slot(i));
  const eq = f.variable(eqLow);
  f.loop(i32.constant(0), 1, pairs, () => {
    if (one !== undefined) {
      const [s0, s1, q0, q1] = at.map((x) => i32.add(f.get(x), i32.constant(E))) as [Code, Code, Code, Code];
      f.call(cross, s0, q1, s1, q0, slot(4));
      f.call(addProduct, slot(4), f.get(eq), slot(one));
    }
    for (const [k, x] of at.entries()) ext.store(slot(k), ext.sub(ext.load(f.get(x), E), ext.load(f.get(x))));
    f.call(cross, slot(0), slot(3), slot(1), slot(2), slot(4));
    f.call(addProduct, slot(4), f.get(eq), slot(leading));
    advanceAll(f, at, 2 * E);
    f.advance(eq, E);
  });
}

/**
 * message(base, stride, part bytes, parts, blocks, block bytes, pairs, low, high, weights, totals): of `pairs` pairs of groups in
 * each block. `low` has a group of weights for each of them, `high` for each block; `weights` an element for each part.
 * `leading` has the leading coefficient alone.
 */
export function emitMessage(module: ModuleBuilder, name: 'message' | 'leading', products: Products): void {
  const { slot, addProduct, addScaled } = products;
  defineKernel(module, name, 11, (e, parameters) => {
    const [base, stride, partBytes, parts, blocks, blockBytes, pairs, eqLow, eqHigh, weights, totals] = parameters;
    const { f } = e;
    const slots = { one: name === 'message' ? 6 : undefined, leading: 5 };
    const inBlock = slotsOf(slots);
    const inPart = inBlock.map((i) => i + 2);
    forParts(f, base, partBytes, parts, (part, index) => {
      for (const i of inPart) clearGroup(f, slot(i));
      const block = f.variable(part);
      const high = f.variable(eqHigh);
      f.loop(i32.constant(0), 1, blocks, () => {
        sumPairs(e, products, arraysOf(f, f.get(block), stride, i32.constant(0)), eqLow, pairs, slots);
        for (const [k, i] of inBlock.entries()) f.call(addProduct, slot(i), f.get(high), slot(inPart[k]!));
        f.advance(block, blockBytes);
        f.advance(high, E);
      });
      const weight = f.keep(elementCode(weights, index), I32);
      for (const [k, i] of inPart.entries()) f.call(addScaled, slot(i), weight, i32.add(totals, i32.constant(k * E)));
    });
  });
}

/**
 * quadratic(base, stride, part bytes, parts, eq, weights, total, scalars): what is quadratic in s - lambda / 2 and q - 1, which are
 * zero beyond a table, of the first group of each array. The scalars are lambda / 2 and one.
 */
export function emitQuadratic(module: ModuleBuilder, { slot, cross, addProduct, addScaled }: Products): void {
  defineKernel(module, 'quadratic', 8, ({ f, ext, field }, parameters) => {
    const [base, stride, partBytes, parts, eq, weights, total, scalars] = parameters;
    const halfLambda = ext.loadScalar(scalars);
    const one = f.keep(v128.loadSplat(scalars, 20));
    forParts(f, base, partBytes, parts, (part, index) => {
      for (const [k, x] of arraysOf(f, part, stride, i32.constant(0)).entries()) {
        const value = ext.load(f.get(x));
        const centred = k < 2 ? ext.sub(value, halfLambda) : [field.sub(value[0]!, one), ...value.slice(1)];
        ext.store(slot(k), centred);
      }
      f.call(cross, slot(0), slot(3), slot(1), slot(2), slot(4));
      clearGroup(f, slot(5));
      f.call(addProduct, slot(4), eq, slot(5));
      f.call(addScaled, slot(5), f.keep(elementCode(weights, index), I32), total);
    });
  });
}
