/**
 * @module Chips that make words of nothing else: constants, hints, the statement; and what turns base words into a digest
 * word or back.
 */
import { DIGEST, DIGEST_LENGTH, defineRows, EXT, FELT, type RowChip, STATEMENT } from './words.ts';

/** A constant of the key, as an extension word, and its first coefficient as a base word. */
const constant = defineRows('constant', {}, (c) => {
  const value = Array.from({ length: 5 }, (_, i) => c.fixedCol(`value_${i}`));
  c.provide(EXT, [c.fixedCol('at_ext'), ...value], c.fixedCol('ext_count'));
  c.provide(FELT, [c.fixedCol('at_felt'), value[0]!], c.fixedCol('felt_count'));
});

/** An extension word that the prover chooses; others say what it has to be. */
const hint = defineRows('hint', {}, (c) => {
  const value = c.extension('value');
  c.provide(EXT, [c.fixedCol('at_ext'), ...value], c.fixedCol('ext_count'));
});

/**
 * Eight base words, one after another, and the digest word of them: a row reads the ones and provides the other. A row that
 * only provides base words holds what the prover chooses.
 */
const digest = defineRows('digest', {}, (c) => {
  const values = c.felts('value', DIGEST_LENGTH).map(({ e }) => e);
  const [atFelts, feltsCount] = [c.fixedCol('at_felts'), c.fixedCol('felts_count')];
  for (const [i, x] of values.entries()) c.provide(FELT, [atFelts.add(i), x], feltsCount);
  c.provide(DIGEST, [c.fixedCol('at_digest'), ...values], c.fixedCol('digest_count'));
});

/** Eight words of the statement, as the verifier says them. */
const publics = defineRows('publics', {}, (c) => {
  const values = c.felts('value', DIGEST_LENGTH).map(({ e }) => e);
  const [index, isReal, atFelts] = [c.fixedCol('index'), c.fixedCol('is_real'), c.fixedCol('at_felts')];
  c.send(STATEMENT, [index, ...values], isReal);
  for (const [i, x] of values.entries()) c.provide(FELT, [atFelts.add(i), x], c.fixedCol(`count_${i}`));
});

export const WORDS: Readonly<Record<'constant' | 'hint' | 'digest' | 'publics', RowChip>> = {
  constant,
  hint,
  digest,
  publics,
};
