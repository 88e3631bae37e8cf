/**
 * @module What a precompile does, apart from how it is proven: which words of memory it reads and changes, in which order, and what
 * they become. Codes, layouts and edge cases are those of the SP1 rv32 executor, versions 3 to 5; `docs/precompiles.md` says where SP1
 * computes what it cannot prove, and a run is stopped here.
 */

import { checkArray, checkFunction, checkInteger, checkName, checkObject, refuse } from '@weft/primitives/arguments';

/** Registers that hold the arguments of a call. */
export type Argument = 'a0' | 'a1' | 'a2' | 'a3';
/** Unsigned words. */
export type CallArguments = Readonly<Record<Argument, number>>;

/** Words that follow each other, from where an argument points to. */
export interface WordSpan {
  readonly pointer: Argument;
  /** Words between where the argument points to and the first of them; 0 where it is left out. */
  readonly offset?: number;
  readonly count: number;
  readonly access: 'read' | 'update';
  /** The first words of an update that stay as they are; 0 where it is left out. */
  readonly kept?: number;
}

/** Why a call cannot be: its arguments, or the numbers that they point to. */
export interface Fault {
  readonly code: 'SYSCALL_ARGUMENT' | 'OPERAND';
  readonly reason: string;
}

export interface Operation {
  readonly name: string;
  readonly code: number;
  /** What is read stands before what is updated: all of it is read before anything changes. */
  readonly spans: readonly WordSpan[];
  /** Why the call cannot be with these arguments, besides what holds of every pointer. */
  readonly refuse?: (args: CallArguments) => Fault | undefined;
  /**
   * @param before - the words of each span, unsigned; not changed.
   * @returns what the words of each updated span become, or why they do not.
   */
  readonly run: (before: readonly Uint32Array[], args: CallArguments) => readonly Uint32Array[] | Fault;
}

const ARGUMENTS: readonly string[] = ['a0', 'a1', 'a2', 'a3'] satisfies readonly Argument[];
/** Words of a span: a row, or a few, has to hold them. */
const MOST_WORDS = 2 ** 12;

/** @throws {TypeError} {@link RangeError} unless `value` is an operation whose reads come before its updates. */
export function checkOperation(name: string, value: unknown): void {
  checkObject(name, value, 'an operation', ['name', 'code', 'spans', 'run']);
  const operation = value as Operation;
  checkName(`${name}.name`, operation.name);
  checkInteger(`${name}.code`, operation.code, 0, 2 ** 32 - 1);
  checkFunction(`${name}.run`, operation.run);
  if (operation.refuse !== undefined) checkFunction(`${name}.refuse`, operation.refuse);
  checkArray(`${name}.spans`, operation.spans, (at, span) => {
    checkObject(at, span, 'a span of words', ['pointer', 'count', 'access']);
    const { pointer, offset = 0, count, access, kept = 0 } = span as WordSpan;
    if (!ARGUMENTS.includes(pointer)) refuse(`${at}.pointer`, 'a0, a1, a2 or a3', pointer);
    if (access !== 'read' && access !== 'update') refuse(`${at}.access`, 'read or update', access);
    checkInteger(`${at}.count`, count, 1, MOST_WORDS);
    checkInteger(`${at}.offset`, offset, 0, MOST_WORDS);
    checkInteger(`${at}.kept`, kept, 0, access === 'read' ? 0 : count);
  });
  // The row that all calls share reads a0 as a pointer, so that something has to make sure that it is one.
  if (!operation.spans.some(({ pointer }) => pointer === 'a0'))
    throw new RangeError(`${name}.spans must have one at a0`);
  const accesses = operation.spans.map(({ access }) => access);
  if (
    accesses.length === 0 ||
    (accesses.lastIndexOf('read') > accesses.indexOf('update') && accesses.includes('update'))
  )
    throw new RangeError(`${name}.spans must be at least one, reads before updates, got [${accesses.join(', ')}]`);
}

/** One access to a word, as a table of the call sees it. */
export interface WordAccess {
  /** Of {@link Operation.spans}. */
  readonly span: number;
  /** In bytes, a multiple of 4. */
  readonly address: number;
  readonly access: 'read' | 'update';
  /** Unsigned; `after` is `before` of a word that is read. */
  readonly before: number;
  readonly after: number;
}

/** Where a span starts, in bytes. */
export function addressOf({ pointer, offset = 0 }: WordSpan, args: CallArguments): number {
  return args[pointer] + 4 * offset;
}

/**
 * All accesses of a call in their order: spans as they are listed, words by rising addresses. A word of an update that overlaps a read
 * appears in both, with the same value before.
 * @param args - multiples of 4 where they are pointers, to words that exist.
 * @param wordAt - the word at an address, signed or unsigned.
 */
export function accessesOf(
  operation: Operation,
  args: CallArguments,
  wordAt: (address: number) => number,
): readonly WordAccess[] | Fault {
  const { spans } = operation;
  const fault = operation.refuse?.(args) ?? twiceFault(operation, args);
  if (fault !== undefined) return fault;
  const before = spans.map((span) => {
    const from = addressOf(span, args);
    return Uint32Array.from({ length: span.count }, (_, i) => wordAt(from + 4 * i));
  });
  const after = operation.run(before, args);
  if ('code' in after) return after;
  let updated = 0;
  return spans.flatMap((span, k) => {
    const from = addressOf(span, args);
    const values = span.access === 'read' ? before[k]! : after[updated++]!;
    return Array.from(before[k]!, (word, i): WordAccess => {
      return { span: k, address: from + 4 * i, access: span.access, before: word, after: values[i]! };
    });
  });
}

/** Accesses of one kind have one timestamp, so no word can have two of them: in SP1 such a call has no proof either. */
export function twiceFault({ name, spans }: Operation, args: CallArguments): Fault | undefined {
  for (const [k, a] of spans.entries()) {
    for (const b of spans.slice(0, k)) {
      const distance = addressOf(a, args) - addressOf(b, args);
      if (a.access !== b.access || distance >= 4 * b.count || -distance >= 4 * a.count) continue;
      const done = a.access === 'read' ? 'reads' : 'changes';
      return { code: 'SYSCALL_ARGUMENT', reason: `${name} ${done} words twice, at ${a.pointer} and ${b.pointer}` };
    }
  }
  return undefined;
}

/** Refuses another a1 than 0. */
export function noSecondArgument(name: string): (args: CallArguments) => Fault | undefined {
  return ({ a1 }) =>
    a1 === 0 ? undefined : { code: 'SYSCALL_ARGUMENT', reason: `${name} with ${a1} in a1, which must be 0` };
}

/** Refuses another a1 than 0 and 1. */
export function oneBit(name: string): (args: CallArguments) => Fault | undefined {
  return ({ a1 }) =>
    a1 <= 1 ? undefined : { code: 'SYSCALL_ARGUMENT', reason: `${name} with ${a1} in a1, which must be 0 or 1` };
}

/** @param what - which numbers have no result, after the call's name. @throws {TypeError} for what is no name. */
export function operandFault(name: string, what: string): Fault {
  checkName('name', name);
  checkName('what', what);
  return { code: 'OPERAND', reason: `${name} ${what}` };
}
