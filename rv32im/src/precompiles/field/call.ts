/**
 * @module Precompiles that are a formula on numbers in memory: one row takes the call, reads the numbers and changes them.
 */
import { rowTable, spanFields } from '@weft/executor/calls/row-call';
import type { Operation } from '@weft/executor/precompiles/operation';
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkName, checkObject } from '@weft/primitives/arguments';
import type { Chip, ChipBuilder } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { packedEvents } from '@weft/prover/air/tables';
import type { EventSource } from '@weft/prover/air/trace';
import { wordsOf } from '@weft/prover/kit/field/limbs';
import { type Word, word } from '@weft/prover/kit/gadgets';
import { accessWord, pointerInB, receiveCall } from '../../chips/precompile.ts';
import { checkFormula } from './checks.ts';
import { type Flag, type Formula, formulaChip, formulaFields, type Numbers, writeRows } from './formula.ts';

export interface FormulaCall {
  readonly operation: Operation;
  readonly formula: Formula;
  /** By the operation's spans: the numbers that its words are before the call, the lowest first. None if those do not matter. */
  readonly before: readonly (readonly string[])[];
}

/** A chip, and how rows of its events are made of what the executor records. */
export interface ExpandedChip extends FormulaCall {
  readonly chip: Chip;
  readonly expand: (calls: EventSource) => EventSource;
}

/** Most cells that a table of calls takes. */
const MOST_CELLS = 2 ** 25;
/** log2 of the calls that a shard can have. */
const MAX_CALLS_LOG = 18;

/**
 * The chip of a call, which has its name in lower case. Outputs of the formula become the words that are updated.
 * @throws {TypeError} {@link RangeError} for what is none; {@link ConstraintError} CALL when numbers, or a bit, and the call do not fit.
 */
export function formulaCall(call: FormulaCall): ExpandedChip {
  checkObject('call', call, 'a call of a formula', ['operation', 'formula', 'before']);
  checkFormula('call.formula', call.formula);
  checkArray('call.before', call.before, (name, list) => checkArray(name, list, checkName));
  const { operation, formula } = call;
  const { events } = rowTable(operation);
  checkCall(call);
  const { fields, limbBits } = formula.system;
  const columns = (fields.length * 32) / limbBits;
  const maxLogHeight = Math.min(MAX_CALLS_LOG, Math.floor(Math.log2(MOST_CELLS / columns)));
  const chip = formulaChip(events, formula, maxLogHeight, (...row) => connect(call, ...row));
  return { ...call, chip, expand: (calls) => expand(call, calls) };
}

/** Words of a number of the formula. */
function numberWords({ system }: Formula): number {
  return (system.limbBits * system.limbCount) / 32;
}

function checkCall({ operation: { name, spans, refuse }, formula, before }: FormulaCall): void {
  if (before.length !== spans.length)
    throw new RangeError(`call.before must have ${spans.length} lists, got ${before.length}`);
  const size = numberWords(formula);
  const fail = (message: string): never => {
    throw new ConstraintError('CALL', `${name}: ${message}`);
  };
  // One register cannot be both: nothing would tie the bit to the call.
  if (formula.flag !== undefined && spans.some(({ pointer }) => pointer === 'a1')) fail('a bit and a pointer in a1');
  for (const [k, { count, access, kept = 0 }] of spans.entries()) {
    const names = before[k]!;
    // A run leaves words as they are that the row would change.
    if (kept !== 0) fail('results in words that stay as they are');
    if (names.length !== 0 && names.length * size !== count) fail(`${names.length} numbers in ${count} words`);
    if (access === 'update' && formula.outputs.length * size !== count) fail(`another number of results`);
  }
  // All results are written to one place.
  if (spans.filter(({ access }) => access === 'update').length !== 1) fail('results at more places than one, or none');
  const { assumed } = formula.system;
  // Memory has limbs of what it holds in range, and nobody those of what is written to it.
  if ([...assumed].some((number) => !formula.inputs.includes(number) || formula.outputs.includes(number)))
    fail('limbs in range that nobody shows to be');
  // The row knows of no refusal but that of a1 for being neither 0 nor 1.
  const refused = [0, 1, 2, 2 ** 16, 2 ** 31].filter((a1) => refuse?.({ a0: 0, a1, a2: 0, a3: 0 }) !== undefined);
  if (formula.flag === undefined ? refuse !== undefined : refused.join() !== [2, 2 ** 16, 2 ** 31].join())
    fail('refusals that a row does not have');
  const given = before.flat();
  if (given.length !== formula.inputs.length || formula.inputs.some((input) => !given.includes(input)))
    fail('inputs that are not in memory');
}

