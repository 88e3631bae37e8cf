/**
 * @module HINT_READ: the next input item, of a1 bytes, to a0. Word by word: each is a row of its own and leaves a state from
 * which the next goes on, in another shard if need be. The instruction retires with the last one.
 */
import { A0, A1, MAX_HINT, SYSCALL, T0 } from '../program/abi.ts';
import { CELL, MEMORY_END, SLOT } from '../program/layout.ts';
import { PAGE_MASK } from '../program/memory.ts';
import type { Program } from '../program/program.ts';
import type { CallMachine, CallRecorder, EventShape, SystemCall } from './call.ts';
import { nullPointerFault } from './null-pointer.ts';
import { storeFault } from './store-fault.ts';
import type { Refusal } from './trap.ts';

const ROWS: EventShape = {
  events: 'hint_read',
  fields: [
    'index',
    'clk',
    'pointer',
    'length',
    'progress',
    'codeTs',
    'a0Ts',
    'a1Ts',
    'progressTs',
    'old',
    'memoryTs',
    'value',
  ],
};

export const hintRead: SystemCall = {
  name: 'HINT_READ',
  code: SYSCALL.HINT_READ,
  rows: ROWS,
  run: (m) => {
    const { a0: pointer, a1: length, registers, memory, host } = m;
    let progress = registers[CELL.hintProgress]!;
    // What is not there comes first: a guest that was told so by HINT_LEN asks for 2^32 - 1 bytes.
    if (progress === 0) m.refuse(host.readFault(length) ?? fault(m.program, pointer, length));
    for (;;) {
      const address = pointer + progress;
      if (!m.nextRow(length > 0 ? address : undefined)) return undefined;
      if (progress === 0) host.beginRead();
      const value = host.hintWord(progress);
      m.noteHint(value);
      // Not asked in there: what it takes from the machine costs as much as all else of a word.
      if (m.recorder !== undefined) record(m, m.recorder, progress, value);
      const isLast = progress + 4 >= length;
      registers[CELL.hintProgress] = isLast ? 0 : progress + 4;
      if (length > 0) memory.page(address)[(address & PAGE_MASK) >>> 2] = value;
      if (isLast) return m.pc + 4;
      progress += 4;
    }
  },
};

/** Why a HINT_READ to these addresses cannot be, if so. */
function fault(program: Program, pointer: number, length: number): Refusal | undefined {
  const where = `0x${pointer.toString(16)}`;
  if (pointer % 4 !== 0) return { code: 'HINT', reason: `HINT_READ to ${where}, not a multiple of 4` };
  if (length >= MAX_HINT || pointer + length > MEMORY_END)
    return { code: 'HINT', reason: `HINT_READ of ${length} bytes reaches beyond memory` };
  const fixed = storeFault(program, `HINT_READ of ${length} bytes`, pointer, pointer + length);
  return fixed ?? nullPointerFault(program, `HINT_READ of ${length} bytes to`, pointer, length);
}

function record(
  { index, clock, a0: pointer, a1: length, memory }: CallMachine,
  recorder: CallRecorder,
  progress: number,
  value: number,
): void {
  const codeTs = recorder.touchRegister(T0, clock, SLOT.rs1);
  const a0Ts = recorder.touchRegister(A0, clock, SLOT.rs2);
  const a1Ts = recorder.touchRegister(A1, clock, SLOT.memory);
  const progressTs = recorder.touchRegister(CELL.hintProgress, clock, SLOT.rd);
  const address = pointer + progress;
  const old = memory.word(address);
  const memoryTs = length === 0 ? 0 : recorder.touchMemory(address, old, clock, SLOT.memory);
  const times = [codeTs, a0Ts, a1Ts, progressTs];
  recorder.event(ROWS.events, [index, clock, pointer, length, progress, ...times, old, memoryTs, value]);
}
