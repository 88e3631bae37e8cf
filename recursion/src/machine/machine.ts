/**
 * @module The recursion machine: chips on which any recorded program can be laid out. Machines differ in how many words their
 * statements have and in the kinds of rows that they have; what a proof is about is in its preprocessed columns.
 */
import type { HashSuite } from '@weft/primitives/hash/suite';
import { defineMachine, type joinChips, type Machine } from '@weft/prover/air/machine';
import type { StatementLayout } from '@weft/prover/air/statement';
import { ARITHMETIC } from './arithmetic.ts';
import { bits } from './bits.ts';
import { leafChip, nodeChip } from './hash.ts';
import { DIGEST_LENGTH, LOG_ROWS, type RowChip, STATEMENT } from './words.ts';
import { WORDS } from './words-chips.ts';

/** The chips by what the lowering calls them. */
export type RowKind = keyof typeof ARITHMETIC | keyof typeof WORDS | 'bits' | 'node' | 'leaf';

/** Rows that a machine may do without: others can stand for them, or its programs need none. */
export type OptionalKind = 'fold' | 'dot' | 'leaf';

/** What there is of each kind of rows that a machine has. */
export type ByKind<T> = Readonly<Record<Exclude<RowKind, OptionalKind>, T> & Partial<Record<OptionalKind, T>>>;

/** Which machine of the family it is. */
export interface MachineForm {
  readonly name: string;
  /** Optional kinds that it has. */
  readonly optional: readonly OptionalKind[];
  /**
   * Whether the rate of a block lies at one address with one count, in place of eight of each, and what it gives is a digest word
   * as well, which is how a row's digest comes to its path.
   */
  readonly hasPlainBlocks: boolean;
  /** log2 of the most rows of a table: what a proof's rounds grow with. */
  readonly logRows: number;
}

/** For whatever there is to verify. */
export const FULL_MACHINE: MachineForm = {
  name: 'recursion',
  optional: ['fold', 'leaf'],
  hasPlainBlocks: false,
  logRows: LOG_ROWS,
};

/**
 * For the last proofs of a tree: half the columns, which a proof pays for one by one. It verifies proofs whose rows are hashed by
 * the node permutation alone.
 */
export const NARROW_MACHINE: MachineForm = {
  name: 'narrow recursion',
  optional: ['dot'],
  hasPlainBlocks: true,
  logRows: 14,
};

export interface RecursionMachine {
  readonly machine: Machine;
  readonly form: MachineForm;
  /** Whose permutations its rows compute: that of the proofs which its programs verify, whatever its own are made with. */
  readonly suite: HashSuite;
  /** In the machine's order of chips. */
  readonly rows: ByKind<RowChip>;
  /** Words of a statement. */
  readonly publicWords: number;
}

/** The words as the machine takes them, eight by eight; the last eight end in zeros. */
function statementOf(publicWords: number): StatementLayout {
  const words = Array.from({ length: publicWords }, (_, i) => `word_${i}`);
  const tuples = Array.from({ length: Math.ceil(publicWords / DIGEST_LENGTH) }, (_, i) => ({
    bus: STATEMENT,
    sign: -1 as const,
    tuple: [i + 1, ...Array.from({ length: DIGEST_LENGTH }, (_, j) => words[DIGEST_LENGTH * i + j] ?? 0)],
  }));
  return { words, tuples };
}

/**
 * @param suite - of the proofs that its programs verify.
 * @param publicWords - inputs of the programs that it proves runs of.
 * @param join - what makes a machine of chips: with {@link joinChips}, one whose key is known.
 */
export function createRecursionMachine(
  suite: HashSuite,
  publicWords: number,
  form: MachineForm = FULL_MACHINE,
  join: typeof joinChips = defineMachine,
): RecursionMachine {
  const { fold, dot, ...arithmetic } = ARITHMETIC;
  const { name, optional, logRows, hasPlainBlocks } = form;
  const has = (kind: OptionalKind): boolean => optional.includes(kind);
  const all: ByKind<RowChip> = {
    ...arithmetic,
    ...(has('fold') ? { fold } : {}),
    ...(has('dot') ? { dot } : {}),
    bits,
    node: nodeChip(suite, hasPlainBlocks),
    ...(has('leaf') ? { leaf: leafChip(suite) } : {}),
    ...WORDS,
  };
  const rows = Object.fromEntries(
    Object.entries(all).map(([kind, row]) => [kind, { ...row, chip: { ...row.chip, maxLogHeight: logRows } }]),
  ) as unknown as ByKind<RowChip>;
  const chips = Object.values(rows).map(({ chip }) => chip);
  return { machine: join(name, chips, statementOf(publicWords)), form, suite, rows, publicWords };
}
