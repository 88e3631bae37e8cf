/**
 * @module The calls that a program may make, and the classes of events that follow from them. The interpreter, the meter, the recorder and
 * the budget know calls from a program's set only.
 */
import { ConstraintError } from '@weft/primitives';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkMap,
  checkMethods,
  checkName,
  checkObject,
} from '@weft/primitives/arguments';
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import type { EventShape, SystemCall } from './call.ts';

/** A call, and the number of the class of its own rows, or of the first of them, if it has one. */
export interface NumberedCall {
  readonly call: SystemCall;
  readonly rowClass: number | undefined;
}

export interface CallSet {
  readonly calls: readonly SystemCall[];
  /** Classes of rows that are calls' own, and their fields. */
  readonly classes: ReadonlyMap<string, readonly string[]>;
  /** Classes of which a step of the run takes rows: those of instructions first, with their numbers, then those of calls. */
  readonly stepClasses: readonly string[];
  /** Whether rows of a class, by its number, are granted in advance: those of precompiles are wide, and most runs have none. */
  readonly isGranted: readonly boolean[];
  /** The call with a code. */
  find(code: number): NumberedCall | undefined;
  /** The number of a class of steps. */
  classNumber(events: string): number;
}

/** Most classes of steps: their numbers are bytes, the last of which stands for none. */
const MOST_CLASSES = 255;

/**
 * @throws {ConstraintError} CALLS when two calls share a code, or two classes that differ a name.
 * @throws {TypeError} {@link RangeError} for a call that is none.
 */
export function createCallSet(calls: readonly SystemCall[]): CallSet {
  checkArray('calls', calls, checkCall);
  const fail = (message: string): never => {
    throw new ConstraintError('CALLS', message);
  };
  const classes = new Map<string, readonly string[]>();
  const ofPrecompiles = new Set<string>();
  for (const { name, rows, precompile } of calls) {
    for (const { events, fields } of [...(rows === undefined ? [] : [rows]), ...(precompile?.tables ?? [])]) {
      const known = classes.get(events);
      if (INSTRUCTION_CLASSES.some((c) => c === events) || (known !== undefined && known.join() !== fields.join()))
        fail(`${name} has rows ${events}, as others that differ have`);
      classes.set(events, fields);
    }
    for (const { events } of precompile?.tables ?? []) ofPrecompiles.add(events);
  }
  const stepClasses: readonly string[] = [...INSTRUCTION_CLASSES, ...classes.keys()];
  if (stepClasses.length > MOST_CLASSES) fail(`${stepClasses.length} classes of events`);
  const numbers = new Map(stepClasses.map((name, k) => [name, k]));
  const byCode = new Map<number, NumberedCall>();
  for (const call of calls) {
    if (byCode.has(call.code)) fail(`${call.name} has the code of ${byCode.get(call.code)!.call.name}`);
    const events = call.rows?.events ?? call.precompile?.tables[0]?.events;
    byCode.set(call.code, { call, rowClass: events === undefined ? undefined : numbers.get(events)! });
  }
  return {
    calls: [...calls],
    classes,
    stepClasses,
    isGranted: stepClasses.map((name) => !ofPrecompiles.has(name)),
    find: (code) => byCode.get(code),
    classNumber: (events) => numbers.get(events)!,
  };
}

function checkCall(name: string, value: unknown): void {
  checkObject(name, value, 'a system call', ['name', 'code', 'run']);
  const call = value as SystemCall;
  checkName(`${name}.name`, call.name);
  checkInteger(`${name}.code`, call.code, 0, 2 ** 32 - 1);
  checkFunction(`${name}.run`, call.run);
  if (call.rows !== undefined) checkShape(`${name}.rows`, call.rows);
  if (call.precompile === undefined) return;
  checkObject(`${name}.precompile`, call.precompile, 'tables of a call', ['tables']);
  checkArray(`${name}.precompile.tables`, call.precompile.tables, checkShape);
}

/** @throws {TypeError} {@link RangeError} unless `value` is a class of events. */
export function checkShape(name: string, value: unknown): void {
  checkObject(name, value, 'a class of events', ['events', 'fields']);
  const { events, fields } = value as EventShape;
  checkName(`${name}.events`, events);
  checkArray(`${name}.fields`, fields, checkName);
}

/** @throws {TypeError} unless `value` is a set of calls. */
export function checkCallSet(name: string, value: unknown): void {
  checkMethods(name, value, 'what createCallSet returned', ['find', 'classNumber']);
  const { calls, classes, stepClasses, isGranted } = value as CallSet;
  for (const [member, list] of Object.entries({ calls, stepClasses, isGranted })) checkArray(`${name}.${member}`, list);
  checkMap(`${name}.classes`, classes, 'classes to fields');
}
