/**
 * @module POSEIDON2_PERMUTE: the permutation with which proofs hash, one a row, on words of memory that are elements of KoalaBear.
 */
import { rowTable, spanFields } from '@weft/executor/calls/row-call';
import { poseidon2Permute } from '@weft/executor/precompiles/poseidon2';
import { SYSCALL } from '@weft/executor/program/abi';
import { P } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { range, rangeWord, type Word, word } from '@weft/prover/kit/gadgets';
import { permutation, permutationPadding } from '@weft/prover/kit/poseidon2';
import { accessWord, receiveCall } from '../chips/precompile.ts';

const PARAMETERS = POSEIDON2_KOALABEAR.node;
const { width } = PARAMETERS;
const { events } = rowTable(poseidon2Permute);
const FIELDS = spanFields(0, width);
/** log2 of the rows of the table at most: more cells than any shape has would not be of use. */
const MAX_ROWS_LOG = 16;

/** High limb of the greatest element, p - 1, whose low limb is 0. */
const TOP = (P - 1) / 2 ** 16;

/**
 * Asserts that a word is below p where `real` is 1.
 * Assumes: limbs below 2^16. Guarantees: it is p - 1, or its high limb is less than that of p - 1.
 */
function assertElement(c: ChipBuilder, name: string, { lo, hi }: Word, fill: Fill, real: Expr): void {
  const isTop = c.bool(`${name}_is_top`, fill.eq(P - 1));
  c.assertZero(`${name}_top_hi`, isTop.mul(hi.sub(TOP)));
  c.assertZero(`${name}_top_lo`, isTop.mul(lo));
  range(
    c,
    hi
      .mul(-1)
      .add(TOP - 1)
      .mul(isTop.mul(-1).add(1)),
    16,
    real,
  );
}

const element = ({ lo, hi }: Word): Expr => lo.add(hi.mul(2 ** 16));

/** Columns ahead of the permutation's, and behind: limbs, time and mark of each word read; limbs and mark of each word written. */
const [AHEAD, BEHIND] = [3 + 4 * width, 3 * width];

export const poseidon2 = (): Chip =>
  defineChip(
    events,
    {
      events,
      maxLogHeight: MAX_ROWS_LOG,
      // Cubes are those of the permutation of zeros.
      padding: [...new Array(AHEAD).fill(0), ...permutationPadding(PARAMETERS), ...new Array(BEHIND).fill(0)],
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const [clk, pointer] = [c.col('clk', c.event('clk')), c.col('pointer', c.event('a0').shr(2))];
      const input = FIELDS.before.map((field, i) => {
        const f = c.event(field);
        const before = word(c, `before${i}`, f);
        const previous = c.col(`previous${i}`, c.event(FIELDS.previous[i]!));
        // Words that differ by p are one element: the call is for one of them only.
        assertElement(c, `before${i}`, before, f, isReal);
        return { before, previous, e: element(before), f };
      });
      const output = permutation(c, PARAMETERS, input);
      for (const [i, { e, f }] of output.entries()) {
        const after = word(c, `after${i}`, f);
        rangeWord(c, after, isReal);
        assertElement(c, `after${i}`, after, f, isReal);
        c.assertZero(`after${i}`, isReal.mul(element(after).sub(e)));
        const { before, previous } = input[i]!;
        accessWord(c, clk, 'update', { address: pointer.add(i), before, after, previous }, isReal);
      }
      const none = { lo: c.constant(0), hi: c.constant(0) };
      receiveCall(c, SYSCALL.POSEIDON2_PERMUTE, { clk, a: pointer, b: none }, isReal);
    },
  );
