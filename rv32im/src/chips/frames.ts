/**
 * @module Frames: what all instructions of a format do, and the only code that touches the program, execution and memory
 * buses for them. A chip on top of a frame states its arithmetic.
 */
import { OP } from '@weft/executor/program/isa';
import { CLOCK_STEP, MEMORY_SPACE, REGISTER_SPACE, SLOT } from '@weft/executor/program/layout';
import type { ChipBuilder } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { sum } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { assertAdd32, range, type Word, word } from '@weft/prover/kit/gadgets';
import { EXECUTION, MEMORY, PROGRAM } from '../buses.ts';

/** Which operation a row performs. */
export interface Selection {
  /** 1 on rows that stand for an instruction. */
  readonly isReal: Expr;
  /** The operation code as the program table has it. */
  readonly op: Expr;
}

/**
 * One flag column per operation. Guarantees: at most one is set, and `op` is its code, 0 where none is; {@link step} binds it to
 * the program.
 */
export function select<Name extends keyof typeof OP>(
  c: ChipBuilder,
  names: readonly Name[],
): Selection & { readonly is: Record<Name, Expr> } {
  const op = c.joined('op');
  const is = {} as Record<Name, Expr>;
  for (const name of names) is[name] = c.bool(`is_${name.toLowerCase()}`, op.eq(OP[name]));
  const flags = names.map((name) => is[name]);
  const isReal = sum(flags[0]!, ...flags.slice(1));
  // Two flags would add up to the code of a third operation.
  if (names.length > 1) c.assertBool('at_most_one_operation', isReal);
  return { is, isReal, op: sum(...(names.map((name) => is[name].mul(OP[name])) as [Expr, ...Expr[]])) };
}

/**
 * A flag for a row in use and flags that add to the operation code: op = base + sum of weight * flag.
 * Guarantees: flags are 0 or 1, and 0 on rows that are not in use.
 */
export function selectByBits<Name extends string>(
  c: ChipBuilder,
  base: number,
  weights: Readonly<Record<Name, number>>,
): Selection & { readonly bit: Record<Name, Expr> } {
  const op = c.joined('op');
  const isReal = c.bool('is_real', c.literal(1));
  const bit = {} as Record<Name, Expr>;
  let code = isReal.mul(base);
  for (const [name, weight] of Object.entries(weights) as [Name, number][]) {
    bit[name] = c.bool(name, op.sub(base).shr(Math.log2(weight)).and(1));
    // A flag without its row would put numbers on buses that count it.
    c.assertZero(`${name}_only_real`, bit[name].sub(bit[name].mul(isReal)));
    code = code.add(bit[name].mul(weight));
  }
  return { isReal, op: code, bit };
}

/** An instruction being described. */
export interface Row {
  readonly c: ChipBuilder;
  readonly isReal: Expr;
  readonly op: Expr;
  readonly pc: Expr;
  readonly clk: Expr;
}

export function beginRow(c: ChipBuilder, { isReal, op }: Selection): Row {
  return { c, isReal, op, pc: c.col('pc', c.joined('pc')), clk: c.col('clk', c.event('clk')) };
}

/** Fields of the program table that an instruction names; 0 where it has none. */
export interface Fields {
  readonly rd?: Expr;
  readonly rs1?: Expr;
  readonly rs2?: Expr;
  readonly immLo?: Expr;
  readonly immHi?: Expr;
}

/**
 * Takes the instruction at pc from the program, and the state on to `nextPc`.
 * Assumes: isReal is 0 or 1. Guarantees, where it is 1: the program holds (op, fields) at pc; the run is at (pc, clk), and at
 * (nextPc, clk + 4) next.
 */
export function step({ c, isReal, op, pc, clk }: Row, { rd, rs1, rs2, immLo, immHi }: Fields, nextPc: Expr): void {
  c.send(PROGRAM, [pc, op, rd ?? 0, rs1 ?? 0, rs2 ?? 0, immLo ?? 0, immHi ?? 0], isReal);
  c.receive(EXECUTION, [pc, clk], isReal);
  c.send(EXECUTION, [nextPc, clk.add(CLOCK_STEP)], isReal);
}

