/**
 * @module Points of short Weierstrass curves: adding two, doubling one, and y from x. A point is two numbers, x before y, of as many words as
 * the modulus takes. That a point is on its curve is not checked, as in SP1.
 */
import { SYSCALL } from '../program/abi.ts';
import { BLS12_381, BN254, fieldWords, SECP256K1, SECP256R1, type WeierstrassCurve } from './curves.ts';
import { inverse, mod, numberOf, squareRoot, wordsOf } from './integers.ts';
import { type Operation, oneBit, operandFault } from './operation.ts';

export type Point = readonly [x: bigint, y: bigint];

/** The third point of the line through `p` with this slope, mirrored; `x` is that of its second point. */
function thirdPoint({ modulus }: WeierstrassCurve, slope: bigint, [x1, y1]: Point, x: bigint): Point {
  const x3 = mod(slope * slope - x1 - x, modulus);
  return [x3, mod(slope * (x1 - x3) - y1, modulus)];
}

/** p + q, reduced; `undefined` where their x coordinates agree modulo the modulus. */
export function addPoints(curve: WeierstrassCurve, p: Point, q: Point): Point | undefined {
  const run = inverse(q[0] - p[0], curve.modulus);
  return run === undefined ? undefined : thirdPoint(curve, mod((q[1] - p[1]) * run, curve.modulus), p, q[0]);
}

/** p + p, reduced; `undefined` where y is 0 modulo the modulus. */
export function doublePoint(curve: WeierstrassCurve, p: Point): Point | undefined {
  const [x, y] = p;
  const run = inverse(2n * y, curve.modulus);
  return run === undefined ? undefined : thirdPoint(curve, mod((3n * x * x + curve.a) * run, curve.modulus), p, x);
}

/** A y of the curve's points with this reduced x, reduced; `undefined` when there are none. */
export function yOf({ modulus, a, b }: WeierstrassCurve, x: bigint): bigint | undefined {
  // The moduli of all curves with this call are 3 modulo 4.
  return squareRoot(mod((x * x + a) * x + b, modulus), modulus, 0n);
}

function pointOf(words: Uint32Array): Point {
  const half = words.length / 2;
  return [numberOf(words.subarray(0, half)), numberOf(words.subarray(half))];
}

function wordsOfPoint([x, y]: Point, size: number): Uint32Array {
  const words = new Uint32Array(2 * size);
  words.set(wordsOf(x, size));
  words.set(wordsOf(y, size), size);
  return words;
}

/**
 * The point at a0 becomes its sum with the one at a1. Both x must be reduced and differ; SP1 panics for equal points, and makes up a sum
 * of opposite ones that it cannot prove.
 */
function add(curve: WeierstrassCurve, code: number): Operation {
  const name = `${curve.name}_ADD`;
  const size = fieldWords(curve.modulus);
  return {
    name,
    code,
    spans: [
      { pointer: 'a1', count: 2 * size, access: 'read' },
      { pointer: 'a0', count: 2 * size, access: 'update' },
    ],
    run: ([words, own]) => {
      const [p, q] = [pointOf(own!), pointOf(words!)];
      // Reduced, so that numbers that differ differ modulo the modulus: only then there is one slope.
      if (p[0] >= curve.modulus || q[0] >= curve.modulus) return operandFault(name, 'of an x that is not reduced');
      const sum = addPoints(curve, p, q);
      return sum === undefined ? operandFault(name, 'of points with one x') : [wordsOfPoint(sum, size)];
    },
  };
}

/** The point at a0 becomes its double. y must be reduced and not 0, for which the tangent has no slope. */
function double(curve: WeierstrassCurve, code: number): Operation {
  const name = `${curve.name}_DOUBLE`;
  const size = fieldWords(curve.modulus);
  return {
    name,
    code,
    spans: [{ pointer: 'a0', count: 2 * size, access: 'update' }],
    run: ([own]) => {
      const p = pointOf(own!);
      // Reduced, so that 0 is the only multiple of the modulus that it can be.
      if (p[1] >= curve.modulus) return operandFault(name, 'of a y that is not reduced');
      const sum = doublePoint(curve, p);
      return sum === undefined ? operandFault(name, 'of a point whose y is 0') : [wordsOfPoint(sum, size)];
    },
  };
}

/** Which of y and -y a1 = 1 asks for: the odd one, or the greater one, as the curve's compressed points have it. */
type Choice = 'odd' | 'greater';

/** The numbers at a0 are y and x: from x and a1, y. Whether the point is in a subgroup is not checked. */
function decompress(curve: WeierstrassCurve, code: number, choice: Choice): Operation {
  const name = `${curve.name}_DECOMPRESS`;
  const { modulus } = curve;
  const size = fieldWords(modulus);
  return {
    name,
    code,
    spans: [
      { pointer: 'a0', offset: size, count: size, access: 'read' },
      { pointer: 'a0', count: size, access: 'update' },
    ],
    refuse: oneBit(name),
    run: ([words], { a1 }) => {
      const x = numberOf(words!);
      if (x >= modulus) return operandFault(name, 'of an x that is not reduced');
      const root = yOf(curve, x);
      if (root === undefined) return operandFault(name, 'of an x that no point has');
      const isChosen = choice === 'odd' ? root % 2n === 1n : 2n * root > modulus;
      // No curve here has a point of order 2, so that y is never 0.
      const y = isChosen === (a1 === 1) ? root : modulus - root;
      return [wordsOf(y, size)];
    },
  };
}

export const WEIERSTRASS: readonly Operation[] = [
  add(SECP256K1, SYSCALL.SECP256K1_ADD),
  double(SECP256K1, SYSCALL.SECP256K1_DOUBLE),
  decompress(SECP256K1, SYSCALL.SECP256K1_DECOMPRESS, 'odd'),
  add(SECP256R1, SYSCALL.SECP256R1_ADD),
  double(SECP256R1, SYSCALL.SECP256R1_DOUBLE),
  decompress(SECP256R1, SYSCALL.SECP256R1_DECOMPRESS, 'odd'),
  add(BN254, SYSCALL.BN254_ADD),
  double(BN254, SYSCALL.BN254_DOUBLE),
  add(BLS12_381, SYSCALL.BLS12381_ADD),
  double(BLS12_381, SYSCALL.BLS12381_DOUBLE),
  decompress(BLS12_381, SYSCALL.BLS12381_DECOMPRESS, 'greater'),
];
