/**
 * @module The state between shards: idle cells within one, leaves and nodes of the state tree, and the boundary, which
 * ties it all to the statement.
 */
import {
  CELL,
  FIRST_CLOCK,
  LEAF_WORDS,
  MEMORY_SPACE,
  OUTPUT_CELLS,
  REGISTER_LEAF,
  REGISTER_SPACE,
  TREE_DEPTH,
} from '@weft/executor/program/layout';
import { type Chip, type ChipBuilder, defineChip, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { publicTuples } from '@weft/prover/air/statement';
import { HASH } from '@weft/prover/kit/buses';
import { range, word } from '@weft/prover/kit/gadgets';
import { EXECUTION, MEMORY, TREE } from '../buses.ts';
import { STATEMENT_LAYOUT, statementWords } from '../statement.ts';
import { access } from './frames.ts';

/**
 * Carries an idle cell to a later timestamp, so that instructions get by with one 16-bit check per access. Its new
 * timestamp is bounded: otherwise rows could carry it around p and back into the past.
 */
export const bump: Chip = defineChip('bump', { events: 'bump' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [space, address] = [c.col('space', c.event('space')), c.col('address', c.event('address'))];
  const value = word(c, 'value', c.event('value'));
  const from = c.col('from', c.event('fromTs'));
  const to = word(c, 'to', c.event('toTs'));
  const gap = c.event('toTs').sub(c.event('fromTs')).sub(1);
  const gapHi = c.col('gap_hi', gap.shr(16));
  const now = to.lo.add(to.hi.mul(2 ** 16));
  range(c, to.lo, 16, isReal);
  range(c, to.hi, 12, isReal);
  range(
    c,
    now
      .sub(from)
      .sub(1)
      .sub(gapHi.mul(2 ** 16)),
    16,
    isReal,
  );
  range(c, gapHi, 10, isReal);
  c.receive(MEMORY, [space, address, value.lo, value.hi, from], isReal);
  c.send(MEMORY, [space, address, value.lo, value.hi, now], isReal);
});

function digest(c: ChipBuilder, name: string): Expr[] {
  return Array.from({ length: 8 }, (_, i) => c.col(`${name}_${i}`, c.event(`${name}${i}`)));
}

/** Register leaves are numbered by so many bits. */
const REGISTER_LEAF_BITS = Math.ceil(Math.log2(CELL.count / LEAF_WORDS));

/** A leaf that the shard touches: gives its eight words their initial values and takes their final ones. */
export const leaf: Chip = defineChip('leaf', { events: 'leaf' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const isRegister = c.bool('is_register', c.literal(REGISTER_LEAF - 1).ltu(c.event('index')));
  c.assertZero('is_register_only_real', isRegister.sub(isRegister.mul(isReal)));
  const index = c.col('index', c.event('index'));
  const [before, after] = [digest(c, 'before'), digest(c, 'after')];
  const limbs = (name: string): Expr[] =>
    Array.from({ length: LEAF_WORDS }, (_, i) => word(c, `${name}_${i}`, c.event(`${name}${i}`))).flatMap(
      ({ lo, hi }) => [lo, hi],
    );
  const [initial, final] = [limbs('initial'), limbs('final')];
  const space = c.constant(MEMORY_SPACE).sub(isRegister.mul(MEMORY_SPACE - REGISTER_SPACE));
  for (let i = 0; i < LEAF_WORDS; i++) {
    const address = index.sub(isRegister.mul(REGISTER_LEAF)).mul(LEAF_WORDS).add(i);
    const clock = c.col(`clock_${i}`, c.event(`clock${i}`));
    c.send(MEMORY, [space, address, initial[2 * i]!, initial[2 * i + 1]!, 0], isReal);
    c.receive(MEMORY, [space, address, final[2 * i]!, final[2 * i + 1]!, clock], isReal);
  }
  // Once per leaf, for all accesses to it: a memory leaf lies below the register leaves, a register leaf among them. Either
  // without the other would let the words of one space be cells of the other.
  const room = c.literal(REGISTER_LEAF - 1).sub(c.event('index'));
  const roomHi = c.col(
    'room_hi',
    c
      .literal(REGISTER_LEAF - 1)
      .ltu(c.event('index'))
      .select(0, room.shr(13)),
  );
  const inMemory = isReal.sub(isRegister);
  range(
    c,
    c
      .constant(REGISTER_LEAF - 1)
      .sub(index)
      .sub(roomHi.mul(2 ** 13)),
    13,
    inMemory,
  );
  range(c, roomHi, 13, inMemory);
  // 13 and 13 bits hold more than there are memory leaves: so that no index below 0 passes for one near p.
  range(c, c.constant(REGISTER_LEAF / 2 ** 13 - 1).sub(roomHi), 13, inMemory);
  range(c, index.sub(REGISTER_LEAF), REGISTER_LEAF_BITS, isRegister);
  c.receive(TREE, [TREE_DEPTH, index, ...before, ...after], isReal);
  // Without this a prover could run the permutation backwards from any digest and take what comes out for a leaf (ADR 6).
  // Final words are in range because they are initial ones or were written.
  for (const limb of initial) range(c, limb, 16, isReal);
  c.send(HASH, [...initial, ...before], isReal);
  c.send(HASH, [...final, ...after], isReal);
});

/**
 * An inner node on the way from the root to touched leaves. It passes each child on once or not at all; a child that is
 * not passed on is the same before and after.
 */
export const node: Chip = defineChip('node', { events: 'node' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const goes = [c.bool('goes_left', c.event('goesLeft')), c.bool('goes_right', c.event('goesRight'))];
  const [level, index] = [c.col('level', c.event('level')), c.col('index', c.event('index'))];
  const [before, after] = [digest(c, 'before'), digest(c, 'after')];
  const sides = ['left', 'right'] as const;
  const children = sides.map((side) => ({
    before: digest(c, `${side}Before`),
    after: digest(c, `${side}After`),
  }));
  c.receive(TREE, [level, index, ...before, ...after], isReal);
  for (const [side, child] of children.entries()) {
    const flag = goes[side]!;
    c.assertZero(`goes_${sides[side]}_only_real`, flag.sub(flag.mul(isReal)));
    for (let i = 0; i < 8; i++) {
      const change = child.after[i]!.sub(child.before[i]!);
      c.assertZero(`${sides[side]}_child_unchanged_${i}`, change.sub(change.mul(flag)));
    }
    c.send(TREE, [level.add(1), index.mul(2).add(side), ...child.before, ...child.after], flag);
  }
  c.send(HASH, [...children[0]!.before, ...children[1]!.before, ...before], isReal);
  c.send(HASH, [...children[0]!.after, ...children[1]!.after, ...after], isReal);
});

/**
 * One row: starts and ends the execution, roots the state tree, reads the output cells at the end, and holds the
 * statement that the verifier sends.
 */
export const boundary: Chip = defineChip('boundary', { events: 'boundary', maxLogHeight: MIN_LOG_HEIGHT }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [startPc, endPc] = [c.col('start_pc', c.event('startPc')), c.col('end_pc', c.event('endPc'))];
  const end = word(c, 'end_clock', c.event('endClock'));
  const [before, after] = [digest(c, 'before'), digest(c, 'after')];
  const endClock = end.lo.add(end.hi.mul(2 ** 16));
  // Timestamps stay below 2^28, far from p.
  range(c, end.lo, 16, isReal);
  range(c, end.hi, 12, isReal);
  c.send(EXECUTION, [startPc, FIRST_CLOCK], isReal);
  c.receive(EXECUTION, [endPc, endClock], isReal);
  c.send(TREE, [0, 0, ...before, ...after], isReal);
  const cells = new Map(
    OUTPUT_CELLS.map((cell) => {
      const value = word(c, `cell_${cell}`, c.event(`cell${cell}`));
      const previous = c.col(`cell_${cell}_previous`, c.event(`cell${cell}Ts`));
      access(c, {
        space: REGISTER_SPACE,
        address: cell,
        before: value,
        after: value,
        previous,
        now: endClock,
        count: isReal,
      });
      return [cell, value] as const;
    }),
  );
  const exit = cells.get(CELL.exitCode)!;
  let mask = c.constant(0);
  for (let i = 0; i < 8; i++) mask = mask.add(cells.get(CELL.committed + i)!.lo.mul(2 ** i));
  const digestLimbs = Array.from({ length: 8 }, (_, i) => cells.get(CELL.digest + i)!).flatMap(({ lo, hi }) => [
    lo,
    hi,
  ]);
  const words = statementWords<Expr>({
    before,
    after,
    startPc,
    endPc,
    endClock,
    exitLo: exit.lo,
    exitHi: exit.hi,
    committed: mask,
    digest: digestLimbs,
  });
  for (const { bus, tuple } of publicTuples(STATEMENT_LAYOUT, words, (x) => c.constant(x)))
    c.receive(bus, tuple, isReal);
});
