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

/**
 * A digest of a list that positions choose from: joined of eight base words, and provided as often as the prover says. The
 * address has no other provider, so however often it is provided, what is read there is this digest.
 */
const cap = defineRows('cap', {}, (c) => {
  const values = c.felts('value', DIGEST_LENGTH).map(({ e }) => e);
  const multiplicity = c.col('multiplicity', c.number('multiplicity'));
  const [atFelts, feltsCount] = [c.fixedCol('at_felts'), c.fixedCol('felts_count')];
  for (const [i, x] of values.entries()) c.provide(FELT, [atFelts.add(i), x], feltsCount);
  c.provide(DIGEST, [c.fixedCol('at_digest'), ...values], multiplicity.mul(c.fixedCol('is_real')));
});

/** Bits by which a row of `choose` chooses at most. */
export const CHOICE_BITS = 6;

/** Reads one of a list of digests at consecutive addresses, the one whose number the bits are, and provides it. */
const choose = defineRows('choose', {}, (c) => {
  const bits = c.felts('bit', CHOICE_BITS).map(({ e }) => e);
  const values = c.felts('value', DIGEST_LENGTH).map(({ e }) => e);
  // An address lies in the list because the bits are bits, whoever provides them.
  for (const [i, bit] of bits.entries()) c.assertBool(`bit_${i}`, bit);
  const [isReal, atBits, atList] = [c.fixedCol('is_real'), c.fixedCol('at_bits'), c.fixedCol('at_list')];
  let address = atList;
  for (const [i, bit] of bits.entries()) {
    const isUsed = c.fixedCol(`is_bit_${i}`);
    c.send(FELT, [atBits.add(i), bit], isUsed);
    address = address.add(bit.mul(isUsed).mul(2 ** i));
  }
  c.send(DIGEST, [address, ...values], isReal);
  c.provide(DIGEST, [c.fixedCol('at_out'), ...values], c.fixedCol('count'));
});

/** Eight words of the statement, as the verifier says them. */
const publics = defineRows('publics', {}, (c) => {
  const values = c.felts('value', DIGEST_LENGTH).map(({ e }) => e);
  const [index, isReal, atFelts] = [c.fixedCol('index'), c.fixedCol('is_real'), c.fixedCol('at_felts')];
  c.send(STATEMENT, [index, ...values], isReal);
  for (const [i, x] of values.entries()) c.provide(FELT, [atFelts.add(i), x], c.fixedCol(`count_${i}`));
});

export const WORDS: Readonly<Record<'constant' | 'hint' | 'digest' | 'cap' | 'choose' | 'publics', RowChip>> = {
  constant,
  hint,
  digest,
  cap,
  choose,
  publics,
};
