/**
 * @module Kernels that change the arrays of a layer in place, bind their variables or move them to other vectors.
 */
import { I32, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { defineKernel, elementCode, GROUP_BYTES, LANES } from '../../wasm/extension.ts';
import { advanceAll, arraysOf, forParts } from './fraction-parts.ts';

const E = GROUP_BYTES;

/** start(base, stride, part bytes, parts, first, groups, scalars): numerators become s; the scalar is lambda / 2. */
export function emitStart(module: ModuleBuilder): void {
  defineKernel(module, 'start', 7, ({ f, ext }, [base, stride, partBytes, parts, first, groups, scalars]) => {
    const factor = ext.prepare(ext.loadScalar(scalars));
    forParts(f, base, partBytes, parts, (part) => {
      const pointers = arraysOf(f, part, stride, first);
      f.loop(i32.constant(0), 1, groups, () => {
        for (const k of [0, 1]) {
          const product = ext.mulPrepared(ext.load(f.get(pointers[k + 2]!)), factor);
          ext.store(f.get(pointers[k]!), ext.add(ext.load(f.get(pointers[k]!)), product));
        }
        advanceAll(f, pointers, E);
      });
    });
  });
}

/**
 * fold(base, array bytes, arrays, part bytes, parts, half bytes, first, groups, scalars): low + r (high - low), in place
 */
export function emitFold(module: ModuleBuilder): void {
  defineKernel(module, 'fold', 9, ({ f, ext }, parameters) => {
    const [base, arrayBytes, arrays, partBytes, parts, half, first, groups, scalars] = parameters;
    const factor = ext.prepare(ext.loadScalar(scalars));
    forParts(f, i32.add(base, i32.mul(first, i32.constant(E))), partBytes, parts, (part) => {
      const start = f.variable(part);
      f.loop(i32.constant(0), 1, arrays, () => {
        const x = f.variable(f.get(start));
        f.loop(i32.constant(0), 1, groups, () => {
          const low = ext.load(f.get(x));
          const high = ext.load(i32.add(f.get(x), half));
          ext.store(f.get(x), ext.add(low, ext.mulPrepared(ext.sub(high, low), factor)));
          f.advance(x, E);
        });
        f.advance(start, arrayBytes);
      });
    });
  });
}

/** shift(base, stride, part bytes, parts, first, groups, scalars): adds a constant to s and another to q. */
export function emitShift(module: ModuleBuilder): void {
  defineKernel(module, 'shift', 7, ({ f, ext }, [base, stride, partBytes, parts, first, groups, scalars]) => {
    const constants = [ext.loadScalar(scalars), ext.loadScalar(scalars, 20)];
    forParts(f, base, partBytes, parts, (part) => {
      const pointers = arraysOf(f, part, stride, first);
      f.loop(i32.constant(0), 1, groups, () => {
        for (const [k, x] of pointers.entries()) ext.store(f.get(x), ext.add(ext.load(f.get(x)), constants[k >> 1]!));
        advanceAll(f, pointers, E);
      });
    });
  });
}

/**
 * place(base, stride, part bytes, parts, scalars, out base, out stride, interactions, list): c v + k of one group per array,
 * lane r of part i to element r * interactions + list[i].
 */
export function emitPlace(module: ModuleBuilder): void {
  defineKernel(module, 'place', 9, ({ f, ext }, parameters) => {
    const [base, stride, partBytes, parts, scalars, outBase, outStride, interactions, list] = parameters;
    const factor = ext.prepare(ext.loadScalar(scalars));
    const constants = [ext.loadScalar(scalars, 20), ext.loadScalar(scalars, 40)];
    forParts(f, base, partBytes, parts, (part, index) => {
      const source = f.variable(part);
      const target = f.variable(outBase);
      const interaction = f.keep(i32.load(i32.add(list, i32.shl(index, i32.constant(2)))), I32);
      for (let k = 0; k < 4; k++) {
        const value = ext.add(ext.mulPrepared(ext.load(f.get(source)), factor), constants[k >> 1]!);
        for (let lane = 0; lane < LANES; lane++) {
          const element = i32.add(interaction, i32.mul(interactions, i32.constant(lane)));
          const address = f.keep(elementCode(f.get(target), f.keep(element, I32)), I32);
          for (const [j, v] of value.entries()) f.emit(i32.store(address, v128.extract(v, lane), 16 * j));
        }
        f.advance(source, stride);
        f.advance(target, outStride);
      }
    });
  });
}

/** split(base, array bytes, arrays, two): lanes 2, 3 (`two` is 1) or lane 1 (0) of a group move to the next group. */
export function emitSplit(module: ModuleBuilder): void {
  defineKernel(module, 'split', 4, ({ f, ext }, [base, arrayBytes, arrays, two]) => {
    const x = f.variable(base);
    f.loop(i32.constant(0), 1, arrays, () => {
      const value = ext.load(f.get(x));
      const zero = f.keep(v128.splat(0));
      const move = (lanes: readonly number[]): void => {
        const upper = value.map((v) => v128.shuffle(v, zero, lanes));
        ext.store(f.get(x), upper, E);
      };
      f.ifThen(two, () => move([2, 3, 4, 4]));
      f.ifThen(i32.eq(two, i32.constant(0)), () => move([1, 4, 4, 4]));
      f.advance(x, arrayBytes);
    });
  });
}

/** expand(from, to, groups, scalars): an eq table of twice the size, x (1 - r) below x r. */
export function emitExpand(module: ModuleBuilder): void {
  defineKernel(module, 'expand', 4, ({ f, ext }, [from, to, groups, scalars]) => {
    const factor = ext.prepare(ext.loadScalar(scalars));
    const [source, target] = [f.variable(from), f.variable(to)];
    const upper = f.keep(i32.mul(groups, i32.constant(E)), I32);
    f.loop(i32.constant(0), 1, groups, () => {
      const x = ext.load(f.get(source));
      const high = ext.mulPrepared(x, factor);
      ext.store(i32.add(f.get(target), upper), high);
      ext.store(f.get(target), ext.sub(x, high));
      f.advance(source, E);
      f.advance(target, E);
    });
  });
}
