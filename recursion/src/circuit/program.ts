/**
 * @module Recorded programs: what the verifier does with values, as a straight line of operations on numbered wires. Each wire
 * is written once. A base wire holds a field element, an extension wire five; they are numbered apart.
 *
 * An operation is its code and its operands in one list of words. `out` is the number of its first result, the others
 * follow; `E` stands for an extension wire, the rest are base wires unless said otherwise.
 */
import type { VerificationReason } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';

/** Operation codes, with their operands. */
export const CIRCUIT_OP = {
  /** out, a, b */
  ADD: 0,
  SUB: 1,
  MUL: 2,
  /** E out, E a, E b */
  ADD_EXT: 3,
  SUB_EXT: 4,
  MUL_EXT: 5,
  /** E out, E a, b */
  MUL_BASE: 6,
  /** E out, five coefficients */
  PACK: 7,
  /** E out, E sum so far, eight E weights, eight values: adds the products, the values being part of an opened row */
  FOLD: 8,
  /** E out, E a, reason: rejects 0 */
  INVERSE: 9,
  /** out, x, number: the lowest bits of the canonical representative */
  LOW_BITS: 10,
  /** out, x, number, reason: rejects more bits */
  BITS: 11,
  /** out, x, size, reason: rejects x > size */
  ONE_HOT: 12,
  /** out, first of the bits of a LOW_BITS, their number: the domain point of the row at this position */
  DOMAIN_POINT: 13,
  /** out, bit, length, a, b: b then a where the bit is 1 */
  SELECT_ORDER: 14,
  /** out, constant to be added to element 8, sixteen elements of a state */
  PERMUTE: 15,
  /** out, number of steps, each a bit, a digest and a sibling of the proof's: eight results each, the parents */
  CLIMB: 16,
  /** out, number of states of the leaf permutation, 24 elements each: 24 results each */
  PERMUTE_LEAVES: 17,
  /** E a, E b, reason, what */
  ASSERT_EXT: 18,
  /** a, b, reason, what */
  ASSERT: 19,
  /** out, number, what, presence or -1: the next elements of the proof */
  READ: 20,
  /** out, log2 of rows, of the cap, row width, number of positions, their bits: each row, then its path */
  READ_ROWS: 21,
  /** out, number of blocks, number of tables, height codes */
  READ_OFFSETS: 22,
  /** out, number: the program's public inputs from the first not yet taken on */
  INPUT: 23,
  /** out, number of bits, bits (lowest first), a digest for each number that they can be: the digest of theirs */
  SELECT_DIGEST: 24,
  /** number: what is read from now on comes from this source */
  SOURCE: 25,
} as const;

/** Terms that a FOLD adds. */
export const FOLD_TERMS = 8;
/** Operands of a step of a CLIMB. */
export const CLIMB_WORDS = 17;

export type CircuitOperation = keyof typeof CIRCUIT_OP;

/** Names of operations by code. */
export const OPERATION_NAMES: readonly CircuitOperation[] = Object.keys(CIRCUIT_OP) as CircuitOperation[];

/** A wire that holds a constant. */
export interface FeltConstant {
  readonly wire: number;
  readonly value: Felt;
}
export interface ExtConstant {
  readonly wire: number;
  readonly value: readonly Felt[];
}

export interface CircuitProgram {
  readonly words: Uint32Array;
  /** Where each operation starts. */
  readonly starts: Uint32Array;
  readonly feltWires: number;
  readonly extWires: number;
  readonly felts: readonly FeltConstant[];
  readonly exts: readonly ExtConstant[];
  /** Public inputs that it takes. */
  readonly inputs: number;
  /** What operands named reason and what are indices into. */
  readonly reasons: readonly VerificationReason[];
  readonly whats: readonly string[];
}

