/**
 * @module SHA-256 (FIPS 180-4): the message schedule, a row a word, and the compression, four rounds a row. Words are bits where their bits
 * are used, and limbs of 16 bits where they are only added or handed on.
 */
import {
  SHA_COMPRESS_ROWS,
  SHA_CONSTANTS,
  SHA_FINAL_ROWS,
  SHA_ROUNDS_PER_ROW,
} from '@weft/executor/calls/sha-compress';
import { SHA_ASKING_ROW, SHA_EXTEND_ROWS } from '@weft/executor/calls/sha-extend';
import { SYSCALL } from '@weft/executor/program/abi';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { periodicTable } from '@weft/prover/air/periodic';
import { assertAdd32, range, type Word, word } from '@weft/prover/kit/gadgets';
import { SHA_SIGMA0, SHA_SIGMA1, SHA_STATE, SHA_WORD } from '../buses.ts';
import { accessWord, pointerInB, receiveCall, receiveCallAs } from '../chips/precompile.ts';

const WORD_BITS = 32;
/** log2 of the rows of each table at most: more cells than any shape has would not be of use. */
const MAX_ROWS_LOG = 18;

const total = (terms: readonly Expr[]): Expr => sum(terms[0]!, ...terms.slice(1));
const xor2 = (a: Expr, b: Expr): Expr => a.add(b).sub(a.mul(b).mul(2));
const xor3 = (a: Expr, b: Expr, d: Expr): Expr => xor2(a, xor2(b, d));

/** The word of 32 bits, the lowest first. */
function pack(bit: (i: number) => Expr): Word {
  const half = (first: number): Expr => total(Array.from({ length: 16 }, (_, i) => bit(first + i).mul(2 ** i)));
  return { lo: half(0), hi: half(16) };
}

/** Columns for the bits of a word. */
function bitsOf(c: ChipBuilder, name: string, fill: Fill): Expr[] {
  return Array.from({ length: WORD_BITS }, (_, i) => c.bool(`${name}_bit${i}`, fill.shr(i).and(1)));
}

/** A number of so many bits, as one expression. */
function smallNumber(c: ChipBuilder, name: string, bits: number, fill: Fill): Expr {
  return total(Array.from({ length: bits }, (_, i) => c.bool(`${name}_${i}`, fill.shr(i).and(1)).mul(2 ** i)));
}

/** Three rotations, or two and a shift, of a word's bits, xored. */
function mixed(bits: readonly Expr[], [r, s, t]: readonly [number, number, number], isShift: boolean): Word {
  const rotated = (i: number, n: number): Expr => bits[(i + n) % WORD_BITS]!;
  return pack((i) => {
    const two = [rotated(i, r), rotated(i, s)] as const;
    return isShift && i + t >= WORD_BITS ? xor2(...two) : xor3(...two, rotated(i, t));
  });
}

const both = (w: Word): readonly [Expr, Expr] => [w.lo, w.hi];

// --- The schedule

const SCHEDULE = Array.from({ length: SHA_EXTEND_ROWS.rows }, (_, i) => i);
const isComputed = (i: number): number => (i >= 16 && i < SHA_EXTEND_ROWS.rows ? 1 : 0);
const LAST = SHA_EXTEND_ROWS.rows - 1;
/** The word before the last is a summand of no other: a row whose word is given, and has no summands, asks for it. */
const [ASKED, ASKING] = [LAST - 1, SHA_ASKING_ROW];

/** Fixed columns of the schedule, by row. */
const SCHEDULE_COLUMNS = {
  number: SCHEDULE,
  is_computed: SCHEDULE.map(isComputed),
  /** How many later rows add the word itself, its sigma0 and its sigma1. */
  word_uses: SCHEDULE.map((i) => isComputed(i + 7) + isComputed(i + 16) + (i === ASKED ? 1 : 0)),
  sigma0_uses: SCHEDULE.map((i) => isComputed(i + 15)),
  sigma1_uses: SCHEDULE.map((i) => isComputed(i + 2)),
  is_last: SCHEDULE.map((i) => (i === LAST ? 1 : 0)),
  /** Whether a row asks for another seven before, or the one that asks for the word before the last, and for which. */
  asks: SCHEDULE.map((i) => (i === ASKING ? 1 : isComputed(i))),
  asked: SCHEDULE.map((i) => (i === ASKING ? ASKED : isComputed(i) * (i - 7))),
} as const;

