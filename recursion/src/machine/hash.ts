/**
 * @module Chips of hashing, one permutation a row. What a hash absorbs of the proof enters the machine here: the row
 * provides it.
 */
import { type HashSuite, leafRate } from '@weft/primitives/hash/suite';
import { type Filled, permutation, permutationPadding } from '@weft/prover/kit/poseidon2';
import { DIGEST, DIGEST_LENGTH, defineRows, FELT, type RowChip } from './words.ts';

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const exprs = (values: readonly Filled[], from: number, to: number) => values.slice(from, to).map(({ e }) => e);

/**
 * The node permutation, in one of two uses. A step up a Merkle path: the current digest is one half of the input, the one
 * that the bit says, and the other half is the prover's, bound by what the path leads to. Or a block of the transcript: the
 * capacity comes from the row before and goes to the next, the rate is read or provided word by word, and so is the new one.
 * @param isPlain - a block reads or provides all of its rate, eight words one after another: fourteen columns of the key less.
 */
export function nodeChip(suite: HashSuite, isPlain: boolean): RowChip {
  const padding = [0, ...zeros(suite.node.width), ...permutationPadding(suite.node)];
  return defineRows('hash_node', { padding }, (c) => {
    const bit = c.felt('bit');
    const half = (name: string) => Array.from({ length: DIGEST_LENGTH }, (_, i) => c.wire(`${name}_${i}`));
    const [first, second, added] = [half('first'), half('second'), c.number('added')];
    // The digest and its sibling in a step, whose order the bit says; rate and capacity in a block, where the bit is 0.
    const swap = (a: typeof first, b: typeof first) => a.map((x, i) => bit.f.select(b[i]!, x));
    const fills = [...swap(first, second), ...swap(second, first)];
    fills[DIGEST_LENGTH] = fills[DIGEST_LENGTH]!.fadd(added);
    const input = fills.map((f, i): Filled => ({ e: c.col(`input_${i}`, f), f }));
    const out = permutation(c, suite.node, input);
    const [left, right] = [exprs(input, 0, DIGEST_LENGTH), exprs(input, DIGEST_LENGTH, 2 * DIGEST_LENGTH)];
    const [isStep, atBit, atDigest] = [c.fixedCol('is_step'), c.fixedCol('at_bit'), c.fixedCol('at_digest')];
    c.send(DIGEST, [atDigest, ...left.map((l, i) => l.add(bit.e.mul(right[i]!.sub(l))))], isStep);
    c.send(FELT, [atBit, bit.e], isStep);
    c.provide(DIGEST, [c.fixedCol('at_parent'), ...exprs(out, 0, DIGEST_LENGTH)], c.fixedCol('parent_count'));
    const [isBlock, atCapacity, length] = [c.fixedCol('is_block'), c.fixedCol('at_capacity'), c.fixedCol('added')];
    c.send(DIGEST, [atCapacity, right[0]!.sub(length), ...right.slice(1)], isBlock);
    const next = exprs(out, DIGEST_LENGTH, 2 * DIGEST_LENGTH);
    c.provide(DIGEST, [c.fixedCol('at_next'), ...next], c.fixedCol('next_count'));
    if (isPlain) {
      const [atRate, rateCount] = [c.fixedCol('at_rate'), c.fixedCol('rate_count')];
      for (const [i, x] of left.entries()) c.provide(FELT, [atRate.add(i), x], rateCount);
    } else
      for (const [i, x] of left.entries())
        c.provide(FELT, [c.fixedCol(`at_rate_${i}`), x], c.fixedCol(`rate_count_${i}`));
    const atOut = c.fixedCol('at_out');
    for (const [i, x] of exprs(out, 0, DIGEST_LENGTH).entries())
      c.provide(FELT, [atOut.add(i), x], c.fixedCol(`out_count_${i}`));
  });
}

/**
 * A block of the sponge over a row: sixteen elements, which the row provides as base words or as two digest words, or
 * reads, and the capacity of the row before.
 */
export function leafChip(suite: HashSuite): RowChip {
  const padding = [...zeros(suite.leaf.width), ...permutationPadding(suite.leaf)];
  const rate = leafRate(suite);
  return defineRows('hash_leaf', { padding }, (c) => {
    const input = c.felts('input', suite.leaf.width);
    const out = permutation(c, suite.leaf, input);
    const [isReal, atCapacity] = [c.fixedCol('is_real'), c.fixedCol('at_capacity')];
    c.send(DIGEST, [atCapacity, ...exprs(input, rate, rate + DIGEST_LENGTH)], isReal);
    c.provide(DIGEST, [c.fixedCol('at_next'), ...exprs(out, rate, rate + DIGEST_LENGTH)], c.fixedCol('next_count'));
    c.provide(DIGEST, [c.fixedCol('at_digest'), ...exprs(out, 0, DIGEST_LENGTH)], c.fixedCol('digest_count'));
    const atHalves = c.fixedCol('at_halves');
    for (const k of [0, 1])
      c.provide(
        DIGEST,
        [atHalves.add(k), ...exprs(input, DIGEST_LENGTH * k, DIGEST_LENGTH * (k + 1))],
        c.fixedCol(`half_count_${k}`),
      );
    const [atFelts, feltsCount] = [c.fixedCol('at_felts'), c.fixedCol('felts_count')];
    for (const [i, x] of exprs(input, 0, rate).entries()) c.provide(FELT, [atFelts.add(i), x], feltsCount);
  });
}
