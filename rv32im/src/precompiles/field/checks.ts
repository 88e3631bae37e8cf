/**
 * @module Checks of what formulas are made from.
 */
import { checkObject, refuse } from '@weft/primitives/arguments';

/** Bits of the largest moduli for which bounds have been tried. */
const MOST_BITS = 384n;

/** @throws {TypeError} {@link RangeError} unless `value` is an integer of 2 or more, of at most 384 bits. */
export function checkModulus(value: unknown): void {
  if (typeof value !== 'bigint') refuse('modulus', 'a bigint', value);
  if (value < 2n || value >> MOST_BITS !== 0n)
    throw new RangeError(`modulus must be from 2 to 2^${MOST_BITS} - 1, got ${value}`);
}

/** @throws {TypeError} {@link RangeError} unless `value` is a curve y^2 = x^3 + a x + b. */
export function checkWeierstrass(value: unknown): void {
  checkObject('curve', value, 'a curve', ['modulus', 'a']);
  const { modulus, a } = value as { readonly modulus: unknown; readonly a: unknown };
  checkModulus(modulus);
  if (typeof a !== 'bigint') refuse('curve.a', 'a bigint', a);
}
