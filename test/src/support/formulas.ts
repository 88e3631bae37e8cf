/**
 * @module Tables of field and curve arithmetic by themselves, honest and forged: whoever forges a row has all hints that follow
 * from its numbers solved again.
 */

import { ConstraintError } from '@weft/primitives';
import {
  byteChip,
  type Chip,
  completeLookups,
  createMachineKey,
  defineMachine,
  eventsOf,
  POSEIDON2_KOALABEAR,
  preprocess,
  proveTables,
  rangeChip,
  verifyBytes,
} from '@weft/prover';
import type { Trace } from '@weft/prover/air/trace';
import type { Term } from '@weft/prover/kit/field/congruences';
import type { Values } from '@weft/prover/kit/field/witness';
import { fillTable } from '@weft/prover/prove/fill';
import { edwardsDecompress, weierstrassDecompress } from '@weft/rv32im/precompiles/field/decompress';
import { edwardsAdd } from '@weft/rv32im/precompiles/field/edwards';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '@weft/rv32im/precompiles/field/fields';
import { type Formula, formulaChip, formulaFields, writeRows } from '@weft/rv32im/precompiles/field/formula';
import { modular, quadratic } from '@weft/rv32im/precompiles/field/modular';
import { multiplyModular } from '@weft/rv32im/precompiles/field/uint256';
import { weierstrassAdd, weierstrassDouble } from '@weft/rv32im/precompiles/field/weierstrass';
import { widePart } from '@weft/rv32im/precompiles/field/wide';
import { judge, type Verdict } from './rows.ts';

/** One formula of each kind, dense and sparse moduli of both sizes. */
export const FORMULAS: Readonly<Record<string, Formula>> = {
  secp256k1_multiply: modular(SECP256K1.modulus).multiply,
  bn254_multiply: modular(BN254.modulus).multiply,
  bls12381_add: modular(BLS12_381.modulus).add,
  bn254_subtract: modular(BN254.modulus).subtract,
  bls12381_invert: modular(BLS12_381.modulus).invert,
  bn254_quadratic_multiply: quadratic(BN254.modulus).multiply,
  bls12381_quadratic_add: quadratic(BLS12_381.modulus).add,
  bn254_quadratic_subtract: quadratic(BN254.modulus).subtract,
  secp256k1_point_add: weierstrassAdd(SECP256K1),
  secp256r1_point_double: weierstrassDouble(SECP256R1),
  bls12381_point_add: weierstrassAdd(BLS12_381),
  bls12381_point_double: weierstrassDouble(BLS12_381),
  ed25519_point_add: edwardsAdd(ED25519),
  wide_part: widePart(),
  secp256k1_decompress: weierstrassDecompress(SECP256K1, 'odd'),
  secp256r1_decompress: weierstrassDecompress(SECP256R1, 'odd'),
  bls12381_decompress: weierstrassDecompress(BLS12_381, 'greater'),
  ed25519_decompress: edwardsDecompress(),
  uint256_multiply: multiplyModular(),
};

const chips = new Map<Formula, Chip>();

export function chipOf(formula: Formula): Chip {
  let chip = chips.get(formula);
  // The rows' numbers are tied to nothing: what passes here is what the formula alone allows.
  if (chip === undefined) chips.set(formula, (chip = formulaChip('formula', formula, 10, () => {})));
  return chip;
}

/** An event, by field. */
export type Event = Record<string, number>;

/** Honest events. */
export function eventsFor(formula: Formula, inputs: readonly Values[]): Event[] {
  const fields = formulaFields(formula);
  return inputs.map((values) => {
    const words = new Uint32Array(fields.length);
    writeRows(formula, [values], words, fields.length, 0);
    return Object.fromEntries(fields.map((field, i) => [field, words[i]!]));
  });
}

/** Writes a number, a bit, or the lower limbs of a quotient into an event. */
export function setNumber(event: Event, name: string, value: bigint): void {
  if (name in event) event[name] = value === 0n ? 0 : 1;
  for (let i = 0; `${name}_${i}` in event; i++)
    event[`${name}_${i}`] = Number(BigInt.asUintN(32, value >> BigInt(32 * i)));
}

/** The number that an event holds. */
export function numberIn(event: Event, name: string): bigint {
  let value = 0n;
  for (let i = 0; `${name}_${i}` in event; i++) value |= BigInt(event[`${name}_${i}`]!) << BigInt(32 * i);
  return value;
}

/** Sets the quotient of a congruence. */
export function setQuotient(formula: Formula, event: Event, congruence: string, value: bigint): void {
  const { quotient } = formula.system.congruences.find((c) => c.name === congruence)!;
  const bits = BigInt(formula.system.limbBits * quotient!.count);
  setNumber(event, quotient!.name, BigInt.asUintN(Number(bits), value));
  event[`${quotient!.name}_top`] = Number(value >> bits) - quotient!.least;
}

export function quotientIn(formula: Formula, event: Event, congruence: string): bigint {
  const { quotient } = formula.system.congruences.find((c) => c.name === congruence)!;
  const top = BigInt(event[`${quotient!.name}_top`]! + quotient!.least);
  return numberIn(event, quotient!.name) + (top << BigInt(formula.system.limbBits * quotient!.count));
}

