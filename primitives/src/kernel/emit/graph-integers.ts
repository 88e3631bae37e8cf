/**
 * @module Operations of the block machine on 32-bit integers: what filling columns from events takes. Blocks hold plain
 * words here; `store` brings them into Montgomery form. Only the memory's owner runs such programs. The oracle is the prover's plain
 * filling.
 */
import { P } from '../../field/base.ts';
import { type Code, FunctionBuilder, I32, i32, v128 } from '../../wasm/assembler.ts';
import { R_SQUARED, VectorField } from '../../wasm/field.ts';

export type IntegerOperation =
  | 'addU'
  | 'subU'
  | 'mulU'
  | 'andU'
  | 'orU'
  | 'xorU'
  | 'shlU'
  | 'shrU'
  | 'sarU'
  | 'ltuU'
  | 'ltsU'
  | 'eqU'
  | 'divuU'
  | 'remuU'
  | 'mulhuU'
  | 'faddU'
  | 'fsubU'
  | 'fmulU'
  | 'finvU'
  /** out[i] = word at a + i * b. */
  | 'gatherU'
  /** out[i] = word number a[i] of the table at b. */
  | 'lookupU'
  /** Copies block a to the column at out, in Montgomery form. */
  | 'storeU'
  /** out = block a, of field elements in Montgomery form, as canonical words. */
  | 'canonicalB';

const PARAMETERS = [I32, I32, I32, I32, I32] as const;

/** Vector by vector. */
function vector(
  name: IntegerOperation,
  op: (f: FunctionBuilder, field: VectorField, x: Code, y: Code) => Code,
): FunctionBuilder {
  const f = new FunctionBuilder(name, PARAMETERS);
  const field = new VectorField(f);
  const [a, b, out] = [0, 1, 2].map((i) => f.variable(f.parameter(i))) as [number, number, number];
  f.loop(i32.constant(0), 1, f.parameter(3), () => {
    const [x, y] = [f.keep(v128.load(f.get(a))), f.keep(v128.load(f.get(b)))];
    f.emit(v128.store(f.get(out), op(f, field, x, y)));
    for (const pointer of [a, b, out]) f.advance(pointer, 16);
  });
  return f;
}

/** Word by word: SIMD has no shifts by lane and no division. */
function scalar(name: IntegerOperation, op: (f: FunctionBuilder, x: Code, y: Code) => Code): FunctionBuilder {
  const f = new FunctionBuilder(name, PARAMETERS);
  const [a, b, out] = [0, 1, 2].map((i) => f.variable(f.parameter(i))) as [number, number, number];
  f.loop(i32.constant(0), 1, i32.shl(f.parameter(3), i32.constant(2)), () => {
    const [x, y] = [f.keep(i32.load(f.get(a)), I32), f.keep(i32.load(f.get(b)), I32)];
    f.emit(i32.store(f.get(out), op(f, x, y)));
    for (const pointer of [a, b, out]) f.advance(pointer, 4);
  });
  return f;
}

/** The quotient or remainder; of a zero divisor `otherwise`. */
function division(
  name: IntegerOperation,
  divide: (x: Code, y: Code) => Code,
  otherwise: (x: Code) => Code,
): FunctionBuilder {
  return scalar(name, (f, x, y) => {
    const result = f.local(I32);
    f.set(result, otherwise(x));
    f.ifThen(y, () => f.set(result, divide(x, y)));
    return f.get(result);
  });
}

/** x^(p - 2), from canonical to canonical form: 0 of 0. */
function power(f: FunctionBuilder, field: VectorField, x: Code): Code {
  const montgomery = field.mul(x, f.keep(v128.splat(R_SQUARED)));
  // p - 2 = 126 * 2^24 + (2^24 - 1): all ones but for bit 24.
  const result = f.local(0x7b);
  f.set(result, montgomery);
  for (let bit = 29; bit >= 0; bit--) {
    const square = field.mul(f.get(result), f.get(result));
    f.set(result, ((P - 2) >>> bit) & 1 ? field.mul(square, montgomery) : square);
  }
  return field.mul(f.get(result), f.keep(v128.splat(1)));
}

