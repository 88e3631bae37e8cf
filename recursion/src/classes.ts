/**
 * @module Classes of circuits. Circuits of one class have tables of the same heights, so that to whoever verifies their proofs they
 * differ in the root of their columns alone, and one circuit joins proofs of all of them.
 */
import type { Heights } from './lower/layout.ts';

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
