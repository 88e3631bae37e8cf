/** A hundred mutated proofs of small machines, before the native verifier and the executed circuit; `slow/corpus` has thousands. */
import { P } from '@weft/primitives/field/base';
import { MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { committedWidths } from '@weft/prover/air/machine';
import { packingRule } from '@weft/prover/protocol/stacking';
import { NativeBackend } from '@weft/prover/transcript/native';
import { executeCircuit } from '@weft/recursion';
import { expect, it } from 'vitest';
import { circuitOf, outcomeOf } from '../support/circuit.ts';
import { joinReports, judgeCorpus, totalOf } from '../support/corpus.ts';
import { noTablesKey, twoTablesKey } from '../support/lookups.ts';
import { counterSubjects, lookupSubject } from '../support/subjects.ts';

it('both reject each, for one reason', async () => {
  const [counter] = await counterSubjects();
  const subjects = [await lookupSubject(noTablesKey), await lookupSubject(twoTablesKey), counter!];
  const reports = subjects.map((subject, i) => judgeCorpus(subject, 7 + i, 36));
  const { sections, reasons, count } = joinReports('all', reports);
  expect(count).toBe(108);
  // Two trees, and what is beside the proof.
  expect(sections.size).toBe(26);
  for (const [section, counts] of sections) expect(totalOf(counts), section).toBeGreaterThan(0);
  expect(reasons.size).toBeGreaterThan(8);
});

it('offsets are a hint, in no proof: too large, unaligned or other ones are rejected', async () => {
  const { honest } = await lookupSubject(noTablesKey);
  const { proof, words, preprocessed } = honest;
  const { suite, machine, shapes } = noTablesKey;
  const { program, shape } = circuitOf(noTablesKey, shapes[0]!.index, preprocessed.logHeights);
  const packing = packingRule(committedWidths(machine), shape.variables);
  const judge = (change: (offsets: number[]) => number[]): string => {
    class Forging extends NativeBackend {
      override readOffsets(heights: readonly number[]): number[] {
        return change(super.readOffsets(heights));
      }
    }
    return outcomeOf(() => executeCircuit(program, suite, words, [new Forging(suite, proof, packing)])).reason;
  };
  expect(judge((offsets) => offsets)).toBe('accepted');
  // In units of 2^7 cells.
  const beyond = 2 ** (shape.variables - MIN_LOG_HEIGHT);
  for (const offset of [beyond, 2 * beyond, 2 ** 24, P - 1])
    expect(
      judge((offsets) => offsets.with(0, offset)),
      `${offset}`,
    ).toBe('stacking');
  // Aligned and within the vector, but not where the prover put the block: the transcript is another.
  expect(judge((offsets) => offsets.with(0, offsets[0]! + beyond / 2))).not.toBe('accepted');
});
