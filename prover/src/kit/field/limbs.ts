/**
 * @module Numbers in a row: limb columns, linear combinations and products of them.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkInteger, checkMethods, checkObject, describeValue } from '@weft/primitives/arguments';
import type { ChipBuilder } from '../../air/chip.ts';
import type { Expr } from '../../air/expr.ts';
import type { Fill } from '../../air/fill.ts';
import { bytePair, range, type Word } from '../gadgets.ts';
import type { LimbBounds } from './bounds.ts';

/** A number as limbs of `limbBits` bits, lowest first, each an integer within its bounds. */
export interface Limbs extends LimbBounds {
  readonly limbBits: number;
  readonly limbs: readonly Expr[];
}

/** Limbs that are columns, and how they are filled. */
export interface LimbColumns extends Limbs {
  readonly fills: readonly Fill[];
}

/** Event fields that hold a number of `count` limbs, in words of 32 bits, the lowest first. */
export function wordFields(name: string, limbBits: number, count: number): string[] {
  return Array.from({ length: Math.ceil((limbBits * count) / 32) }, (_, i) => `${name}_${i}`);
}

/** Columns for `count` limbs, filled from {@link wordFields}. Guarantees nothing about their size. */
export function limbColumns(c: ChipBuilder, name: string, limbBits: number, count: number): LimbColumns {
  const fields = wordFields(name, limbBits, count);
  const [limbs, fills]: [Expr[], Fill[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const bit = limbBits * i;
    const fill = c
      .event(fields[bit >> 5]!)
      .shr(bit & 31)
      .and(2 ** limbBits - 1);
    fills.push(fill);
    limbs.push(c.col(`${name}_${i}`, fill));
  }
  return { limbBits, limbs, fills, low: limbs.map(() => 0), high: limbs.map(() => 2 ** limbBits - 1) };
}

/** Guarantees, where count is 1: all limbs are integers of `limbBits` bits. A lookup shows it of two bytes. */
export function rangeLimbs(c: ChipBuilder, limbBits: number, limbs: readonly Expr[], count: Expr): void {
  if (limbBits !== 8) for (const limb of limbs) range(c, limb, limbBits, count);
  else {
    for (let i = 0; i + 1 < limbs.length; i += 2) bytePair(c, limbs[i]!, limbs[i + 1]!, count);
    if (limbs.length % 2 === 1) range(c, limbs.at(-1)!, limbBits, count);
  }
}

/** @throws {TypeError} {@link RangeError} unless `value` is limbs of 8 or 16 bits. */
function checkExpressions(name: string, value: unknown): void {
  checkObject(name, value, 'limbs of a row', ['limbBits', 'limbs']);
  const { limbBits, limbs } = value as Limbs;
  // Of others nobody would make words.
  if (limbBits !== 8 && limbBits !== 16)
    throw new RangeError(`${name}.limbBits must be 8 or 16, got ${describeValue(limbBits)}`);
  checkArray(`${name}.limbs`, limbs, (at, limb) => checkMethods(at, limb, 'an expression', ['add', 'mul', 'sub']));
}

/** @throws {TypeError} {@link RangeError} unless `value` is limbs of 8 or 16 bits that are columns of a row, with fill and bounds each. */
export function checkLimbs(name: string, value: unknown): void {
  checkExpressions(name, value);
  const { limbs, fills, low, high } = value as LimbColumns;
  checkArray(`${name}.fills`, fills, (at, fill) => checkMethods(at, fill, 'a fill', ['add', 'shl']));
  for (const [member, bounds] of Object.entries({ low, high }))
    checkArray(`${name}.${member}`, bounds, (at, bound) => checkInteger(at, bound, Number.MIN_SAFE_INTEGER));
  for (const [member, list] of Object.entries({ fills, low, high }))
    if (list.length !== limbs.length)
      throw new RangeError(`${name}.${member} must have ${limbs.length} elements, got ${list.length}`);
}

/**
 * The words of a number, for memory: byte limbs in fours, 16-bit limbs in twos.
 * @throws {TypeError} for what is no number; {@link RangeError} for limbs of other sizes or of part of a word.
 */
export function wordsOf(number: Limbs): Word[] {
  checkExpressions('number', number);
  const { length } = number.limbs;
  if ((length * number.limbBits) % 32 !== 0)
    throw new RangeError(`number.limbs must be whole words, got ${length} of ${number.limbBits} bits`);
  const halves = halvesOf(number.limbBits, number.limbs, (a, b) => a.add(b.mul(256)));
  return Array.from({ length: halves.length / 2 }, (_, i) => ({ lo: halves[2 * i]!, hi: halves[2 * i + 1]! }));
}

/** Limbs of 16 bits from limbs of 8 or 16; `join` makes one of two bytes. @throws {ConstraintError} BOUND for a byte that is left over. */
export function halvesOf<T>(limbBits: number, limbs: readonly T[], join: (low: T, high: T) => T): T[] {
  if (limbBits === 16) return [...limbs];
  // It would count for nothing.
  if (limbs.length % 2 !== 0) throw new ConstraintError('BOUND', `${limbs.length} bytes are no halves of words`);
  return Array.from({ length: limbs.length / 2 }, (_, i) => join(limbs[2 * i]!, limbs[2 * i + 1]!));
}