/** A cell access at timestamp `now`. */
export interface Access {
  readonly space: number;
  readonly address: Expr | number;
  readonly before: Word;
  readonly after: Word;
  /** Timestamp of the previous access. */
  readonly previous: Expr;
  readonly now: Expr;
  readonly count: Expr;
}

/**
 * Replaces `before` by `after` in a cell. Assumes: `after` has limbs below 2^16, now < 2^28.
 * Guarantees: `before` is what the previous access left, that access having an earlier timestamp.
 */
export function access(c: ChipBuilder, { space, address, before, after, previous, now, count }: Access): void {
  c.receive(MEMORY, [space, address, before.lo, before.hi, previous], count);
  c.send(MEMORY, [space, address, after.lo, after.hi, now], count);
  range(c, now.sub(previous).sub(1), 16, count);
}

/**
 * Reads register `register` (an instruction field or a constant) into the two columns `name`.
 * Guarantees: they are what it holds, limbs below 2^16 by induction from the image.
 */
function readRegister(row: Row, name: string, register: Expr | number, slot: number, fill: Fill, previous: Fill): Word {
  const value = word(row.c, name, fill);
  readRegisterAs(row, name, register, slot, value, previous, row.isReal);
  return value;
}

/** Reads a register whose value is given as expressions. Guarantees, where count is 1: they are what it holds. */
export function readRegisterAs(
  row: Row,
  name: string,
  register: Expr | number,
  slot: number,
  value: Word,
  previous: Fill,
  count: Expr,
): void {
  const { c, clk } = row;
  const ts = c.col(`${name}_previous`, previous);
  access(c, {
    space: REGISTER_SPACE,
    address: register,
    before: value,
    after: value,
    previous: ts,
    now: clk.add(slot),
    count,
  });
}

/** Writes `value` to register `rd`. Assumes: limbs below 2^16; later reads rely on it. */
export function writeRegister(row: Row, rd: Expr | number, value: Word): void {
  replaceRegister(row, rd, word(row.c, 'old', row.c.event('old')), value);
}

/** Writes `value` to register `rd`. Assumes: limbs below 2^16. Guarantees: `before` is what it held, after whatever the row read there in earlier slots. */
function replaceRegister({ c, clk, isReal }: Row, rd: Expr | number, before: Word, value: Word): void {
  const previous = c.col('rd_previous', c.event('rdTs'));
  const now = clk.add(SLOT.rd);
  access(c, { space: REGISTER_SPACE, address: rd, before, after: value, previous, now, count: isReal });
}

const field = (c: ChipBuilder, name: 'rd' | 'rs1' | 'rs2'): Expr => c.col(name, c.joined(name));

/** A 12-bit immediate: its low limb, and its sign from which the high limb follows. The program table binds both. */
function immediate(c: ChipBuilder): Word {
  const imm = c.joined('imm');
  return { lo: c.col('imm_lo', imm.and(0xffff)), hi: c.col('imm_sign', imm.shr(31)).mul(0xffff) };
}

/**
 * rs1, rs2 -> rd.
 * @param words - the columns of a and b, where the chip makes them itself (as bytes, say).
 * Assumes: `finish` is given limbs below 2^16. Guarantees: a and b are what the registers hold, limbs below 2^16; rd holds the
 * result afterwards, nothing else changes, and the next pc is pc + 4.
 */
export function registerFrame(
  c: ChipBuilder,
  selection: Selection,
  words?: (row: Row) => { a: Word; b: Word },
): { row: Row; a: Word; b: Word; finish: (result: Word) => void } {
  const row = beginRow(c, selection);
  const [rd, rs1, rs2] = [field(c, 'rd'), field(c, 'rs1'), field(c, 'rs2')];
  const read = (name: 'a' | 'b', register: Expr, slot: number, given: Word | undefined): Word => {
    const value = given ?? word(c, name, c.event(name));
    readRegisterAs(row, name, register, slot, value, c.event(`${name}Ts`), row.isReal);
    return value;
  };
  const given = words?.(row);
  const a = read('a', rs1, SLOT.rs1, given?.a);
  const b = read('b', rs2, SLOT.rs2, given?.b);
  const finish = (result: Word): void => {
    writeRegister(row, rd, result);
    step(row, { rd, rs1, rs2 }, row.pc.add(4));
  };
  return { row, a, b, finish };
}

