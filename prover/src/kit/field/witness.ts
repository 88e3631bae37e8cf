/**
 * @module The prover's side of systems of congruences: quotients and carries of a row, packed as words. Completeness only;
 * nothing that is written here is trusted.
 */
import { ConstraintError } from '@weft/primitives';
import type { Congruence, Congruences, Linear, Term } from './congruences.ts';
import { balancedDigits, digitsOf } from './integers.ts';

/** Non-negative integers by the names of a system's numbers. */
export type Values = Readonly<Record<string, bigint>>;

function valueOf(linear: Linear, values: Values): bigint {
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
  const a = valueOf(term.a, values);
  if (term.b === undefined) return a;
  return a * (typeof term.b === 'bigint' ? term.b : valueOf(term.b, values));
}

/** The value of a congruence's terms, a multiple of the modulus if it holds. */
export function sumOf(terms: readonly Term[], values: Values): bigint {
  let sum = 0n;
  for (const term of terms) sum += termValue(term, values);
  return sum;
}

/** Words as 64 bits each, so that few operations on large integers split one. */
const scratch = new BigUint64Array(64);
const scratchWords = new Uint32Array(scratch.buffer);

/** Writes the lowest `words` words of a non-negative number. @returns what is above them. */
export function writeWords(value: bigint, out: Uint32Array, at: number, words: number): bigint {
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

/** The number that words make, the lowest first. */
export function readWords(words: Uint32Array, at: number, count: number): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[at + i]!);
  return value;
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
  for (const congruence of system.congruences) {
    const { name, quotient } = congruence;
    const sum = sumOf(congruence.terms, values);
    const q = sum / modulus;
    if (q * modulus !== sum) refuseRow(`${name} does not hold`);
    const lowBits = limbBits * quotient.count;
    const quotientWords = Math.ceil(lowBits / 32);
    writeWords(BigInt.asUintN(lowBits, q), out, next, quotientWords);
    next += quotientWords;
    const top = Number(q >> BigInt(lowBits)) - quotient.least;
    if (!(top >= 0 && top < 2 ** quotient.bits)) refuseRow(`the quotient of ${name} is out of range`);
    out[next++] = top;
    if (system.carries === 'columns') next = writeCarries(system, congruence, values, q, out, next);
  }
}

/** Limbs of a sum of numbers, as integers. */
function limbsOf(system: Congruences, linear: Linear, values: Values): number[] {
  const { limbBits, limbCount } = system;
  const sum = new Array<number>(limbCount).fill(0);
  const words = new Uint32Array((limbBits * limbCount) / 32);
  const limbs = limbBits === 8 ? new Uint8Array(words.buffer) : new Uint16Array(words.buffer);
  for (const name in linear) {
    const factor = linear[name]!;
    writeWords(values[name]!, words, 0, words.length);
    for (let i = 0; i < limbCount; i++) sum[i]! += factor * limbs[i]!;
  }
  return sum;
}

function addProductOf(sum: Float64Array, a: readonly number[], b: readonly number[]): void {
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    for (let j = 0; j < b.length; j++) sum[i + j]! += x * b[j]!;
  }
}

/** Writes the carries of a congruence, two in a word. @returns where the next word goes. */
function writeCarries(
  system: Congruences,
  { terms, quotient, groups }: Congruence,
  values: Values,
  q: bigint,
  out: Uint32Array,
  at: number,
): number {
  const { limbBits } = system;
  const last = groups.at(-1)!;
  const sum = new Float64Array(last.first + last.size);
  for (const term of terms) {
    if ('constant' in term) addProductOf(sum, balancedDigits(term.constant, limbBits), [1]);
    else {
      const { a, b } = term;
      const factor =
        b === undefined ? [1] : typeof b === 'bigint' ? balancedDigits(b, limbBits) : limbsOf(system, b, values);
      addProductOf(sum, limbsOf(system, a, values), factor);
    }
  }
  const lowBits = limbBits * quotient.count;
  const limbs = digitsOf(BigInt.asUintN(lowBits, q), limbBits, quotient.count);
  limbs.push(Number(q >> BigInt(lowBits)));
  addProductOf(
    sum,
    limbs,
    system.modulusDigits.map((digit) => -digit),
  );
  let [carried, k] = [0, 0];
  for (const { first, size, carry } of groups) {
    if (carry === undefined) break;
    let total = carried;
    for (let i = 0; i < size; i++) total += sum[first + i]! * 2 ** (limbBits * i);
    carried = total / 2 ** (limbBits * size);
    if (carry.bits === undefined) continue;
    if (k % 2 === 0) out[at + (k >> 1)] = 0;
    out[at + (k >> 1)]! |= (carried - carry.least) << (16 * (k & 1));
    k++;
  }
  return at + Math.ceil(k / 2);
}