/** An event of any numbers that satisfy the congruences, whatever the other checks say of them. */
export function eventOf(formula: Formula, values: Readonly<Record<string, bigint>>): Event {
  const event: Event = Object.fromEntries(formulaFields(formula).map((field) => [field, 0]));
  for (const [name, value] of Object.entries(values)) setNumber(event, name, value);
  const linear = (a: Readonly<Record<string, number>>): bigint =>
    Object.entries(a).reduce((sum, [name, k]) => sum + BigInt(k) * values[name]!, 0n);
  const value = (term: Term): bigint =>
    'constant' in term
      ? term.constant
      : linear(term.a) * (term.b === undefined ? 1n : typeof term.b === 'bigint' ? term.b : linear(term.b));
  for (const { name, terms, quotient } of formula.system.congruences) {
    const sum = terms.reduce((total, term) => total + value(term), 0n);
    const isZero = quotient === undefined ? sum === 0n : sum % formula.system.modulus === 0n;
    if (!isZero) throw new Error(`${name} does not hold`);
    if (quotient !== undefined) setQuotient(formula, event, name, sum / formula.system.modulus);
  }
  return event;
}

/** The filled table of events. */
export function traceOf(formula: Formula, events: readonly Event[]): Trace {
  return fillTable(chipOf(formula), eventsOf(events))!;
}

/** Cells of a row, by column. */
export function cellsOf(formula: Formula, event: Event): number[] {
  return traceOf(formula, [event]).columns.map((column) => column[0]!);
}

/** Names of a chip's lookups, by what they check: a column, of two bytes the first, or a sum. */
function lookupName(chip: Chip, miss: string): string {
  const { bus, tuple } = chip.interactions[Number(miss.split(' ')[1])]!;
  const node = chip.nodes[tuple[0]!]!;
  return node.op === 'column' ? `${bus.name} ${chip.columns[node.column]!.name}` : 'sum';
}

/** What a row breaks: constraints, and lookups by name. */
export function breaks(formula: Formula, cells: readonly number[]): string[] {
  const chip = chipOf(formula);
  const { broken, misses } = judge(undefined, chip, cells);
  return [...new Set([...broken, ...misses.map((miss) => lookupName(chip, miss))])];
}

export const verdictOn = (formula: Formula, cells: readonly number[]): Verdict =>
  judge(undefined, chipOf(formula), cells);

/** What a row breaks with every mark that a comparison could have set, and without any. */
export function breaksWhereMarked(formula: Formula, cells: readonly number[], comparison: string): string[][] {
  const isMark = chipOf(formula).columns.map(({ name }) => name.startsWith(`${comparison}_at_`));
  const marks = isMark.flatMap((is, i) => (is ? [i] : []));
  return [-1, ...marks].map((mark) =>
    breaks(
      formula,
      cells.map((x, i) => (isMark[i] ? Number(i === mark) : x)),
    ),
  );
}

/** Proves a table of a formula with nothing but the tables that it asks, and verifies the proof. @throws {VerificationError} */
export async function proveAndVerify(formula: Formula, trace: Trace): Promise<void> {
  const machine = defineMachine('formula', [chipOf(formula), rangeChip, byteChip]);
  const key = createMachineKey(POSEIDON2_KOALABEAR, machine, [19, 20], { role: 'test' });
  const none = await preprocess(key, {});
  const proof = await proveTables(key, none, completeLookups(machine, [], [trace, undefined, undefined]), []);
  verifyBytes(key, none.key, [], proof);
}

/** Numbers below a bound that repeat from run to run. */
export function numbersBelow(bound: bigint, seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    let value = 0n;
    for (let i = 0; i < 7; i++) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      value = (value << 64n) | state;
    }
    return value % bound;
  };
}

/** Whether inputs have a row. */
export function hasRow(formula: Formula, inputs: Values): boolean {
  try {
    eventsFor(formula, [inputs]);
    return true;
  } catch (error) {
    if (error instanceof ConstraintError && error.code === 'OPERAND') return false;
    throw error;
  }
}

/** Random inputs below the modulus, all of which have a row. */
export function inputsFor(formula: Formula, count: number, seed = 1): Values[] {
  const { system, inputs, flag } = formula;
  const next = numbersBelow(system.modulus, seed);
  const some = (): Values => {
    const values = Object.fromEntries(inputs.map((name) => [name, next()]));
    return flag === undefined ? values : { ...values, [flag]: next() % 2n };
  };
  return Array.from({ length: count }, () => {
    let values = some();
    while (!hasRow(formula, values)) values = some();
    return values;
  });
}

/** Small inputs that have a row; from 2 on, as the product of 1 and 2 has the same remainder for many moduli. */
export function smallInputs(formula: Formula): Values {
  const { inputs, flag } = formula;
  for (let first = 2n; ; first++) {
    const values = Object.fromEntries(inputs.map((name, i) => [name, first + BigInt(i)]));
    // Without a sign, 0 would be no edge: it is either sign's.
    const asked = flag === undefined ? values : { ...values, [flag]: 1n };
    if (hasRow(formula, asked) && formula.solve([asked])[0]![formula.outputs[0]!] !== 0n) return asked;
  }
}

/** The number whose words these are, lowest first. */
export function numberOfWords(words: readonly number[]): bigint {
  return words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
}

/** The lowest words of a number, lowest first. */
export function digits(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i))));
}