/**
 * {@link registerFrame} of instructions whose rd is rs1: one access reads it and writes the result.
 */
export function registerFrameInPlace(
  c: ChipBuilder,
  selection: Selection,
  words?: (row: Row) => { a: Word; b: Word },
): { row: Row; a: Word; b: Word; finish: (result: Word) => void } {
  const row = beginRow(c, selection);
  const [rd, rs2] = [field(c, 'rd'), field(c, 'rs2')];
  const { a, b } = words?.(row) ?? { a: word(c, 'a', c.event('a')), b: word(c, 'b', c.event('b')) };
  readRegisterAs(row, 'b', rs2, SLOT.rs2, b, c.event('bTs'), row.isReal);
  const finish = (result: Word): void => {
    replaceRegister(row, rd, a, result);
    step(row, { rd, rs1: rd, rs2 }, row.pc.add(4));
  };
  return { row, a, b, finish };
}

/**
 * {@link immediateFrame} of instructions whose rd is rs1.
 */
export function immediateFrameInPlace(
  c: ChipBuilder,
  selection: Selection,
): { row: Row; a: Word; b: Word; finish: (result: Word) => void } {
  const row = beginRow(c, selection);
  const rd = field(c, 'rd');
  const b = immediate(c);
  const a = word(c, 'a', c.event('a'));
  const finish = (result: Word): void => {
    replaceRegister(row, rd, a, result);
    step(row, { rd, rs1: rd, immLo: b.lo, immHi: b.hi }, row.pc.add(4));
  };
  return { row, a, b, finish };
}

/**
 * rs1, immediate -> rd.
 * @param words - the columns of a and of the immediate, where it is no sign-extended 12-bit one or the chip wants bytes.
 * Assumes: `finish` is given limbs below 2^16. Guarantees: a is what rs1 holds, b the immediate of the program.
 */
export function immediateFrame(
  c: ChipBuilder,
  selection: Selection,
  words?: (row: Row) => { a: Word; b: Word },
): { row: Row; a: Word; b: Word; finish: (result: Word, nextPc?: Expr, rs2?: Expr) => void } {
  const row = beginRow(c, selection);
  const [rd, rs1] = [field(c, 'rd'), field(c, 'rs1')];
  const given = words?.(row);
  const b = given?.b ?? immediate(c);
  const a = given?.a ?? word(c, 'a', c.event('a'));
  readRegisterAs(row, 'a', rs1, SLOT.rs1, a, c.event('aTs'), row.isReal);
  const finish = (result: Word, nextPc?: Expr, rs2?: Expr): void => {
    writeRegister(row, rd, result);
    step(row, { rd, rs1, immLo: b.lo, immHi: b.hi, ...(rs2 === undefined ? {} : { rs2 }) }, nextPc ?? row.pc.add(4));
  };
  return { row, a, b, finish };
}

/**
 * rs1, rs2 and a target.
 * Assumes: `taken` is 0 or 1. Guarantees: the next pc is the program's target where it is 1, else pc + 4.
 */
export function branchFrame(
  c: ChipBuilder,
  selection: Selection,
): { row: Row; a: Word; b: Word; finish: (taken: Expr) => void } {
  const row = beginRow(c, selection);
  const [rs1, rs2] = [field(c, 'rs1'), field(c, 'rs2')];
  const a = readRegister(row, 'a', rs1, SLOT.rs1, c.event('a'), c.event('aTs'));
  const b = readRegister(row, 'b', rs2, SLOT.rs2, c.event('b'), c.event('bTs'));
  return { row, a, b, finish: branchStep(row, { rs1, rs2 }) };
}

/**
 * {@link branchFrame} of instructions whose rs2 is x0, which needs no access to be 0.
 */