/** How often each operation occurs. */
export function operationCounts({ words, starts }: CircuitProgram): Partial<Record<CircuitOperation, number>> {
  const counts: Partial<Record<CircuitOperation, number>> = {};
  for (const start of starts) {
    const name = OPERATION_NAMES[words[start]!]!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Words of the operand -1. */
export const NONE = 0xffffffff;

/** What an operation writes and reads. */
export interface OperationWires {
  readonly out: number;
  readonly feltsOut: number;
  readonly extsOut: number;
  /** Places, from the operation's start on, of the words that are base and extension wires. */
  readonly feltsIn: readonly number[];
  readonly extsIn: readonly number[];
  /** Words of the operation, its code included. */
  readonly length: number;
  /** Whether it may reject, or takes from the proof: such an operation is never left out. */
  readonly hasEffect: boolean;
}

const places = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** The shape of the operation at `at`: the one place that knows the layouts above. */
export function wiresOf(words: ArrayLike<number>, at: number): OperationWires {
  const word = (i: number): number => words[at + i]!;
  const pure = {
    out: word(1),
    feltsOut: 0,
    extsOut: 0,
    feltsIn: [] as number[],
    extsIn: [] as number[],
    hasEffect: false,
  };
  switch (OPERATION_NAMES[word(0)]!) {
    case 'ADD':
    case 'SUB':
    case 'MUL':
      return { ...pure, feltsOut: 1, feltsIn: [2, 3], length: 4 };
    case 'ADD_EXT':
    case 'SUB_EXT':
    case 'MUL_EXT':
      return { ...pure, extsOut: 1, extsIn: [2, 3], length: 4 };
    case 'MUL_BASE':
      return { ...pure, extsOut: 1, extsIn: [2], feltsIn: [3], length: 4 };
    case 'PACK':
      return { ...pure, extsOut: 1, feltsIn: places(2, 5), length: 7 };
    case 'FOLD':
      return {
        ...pure,
        extsOut: 1,
        extsIn: places(2, 1 + FOLD_TERMS),
        feltsIn: places(3 + FOLD_TERMS, FOLD_TERMS),
        length: 3 + 2 * FOLD_TERMS,
      };
    case 'INVERSE':
      return { ...pure, extsOut: 1, extsIn: [2], length: 4, hasEffect: true };
    case 'LOW_BITS':
      return { ...pure, feltsOut: word(3), feltsIn: [2], length: 4 };
    case 'BITS':
    case 'ONE_HOT':
      return { ...pure, feltsOut: word(3), feltsIn: [2], length: 5, hasEffect: true };
    case 'DOMAIN_POINT':
      return { ...pure, feltsOut: 1, feltsIn: [2], length: 4 };
    case 'SELECT_ORDER':
      return { ...pure, feltsOut: 2 * word(3), feltsIn: [2, ...places(4, 2 * word(3))], length: 4 + 2 * word(3) };
    case 'PERMUTE':
      return { ...pure, feltsOut: 16, feltsIn: places(3, 16), length: 19 };
    case 'CLIMB':
      return {
        ...pure,
        feltsOut: 8 * word(2),
        feltsIn: places(3, CLIMB_WORDS * word(2)),
        length: 3 + CLIMB_WORDS * word(2),
      };
    case 'PERMUTE_LEAVES':
      return { ...pure, feltsOut: 24 * word(2), feltsIn: places(3, 24 * word(2)), length: 3 + 24 * word(2) };
    case 'SELECT_DIGEST':
      return {
        ...pure,
        feltsOut: 8,
        feltsIn: places(3, word(2) + 8 * 2 ** word(2)),
        length: 3 + word(2) + 8 * 2 ** word(2),
      };
    case 'ASSERT_EXT':
      return { ...pure, out: 0, extsIn: [1, 2], length: 5, hasEffect: true };
    case 'ASSERT':
      return { ...pure, out: 0, feltsIn: [1, 2], length: 5, hasEffect: true };
    case 'READ':
      return { ...pure, feltsOut: word(2), feltsIn: word(4) === NONE ? [] : [4], length: 5, hasEffect: true };
    case 'READ_ROWS':
      return {
        ...pure,
        feltsOut: word(5) * (word(4) + 8 * (word(2) - word(3))),
        feltsIn: places(6, word(5) * word(2)),
        length: 6 + word(5) * word(2),
        hasEffect: true,
      };
    case 'READ_OFFSETS':
      return { ...pure, feltsOut: word(2), feltsIn: places(4, word(3)), length: 4 + word(3), hasEffect: true };
    case 'INPUT':
      return { ...pure, feltsOut: word(2), length: 3, hasEffect: true };
    case 'SOURCE':
      return { ...pure, out: 0, length: 2, hasEffect: true };
  }
}
