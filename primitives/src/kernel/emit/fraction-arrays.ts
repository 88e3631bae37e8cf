/**
 * @module Kernels that change the arrays of a layer in place, bind their variables or move them to other vectors.
 */
import { type Code, type FunctionBuilder, I32, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { defineKernel, GROUP_BYTES } from '../../wasm/extension.ts';
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

/** Walks over the blocks of all arrays of all parts; `body` is given a local that points to one. */
function forBlocks(
  f: FunctionBuilder,
  [base, arrayBytes, arrays, partBytes, parts]: readonly [Code, Code, Code, Code, Code],
  [blocks, blockBytes]: readonly [Code, Code],
  body: (block: number) => void,
): void {
  forParts(f, base, partBytes, parts, (part) => {
    const array = f.variable(part);
    f.loop(i32.constant(0), 1, arrays, () => {
      const block = f.variable(f.get(array));
      f.loop(i32.constant(0), 1, blocks, () => {
        body(block);
        f.advance(block, blockBytes);
      });
      f.advance(array, arrayBytes);
    });
  });
}

/**
 * foldPairs(base, array bytes, arrays, part bytes, parts, blocks, block bytes, pairs, scalars): low + r (high - low) of neighbouring
 * groups, to the start of their block.
 */
export function emitFoldPairs(module: ModuleBuilder): void {
  defineKernel(module, 'foldPairs', 9, ({ f, ext }, parameters) => {
    const [base, arrayBytes, arrays, partBytes, parts, blocks, blockBytes, pairs, scalars] = parameters;
    const factor = ext.prepare(ext.loadScalar(scalars));
    forBlocks(f, [base, arrayBytes, arrays, partBytes, parts], [blocks, blockBytes], (block) => {
      const [from, to] = [f.variable(f.get(block)), f.variable(f.get(block))];
      f.loop(i32.constant(0), 1, pairs, () => {
        const low = ext.load(f.get(from));
        const slope = ext.sub(ext.load(f.get(from), E), low);
        ext.store(f.get(to), ext.add(low, ext.mulPrepared(slope, factor)));
        f.advance(from, 2 * E);
        f.advance(to, E);
      });
    });
  });
}

/** gather(base, array bytes, arrays, part bytes, parts, blocks, block bytes, groups): the first groups of all blocks, side by side. */
export function emitGather(module: ModuleBuilder): void {
  defineKernel(module, 'gather', 8, ({ f, ext }, parameters) => {
    const [base, arrayBytes, arrays, partBytes, parts, blocks, blockBytes, groups] = parameters;
    forParts(f, base, partBytes, parts, (part) => {
      const array = f.variable(part);
      f.loop(i32.constant(0), 1, arrays, () => {
        const [block, to] = [f.variable(f.get(array)), f.variable(f.get(array))];
        f.loop(i32.constant(0), 1, blocks, () => {
          const from = f.variable(f.get(block));
          f.loop(i32.constant(0), 1, groups, () => {
            ext.store(f.get(to), ext.load(f.get(from)));
            f.advance(from, E);
            f.advance(to, E);
          });
          f.advance(block, blockBytes);
        });
        f.advance(array, arrayBytes);
      });
    });
  });
}

/**
 * place(base, stride, part bytes, parts, scalars, out base, out stride, list): c v + k of one group per array, of part i to group
 * list[i].
 */
export function emitPlace(module: ModuleBuilder): void {
  defineKernel(module, 'place', 8, ({ f, ext }, parameters) => {
    const [base, stride, partBytes, parts, scalars, outBase, outStride, list] = parameters;
    const factor = ext.prepare(ext.loadScalar(scalars));
    const constants = [ext.loadScalar(scalars, 20), ext.loadScalar(scalars, 40)];
    forParts(f, base, partBytes, parts, (part, index) => {
      const source = f.variable(part);
      const leaf = i32.load(i32.add(list, i32.shl(index, i32.constant(2))));
      const target = f.variable(i32.add(outBase, i32.mul(leaf, i32.constant(E))));
      for (let k = 0; k < 4; k++) {
        const product = ext.mulPrepared(ext.load(f.get(source)), factor);
        ext.store(f.get(target), ext.add(product, constants[k >> 1]!));
        f.advance(source, stride);
        f.advance(target, outStride);
      }
    });
  });
}

/**
 * split(base, array bytes, arrays, two): of a group's first four (`two` is 1) or two lanes (0), the odd ones move to the next group, and the
 * even ones together.
 */
export function emitSplit(module: ModuleBuilder): void {
  defineKernel(module, 'split', 4, ({ f, ext }, [base, arrayBytes, arrays, two]) => {
    const x = f.variable(base);
    f.loop(i32.constant(0), 1, arrays, () => {
      const value = ext.load(f.get(x));
      const zero = f.keep(v128.splat(0));
      const move = (...groups: readonly (readonly number[])[]): void => {
        for (const [k, lanes] of groups.entries()) {
          const moved = value.map((v) => v128.shuffle(v, zero, lanes));
          ext.store(f.get(x), moved, k * E);
        }
      };
      f.ifThen(two, () => move([0, 2, 4, 4], [1, 3, 4, 4]));
      f.ifThen(i32.eq(two, i32.constant(0)), () => move([0, 4, 4, 4], [1, 4, 4, 4]));
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

/** grow(from, to, groups, scalars): an eq table over one more variable, below the others: x (1 - r) and x r side by side. */
export function emitGrow(module: ModuleBuilder): void {
  defineKernel(module, 'grow', 4, ({ f, ext }, [from, to, groups, scalars]) => {
    const factor = ext.prepare(ext.loadScalar(scalars));
    const [source, target] = [f.variable(from), f.variable(to)];
    f.loop(i32.constant(0), 1, groups, () => {
      const x = ext.load(f.get(source));
      const high = ext.mulPrepared(x, factor);
      ext.store(f.get(target), high, E);
      ext.store(f.get(target), ext.sub(x, high));
      f.advance(source, E);
      f.advance(target, 2 * E);
    });
  });
}
