/**
 * @module The prover's side of systems of congruences: the quotients of a row, packed as words. Completeness only;
 * nothing that is written here is trusted.
 */
import { ConstraintError } from '@weft/primitives';
import type { Congruences, Linear, Term } from './congruences.ts';

/** Non-negative integers by the names of a system's numbers and bits. */
export type Values = Readonly<Record<string, bigint>>;

function linearValue(linear: Linear, values: Values): bigint {
  let sum = 0n;
  for (const name in linear) {
    const factor = linear[name]!;
    const value = values[name]!;
    if (factor === 1) sum += value;
    else if (factor === -1) sum -= value;
    else sum += BigInt(factor) * value;
  }
  return sum;
}

function termValue(term: Term, values: Values): bigint {
  if ('constant' in term) return term.constant;
  const a = linearValue(term.a, values);
  if (term.b === undefined) return a;
  return a * (typeof term.b === 'bigint' ? term.b : linearValue(term.b, values));
}

/** The value of a congruence's terms, a multiple of the modulus if it holds. */
function sumOf(terms: readonly Term[], values: Values): bigint {
  let sum = 0n;
  for (const term of terms) sum += termValue(term, values);
  return sum;
}

/** Words as 64 bits each, so that few operations on large integers split one. */
const scratch = new BigUint64Array(64);
const scratchWords = new Uint32Array(scratch.buffer);

/** Writes the lowest `words` words of a non-negative number. @returns what is above them. */
function writeWords(value: bigint, out: Uint32Array, at: number, words: number): bigint {
  let rest = value;
  const pairs = Math.ceil(words / 2);
  for (let i = 0; i < pairs; i++) {
    scratch[i] = rest;
    rest >>= 64n;
  }
  if (words % 2 === 1) rest = (rest << 32n) | BigInt(scratchWords[words]!);
  for (let i = 0; i < words; i++) out[at + i] = scratchWords[i]!;
  return rest;
}

function refuseRow(message: string): never {
  throw new ConstraintError('OPERAND', message);
}

/** Writes the words of `system.fields` for one row; see {@link Congruences.write}. */
export function writeRow(system: Congruences, values: Values, out: Uint32Array, at: number): void {
  const { modulus, limbBits, limbCount } = system;
  const words = (limbBits * limbCount) / 32;
  let next = at;
  for (const name in system.numbers) {
    const value = values[name];
    if (value === undefined || value < 0n) refuseRow(`${name} is ${value}`);
    if (system.numbers[name] !== 'any' && value >= modulus) refuseRow(`${name} is not below the modulus`);
    if (writeWords(value, out, next, words) !== 0n) refuseRow(`${name} takes more than ${words} words`);
    next += words;
  }
  for (const { name, terms, quotient } of system.congruences) {
    const sum = sumOf(terms, values);
    if (quotient === undefined) {
      if (sum !== 0n) refuseRow(`${name} does not hold`);
      continue;
    }
    const q = sum / modulus;
    if (q * modulus !== sum) refuseRow(`${name} does not hold`);
    const lowBits = limbBits * quotient.count;
    const quotientWords = Math.ceil(lowBits / 32);
    writeWords(BigInt.asUintN(lowBits, q), out, next, quotientWords);
    next += quotientWords;
    const top = Number(q >> BigInt(lowBits)) - quotient.least;
    if (!(top >= 0 && top < 2 ** quotient.bits)) refuseRow(`the quotient of ${name} is out of range`);
    out[next++] = top;
  }
  for (const name in system.bits) {
    const value = values[name];
    const weight = 2n ** BigInt(system.bits[name]!);
    if (value !== 0n && value !== weight) refuseRow(`${name} is ${value}, not 0 or ${weight}`);
    out[next++] = value === 0n ? 0 : 1;
  }
}
