/**
 * @module KECCAK_PERMUTE (FIPS 202, 3.3). A row is sixteen slices of a state: chi, which ended a round, and theta, which begins the next.
 * Neither leaves its slice but for the parities of one neighbour. Rho moves the bits of a lane by a constant, hence to rows that are always
 * the same: rows send them there. Before the first round and behind the last a state is in memory, as limbs.
 */
import {
  KECCAK_GROUP_BITS,
  KECCAK_GROUPS,
  KECCAK_MEMORY_ROWS,
  KECCAK_ROWS,
  KECCAK_STATES,
} from '@weft/executor/calls/keccak';
import { KECCAK_CONSTANTS, KECCAK_ROTATIONS } from '@weft/executor/precompiles/keccak';
import { SYSCALL } from '@weft/executor/program/abi';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { periodicTable } from '@weft/prover/air/periodic';
import { type Word, word } from '@weft/prover/kit/gadgets';
import { KECCAK_GROUP, KECCAK_HALVES, KECCAK_PARITY, KECCAK_RHO } from '../buses.ts';
import { accessWord, receiveCall } from '../chips/precompile.ts';

/** log2 of the rows at most: twice as many would have more cells than any shape. */
const MAX_ROWS_LOG = 15;
/** As many calls have two rows of memory each. */
const MAX_MEMORY_ROWS_LOG = 10;
/** Bits of an element between rows: below p, so that none stands for another. */
const ELEMENT_BITS = 30;

const SIDE = 5;
const XS: readonly number[] = Array.from({ length: SIDE }, (_, x) => x);
const LANES: readonly number[] = Array.from({ length: SIDE * SIDE }, (_, i) => i);
const BITS: readonly number[] = Array.from({ length: KECCAK_GROUP_BITS }, (_, z) => z);
const GROUPS: readonly number[] = Array.from({ length: KECCAK_GROUPS }, (_, group) => group);

/** Bits of a group in which constants can differ from 0: those at 2^j - 1. */
const CONSTANT_BITS: readonly number[] = [0, 1, 3, 7, 15];

/** A bit of a lane's part that a row has, the lane at 5 y + x. */
interface Place {
  readonly lane: number;
  readonly bit: number;
}

/** For each number of groups that bits move by: where they are, and where rho and pi bring them. */
const MOVES: readonly (readonly { readonly from: Place; readonly to: Place }[])[] = GROUPS.map((by) =>
  LANES.flatMap((lane) => {
    const [x, y] = [lane % SIDE, Math.floor(lane / SIDE)];
    const target = SIDE * ((2 * x + 3 * y) % SIDE) + y;
    return BITS.flatMap((bit) => {
      const moved = bit + KECCAK_ROTATIONS[lane]!;
      if (Math.floor(moved / KECCAK_GROUP_BITS) % KECCAK_GROUPS !== by) return [];
      return [{ from: { lane, bit }, to: { lane: target, bit: moved % KECCAK_GROUP_BITS } }];
    });
  }),
);

const total = (terms: readonly Expr[]): Expr => sum(terms[0]!, ...terms.slice(1));
const xor2 = (a: Expr, b: Expr): Expr => a.add(b).sub(a.mul(b).mul(2));
const pack = (bits: readonly Expr[]): Expr => total(bits.map((bit, i) => bit.mul(2 ** i)));

/** The bits in elements of a tuple. Guarantees: bits that differ are in elements that differ. */
function packAll(bits: readonly Expr[]): Expr[] {
  const count = Math.ceil(bits.length / ELEMENT_BITS);
  return Array.from({ length: count }, (_, i) => pack(bits.slice(ELEMENT_BITS * i, ELEMENT_BITS * (i + 1))));
}

/** The lane dx further in x, y being the same. */
const besides = (lane: number, dx: number): number => lane - (lane % SIDE) + ((lane + dx) % SIDE);

type Lanes<T> = readonly (readonly T[])[];

/** Bits of a row, lane by lane or column by column. */
interface Slices {
  /** Before chi. */
  readonly before: Lanes<Expr>;
  /** Behind chi and iota: the state. */
  readonly state: Lanes<Expr>;
  /** Parities of the state's columns, by x. */
  readonly parity: Lanes<Expr>;
  /** Parities in the slice before the first, by x. */
  readonly neighbour: readonly Expr[];
  /** What iota adds to the first lane, at {@link CONSTANT_BITS}. */
  readonly constant: readonly Expr[];
}

