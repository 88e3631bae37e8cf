/**
 * @module The public API: setup, execute, prove and verify.
 */

import { type ExecutionResult, execute as run } from '@weft/executor/executor';
import { createProgram } from '@weft/executor/program';
import { readSymbols } from '@weft/executor/symbols';
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import type { TaskRunner } from '@weft/primitives/task/runner';
import { encodeProof } from '@weft/prover/envelope';
import { setupProgram } from '@weft/prover/setup';
import type { VerifyingKey } from '@weft/prover/verify-run';
import { decodeTask, encodeTask, type ShardTaskOutput } from './messages.ts';
import { verify } from './verify.ts';

export * from '@weft/primitives/errors';
export { type Verified, verify } from './verify.ts';

/** A program that is ready to be proven. */
export interface Setup {
  readonly elf: Uint8Array;
  /** The verifying key's digest, 32 bytes: what a verifier has to know. */
  readonly vk: Uint8Array;
  /** The same in hexadecimal. */
  readonly vkHex: string;
  readonly verifyingKey: VerifyingKey;
}

/**
 * Derives a program's verifying key. Same ELF, same key, on every machine.
 * @throws {ElfError}
 */
export async function setup(elf: Uint8Array): Promise<Setup> {
  const pk = await setupProgram(createProgram(elf));
  const vk = feltsToBytes(pk.vkDigest);
  return { elf, vk, vkHex: bytesToHex(vk), verifyingKey: pk.vk };
}

export interface ExecuteOptions {
  /** Default 2^32. */
  readonly maxCycles?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives what the guest writes to standard output (1) and standard error (2). */
  readonly onOutput?: ((descriptor: 1 | 2, bytes: Uint8Array) => void) | undefined;
  /** Called now and then with the cycles so far. */
  readonly onProgress?: ((cycles: number) => void) | undefined;
}

export type Execution = Pick<ExecutionResult, 'exitCode' | 'cycles' | 'publicValues'>;

/**
 * Runs a program on its input items without proving anything.
 * @throws {ElfError} {@link ExecutionError} when the guest traps.
 */
export async function execute(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  const { exitCode, cycles, publicValues } = await run(createProgram(elf), stdin, {
    symbols: readSymbols(elf),
    ...(options.maxCycles === undefined ? {} : { maxCycles: options.maxCycles }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return { exitCode, cycles, publicValues };
}

export interface ProveOptions {
  readonly maxCycles?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ExecuteOptions['onOutput'];
  /** Stage and completed fraction, from 0 to 1. */
  readonly onProgress?: ((stage: string, fraction: number) => void) | undefined;
  /** Runs the tasks instead of a worker thread of this process; it is not closed. */
  readonly runner?: TaskRunner | undefined;
}

export interface Proof extends Execution {
  /** The proof file. */
  readonly proof: Uint8Array;
  readonly mode: 'core';
  readonly vk: Uint8Array;
  readonly shards: number;
  readonly securityBits: number;
  readonly executeMs: number;
  readonly proveMs: number;
}

/**
 * Runs a program and proves the run. The proof has been verified when this returns.
 * @param program - an ELF file, or its setup.
 * @throws {ElfError} {@link ExecutionError} when the guest traps, {@link ResourceError} when the run outgrows one shard.
 * @throws the signal's reason when aborted.
 */
export async function prove(
  program: Setup | Uint8Array,
  stdin: readonly Uint8Array[],
  options: ProveOptions = {},
): Promise<Proof> {
  const started = performance.now();
  const { signal, onOutput, maxCycles } = options;
  const elf = program instanceof Uint8Array ? program : program.elf;
  // First of all: the worker loads while the program runs here.
  const runner = options.runner ?? (await createRunner());
  try {
    const { exitCode, cycles, publicValues } = await execute(elf, stdin, { signal, onOutput, maxCycles });
    const executed = performance.now();
    const input = encodeTask({ elf, stdin, maxCycles: maxCycles ?? 2 ** 32 });
    const work = runner.run('proveShard', input, { signal, onProgress: options.onProgress });
    // Beside the worker, which derives its own keys.
    const { vk: expected, verifyingKey } = program instanceof Uint8Array ? await setup(program) : program;
    const { shard, after, committed } = decodeTask<ShardTaskOutput>(await work);
    const claim = { exitCode, publicValues, committed, after };
    const proof = encodeProof({ mode: 'core', vk: verifyingKey, claim, shard });
    // Whatever a runner returns counts only once it verifies.
    const { securityBits, vk } = verify(expected, proof);
    const proveMs = performance.now() - executed;
    return {
      proof,
      mode: 'core',
      vk,
      shards: 1,
      securityBits,
      exitCode,
      cycles,
      publicValues,
      executeMs: executed - started,
      proveMs,
    };
  } finally {
    if (options.runner === undefined) await runner.close();
  }
}

/** Loaded when a proof is made: the other commands do without a thread pool. */
async function createRunner(): Promise<TaskRunner> {
  const { createPiscinaRunner } = await import('@weft/primitives/task/piscina-runner');
  return createPiscinaRunner({ module: new URL('./tasks.js', import.meta.url), workers: 1 });
}
