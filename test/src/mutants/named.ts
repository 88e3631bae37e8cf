/**
 * @module Mutants written by hand: faults that a reader of the verifier once put in and no test noticed, with their
 * siblings. They run in the fast suite.
 */

export interface NamedMutant {
  /** What it stands for. */
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly snippet: string;
  readonly replacement: string;
  /** Test files that claim to notice. */
  readonly tests: readonly string[];
}

export const NAMED: readonly NamedMutant[] = [
  {
    what: 'digests compared in one element only',
    file: 'prover/src/verify/merkle.ts',
    snippet: 'of expected.entries()) b.assertEqualFelt',
    replacement: 'of [...expected.entries()].slice(0, 1)) b.assertEqualFelt',
    tests: ['prover/src/verify/merkle.test.ts'],
  },
  {
    what: 'digests compared in all elements but one',
    file: 'prover/src/verify/merkle.ts',
    snippet: 'b.assertEqualFelt(found[i]!, x',
    replacement: 'if (i !== 5) b.assertEqualFelt(found[i]!, x',
    tests: ['prover/src/verify/merkle.test.ts'],
  },
  {
    what: 'extension elements compared in one coefficient only',
    file: 'primitives/src/field/ext.ts',
    snippet: 'return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];',
    replacement: 'return a[0] === b[0];',
    tests: ['primitives/src/field/ext.test.ts'],
  },
  {
    what: 'the digest of the verifying key compared in 4 of 32 bytes only',
    file: 'sdk/src/verify/opened.ts',
    snippet: '.some((b, i) => b !== expected[i])',
    replacement: '.some((b, i) => i < 4 && b !== expected[i])',
    tests: ['sdk/src/verify/any.test.ts'],
  },
  {
    what: 'the work of a fold received but never checked',
    file: 'prover/src/verify/whir.ts',
    snippet: '/fold_work`, grinding);',
    replacement:
      '/fold_work`, 0); if (grinding > 0) { channel.receive(label, 1); transcript.challengePositions(label, 1, 1); }',
    tests: ['prover/src/verify/work.test.ts'],
  },
];