/** The columns of a row's slices. Guarantees: `before`, `parity` and `constant` are bits. */
function slices(c: ChipBuilder): Slices {
  const bitAt = (fill: Fill, z: number): Fill => fill.shr(z).and(1);
  const constantFill = c.event('constant');
  const constant = CONSTANT_BITS.map((z) => c.bool(`constant_bit${z}`, bitAt(constantFill, z)));
  const neighbour = XS.map((x) => c.col(`neighbour${x}`, bitAt(c.event('parities'), x)));
  const fills = LANES.map((lane) =>
    c
      .event(`lanes${lane >> 1}`)
      .shr(16 * (lane & 1))
      .and(0xffff),
  );
  const before = LANES.map((lane) => BITS.map((z) => c.bool(`before${lane}_bit${z}`, bitAt(fills[lane]!, z))));
  const stateFills = LANES.map((lane) => {
    const [a, b, d] = [0, 1, 2].map((dx) => fills[besides(lane, dx)]!) as [Fill, Fill, Fill];
    const mixed = a.xor(b.xor(0xffff).and(d));
    return lane === 0 ? mixed.xor(constantFill) : mixed;
  });
  const state = LANES.map((lane) => BITS.map((z) => c.col(`state${lane}_bit${z}`, bitAt(stateFills[lane]!, z))));
  const parity = XS.map((x) => {
    const column = XS.map((y) => stateFills[SIDE * y + x]!).reduce((a, b) => a.xor(b));
    return BITS.map((z) => c.bool(`parity${x}_bit${z}`, bitAt(column, z)));
  });
  return { before, state, parity, neighbour, constant };
}

/** Guarantees: the state is chi and iota of what was before, bits therefore. */
function assertChi(c: ChipBuilder, { before, state, constant }: Slices): void {
  for (const lane of LANES) {
    for (const z of BITS) {
      const [a, b, d] = [0, 1, 2].map((dx) => before[besides(lane, dx)]![z]!) as [Expr, Expr, Expr];
      const chi = xor2(a, c.constant(1).sub(b).mul(d));
      const bit = state[lane]![z]!;
      const at = lane === 0 ? CONSTANT_BITS.indexOf(z) : -1;
      // On the state's side, which is linear: beside chi the constant would make it degree 4.
      c.assertEqual(`chi${lane}_bit${z}`, chi, at < 0 ? bit : xor2(bit, constant[at]!));
    }
  }
}

/** Assumes: the state is of bits. Guarantees: `parity` is their sums' lowest bits. */
function assertParity(c: ChipBuilder, { state, parity }: Slices): void {
  for (const x of XS) {
    for (const z of BITS) {
      // Five bits and one: the difference is even only if it is 0, 2 or 4.
      const rest = total(XS.map((y) => state[SIDE * y + x]![z]!)).sub(parity[x]![z]!);
      c.assertZero(`parity${x}_bit${z}`, rest.mul(rest.sub(2)).mul(rest.sub(4)));
    }
  }
}

/** The state's bits behind theta. Assumes: `neighbour` is what it says. */
function theta(c: ChipBuilder, { state, parity, neighbour }: Slices): Lanes<Expr> {
  // 1 where a bit stays, -1 where it flips: xor is two operations then.
  const flips = XS.map((x) => {
    const [left, right] = [(x + SIDE - 1) % SIDE, (x + 1) % SIDE];
    return BITS.map((z) => {
      const flip = xor2(parity[left]![z]!, z === 0 ? neighbour[right]! : parity[right]![z - 1]!);
      return { flip, sign: c.constant(1).sub(flip.mul(2)) };
    });
  });
  return LANES.map((lane) =>
    BITS.map((z) => {
      const { flip, sign } = flips[lane % SIDE]![z]!;
      return state[lane]![z]!.mul(sign).add(flip);
    }),
  );
}

/** Fixed columns of rows: `group_after0` is their own group, `group_after1` the next, and so on. */
const GROUP_COLUMNS = GROUPS.map((by) => GROUPS.map((group) => (group + by) % KECCAK_GROUPS));

/**
 * Four rows a state, one for each group of slices. Rows are listed by {@link keccakMemory}: it sends a tuple for each state and group of a
 * call, so there is one row for each, and it alone has the clock of the call and these numbers on the other buses.
 */
