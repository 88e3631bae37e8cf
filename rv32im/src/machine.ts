/**
 * @module The RV32IM machine: its chips in their order.
 */
import { CLOCK_STEP } from '@weft/executor/program/layout';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { Chip } from '@weft/prover/air/chip';
import { defineMachine, type Machine } from '@weft/prover/air/machine';
import { tailOf } from '@weft/prover/air/tails';
import { hashChip } from '@weft/prover/kit/poseidon2';
import { byteChip, rangeChip } from '@weft/prover/kit/tables';
import { STATEMENT } from './buses.ts';
import { CALLS } from './calls/index.ts';
import * as arithmetic from './chips/arithmetic.ts';
import * as control from './chips/control.ts';
import { ecall } from './chips/ecall.ts';
import * as memory from './chips/memory.ts';
import * as multiply from './chips/multiply.ts';
import { program } from './chips/program.ts';
import * as state from './chips/state.ts';

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
    ...CALLS.flatMap((call) => call.chips),
    state.bump,
    state.leaf,
    state.node,
    hashChip(suite),
  ];
  const single: Chip[] = [ecall, state.boundary, rangeChip, byteChip, program];
  const chips = [...split, ...split.map(tailOf), ...single];
  return defineMachine('rv32im', chips, new Map([[STATEMENT, SECTIONS]]), CLOCK_STEP);
}
