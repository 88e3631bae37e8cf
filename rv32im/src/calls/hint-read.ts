/**
 * @module HINT_READ, one word a row.
 */
import { hintRead as call } from '@weft/executor/calls/hint-read';
import { A0, A1, MAX_HINT, T0 } from '@weft/executor/program/abi';
import { OP } from '@weft/executor/program/isa';
import { CELL, MEMORY_SPACE, REGISTER_SPACE, SLOT } from '@weft/executor/program/layout';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import { range, word } from '@weft/prover/kit/gadgets';
import { access, beginRow, readRegisterAs, step } from '../chips/frames.ts';

const INVERSE_4 = 1598029825;
/** Bits of a length: differences of two stay apart from what they are modulo p. */
const HINT_BITS = Math.log2(MAX_HINT);

/**
 * The instruction stays at its pc until the last word; how many bytes are done stands in a system cell, so that any row may
 * be the last of a shard. The words themselves are the prover's choice.
 */
export const hintRead: Chip = defineChip('hint_read', { events: call.rows!.events }, (c) => {
  const [fLength, fProgress] = [c.event('length'), c.event('progress')];
  const left = fLength.sub(fProgress);
  const more = c.bool('more', c.literal(4).ltu(left));
  const empty = c.bool('empty', fLength.eq(0));
  // On the last row: how many bytes of its word belong to the item.
  const last = [1, 2, 3, 4].map((n) => c.bool(`last_${n}`, left.eq(n)));
  const isReal = sum(more, empty, ...last);
  c.assertBool('one_kind_of_row', isReal);
  const row = beginRow(c, { isReal, op: isReal.mul(OP.ECALL) });
  const zero = c.constant(0);
  readRegisterAs(row, 'code', T0, SLOT.rs1, { lo: isReal.mul(call.code), hi: zero }, c.event('codeTs'), isReal);

  const pointerFill = c.event('pointer');
  const [pointerLo, pointerHi] = [
    c.col('pointer_word', pointerFill.and(0xffff).shr(2)),
    c.col('pointer_hi', pointerFill.shr(16)),
  ];
  range(c, pointerLo, 14, isReal);
  range(c, pointerHi, 15, isReal);
  readRegisterAs(row, 'a0', A0, SLOT.rs2, { lo: pointerLo.mul(4), hi: pointerHi }, c.event('a0Ts'), isReal);
  const lengthWord = word(c, 'length', fLength);
  range(c, lengthWord.hi, HINT_BITS - 16, isReal);
  readRegisterAs(row, 'a1', A1, SLOT.memory, lengthWord, c.event('a1Ts'), isReal);

  const before = word(c, 'progress', fProgress);
  const after = word(c, 'progress_after', c.literal(4).ltu(left).mul(fProgress.add(4)));
  range(c, before.hi, HINT_BITS - 16, isReal);
  range(c, after.lo, 16, isReal);
  range(c, after.hi, HINT_BITS - 16, isReal);
  const [length, progress] = [lengthWord, before].map((w) => w.lo.add(w.hi.mul(2 ** 16))) as [Expr, Expr];
  c.assertEqual('progress_after', after.lo.add(after.hi.mul(2 ** 16)), more.mul(progress.add(4)));
  access(c, {
    space: REGISTER_SPACE,
    address: CELL.hintProgress,
    before,
    after,
    previous: c.col('progress_previous', c.event('progressTs')),
    now: row.clk.add(SLOT.rd),
    count: isReal,
  });
  // length and progress are below 2^29, so a row goes on only if at least 5 bytes are left, and ends only if exactly n <= 4
  // are: as an integer, length - progress - 5 is at least -2^29 - 4, and a negative one is at least p - 2^29 - 4 in the field,
  // which no 29 bits hold.
  const beyond = c.col('beyond_hi', c.literal(4).ltu(left).select(left.sub(5).shr(16), 0));
  range(
    c,
    length
      .sub(progress)
      .sub(5)
      .sub(beyond.mul(2 ** 16)),
    16,
    more,
  );
  range(c, beyond, HINT_BITS - 16, more);
  for (const [i, flag] of last.entries()) c.assertZero(`last_${i + 1}_left`, flag.mul(length.sub(progress).sub(i + 1)));
  c.assertZero('empty_length', empty.mul(length));
  c.assertZero('empty_progress', empty.mul(progress));

  writeHintWord(
    c,
    row.clk,
    pointerLo.add(pointerHi.mul(2 ** 14)).add(progress.mul(INVERSE_4)),
    isReal.sub(empty),
    last,
  );
  step(row, {}, row.pc.add(isReal.sub(more).mul(4)));
});

/** Writes the row's word; bytes behind the end of the item are 0. */
function writeHintWord(c: ChipBuilder, clk: Expr, address: Expr, count: Expr, last: readonly Expr[]): void {
  const value = word(c, 'value', c.event('value'));
  range(c, value.lo, count.mul(16).sub(last[0]!.mul(8)), count);
  range(c, value.hi, count.mul(16).sub(last[0]!.add(last[1]!).mul(16)).sub(last[2]!.mul(8)), count);
  access(c, {
    space: MEMORY_SPACE,
    address,
    before: word(c, 'old', c.event('old')),
    after: value,
    previous: c.col('memory_previous', c.event('memoryTs')),
    now: clk.add(SLOT.memory),
    count,
  });
}
