/**
 * @module KECCAK_PERMUTE and its rows: the state between two rounds, cut into four groups of sixteen slices.
 */
import {
  chi,
  columnParities,
  KECCAK_CONSTANTS,
  keccakPermute as operation,
  thetaRhoPi,
} from '../precompiles/keccak.ts';
import type { SystemCall } from './call.ts';
import { type AccessedWord, type CallTable, precompile } from './precompile.ts';

const LANES = 25;
const HALVES = 2;
/** Slices that a row has, and such groups in a state. */
export const KECCAK_GROUP_BITS = 16;
export const KECCAK_GROUPS = 4;
/** States of a permutation: that before the first round, and one behind each. */
export const KECCAK_STATES: number = 1 + KECCAK_CONSTANTS.length;

const indexed = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);

/**
 * A row for each state and group. `lanes` are two lanes of the state before chi, the first lower, both of this group alone; `constant`
 * is what iota adds behind it; bit x of `parities` is the parity of column x in the slice before the group's first.
 */
export const KECCAK_ROWS: CallTable = {
  events: 'keccak',
  fields: ['clk', 'state', 'constant', 'parities', ...indexed('lanes', Math.ceil(LANES / 2))],
  rows: KECCAK_STATES * KECCAK_GROUPS,
};

/** A row for the lower words of the lanes, and one for the upper ones. */
export const KECCAK_MEMORY_ROWS: CallTable = {
  events: 'keccak_memory',
  fields: ['clk', 'pointer', ...indexed('before', LANES), ...indexed('after', LANES), ...indexed('previous', LANES)],
  rows: HALVES,
};

/** A state before chi, the constant behind it, and the state that follows with the parities of its columns. */
interface Step {
  readonly before: Uint32Array;
  readonly constant: readonly [low: number, high: number];
  readonly after: Uint32Array;
  readonly parity: Uint32Array;
}

/** The first state is one as if a round without a constant had made it. */
function stepsOf(input: Uint32Array): Step[] {
  // Chi is of order four.
  const steps: Step[] = [
    { before: chi(chi(chi(input))), constant: [0, 0], after: input, parity: columnParities(input) },
  ];
  for (const constant of KECCAK_CONSTANTS) {
    const before = thetaRhoPi(steps.at(-1)!.after);
    const after = chi(before);
    for (let half = 0; half < HALVES; half++) after[half]! ^= constant[half]!;
    steps.push({ before, constant, after, parity: columnParities(after) });
  }
  return steps;
}

/** Bits of a group, of a lane that starts at word `at`. */
const groupOf = (words: ArrayLike<number>, at: number, group: number): number =>
  (words[at + (group >> 1)]! >>> (KECCAK_GROUP_BITS * (group & 1))) & (2 ** KECCAK_GROUP_BITS - 1);

/** The fields of a row behind the clock and the state's number. */
function groupFields({ before, constant, parity }: Step, group: number): number[] {
  const previous = (group + KECCAK_GROUPS - 1) % KECCAK_GROUPS;
  let parities = 0;
  for (let x = 0; x < 5; x++) parities |= (groupOf(parity, 2 * x, previous) >> (KECCAK_GROUP_BITS - 1)) << x;
  const lane = (i: number): number => (i < LANES ? groupOf(before, 2 * i, group) : 0);
  const lanes = Array.from({ length: Math.ceil(LANES / 2) }, (_, i) => lane(2 * i) + 2 ** 16 * lane(2 * i + 1));
  return [groupOf(constant, 0, group), parities, ...lanes];
}

export const keccakPermute: SystemCall = precompile({
  operation,
  tables: [KECCAK_ROWS, KECCAK_MEMORY_ROWS],
  record: ({ clock, args, words: [words] }, event) => {
    const steps = stepsOf(Uint32Array.from(words!, ({ before }) => before));
    for (const [state, step] of steps.entries())
      for (let group = 0; group < KECCAK_GROUPS; group++)
        event(KECCAK_ROWS.events, [clock, state, ...groupFields(step, group)]);
    const { after } = steps.at(-1)!;
    for (let half = 0; half < HALVES; half++) {
      const ofLanes = (of: (word: AccessedWord, i: number) => number): number[] =>
        Array.from({ length: LANES }, (_, lane) => of(words![2 * lane + half]!, 2 * lane + half));
      const before = ofLanes((word) => word.before);
      const previous = ofLanes((word) => word.previous);
      event(KECCAK_MEMORY_ROWS.events, [clock, args.a0 / 4, ...before, ...ofLanes((_, i) => after[i]!), ...previous]);
    }
  },
});
