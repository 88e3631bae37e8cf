/**
 * @module U256XU2048_MUL: a row for the call, and eight for the parts of the long factor, each of which hands its carry to the next. The rows
 * of one row with the whole product would have twice as many columns as all others of their set.
 */
import { PART_WORDS, WIDE_CALL_ROWS, WIDE_PART_ROWS, WIDE_PARTS } from '@weft/executor/calls/multiply-wide';
import { FURTHER_ARGUMENTS, FURTHER_SLOT } from '@weft/executor/calls/precompile';
import { SYSCALL } from '@weft/executor/program/abi';
import { REGISTER_SPACE } from '@weft/executor/program/layout';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { periodicTable } from '@weft/prover/air/periodic';
import { wordsOf } from '@weft/prover/kit/field/limbs';
import { type Word, word } from '@weft/prover/kit/gadgets';
import { WIDE_CARRY, WIDE_FACTOR } from '../buses.ts';
import { access } from '../chips/frames.ts';
import { accessWord, pointerInB, receiveCall, wordPointer } from '../chips/precompile.ts';
import { widePart } from '../precompiles/field/wide.ts';

/** log2 of the rows of the parts at most: more cells than any shape has would not be of use. */
const MAX_PARTS_LOG = 17;

const limbs = (words: readonly Word[]): Expr[] => words.flatMap(({ lo, hi }) => [lo, hi]);
const indices = Array.from({ length: PART_WORDS }, (_, i) => i);
/** Columns for eight words, and for the times of the accesses before. */
const wordColumns = (c: ChipBuilder, name: string): Word[] =>
  indices.map((i) => word(c, `${name}_${i}`, c.event(`${name}_${i}`)));
const timeColumns = (c: ChipBuilder, name: string): Expr[] =>
  indices.map((i) => c.col(`${name}_${i}`, c.event(`${name}_${i}`)));

/** Reads the short factor, starts the parts with it and a carry of 0, and writes the carry behind the last. */
export const wideCall = (): Chip =>
  defineChip(
    'u256xu2048_mul',
    { events: WIDE_CALL_ROWS.events, maxLogHeight: MAX_PARTS_LOG - Math.log2(WIDE_PARTS) },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const clk = c.col('clk', c.event('clk'));
      const a = c.col('a', c.event('a0').shr(2));
      const { b, address } = pointerInB(c, 'b', c.event('a1'), isReal);
      receiveCall(c, SYSCALL.U256XU2048_MUL, { clk, a, b }, isReal);
      const [low, high] = (['a2', 'a3'] as const).map((name) => {
        const pointer = wordPointer(c, name, c.event(name), isReal);
        const previous = c.col(`${name}_previous`, c.event(`${name}Ts`));
        access(c, {
          space: REGISTER_SPACE,
          address: FURTHER_ARGUMENTS[name],
          before: pointer.limbs,
          after: pointer.limbs,
          previous,
          now: clk.add(FURTHER_SLOT),
          count: isReal,
        });
        return pointer;
      }) as [ReturnType<typeof wordPointer>, ReturnType<typeof wordPointer>];
      const [factor, old, carry] = [wordColumns(c, 'factor'), wordColumns(c, 'old'), wordColumns(c, 'high')];
      const [factorTs, oldTs] = [timeColumns(c, 'factorTs'), timeColumns(c, 'oldTs')];
      for (const i of indices) {
        const [x, before, after] = [factor[i]!, old[i]!, carry[i]!];
        accessWord(c, clk, 'read', { address: a.add(i), before: x, after: x, previous: factorTs[i]! }, isReal);
        const accessed = { address: high.address.add(i), before, after, previous: oldTs[i]! };
        accessWord(c, clk, 'update', accessed, isReal);
      }
      // As often as there are parts: each takes it once, as the chain of carries has no more of them and no fewer.
      c.send(WIDE_FACTOR, [clk, address, low.address, ...limbs(factor)], isReal.mul(WIDE_PARTS), WIDE_PARTS);
      c.send(WIDE_CARRY, [clk, 0, ...limbs(factor).map(() => 0)], isReal);
      c.receive(WIDE_CARRY, [clk, WIDE_PARTS, ...limbs(carry)], isReal);
    },
  );

/** low + 2^256 high = a b + carry: reads b, writes low. */
export const widePartChip = (): Chip =>
  defineChip(
    'u256xu2048_part',
    {
      events: WIDE_PART_ROWS.events,
      maxLogHeight: MAX_PARTS_LOG,
      fixed: { kind: 'periodic', table: periodicTable([Array.from({ length: WIDE_PARTS }, (_, part) => part)]) },
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const clk = c.col('clk', c.event('clk'));
      const [from, to] = [c.col('from', c.event('b')), c.col('to', c.event('to'))];
      const numbers = widePart().system.constrain(c, isReal);
      const [a, b, carry, low, high] = (['a', 'b', 'carry', 'low', 'high'] as const).map((name) =>
        wordsOf(numbers[name]!),
      ) as [Word[], Word[], Word[], Word[], Word[]];
      const old = wordColumns(c, 'old');
      const [fromTs, toTs] = [timeColumns(c, 'bTs'), timeColumns(c, 'oldTs')];
      const part = c.fixedCol('part');
      for (const i of indices) {
        const at = part.mul(PART_WORDS).add(i);
        accessWord(
          c,
          clk,
          'read',
          { address: from.add(at), before: b[i]!, after: b[i]!, previous: fromTs[i]! },
          isReal,
        );
        accessWord(
          c,
          clk,
          'update',
          { address: to.add(at), before: old[i]!, after: low[i]!, previous: toTs[i]! },
          isReal,
        );
      }
      c.receive(WIDE_FACTOR, [clk, from, to, ...limbs(a)], isReal);
      c.receive(WIDE_CARRY, [clk, part, ...limbs(carry)], isReal);
      c.send(WIDE_CARRY, [clk, part.add(1), ...limbs(high)], isReal);
    },
  );