/**
 * Row i is word i. The call asks for the last row, and each row for others: words 57 to 61 are summands of the last four, and so on down
 * to word 0; a row whose word is given asks for word 62. Nothing else reads what a row of a given word has for summands.
 */
export const shaExtend = (): Chip =>
  defineChip(
    'sha_extend',
    {
      events: SHA_EXTEND_ROWS.events,
      maxLogHeight: MAX_ROWS_LOG,
      fixed: { kind: 'periodic', table: periodicTable(Object.values(SCHEDULE_COLUMNS)) },
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const [clk, pointer] = [c.col('clk', c.event('clk')), c.col('pointer', c.event('pointer'))];
      const areBytes = c.bool('bytes', c.event('bytes'));
      // Of all rows of a call, so that none is of the other kind.
      const call = [clk, pointer, areBytes] as const;
      const bits = bitsOf(c, 'word', c.event('word'));
      const old = word(c, 'old', c.event('old'));
      const previous = c.col('previous', c.event('previous'));
      const summands = (['s0', 's1', 'w7', 'w16'] as const).map((name) => word(c, name, c.event(name)));
      const fills = (['s0', 's1', 'w7', 'w16'] as const).map((name) => c.event(name));
      const add = (terms: readonly Fill[]): Fill => terms.slice(1).reduce((x, y) => x.add(y), terms[0]!);
      const carryFill = add(fills.map((f) => f.and(0xffff))).shr(16);
      const carryLo = smallNumber(c, 'carry_lo', 2, carryFill);
      const carryHi = smallNumber(c, 'carry_hi', 2, add([...fills.map((f) => f.shr(16)), carryFill]).shr(16));
      const fixed = Object.fromEntries(Object.keys(SCHEDULE_COLUMNS).map((name) => [name, c.fixedCol(name)])) as Record<
        keyof typeof SCHEDULE_COLUMNS,
        Expr
      >;
      const { number, is_computed: computed } = fixed;
      const value = pack((i) => bits[i]!);
      // Four limbs and a carry are below 2^18 + 4, so that the sums hold in the integers.
      const lo = total(summands.map((w) => w.lo)).sub(value.lo);
      const hi = total(summands.map((w) => w.hi)).sub(value.hi);
      c.assertZero('sum_lo', computed.mul(lo.sub(carryLo.mul(2 ** 16))));
      c.assertZero('sum_hi', computed.mul(hi.add(carryLo).sub(carryHi.mul(2 ** 16))));
      // A given word is what was there, or its bytes the other way round.
      const swapped = pack((i) => bits[24 - (i & 24) + (i & 7)]!);
      const given = c.constant(1).sub(computed);
      for (const half of ['lo', 'hi'] as const) {
        const before = value[half].add(areBytes.mul(swapped[half].sub(value[half])));
        c.assertZero(`kept_${half}`, given.mul(before.sub(old[half])));
      }
      accessWord(c, clk, 'update', { address: pointer.add(number), before: old, after: value, previous }, isReal);

      const isSum = computed.mul(isReal);
      const [s0, s1, w7, w16] = summands as [Word, Word, Word, Word];
      c.receive(SHA_SIGMA0, [...call, number.sub(15), ...both(s0)], isSum);
      c.receive(SHA_SIGMA1, [...call, number.sub(2), ...both(s1)], isSum);
      c.receive(SHA_WORD, [...call, fixed.asked, ...both(w7)], fixed.asks.mul(isReal));
      c.receive(SHA_WORD, [...call, number.sub(16), ...both(w16)], isSum);
      c.send(SHA_WORD, [...call, number, ...both(value)], fixed.word_uses.mul(isReal), 2);
      c.send(SHA_SIGMA0, [...call, number, ...both(mixed(bits, [7, 18, 3], true))], fixed.sigma0_uses.mul(isReal));
      c.send(SHA_SIGMA1, [...call, number, ...both(mixed(bits, [17, 19, 10], true))], fixed.sigma1_uses.mul(isReal));
      const none = { lo: c.constant(0), hi: c.constant(0) };
      const [low, high] = [SYSCALL.SHA_EXTEND & 0xffff, SYSCALL.SHA_EXTEND >>> 16];
      const code = areBytes.mul(SYSCALL.SHA_EXTEND_BYTES - SYSCALL.SHA_EXTEND).add(low);
      receiveCallAs(c, { lo: code, hi: c.constant(high) }, { clk, a: pointer, b: none }, fixed.is_last.mul(isReal));
    },
  );

