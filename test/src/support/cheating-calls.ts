/**
 * @module Provers that execute another call than the guest asks for and keep everything else consistent.
 */
import type { CallMachine, CallRecorder, SystemCall } from '@weft/executor/calls/call';
import { PAGE_MASK } from '@weft/executor/program/memory';
import { type Traced, trace } from './traces.ts';

/** Runs a program with another `run` of a call, in the pass that cuts and in the replay. */
export async function runWith(program: readonly number[], call: SystemCall, run: SystemCall['run']): Promise<Traced> {
  const changeable = call as { run: SystemCall['run'] };
  const honest = changeable.run;
  changeable.run = run;
  try {
    return await trace(program);
  } finally {
    changeable.run = honest;
  }
}

/** The machine that a call sees, writing other events and words. */
export function behind(
  m: CallMachine,
  event: (name: string, words: readonly number[], nth: number) => readonly (readonly number[])[],
): CallMachine {
  const { recorder, clock } = m;
  const counts = new Map<string, number>();
  const changed: CallRecorder | undefined = recorder && {
    touchRegister: (...at) => recorder.touchRegister(...at),
    touchMemory: (...at) => recorder.touchMemory(...at),
    event: (name, words) => {
      const nth = counts.get(name) ?? 0;
      counts.set(name, nth + 1);
      for (const row of event(name, words, nth)) recorder.event(name, row);
    },
  };
  return { ...m, clock, recorder: changed };
}

/** Writes words of guest memory. */
export function writeWords({ memory }: CallMachine, address: number, words: ArrayLike<number>): void {
  for (let i = 0; i < words.length; i++)
    memory.page(address + 4 * i)[((address + 4 * i) & PAGE_MASK) >>> 2] = words[i]!;
}
/** Words of guest memory, unsigned. */
export const wordsAt = ({ memory }: CallMachine, address: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => memory.word(address + 4 * i) >>> 0);
