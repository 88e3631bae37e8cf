/**
 * @module Assertions about numbers in a row: a sum is 0, a number is below another, two numbers differ.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkInteger, checkMethods, checkName } from '@weft/primitives/arguments';
import { inverse, P } from '@weft/primitives/field/base';
import type { ChipBuilder } from '../../air/chip.ts';
import { type Expr, sum } from '../../air/expr.ts';
import type { Fill } from '../../air/fill.ts';
import { range } from '../gadgets.ts';
import type { Group } from './bounds.ts';
import { digitsOf } from './integers.ts';
import { checkLimbs, halvesOf, type LimbColumns } from './limbs.ts';
import type { Coefficient } from './products.ts';

/**
 * Asserts that a sum is 0 as an integer, where real is 1.
 * Assumes: `groups` was made from bounds that hold of the sum's positions where real is 1; where it is 0 the sum is 0.
 * Guarantees: sum_k positions[k] 2^(limbBits k) = 0. Each group's sum equals base * carry modulo p, both sides differ by
 * less than p, so they are equal; from group to group that adds up to the whole sum.
 *
 * No carry is a column: the sum of a group times the inverse of its base is an expression that goes straight into the range
 * check.
 */
export function assertZeroSum(
  c: ChipBuilder,
  name: string,
  positions: readonly Coefficient[],
  groups: readonly Group[],
  limbBits: number,
  real: Expr,
): void {
  checkName('name', name);
  const covered = groups.reduce((total, { size }) => total + size, 0);
  // What no group holds would be asserted by nobody.
  if (covered !== positions.length)
    throw new ConstraintError('BOUND', `${name}: ${positions.length} positions, and groups of ${covered}`);
  let carried = c.constant(0);
  for (const { first, size, carry } of groups) {
    let total = carried;
    for (let i = 0; i < size; i++) {
      const weight = 2 ** (limbBits * i);
      const position = positions[first + i]!;
      total = total.add(typeof position === 'number' ? position * weight : position.mul(weight));
    }
    if (carry === undefined) c.assertZero(name, total);
    else {
      carried = total.mul(inverse(2 ** (limbBits * size)));
      // Without this a carry would be whatever takes a forged sum to 0 modulo p.
      range(c, carried.sub(real.mul(carry.least)), carry.bits, real);
    }
  }
}

/**
 * Asserts r < bound where real is 1.
 * Assumes: limbs in range where real is 1. Guarantees: the highest 16 bits in which they differ are
 * marked, all above are equal, and there the bound is greater.
 * @param bound - 16 bits each, as many as r has; integers for a constant.
 * @param boundFills - how the bound is filled, where it is none.
 * @param realFill - how `real` is filled, where that is not 1 in all rows in use. Limbs need not be 0 where it is 0 then.
 * @throws {TypeError} {@link RangeError} for an argument that is none; {@link ConstraintError} BOUND for a bound of another size.
 */
export function assertBelow(
  c: ChipBuilder,
  name: string,
  r: LimbColumns,
  bound: readonly (Expr | number)[],
  boundFills: readonly (Fill | number)[],
  real: Expr,
  realFill: Fill = c.literal(1),
): void {
  checkName('name', name);
  checkLimbs('r', r);
  checkArray('bound', bound, (at, half) => {
    // Beyond 16 bits the difference could be in range with r above the bound.
    if (typeof half === 'number') checkInteger(at, half, 0, 2 ** 16 - 1);
    else checkMethods(at, half, 'a number or an expression', ['sub']);
  });
  checkArray('boundFills', boundFills, (at, half) => {
    if (typeof half === 'number') checkInteger(at, half, 0, 2 ** 16 - 1);
    else checkMethods(at, half, 'a number or a fill', ['eq']);
  });
  checkMethods('real', real, 'an expression', ['mul', 'sub']);
  checkMethods('realFill', realFill, 'a fill', ['and', 'xor']);
  const difference = markedDifference(c, name, r, bound, boundFills, real, realFill);
  // From 0 to 2^16 - 1 if the bound is greater there, from -2^16 to -1 if not.
  range(c, difference.sub(real), 16, real);
}

/**
 * Asserts flag = [r > middle] where real is 1.
 * Assumes: limbs in range where real is 1; real and flag are 0 or 1. Guarantees: r > middle where the flag is 1, r < middle + 1
 * where it is 0.
 * @param middle - a constant of as many bits as r, whose lowest 16 are not all set.
 * @throws {ConstraintError} BOUND when they are.
 */
