/**
 * @module Systems of congruences modulo a constant: what a row says about its numbers, as data from which columns, range
 * checks, quotients, carries and their bounds follow. Field and curve arithmetic is made of such systems.
 */
import { ConstraintError } from '@weft/primitives';
import { checkObject } from '@weft/primitives/arguments';
import type { ChipBuilder } from '../../air/chip.ts';
import type { Expr } from '../../air/expr.ts';
import { range } from '../gadgets.ts';
import { addProduct, addScaled, type BoundSum, bitsOf, type Group, groupPositions, type LimbBounds } from './bounds.ts';
import { balancedDigits, bitLength, digitsOf, floorDivide } from './integers.ts';
import { type LimbColumns, type Limbs, limbColumns, rangeLimbs, wordFields } from './limbs.ts';
import { addAt, type Coefficient, combine, productOf, squareOf } from './products.ts';
import { assertBelow, assertDistinct, assertZeroSum } from './relation.ts';
import { type Values, writeRow } from './witness.ts';

/**
 * What is known of a number.
 * - `any`: nothing but its size.
 * - `hint`: honest rows hold one below the modulus; others may hold a greater one of that size, which must not matter.
 * - `reduced`: proven to be below the modulus, hence the only number of its residue.
 */
export type NumberKind = 'any' | 'hint' | 'reduced';

/** A sum of numbers, by name, with integer factors. */
export type Linear = Readonly<Record<string, number>>;

/** One summand of a congruence: a sum, a product of two sums or of a sum and a constant, or a constant. */
export type Term = { readonly a: Linear; readonly b?: Linear | bigint } | { readonly constant: bigint };

export interface CongruenceOptions {
  /** At least 2; the system is about residues modulo this. */
  readonly modulus: bigint;
  /** By name. Each takes whole words, as many as the modulus does. */
  readonly numbers: Readonly<Record<string, NumberKind>>;
  /** By name: numbers that are 0 or 2^k, and k, a multiple of the bits of a limb. Each takes one column. */
  readonly bits?: Readonly<Record<string, number>>;
  /** By name; the terms of each add up to a multiple of the modulus. */
  readonly congruences?: Readonly<Record<string, readonly Term[]>>;
  /** By name; the terms of each add up to 0. */
  readonly equalities?: Readonly<Record<string, readonly Term[]>>;
  /** By name: a number, and another or a constant, that differ as integers. */
  readonly distinct?: Readonly<Record<string, readonly [string, string | bigint]>>;
  /** Numbers whose limbs somebody else proves to be in range, as memory does of limbs of 16 bits. */
  readonly assumed?: readonly string[];
}

/** How one congruence is laid out: sum of terms - quotient * modulus = 0; without quotient an equality. */
export interface Congruence {
  readonly name: string;
  readonly terms: readonly Term[];
  readonly quotient: Quotient | undefined;
  readonly groups: readonly Group[];
}

/** limbs[0..count) of the system's bits, unsigned, and a top one in [least, least + 2^bits). */
export interface Quotient {
  readonly name: string;
  readonly count: number;
  readonly least: number;
  readonly bits: number;
}

/** Bits of the top limb of a quotient: few enough not to weigh more than the others in a sum of products. */
const TOP_BITS = 10;

const KINDS: readonly string[] = ['any', 'hint', 'reduced'] satisfies readonly NumberKind[];
const OPTIONS: readonly string[] = [
  'modulus',
  'numbers',
  'bits',
  'congruences',
  'equalities',
  'distinct',
  'assumed',
] satisfies readonly (keyof CongruenceOptions)[];

const fail = (message: string): never => {
  throw new ConstraintError('CONGRUENCES', message);
};

/** A quotient that holds all of [low, high]. */
function quotientFor(name: string, low: bigint, high: bigint, limbBits: number): Quotient {
  for (let count = 0; ; count++) {
    const [least, greatest] = [low, high].map((x) => x >> BigInt(limbBits * count)) as [bigint, bigint];
    const values = greatest - least + 1n;
    if (values <= 2n ** BigInt(TOP_BITS)) return { name, count, least: Number(least), bits: bitsOf(Number(values)) };
  }
}

