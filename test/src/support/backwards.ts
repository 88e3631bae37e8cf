/**
 * @module Poseidon2 backwards, as a cheating prover runs it: a permutation has an inverse, and only what its inputs must
 * look like stands in the way.
 */
import { add, inverse, mul, P, pow, sub } from '@weft/primitives/field/base';
import type { Poseidon2Parameters } from '@weft/primitives/hash/suite';

type Matrix = number[][];

const M4 = [
  [2, 3, 1, 1],
  [1, 2, 3, 1],
  [1, 1, 2, 3],
  [3, 1, 1, 2],
];

/** By Gauss and Jordan. */
function invert(matrix: Matrix): Matrix {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    const pivot = rows.findIndex((row, r) => r >= c && row[c] !== 0);
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const scale = inverse(rows[c]![c]!);
    rows[c] = rows[c]!.map((x) => mul(x, scale));
    for (let r = 0; r < n; r++) {
      const factor = rows[r]![c]!;
      if (r !== c && factor !== 0) rows[r] = rows[r]!.map((x, k) => sub(x, mul(factor, rows[c]![k]!)));
    }
  }
  return rows.map((row) => row.slice(n));
}

const apply = (matrix: Matrix, state: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, x, i) => add(sum, mul(x, state[i]!)), 0));

/** e with 3 e = 1 modulo p - 1, so that x^e is the cube root of x. */
const CUBE_ROOT = [1, 2].map((k) => (1 + k * (P - 1)) / 3).find(Number.isInteger)!;

/** The state that `permute` turns into `state`. */
export function permuteBackwards(p: Poseidon2Parameters, state: readonly number[]): number[] {
  const size = Array.from({ length: p.width }, (_, i) => i);
  const external = invert(size.map((i) => size.map((j) => (i >> 2 === j >> 2 ? 2 : 1) * M4[i & 3]![j & 3]!)));
  const internal = invert(size.map((i) => size.map((j) => (i === j ? add(p.internalDiagonal[i]!, 1) : 1))));
  let s = state.slice();
  const full = (round: number): void => {
    s = apply(external, s).map((x, i) => sub(pow(x, CUBE_ROOT), p.externalConstants[round * p.width + i]!));
  };
  for (let round = p.fullRounds - 1; round >= p.fullRounds / 2; round--) full(round);
  for (let round = p.partialRounds - 1; round >= 0; round--) {
    s = apply(internal, s);
    s[0] = sub(pow(s[0]!, CUBE_ROOT), p.internalConstants[round]!);
  }
  for (let round = p.fullRounds / 2 - 1; round >= 0; round--) full(round);
  return apply(external, s);
}
