/**
 * @module Large integers on the prover's side and at the definition of chips: digits, quotients, inverses. Nothing here is
 * constant-time; witnesses of a public computation need not be.
 */
import { ConstraintError } from '@weft/primitives';

/** The residue in [0, m). */
export function mod(a: bigint, m: bigint): bigint {
  const r = a % m;
  return r < 0n ? r + m : r;
}

/** a / b rounded down, b > 0. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return q * b > a ? q - 1n : q;
}

/** Bits of a non-negative integer, 0 of 0. */
export function bitLength(a: bigint): number {
  return a === 0n ? 0 : a.toString(2).length;
}

/** `count` digits of `bits` bits, lowest first, of a number below 2^(bits count). */
export function digitsOf(a: bigint, bits: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(BigInt.asUintN(bits, a >> BigInt(bits * i))));
}

/** The digits in [-2^(bits - 1), 2^(bits - 1)) of any integer, lowest first. */
export function balancedDigits(a: bigint, bits: number): number[] {
  const digits: number[] = [];
  for (let rest = a; rest !== 0n; ) {
    const digit = BigInt.asIntN(bits, rest);
    digits.push(Number(digit));
    rest = (rest - digit) >> BigInt(bits);
  }
  return digits;
}

/** The inverse of a in [1, m) modulo a prime m, by Euclid's algorithm. */
function inverseOf(a: bigint, m: bigint): bigint {
  let [x, y, u, v] = [a, m, 1n, 0n];
  while (x !== 1n) {
    const q = y / x;
    [x, y, u, v] = [y - q * x, x, v - q * u, u];
  }
  return mod(u, m);
}

/**
 * Inverses modulo a prime, at the price of one and three products each (Montgomery's trick).
 * @param what - names what is inverted, for the error.
 * @throws {ConstraintError} OPERAND when one of them is 0 modulo m: there is no row for such operands.
 */
export function inverses(what: string, values: readonly bigint[], m: bigint): bigint[] {
  const prefixes: bigint[] = [];
  let product = 1n;
  const residues = values.map((value, i) => {
    const residue = mod(value, m);
    if (residue === 0n) throw new ConstraintError('OPERAND', `${what} of row ${i} is 0 modulo the modulus`, { row: i });
    prefixes.push(product);
    product = (product * residue) % m;
    return residue;
  });
  let inverse = inverseOf(product, m);
  const out: bigint[] = new Array(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    out[i] = (inverse * prefixes[i]!) % m;
    inverse = (inverse * residues[i]!) % m;
  }
  return out;
}