export function assertAbove(
  c: ChipBuilder,
  name: string,
  r: LimbColumns,
  middle: bigint,
  flag: Expr,
  flagFill: Fill,
  real: Expr,
): void {
  checkName('name', name);
  const [lowest, ...upper] = digitsOf(middle, 16, (r.limbs.length * r.limbBits) / 16) as [number, ...number[]];
  // Without a carry the next number has the same upper halves.
  if (lowest === 0xffff) throw new ConstraintError('BOUND', `${name}: the lowest 16 bits of ${middle} are all set`);
  const bound = [real.mul(lowest + 1).sub(flag), ...upper];
  const boundFills = [flagFill.xor(1).add(lowest), ...upper];
  const difference = markedDifference(c, name, r, bound, boundFills, real, c.literal(1));
  // r is the greater one at the mark if the flag is 1, the bound if it is 0.
  range(c, difference.sub(difference.mul(flag).mul(2)).sub(real), 16, real);
}

/** bound - r at the highest half in which they differ, which is marked: one where real is 1, none where it is 0. */
function markedDifference(
  c: ChipBuilder,
  name: string,
  r: LimbColumns,
  bound: readonly (Expr | number)[],
  boundFills: readonly (Fill | number)[],
  real: Expr,
  realFill: Fill,
): Expr {
  const halves = halvesOf(r.limbBits, r.limbs, (a, b) => a.add(b.mul(256)));
  const fills = halvesOf(r.limbBits, r.fills, (a, b) => a.add(b.shl(8)));
  for (const { length } of [bound, boundFills])
    if (length !== halves.length)
      throw new ConstraintError('BOUND', `${name}: ${halves.length} halves of words, and a bound of ${length}`);
  // The first difference from the top: open until it is met.
  let open = realFill;
  const at: Fill[] = [];
  for (let i = halves.length - 1; i >= 0; i--) {
    at[i] = open.and(fills[i]!.eq(boundFills[i]!).xor(1));
    open = open.xor(at[i]!);
  }
  const marks = halves.map((_, i) => c.bool(`${name}_at_${i}`, at[i]!));
  const [first, ...rest] = marks as [Expr, ...Expr[]];
  c.assertEqual(`${name}_one`, sum(first, ...rest), real);
  const differences = halves.map((half, i) => {
    const limit = bound[i]!;
    return (typeof limit === 'number' ? real.mul(limit) : limit).sub(half);
  });
  let seen = c.constant(0);
  for (let i = halves.length - 1; i >= 0; i--) {
    seen = seen.add(marks[i]!);
    c.assertZero(`${name}_equal_${i}`, real.sub(seen).mul(differences[i]!));
  }
  const products = marks.map((mark, i) => mark.mul(differences[i]!));
  const [product, ...others] = products as [Expr, ...Expr[]];
  return sum(product, ...others);
}

/**
 * Asserts a != b where real is 1, as integers: the squares of their differences have an inverse.
 * Assumes: limbs in range where real is 1, where it is 0 both are 0.
 * @param b - limbs as a has them; integers for a constant.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 * @throws {ConstraintError} BOUND when the squares can add up to p, or a and b have other numbers of limbs.
 */
export function assertDistinct(
  c: ChipBuilder,
  name: string,
  a: LimbColumns,
  b: LimbColumns | readonly number[],
  real: Expr,
): void {
  checkName('name', name);
  checkLimbs('a', a);
  if (Array.isArray(b)) checkArray('b', b, (at, digit) => checkInteger(at, digit, -(2 ** 16), 2 ** 16));
  else checkLimbs('b', b);
  checkMethods('real', real, 'an expression', ['mul']);
  const other = 'limbs' in b ? b.limbs : b.map((digit) => real.mul(digit));
  const otherFills: readonly (Fill | number)[] = 'limbs' in b ? b.fills : b;
  if (other.length !== a.limbs.length)
    throw new ConstraintError('BOUND', `${name}: ${a.limbs.length} limbs and ${other.length}`);
  let reach = 0;
  let squares = c.constant(0);
  let fill = c.literal(0);
  for (const [i, x] of a.limbs.entries()) {
    const [low, high] = 'limbs' in b ? [b.low[i]!, b.high[i]!] : [b[i]!, b[i]!];
    reach += Math.max(a.high[i]! - low, high - a.low[i]!) ** 2;
    const difference = x.sub(other[i]!);
    squares = squares.add(difference.mul(difference));
    const fDifference = a.fills[i]!.fsub(otherFills[i]!);
    fill = fill.fadd(fDifference.fmul(fDifference));
  }
  // Below p the sum is 0 in the field only if it is 0, which it is only if all limbs are equal.
  if (!(reach < P)) throw new ConstraintError('BOUND', `${name}: squares of differences reach ${reach}, not below p`);
  const hint = c.col(`${name}_inverse`, fill.finv());
  c.assertEqual(name, squares.mul(hint), real);
}
