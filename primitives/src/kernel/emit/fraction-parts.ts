/**
 * @module What the kernels on fractions share: products of groups that lie in memory, and walks over equal-sized parts.
 */
import { DEGREE } from '../../field/ext.ts';
import { type Code, type FunctionBuilder, i32, type ModuleBuilder, THREAD_OFFSET, v128 } from '../../wasm/assembler.ts';
import { defineKernel, GROUP_BYTES } from '../../wasm/extension.ts';

/** Groups of scratch space that the kernels put intermediate values into. */
export const SCRATCH_GROUPS = 9;

/** Indices of functions on memory operands, and the scratch space for their results. */
export interface Products {
  /** Address of a group of scratch space. */
  readonly slot: (i: number) => Code;
  /** cross(a, b, c, d, out): out = a b + c d. */
  readonly cross: number;
  /** addProduct(a, b, out): out += a b. */
  readonly addProduct: number;
  /** addScaled(a, element, out): out += a times one element of a vector. */
  readonly addScaled: number;
}

/** By which a module exports them. */
export const PRODUCT_NAMES: readonly string[] = ['cross', 'addProduct', 'addScaled'];

/**
 * Functions of their own: inlined into one loop, V8 would spill twice as much.
 * @param scratch - of the memory's owner.
 */
export function emitProducts(module: ModuleBuilder, scratch: number): Products {
  return {
    slot: (i) => i32.add(THREAD_OFFSET, i32.constant(scratch + i * GROUP_BYTES)),
    cross: defineKernel(module, 'cross', 5, ({ ext }, [a, b, c, d, out]) => {
      const x = ext.mul(ext.load(a), ext.load(b));
      ext.store(out, ext.add(x, ext.mul(ext.load(c), ext.load(d))));
    }),
    addProduct: defineKernel(module, 'addProduct', 3, ({ ext }, [a, b, out]) => {
      ext.store(out, ext.add(ext.mul(ext.load(a), ext.load(b)), ext.load(out)));
    }),
    addScaled: defineKernel(module, 'addScaled', 3, ({ ext }, [a, element, out]) => {
      ext.store(out, ext.add(ext.mul(ext.load(a), ext.loadElement(element)), ext.load(out)));
    }),
  };
}

export function clearGroup(f: FunctionBuilder, group: Code): void {
  for (let j = 0; j < DEGREE; j++) f.emit(v128.store(group, v128.splat(0), 16 * j));
}

/** Locals that point into the four arrays of a part: p0, p1, q0, q1. */
export type ArrayPointers = [p0: number, p1: number, q0: number, q1: number];

/** Pointers to the four arrays at `group` groups from the start. */
export function arraysOf(f: FunctionBuilder, base: Code, stride: Code, group: Code): ArrayPointers {
  const p0 = f.variable(i32.add(base, i32.mul(group, i32.constant(GROUP_BYTES))));
  const p1 = f.variable(i32.add(f.get(p0), stride));
  const q0 = f.variable(i32.add(f.get(p1), stride));
  const q1 = f.variable(i32.add(f.get(q0), stride));
  return [p0, p1, q0, q1];
}

export function advanceAll(f: FunctionBuilder, pointers: readonly number[], bytes: number): void {
  for (const p of pointers) f.advance(p, bytes);
}

/** Calls `body` with the base of every part. */
export function forParts(
  f: FunctionBuilder,
  base: Code,
  partBytes: Code,
  parts: Code,
  body: (part: Code, index: Code) => void,
): void {
  const part = f.variable(base);
  f.loop(i32.constant(0), 1, parts, (index) => {
    body(f.get(part), index);
    f.advance(part, partBytes);
  });
}
