/**
 * @module The row that calls without a class of their own leave.
 */
import { A0, A1, T0 } from '../program/abi.ts';
import { SLOT } from '../program/layout.ts';
import { type CallMachine, ECALL_ROWS } from './call.ts';

/** What a call's row accesses besides t0. */
export interface EcallAccess {
  /** The cell that it writes, and what. */
  readonly write?: { readonly cell: number; readonly value: number };
  readonly reads?: readonly ('a0' | 'a1')[];
  /** Another cell, which becomes 1. */
  readonly flag?: number;
}

/** Records the row of a call, before it changes anything. */
export function recordEcall(machine: CallMachine, { write, reads = [], flag }: EcallAccess = {}): void {
  const { recorder, registers: x, clock, index } = machine;
  if (recorder === undefined) return;
  const touch = (cell: number | undefined, slot: number): number =>
    cell === undefined ? 0 : recorder.touchRegister(cell, clock, slot);
  const codeTs = touch(T0, SLOT.rs1);
  const a0Ts = touch(reads.includes('a0') ? A0 : undefined, SLOT.rs2);
  const a1Ts = touch(reads.includes('a1') ? A1 : undefined, SLOT.memory);
  const cellTs = touch(write?.cell, SLOT.rd);
  const flagTs = touch(flag, SLOT.rd);
  const [value, old] = write === undefined ? [0, 0] : [write.value, x[write.cell]!];
  const flagOld = flag === undefined ? 0 : x[flag]!;
  const arguments_ = [x[T0]!, x[A0]!, x[A1]!];
  const event = [index, clock, ...arguments_, codeTs, a0Ts, a1Ts, value, old, cellTs, flagOld, flagTs];
  recorder.event(ECALL_ROWS.events, event);
}
