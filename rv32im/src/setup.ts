/**
 * @module Setup: from a program, its proving and verifying key.
 */
import { checkProgram, imageLeaves, type Program } from '@weft/executor/program/program';
import { checkObject } from '@weft/primitives/arguments';
import type { Digest } from '@weft/primitives/hash/modes';
import type { MachineKey } from '@weft/prover/protocol/key';
import { type Preprocessed, preprocess } from '@weft/prover/prove/preprocess';
import { checkRiscvKey, type RiscvKey, riscvKey } from './key.ts';
import { programTable } from './program.ts';
import { type VerifyingKey, vkDigest } from './run/verify.ts';
import { StateTree } from './state/tree.ts';

export interface ProvingKey {
  readonly key: MachineKey;
  readonly expand: RiscvKey['expand'];
  readonly calls: RiscvKey['calls'];
  readonly omitted: RiscvKey['omitted'];
  readonly program: Program;
  readonly vk: VerifyingKey;
  readonly vkDigest: Digest;
  readonly preprocessed: Preprocessed;
  /** The state before the first instruction. Not to be changed: runs fork it. */
  readonly image: StateTree;
}

/** @throws {TypeError} when `value` is no proving key. */
export function checkProvingKey(name: string, value: unknown): void {
  checkObject(name, value, 'what setupProgram returned', [
    'key',
    'expand',
    'calls',
    'omitted',
    'program',
    'vk',
    'vkDigest',
    'preprocessed',
    'image',
  ]);
}

/**
 * Derives the keys of a program. Deterministic.
 * @param machine - by default the one that comes with Weft; what the program may call has to have tables in it.
 * @throws {TypeError} when an argument is none.
 */
export async function setupProgram(program: Program, machine: RiscvKey = riscvKey()): Promise<ProvingKey> {
  checkProgram(program);
  checkRiscvKey('machine', machine);
  const { key, expand, calls, omitted } = machine;
  const preprocessed = await preprocess(key, { program: programTable(program) });
  const image = StateTree.ofLeaves(key.suite, imageLeaves(program.image));
  const vk = { preprocessed: preprocessed.key, entryPc: program.entry, imageRoot: image.root };
  return { key, expand, calls, omitted, program, vk, vkDigest: vkDigest(key, vk), preprocessed, image };
}

/**
 * The proving key of the same program for runs that have other families. Nothing of the program is made anew.
 * @param machine - of the same digest.
 * @throws {TypeError} when an argument is none; {@link RangeError} for another machine.
 */
export function withMachine(pk: ProvingKey, machine: RiscvKey): ProvingKey {
  checkProvingKey('pk', pk);
  checkRiscvKey('machine', machine);
  if (machine.key.digest.some((x, i) => x !== pk.key.digest[i]))
    throw new RangeError('machine must be that of the key');
  return { ...pk, ...machine };
}