// --- The compression

const ROWS = SHA_COMPRESS_ROWS.rows;
const R = SHA_ROUNDS_PER_ROW;
const WINDOW = R + 4;
const limbsOfConstant = (x: number): readonly [number, number] => [x & 0xffff, x >>> 16];

/** Low and high limbs of the constants of a row's rounds, then its number. */
const ROUND_COLUMNS: readonly (readonly number[])[] = [
  ...Array.from({ length: 2 * R }, (_, k) =>
    Array.from({ length: ROWS }, (_, row) => limbsOfConstant(SHA_CONSTANTS[row * R + (k >> 1)]!)[k & 1]!),
  ),
  Array.from({ length: ROWS }, (_, row) => row),
];

/** A word of the window that the rounds go through: in limbs, and in bits where a round of this row uses those. */
interface WindowWord {
  readonly limbs: Word;
  readonly bits: readonly Expr[];
}

/** Eight words of which each round makes one more: bits of the first and the last are used by no round of the row. */
function windowOf(c: ChipBuilder, name: 'a' | 'e'): WindowWord[] {
  return Array.from({ length: WINDOW }, (_, k): WindowWord => {
    const fill = c.event(`${name}${k}`);
    if (k === 0 || k === WINDOW - 1) return { limbs: word(c, `${name}${k}`, fill), bits: [] };
    const bits = bitsOf(c, `${name}${k}`, fill);
    return { limbs: pack((i) => bits[i]!), bits };
  });
}

/** What a round's sums go beyond 16 bits, low half and high half. */
interface Carries {
  readonly e: readonly [Expr, Expr];
  readonly a: readonly [Expr, Expr];
}

function carriesOf(c: ChipBuilder, round: number, isReal: Expr): Carries {
  const packed = c.event(`carries${round}`);
  const number = (name: string, bits: number, shift: number): Expr =>
    smallNumber(c, `${name}${round}_carry`, bits, packed.shr(shift));
  // Those of a are -1 to 2, and nothing on a row that stands for nothing.
  return {
    e: [number('e_lo', 3, 0), number('e_hi', 3, 3)],
    a: [number('a_lo', 2, 6).sub(isReal), number('a_hi', 2, 8).sub(isReal)],
  };
}

/**
 * One round: the next e and a from the last four of each. All limbs are below 2^16, by bits here or in the rows that follow, and at most
 * six of them are added, so that the sums hold in the integers.
 */
function assertRound(
  c: ChipBuilder,
  round: number,
  [a, e]: readonly [readonly WindowWord[], readonly WindowWord[]],
  { e: carryE, a: carryA }: Carries,
  constant: readonly [Expr, Expr],
  w: Word,
): void {
  const [d, cc, b, last, nextA] = a.slice(round) as [WindowWord, WindowWord, WindowWord, WindowWord, WindowWord];
  const [h, g, f, x, nextE] = e.slice(round) as [WindowWord, WindowWord, WindowWord, WindowWord, WindowWord];
  const sigma1 = mixed(x.bits, [6, 11, 25], false);
  const sigma0 = mixed(last.bits, [2, 13, 22], false);
  const choice = pack((i) => x.bits[i]!.mul(f.bits[i]!.sub(g.bits[i]!)).add(g.bits[i]!));
  const majority = pack((i) => last.bits[i]!.mul(xor2(b.bits[i]!, cc.bits[i]!)).add(b.bits[i]!.mul(cc.bits[i]!)));
  const [zero, top] = [c.constant(0), 2 ** 16];
  for (const [k, half] of (['lo', 'hi'] as const).entries()) {
    const inE = k === 0 ? zero : carryE[0];
    const inA = k === 0 ? zero : carryA[0];
    const summands = [d.limbs, h.limbs, sigma1, choice, w].map((word) => word[half]);
    const sumE = total([...summands, constant[k as 0 | 1], inE]);
    c.assertZero(`e_${half}_${round}`, sumE.sub(nextE.limbs[half]).sub(carryE[k as 0 | 1].mul(top)));
    const sumA = total([nextE.limbs[half], sigma0[half], majority[half], inA]).sub(d.limbs[half]);
    c.assertZero(`a_${half}_${round}`, sumA.sub(nextA.limbs[half]).sub(carryA[k as 0 | 1].mul(top)));
  }
}

