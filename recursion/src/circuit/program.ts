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
  /** out, length, bit, a, b: b then a where the bit is 1 */
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
  /** out, log2 of rows, of the cap, row width, number of positions, of zeros or -1 for those of the packing, bits of positions: each row, then its path */
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

/** What an operation writes and reads. Its base operands stand one after another, and so do those of the extension. */
export interface OperationWires {
  readonly out: number;
  readonly feltsOut: number;
  readonly extsOut: number;
  /** Place, from the operation's start on, of the first word that is a base wire, and how many are. */
  readonly firstFelt: number;
  readonly feltsIn: number;
  /** Of the words that are extension wires. */
  readonly firstExt: number;
  readonly extsIn: number;
  /** Words of the operation, its code included. */
  readonly length: number;
  /** Whether it may reject, or takes from the proof: such an operation is never left out. */
  readonly hasEffect: boolean;
}

/** Base operands from a place on, as many results, and where the operation ends. */
function onFelts(
  out: number,
  feltsOut: number,
  firstFelt: number,
  feltsIn: number,
  length: number,
  hasEffect: boolean = false,
): OperationWires {
  return { out, feltsOut, extsOut: 0, firstFelt, feltsIn, firstExt: 0, extsIn: 0, length, hasEffect };
}

/** One result of the extension. */
function toExt(
  out: number,
  firstExt: number,
  extsIn: number,
  firstFelt: number,
  feltsIn: number,
  length: number,
  hasEffect: boolean = false,
): OperationWires {
  return { out, feltsOut: 0, extsOut: 1, firstFelt, feltsIn, firstExt, extsIn, length, hasEffect };
}

/** The shape of the operation at `at`: the one place that knows the layouts above. */
export function wiresOf(words: Uint32Array, at: number): OperationWires {
  const out = words[at + 1]!;
  switch (words[at]!) {
    case CIRCUIT_OP.ADD:
    case CIRCUIT_OP.SUB:
    case CIRCUIT_OP.MUL:
      return onFelts(out, 1, 2, 2, 4);
    case CIRCUIT_OP.ADD_EXT:
    case CIRCUIT_OP.SUB_EXT:
    case CIRCUIT_OP.MUL_EXT:
      return toExt(out, 2, 2, 0, 0, 4);
    case CIRCUIT_OP.MUL_BASE:
      return toExt(out, 2, 1, 3, 1, 4);
    case CIRCUIT_OP.PACK:
      return toExt(out, 0, 0, 2, 5, 7);
    case CIRCUIT_OP.FOLD:
      return toExt(out, 2, 1 + FOLD_TERMS, 3 + FOLD_TERMS, FOLD_TERMS, 3 + 2 * FOLD_TERMS);
    case CIRCUIT_OP.INVERSE:
      return toExt(out, 2, 1, 0, 0, 4, true);
    case CIRCUIT_OP.LOW_BITS:
      return onFelts(out, words[at + 3]!, 2, 1, 4);
    case CIRCUIT_OP.BITS:
    case CIRCUIT_OP.ONE_HOT:
      return onFelts(out, words[at + 3]!, 2, 1, 5, true);
    case CIRCUIT_OP.DOMAIN_POINT:
      return onFelts(out, 1, 2, 1, 4);
    case CIRCUIT_OP.SELECT_ORDER: {
      const elements = 2 * words[at + 2]!;
      return onFelts(out, elements, 3, 1 + elements, 4 + elements);
    }
    case CIRCUIT_OP.PERMUTE:
      return onFelts(out, 16, 3, 16, 19);
    case CIRCUIT_OP.CLIMB: {
      const steps = words[at + 2]!;
      return onFelts(out, 8 * steps, 3, CLIMB_WORDS * steps, 3 + CLIMB_WORDS * steps);
    }
    case CIRCUIT_OP.PERMUTE_LEAVES: {
      const elements = 24 * words[at + 2]!;
      return onFelts(out, elements, 3, elements, 3 + elements);
    }
    case CIRCUIT_OP.SELECT_DIGEST: {
      const bits = words[at + 2]!;
      const operands = bits + 8 * 2 ** bits;
      return onFelts(out, 8, 3, operands, 3 + operands);
    }
    case CIRCUIT_OP.ASSERT_EXT:
      return { ...onFelts(0, 0, 0, 0, 5, true), firstExt: 1, extsIn: 2 };
    case CIRCUIT_OP.ASSERT:
      return onFelts(0, 0, 1, 2, 5, true);
    case CIRCUIT_OP.READ:
      return onFelts(out, words[at + 2]!, 4, words[at + 4] === NONE ? 0 : 1, 5, true);
    case CIRCUIT_OP.READ_ROWS: {
      const [logRows, logCap, width, count] = [words[at + 2]!, words[at + 3]!, words[at + 4]!, words[at + 5]!];
      return onFelts(out, count * (width + 8 * (logRows - logCap)), 7, count * logRows, 7 + count * logRows, true);
    }
    case CIRCUIT_OP.READ_OFFSETS:
      return onFelts(out, words[at + 2]!, 4, words[at + 3]!, 4 + words[at + 3]!, true);
    case CIRCUIT_OP.INPUT:
      return onFelts(out, words[at + 2]!, 0, 0, 3, true);
    case CIRCUIT_OP.SOURCE:
      return onFelts(0, 0, 0, 0, 2, true);
    default:
      throw new RangeError(`there is no operation ${words[at]}`);
  }
}
