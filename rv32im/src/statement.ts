/**
 * @module What one shard proof says, and how it enters the transcript and the buses.
 */
import { CELL } from '@weft/executor/program/layout';
import { checkArray, checkInteger, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import type { PublicTuple } from '@weft/prover/air/machine';
import { STATEMENT } from './buses.ts';

/** Elements of the parts that have several. */
const LENGTHS = { before: 8, after: 8, digest: 16 } as const;
const PARTS = ['before', 'after', 'digest'] as const;

/** What one shard proof says. */
export interface ShardStatement<F> {
  readonly before: readonly F[];
  readonly after: readonly F[];
  readonly startPc: F;
  readonly endPc: F;
  readonly exitLo: F;
  readonly exitHi: F;
  /** Bit i: word i of the digest was committed. */
  readonly committed: F;
  /** Sixteen limbs, low limb of word 0 first. */
  readonly digest: readonly F[];
}

/** The statement of a shard between two states. @param end.registers - all cells of the register space at its end. */
export function shardStatement(end: {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly startPc: number;
  readonly endPc: number;
  readonly registers: Int32Array;
}): ShardStatement<number> {
  const { before, after, startPc, endPc, registers } = end;
  const cell = (i: number): number => registers[i]! >>> 0;
  const word = (i: number): number[] => [cell(i) & 0xffff, cell(i) >>> 16];
  const [exitLo, exitHi] = word(CELL.exitCode);
  let committed = 0;
  for (let i = 0; i < 8; i++) committed += cell(CELL.committed + i) * 2 ** i;
  const digest = Array.from({ length: 8 }, (_, i) => word(CELL.digest + i)).flat();
  return { before, after, startPc, endPc, exitLo: exitLo!, exitHi: exitHi!, committed, digest };
}

/**
 * All words of a statement, in the order in which they are observed.
 * @throws {TypeError} when a part is missing, {@link RangeError} when one has another length.
 */
export function statementWords<F>(s: ShardStatement<F>): F[] {
  checkObject('statement', s, 'a statement', [...PARTS, 'startPc', 'endPc', 'exitLo', 'exitHi', 'committed']);
  for (const part of PARTS) {
    checkArray(`statement.${part}`, s[part]);
    if (s[part].length !== LENGTHS[part])
      throw new RangeError(`statement.${part} must have ${LENGTHS[part]} elements, got ${s[part].length}`);
  }
  return [...s.before, ...s.after, s.startPc, s.endPc, s.exitLo, s.exitHi, s.committed, ...s.digest];
}

/** @throws {TypeError} {@link RangeError} unless `s` is a statement of canonical field elements. */
export function checkStatement(name: string, s: ShardStatement<number>): void {
  for (const [i, word] of statementWords(s).entries()) checkInteger(`word ${i} of ${name}`, word, 0, P - 1);
}

/** Words of {@link statementWords}. */
export const STATEMENT_WORDS = 37;

/** The inverse of {@link statementWords}. */
export function statementOfWords(words: readonly number[]): ShardStatement<number> {
  const [startPc, endPc, exitLo, exitHi, committed] = words.slice(16, 21) as [number, number, number, number, number];
  const [before, after, digest] = [words.slice(0, 8), words.slice(8, 16), words.slice(21)];
  return { before, after, startPc, endPc, exitLo, exitHi, committed, digest };
}

/** The tuples that the verifier sends; the boundary chip receives them. */
export function statementTuples<F>(s: ShardStatement<F>, felt: (x: number) => F): PublicTuple<F>[] {
  const zero = felt(0);
  const sections = [
    s.before,
    s.after,
    [s.startPc, s.endPc, s.exitLo, s.exitHi, s.committed, zero, zero, zero],
    s.digest.slice(0, 8),
    s.digest.slice(8),
  ];
  return sections.map((section, i) => ({ bus: STATEMENT, sign: 1, tuple: [felt(i), ...section] }));
}