export const keccak = (): Chip =>
  defineChip(
    'keccak',
    {
      events: KECCAK_ROWS.events,
      maxLogHeight: MAX_ROWS_LOG,
      fixed: { kind: 'periodic', table: periodicTable(GROUP_COLUMNS) },
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const [clk, number] = [c.col('clk', c.event('clk')), c.col('number', c.event('state'))];
      const isFirst = c.col('is_first', c.event('state').eq(0));
      const isLast = c.col('is_last', c.event('state').eq(KECCAK_STATES - 1));
      // They count tuples, also where no tuple says what they are.
      c.assertZero('first_only_real', isFirst.sub(isFirst.mul(isReal)));
      c.assertZero('last_only_real', isLast.sub(isLast.mul(isReal)));
      const s = slices(c);
      const after = GROUPS.map((by) => c.fixedCol(`group_after${by}`));
      const group = after[0]!;
      assertChi(c, s);
      assertParity(c, s);

      const constant = total(CONSTANT_BITS.map((z, i) => s.constant[i]!.mul(2 ** z)));
      const limbs = s.state.map((bits) => pack(bits).mul(isFirst.add(isLast)));
      c.receive(KECCAK_GROUP, [clk, number, group, constant, isFirst, isLast, ...limbs], isReal);
      const top = s.parity.map((bits) => bits[KECCAK_GROUP_BITS - 1]!);
      c.send(KECCAK_PARITY, [clk, number, after[1]!, ...top], isReal);
      c.receive(KECCAK_PARITY, [clk, number, group, ...s.neighbour], isReal);
      const mixed = theta(c, s);
      for (const [by, moves] of MOVES.entries()) {
        const sent = moves.map(({ from: { lane, bit } }) => mixed[lane]![bit]!);
        const received = moves.map(({ to: { lane, bit } }) => s.before[lane]![bit]!);
        c.send(KECCAK_RHO[by]!, [clk, number.add(1), after[by]!, ...packAll(sent)], isReal.sub(isLast));
        c.receive(KECCAK_RHO[by]!, [clk, number, group, ...packAll(received)], isReal.sub(isFirst));
      }
    },
  );

/** What iota adds in the round that makes a state, as two words. */
const constantOf = (state: number): readonly [number, number] => (state === 0 ? [0, 0] : KECCAK_CONSTANTS[state - 1]!);

/**
 * Two rows a call, one for the lower words of all lanes and one for the upper: take the state from memory to the rows of its first groups,
 * and back from those of the last. Limbs that go to memory are packed from bits there.
 */
export const keccakMemory = (): Chip =>
  defineChip(
    'keccak_memory',
    {
      events: KECCAK_MEMORY_ROWS.events,
      maxLogHeight: MAX_MEMORY_ROWS_LOG,
      fixed: { kind: 'periodic', table: periodicTable([[0, 1]]) },
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const [clk, pointer] = [c.col('clk', c.event('clk')), c.col('pointer', c.event('pointer'))];
      const lanes = LANES.map((lane) => ({
        before: word(c, `before${lane}`, c.event(`before${lane}`)),
        after: word(c, `after${lane}`, c.event(`after${lane}`)),
        previous: c.col(`previous${lane}`, c.event(`previous${lane}`)),
      }));
      const isUpper = c.fixedCol('is_upper');
      for (const [lane, accessed] of lanes.entries()) {
        const address = pointer.add(2 * lane).add(isUpper);
        accessWord(c, clk, 'update', { address, ...accessed }, isReal);
      }

      const limb = ({ lo, hi }: Word, half: number): Expr => (half === 0 ? lo : hi);
      for (let state = 0; state < KECCAK_STATES; state++) {
        const [isFirst, isLast] = [state === 0, state === KECCAK_STATES - 1];
        for (let half = 0; half < 2; half++) {
          const [lower, upper] = constantOf(state).map((x) => (half === 0 ? x & 0xffff : x >>> 16)) as [number, number];
          const constant = isUpper.mul(upper - lower).add(lower);
          const limbs = lanes.map(({ before, after }) =>
            isFirst ? limb(before, half) : isLast ? limb(after, half) : 0,
          );
          const flags = [Number(isFirst), Number(isLast)];
          c.send(KECCAK_GROUP, [clk, state, isUpper.mul(2).add(half), constant, ...flags, ...limbs], isReal);
        }
      }

      // The call has one row for the lower words, and that one a row for the upper.
      const isLower = c.constant(1).sub(isUpper);
      c.send(KECCAK_HALVES, [clk, pointer], isLower.mul(isReal));
      c.receive(KECCAK_HALVES, [clk, pointer], isUpper.mul(isReal));
      const none = { lo: c.constant(0), hi: c.constant(0) };
      receiveCall(c, SYSCALL.KECCAK_PERMUTE, { clk, a: pointer, b: none }, isLower.mul(isReal));
    },
  );
