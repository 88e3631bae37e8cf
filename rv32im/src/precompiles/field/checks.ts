/**
 * @module Checks of what formulas are made from.
 */
import { checkArray, checkFunction, checkName, checkObject, refuse } from '@weft/primitives/arguments';
import { Congruences } from '@weft/prover/kit/field/congruences';
import type { Formula } from './formula.ts';

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

/** @throws {TypeError} {@link RangeError} unless `value` is a formula whose inputs and outputs are numbers of its system. */
export function checkFormula(name: string, value: unknown): void {
  checkObject(name, value, 'a formula', ['system', 'inputs', 'outputs', 'solve']);
  const { system, inputs, outputs, flag, assert, solve } = value as Formula;
  if (!(system instanceof Congruences)) refuse(`${name}.system`, 'Congruences', system);
  for (const [member, list] of Object.entries({ inputs, outputs }))
    checkArray(`${name}.${member}`, list, (at, number) => {
      checkName(at, number);
      if (!Object.hasOwn(system.numbers, number))
        throw new RangeError(`${at} must be a number of the system, got ${number}`);
    });
  if (flag !== undefined) checkName(`${name}.flag`, flag);
  if (assert !== undefined) checkFunction(`${name}.assert`, assert);
  checkFunction(`${name}.solve`, solve);
}
