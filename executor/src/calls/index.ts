/**
 * @module All system calls, and the classes of events that follow from them.
 */
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import type { SystemCall } from './call.ts';
import { commit } from './commit.ts';
import { commitDeferredProofs } from './commit-deferred.ts';
import { halt } from './halt.ts';
import { hintLen } from './hint-len.ts';
import { hintRead } from './hint-read.ts';
import { enterUnconstrained, exitUnconstrained } from './unconstrained.ts';
import { write } from './write.ts';

export const CALLS: readonly SystemCall[] = [
  halt,
  write,
  enterUnconstrained,
  exitUnconstrained,
  commit,
  commitDeferredProofs,
  hintLen,
  hintRead,
];

/** Classes of which a step of the run takes rows: those of instructions first, with their numbers, then those of calls. */
export const STEP_CLASSES: readonly string[] = [
  ...INSTRUCTION_CLASSES,
  ...CALLS.flatMap(({ rows }) => (rows === undefined ? [] : [rows.events])),
];

const NUMBERED = new Map(
  CALLS.map((call) => {
    const events = call.rows?.events;
    return [call.code, { call, rowClass: events === undefined ? undefined : STEP_CLASSES.indexOf(events) }];
  }),
);

/** The call with this code, and the number of the class of its own rows if it has one. */
export function callOf(code: number): { readonly call: SystemCall; readonly rowClass: number | undefined } | undefined {
  return NUMBERED.get(code);
}
