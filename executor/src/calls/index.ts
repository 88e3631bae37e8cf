/**
 * @module All system calls, and the classes of events that follow from them.
 */
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import { MAX_CALL_ROWS, type SystemCall } from './call.ts';
import { commit } from './commit.ts';
import { commitDeferredProofs } from './commit-deferred.ts';
import { halt } from './halt.ts';
import { hintLen } from './hint-len.ts';
import { hintRead } from './hint-read.ts';
import { keccakPermute } from './keccak.ts';
import { shaCompress } from './sha-compress.ts';
import { shaExtend } from './sha-extend.ts';
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
  shaExtend,
  shaCompress,
  keccakPermute,
];

/** Classes of rows that are calls' own, and their fields. */
export const CALL_CLASSES: ReadonlyMap<string, readonly string[]> = new Map(
  CALLS.flatMap(({ rows, precompile }) => [...(rows === undefined ? [] : [rows]), ...(precompile?.tables ?? [])]).map(
    ({ events, fields }) => [events, fields],
  ),
);

/** Classes of which a step of the run takes rows: those of instructions first, with their numbers, then those of calls. */
export const STEP_CLASSES: readonly string[] = [...INSTRUCTION_CLASSES, ...CALL_CLASSES.keys()];

/** Rows of each class, by its number, that are granted in advance at most: calls that take many of wide tables are few. */
export const MOST_GRANTED: readonly number[] = STEP_CLASSES.map((name) =>
  CALLS.some(({ precompile }) => precompile?.tables.some(({ events }) => events === name) === true)
    ? MAX_CALL_ROWS
    : Number.POSITIVE_INFINITY,
);

const CLASS_NUMBERS: ReadonlyMap<string, number> = new Map(STEP_CLASSES.map((name, k) => [name, k]));

/** The number of a class of steps. */
export function classNumber(events: string): number {
  return CLASS_NUMBERS.get(events)!;
}

const NUMBERED = new Map(
  CALLS.map((call) => {
    const events = call.rows?.events ?? call.precompile?.tables[0]?.events;
    return [call.code, { call, rowClass: events === undefined ? undefined : classNumber(events) }];
  }),
);

/** The call with this code, and the number of the class of its own rows, or of the first of them, if it has one. */
export function callOf(code: number): { readonly call: SystemCall; readonly rowClass: number | undefined } | undefined {
  return NUMBERED.get(code);
}
