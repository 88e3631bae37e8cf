/**
 * @module Operations of the block machine on 32-bit integers: what filling columns from events takes. Blocks hold plain
 * words here; `store` brings them into Montgomery form. The oracle is the prover's plain filling.
 *
 * Events, and what rows look up, lie in rings: row r of a table is at place r mod {@link RING_ROWS}, so that one part of a ring is
 * written or read while a program works on the other.
 */
import { P } from '../../field/base.ts';
import { type Code, FunctionBuilder, I32, i32, THREAD_OFFSET, V128, v128 } from '../../wasm/assembler.ts';
import { LANES } from '../../wasm/extension.ts';
import { R_SQUARED, VectorField } from '../../wasm/field.ts';

/** Rows that a ring has places for: two parts of a few blocks for each thread, in the second-level cache. */
export const RING_ROWS: number = 2 ** 13;

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
  /** out = 1 / a, 0 where a is. The two are not the same block. */
  | 'finvU'
  /** out = the first words of rows of the ring at a, which take b bytes each. */
  | 'gatherU'
  /** out[i] = word number a[i] of the table at b. */
  | 'lookupU'
  /** Copies block a to the column at out, in Montgomery form. */
  | 'storeU'
  /** Copies block a, of field elements in Montgomery form, to the ring at out, as canonical words. */
  | 'canonicalB';

const PARAMETERS = [I32, I32, I32, I32, I32] as const;

/** This thread's block where the program names that of the memory's owner. */
const own = (block: Code): Code => i32.add(THREAD_OFFSET, block);

/** The place in a ring of the block's first row, whose rows take `bytes`. @param first - the block's first group in the table. */
const inRing = (ring: Code, first: Code, bytes: Code): Code =>
  i32.add(ring, i32.mul(i32.and(first, i32.constant(RING_ROWS / LANES - 1)), i32.mul(bytes, i32.constant(LANES))));

/** Vector by vector. */
function vector(
  name: IntegerOperation,
  op: (f: FunctionBuilder, field: VectorField, x: Code, y: Code) => Code,
): FunctionBuilder {
  const f = new FunctionBuilder(name, PARAMETERS);
  const field = new VectorField(f);
  const [a, b, out] = [0, 1, 2].map((i) => f.variable(own(f.parameter(i)))) as [number, number, number];
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
  const [a, b, out] = [0, 1, 2].map((i) => f.variable(own(f.parameter(i)))) as [number, number, number];
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

/** x^(p - 2), in Montgomery form. */
function power(f: FunctionBuilder, field: VectorField, x: Code): Code {
  // p - 2 = 126 * 2^24 + (2^24 - 1): all ones but for bit 24.
  const result = f.local(V128);
  f.set(result, x);
  for (let bit = 29; bit >= 0; bit--) {
    const square = field.mul(f.get(result), f.get(result));
    f.set(result, ((P - 2) >>> bit) & 1 ? field.mul(square, x) : square);
  }
  return f.get(result);
}

/**
 * Inverts each lane's elements all at once: a tenth of the products of one power for each. Going up, out is what the product of all
 * elements so far is; going down, its inverse times that is the next element's inverse.
 */
function inverses(): FunctionBuilder {
  const f = new FunctionBuilder('finvU', PARAMETERS);
  const field = new VectorField(f);
  const [a, out] = [f.variable(own(f.parameter(0))), f.variable(own(f.parameter(2)))];
  const one = f.keep(v128.splat(1));
  const isZero = (): Code => f.keep(v128.equal(v128.load(f.get(a)), f.keep(v128.splat(0))));
  // In place of 0 stands 1. All ones are -1.
  const element = (zero: Code): Code => f.keep(v128.sub(v128.load(f.get(a)), zero));
  const product = f.local(V128);
  f.set(product, one);
  f.loop(i32.constant(0), 1, f.parameter(3), () => {
    f.emit(v128.store(f.get(out), f.get(product)));
    f.set(product, field.mul(f.get(product), element(isZero())));
    for (const pointer of [a, out]) f.advance(pointer, 16);
  });
  // With R = 2^32 the power is R^2 / product, and a product of x and y is x y / R: from 1 / product on all factors R cancel.
  f.set(product, field.mul(field.mul(power(f, field, f.get(product)), one), one));
  f.loop(i32.constant(0), 1, f.parameter(3), () => {
    for (const pointer of [a, out]) f.advance(pointer, -16);
    const zero = isZero();
    f.emit(v128.store(f.get(out), v128.add(field.mul(f.get(product), v128.load(f.get(out))), zero)));
    f.set(product, field.mul(f.get(product), element(zero)));
  });
  return f;
}

/** Copies a block to where a table's rows are, times a factor. @param place - of the block's first row. */
function scaled(name: IntegerOperation, factor: number, place: (out: Code, first: Code) => Code): FunctionBuilder {
  const f = new FunctionBuilder(name, PARAMETERS);
  const field = new VectorField(f);
  const [block, target] = [f.variable(own(f.parameter(0))), f.variable(place(f.parameter(2), f.parameter(4)))];
  const times = f.keep(v128.splat(factor));
  f.loop(i32.constant(0), 1, f.parameter(3), () => {
    f.emit(v128.store(f.get(target), field.mul(f.keep(v128.load(f.get(block))), times)));
    for (const pointer of [block, target]) f.advance(pointer, 16);
  });
  return f;
}

export function integerOperations(): FunctionBuilder[] {
  const one = v128.splat(1);
  const gather = new FunctionBuilder('gatherU', PARAMETERS);
  const from = gather.variable(inRing(gather.parameter(0), gather.parameter(4), gather.parameter(1)));
  const to = gather.variable(own(gather.parameter(2)));
  gather.loop(i32.constant(0), 1, i32.shl(gather.parameter(3), i32.constant(2)), () => {
    gather.emit(i32.store(gather.get(to), i32.load(gather.get(from))));
    gather.advance(from, gather.parameter(1));
    gather.advance(to, 4);
  });
  const lookup = new FunctionBuilder('lookupU', PARAMETERS);
  const [index, target] = [lookup.variable(own(lookup.parameter(0))), lookup.variable(own(lookup.parameter(2)))];
  lookup.loop(i32.constant(0), 1, i32.shl(lookup.parameter(3), i32.constant(2)), () => {
    const address = i32.add(lookup.parameter(1), i32.shl(i32.load(lookup.get(index)), i32.constant(2)));
    lookup.emit(i32.store(lookup.get(target), i32.load(address)));
    lookup.advance(index, 4);
    lookup.advance(target, 4);
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
    inverses(),
    gather,
    lookup,
    scaled('storeU', R_SQUARED, (out, first) => i32.add(out, i32.shl(first, i32.constant(4)))),
    scaled('canonicalB', 1, (out, first) => inRing(out, first, i32.constant(4))),
  ];
}
