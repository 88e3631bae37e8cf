/**
 * @module Sums and products of limb vectors as expressions: polynomials in the base of the limbs, one coefficient a position.
 */
import type { Expr } from '../../air/expr.ts';

/** A coefficient; an integer stands for itself, and 0 costs no node. */
export type Coefficient = Expr | number;

function add(x: Coefficient, y: Coefficient): Coefficient {
  if (typeof x !== 'number') return y === 0 ? x : x.add(y);
  if (typeof y === 'number') return x + y;
  return x === 0 ? y : y.add(x);
}

function subtract(x: Coefficient, y: Coefficient): Coefficient {
  if (typeof y === 'number') return add(x, -y);
  if (typeof x === 'number') return x === 0 ? y.mul(-1) : y.mul(-1).add(x);
  return x.sub(y);
}

function multiply(x: Coefficient, y: Coefficient): Coefficient {
  if (typeof x !== 'number') return y === 0 ? 0 : x.mul(y);
  if (typeof y === 'number') return x * y;
  return x === 0 ? 0 : y.mul(x);
}

/** Adds a polynomial to `sum`, its lowest coefficient at position `at`. */
export function addAt(sum: Coefficient[], at: number, terms: readonly Coefficient[]): void {
  while (sum.length < at + terms.length) sum.push(0);
  for (const [i, x] of terms.entries()) sum[at + i] = add(sum[at + i]!, x);
}

/** A sum of numbers with integer factors, per limb. The factors 1 and -1 cost no node of their own. */
export function combine(terms: readonly (readonly [number, readonly Coefficient[]])[]): Coefficient[] {
  const sum: Coefficient[] = [];
  // What is subtracted comes last, so that there is something to subtract from where that is possible.
  for (const [factor, limbs] of terms.toSorted((a, b) => b[0] - a[0])) {
    while (sum.length < limbs.length) sum.push(0);
    for (const [i, x] of limbs.entries())
      sum[i] = factor === -1 ? subtract(sum[i]!, x) : add(sum[i]!, multiply(x, factor));
  }
  return sum;
}

/** Below as many coefficients, products of all pairs take fewer nodes. */
const LEAST_SPLIT = 8;
/** Of a square, half of those products are enough. */
const LEAST_SQUARE_SPLIT = 16;

const isDense = (a: readonly Coefficient[]): boolean => 2 * a.filter((x) => x !== 0).length > a.length;

/** Halves of as many coefficients each; the upper one is padded with zeros. */
function halves(a: readonly Coefficient[], size: number): [Coefficient[], Coefficient[]] {
  const padded = Array.from({ length: 2 * size }, (_, i) => a[i] ?? 0);
  return [padded.slice(0, size), padded.slice(size)];
}

/** Karatsuba: low + (both - low - high) t^size + high t^(2 size). */
function joinProducts(
  low: readonly Coefficient[],
  both: readonly Coefficient[],
  high: readonly Coefficient[],
  size: number,
): Coefficient[] {
  const product: Coefficient[] = [];
  const middle = both.map((x, i) => subtract(subtract(x, low[i]!), high[i]!));
  addAt(product, 0, low);
  addAt(product, 2 * size, high);
  addAt(product, size, middle);
  return product;
}

/**
 * The product of two polynomials. Three products of halves in place of four, as long as that saves nodes: 62 % of them are left
 * for 32 limbs, 55 % for 48. As polynomials nothing changes, and so no bound does.
 */
export function productOf(a: readonly Coefficient[], b: readonly Coefficient[]): Coefficient[] {
  const length = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) >= LEAST_SPLIT && isDense(a) && isDense(b)) {
    const size = Math.ceil(length / 2);
    const [aLow, aHigh] = halves(a, size);
    const [bLow, bHigh] = halves(b, size);
    const low = productOf(aLow, bLow);
    const high = productOf(aHigh, bHigh);
    return joinProducts(low, productOf(sumOf(aLow, aHigh), sumOf(bLow, bHigh)), high, size).slice(
      0,
      a.length + b.length - 1,
    );
  }
  const product = new Array<Coefficient>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) product[i + j] = add(product[i + j]!, multiply(x, y));
  return product;
}

/** The square of a polynomial, every product of two coefficients once. */
export function squareOf(a: readonly Coefficient[]): Coefficient[] {
  if (a.length >= LEAST_SQUARE_SPLIT) {
    const size = Math.ceil(a.length / 2);
    const [low, high] = halves(a, size);
    return joinProducts(squareOf(low), squareOf(sumOf(low, high)), squareOf(high), size).slice(0, 2 * a.length - 1);
  }
  const square = new Array<Coefficient>(2 * a.length - 1).fill(0);
  const twice = a.map((x) => multiply(x, 2));
  for (const [i, x] of a.entries()) {
    square[2 * i] = add(square[2 * i]!, multiply(x, x));
    for (let j = i + 1; j < a.length; j++) square[i + j] = add(square[i + j]!, multiply(x, twice[j]!));
  }
  return square;
}

function sumOf(a: readonly Coefficient[], b: readonly Coefficient[]): Coefficient[] {
  return a.map((x, i) => add(x, b[i]!));
}
