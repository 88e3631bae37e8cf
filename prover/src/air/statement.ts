/**
 * @module Statements: what a proof says, as words that the transcript observes and tuples that the verifier adds to the
 * buses. How the one becomes the other is data of the machine, so that the key binds it and no caller has a say.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import type { Bus } from './chip.ts';

/** A tuple that the verifier itself sends or receives: how a statement enters the bus argument. */
export interface PublicTuple<F> {
  readonly bus: Bus;
  /** +1 for a send, -1 for a receive. */
  readonly sign: 1 | -1;
  readonly tuple: readonly F[];
}

/** How a statement is laid out. */
export interface StatementLayout {
  /** Names of the words, in the order in which they are observed; each once. */
  readonly words: readonly string[];
  /** What the verifier sends and receives: each element a constant below p, or the word of that name. */
  readonly tuples: readonly PublicTuple<number | string>[];
}

/** Of a machine whose proofs say nothing but that there is such a run. */
export const EMPTY_STATEMENT: StatementLayout = { words: [], tuples: [] };

/** @throws {ConstraintError} STATEMENT when a name repeats or is unknown, or a tuple does not fit its bus. */
export function checkLayout({ words, tuples }: StatementLayout): void {
  const fail = (message: string): never => {
    throw new ConstraintError('STATEMENT', `the statement: ${message}`);
  };
  const names = new Set(words);
  if (names.size !== words.length) fail('two words share a name');
  for (const { bus, sign, tuple } of tuples) {
    if (sign !== 1 && sign !== -1) fail(`a tuple on bus ${bus.name} has sign ${String(sign)}`);
    if (tuple.length !== bus.arity) fail(`bus ${bus.name} takes ${bus.arity} elements, got ${tuple.length}`);
    for (const e of tuple) {
      if (typeof e === 'string' ? !names.has(e) : !Number.isInteger(e) || e < 0 || e >= P)
        fail(`${e} on bus ${bus.name} is neither a word nor an element`);
    }
  }
}

/**
 * The public tuples of a statement.
 * @param words - one value for each word of the layout.
 * @param felt - makes a constant a value; numbers stay what they are by default.
 */
export function publicTuples<F = number>(
  layout: StatementLayout,
  words: readonly F[],
  felt: (x: number) => F = (x) => x as F,
): PublicTuple<F>[] {
  checkObject('layout', layout, 'the layout of a statement', ['words', 'tuples']);
  checkArray('words', words);
  if (words.length !== layout.words.length)
    throw new RangeError(`words must have ${layout.words.length} elements, got ${words.length}`);
  const byName = new Map(layout.words.map((name, i) => [name, words[i]!]));
  return layout.tuples.map(({ bus, sign, tuple }) => ({
    bus,
    sign,
    tuple: tuple.map((e) => (typeof e === 'string' ? byName.get(e)! : felt(e))),
  }));
}