export function zeroBranchFrame(
  c: ChipBuilder,
  selection: Selection,
): { row: Row; a: Word; finish: (taken: Expr) => void } {
  const row = beginRow(c, selection);
  const rs1 = field(c, 'rs1');
  const a = readRegister(row, 'a', rs1, SLOT.rs1, c.event('a'), c.event('aTs'));
  return { row, a, finish: branchStep(row, { rs1 }) };
}

/** The {@link step} of a branch, once it is known whether it is taken. */
function branchStep(row: Row, registers: Fields): (taken: Expr) => void {
  const target = row.c.col('target', row.c.joined('target'));
  return (taken) => {
    const nextPc = row.pc.add(4).add(taken.mul(target.sub(row.pc).sub(4)));
    step(row, { ...registers, immLo: target }, nextPc);
  };
}

/**
 * base + immediate, split into a word address and a byte offset.
 * Guarantees: 4 * (low + 2^14 high) + offset = base + imm modulo 2^32, with low < 2^14 and high < 2^16, so the word
 * address is below 2^30 and unique. That it lies in guest memory is checked where its leaf enters the tree.
 */
function effectiveAddress(row: Row, base: Word, imm: Word, offset: Expr | number): Expr {
  const { c, isReal } = row;
  const address = c.event('a').add(c.joined('imm'));
  const low = c.col('address_lo', address.and(0xffff).shr(2));
  const high = c.col('address_hi', address.shr(16));
  range(c, low, 14, isReal);
  range(c, high, 16, isReal);
  assertAdd32(c, 'address', 1, base, imm, { lo: low.mul(4).add(offset), hi: high });
  return low.add(high.mul(2 ** 14));
}

/**
 * Loads the word that holds the address; the chip says at which offset, how it holds the word, and what becomes of it.
 * Assumes: the offset is 0 to 3 and such that the access is aligned; result limbs are below 2^16. Guarantees: `memory` is what the
 * word holds, and stays.
 */
export function loadFrame(
  c: ChipBuilder,
  selection: Selection,
  offset: (row: Row) => Expr | number,
  content: (row: Row) => { memory: Word; result: Word },
): void {
  const row = beginRow(c, selection);
  const [rd, rs1] = [field(c, 'rd'), field(c, 'rs1')];
  const imm = immediate(c);
  const base = readRegister(row, 'a', rs1, SLOT.rs1, c.event('a'), c.event('aTs'));
  const address = effectiveAddress(row, base, imm, offset(row));
  const { memory, result } = content(row);
  accessMemory(row, address, memory, memory);
  writeRegister(row, rd, result);
  step(row, { rd, rs1, immLo: imm.lo, immHi: imm.hi }, row.pc.add(4));
}

/**
 * Stores to the word that holds the address.
 * Assumes: as for {@link loadFrame}, and `after` has limbs below 2^16. Guarantees: `before` is what the word holds, `after` what it
 * holds afterwards; `value` is what rs2 holds.
 */
export function storeFrame(
  c: ChipBuilder,
  selection: Selection,
  offset: (row: Row) => Expr | number,
  content: (row: Row) => { value: Word; before: Word; after: Word },
): void {
  const row = beginRow(c, selection);
  const [rs1, rs2] = [field(c, 'rs1'), field(c, 'rs2')];
  const imm = immediate(c);
  const base = readRegister(row, 'a', rs1, SLOT.rs1, c.event('a'), c.event('aTs'));
  const address = effectiveAddress(row, base, imm, offset(row));
  const { value, before, after } = content(row);
  readRegisterAs(row, 'b', rs2, SLOT.rs2, value, c.event('bTs'), row.isReal);
  accessMemory(row, address, before, after);
  step(row, { rs1, rs2, immLo: imm.lo, immHi: imm.hi }, row.pc.add(4));
}

function accessMemory(row: Row, address: Expr, before: Word, after: Word): void {
  const { c, clk, isReal } = row;
  const previous = c.col('memory_previous', c.event('memoryTs'));
  access(c, { space: MEMORY_SPACE, address, before, after, previous, now: clk.add(SLOT.memory), count: isReal });
}