/** A system, its layout decided and its bounds checked. */
export class Congruences {
  readonly modulus: bigint;
  readonly numbers: Readonly<Record<string, NumberKind>>;
  readonly bits: Readonly<Record<string, number>>;
  /** 8 where numbers are multiplied, 16 where they are added only. */
  readonly limbBits: 8 | 16;
  /** Limbs of a number. */
  readonly limbCount: number;
  readonly congruences: readonly Congruence[];
  /** Digits of the modulus, as quotients are multiplied by them. */
  readonly modulusDigits: readonly number[];
  /** Fields of the events that fill the columns of {@link constrain}, each a word of 32 bits. */
  readonly fields: readonly string[];
  readonly #distinct: Readonly<Record<string, readonly [string, string | bigint]>>;
  /** Numbers whose limbs {@link constrain} does not show to be in range. */
  readonly assumed: ReadonlySet<string>;

  /**
   * @throws {ConstraintError} BOUND when a sum of limbs could reach p whatever carries are taken out of it; CONGRUENCES for a
   * name that is no number, no kind or no option, for a bit that begins no limb, and for a constant that is no residue.
   */
  constructor(options: CongruenceOptions) {
    checkObject('options', options, 'a system of congruences', ['modulus', 'numbers']);
    const { modulus, numbers, bits = {}, congruences = {}, equalities = {}, distinct = {}, assumed = [] } = options;
    if (modulus < 2n) fail(`a modulus of ${modulus}`);
    // What is misspelt would be no condition at all.
    for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) fail(`there is no option ${name}`);
    for (const [name, kind] of Object.entries(numbers))
      if (!KINDS.includes(kind)) fail(`${name} is of no kind ${kind}`);
    const terms = [...Object.values(congruences), ...Object.values(equalities)].flat();
    for (const name of [...Object.values(distinct).flat(), ...assumed])
      if (typeof name === 'string' && numbers[name] === undefined) fail(`there is no number ${name}`);
    for (const name of terms.flatMap(namesIn))
      if (numbers[name] === undefined && bits[name] === undefined) fail(`there is no number ${name}`);
    this.modulus = modulus;
    this.numbers = numbers;
    this.bits = bits;
    this.limbBits = terms.some((term) => 'b' in term) ? 8 : 16;
    for (const [name, k] of Object.entries(bits)) {
      if (!(k >= 0 && k % this.limbBits === 0)) fail(`${name} is 2^${k}, which begins no limb`);
      if (numbers[name] !== undefined) fail(`${name} is a number and a bit`);
    }
    // Words of memory are not known to be made of bytes.
    if (assumed.length > 0 && this.limbBits !== 16) fail('limbs of 8 bits are always checked');
    this.limbCount = (32 / this.limbBits) * Math.ceil(bitLength(modulus - 1n) / 32);
    // Balanced digits are smaller and often 0; where nothing is multiplied that does not matter, and they may be one more.
    this.modulusDigits =
      this.limbBits === 8 ? balancedDigits(modulus, 8) : digitsOf(modulus, this.limbBits, this.limbCount);
    this.#distinct = distinct;
    this.assumed = new Set(assumed);
    const isSize = modulus === 2n ** BigInt(this.limbBits * this.limbCount);
    // Its digits are one more than a number has.
    if (isSize && this.limbBits === 16) fail('sums have a modulus of their size');
    for (const [, b] of Object.values(distinct))
      if (typeof b === 'bigint' && (b < 0n || b >= modulus)) fail(`no residue is ${b}, for a number to differ from`);
    // All numbers of the size of this modulus are below it, and its digits are one too many to compare with.
    if (isSize && Object.values(numbers).includes('reduced')) fail('reduced numbers have a modulus of their size');
    this.congruences = [
      ...Object.entries(congruences).map(([name, list]) => this.#layOut(name, list, true)),
      ...Object.entries(equalities).map(([name, list]) => this.#layOut(name, list, false)),
    ];
    this.fields = [
      ...Object.keys(numbers).flatMap((name) => wordFields(name, this.limbBits, this.limbCount)),
      ...this.congruences.flatMap(({ quotient }) =>
        quotient === undefined
          ? []
          : [...wordFields(quotient.name, this.limbBits, quotient.count), `${quotient.name}_top`],
      ),
      ...Object.keys(bits),
    ];
  }

  /** The greatest value that a number has in an honest row. */
  #most(name: string): bigint {
    const k = this.bits[name];
    if (k !== undefined) return 2n ** BigInt(k);
    return this.numbers[name] === 'any' ? 2n ** BigInt(this.limbBits * this.limbCount) - 1n : this.modulus - 1n;
  }

