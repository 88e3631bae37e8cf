/** A hundred mutated proofs of small machines, before the native verifier and the executed circuit; `slow/corpus` has thousands. */
import { expect, it } from 'vitest';
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
