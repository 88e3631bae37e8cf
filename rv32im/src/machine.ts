/**
 * @module The RV32IM machine: its chips in their order.
 */
import { CLOCK_STEP } from '@weft/executor/program/layout';
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { Chip } from '@weft/prover/air/chip';
import { defineMachine, joinChips, type Machine } from '@weft/prover/air/machine';
import { tailOf } from '@weft/prover/air/tails';
import { hashChip } from '@weft/prover/kit/poseidon2';
import {
  byteChip,
  nibbleChip,
  rangeChip,
  smallRangeChip,
  sparseByteChip,
  sparseRangeChip,
} from '@weft/prover/kit/tables';
import { EXECUTION } from './buses.ts';
import { CALLS, FAMILIES, type Family } from './calls/index.ts';
import * as arithmetic from './chips/arithmetic.ts';
import * as control from './chips/control.ts';
import { ecall } from './chips/ecall.ts';
import * as memory from './chips/memory.ts';
import * as multiply from './chips/multiply.ts';
import { precompileCall } from './chips/precompile.ts';
import { program } from './chips/program.ts';
import * as state from './chips/state.ts';
import { STATEMENT_LAYOUT } from './statement.ts';

/** Tables of all ranges and bytes. */
export const WHOLE_LOOKUPS: readonly Chip[] = [rangeChip, byteChip];
/** What stands in their place where few are asked for. */
export const SPARSE_LOOKUPS: readonly Chip[] = [sparseRangeChip, sparseByteChip, smallRangeChip, nibbleChip];

/** @param families - of precompiles; their chips come last. What takes their calls is there if there are any. */
export function createRiscvMachine(suite: HashSuite, families: readonly Family[] = FAMILIES): Machine {
  const machine = defineMachine('rv32im', riscvChips(suite, families), STATEMENT_LAYOUT);
  checkClock(machine);
  return machine;
}

/** The machine with some of the families of one that has passed the checks of {@link createRiscvMachine}. */
export function joinRiscvChips(suite: HashSuite, families: readonly Family[]): Machine {
  return joinChips('rv32im', riscvChips(suite, families), STATEMENT_LAYOUT);
}

function riscvChips(suite: HashSuite, families: readonly Family[]): Chip[] {
  const split: Chip[] = [
    arithmetic.add,
    arithmetic.addi,
    arithmetic.addInPlace,
    arithmetic.addiInPlace,
    arithmetic.constant,
    arithmetic.move,
    arithmetic.bitwise,
    arithmetic.bitwiseInPlace,
    arithmetic.bitwiseImm,
    arithmetic.slt,
    arithmetic.sltImm,
    arithmetic.shift,
    arithmetic.shiftImm,
    control.branchEq,
    control.branchZero,
    control.branchLt,
    control.jalr,
    memory.loadWord,
    memory.storeWord,
    memory.loadSub,
    memory.storeSub,
    multiply.mul,
    multiply.mulh,
    state.bump,
    state.leaf,
    state.node,
    hashChip(suite),
  ];
  // Few rows in most runs; a tail of theirs would cost every circuit more than it saves them.
  const rare = [multiply.divrem, ...CALLS.flatMap((call) => call.chips)];
  const single: Chip[] = [...rare, ecall, state.boundary, ...WHOLE_LOOKUPS, program, ...SPARSE_LOOKUPS];
  const precompiles = families.length === 0 ? [] : [precompileCall, ...families.flatMap((family) => family.chips)];
  return [...split, ...split.map(tailOf), ...single, ...precompiles];
}

/**
 * Rows that leave a run at the (pc, clock) where they found it could stand beside the run, bound to nothing. Each adds to the
 * clock, so it takes p / CLOCK_STEP of them to come back.
 * @throws {ConstraintError} MACHINE when the tables have room for so many.
 */
export function checkClock({ chips }: Pick<Machine, 'chips'>): void {
  const steps = chips.filter((chip) => chip.interactions.some((i) => i.bus === EXECUTION));
  const rows = steps.reduce((n, chip) => n + 2 ** chip.maxLogHeight, 0);
  if (rows * CLOCK_STEP >= P)
    throw new ConstraintError('MACHINE', `machine rv32im: ${rows} rows can take the clock around p`);
}
