/**
 * @module Kernels that add neighbouring fractions: one layer of the tree from the one below.
 */
import { DEGREE } from '../../field/ext.ts';
import { type Code, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { defineKernel, GROUP_BYTES } from '../../wasm/extension.ts';
import { advanceAll, arraysOf, forParts, type Products } from './fraction-parts.ts';

const E = GROUP_BYTES;

/**
 * sums(in base, in stride, in part bytes, out base, out stride, out part bytes, parts, first out group, out groups): parents of
 * neighbouring groups are children of one.
 */
export function emitSums(module: ModuleBuilder, { cross }: Products): void {
  defineKernel(module, 'sums', 9, ({ f, ext }, parameters) => {
    const [base, stride, partBytes, outBase, outStride, outPart, parts, first, groups] = parameters;
    const out = f.variable(outBase);
    forParts(f, base, partBytes, parts, (part) => {
      const [p0, p1, q0, q1] = arraysOf(f, part, stride, i32.shl(first, i32.constant(1)));
      const targets = arraysOf(f, f.get(out), outStride, first);
      f.loop(i32.constant(0), 1, groups, () => {
        for (const [k, offset] of [0, E].entries()) {
          const shifted = [p0, q1, p1, q0].map((x) => i32.add(f.get(x), i32.constant(offset)));
          f.call(cross, ...shifted, f.get(targets[k]!));
          ext.store(f.get(targets[2 + k]!), ext.mul(ext.load(f.get(q0), offset), ext.load(f.get(q1), offset)));
        }
        advanceAll(f, [p0, p1, q0, q1], 2 * E);
        advanceAll(f, targets, E);
      });
      f.advance(out, outPart);
    });
  });
}

/** lastSums(in base, out base, parts, one): the parents of one group an array, and 0/1 beside them. */
export function emitLastSums(module: ModuleBuilder, { cross }: Products): void {
  defineKernel(module, 'lastSums', 4, ({ f, ext }, [base, outBase, parts, one]) => {
    const out = f.variable(outBase);
    const zero = f.keep(v128.splat(0));
    forParts(f, base, i32.constant(4 * E), parts, (part) => {
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => i32.add(part, i32.constant(k * E))) as [Code, Code, Code, Code];
      f.call(cross, p0, q1, p1, q0, f.get(out));
      ext.store(f.get(out), ext.mul(ext.load(q0), ext.load(q1)), 2 * E);
      ext.store(f.get(out), [zero, zero, zero, zero, zero], E);
      ext.store(f.get(out), [v128.splatOf(one), zero, zero, zero, zero], 3 * E);
      f.advance(out, 4 * E);
    });
  });
}

/** laneSums(in base, out base, parts, one): neighbouring parents of one group an array; lanes without parents become 0/1. */
export function emitLaneSums(module: ModuleBuilder, { slot, cross }: Products): void {
  defineKernel(module, 'laneSums', 4, ({ f, ext }, [base, outBase, parts, one]) => {
    const out = f.variable(outBase);
    const [p0, p1, q0, q1] = [0, E, 2 * E, 3 * E] as const;
    forParts(f, base, i32.constant(4 * E), parts, (part) => {
      f.call(cross, ...[p0, q1, p1, q0].map((k) => i32.add(part, i32.constant(k))), slot(0));
      ext.store(slot(1), ext.mul(ext.load(part, q0), ext.load(part, q1)));
      for (const [source, target] of [
        [0, p0],
        [1, q0],
      ] as const) {
        for (let j = 0; j < DEGREE; j++) {
          const parents = f.keep(v128.load(slot(source), 16 * j));
          const empty = source === 1 && j === 0 ? f.keep(v128.splatOf(one)) : f.keep(v128.splat(0));
          f.emit(v128.store(f.get(out), v128.shuffle(parents, empty, [0, 2, 4, 4]), target + 16 * j));
          f.emit(v128.store(f.get(out), v128.shuffle(parents, empty, [1, 3, 4, 4]), target + E + 16 * j));
        }
      }
      f.advance(out, 4 * E);
    });
  });
}