/** The eight words of a state in the order of {@link SHA_STATE}. */
const stateOf = (windows: readonly (readonly WindowWord[])[], first: number): Expr[] =>
  windows.flatMap((words) => words.slice(first, first + 4).flatMap(({ limbs }) => both(limbs)));

/** Four rounds: takes the state of the row before, hands on its own. */
export const shaCompress = (): Chip =>
  defineChip(
    'sha_compress',
    {
      events: SHA_COMPRESS_ROWS.events,
      maxLogHeight: MAX_ROWS_LOG - 2,
      fixed: { kind: 'periodic', table: periodicTable(ROUND_COLUMNS) },
    },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const [clk, schedule] = [c.col('clk', c.event('clk')), c.col('schedule', c.event('schedule'))];
      const windows = [windowOf(c, 'a'), windowOf(c, 'e')] as const;
      const list = Array.from({ length: R }, (_, t) => t);
      const carries = list.map((t) => carriesOf(c, t, isReal));
      const words = list.map((t) => word(c, `w${t}`, c.event(`w${t}`)));
      const previous = list.map((t) => c.col(`w${t}_previous`, c.event(`previous${t}`)));
      const constants = list.map((t) => [c.fixedCol(`k${t}_lo`), c.fixedCol(`k${t}_hi`)] as const);
      const row = c.fixedCol('row');
      for (const t of list) {
        const constant = constants[t]!.map((limb) => limb.mul(isReal)) as [Expr, Expr];
        const w = words[t]!;
        assertRound(c, t, windows, carries[t]!, constant, w);
        const address = schedule.add(row.mul(R)).add(t);
        accessWord(c, clk, 'read', { address, before: w, after: w, previous: previous[t]! }, isReal);
      }
      c.receive(SHA_STATE, [clk, row, schedule, ...stateOf(windows, 0)], isReal);
      c.send(SHA_STATE, [clk, row.add(1), schedule, ...stateOf(windows, R)], isReal);
    },
  );

/** The order of a state: a of four rounds ago first, that is d, c, b, a, then h, g, f, e. */
const STATE_ORDER = [3, 2, 1, 0, 7, 6, 5, 4];

/** The row of the call: puts the hash before the first round, takes the state behind the last, and adds the two. */
export const shaFinal = (): Chip =>
  defineChip('sha_final', { events: SHA_FINAL_ROWS.events, maxLogHeight: MAX_ROWS_LOG - 6 }, (c) => {
    const isReal = c.bool('is_real', c.literal(1));
    const [clk, schedule] = [c.col('clk', c.event('clk')), c.col('schedule', c.event('schedule'))];
    const { b, address } = pointerInB(c, 'hash', c.event('hash'), isReal);
    const words = STATE_ORDER.map((_, i) => {
      const [fBefore, fLast] = [c.event(`before${i}`), c.event(`last${i}`)];
      const [before, last] = [word(c, `before${i}`, fBefore), word(c, `last${i}`, fLast)];
      return { before, last, after: word(c, `after${i}`, fBefore.add(fLast)) };
    });
    for (const [i, { before, last, after }] of words.entries()) {
      assertAdd32(c, `sum${i}`, 1, before, last, after);
      const previous = c.col(`previous${i}`, c.event(`previous${i}`));
      // Limbs of the sum, and those that no further row has as bits: the last e and the last a.
      for (const limb of [...both(after), ...(i % 4 === 0 ? both(last) : [])]) range(c, limb, 16, isReal);
      accessWord(c, clk, 'update', { address: address.add(i), before, after, previous }, isReal);
    }
    const state = (of: (i: number) => Word): Expr[] => STATE_ORDER.flatMap((i) => both(of(i)));
    receiveCall(c, SYSCALL.SHA_COMPRESS, { clk, a: schedule, b }, isReal);
    c.send(SHA_STATE, [clk, 0, schedule, ...state((i) => words[i]!.before)], isReal);
    c.receive(SHA_STATE, [clk, ROWS, schedule, ...state((i) => words[i]!.last)], isReal);
  });
