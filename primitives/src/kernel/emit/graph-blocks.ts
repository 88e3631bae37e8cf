/**
 * @module Operations of the block machine that work row by row: reading columns, base and extension arithmetic.
 */
import { type Code, type FunctionBuilder, i32, v128 } from '../../wasm/assembler.ts';
import { type Emitter, type ExtCode, GROUP_BYTES, type VectorExtension } from '../../wasm/extension.ts';
import type { VectorField } from '../../wasm/field.ts';
import { BLOCK_GROUPS } from '../eq-table.ts';
import { type GraphOperation, operation } from './graph-operation.ts';

const E = GROUP_BYTES;

/** An operation that walks its operands group by group, `sizes` bytes each (0: a constant, which stays, or none). */
function blockwise(
  name: GraphOperation,
  sizes: readonly [a: number, b: number, out: number],
  body: (e: Emitter, a: Code, b: Code, out: Code) => void,
): FunctionBuilder {
  const isBlock = sizes.map((size) => size > 0) as [boolean, boolean, boolean];
  return operation(name, isBlock, (e, [a, b, out, groups]) => {
    const { f } = e;
    const pointers = [a, b, out].map((p) => f.variable(p));
    f.loop(i32.constant(0), 1, groups, () => {
      const [x, y, z] = pointers.map((p) => f.get(p)) as [Code, Code, Code];
      body(e, x, y, z);
      for (const [i, p] of pointers.entries()) if (sizes[i] !== 0) f.advance(p, sizes[i]!);
    });
  });
}

/** Bytes of a group. */
const sizeOf = (kind: 'B' | 'E'): number => (kind === 'B' ? 16 : E);

/** An operation that reads a column from the block's first group on, `step` groups at a time. */
function columnwise(
  name: GraphOperation,
  kind: 'B' | 'E',
  step: 1 | 2,
  body: (e: Emitter, group: Code) => Code | ExtCode,
): FunctionBuilder {
  const size = sizeOf(kind);
  return operation(name, [false, false, true], (e, [a, , out, groups, first]) => {
    const { f } = e;
    const at = f.variable(i32.add(a, i32.mul(first, i32.constant(step * size))));
    const target = f.variable(out);
    f.loop(i32.constant(0), 1, groups, () => {
      const value = body(e, f.get(at));
      if (kind === 'E') e.ext.store(f.get(target), value as ExtCode);
      else f.emit(v128.store(f.get(target), value as Code));
      f.advance(at, step * size);
      f.advance(target, size);
    });
  });
}

/** `foldB` and `foldE`. */
function fold(kind: 'B' | 'E'): FunctionBuilder {
  const size = sizeOf(kind);
  return operation(`fold${kind}`, [false, false, false], ({ f, field, ext }, [a, b, out, groups, first]) => {
    const r = ext.loadScalar(b);
    const factor = ext.prepare(r);
    const at = f.variable(i32.add(a, i32.mul(first, i32.constant(2 * size))));
    const inBlock = i32.and(first, i32.constant(BLOCK_GROUPS / 2 - 1));
    const to = kind === 'B' ? first : i32.sub(i32.shl(first, i32.constant(1)), inBlock);
    const target = f.variable(i32.add(out, i32.mul(to, i32.constant(E))));
    f.loop(i32.constant(0), 1, groups, () => {
      if (kind === 'E') {
        const low = ext.load(f.get(at));
        ext.store(f.get(target), ext.add(low, ext.mulPrepared(ext.sub(ext.load(f.get(at), E), low), factor)));
      } else {
        const low = load(f, f.get(at));
        const [c0, ...rest] = ext.mulBase(r, field.sub(load(f, f.get(at), 16), low));
        ext.store(f.get(target), [field.add(c0!, low), ...rest]);
      }
      f.advance(at, 2 * size);
      f.advance(target, E);
    });
  });
}

const scalar = (f: FunctionBuilder, at: Code): Code => f.keep(v128.loadSplat(at));
const load = (f: FunctionBuilder, at: Code, offset = 0): Code => f.keep(v128.load(at, offset));

