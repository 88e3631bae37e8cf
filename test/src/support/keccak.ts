/**
 * @module Guests that call KECCAK_PERMUTE, and the rows of its tables made bit by bit, for provers that make other ones.
 */
import { KECCAK_GROUP_BITS, KECCAK_GROUPS, KECCAK_STATES } from '@weft/executor/calls/keccak';
import { KECCAK_CONSTANTS, KECCAK_ROTATIONS } from '@weft/executor/precompiles/keccak';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { storeWords } from './sha.ts';

/** Address of a state. */
export const STATE: number = asm.DATA + 0x100;

/** Permutes these words. */
export const permuteWords = (words: readonly number[], address: number = STATE): number[] => [
  ...storeWords(address, words),
  ...asm.call(SYSCALL.KECCAK_PERMUTE, address, 0),
];

/** Twenty-five lanes, lane (x, y) at 5 y + x. */
type Lanes = readonly bigint[];

const MASK = 2n ** 64n - 1n;
const rotate = (lane: bigint, by: number): bigint => ((lane << BigInt(by)) | (lane >> BigInt(64 - by))) & MASK;
const bitOf = (lane: bigint, z: number): number => Number((lane >> BigInt(z)) & 1n);
const groupOf = (lane: bigint, group: number): number =>
  Number((lane >> BigInt(KECCAK_GROUP_BITS * group)) & (2n ** BigInt(KECCAK_GROUP_BITS) - 1n));
const nth = (x: number, y: number): number => 5 * (y % 5) + (x % 5);

export const lanesOf = (words: ArrayLike<number>): Lanes =>
  Array.from({ length: 25 }, (_, i) => BigInt(words[2 * i]! >>> 0) + (BigInt(words[2 * i + 1]! >>> 0) << 32n));
export const wordsOfLanes = (lanes: Lanes): number[] =>
  lanes.flatMap((lane) => [Number(lane & 0xffffffffn), Number(lane >> 32n)]);

function chi(lanes: Lanes): bigint[] {
  return lanes.map((lane, i) => {
    const [x, y] = [i % 5, Math.floor(i / 5)];
    return lane ^ (~lanes[nth(x + 1, y)]! & MASK & lanes[nth(x + 2, y)]!);
  });
}

/** A state, the parities of its columns, and what each group takes for those in the slice before it, bit x for column x. */
interface State {
  readonly lanes: Lanes;
  readonly parity: Lanes;
  readonly neighbours: readonly number[];
}

/** Where a prover does something else. */
export interface Cheat {
  /** What iota adds, before state 1 first. */
  readonly constants?: readonly (readonly [number, number])[];
  readonly rotations?: readonly number[];
  /** Lanes before chi, by the number of the state that it makes. */
  readonly before?: (number: number, right: Lanes) => Lanes;
  /** A state that takes the place of the right one, by its number. */
  readonly state?: (number: number, right: State) => State;
}

/** Rows of a call: fields behind the clock, by number of the state and group; and its states. */
export interface Permutation {
  readonly rows: readonly (readonly number[])[];
  readonly states: readonly Lanes[];
}

export function permutation(
  input: Lanes,
  {
    constants = KECCAK_CONSTANTS,
    rotations = KECCAK_ROTATIONS,
    before: beforeBy = (_, right) => right,
    state: stateBy = (_, right) => right,
  }: Cheat = {},
): Permutation {
  const rows: number[][] = [];
  const states: Lanes[] = [];
  // Of order four, so that three times more undo it.
  let before: Lanes = chi(chi(chi(input)));
  for (let number = 0; number < KECCAK_STATES; number++) {
    before = beforeBy(number, before);
    const [low, high] = number === 0 ? [0, 0] : constants[number - 1]!;
    const constant = BigInt(low) + (BigInt(high) << 32n);
    const right = chi(before).map((lane, i) => (i === 0 ? lane ^ constant : lane));
    const sums = [0, 1, 2, 3, 4].map((x) => [0, 1, 2, 3, 4].reduce((sum, y) => sum ^ right[nth(x, y)]!, 0n));
    const groups = Array.from({ length: KECCAK_GROUPS }, (_, group) => group);
    const neighbours = groups.map((group) =>
      sums.reduce((bits, lane, x) => bits + (bitOf(lane, (KECCAK_GROUP_BITS * group + 63) % 64) << x), 0),
    );
    const { lanes, parity, neighbours: taken } = stateBy(number, { lanes: right, parity: sums, neighbours });
    states.push(lanes);
    for (const group of groups) {
      const parts = before.map((lane) => groupOf(lane, group));
      const packed = Array.from({ length: 13 }, (_, i) => parts[2 * i]! + 2 ** 16 * (parts[2 * i + 1] ?? 0));
      rows.push([number, groupOf(constant, group), taken[group]!, ...packed]);
    }
    const moved = [...lanes];
    for (const [i, lane] of lanes.entries()) {
      const [x, y] = [i % 5, Math.floor(i / 5)];
      let flips = parity[(x + 4) % 5]!;
      for (let z = 0; z < 64; z++) {
        const [column, group] = [(x + 1) % 5, Math.floor(z / KECCAK_GROUP_BITS)];
        const isFirst = z % KECCAK_GROUP_BITS === 0;
        const bit = isFirst ? (taken[group]! >> column) & 1 : bitOf(parity[column]!, z - 1);
        flips ^= BigInt(bit) << BigInt(z);
      }
      moved[nth(y, 2 * x + 3 * y)] = rotate(lane ^ flips, rotations[i]!);
    }
    before = moved;
  }
  return { rows, states };
}
