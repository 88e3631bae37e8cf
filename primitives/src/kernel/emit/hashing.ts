/**
 * @module What is built on the permutation: the sponge over rows, tree levels, proof-of-work search, single states. The
 * oracle is `hash/modes`.
 */
import { type Code, FunctionBuilder, I32, i32, type ModuleBuilder, V128, v128 } from '../../wasm/assembler.ts';
import { transpose } from '../../wasm/extension.ts';
import { R_SQUARED, toMontgomery, VectorField } from '../../wasm/field.ts';
import type { Permutation } from './poseidon2.ts';

/** Copies `vectors` * 4 words of each of four rows, `stride` bytes apart, into state elements 0, 1, ... */
function absorb(f: FunctionBuilder, state: Code, row: Code, stride: Code, vectors: number): void {
  const rows = [row];
  for (let r = 1; r < 4; r++) rows.push(f.keep(i32.add(rows[r - 1]!, stride), I32));
  for (let k = 0; k < vectors; k++) {
    const columns = transpose(
      f,
      rows.map((r) => f.keep(v128.load(r, 16 * k))),
    );
    for (const [j, column] of columns.entries()) f.emit(v128.store(state, column, 16 * (4 * k + j)));
  }
}

/** Writes elements 0-7 of the four states at `state` as four digests of 32 bytes. */
function squeeze(f: FunctionBuilder, state: Code, out: Code): void {
  for (let k = 0; k < 2; k++) {
    const elements = [0, 1, 2, 3].map((j) => f.keep(v128.load(state, 16 * (4 * k + j))));
    for (const [r, row] of transpose(f, elements).entries()) f.emit(v128.store(out, row, 32 * r + 16 * k));
  }
}

/**
 * hashRows(rows, row bytes, end of rows, digests, start, state): the sponge of `hashLeaf`, four rows at once, from the state at `start`.
 * @param rate - elements that one permutation absorbs.
 */
export function emitHashRows(module: ModuleBuilder, { index, width }: Permutation, rate: number): void {
  const f = new FunctionBuilder('hashRows', [I32, I32, I32, I32, I32, I32]);
  const out = f.variable(f.parameter(3));
  const stride = f.parameter(1);
  const at = f.parameter(5);
  f.loop(f.parameter(0), i32.mul(stride, i32.constant(4)), f.parameter(2), (row) => {
    for (let i = 0; i < width; i++) f.emit(v128.store(at, v128.loadSplat(f.parameter(4), 4 * i), 16 * i));
    const end = f.keep(i32.add(row, stride), I32);
    const whole = f.keep(i32.sub(end, i32.remU(stride, i32.constant(4 * rate))), I32);
    f.loop(row, 4 * rate, whole, (block) => {
      absorb(f, at, block, stride, rate / 4);
      f.call(index, at, i32.constant(16 * width));
    });
    for (let vectors = 1; vectors < rate / 4; vectors++) {
      f.ifThen(i32.eq(i32.sub(end, whole), i32.constant(16 * vectors)), () => {
        absorb(f, at, whole, stride, vectors);
        f.call(index, at, i32.constant(16 * width));
      });
    }
    squeeze(f, at, f.get(out));
    f.advance(out, 128);
  });
  module.add(f);
}

/** hashLevel(children, end of children, parents, state) */
export function emitHashLevel(module: ModuleBuilder, { index }: Permutation): void {
  const f = new FunctionBuilder('hashLevel', [I32, I32, I32, I32]);
  const state = f.parameter(3);
  const parent = f.variable(f.parameter(2));
  f.loop(f.parameter(0), 256, f.parameter(1), (children) => {
    absorb(f, state, children, i32.constant(64), 4);
    f.call(index, state, i32.constant(256));
    squeeze(f, state, f.get(parent));
    f.advance(parent, 128);
  });
  module.add(f);
}

/**
 * search(slot bytes, nonces in Montgomery form: four consecutive ones, state): permutes the group of states at `template` with all
 * nonces of a batch of `trials`, at `state`.
 */
export function emitSearch(module: ModuleBuilder, { index }: Permutation, template: number, trials: number): void {
  const f = new FunctionBuilder('search', [I32, I32, I32]);
  const field = new VectorField(f);
  const nonce = f.local(V128);
  f.set(nonce, v128.load(f.parameter(1)));
  const four = f.keep(v128.splat(toMontgomery(4)));
  const [state, bytes] = [f.parameter(2), i32.constant(256 * (trials / 4))];
  f.loop(state, 256, i32.add(state, bytes), (group) => {
    for (let i = 0; i < 16; i++) f.emit(v128.store(group, v128.load(i32.constant(template), 16 * i), 16 * i));
    f.emit(v128.store(i32.add(group, f.parameter(0)), f.get(nonce)));
    f.set(nonce, field.add(f.get(nonce), four));
  });
  f.call(index, state, bytes);
  module.add(f);
}

/** convert(from, end, factor): multiplies words in place, from canonical to Montgomery form (R^2) or back (1). */
export function emitConvert(module: ModuleBuilder): number {
  const f = new FunctionBuilder('convert', [I32, I32, I32]);
  const field = new VectorField(f);
  const factor = f.keep(v128.splatOf(f.parameter(2)));
  f.loop(f.parameter(0), 16, f.parameter(1), (word) => {
    f.emit(v128.store(word, field.mul(f.keep(v128.load(word)), factor)));
  });
  return module.add(f);
}

/** one(state): permutes the group of states there, from canonical to canonical form. */
export function emitPermuteOne(
  module: ModuleBuilder,
  name: string,
  { index, width }: Permutation,
  convert: number,
): void {
  const f = new FunctionBuilder(name, [I32]);
  const at = f.parameter(0);
  const end = i32.add(at, i32.constant(16 * width));
  f.call(convert, at, end, i32.constant(R_SQUARED));
  f.call(index, at, i32.constant(16 * width));
  f.call(convert, at, end, i32.constant(1));
  module.add(f);
}