/** Ties the numbers of a row to the call and to memory. */
function connect(
  { operation: { code, spans }, formula, before }: FormulaCall,
  c: ChipBuilder,
  real: Expr,
  numbers: Numbers,
  flag: Flag | undefined,
): void {
  const clk = c.col('clk', c.event('clk'));
  const a = c.col('a', c.event('a0').shr(2));
  const hasPointer = spans.some(({ pointer }) => pointer === 'a1');
  const { b, address } = hasPointer
    ? pointerInB(c, 'b', c.event('a1'), real)
    : { b: otherArgument(c, flag), address: undefined };
  receiveCall(c, code, { clk, a, b }, real);
  const wordsIn = (names: readonly string[]): Word[] => names.flatMap((name) => wordsOf(numbers[name]!));
  for (const [k, { pointer, offset = 0, count, access }] of spans.entries()) {
    const fields = spanFields(k, count);
    const old = before[k]!.length > 0 ? wordsIn(before[k]!) : fields.before.map((name) => word(c, name, c.event(name)));
    const after = access === 'read' ? old : wordsIn(formula.outputs);
    const first = (pointer === 'a0' ? a : address!).add(offset);
    for (let i = 0; i < count; i++) {
      const previous = c.col(fields.previous[i]!, c.event(fields.previous[i]!));
      accessWord(c, clk, access, { address: first.add(i), before: old[i]!, after: after[i]!, previous }, real);
    }
  }
}

/** What is in a1 if it is no pointer: the flag, or whatever there is if nobody asks. */
function otherArgument(c: ChipBuilder, flag: Flag | undefined): Word {
  return flag === undefined ? word(c, 'b', c.event('a1')) : { lo: flag.bit, hi: c.constant(0) };
}

/** Rows of the chip: arguments, timestamps, words that are no numbers, and the numbers of the formula. */
function expand({ operation: { spans }, formula, before }: FormulaCall, calls: EventSource): EventSource {
  const { count } = calls;
  const column = (name: string): Uint32Array => {
    const out = new Uint32Array(count);
    calls.read(name, 0, count, out);
    return out;
  };
  const size = numberWords(formula);
  const names = spans.map((span, k) => spanFields(k, span.count));
  const kept = ['clk', 'a0', 'a1'];
  for (const [k, { before: words, previous }] of names.entries())
    kept.push(...previous, ...(before[k]!.length === 0 ? words : []));
  const inputs = Array.from({ length: count }, (): Record<string, bigint> => ({}));
  if (formula.flag !== undefined)
    for (const [row, a1] of column('a1').entries()) inputs[row]![formula.flag] = BigInt(a1);
  for (const [k, list] of before.entries()) {
    for (const [n, input] of list.entries()) {
      const words = names[k]!.before.slice(size * n, size * (n + 1)).map(column);
      for (const [row, values] of inputs.entries()) values[input] = numberAt(words, row);
    }
  }
  const fields = [...kept, ...formulaFields(formula)];
  const out = new Uint32Array(fields.length * count);
  for (const [i, values] of kept.map(column).entries())
    for (let row = 0; row < count; row++) out[row * fields.length + i] = values[row]!;
  writeRows(formula, inputs, out, fields.length, kept.length);
  return packedEvents(fields, out);
}

/** The number whose words, lowest first, these columns have in a row. */
function numberAt(words: readonly Uint32Array[], row: number): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]![row]!);
  return value;
}
