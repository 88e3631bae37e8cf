/**
 * @module System calls that have no rows of their own. The code stands in t0; a call reads a0 and a1 and writes at most one
 * cell, COMMIT two.
 */

import { A0, A1, SYSCALL, T0 } from '@weft/executor/program/abi';
import { OP } from '@weft/executor/program/isa';
import { CELL, HALT_PC, REGISTER_SPACE, SLOT } from '@weft/executor/program/layout';
import { type Chip, defineChip } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import { range, rangeWord, word } from '@weft/prover/kit/gadgets';
import { access, beginRow, readRegisterAs, step } from './frames.ts';

const CALLS = {
  halt: SYSCALL.HALT,
  write: SYSCALL.WRITE,
  enter_unconstrained: SYSCALL.ENTER_UNCONSTRAINED,
  commit: SYSCALL.COMMIT,
  commit_deferred: SYSCALL.COMMIT_DEFERRED_PROOFS,
  hint_len: SYSCALL.HINT_LEN,
} as const;

/**
 * All calls but HINT_READ. WRITE leaves no trace: its bytes only matter through the digest. ENTER_UNCONSTRAINED puts 0
 * into t0: the proven run never enters the block. EXIT_UNCONSTRAINED has no row here or anywhere.
 */
export const ecall: Chip = defineChip('ecall', { events: 'ecall' }, (c) => {
  const call = c.event('code');
  const is = {} as Record<keyof typeof CALLS, Expr>;
  for (const [name, code] of Object.entries(CALLS))
    is[name as keyof typeof CALLS] = c.bool(`is_${name}`, call.eq(code));
  const flags = Object.values(is);
  const isReal = sum(flags[0]!, ...flags.slice(1));
  c.assertBool('at_most_one_call', isReal);
  const row = beginRow(c, { isReal, op: isReal.mul(OP.ECALL) });
  const zero = c.constant(0);
  const code = Object.entries(CALLS).reduce(
    (total, [name, value]) => total.add(is[name as keyof typeof CALLS].mul(value)),
    zero,
  );
  readRegisterAs(row, 'code', T0, SLOT.rs1, { lo: code, hi: zero }, c.event('codeTs'), isReal);
  const [a0, a1] = [word(c, 'a0', c.event('a0')), word(c, 'a1', c.event('a1'))];
  readRegisterAs(row, 'a0', A0, SLOT.rs2, a0, c.event('a0Ts'), is.halt.add(is.commit));
  readRegisterAs(row, 'a1', A1, SLOT.memory, a1, c.event('a1Ts'), is.commit.add(is.commit_deferred));

  // Deferred proofs are not supported, so their digest words must be 0.
  c.assertZero('deferred_word_lo', is.commit_deferred.mul(a1.lo));
  c.assertZero('deferred_word_hi', is.commit_deferred.mul(a1.hi));
  // COMMIT names one of eight words; a larger index would reach other cells.
  c.assertZero('commit_index_hi', is.commit.mul(a0.hi));
  range(c, a0.lo, 3, is.commit);

  const hint = word(c, 'hint_length', call.eq(SYSCALL.HINT_LEN).select(c.event('value'), 0));
  rangeWord(c, hint, is.hint_len);
  const after = {
    lo: is.halt.mul(a0.lo).add(is.commit.mul(a1.lo)).add(is.hint_len.mul(hint.lo)),
    hi: is.halt.mul(a0.hi).add(is.commit.mul(a1.hi)).add(is.hint_len.mul(hint.hi)),
  };
  const toT0 = is.hint_len.add(is.enter_unconstrained);
  const address = is.halt
    .mul(CELL.exitCode)
    .add(is.commit.mul(a0.lo.add(CELL.digest)))
    .add(toT0.mul(T0));
  const now = row.clk.add(SLOT.rd);
  access(c, {
    space: REGISTER_SPACE,
    address,
    before: word(c, 'old', c.event('old')),
    after,
    previous: c.col('cell_previous', c.event('cellTs')),
    now,
    count: is.halt.add(is.commit).add(toT0),
  });
  access(c, {
    space: REGISTER_SPACE,
    address: a0.lo.add(CELL.committed),
    before: word(c, 'flag_old', c.event('flagOld')),
    after: { lo: c.constant(1), hi: zero },
    previous: c.col('flag_previous', c.event('flagTs')),
    now,
    count: is.commit,
  });
  step(row, {}, row.pc.add(4).add(is.halt.mul(c.constant(HALT_PC - 4).sub(row.pc))));
});
