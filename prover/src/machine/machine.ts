/**
 * @module The RV32IM machine: its chips in their order, its key, the program table, and the statement of a shard.
 */
import { CLASS_BY_OP, OP } from '@weft/executor/isa';
import { CELL } from '@weft/executor/layout';
import { type Code, instructionIndices, type Program } from '@weft/executor/program';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Chip, MIN_LOG_HEIGHT, tailOf } from '../air/chip.ts';
import { defineMachine, type Machine, type PublicTuple } from '../air/machine.ts';
import { STATEMENT } from './buses.ts';
import * as arithmetic from './chips/arithmetic.ts';
import * as control from './chips/control.ts';
import { hash } from './chips/hash.ts';
import * as memory from './chips/memory.ts';
import * as multiply from './chips/multiply.ts';
import * as state from './chips/state.ts';
import * as system from './chips/system.ts';
import * as tables from './chips/tables.ts';

/** Sections that the verifier sends per statement. */
const SECTIONS = 5;

export function createRiscvMachine(suite: HashSuite): Machine {
  const split: Chip[] = [
    arithmetic.add,
    arithmetic.addi,
    arithmetic.constant,
    arithmetic.bitwise,
    arithmetic.bitwiseImm,
    arithmetic.slt,
    arithmetic.sltImm,
    arithmetic.shift,
    arithmetic.shiftImm,
    control.branchEq,
    control.branchLt,
    control.jalr,
    memory.loadWord,
    memory.storeWord,
    memory.loadSub,
    memory.storeSub,
    multiply.mul,
    multiply.mulh,
    multiply.divrem,
    system.hintRead,
    state.bump,
    state.leaf,
    state.node,
    hash(suite),
  ];
  const single: Chip[] = [system.ecall, state.boundary, tables.range, tables.byte, tables.program];
  const chips = [...split, ...split.map(tailOf), ...single];
  return defineMachine('rv32im', chips, new Map([[STATEMENT, SECTIONS]]));
}

/** One row of the program table: pc, op, rd, rs1, rs2, imm low, imm high. */
function programRow(code: Code, i: number): number[] {
  const pc = code.base + 4 * i;
  const op = code.op[i]!;
  const [rd, rs1, rs2] = [code.rd[i]!, code.rs1[i]!, code.rs2[i]!];
  const imm = code.imm[i]! >>> 0;
  const [lo, hi] = [imm & 0xffff, imm >>> 16];
  switch (CLASS_BY_OP[op]) {
    case 'const':
      return [pc, op, rd, 0, code.target[i]!, lo, hi];
    case 'branch_eq':
    case 'branch_lt':
      return [pc, op, 0, rs1, rs2, code.target[i]!, 0];
    case 'store_word':
    case 'store_sub':
      return [pc, op, 0, rs1, rs2, lo, hi];
    case 'jalr':
      return [pc, op, rd, rs1, (pc + 4) >>> 16, lo, hi];
    case 'ecall':
      return [pc, OP.ECALL, 0, 0, 0, 0, 0];
    default:
      return [pc, op, rd, rs1, rs2, lo, hi];
  }
}

/** The program table: columns of 2^logHeight rows, one row per instruction, the rest zero. */
export function programTable(program: Program): {
  columns: Uint32Array[];
  logHeight: number;
  rowOf: Map<number, number>;
} {
  const indices = instructionIndices(program.code);
  const logHeight = Math.max(MIN_LOG_HEIGHT, Math.ceil(Math.log2(Math.max(indices.length, 1))));
  const columns = Array.from({ length: 7 }, () => new Uint32Array(2 ** logHeight));
  const rowOf = new Map<number, number>();
  for (const [row, i] of indices.entries()) {
    rowOf.set(i, row);
    for (const [c, x] of programRow(program.code, i).entries()) columns[c]![row] = x;
  }
  return { columns, logHeight, rowOf };
}

/** What one shard proof says. */
export interface ShardStatement<F> {
  readonly before: readonly F[];
  readonly after: readonly F[];
  readonly startPc: F;
  readonly endPc: F;
  readonly exitLo: F;
  readonly exitHi: F;
  /** Bit i: word i of the digest was committed. */
  readonly committed: F;
  /** Sixteen limbs, low limb of word 0 first. */
  readonly digest: readonly F[];
}

/** The statement of a shard between two states. @param end.registers - all cells of the register space at its end. */
export function shardStatement(end: {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly startPc: number;
  readonly endPc: number;
  readonly registers: Int32Array;
}): ShardStatement<number> {
  const { before, after, startPc, endPc, registers } = end;
  const cell = (i: number): number => registers[i]! >>> 0;
  const word = (i: number): number[] => [cell(i) & 0xffff, cell(i) >>> 16];
  const [exitLo, exitHi] = word(CELL.exitCode);
  let committed = 0;
  for (let i = 0; i < 8; i++) committed += cell(CELL.committed + i) * 2 ** i;
  const digest = Array.from({ length: 8 }, (_, i) => word(CELL.digest + i)).flat();
  return { before, after, startPc, endPc, exitLo: exitLo!, exitHi: exitHi!, committed, digest };
}

/** All words of a statement, in the order in which they are observed. */
export function statementWords<F>(s: ShardStatement<F>): F[] {
  return [...s.before, ...s.after, s.startPc, s.endPc, s.exitLo, s.exitHi, s.committed, ...s.digest];
}

/** Words of {@link statementWords}. */
export const STATEMENT_WORDS = 37;

/** The inverse of {@link statementWords}. */
export function statementOfWords(words: readonly number[]): ShardStatement<number> {
  const [startPc, endPc, exitLo, exitHi, committed] = words.slice(16, 21) as [number, number, number, number, number];
  const [before, after, digest] = [words.slice(0, 8), words.slice(8, 16), words.slice(21)];
  return { before, after, startPc, endPc, exitLo, exitHi, committed, digest };
}

/** The tuples that the verifier sends; the boundary chip receives them. */
export function statementTuples<F>(s: ShardStatement<F>, felt: (x: number) => F): PublicTuple<F>[] {
  const zero = felt(0);
  const sections = [
    s.before,
    s.after,
    [s.startPc, s.endPc, s.exitLo, s.exitHi, s.committed, zero, zero, zero],
    s.digest.slice(0, 8),
    s.digest.slice(8),
  ];
  return sections.map((section, i) => ({ bus: STATEMENT, sign: 1, tuple: [felt(i), ...section] }));
}
