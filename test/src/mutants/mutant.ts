/**
 * @module A mutant: one place of the verifier's source, made weaker.
 */

export interface Mutant {
  /** From the root of the repository. */
  readonly file: string;
  /** Function or method that holds the place; `module` outside of any. */
  readonly within: string;
  /** What was done, in two or three words. */
  readonly operator: string;
  /** The lines touched, white space collapsed, before and after. */
  readonly was: string;
  readonly now: string;
  /** The first of them, counted from 1. */
  readonly line: number;
  /** The whole file before the change, and after it. */
  readonly original: string;
  readonly source: string;
}

const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Puts `replacement` in the place of the characters from `start` to `end`. */
export function mutate(
  file: string,
  source: string,
  change: {
    readonly within: string;
    readonly operator: string;
    readonly start: number;
    readonly end: number;
    readonly replacement: string;
  },
): Mutant {
  const { within, operator, start, end, replacement } = change;
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  const last = to < 0 ? source.length : to;
  const head = source.slice(from, start);
  const tail = source.slice(end, last);
  return {
    file,
    within,
    operator,
    was: collapse(source.slice(from, last)),
    now: collapse(head + replacement + tail),
    line: source.slice(0, start).split('\n').length,
    original: source,
    source: source.slice(0, start) + replacement + source.slice(end),
  };
}

/** One line that names it, the same on every run. */
export function nameOf(m: Pick<Mutant, 'file' | 'within' | 'was' | 'now'>): string {
  return `${m.file} ${m.within}: ${m.was}  =>  ${m.now}`;
}
