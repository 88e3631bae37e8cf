/**
 * @module Mutated proofs before both verifiers: the native one, and a recorded circuit that is executed. They must agree on each.
 */
import type { VerifierHooks } from '@weft/prover/verify/proof';
import { expect } from 'vitest';
import { outcomeOf, shapeIndexOf } from './circuit.ts';
import { type Mutation, Mutator, type Submission } from './mutations.ts';
import { sameBytes } from './values.ts';

/** Honest submissions of one machine, shape and preprocessed heights, and the two verifiers. */
export interface Subject {
  readonly name: string;
  readonly honest: Submission;
  /** Other honest submissions, at least one. */
  readonly donors: readonly Submission[];
  /** @throws {VerificationError} */
  native(submission: Submission, hooks?: VerifierHooks): void;
  /** @throws {VerificationError} */
  circuit(submission: Submission): void;
  /** Further reasons that the circuit may give where both reject, and why they are its own. */
  readonly ownReasons?: Readonly<Record<string, string>>;
}

/** How often each reason was given, by section of the proof; and by kind of change. */
export interface CorpusReport {
  readonly name: string;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly kinds: ReadonlyMap<string, number>;
  /** The native verifier's. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Both reject, for different reasons: `native / circuit`. */
  readonly different: ReadonlyMap<string, number>;
  readonly count: number;
}

const tally = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

const isSame = (honest: Submission, { proof, words, preprocessed }: Submission): boolean =>
  sameBytes(proof, honest.proof) &&
  sameList(words, honest.words) &&
  sameList(preprocessed.root, honest.preprocessed.root) &&
  sameList(preprocessed.logHeights, honest.preprocessed.logHeights);

/** Whether a circuit, which is for one shape and one list of heights, may give this reason of its own. */
function mayDiffer({ honest, ownReasons = {} }: Subject, { proof, preprocessed }: Submission, reason: string): boolean {
  if (reason === 'shape') return shapeIndexOf(proof) !== shapeIndexOf(honest.proof);
  if (reason === 'program') return !sameList(preprocessed.logHeights, honest.preprocessed.logHeights);
  return ownReasons[reason] !== undefined;
}

/**
 * Judges `count` mutations, as many of each section of the proof. What changes nothing, or makes one honest submission of another, is
 * drawn again, so that none may be accepted.
 * @throws what `expect` throws when the verifiers differ, or accept a mutation.
 */
export function judgeCorpus(subject: Subject, seed: number, count: number): CorpusReport {
  const { name, honest, donors } = subject;
  const submissions = [honest, ...donors];
  const judge = (submission: Submission): [string, string] => [
    outcomeOf(() => subject.native(submission)).reason,
    outcomeOf(() => subject.circuit(submission)).reason,
  ];
  for (const submission of submissions) expect(judge(submission), name).toEqual(['accepted', 'accepted']);
  const mutator = new Mutator(seed, honest, donors, (submission, hooks) => subject.native(submission, hooks));
  const draw = (section: string): Mutation => {
    let mutation: Mutation;
    do mutation = mutator.mutate(section);
    while (submissions.some((submission) => isSame(submission, mutation)));
    return mutation;
  };
  const sections = new Map(mutator.sections.map((section) => [section, new Map<string, number>()]));
  const [kinds, reasons, different] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (let k = 0; k < count; k++) {
    const mutation = draw(mutator.sections[k % mutator.sections.length]!);
    const { section, kind } = mutation;
    const [native, circuit] = judge(mutation);
    const where = `${name}, mutation ${k} of seed ${seed}: ${section}, ${kind}`;
    expect(native, where).not.toBe('accepted');
    if (native !== circuit) {
      if (!mayDiffer(subject, mutation, circuit)) expect(circuit, where).toBe(native);
      tally(different, `${native} / ${circuit}`);
    }
    tally(sections.get(section)!, native);
    tally(kinds, kind);
    tally(reasons, native);
  }
  return { name, sections, kinds, reasons, different, count };
}

/** All reports as one. */
export function joinReports(name: string, reports: readonly CorpusReport[]): CorpusReport {
  const join = (counts: readonly ReadonlyMap<string, number>[]): Map<string, number> => {
    const sum = new Map<string, number>();
    for (const map of counts) for (const [key, n] of map) sum.set(key, (sum.get(key) ?? 0) + n);
    return sum;
  };
  const names = new Set(reports.flatMap((r) => [...r.sections.keys()]));
  return {
    name,
    sections: new Map([...names].map((s) => [s, join(reports.map((r) => r.sections.get(s) ?? new Map()))])),
    kinds: join(reports.map((r) => r.kinds)),
    reasons: join(reports.map((r) => r.reasons)),
    different: join(reports.map((r) => r.different)),
    count: reports.reduce((n, r) => n + r.count, 0),
  };
}

/** Of all reasons. */
export function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}

const row = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');

/** A report as text, for whoever runs the corpus. */
export function reportText(report: CorpusReport): string {
  const lines = [...report.sections].map(
    ([section, counts]) => `  ${section.padEnd(36)}${String(totalOf(counts)).padStart(5)}  ${row(counts)}`,
  );
  return [
    `${report.name}: ${report.count} mutations`,
    ...lines,
    `  reasons: ${row(report.reasons)}`,
    `  kinds: ${row(report.kinds)}`,
    `  both reject, native / circuit: ${row(report.different) || 'always alike'}`,
  ].join('\n');
}
