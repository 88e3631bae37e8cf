/**
 * What a row computes with is what it reads, but where the proof enters the machine. A row that no longer reads an operand looks the
 * same in an honest run: here each operand of each row is another value, and the row has to read another word.
 */
import { P } from '@weft/primitives/field/base';
import type { Trace } from '@weft/prover/air/trace';
import { describe, expect, it } from 'vitest';
import { FULL, judgeRow, lowerSample, NARROW, runSample, sampleProof, traceSample } from './sample.test-support.ts';

/** Columns that constraints derive from the others of their row. */
const DERIVED = /^(full|partial|top|point)_/;
const input = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `input_${from + i}`).sort();

/** Columns that are the prover's in some rows. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  // How often a digest is chosen: the address has one provider.
  cap: ['multiplicity'],
  // Flags say which of these are in the address.
  choose: ['bit_2', 'bit_3', 'bit_4', 'bit_5'],
  // Inverses: another row says what the product is.
  hint: ['value_0', 'value_1', 'value_2', 'value_3', 'value_4'],
  // What a block absorbs of the proof, and no bit.
  'hash_node block': ['bit', ...input(0, 8)],
  // A sibling, on either side.
  'hash_node step': input(0, 16),
  // A row of the proof.
  hash_leaf: input(0, 16),
};

/** What a row reads: it sends, or asserts by providing with count -1. */
const readsOf = ({ messages }: { readonly messages: string }): string =>
  messages
    .split('\n')
    .filter((message) => message.startsWith('1 '))
    .join('\n');

/** A step up a path and a block have one chip. */
function kindOf({ chip, fixed }: Trace, row: number): string {
  const isStep = fixed[chip.fixedColumns.indexOf('is_step')]?.[row];
  return isStep === undefined ? chip.name : `${chip.name} ${isStep === 1 ? 'step' : 'block'}`;
}

describe.each([FULL, NARROW])('$form.name', (kind) => {
  it('computes with what it reads, but where the proof enters', () => {
    const sample = lowerSample(kind);
    const free = new Map<string, Set<string>>();
    for (const trace of traceSample(sample, runSample(sample, sampleProof()).values)) {
      const { chip, columns } = trace;
      for (let row = 0; row < sample.lowered.rows[chip.name]!; row++) {
        const reads = readsOf(judgeRow(trace, row));
        for (const [column, { name }] of chip.columns.entries()) {
          if (DERIVED.test(name)) continue;
          const changed = judgeRow(trace, row, { column, value: (columns[column]![row]! + 1) % P });
          if (readsOf(changed) !== reads) continue;
          const of = kindOf(trace, row);
          free.set(of, (free.get(of) ?? new Set()).add(name));
        }
      }
    }
    const found = Object.fromEntries([...free].map(([name, columns]) => [name, [...columns].sort()]));
    const known = Object.fromEntries(Object.entries(ENTRIES).filter(([name]) => name in found));
    expect(found).toEqual(known);
  });
});