export function integerOperations(): FunctionBuilder[] {
  const one = v128.splat(1);
  const gather = new FunctionBuilder('gatherU', PARAMETERS);
  const [from, to] = [gather.variable(gather.parameter(0)), gather.variable(gather.parameter(2))];
  gather.loop(i32.constant(0), 1, i32.shl(gather.parameter(3), i32.constant(2)), () => {
    gather.emit(i32.store(gather.get(to), i32.load(gather.get(from))));
    gather.advance(from, gather.parameter(1));
    gather.advance(to, 4);
  });
  const lookup = new FunctionBuilder('lookupU', PARAMETERS);
  const [index, target] = [lookup.variable(lookup.parameter(0)), lookup.variable(lookup.parameter(2))];
  lookup.loop(i32.constant(0), 1, i32.shl(lookup.parameter(3), i32.constant(2)), () => {
    const address = i32.add(lookup.parameter(1), i32.shl(i32.load(lookup.get(index)), i32.constant(2)));
    lookup.emit(i32.store(lookup.get(target), i32.load(address)));
    lookup.advance(index, 4);
    lookup.advance(target, 4);
  });
  const store = new FunctionBuilder('storeU', PARAMETERS);
  const field = new VectorField(store);
  const block = store.variable(store.parameter(0));
  const column = store.variable(i32.add(store.parameter(2), i32.shl(store.parameter(4), i32.constant(4))));
  const factor = store.keep(v128.splat(R_SQUARED));
  store.loop(i32.constant(0), 1, store.parameter(3), () => {
    store.emit(v128.store(store.get(column), field.mul(store.keep(v128.load(store.get(block))), factor)));
    store.advance(block, 16);
    store.advance(column, 16);
  });
  const shiftOf = (y: Code): Code => i32.and(y, i32.constant(31));
  return [
    vector('addU', (_f, _, x, y) => v128.add(x, y)),
    vector('subU', (_f, _, x, y) => v128.sub(x, y)),
    vector('mulU', (_f, _, x, y) => v128.mul(x, y)),
    vector('andU', (_f, _, x, y) => v128.and(x, y)),
    vector('orU', (_f, _, x, y) => v128.or(x, y)),
    vector('xorU', (_f, _, x, y) => v128.xor(x, y)),
    vector('ltuU', (_f, _, x, y) => v128.and(v128.ltU(x, y), one)),
    vector('ltsU', (_f, _, x, y) => v128.and(v128.ltS(x, y), one)),
    vector('eqU', (_f, _, x, y) => v128.and(v128.equal(x, y), one)),
    vector('mulhuU', (_f, _, x, y) => v128.shuffle(v128.mulLowU(x, y), v128.mulHighU(x, y), [1, 3, 5, 7])),
    vector('faddU', (_f, f, x, y) => f.add(x, y)),
    vector('fsubU', (_f, f, x, y) => f.sub(x, y)),
    vector('fmulU', (f, v, x, y) => v.mul(v.mul(x, f.keep(v128.splat(R_SQUARED))), y)),
    vector('finvU', (f, v, x) => power(f, v, x)),
    vector('canonicalB', (f, v, x) => v.mul(x, f.keep(one))),
    scalar('shlU', (_, x, y) => i32.shl(x, shiftOf(y))),
    scalar('shrU', (_, x, y) => i32.shrU(x, shiftOf(y))),
    scalar('sarU', (_, x, y) => i32.shrS(x, shiftOf(y))),
    division(
      'divuU',
      (x, y) => i32.divU(x, y),
      () => i32.constant(-1),
    ),
    division(
      'remuU',
      (x, y) => i32.remU(x, y),
      (x) => x,
    ),
    gather,
    lookup,
    store,
  ];
}
