/** What the executor computes has a row that says the same, and what stops a run has none: at the edges of every operand. */
import type { Operation } from '@weft/executor/precompiles/operation';
import { ConstraintError } from '@weft/primitives';
import { seeded } from '@weft/primitives/testing';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { packedEvents } from '@weft/prover/air/tables';
import { fillTable } from '@weft/prover/prove/fill';
import { bls12381, bn254, ed25519, makeCalls, secp256k1, secp256r1, uint256 } from '@weft/rv32im/calls/fields';
import type { ExpandedChip } from '@weft/rv32im/precompiles/field/call';
import { describe, expect, it } from 'vitest';
import { digits, numberOfWords } from '../support/formulas.ts';

const CHIPS: readonly ExpandedChip[] = [secp256k1, secp256r1, bn254, bls12381, ed25519, uint256].flatMap(makeCalls);

/** The numbers of a row's results as its events have them, or undefined if there is no row. */
function resultsOf({ formula, chip, expand, operation }: ExpandedChip, before: readonly Uint32Array[], a1: number) {
  const names = ['clk', 'a0', 'a1', ...before.flatMap((words, k) => Array.from(words, (_, i) => `before${k}_${i}`))];
  const previous = before.flatMap((words, k) => Array.from(words, (_, i) => `previous${k}_${i}`));
  const words = [4, 0x1000, a1, ...before.flatMap((span) => [...span]), ...previous.map(() => 0)];
  try {
    const events = expand(packedEvents([...names, ...previous], Uint32Array.from(words)));
    const trace = fillTable(chip, events)!;
    const cells = trace.columns.map((column) => column[0]!);
    const values = evaluateNodes(BASE_FIELD, chip.nodes, cells);
    expect(chip.constraints.filter(({ node }) => values[node] !== 0).map(({ name }) => name)).toEqual([]);
    for (const { bus, tuple } of chip.interactions) {
      const [value, bits] = tuple.map((id) => values[id]!);
      if (bus.name === 'range') expect(value).toBeLessThan(2 ** bits!);
      if (bus.name === 'byte_pair') expect(Math.max(value!, bits!)).toBeLessThan(256);
    }
    const size = operation.spans.at(-1)!.count / formula.outputs.length;
    return formula.outputs.map((name) =>
      numberOfWords(
        Array.from({ length: size }, (_, i) => {
          const out = new Uint32Array(1);
          events.read(`${name}_${i}`, 0, 1, out);
          return out[0]!;
        }),
      ),
    );
  } catch (error) {
    if (error instanceof ConstraintError && error.code === 'OPERAND') return undefined;
    throw error;
  }
}

function executed({ run }: Operation, before: readonly Uint32Array[], a1: number, count: number): bigint[] | undefined {
  const after = run(before, { a0: 0x1000, a1, a2: 0, a3: 0 });
  if ('code' in after) return undefined;
  const words = [...after.at(-1)!];
  const size = words.length / count;
  return Array.from({ length: count }, (_, k) => numberOfWords(words.slice(size * k, size * (k + 1))));
}

describe.each(CHIPS.map((chip) => [chip.operation.name, chip] as const))('%s', (_, chip) => {
  const { formula, operation } = chip;
  const { modulus } = formula.system;
  const size = (formula.system.limbBits * formula.system.limbCount) / 32;
  const most = 2n ** BigInt(32 * size) - 1n;
  const { word } = seeded(11);
  const random = (): bigint => numberOfWords(Array.from({ length: size }, () => word() >>> 0));
  const edges = [0n, 1n, 2n, 4n, modulus - 1n, modulus, modulus + 1n, modulus / 2n, modulus / 2n + 1n, most, most - 1n];
  const number = (): bigint => {
    const k = word() % (edges.length + 2);
    return (edges[k] ?? random()) & most;
  };
  const arguments_ = formula.flag === undefined ? [0] : [0, 1];
  it('agrees with the executor, on what has no result too', () => {
    let [results, faults] = [0, 0];
    for (let i = 0; i < 60; i++) {
      const numbers: bigint[] = [];
      const before = operation.spans.map(({ count }) => {
        const list = Array.from({ length: count / size }, () => (word() % 4 === 0 && numbers[0]) || number());
        numbers.push(...list);
        return Uint32Array.from(list.flatMap((x) => digits(x, size)));
      });
      for (const a1 of arguments_) {
        const expected = executed(operation, before, a1, formula.outputs.length);
        expect(resultsOf(chip, before, a1), `${numbers.join()} with ${a1}`).toEqual(expected);
        if (expected === undefined) faults++;
        else results++;
      }
    }
    expect(results).toBeGreaterThan(5);
    // The calls of fields have a result of any numbers; all others have not, ED_ADD for numbers alone that are not tried here.
    expect(faults > 0).toBe(!/_FP2?_|ED_ADD/.test(operation.name));
  });
});
