/**
 * @module Which files are mutated, and which tests claim to notice. Tests are in the order in which they run: those that
 * are quick, or notice most, first.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.ts';

export interface Target {
  /** A file from the root of the repository. */
  readonly file: string;
  /** Test files from there. */
  readonly tests: readonly string[];
}

/** Proofs of the counter machine, honest ones and attacks. */
const PROTOCOL = [
  'messages',
  'frozen-statement',
  'frozen-observations',
  'frozen-evaluations',
  'frozen-opening',
  'frozen-zerocheck',
  'frozen-gkr',
  'verify',
  'cheating',
  'preprocessed',
  'sampled',
  'sets',
  'empty-parts',
].map((name) => `test/src/protocol/${name}.test.ts`);
/** Proofs of runs in several shards, honest ones and attacks. */
const RUN = ['test/src/soundness/continuations.test.ts'];

/** Files of a folder, each with the test beside it, if there is one, and then `others`. */
const files = (folder: string, names: readonly string[], others: readonly string[]): Target[] =>
  names.map((name) => {
    const beside = `${folder}/${name}.test.ts`;
    return { file: `${folder}/${name}.ts`, tests: existsSync(join(ROOT, beside)) ? [beside, ...others] : others };
  });

export const TARGETS: readonly Target[] = [
  ...files(
    'prover/src/kit',
    ['tables'],
    ['prover/src/kit/tables.test.ts', 'test/src/protocol/sparse.test.ts', 'test/src/machine/honest.test.ts'],
  ),
  ...files('prover/src/verify', ['gkr', 'merkle', 'proof', 'verify', 'zerocheck'], PROTOCOL),
  ...files(
    'prover/src/verify',
    ['whir'],
    ['prover/src/verify/work.test.ts', 'prover/src/verify/sampled-opening.test.ts', ...PROTOCOL],
  ),
  ...files('prover/src/transcript', ['channel', 'native', 'transcript'], PROTOCOL),
  ...files('prover/src/protocol', ['stacking', 'fingerprint', 'gkr', 'zerocheck'], PROTOCOL),
  ...files(
    'prover/src/protocol',
    ['key'],
    [
      'prover/src/protocol/security.test.ts',
      'test/src/protocol/key.test.ts',
      'test/src/protocol/sparse.test.ts',
      'test/src/protocol/messages.test.ts',
      'test/src/api/chip-arguments.test.ts',
    ],
  ),
  ...files('rv32im/src/run', ['verify', 'proof-file'], ['sdk/src/verify/any.test.ts', ...RUN]),
  ...files(
    'rv32im/src/run',
    ['file-reader'],
    [
      'rv32im/src/run/proof-file.test.ts',
      'sdk/src/verify/any.test.ts',
      'test/src/e2e/proofs.test.ts',
      'test/src/e2e/compressed.test.ts',
    ],
  ),
  ...files('rv32im/src', ['statement'], RUN),
  ...files(
    'sdk/src/verify',
    ['any', 'opened', 'whole'],
    [
      'sdk/src/verify/any.test.ts',
      'test/src/api/exit-code.test.ts',
      'test/src/e2e/proofs.test.ts',
      'test/src/e2e/compressed.test.ts',
    ],
  ),
  ...files('primitives/src', ['bytes'], ['test/src/protocol/messages.test.ts']),
  ...files('primitives/src/field', ['ext'], ['primitives/src/field/field.test.ts']),
  ...files(
    'primitives/src/field',
    ['base'],
    ['primitives/src/field/ext.test.ts', 'primitives/src/field/field.test.ts'],
  ),
  ...files('primitives/src/hash', ['merkle'], ['test/src/protocol/messages.test.ts']),
  ...files('primitives/src/hash', ['modes'], ['primitives/src/hash/merkle.test.ts']),
  // What a layout of circuits rests on.
  ...files('recursion/src/lower', ['address-table'], []),
  ...files('recursion/src/lower', ['check', 'uses'], ['recursion/src/lower/lower.test.ts']),
  ...files('executor/src/program', ['public-values'], RUN),
];
