/**
 * @module Kernels of the transforms: levels of butterflies in place, and copies of strided rows.
 */
import { type Code, FunctionBuilder, I32, i32, type ModuleBuilder, v128 } from '../../wasm/assembler.ts';
import { transpose } from '../../wasm/extension.ts';
import { VectorField } from '../../wasm/field.ts';

type Twiddle = readonly [Code, Code];

/**
 * pass(base, part bytes, blocks, twiddle of the first block at the upper level, that at the lower level): applies
 * `butterfly` across the `radix` parts of every block. Block k has twiddle T[node + k] at the upper level; its halves
 * have T[2 (node + k)] and T[2 (node + k) + 1] at the lower one.
 */
function emitPass(
  name: string,
  radix: 2 | 4,
  butterfly: (x: readonly Code[], field: VectorField, w: readonly Twiddle[]) => Code[],
): FunctionBuilder {
  const f = new FunctionBuilder(name, [I32, I32, I32, I32, I32]);
  const field = new VectorField(f);
  const part = f.parameter(1);
  const base = f.variable(f.parameter(0));
  const [upper, lower] = [f.variable(f.parameter(3)), f.variable(f.parameter(4))];
  const twiddle = (at: Code, offset: number): Twiddle => [
    f.keep(v128.loadSplat(at, offset)),
    f.keep(v128.loadSplat(at, offset + 4)),
  ];
  f.loop(i32.constant(0), 1, f.parameter(2), () => {
    const w = [twiddle(f.get(upper), 0)];
    if (radix === 4) w.push(twiddle(f.get(lower), 0), twiddle(f.get(lower), 8));
    f.loop(f.get(base), 16, i32.add(f.get(base), part), (at) => {
      const addresses = [at];
      for (let k = 1; k < radix; k++) addresses.push(f.keep(i32.add(addresses[k - 1]!, part), I32));
      const x = addresses.map((a) => f.keep(v128.load(a)));
      for (const [k, y] of butterfly(x, field, w).entries()) f.emit(v128.store(addresses[k]!, y));
    });
    f.advance(base, i32.mul(part, i32.constant(radix)));
    f.advance(upper, 8);
    f.advance(lower, 16);
  });
  return f;
}

/** One and two levels of the transform and of its transpose. */
export function emitPasses(module: ModuleBuilder): void {
  module.add(
    emitPass('forward4', 4, ([a, b, c, d], field, [w, u, v]) => {
      const [s, t] = [field.mulShoup(c!, ...w!), field.mulShoup(d!, ...w!)];
      const [a1, c1, b1, d1] = [field.add(a!, s), field.sub(a!, s), field.lazyAdd(b!, t), field.lazySub(b!, t)];
      const [x, y] = [field.mulShoup(b1!, ...u!), field.mulShoup(d1!, ...v!)];
      return [field.add(a1, x), field.sub(a1, x), field.add(c1, y), field.sub(c1, y)];
    }),
  );
  module.add(
    emitPass('forward2', 2, ([a, b], field, [w]) => {
      const t = field.mulShoup(b!, ...w!);
      return [field.add(a!, t), field.sub(a!, t)];
    }),
  );
  module.add(
    emitPass('transposed4', 4, ([a, b, c, d], field, [w, u, v]) => {
      const [a1, b1] = [field.add(a!, b!), field.mulShoup(field.lazySub(a!, b!), ...u!)];
      const [c1, d1] = [field.add(c!, d!), field.mulShoup(field.lazySub(c!, d!), ...v!)];
      return [
        field.add(a1, c1),
        field.add(b1, d1),
        field.mulShoup(field.lazySub(a1, c1), ...w!),
        field.mulShoup(field.lazySub(b1, d1), ...w!),
      ];
    }),
  );
  module.add(
    emitPass('transposed2', 2, ([a, b], field, [w]) => [
      field.add(a!, b!),
      field.mulShoup(field.lazySub(a!, b!), ...w!),
    ]),
  );
}