  #limbBounds(linear: Linear): LimbBounds {
    const sum: BoundSum = { low: [], high: [] };
    for (const [name, factor] of Object.entries(linear)) {
      const high = this.#limbMaxima(name);
      addScaled(sum, { low: high.map(() => 0), high }, factor);
    }
    return sum;
  }

  /** The greatest value of each limb of a number, or of a bit, which has zeros below it. */
  #limbMaxima(name: string): number[] {
    const k = this.bits[name];
    return k === undefined
      ? new Array<number>(this.limbCount).fill(2 ** this.limbBits - 1)
      : [...new Array<number>(k / this.limbBits).fill(0), 1];
  }

  /** Bounds of the value that a sum of numbers has in an honest row. */
  #valueBounds(linear: Linear): [bigint, bigint] {
    let [low, high] = [0n, 0n];
    for (const [name, factor] of Object.entries(linear)) {
      const end = BigInt(factor) * this.#most(name);
      if (end < 0n) low += end;
      else high += end;
    }
    return [low, high];
  }

  #layOut(name: string, terms: readonly Term[], hasQuotient: boolean): Congruence {
    const { limbBits } = this;
    const bounds: BoundSum = { low: [], high: [] };
    let [low, high] = [0n, 0n];
    for (const term of terms) {
      if ('constant' in term) {
        const digits = balancedDigits(term.constant, limbBits);
        addScaled(bounds, { low: digits, high: digits }, 1);
        [low, high] = [low + term.constant, high + term.constant];
        continue;
      }
      const { a, b } = term;
      const [aLow, aHigh] = this.#valueBounds(a);
      const [bLow, bHigh] = b === undefined ? [1n, 1n] : typeof b === 'bigint' ? [b, b] : this.#valueBounds(b);
      const ends = [aLow * bLow, aLow * bHigh, aHigh * bLow, aHigh * bHigh].sort((x, y) => (x < y ? -1 : 1));
      [low, high] = [low + ends[0]!, high + ends[3]!];
      const digits = typeof b === 'bigint' ? balancedDigits(b, limbBits) : [1];
      const factor = typeof b === 'object' ? this.#limbBounds(b) : { low: digits, high: digits };
      addProduct(bounds, this.#limbBounds(a), factor);
    }
    let quotient: Quotient | undefined;
    if (hasQuotient) {
      const m = this.modulus;
      // Honest sums are multiples of m between the two.
      quotient = quotientFor(`${name}_quotient`, -floorDivide(-low, m), floorDivide(high, m), limbBits);
      const digits = this.modulusDigits.map((digit) => -digit);
      addProduct(bounds, quotientBounds(quotient, limbBits), { low: digits, high: digits });
    }
    const groups = groupPositions(name, bounds, limbBits, 16 / limbBits);
    return { name, terms, quotient, groups };
  }

  /**
   * Columns and constraints of a row.
   * Assumes: `real` is 0 or 1; the numbers that are `assumed` have limbs in range where it is 1.
   * Guarantees, where real is 1: every number has limbs in range, every reduced one is below the modulus, every congruence
   * holds, and what shall be distinct is. Where real is 0 zeros satisfy everything and nothing is sent.
   * @returns the numbers by name, and the bits as numbers whose highest limb is the column.
   */
  constrain(c: ChipBuilder, real: Expr): Readonly<Record<string, LimbColumns>> {
    const { limbBits, limbCount } = this;
    const numbers: Record<string, LimbColumns> = {};
    const checked: Expr[] = [];
    for (const name of Object.keys(this.numbers)) {
      numbers[name] = limbColumns(c, name, limbBits, limbCount);
      if (!this.assumed.has(name)) checked.push(...numbers[name].limbs);
    }
    for (const name of Object.keys(this.bits)) numbers[name] = this.#bit(c, name);
    const quotients = this.congruences.map(({ quotient }) => {
      if (quotient === undefined) return undefined;
      const low = limbColumns(c, quotient.name, limbBits, quotient.count);
      checked.push(...low.limbs);
      return [...low.limbs, this.#quotientTop(c, quotient, real)];
    });
    rangeLimbs(c, limbBits, checked, real);
    for (const [i, { name, terms, groups }] of this.congruences.entries()) {
      const sum = this.#positions(terms, numbers, real);
      const digits = this.modulusDigits.map((digit) => -digit);
      const quotient = quotients[i];
      if (quotient !== undefined) addAt(sum, 0, productOf(quotient, digits));
      assertZeroSum(c, name, sum, groups, limbBits, real);
    }
    const limits = digitsOf(this.modulus, 16, (limbCount * limbBits) / 16);
    for (const [name, kind] of Object.entries(this.numbers))
      if (kind === 'reduced') assertBelow(c, `${name}_reduced`, numbers[name]!, limits, limits, real);
    for (const [name, [a, b]] of Object.entries(this.#distinct))
      assertDistinct(
        c,
        name,
        numbers[a]!,
        typeof b === 'string' ? numbers[b]! : digitsOf(b, limbBits, limbCount),
        real,
      );
    return numbers;
  }

  #bit(c: ChipBuilder, name: string): LimbColumns {
    const high = this.#limbMaxima(name);
    const fill = c.event(name);
    const column = c.bool(name, fill);
    return {
      limbBits: this.limbBits,
      limbs: high.map((x) => (x === 0 ? c.constant(0) : column)),
      fills: high.map((x) => (x === 0 ? c.literal(0) : fill)),
      low: high.map(() => 0),
      high,
    };
  }

  /** The top limb of a quotient. Its column counts from the least value on, so that it is never negative. */
  #quotientTop(c: ChipBuilder, { name, least, bits }: Quotient, real: Expr): Expr {
    const column = c.col(`${name}_top`, c.event(`${name}_top`));
    if (bits === 1) c.assertBool(`${name}_top_is_bool`, column);
    else range(c, column, bits, real);
    return column.add(real.mul(least));
  }

  #positions(terms: readonly Term[], numbers: Readonly<Record<string, Limbs>>, real: Expr): Coefficient[] {
    const sum: Coefficient[] = [];
    const limbsOf = (linear: Linear): Coefficient[] =>
      combine(Object.entries(linear).map(([name, factor]) => [factor, numbers[name]!.limbs]));
    for (const term of terms) {
      if ('constant' in term) {
        // A row that stands for nothing has no constants either.
        addAt(sum, 0, productOf([real], balancedDigits(term.constant, this.limbBits)));
        continue;
      }
      const { a, b } = term;
      const square = squaredNumber(a, b);
      if (square !== undefined) addAt(sum, 0, combine([[square.factor, squareOf(numbers[square.name]!.limbs)]]));
      else if (b === undefined) addAt(sum, 0, limbsOf(a));
      else {
        const factor = typeof b === 'bigint' ? balancedDigits(b, this.limbBits) : limbsOf(b);
        addAt(sum, 0, productOf(limbsOf(a), factor));
      }
    }
    return sum;
  }

  /**
   * Writes the words of one row, as {@link fields} names them.
   * @param values - of all numbers, and of all bits: 0 or 2^k.
   * @throws {ConstraintError} OPERAND when the values do not satisfy the system, or do not fit: there is no such row.
   */
  write(values: Values, out: Uint32Array, at: number): void {
    writeRow(this, values, out, at);
  }
}

function namesIn(term: Term): string[] {
  if ('constant' in term) return [];
  return [...Object.keys(term.a), ...(typeof term.b === 'object' ? Object.keys(term.b) : [])];
}

/** Bounds of a quotient's limbs, the top one included. */
function quotientBounds({ count, least, bits }: Quotient, limbBits: number): LimbBounds {
  const full = 2 ** limbBits - 1;
  return {
    low: [...new Array<number>(count).fill(0), least],
    high: [...new Array<number>(count).fill(full), least + 2 ** bits - 1],
  };
}

/** The number whose square is all of a product, and how often. */
function squaredNumber(a: Linear, b: Linear | bigint | undefined): { name: string; factor: number } | undefined {
  if (typeof b !== 'object') return undefined;
  const [[name, k], ...moreA] = Object.entries(a) as [[string, number], ...unknown[]];
  const [[other, l], ...moreB] = Object.entries(b) as [[string, number], ...unknown[]];
  return name === other && moreA.length === 0 && moreB.length === 0 ? { name, factor: k * l } : undefined;
}
