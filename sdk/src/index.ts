/**
 * @module The public API: setup, execute, prove and verify.
 */

import { type ExecutionResult, execute as run } from '@weft/executor/executor';
import { createProgram, type Program } from '@weft/executor/program/program';
import { readSymbols } from '@weft/executor/program/symbols';
import { bytesToHex, concatBytes, feltsToBytes, ResourceError } from '@weft/primitives';
import { proofSecurity } from '@weft/prover/protocol/security';
import { DEFAULT_MEMORY, planMemoryLimit } from '@weft/rv32im/cost/cost';
import { machineKey } from '@weft/rv32im/key';
import { encodeHead, encodeShard } from '@weft/rv32im/run/proof-file';
import { checkChain, type VerifyingKey } from '@weft/rv32im/run/verify';
import { type ProvingKey, setupProgram } from '@weft/rv32im/setup';
import type { ShardStatement } from '@weft/rv32im/statement';
import { coreCount } from '@weft/tasks/node/cores';
import type { TaskRunner } from '@weft/tasks/runner';
import { createMemoryStore, proveShards, type ShardStore } from './prove/coordinator.ts';
import { type Estimate, estimate } from './prove/estimate.ts';

export * from '@weft/primitives/errors';
export type { ShardStore } from './prove/coordinator.ts';
export type { Estimate } from './prove/estimate.ts';
export { DEFAULT_MAX_PROOF_BYTES, type Verified, type VerifyOptions, verify } from './verify.ts';

/** A program that is ready to be proven. */
export interface Setup {
  /** The file. */
  readonly elf: Uint8Array;
  /** The verifying key's digest, 32 bytes: what a verifier has to know. */
  readonly vk: Uint8Array;
  /** `vk` in hexadecimal. */
  readonly vkHex: string;
  /** Decoded program, committed tables and initial state: all that proving takes. */
  readonly provingKey: ProvingKey;
}

/**
 * Derives a program's verifying key. Same ELF, same key, on every machine.
 * @throws {ElfError}
 */
export async function setup(elf: Uint8Array): Promise<Setup> {
  return setupOf(createProgram(elf));
}

