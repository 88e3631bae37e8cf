/** Thousands of mutated proofs of every machine: the native verifier and the executed circuit differ nowhere. */
import { afterAll, expect, it } from 'vitest';
import { type CorpusReport, joinReports, judgeCorpus, reportText, totalOf } from '../support/corpus.ts';
import { leastTableKey, noTablesKey, twoTablesKey } from '../support/lookups.ts';
import { counterSubjects, lookupSubject, recursionSubject, shardSubjects } from '../support/subjects.ts';

const SEED = 20261126;

const subjects = [
  await lookupSubject(noTablesKey),
  await lookupSubject(leastTableKey),
  await lookupSubject(twoTablesKey),
  ...(await counterSubjects()),
  ...(await shardSubjects()),
  await recursionSubject(),
];
/** More of what takes less: the least machines take a third of the time of a shard. */
const counts = [600, 600, 600, 500, 500, 500, 500, 350, 300, 450, 660];
const reports: CorpusReport[] = [];

it.each(subjects.map((subject, i) => ({ name: subject.name, subject, i })))('$name', ({ subject, i }) => {
  const report = judgeCorpus(subject, SEED + i, counts[i]!);
  reports.push(report);
  for (const [section, reasons] of report.sections) expect(totalOf(reasons), section).toBeGreaterThanOrEqual(10);
  expect(report.reasons.size).toBeGreaterThan(6);
});

it('every section, every kind of change and every reason, often', () => {
  const all = joinReports('all', reports);
  expect(all.count).toBeGreaterThanOrEqual(5000);
  for (const [section, reasons] of all.sections) expect(totalOf(reasons), section).toBeGreaterThanOrEqual(24);
  // Only statements can be another's: the roots of one program are one.
  for (const [kind, n] of all.kinds) expect(n, kind).toBeGreaterThanOrEqual(kind === 'of another' ? 10 : 100);
  const reasons = ['bus_balance', 'format', 'gkr', 'height', 'merkle', 'opening', 'program', 'proof_of_work', 'shape'];
  expect([...all.reasons.keys()]).toEqual(expect.arrayContaining([...reasons, 'stacking', 'statement', 'zerocheck']));
});

afterAll(() => {
  console.log([...reports, joinReports('all', reports)].map(reportText).join('\n\n'));
});
