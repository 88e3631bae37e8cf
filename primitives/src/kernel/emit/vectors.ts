/**
 * @module Kernels on long vectors of extension elements and on committed base vectors.
 */
import { DEGREE } from '../../field/ext.ts';
import { type Code, I32, i32, type ModuleBuilder, THREAD_OFFSET, v128 } from '../../wasm/assembler.ts';
import { defineKernel, GROUP_BYTES, LANES, transpose } from '../../wasm/extension.ts';
import { WideSums } from './wide-sums.ts';

const E = GROUP_BYTES;

/**
 * contractHigh(values, row bytes, rows (even), weights, out): out[j] += sum over rows of weight[row] * values[row][j].
 * Weights are consecutive elements from a group's first lane on.
 */
export function emitContractHigh(module: ModuleBuilder): void {
  defineKernel(module, 'contractHigh', 5, (e, [values, rowBytes, rows, weights, out]) => {
    const { f, ext } = e;
    const target = f.variable(out);
    f.loop(values, 16, i32.add(values, rowBytes), (column) => {
      const sums = new WideSums(e);
      sums.clear();
      const at = f.variable(column);
      f.loop(i32.constant(0), 2, rows, (row) => {
        const group = i32.mul(i32.shrU(row, i32.constant(2)), i32.constant(E));
        const lane = i32.shl(i32.and(row, i32.constant(3)), i32.constant(2));
        const weight = f.keep(i32.add(weights, i32.add(group, lane)), I32);
        const next = f.keep(i32.add(f.get(at), rowBytes), I32);
        const pair = [f.keep(v128.load(f.get(at))), f.keep(v128.load(next))] as const;
        sums.add(pair, (k, j) => v128.loadSplat(weight, 16 * j + 4 * k));
        f.set(at, i32.add(next, rowBytes));
      });
      ext.store(f.get(target), ext.add(ext.load(f.get(target)), sums.total()));
      f.advance(target, E);
    });
  });
}

/**
 * contractLow(values, row bytes (a multiple of 32), rows (a multiple of 4), weights, out): out[row] = sum over j of
 * weight[j] * values[row][j]. Lanes run along the row; four rows' lane sums are transposed into one group.
 * @param scratch - four groups, of the memory's owner.
 */
export function emitContractLow(module: ModuleBuilder, scratch: number): void {
  defineKernel(module, 'contractLow', 5, (e, [values, rowBytes, rows, weights, out]) => {
    const { f, ext, field } = e;
    const at = f.variable(values);
    const target = f.variable(out);
    const sumsOfRows = f.keep(i32.add(THREAD_OFFSET, i32.constant(scratch)), I32);
    f.loop(i32.constant(0), LANES, rows, () => {
      f.loop(sumsOfRows, E, i32.add(sumsOfRows, i32.constant(LANES * E)), (lanes) => {
        const sums = new WideSums(e);
        sums.clear();
        const weight = f.variable(weights);
        const end = f.keep(i32.add(f.get(at), rowBytes), I32);
        f.loop(f.get(at), 32, end, (x) => {
          const pair = [f.keep(v128.load(x)), f.keep(v128.load(x, 16))] as const;
          sums.add(pair, (k, j) => v128.load(f.get(weight), E * k + 16 * j));
          f.advance(weight, 2 * E);
        });
        ext.store(lanes, sums.total());
        f.set(at, end);
      });
      const sum = Array.from({ length: DEGREE }, (_, j) => {
        const lanes = [0, 1, 2, 3].map((r) => f.keep(v128.load(sumsOfRows, E * r + 16 * j)));
        return transpose(f, lanes)
          .map((v) => f.keep(v))
          .reduce((x, y) => field.add(x, y));
      });
      ext.store(f.get(target), sum);
      f.advance(target, E);
    });
  });
}

/** scale(from, to, groups, scalar): to = from * c */
export function emitScale(module: ModuleBuilder): void {
  defineKernel(module, 'scale', 4, ({ f, ext }, [from, to, groups, scalar]) => {
    const rows = ext.prepare(ext.loadScalar(scalar));
    const target = f.variable(to);
    f.loop(from, E, i32.add(from, i32.mul(groups, i32.constant(E))), (x) => {
      ext.store(f.get(target), ext.mulPrepared(ext.load(x), rows));
      f.advance(target, E);
    });
  });
}

/** addScaled(from, to, groups, scalar): to += from * c */
export function emitAddScaled(module: ModuleBuilder): void {
  defineKernel(module, 'addScaled', 4, ({ f, ext }, [from, to, groups, scalar]) => {
    const rows = ext.prepare(ext.loadScalar(scalar));
    const target = f.variable(to);
    f.loop(from, E, i32.add(from, i32.mul(groups, i32.constant(E))), (x) => {
      ext.store(f.get(target), ext.add(ext.load(f.get(target)), ext.mulPrepared(ext.load(x), rows)));
      f.advance(target, E);
    });
  });
}