export function columnOperations(): FunctionBuilder[] {
  const twice = (field: VectorField, low: Code, high: Code): Code => field.add(high, field.sub(high, low));
  return [
    columnwise('loadB', 'B', 1, ({ f }, at) => load(f, at)),
    columnwise('evenB', 'B', 2, ({ f }, at) => load(f, at)),
    columnwise('oddB', 'B', 2, ({ f }, at) => load(f, at, 16)),
    columnwise('deltaB', 'B', 2, ({ f, field }, at) => field.sub(load(f, at, 16), load(f, at))),
    columnwise('atTwoB', 'B', 2, ({ f, field }, at) => twice(field, load(f, at), load(f, at, 16))),
    columnwise('loadE', 'E', 1, ({ ext }, at) => ext.load(at)),
    columnwise('oddE', 'E', 2, ({ ext }, at) => ext.load(at, E)),
    columnwise('deltaE', 'E', 2, ({ ext }, at) => ext.sub(ext.load(at, E), ext.load(at))),
    columnwise('atTwoE', 'E', 2, ({ field, ext }, at) => {
      const [low, high] = [ext.load(at), ext.load(at, E)];
      return high.map((x, j) => twice(field, low[j]!, x));
    }),
    fold('B'),
    fold('E'),
  ];
}

export function baseOperations(): FunctionBuilder[] {
  type Operator = (field: VectorField, x: Code, y: Code) => Code;
  const blocks = (name: GraphOperation, op: Operator): FunctionBuilder =>
    blockwise(name, [16, 16, 16], ({ f, field }, a, b, out) =>
      f.emit(v128.store(out, op(field, load(f, a), load(f, b)))),
    );
  const blockConstant = (name: GraphOperation, op: Operator): FunctionBuilder =>
    blockwise(name, [16, 0, 16], ({ f, field }, a, b, out) =>
      f.emit(v128.store(out, op(field, load(f, a), scalar(f, b)))),
    );
  return [
    blocks('addB', (field, x, y) => field.add(x, y)),
    blocks('subB', (field, x, y) => field.sub(x, y)),
    blocks('mulB', (field, x, y) => field.mul(x, y)),
    blockConstant('addBK', (field, x, k) => field.add(x, k)),
    blockConstant('subBK', (field, x, k) => field.sub(x, k)),
    blockConstant('mulBK', (field, x, k) => field.mul(x, k)),
    blockwise('fillB', [0, 0, 16], ({ f }, a, _, out) => f.emit(v128.store(out, scalar(f, a)))),
    blockwise('subKB', [0, 16, 16], ({ f, field }, a, b, out) =>
      f.emit(v128.store(out, field.sub(scalar(f, a), load(f, b)))),
    ),
  ];
}

export function extensionOperations(): FunctionBuilder[] {
  const blocks = (
    name: GraphOperation,
    op: (ext: VectorExtension, x: ExtCode, y: ExtCode) => ExtCode,
  ): FunctionBuilder =>
    blockwise(name, [E, E, E], ({ ext }, a, b, out) => ext.store(out, op(ext, ext.load(a), ext.load(b))));
  return [
    blocks('addE', (ext, x, y) => ext.add(x, y)),
    blocks('subE', (ext, x, y) => ext.sub(x, y)),
    blocks('mulE', (ext, x, y) => ext.mul(x, y)),
    blockwise('addEK', [E, 0, E], ({ f, field, ext }, a, b, out) => {
      const [x0, ...rest] = ext.load(a);
      ext.store(out, [field.add(x0!, scalar(f, b)), ...rest]);
    }),
    blockwise('subEK', [E, 0, E], ({ f, field, ext }, a, b, out) => {
      const [x0, ...rest] = ext.load(a);
      ext.store(out, [field.sub(x0!, scalar(f, b)), ...rest]);
    }),
    blockwise('subKE', [0, E, E], ({ f, field, ext }, a, b, out) => {
      const zero = v128.splat(0);
      ext.store(
        out,
        ext.load(b).map((x, j) => field.sub(j === 0 ? scalar(f, a) : zero, x)),
      );
    }),
    blockwise('mulEK', [E, 0, E], ({ f, ext }, a, b, out) => ext.store(out, ext.mulBase(ext.load(a), scalar(f, b)))),
    blockwise('mulEB', [E, 16, E], ({ f, ext }, a, b, out) => ext.store(out, ext.mulBase(ext.load(a), load(f, b)))),
    blockwise('addMulEB', [E, 16, E], ({ f, ext }, a, b, out) =>
      ext.store(out, ext.add(ext.load(out), ext.mulBase(ext.load(a), load(f, b)))),
    ),
    blockwise('addMulE', [E, E, E], ({ ext }, a, b, out) =>
      ext.store(out, ext.add(ext.mul(ext.load(a), ext.load(b)), ext.load(out))),
    ),
    ...(['fillE', 'embedB'] as const).map((name) =>
      blockwise(name, [name === 'fillE' ? 0 : 16, 0, E], ({ f, ext }, a, _, out) => {
        const zero = f.keep(v128.splat(0));
        ext.store(out, [name === 'fillE' ? scalar(f, a) : load(f, a), zero, zero, zero, zero]);
      }),
    ),
  ];
}