async function setupOf(program: Program): Promise<Setup> {
  const provingKey = await setupProgram(program);
  const vk = feltsToBytes(provingKey.vkDigest);
  return { elf: program.elf, vk, vkHex: bytesToHex(vk), provingKey };
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

export type Execution = ExecutionResult;

/**
 * Runs a program on its input items without proving anything.
 * @throws {ElfError} {@link ExecutionError} when the guest traps.
 */
export async function execute(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  const symbols = readSymbols(elf);
  const { exitCode, cycles, publicValues } = await run(createProgram(elf), stdin, { ...options, symbols });
  return { exitCode, cycles, publicValues };
}

/** What decides how a run is proven. */
export interface ResourceOptions {
  /** Bytes that all threads together may use, 4 GiB by default. It decides how large shards are, hence the proof's bytes. */
  readonly memory?: number | undefined;
  /** Worker threads, by default one per core; no more than fit `memory`. */
  readonly workers?: number | undefined;
}

/** Runs a program and predicts what proving the run would take. */
export async function estimateRun(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions & ResourceOptions = {},
): Promise<Execution & { readonly estimate: Estimate }> {
  const { plan, workers } = resources(options);
  const counted = await run(createProgram(elf), stdin, { ...options, symbols: readSymbols(elf) });
  const { exitCode, cycles, publicValues } = counted;
  return { exitCode, cycles, publicValues, estimate: estimate(counted, plan, workers) };
}

function resources({ memory = DEFAULT_MEMORY, workers = coreCount() }: ResourceOptions): {
  plan: ReturnType<typeof planMemoryLimit>;
  workers: number;
} {
  const plan = planMemoryLimit(machineKey(), memory);
  return { plan, workers: Math.max(1, Math.min(workers, plan.maxWorkers)) };
}

/** How far a proof is. */
export interface ProveProgress {
  readonly stage: 'execute' | 'prove';
  /** From 0 to 1. */
  readonly fraction: number;
  readonly shardsDone: number;
  /** Shards of the run: predicted until the last cut is found. */
  readonly shards: number;
  /** Cycles in finished shards. */
  readonly cyclesDone: number;
  readonly cycles: number;
}

export interface ProveOptions extends ResourceOptions {
  readonly maxCycles?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ExecuteOptions['onOutput'];
  /** Called once, before the proving starts, which waits for it; what it throws ends the work. */
  readonly onEstimate?: ((estimate: Estimate) => void | Promise<void>) | undefined;
  readonly onProgress?: ((progress: ProveProgress) => void) | undefined;
  /** Runs the tasks instead of worker threads of this process; it is not closed. */
  readonly runner?: TaskRunner | undefined;
  /** Keeps finished shards, and may hold some from an earlier attempt. In memory by default. */
  readonly store?: ShardStore | undefined;
  /** Milliseconds after which a silent worker is given up, ten minutes by default. */
  readonly silenceMs?: number | undefined;
}

/** A proven run whose shard proofs lie in its store. */
export interface ProvenRun extends Execution {
  readonly mode: 'core';
  readonly vk: Uint8Array;
  readonly shards: number;
  readonly securityBits: number;
  readonly executeMs: number;
  readonly proveMs: number;
  /** The proof file, part by part. */
  proof(): AsyncIterable<Uint8Array>;
}

export interface Proof
  extends Execution,
    Pick<ProvenRun, 'mode' | 'vk' | 'shards' | 'securityBits' | 'executeMs' | 'proveMs'> {
  /** The proof file. */
  readonly proof: Uint8Array;
}

/**
 * Runs a program and proves the run. The proof has been verified when this returns.
 * @param program - an ELF file, or its setup.
 * @throws {ElfError} {@link ExecutionError} when the guest traps, {@link ResourceError} when memory, disk or a shard's
 * attempts run out.
 * @throws the signal's reason when aborted.
 */
export async function prove(
  program: Setup | Uint8Array,
  stdin: readonly Uint8Array[],
  options: ProveOptions = {},
): Promise<Proof> {
  const proven = await proveRun(program, stdin, options);
  const parts: Uint8Array[] = [];
  for await (const part of proven.proof()) parts.push(part);
  return { ...proven, proof: concatBytes(...parts) };
}

/**
 * Runs a program of any length and proves the run: the proof stays in the store and is read from there part by part.
 */
export async function proveRun(
  program: Setup | Uint8Array,
  stdin: readonly Uint8Array[],
  options: ProveOptions = {},
): Promise<ProvenRun> {
  const started = performance.now();
  const { signal, onOutput, maxCycles, store = createMemoryStore(), silenceMs } = options;
  // Decoded once; everything in this process works on that.
  const decoded = program instanceof Uint8Array ? createProgram(program) : program.provingKey.program;
  const symbols = readSymbols(decoded.elf);
  const { plan, workers } = resources(options);
  // First of all: a worker loads while the program runs here.
  const runner = options.runner ?? (await createRunner(workers));
  try {
    const report = (progress: Partial<ProveProgress>): void =>
      options.onProgress?.({
        stage: 'execute',
        fraction: 0,
        shardsDone: 0,
        shards: 0,
        cyclesDone: 0,
        cycles: 0,
        ...progress,
      });
    // Without a record, to its end: a run that traps fails before anyone proves its beginning.
    const counted = await run(decoded, stdin, {
      signal,
      onOutput,
      maxCycles,
      symbols,
      onProgress: (cycles) => report({ cycles }),
    });
    const { exitCode, cycles, publicValues } = counted;
    const executed = performance.now();
    const prediction = estimate(counted, plan, workers);
    await options.onEstimate?.(prediction);
    const { vk, provingKey: pk } = program instanceof Uint8Array ? await setupOf(decoded) : program;
    const tracker = createTracker(cycles, prediction.shards, report);
    const { statements, shapes } = await proveShards({
      ...tracker,
      pk,
      stdin,
      plan,
      runner,
      workers,
      store,
      maxCycles,
      signal,
      silenceMs,
      symbols,
    });
    // Each shard has been verified; this is the rest of what `verify` checks.
    checkChain(pk.vk, statements, publicValues);
    return {
      mode: 'core',
      vk,
      shards: statements.length,
      securityBits: proofSecurity(machineKey(), shapes, pk.vk.preprocessed.logHeights).bits,
      exitCode,
      cycles,
      publicValues,
      executeMs: executed - started,
      proveMs: performance.now() - executed,
      proof: () => proofParts(pk.vk, publicValues, statements, store),
    };
  } finally {
    if (options.runner === undefined) await runner.close();
  }
}

async function loadShard(store: ShardStore, index: number): Promise<Uint8Array> {
  const proof = await store.load(index);
  if (proof === undefined) throw new ResourceError('STORE', `the proof of shard ${index} is gone from its store`);
  return proof;
}

async function* proofParts(
  vk: VerifyingKey,
  publicValues: Uint8Array,
  statements: readonly ShardStatement<number>[],
  store: ShardStore,
): AsyncGenerator<Uint8Array> {
  yield encodeHead(vk, publicValues, statements.length);
  for (const [index, statement] of statements.entries()) {
    yield encodeShard({ statement, proof: await loadShard(store, index) });
  }
}

/** Adds up what shards report. */
function createTracker(
  cycles: number,
  predicted: number,
  report: (progress: Partial<ProveProgress>) => void,
): Required<Pick<Parameters<typeof proveShards>[0], 'onCut' | 'onShard' | 'onDone'>> {
  const underWay = new Map<number, { readonly cycles: number; fraction: number }>();
  let [cut, cutCycles, shardsDone, cyclesDone] = [0, 0, 0, 0];
  const update = (): void => {
    let part = 0;
    for (const shard of underWay.values()) part += shard.cycles * shard.fraction;
    const shards = cutCycles === cycles ? cut : Math.max(predicted, cut);
    const fraction = Math.min(1, (cyclesDone + part) / cycles);
    report({ stage: 'prove', fraction, shardsDone, shards, cyclesDone, cycles });
  };
  return {
    onCut: (slice) => {
      underWay.set(slice.index, { cycles: slice.cycles, fraction: 0 });
      cut++;
      cutCycles += slice.cycles;
    },
    onShard: (index, fraction) => {
      const shard = underWay.get(index);
      if (shard !== undefined) shard.fraction = fraction;
      update();
    },
    onDone: (slice) => {
      underWay.delete(slice.index);
      shardsDone++;
      cyclesDone += slice.cycles;
      update();
    },
  };
}

/** Loaded when a proof is made: the other commands do without a thread pool. */
export async function createRunner(workers: number): Promise<TaskRunner> {
  const { createPiscinaRunner } = await import('@weft/tasks/node/piscina-runner');
  return createPiscinaRunner({ module: new URL('./prove/worker.js', import.meta.url), workers });
}