/** dot(a, b, groups, totals): totals += sum of a * b, lane by lane */
export function emitDot(module: ModuleBuilder): void {
  defineKernel(module, 'dot', 4, ({ f, ext }, [a, b, groups, totals]) => {
    const y = f.variable(b);
    f.loop(a, E, i32.add(a, i32.mul(groups, i32.constant(E))), (x) => {
      ext.store(totals, ext.add(ext.load(totals), ext.mul(ext.load(x), ext.load(f.get(y)))));
      f.advance(y, E);
    });
  });
}

/** pairMessage(f, w, pairs of groups, totals): even * even, and difference * difference, of neighbours */
export function emitPairMessage(module: ModuleBuilder): void {
  defineKernel(module, 'pairMessage', 4, ({ f, ext }, [a, b, pairs, totals]) => {
    const y = f.variable(b);
    f.loop(a, 2 * E, i32.add(a, i32.mul(pairs, i32.constant(2 * E))), (x) => {
      const [even, odd] = ext.deinterleave(ext.load(x), ext.load(x, E));
      const [weight, oddWeight] = ext.deinterleave(ext.load(f.get(y)), ext.load(f.get(y), E));
      ext.store(totals, ext.add(ext.load(totals), ext.mul(even, weight)));
      const leading = ext.mul(ext.sub(odd, even), ext.sub(oddWeight, weight));
      ext.store(totals, ext.add(ext.load(totals, E), leading), E);
      f.advance(y, 2 * E);
    });
  });
}

/** pairFold(from, to, groups out, scalar): even + r (odd - even) of neighbours */
export function emitPairFold(module: ModuleBuilder): void {
  defineKernel(module, 'pairFold', 4, ({ f, ext }, [from, to, groups, scalar]) => {
    const rows = ext.prepare(ext.loadScalar(scalar));
    const x = f.variable(from);
    f.loop(to, E, i32.add(to, i32.mul(groups, i32.constant(E))), (target) => {
      const [even, odd] = ext.deinterleave(ext.load(f.get(x)), ext.load(f.get(x), E));
      ext.store(target, ext.add(even, ext.mulPrepared(ext.sub(odd, even), rows)));
      f.advance(x, 2 * E);
    });
  });
}

/** blockMessage(even, even weights, bytes to the odd ones, groups, totals): as pairMessage, of blocks that are neighbours */
export function emitBlockMessage(module: ModuleBuilder): void {
  defineKernel(module, 'blockMessage', 5, ({ f, ext }, [a, b, distance, groups, totals]) => {
    const y = f.variable(b);
    f.loop(a, E, i32.add(a, i32.mul(groups, i32.constant(E))), (x) => {
      const [even, odd] = [ext.load(x), ext.load(f.keep(i32.add(x, distance), I32))];
      const [weight, oddWeight] = [ext.load(f.get(y)), ext.load(f.keep(i32.add(f.get(y), distance), I32))];
      ext.store(totals, ext.add(ext.load(totals), ext.mul(even, weight)));
      const leading = ext.mul(ext.sub(odd, even), ext.sub(oddWeight, weight));
      ext.store(totals, ext.add(ext.load(totals, E), leading), E);
      f.advance(y, E);
    });
  });
}

/** blockFold(even, to, bytes to the odd ones, groups, scalar): as pairFold, of blocks that are neighbours */
export function emitBlockFold(module: ModuleBuilder): void {
  defineKernel(module, 'blockFold', 5, ({ f, ext }, [from, to, distance, groups, scalar]) => {
    const rows = ext.prepare(ext.loadScalar(scalar));
    const x = f.variable(from);
    f.loop(to, E, i32.add(to, i32.mul(groups, i32.constant(E))), (target) => {
      const [even, odd] = [ext.load(f.get(x)), ext.load(f.keep(i32.add(f.get(x), distance), I32))];
      ext.store(target, ext.add(even, ext.mulPrepared(ext.sub(odd, even), rows)));
      f.advance(x, E);
    });
  });
}

/** addRows(rows of eight words, to, groups): adds the first five words of each row */
export function emitAddRows(module: ModuleBuilder): void {
  defineKernel(module, 'addRows', 3, ({ f, ext }, [rows, to, groups]) => {
    const row = f.variable(rows);
    f.loop(to, E, i32.add(to, i32.mul(groups, i32.constant(E))), (target) => {
      const half = (offset: number): Code[] =>
        transpose(
          f,
          [0, 1, 2, 3].map((r) => f.keep(v128.load(f.get(row), 32 * r + offset))),
        );
      const columns = [...half(0), half(16)[0]!].map((v) => f.keep(v));
      ext.store(target, ext.add(ext.load(target), columns));
      f.advance(row, 128);
    });
  });
}

/** toRows(from, to, groups): elements one after another, five words each */
export function emitToRows(module: ModuleBuilder): void {
  defineKernel(module, 'toRows', 3, ({ f, ext }, [from, to, groups]) => {
    const target = f.variable(to);
    f.loop(from, E, i32.add(from, i32.mul(groups, i32.constant(E))), (x) => {
      const value = ext.load(x);
      for (let lane = 0; lane < LANES; lane++) {
        for (const [j, v] of value.entries())
          f.emit(i32.store(f.get(target), v128.extract(v, lane), 4 * (DEGREE * lane + j)));
      }
      f.advance(target, E);
    });
  });
}
