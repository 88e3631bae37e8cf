/**
 * @module Rows of functions with bad values for each of their arguments: each is refused by a `TypeError` or a `RangeError`, at once or
 * by the promise, by a check that says so and not by what it led to further on, and none is taken for something else or runs for ever.
 */
import { VerificationError } from '@weft/primitives';
import { describe, expect, it } from 'vitest';
import type { Argument } from './bad-values.ts';

/** A function, its arguments, and how to call it where that takes more than its arguments. */
export interface Row {
  readonly call: (...args: never[]) => unknown;
  readonly args: readonly Argument[];
  /** Of what a proof may be: any kind of refusal by a `VerificationError` will do. */
  readonly verifies?: boolean;
}

/** What a call ends with; calls that go on for longer than this have not refused anything. */
const PATIENCE_MS = 10_000;

/** What the engine says when a value that nobody checked is used: it names neither the argument nor what is wanted. */
const ACCIDENT = /^Cannot |^Invalid |is not (a|an|iterable|defined|extensible)\b|out of bounds|^Reduce of empty/;

async function failureOf(work: () => unknown): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(new Error('no answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([Promise.resolve(work()).then(() => undefined), late]);
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}

const shown = (value: unknown): string => {
  try {
    return (
      JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' || typeof x === 'bigint' ? `${x}` : x))?.slice(
        0,
        80,
      ) ?? String(value)
    );
  } catch {
    return String(value);
  }
};

/** Bad values that were not refused, in words. */
async function wronglyTaken({ call, args, verifies }: Row): Promise<string[]> {
  const wrong: string[] = [];
  for (const [k, { bad }] of args.entries()) {
    for (const value of bad) {
      const given = args.map((arg, i) => (i === k ? value : arg.good));
      const error = await failureOf(() => call(...(given as never[])));
      const isRefused = (error instanceof TypeError || error instanceof RangeError) && !ACCIDENT.test(error.message);
      if (!isRefused && !(verifies === true && error instanceof VerificationError))
        wrong.push(`argument ${k} = ${shown(value)}: ${error instanceof Error ? error.message : 'taken'}`);
    }
  }
  return wrong;
}

export type Rows = Readonly<Record<string, Row>>;

/** @param root - what a package exports at its root: every function of it has to have a row. */
export function testRows(name: string, root: object, rows: Rows): void {
  describe(name, () => {
    it('has a row here for every function', () => {
      const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));
      const functions = Object.entries(root).filter(([, value]) => typeof value === 'function' && !isClass(value));
      expect(functions.map(([key]) => key).filter((key) => rows[key] === undefined)).toEqual([]);
    });
    it.each(Object.entries(rows))('%s takes the good ones', async (_name, { call, args }) => {
      expect(await failureOf(() => call(...(args.map((arg) => arg.good) as never[])))).toBeUndefined();
    });
    it.each(Object.entries(rows))('%s refuses what is none of its arguments', async (_name, row) => {
      expect(await wronglyTaken(row)).toEqual([]);
    });
  });
}
