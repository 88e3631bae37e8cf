/** What the buses of a message schedule say without any value: how often its rows are there. */
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { inverse, mul, P, sub } from '@weft/primitives/field/base';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { expect, it } from 'vitest';
import { SCHEDULE } from '../support/sha.ts';
import { trace } from '../support/traces.ts';

it('every row of a schedule is there as often as its last one, because each of them sends what others take', async () => {
  const { traces } = await trace([...asm.call(SYSCALL.SHA_EXTEND, SCHEDULE), ...asm.halt()]);
  const { chip, columns, fixed } = traces.find((t) => t?.chip.name === 'sha_extend')!;
  /** Per bus and number of a word: how often each row sends a tuple of it, less how often it takes one. */
  const balances = new Map<string, number[]>();
  for (let row = 0; row < 64; row++) {
    const values = evaluateNodes(
      BASE_FIELD,
      chip.nodes,
      [...columns, ...fixed].map((c) => c[row]!),
    );
    for (const { bus, sign, tuple, count } of chip.interactions) {
      if (!/^sha_(word|sigma)/.test(bus.name)) continue;
      const key = `${bus.name} ${values[tuple[3]!]}`;
      const terms = balances.get(key) ?? new Array<number>(64).fill(0);
      terms[row]! += sign * values[count]!;
      balances.set(key, terms);
    }
  }
  const equations = [...balances.values()];
  // All of them once is a solution; were there another that is none of its multiples, the rank would be lower.
  for (const terms of equations) expect(terms.reduce((a, b) => a + b)).toBe(0);
  expect(rank(equations)).toBe(63);
});

/** Rank of a matrix of integers over the rationals is at least that modulo a prime. */
function rank(matrix: readonly (readonly number[])[]): number {
  let rows = matrix.map((row) => row.map((x) => ((x % P) + P) % P));
  let count = 0;
  for (let column = 0; column < 64; column++) {
    const pivot = rows.find((row) => row[column] !== 0);
    if (pivot === undefined) continue;
    count++;
    const scale = inverse(pivot[column]!);
    rows = rows
      .filter((row) => row !== pivot)
      .map((row) => {
        const factor = mul(row[column]!, scale);
        return row.map((x, k) => sub(x, mul(factor, pivot[k]!)));
      });
  }
  return count;
}
