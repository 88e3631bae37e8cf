/**
 * @module Kernels for the messages of a layer's sumcheck: sums of products of a part's arrays, weighted with an eq table
 * and the part's weight.
 */
import { type Code, type FunctionBuilder, I32, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { defineKernel, type Emitter, type ExtCode, elementCode, GROUP_BYTES } from '../../wasm/extension.ts';
import { LOW_GROUPS } from '../eq-table.ts';
import { advanceAll, arraysOf, clearGroup, forParts, type Products } from './fraction-parts.ts';

const E = GROUP_BYTES;

/**
 * Sums over blocks that share an upper weight; `body` adds products with the lower weight to the block's slots, whose sums
 * end up in the slots after them.
 */
function weighted(
  f: FunctionBuilder,
  { slot, addScaled }: Products,
  [first, groups, eqLow, eqHigh]: readonly [Code, Code, Code, Code],
  slots: readonly number[],
  body: (low: Code) => void,
): void {
  const end = f.keep(i32.add(first, groups), I32);
  for (const i of slots) clearGroup(f, slot(i + 1));
  const count = f.variable(i32.constant(LOW_GROUPS));
  // `first` is a multiple of the lower table's length.
  f.loop(first, LOW_GROUPS, end, (run) => {
    for (const i of slots) clearGroup(f, slot(i));
    const left = f.keep(i32.sub(end, run), I32);
    f.ifThen(i32.ltU(left, f.get(count)), () => f.set(count, left));
    const low = f.variable(eqLow);
    f.loop(i32.constant(0), 1, f.get(count), () => {
      body(f.get(low));
      f.advance(low, E);
    });
    const high = f.keep(elementCode(eqHigh, i32.shrU(run, i32.constant(Math.log2(LOW_GROUPS)))), I32);
    for (const i of slots) f.call(addScaled, slot(i), high, slot(i + 1));
  });
}

/** message(base, stride, part bytes, parts, half bytes, first, groups, eq low, eq high, weights, totals) */
export function emitMessage(module: ModuleBuilder, products: Products): void {
  const { slot, cross, addProduct, addScaled } = products;
  defineKernel(module, 'message', 11, ({ f, ext }, parameters) => {
    const [base, stride, partBytes, parts, half, first, groups, eqLow, eqHigh, weights, totals] = parameters;
    forParts(f, base, partBytes, parts, (part, index) => {
      const low = arraysOf(f, part, stride, first);
      weighted(f, products, [first, groups, eqLow, eqHigh], [8, 10], (eq) => {
        const high = low.map((x) => f.keep(i32.add(f.get(x), half), I32));
        const [s0, s1, q0, q1] = high as [Code, Code, Code, Code];
        f.call(cross, s0, q1, s1, q0, slot(4));
        f.call(addProduct, slot(4), eq, slot(8));
        for (const [k, x] of high.entries()) ext.store(slot(k), ext.sub(ext.load(x), ext.load(f.get(low[k]!))));
        f.call(cross, slot(0), slot(3), slot(1), slot(2), slot(4));
        f.call(addProduct, slot(4), eq, slot(10));
        advanceAll(f, low, E);
      });
      const weight = f.keep(elementCode(weights, index), I32);
      f.call(addScaled, slot(9), weight, totals);
      f.call(addScaled, slot(11), weight, i32.add(totals, i32.constant(E)));
    });
  });
}

/** Loads s - lambda / 2 (arrays 0 and 1) or q - 1 (arrays 2 and 3), which are zero beyond the table. */
type LoadCentred = (array: number, address: Code, offset?: number) => ExtCode;

/** @param scalars - address of lambda / 2 and, after it, of one. */
function centring({ f, ext, field }: Emitter, scalars: Code): LoadCentred {
  const halfLambda = ext.loadScalar(scalars);
  const one = f.keep(v128.loadSplat(scalars, 20));
  return (array, address, offset) => {
    const value = ext.load(address, offset);
    return array < 2 ? ext.sub(value, halfLambda) : [field.sub(value[0]!, one), ...value.slice(1)];
  };
}

/**
 * first(base, stride, part bytes, parts, half bytes, first, groups, eq low, eq high, weights, totals, scalars): in terms of
 * s - lambda / 2 and q - 1 the quadratic part at 0 and 1, its leading coefficient, and the linear part
 * s0 + s1 + (lambda / 2)(q0 + q1) at 1.
 */
export function emitFirst(module: ModuleBuilder, products: Products): void {
  const { slot, cross, addProduct, addScaled, addTimesScalar } = products;
  defineKernel(module, 'first', 12, (e, parameters) => {
    const [base, stride, partBytes, parts, half, first, groups, eqLow, eqHigh, weights, totals, scalars] = parameters;
    const { f, ext } = e;
    const centred = centring(e, scalars);
    forParts(f, base, partBytes, parts, (part, index) => {
      const low = arraysOf(f, part, stride, first);
      weighted(f, products, [first, groups, eqLow, eqHigh], [16, 18, 20, 22], (eq) => {
        for (const [k, x] of low.entries()) {
          ext.store(slot(k), centred(k, f.get(x)));
          ext.store(slot(4 + k), centred(k, f.keep(i32.add(f.get(x), half), I32)));
          ext.store(slot(8 + k), ext.sub(ext.load(slot(4 + k)), ext.load(slot(k))));
        }
        for (const [k, sum] of [16, 18, 20].entries()) {
          f.call(cross, slot(4 * k), slot(4 * k + 3), slot(4 * k + 1), slot(4 * k + 2), slot(12));
          f.call(addProduct, slot(12), eq, slot(sum));
        }
        ext.store(slot(13), ext.add(ext.load(slot(6)), ext.load(slot(7))));
        ext.store(slot(12), ext.add(ext.load(slot(4)), ext.load(slot(5))));
        f.call(addTimesScalar, slot(13), scalars, slot(12));
        f.call(addProduct, slot(12), eq, slot(22));
        advanceAll(f, low, E);
      });
      const weight = f.keep(elementCode(weights, index), I32);
      for (const [k, sum] of [16, 18, 20, 22].entries())
        f.call(addScaled, slot(sum + 1), weight, i32.add(totals, i32.constant(k * E)));
    });
  });
}

/** quadratic(base, part bytes, parts, eq, weights, total, scalars): the quadratic part of parts of one group an array. */
export function emitQuadratic(module: ModuleBuilder, { slot, cross, addProduct, addScaled }: Products): void {
  defineKernel(module, 'quadratic', 7, (e, [base, partBytes, parts, eq, weights, total, scalars]) => {
    const { f, ext } = e;
    const centred = centring(e, scalars);
    forParts(f, base, partBytes, parts, (part, index) => {
      for (let k = 0; k < 4; k++) ext.store(slot(k), centred(k, part, k * E));
      f.call(cross, slot(0), slot(3), slot(1), slot(2), slot(4));
      clearGroup(f, slot(5));
      f.call(addProduct, slot(4), eq, slot(5));
      f.call(addScaled, slot(5), f.keep(elementCode(weights, index), I32), total);
    });
  });
}
