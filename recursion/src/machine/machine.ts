/**
 * @module The recursion machine: chips on which any recorded program can be laid out. Machines differ only in how many words
 * their statements have; what a proof is about is in its preprocessed columns.
 */
import type { HashSuite } from '@weft/primitives/hash/suite';
import { defineMachine, type Machine } from '@weft/prover/air/machine';
import type { StatementLayout } from '@weft/prover/air/statement';
import { ARITHMETIC } from './arithmetic.ts';
import { bits } from './bits.ts';
import { leafChip, nodeChip } from './hash.ts';
import { DIGEST_LENGTH, type RowChip, STATEMENT } from './words.ts';
import { WORDS } from './words-chips.ts';

/** The chips by what the lowering calls them. */
export type RowKind = keyof typeof ARITHMETIC | keyof typeof WORDS | 'bits' | 'node' | 'leaf';

export interface RecursionMachine {
  readonly machine: Machine;
  readonly suite: HashSuite;
  /** In the machine's order of chips. */
  readonly rows: Readonly<Record<RowKind, RowChip>>;
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

/** @param publicWords - inputs of the programs that it proves runs of. */
export function createRecursionMachine(suite: HashSuite, publicWords: number): RecursionMachine {
  const rows = { ...ARITHMETIC, bits, node: nodeChip(suite), leaf: leafChip(suite), ...WORDS };
  const chips = Object.values(rows).map(({ chip }) => chip);
  return { machine: defineMachine('recursion', chips, statementOf(publicWords)), suite, rows, publicWords };
}
