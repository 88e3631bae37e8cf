/**
 * @module What precompiles share: the row of the call itself, and words that a call reads and changes in memory.
 *
 * A call's identity is its clock: the execution bus is one path on which the clock rises by four with every cycle, so no two calls of
 * a shard have one clock. Every tuple between the rows of a call carries it.
 */
import { PRECOMPILE_ROWS, WORD_SLOT } from '@weft/executor/calls/precompile';
import { A0, A1, T0 } from '@weft/executor/program/abi';
import { OP } from '@weft/executor/program/isa';
import { MEMORY_SPACE, SLOT } from '@weft/executor/program/layout';
import { checkInteger, checkMethods, checkName, checkObject, refuse } from '@weft/primitives/arguments';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { range, type Word, word } from '@weft/prover/kit/gadgets';
import { CALL } from '../buses.ts';
import { access, beginRow, readRegisterAs, step } from './frames.ts';

/** log2 of the calls that a shard can have. */
const MAX_CALLS_LOG = 18;
const INVERSE_4 = 1598029825;

/** Fills of a pointer to words, as limbs: whole words below 2^16 bytes, and the rest. */
const limbsOf = (pointer: Fill): readonly [Fill, Fill] => [pointer.and(0xffff).shr(2), pointer.shr(16)];

/**
 * One row for each call of a precompile: takes the instruction, reads code and arguments, and hands the call to the table that has its
 * code. a0 is a pointer to words; a1 is for that table to judge. A code that no table receives stays on the bus.
 */
export const precompileCall: Chip = defineChip(
  'precompile',
  { events: PRECOMPILE_ROWS.events, maxLogHeight: MAX_CALLS_LOG },
  (c) => {
    const isReal = c.bool('is_real', c.literal(1));
    const row = beginRow(c, { isReal, op: isReal.mul(OP.ECALL) });
    const code = word(c, 'code', c.event('code'));
    readRegisterAs(row, 'code', T0, SLOT.rs1, code, c.event('codeTs'), isReal);
    const [fLo, fHi] = limbsOf(c.event('a'));
    const [lo, hi] = [c.col('a_word', fLo), c.col('a_hi', fHi)];
    range(c, lo, 14, isReal);
    range(c, hi, 15, isReal);
    readRegisterAs(row, 'a', A0, SLOT.rs2, { lo: lo.mul(4), hi }, c.event('aTs'), isReal);
    const b = word(c, 'b', c.event('b'));
    readRegisterAs(row, 'b', A1, SLOT.memory, b, c.event('bTs'), isReal);
    // Two limbs of the code: as one element, codes that differ by p would be one.
    c.send(CALL, [code.lo, code.hi, row.clk, lo.add(hi.mul(2 ** 14)), b.lo, b.hi], isReal);
    step(row, {}, row.pc.add(4));
  },
);

/** A call as the table sees it that has its code. */
export interface ReceivedCall {
  readonly clk: Expr;
  /** Word address of a0. */
  readonly a: Expr;
  /** Limbs of a1. */
  readonly b: Word;
}

/**
 * Receives a call with this code. Guarantees, where count is 1: it was made at `clk`, with these arguments.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function receiveCall(c: ChipBuilder, code: number, call: ReceivedCall, count: Expr): void {
  checkInteger('code', code, 0, 2 ** 32 - 1);
  checkObject('call', call, 'a call', ['clk', 'a', 'b']);
  checkObject('call.b', call.b, 'two limbs', ['lo', 'hi']);
  receiveCallAs(c, { lo: c.constant(code & 0xffff), hi: c.constant(code >>> 16) }, call, count);
}

/** {@link receiveCall}, the code being what the row says. */
export function receiveCallAs(c: ChipBuilder, code: Word, { clk, a, b }: ReceivedCall, count: Expr): void {
  c.receive(CALL, [code.lo, code.hi, clk, a, b.lo, b.hi], count);
}

/**
 * Columns for a pointer to words in a1. Guarantees, where count is 1: its limbs are those of a multiple of 4 below 2^31.
 * @returns the limbs for {@link receiveCall}, and the word address.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function pointerInB(c: ChipBuilder, name: string, fill: Fill, count: Expr): { b: Word; address: Expr } {
  const { limbs, address } = wordPointer(c, name, fill, count);
  return { b: limbs, address };
}

/**
 * Columns for a pointer to words. Guarantees, where count is 1: its limbs are those of a multiple of 4 below 2^31.
 * @returns the limbs, and the word address.
 */
export function wordPointer(c: ChipBuilder, name: string, fill: Fill, count: Expr): { limbs: Word; address: Expr } {
  checkName('name', name);
  checkMethods('fill', fill, 'a fill', ['and', 'shr']);
  const limbs = word(c, name, fill);
  const low = limbs.lo.mul(INVERSE_4);
  range(c, low, 14, count);
  range(c, limbs.hi, 15, count);
  return { limbs, address: low.add(limbs.hi.mul(2 ** 14)) };
}

/** A word in memory that a call accesses. */
export interface MemoryWord {
  /** Word address. */
  readonly address: Expr;
  readonly before: Word;
  readonly after: Word;
  /** Column of the timestamp of the access before. */
  readonly previous: Expr;
}

/**
 * Accesses a word of memory in the call at `clk`. Assumes: `after` has limbs below 2^16. Guarantees, where count is 1: `before` is
 * what the word held when the call began, `after` what it holds from then on; a call that reads a word and updates it reads first.
 * @throws {TypeError} for an argument that is none.
 */
export function accessWord(
  c: ChipBuilder,
  clk: Expr,
  slot: keyof typeof WORD_SLOT,
  memory: MemoryWord,
  count: Expr,
): void {
  checkMethods('clk', clk, 'an expression', ['add']);
  if (!Object.hasOwn(WORD_SLOT, slot)) refuse('slot', 'read or update', slot);
  checkObject('memory', memory, 'a word of memory', ['address', 'before', 'after', 'previous']);
  const { address, before, after, previous } = memory;
  for (const [name, limbs] of Object.entries({ before, after })) checkObject(name, limbs, 'two limbs', ['lo', 'hi']);
  access(c, { space: MEMORY_SPACE, address, before, after, previous, now: clk.add(WORD_SLOT[slot]), count });
}