/**
 * gather(from, column bytes, step bytes, to, steps, rows, columns): from each step, `rows` words (a multiple of four) of `columns`
 * columns (a multiple of four), as rows one after another.
 */
export function emitGather(module: ModuleBuilder): void {
  const f = new FunctionBuilder('gather', [I32, I32, I32, I32, I32, I32, I32]);
  const [columnBytes, rowBytes] = [f.parameter(1), f.keep(i32.shl(f.parameter(6), i32.constant(2)), I32)];
  const [from, to] = [f.variable(f.parameter(0)), f.variable(f.parameter(3))];
  f.loop(i32.constant(0), 1, f.parameter(4), () => {
    const end = f.keep(i32.add(f.get(from), i32.shl(f.parameter(5), i32.constant(2))), I32);
    f.loop(f.get(from), 16, end, (rows) => {
      const column = f.variable(rows);
      f.loop(f.get(to), 16, f.keep(i32.add(f.get(to), rowBytes), I32), (target) => {
        const columns: Code[] = [];
        for (let k = 0; k < 4; k++) {
          columns.push(f.keep(v128.load(f.get(column))));
          f.set(column, i32.add(f.get(column), columnBytes));
        }
        const at = f.variable(target);
        for (const row of transpose(f, columns)) {
          f.emit(v128.store(f.get(at), row));
          f.set(at, i32.add(f.get(at), rowBytes));
        }
      });
      f.set(to, i32.add(f.get(to), i32.shl(rowBytes, i32.constant(2))));
    });
    f.set(from, i32.add(f.get(from), f.parameter(2)));
  });
  module.add(f);
}

/** scatter(from, to, step bytes, row bytes, steps, rows, slice bytes): slices one after another, into as many rows of each step. */
export function emitScatter(module: ModuleBuilder): void {
  const f = new FunctionBuilder('scatter', [I32, I32, I32, I32, I32, I32, I32]);
  const [from, to] = [f.variable(f.parameter(0)), f.variable(f.parameter(1))];
  f.loop(i32.constant(0), 1, f.parameter(4), () => {
    const row = f.variable(f.get(to));
    f.loop(i32.constant(0), 1, f.parameter(5), () => {
      const target = f.variable(f.get(row));
      const end = f.keep(i32.add(f.get(from), f.parameter(6)), I32);
      f.loop(f.get(from), 16, end, (at) => {
        f.emit(v128.store(f.get(target), v128.load(at)));
        f.advance(target, 16);
      });
      f.set(from, end);
      f.set(row, i32.add(f.get(row), f.parameter(3)));
    });
    f.set(to, i32.add(f.get(to), f.parameter(2)));
  });
  module.add(f);
}

/** copyRows(from, from stride, to, to stride, rows, row bytes) */
export function emitCopyRows(module: ModuleBuilder): void {
  const f = new FunctionBuilder('copyRows', [I32, I32, I32, I32, I32, I32]);
  const [from, to] = [f.variable(f.parameter(0)), f.variable(f.parameter(2))];
  f.loop(i32.constant(0), 1, f.parameter(4), () => {
    const target = f.variable(f.get(to));
    const end = f.keep(i32.add(f.get(from), f.parameter(5)), I32);
    const lines = f.keep(i32.sub(end, i32.and(f.parameter(5), i32.constant(63))), I32);
    // Whole cache lines, then what is left of the row.
    for (const [start, step, last] of [
      [f.get(from), 64, lines],
      [lines, 16, end],
    ] as const) {
      f.loop(start, step, last, (at) => {
        const line = Array.from({ length: step / 16 }, (_, k) => f.keep(v128.load(at, 16 * k)));
        for (const [k, v] of line.entries()) f.emit(v128.store(f.get(target), v, 16 * k));
        f.advance(target, step);
      });
    }
    f.advance(from, f.parameter(1));
    f.advance(to, f.parameter(3));
  });
  module.add(f);
}
