/**
 * @module What one shard proof says, how it enters the transcript and the buses, and the data of the rule by which shards
 * stand for a finished run. All of it is in the machine's key.
 */
import { CELL, FIRST_CLOCK, HALT_PC } from '@weft/executor/program/layout';
import { PUBLIC_VALUES_RULE } from '@weft/executor/program/public-values';
import { checkArray, checkObject } from '@weft/primitives/arguments';
import type { StatementLayout } from '@weft/prover/air/statement';
import { STATEMENT } from './buses.ts';

/** What one shard proof says. */
export interface ShardStatement<F> {
  /** Root of the state tree, eight elements. */
  readonly before: readonly F[];
  readonly after: readonly F[];
  readonly startPc: F;
  readonly endPc: F;
  /** The clock after the last step: `FIRST_CLOCK` and `CLOCK_STEP` more for each step. */
  readonly endClock: F;
  readonly exitLo: F;
  readonly exitHi: F;
  /** Bit i: word i of the digest was committed. */
  readonly committed: F;
  /** Sixteen limbs, low limb of word 0 first. */
  readonly digest: readonly F[];
}

/** Fields in the order in which they are observed, with their words. */
const FIELDS = {
  before: 8,
  after: 8,
  startPc: 1,
  endPc: 1,
  endClock: 1,
  exitLo: 1,
  exitHi: 1,
  committed: 1,
  digest: 16,
} as const satisfies Record<keyof ShardStatement<unknown>, number>;

const FIELD_LIST = Object.entries(FIELDS) as [keyof typeof FIELDS, number][];

/** Words of {@link statementWords}. */
export const STATEMENT_WORDS: number = FIELD_LIST.reduce((n, [, words]) => n + words, 0);

function namesOf(field: keyof typeof FIELDS): string[] {
  const count = FIELDS[field];
  return count === 1 ? [field] : Array.from({ length: count }, (_, i) => `${field}_${i}`);
}

const single = (['startPc', 'endPc', 'endClock', 'exitLo', 'exitHi', 'committed'] as const).flatMap(namesOf);
/** Eight elements each, under their number. */
const SECTIONS: readonly (readonly (number | string)[])[] = [
  namesOf('before'),
  namesOf('after'),
  [...single, 0, 0],
  namesOf('digest').slice(0, 8),
  namesOf('digest').slice(8),
];

/** The verifier sends the sections; the boundary chip receives them. */
export const STATEMENT_LAYOUT: StatementLayout = {
  words: FIELD_LIST.flatMap(([field]) => namesOf(field)),
  tuples: SECTIONS.map((section, i) => ({ bus: STATEMENT, sign: 1, tuple: [i, ...section] })),
};

/** The statement of a shard between two states. @param end.registers - all cells of the register space at its end. */
export function shardStatement(end: {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly startPc: number;
  readonly endPc: number;
  readonly endClock: number;
  readonly registers: Int32Array;
}): ShardStatement<number> {
  const { before, after, startPc, endPc, endClock, registers } = end;
  const cell = (i: number): number => registers[i]! >>> 0;
  const word = (i: number): number[] => [cell(i) & 0xffff, cell(i) >>> 16];
  const [exitLo, exitHi] = word(CELL.exitCode);
  let committed = 0;
  for (let i = 0; i < 8; i++) committed += cell(CELL.committed + i) * 2 ** i;
  const digest = Array.from({ length: 8 }, (_, i) => word(CELL.digest + i)).flat();
  return { before, after, startPc, endPc, endClock, exitLo: exitLo!, exitHi: exitHi!, committed, digest };
}

/**
 * All words of a statement, in the order in which they are observed.
 * @throws {TypeError} when a part is missing, {@link RangeError} when one has another length.
 */
export function statementWords<F>(s: ShardStatement<F>): F[] {
  checkObject('statement', s, 'a statement', []);
  return FIELD_LIST.flatMap(([field, count]) => {
    const part = s[field] as F | readonly F[];
    if (part === undefined) throw new TypeError(`statement.${field} is missing`);
    if (count === 1) return part;
    checkArray(`statement.${field}`, part);
    if ((part as readonly F[]).length !== count)
      throw new RangeError(`statement.${field} must have ${count} elements, got ${(part as readonly F[]).length}`);
    return part;
  });
}

/** The inverse of {@link statementWords}. */
export function statementOfWords(words: ArrayLike<number>): ShardStatement<number> {
  let at = 0;
  const fields = FIELD_LIST.map(([field, count]) => {
    at += count;
    const values = Array.from({ length: count }, (_, i) => words[at - count + i]!);
    return [field, count === 1 ? values[0]! : values];
  });
  return Object.fromEntries(fields) as ShardStatement<number>;
}

/** The data of {@link CHAIN_RULE}. */
export type ChainRule = {
  /** The first shard's `field` is `key` of the verifying key, every other one's is `previous` of the shard before it. */
  readonly links: readonly (
    | { readonly field: 'before'; readonly key: 'imageRoot'; readonly previous: 'after' }
    | { readonly field: 'startPc'; readonly key: 'entryPc'; readonly previous: 'endPc' }
  )[];
  /** `endPc` of the last shard and of no other. */
  readonly haltPc: number;
  /** `endClock` of every shard is larger. */
  readonly firstClock: number;
  /** What the last shard's digest and mask are held against. */
  readonly publicValues: string;
};

/**
 * The rule by which shards stand for a finished run, as the data that `run/verify` applies.
 *
 * That a shard has a step is part of it: a shard of none changes nothing and could stand anywhere in a chain, any number of
 * times. State and pc do not tell, because a shard of steps may well end where it began (a guest that reads items until
 * one is not 0), and a run of it halts all the same. The clock does: it starts at `firstClock` and every step adds to it.
 */
export const CHAIN_RULE: ChainRule = {
  links: [
    { field: 'before', key: 'imageRoot', previous: 'after' },
    { field: 'startPc', key: 'entryPc', previous: 'endPc' },
  ],
  haltPc: HALT_PC,
  firstClock: FIRST_CLOCK,
  publicValues: PUBLIC_VALUES_RULE,
};

/** {@link CHAIN_RULE} by the names of words, for proofs about proofs. The public values are theirs to pass on, not to judge. */
export const CHAIN_LAYOUT: {
  readonly links: readonly { readonly start: readonly string[]; readonly end: readonly string[] }[];
  readonly last: readonly string[];
  readonly progress: { readonly word: string; readonly from: number };
  readonly halt: { readonly word: string; readonly is: number };
} = {
  links: CHAIN_RULE.links.map(({ field, previous }) => ({ start: namesOf(field), end: namesOf(previous) })),
  last: (['exitLo', 'exitHi', 'committed', 'digest'] as const).flatMap(namesOf),
  progress: { word: 'endClock', from: CHAIN_RULE.firstClock },
  halt: { word: 'endPc', is: CHAIN_RULE.haltPc },
};
