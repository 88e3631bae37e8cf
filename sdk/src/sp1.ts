/**
 * @module For hosts of guests that were written for SP1: their input and their public values, encoded as `sp1-sdk` does. Names are those
 * of the Rust types.
 *
 * @example
 * const stdin = new Sp1Stdin().write(u32, 20).write(struct({ name: string, scores: vec(u64) }), { name: 'a', scores: [1, 2n] });
 * const { publicValues } = await prove(elf, stdin.items);
 * const fibonacci = new Sp1PublicValues(publicValues).read(u32);
 */
export { type AnyCodec, type Codec, decode, encode, type InputOf, type OutputOf } from './sp1/codec.ts';
export { array, byteArray, enumeration, map, option, struct, tuple, type Variant, vec } from './sp1/compounds.ts';
export {
  bool,
  bytes,
  char,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  isize,
  string,
  u8,
  u16,
  u32,
  u64,
  u128,
  unit,
  usize,
} from './sp1/scalars.ts';
export { Sp1PublicValues, Sp1Stdin } from './sp1/streams.ts';
