/**
 * @module The Poseidon2 permutation (ePrint 2023/323) on a canonical state, in place. Initial external layer, half of
 * the full rounds, the partial rounds, the other full rounds.
 */
import { add, type Felt, mul } from '../field/base.ts';
import type { Poseidon2Parameters } from './suite.ts';

/** Block circulant circ(2 M4, M4, ..., M4) with M4 = [[2,3,1,1],[1,2,3,1],[1,1,2,3],[3,1,1,2]]. */
function externalLayer(s: Uint32Array): void {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let i = 0; i < s.length; i += 4) {
    const a = s[i]!;
    const b = s[i + 1]!;
    const c = s[i + 2]!;
    const d = s[i + 3]!;
    const ab = add(a, b);
    const cd = add(c, d);
    const all = add(ab, cd);
    const allB = add(all, b);
    const allD = add(all, d);
    sum3 = add(sum3, (s[i + 3] = add(allD, add(a, a))));
    sum1 = add(sum1, (s[i + 1] = add(allB, add(c, c))));
    sum0 = add(sum0, (s[i] = add(allB, ab)));
    sum2 = add(sum2, (s[i + 2] = add(allD, cd)));
  }
  for (let i = 0; i < s.length; i += 4) {
    s[i] = add(s[i]!, sum0);
    s[i + 1] = add(s[i + 1]!, sum1);
    s[i + 2] = add(s[i + 2]!, sum2);
    s[i + 3] = add(s[i + 3]!, sum3);
  }
}

function cube(x: Felt): Felt {
  return mul(mul(x, x), x);
}

/** Permutes `state` (`parameters.width` elements) in place. */
export function permute(parameters: Poseidon2Parameters, state: Uint32Array): void {
  const { width, fullRounds, partialRounds, externalConstants, internalConstants, internalDiagonal } = parameters;
  const fullRound = (round: number): void => {
    const offset = round * width;
    for (let i = 0; i < width; i++) state[i] = cube(add(state[i]!, externalConstants[offset + i]!));
    externalLayer(state);
  };
  externalLayer(state);
  for (let round = 0; round < fullRounds / 2; round++) fullRound(round);
  for (let round = 0; round < partialRounds; round++) {
    state[0] = cube(add(state[0]!, internalConstants[round]!));
    let sum = 0;
    for (let i = 0; i < width; i++) sum = add(sum, state[i]!);
    for (let i = 0; i < width; i++) state[i] = add(mul(state[i]!, internalDiagonal[i]!), sum);
  }
  for (let round = fullRounds / 2; round < fullRounds; round++) fullRound(round);
}
