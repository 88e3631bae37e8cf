/**
 * @module KECCAK_PERMUTE: Keccak-f[1600] (FIPS 202, 3.3) on the 25 lanes at a0, lane (x, y) at 5 y + x, the lower word of a lane first.
 */
import { SYSCALL } from '../program/abi.ts';
import { noSecondArgument, type Operation } from './operation.ts';

const ROUNDS = 24;
const LANES = 25;
const STATE_WORDS = 2 * LANES;
/** Words of the five lanes of one y. */
const ROW_WORDS = 10;

/** Distances by which rho rotates the lanes, by 5 y + x (FIPS 202, 3.2.2): triangular numbers along the orbit of pi. */
export const KECCAK_ROTATIONS: readonly number[] = (() => {
  const rotations = new Array<number>(LANES).fill(0);
  for (let t = 1, x = 1, y = 0; t < LANES; t++) {
    rotations[5 * y + x] = ((t * (t + 1)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return rotations;
})();

/**
 * What iota adds in each round, as lower and upper word (FIPS 202, 3.2.5): bit 2^j - 1 is a bit of the sequence of
 * x^8 + x^6 + x^5 + x^4 + 1.
 */
export const KECCAK_CONSTANTS: readonly (readonly [low: number, high: number])[] = (() => {
  let register = 1;
  return Array.from({ length: ROUNDS }, () => {
    const constant: [number, number] = [0, 0];
    for (let j = 0; j < 7; j++) {
      const bit = 2 ** j - 1;
      if ((register & 1) === 1) constant[bit >> 5]! += 2 ** (bit & 31);
      register = register < 128 ? register << 1 : (register << 1) ^ 0x171;
    }
    return constant;
  });
})();

/** Word `half` of a lane that is rotated to the left by `by`, from its own two words. */
function rotated(lane: ArrayLike<number>, at: number, by: number, half: number): number {
  const first = lane[at + (((by >> 5) + half) & 1)]!;
  const shift = by & 31;
  return shift === 0 ? first : (first << shift) | (lane[at + (((by >> 5) + half + 1) & 1)]! >>> (32 - shift));
}

/** The parities of the five columns of lanes, by x (FIPS 202, 3.2.1 step 1). */
export function columnParities(state: Uint32Array): Uint32Array {
  const parity = new Uint32Array(ROW_WORDS);
  for (let i = 0; i < STATE_WORDS; i++) parity[i % ROW_WORDS]! ^= state[i]!;
  return parity;
}

/** Theta, rho and pi: the linear part of a round. The state stays as it is. */
export function thetaRhoPi(state: Uint32Array): Uint32Array {
  const parity = columnParities(state);
  const theta = state.map((word, i) => {
    const left = parity[(i + 8) % ROW_WORDS]!;
    return word ^ left ^ rotated(parity, (i + 2 - (i & 1)) % ROW_WORDS, 1, i & 1);
  });
  const moved = new Uint32Array(STATE_WORDS);
  for (let lane = 0; lane < LANES; lane++) {
    const [x, y] = [lane % 5, Math.floor(lane / 5)];
    const to = 2 * (5 * ((2 * x + 3 * y) % 5) + y);
    for (let half = 0; half < 2; half++) moved[to + half] = rotated(theta, 2 * lane, KECCAK_ROTATIONS[lane]!, half);
  }
  return moved;
}

/** Chi, the only part of a round that is not linear. The state stays as it is. */
export function chi(state: Uint32Array): Uint32Array {
  return state.map((word, i) => {
    const row = i - (i % ROW_WORDS);
    return word ^ (~state[row + ((i + 2) % ROW_WORDS)]! & state[row + ((i + 4) % ROW_WORDS)]!);
  });
}

/** The state after a round, from that before it, which stays as it is. */
function keccakRound(state: Uint32Array, round: number): Uint32Array {
  const out = chi(thetaRhoPi(state));
  for (const [half, constant] of KECCAK_CONSTANTS[round]!.entries()) out[half]! ^= constant;
  return out;
}

export const keccakPermute: Operation = {
  name: 'KECCAK_PERMUTE',
  code: SYSCALL.KECCAK_PERMUTE,
  spans: [{ pointer: 'a0', count: STATE_WORDS, access: 'update' }],
  refuse: noSecondArgument('KECCAK_PERMUTE'),
  run: ([words]) => {
    let state = words!;
    for (let round = 0; round < ROUNDS; round++) state = keccakRound(state, round);
    return [state];
  },
};
