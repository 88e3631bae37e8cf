/**
 * @module Classes of circuits. Circuits of one class have tables of the same heights, so that to whoever verifies their proofs they
 * differ in the root of their columns alone, and one circuit joins proofs of all of them.
 */
import { POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { lowRateParameters, type OpeningOptions, preprocessedParameters } from '@weft/prover/protocol/parameters';
import type { CircuitForm } from './key.ts';
import type { Heights } from './lower/layout.ts';
import { FULL_MACHINE, NARROW_MACHINE } from './machine/machine.ts';

/** Proofs of whole chains: the lift of an only proof, or of the span that all are. */
export const FINAL: Heights = {
  ext: 15,
  linear: 13,
  ext_base: 14,
  base: 14,
  pack: 13,
  fold: 11,
  bits: 10,
  hash_node: 13,
  hash_leaf: 12,
  constant: 7,
  hint: 9,
  digest: 7,
  cap: 7,
  choose: 9,
  publics: 7,
};

/** Lifts of up to four proofs, and joins of up to four of this class. */
export const TREE: Heights = {
  ext: 17,
  linear: 15,
  ext_base: 16,
  base: 16,
  pack: 15,
  fold: 13,
  bits: 12,
  hash_node: 15,
  hash_leaf: 14,
  constant: 7,
  hint: 11,
  digest: 7,
  cap: 9,
  choose: 11,
  publics: 7,
};

/** log2 of the cells of {@link TREE}. */
export const TREE_VARIABLES = 24;

/**
 * Short rows, hashed eight elements a row of the circuit that verifies them, and later codes at rates so low that they are asked
 * for few of them.
 */
const SHORT: OpeningOptions = { laterFold: 3, firstShrink: 3 };

/** Of proofs of whole chains that are sent as they are, in the tables of {@link FINAL}: at a rate of 1/8, half the size. */
export const COMPRESSED: CircuitForm = {
  machine: FULL_MACHINE,
  rules: {
    witness: (variables) => lowRateParameters(variables, 3),
    preprocessed: (variables) => preprocessedParameters(variables, 4, {}),
  },
  sizes: [22],
};

/**
 * Of the proof before the last, in the tables of {@link FINAL}: it verifies what lifts and joins prove, and is itself cheap to verify
 * on the narrow machine, at a rate of 1/8 and with hashes of one kind.
 */
export const WRAPPING: CircuitForm = {
  machine: FULL_MACHINE,
  suite: POSEIDON2_KOALABEAR_16,
  rules: {
    witness: (variables) => lowRateParameters(variables, 3, SHORT),
    preprocessed: (variables) => preprocessedParameters(variables, 4, SHORT),
  },
  sizes: [22],
};

/** log2 of the preprocessed cells up to which a code at a rate of 1/64 is no burden. */
const SMALL_KEY = 20;
/** Up to a tenth of a second of work before queries and folds of the last proof, for 6 KiB less. */
const LAST: OpeningOptions = { ...SHORT, queryGrinding: 20, mostFoldGrinding: 20 };

/** Of the last proof, in the tables of {@link WRAPPED_TABLES}: short above all. No circuit verifies it. */
export const WRAPPED: CircuitForm = {
  machine: NARROW_MACHINE,
  suite: POSEIDON2_KOALABEAR,
  rules: {
    witness: (variables) => lowRateParameters(variables, 5, LAST),
    preprocessed: (variables) =>
      preprocessedParameters(variables, variables <= SMALL_KEY ? 6 : 4, { ...LAST, laterFold: 4 }),
  },
  sizes: [19, 20, 21],
};

/** The verification of one proof of {@link WRAPPING}: 2^21 committed and 2^19 fixed cells. */
export const WRAPPED_TABLES: Heights = {
  ext: 14,
  linear: 13,
  ext_base: 12,
  base: 13,
  pack: 12,
  dot: 11,
  bits: 9,
  hash_node: 13,
  constant: 7,
  hint: 9,
  digest: 7,
  cap: 7,
  choose: 8,
  publics: 7,
};
