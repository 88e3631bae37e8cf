/**
 * @module The public API: setup, execute, prove and verify, in Node and in browsers. What differs between the two comes from
 * `#platform`.
 *
 * Every function checks its arguments and copies bytes before it does anything else: a `TypeError` or `RangeError` names what
 * is wrong, and buffers may be used again as soon as the call has returned its promise.
 */

import { type CountedExecution, type ExecutionResult, execute as run } from '@weft/executor/executor';
import type { Profile } from '@weft/executor/observe/profiler';
import { createProgram, type Program } from '@weft/executor/program/program';
import { bytesToHex, concatBytes, ExecutionError, feltsToBytes, ResourceError } from '@weft/primitives';
import { checkBytes, checkObject, copyItems, isBytes } from '@weft/primitives/arguments';
import type { Digest } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { proofSecurity } from '@weft/prover/protocol/security';
import { FOLDING, type Staff } from '@weft/recursion/rv32im/cost';
import { WHOLE_BITS } from '@weft/recursion/rv32im/keys.generated';
import { encodeWhole } from '@weft/recursion/rv32im/proof-file';
import { type MemoryPlan, planMemory } from '@weft/rv32im/cost/cost';
import { familiesOf, riscvKeyFor, SHAPE_SIZES } from '@weft/rv32im/key';
import { programLogHeight } from '@weft/rv32im/program';
import { encodeHead, encodeShard } from '@weft/rv32im/run/proof-file';
import { checkChain, type RunEnd, type VerifyingKey } from '@weft/rv32im/run/verify';
import { type ProvingKey, setupProgram, withMachine } from '@weft/rv32im/setup';
import { planRun } from '@weft/rv32im/shard/plan';
import type { ShardStatement } from '@weft/rv32im/statement';
import type { TaskRunner } from '@weft/tasks/runner';
import {
  clearJobs,
  coreCount,
  createThreads,
  defaultMemory,
  HAS_HELPERS,
  keptJobs,
  openJob,
  readSymbols,
} from '#platform';
import { DEFAULT_MODE, type ProofMode } from './mode.ts';
import {
  checkWorkers,
  type EstimateOptions,
  type ExecuteOptions,
  estimateOptions,
  executeOptions,
  type ProveOptions,
  proveOptions,
  type RunnerOptions,
  runnerOptions,
  storeOptions,
} from './options.ts';
import { proveShards } from './prove/coordinator.ts';
import { cellCosts, type Estimate, estimate } from './prove/estimate.ts';
import type { JobStore, KeptJob } from './prove/job.ts';
import { createReporter, createTracker } from './prove/progress.ts';
import { SpareThreads } from './prove/spare-threads.ts';
import { createMemoryStore, loadFrom, type ProofStore, shardName } from './prove/store.ts';

export type { Profile, ProfileNode, ProfileRegion } from '@weft/executor/observe/profiler';
export * from '@weft/primitives/errors';
export type { ClassCost } from '@weft/rv32im/cost/cost';
export type { PlannedShard } from '@weft/rv32im/shard/plan';
export type { TaskOptions, TaskRunner } from '@weft/tasks/runner';
export type { EstimateOptions, ExecuteOptions, ProveOptions, ResourceOptions, RunnerOptions } from './options.ts';
export type { Estimate } from './prove/estimate.ts';
export type { JobContents, JobStore, KeptJob } from './prove/job.ts';
export { JournalError } from './prove/journal-error.ts';
export type { ProveProgress, TaskProgress } from './prove/progress.ts';
export type { ProofStore } from './prove/store.ts';
export { DEFAULT_MAX_PROOF_BYTES, type ProofMode, type Verified, type VerifyOptions, verify } from './verify/any.ts';

/** A program that is ready to be proven. */
export interface Setup {
  /** The file; a copy. */
  readonly elf: Uint8Array;
  /** The verifying key's digest, 32 bytes: what a verifier has to know. */
  readonly vk: Uint8Array;
  /** `vk` in hexadecimal. */
  readonly vkHex: string;
  /** Decoded program, committed tables and initial state: all that proving takes. Nothing in it may be changed. */
  readonly provingKey: ProvingKey;
}

/**
 * Derives a program's verifying key. Same ELF, same key, on every machine.
 * @throws {ElfError} {@link TypeError} when `elf` is no `Uint8Array`.
 */
export async function setup(elf: Uint8Array): Promise<Setup> {
  checkBytes('elf', elf);
  return setupOf(createProgram(elf));
}

async function setupOf(program: Program): Promise<Setup> {
  makeKernels();
  // For runs without precompiles: what else a run turns out to call is made when it is proven.
  const provingKey = await setupProgram(program, riscvKeyFor([]));
  const vk = feltsToBytes(provingKey.vkDigest);
  // What is handed out is not what proving works on.
  return Object.freeze({ elf: program.elf.slice(), vk, vkHex: bytesToHex(vk), provingKey });
}

export type Execution = ExecutionResult;

/** Before single permutations are asked for, which use the kernels that are there instead of making some of their own. */
function makeKernels(): void {
  kernelsFor(POSEIDON2_KOALABEAR);
}

/** What a run made public, without what only an estimate needs. */
function executionOf({ exitCode, cycles, publicValues }: CountedExecution): Execution {
  return { exitCode, cycles, publicValues };
}

/**
 * Runs a program on its input items without proving anything.
 * @throws {ElfError} {@link ExecutionError} when the guest traps or exceeds a limit.
 * @throws {TypeError} {@link RangeError} for an argument or option that is none.
 * @throws the signal's reason when aborted.
 */
export async function execute(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  checkBytes('elf', elf);
  const items = copyItems('stdin', stdin);
  const checked = executeOptions(options);
  return executionOf(await run(createProgram(elf), items, { ...checked, symbols: readSymbols(elf) }));
}

/**
 * Runs a program and predicts what proving the run would take.
 * @throws as `execute` does; {@link ResourceError} MEMORY_LIMIT.
 */
export async function estimateRun(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  options: EstimateOptions = {},
): Promise<Execution & { readonly estimate: Estimate; readonly profile?: Profile }> {
  checkBytes('elf', elf);
  const items = copyItems('stdin', stdin);
  const { memory, workers: most, mode = DEFAULT_MODE, profile = false, ...running } = estimateOptions(options);
  const { plan, staff } = resources({ memory, workers: most, mode });
  const program = createProgram(elf);
  const counted = await run(program, items, {
    ...running,
    symbols: readSymbols(elf),
    ...(profile ? { profile: cellCosts() } : {}),
  });
  return {
    ...executionOf(counted),
    estimate: await predict(program, counted, items, { plan, staff, mode }, running),
    ...(counted.profile === undefined ? {} : { profile: counted.profile }),
  };
}

/** What proving a run takes that has been executed. */
async function predict(
  program: Program,
  counted: CountedExecution,
  items: readonly Uint8Array[],
  { plan, staff, mode }: { plan: MemoryPlan; staff: Staff; mode: ProofMode },
  { maxCycles, maxOutput, signal }: ExecuteOptions,
): Promise<Estimate> {
  const machine = riscvKeyFor(familiesOf(counted.rows));
  const shards = await planRun(program, machine, items, { limits: plan.limits, maxCycles, maxOutput, signal });
  return estimate(counted, shards, { machine, programLogHeight: programLogHeight(program), staff, mode });
}

function resources({
  memory = defaultMemory(),
  workers = coreCount(),
  mode = DEFAULT_MODE,
}: Pick<EstimateOptions, 'memory' | 'workers' | 'mode'>): {
  plan: MemoryPlan;
  staff: Staff;
} {
  const plan = planMemory(SHAPE_SIZES, memory, mode === 'core' ? undefined : FOLDING);
  const { maxWorkers, maxThreads } = plan;
  // A thread that helps nobody would take a task that there is no memory for.
  const most = HAS_HELPERS ? maxThreads : maxWorkers;
  return { plan, staff: { workers: Math.min(workers, maxWorkers), threads: Math.min(workers, most) } };
}

/**
 * Opens what is kept of a job, for `options.store` of `prove`: in a page in the database of its origin, in Node in the user's cache
 * folder. After a reload or a crash the same call gives what was proven before, and proving goes on from there.
 * @param options - `memory` and `mode` as `prove` gets them.
 * @returns a store that this caller has alone; `finish` removes what it keeps, `close` leaves it to a later call.
 * @throws {JournalError} JOURNAL_BUSY when another page or process is at work on the job; {@link ElfError}; {@link ResourceError}
 * MEMORY_LIMIT, or STORE where nothing can be kept.
 * @throws {TypeError} {@link RangeError} for an argument or option that is none.
 */
export async function openStore(
  program: Setup | Uint8Array,
  stdin: readonly Uint8Array[],
  options: Pick<ProveOptions, 'memory' | 'mode'> = {},
): Promise<JobStore> {
  const items = copyItems('stdin', stdin);
  const { plan } = resources(storeOptions(options));
  const vk = isBytes(program) ? (await setup(program)).vk : feltsToBytes(provingKeyOf(program).vkDigest);
  return await openJob({ vk: bytesToHex(vk), stdin: items, variables: plan.variables });
}

/** Jobs of which proofs are kept. @throws {ResourceError} STORE where nothing can be kept. */
export async function keptStores(): Promise<KeptJob[]> {
  return await keptJobs();
}

/** Removes what is kept of all jobs that nobody is at work on. @throws {ResourceError} STORE where nothing can be kept. */
export async function clearStores(): Promise<void> {
  await clearJobs();
}

/** A proven run whose proofs lie in its store. */
export interface ProvenRun extends Execution {
  readonly mode: ProofMode;
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
 * @param stdin - the input items, in order.
 * @throws {ElfError} {@link ExecutionError} when the guest traps, exceeds a limit or exits with another code than
 * `expectExit`; {@link ResourceError} when memory, disk or a shard's attempts run out.
 * @throws {TypeError} {@link RangeError} for an argument or option that is none.
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
 * Arguments and errors are those of `prove`.
 */
export async function proveRun(
  program: Setup | Uint8Array,
  stdin: readonly Uint8Array[],
  options: ProveOptions = {},
): Promise<ProvenRun> {
  const checked = proveOptions(options);
  const items = copyItems('stdin', stdin);
  const pk = isBytes(program) ? undefined : provingKeyOf(program);
  // Decoded once; everything in this process works on that.
  const decoded = isBytes(program) ? createProgram(program) : pk!.program;
  const { plan, staff } = resources(checked);
  const work = (runner: TaskRunner): Promise<ProvenRun> =>
    proveDecoded({ decoded, pk, items, options: checked, plan, staff, runner });
  // First of all: a worker loads while the program runs here.
  return checked.runner === undefined
    ? await spareThreads.with(staff.threads, checked.memory ?? defaultMemory(), work)
    : await work(checked.runner);
}

// Whoever only verifies has none: bundlers leave out what is pure and not used.
const spareThreads: SpareThreads = /* @__PURE__ */ new SpareThreads((threads) => createThreads(threads));

/** @throws {TypeError} when `program` is not what `setup` returns. */
function provingKeyOf(program: Setup): ProvingKey {
  const wanted = 'an ELF file (Uint8Array) or what setup returned';
  checkObject('program', program, wanted, ['provingKey']);
  checkObject('program.provingKey', program.provingKey, wanted, [
    'key',
    'program',
    'vk',
    'vkDigest',
    'preprocessed',
    'image',
  ]);
  return program.provingKey;
}

interface ProveJob {
  readonly decoded: Program;
  readonly pk: ProvingKey | undefined;
  readonly items: readonly Uint8Array[];
  readonly options: ProveOptions;
  readonly plan: MemoryPlan;
  readonly staff: Staff;
  readonly runner: TaskRunner;
}

async function proveDecoded({ decoded, items, options, plan, staff, runner, ...job }: ProveJob): Promise<ProvenRun> {
  makeKernels();
  const started = performance.now();
  const {
    signal,
    onOutput,
    maxCycles,
    maxOutput,
    store = createMemoryStore(),
    silenceMs,
    mode = DEFAULT_MODE,
  } = options;
  const symbols = readSymbols(decoded.elf);
  const report = createReporter(options.onProgress);
  // Without a record, to its end: a run that traps fails before anyone proves its beginning.
  const counted = await run(decoded, items, {
    ...{ signal, onOutput, maxCycles, maxOutput, symbols },
    onProgress: (cycles) => report({ cycles }),
  });
  const { cycles, publicValues } = counted;
  requireExit(counted, options.expectExit);
  const executed = performance.now();
  const prediction = await predict(decoded, counted, items, { plan, staff, mode }, { maxCycles, maxOutput, signal });
  await options.onEstimate?.(prediction);
  const families = familiesOf(counted.rows);
  const machine = riscvKeyFor(families);
  const pk = job.pk === undefined ? await setupProgram(decoded, machine) : withMachine(job.pk, machine);
  const tracker = createTracker(cycles, prediction, report);
  const limits = { maxCycles, maxOutput, signal, silenceMs };
  const { statements, shapes, whole } = await proveShards({
    ...tracker,
    ...limits,
    pk,
    families,
    stdin: items,
    plan,
    runner,
    workers: staff.workers,
    // A runner that a page hands in may have more workers than memory holds: on a phone that is one.
    ahead: HAS_HELPERS || options.runner === undefined ? 1 : 0,
    store,
    symbols,
    mode,
  });
  // Each shard has been verified; this is the rest of what `verify` checks. Both executions are of one input, so they agree.
  if (checkChain(pk.vk, statements, publicValues) !== counted.exitCode)
    throw new ResourceError('INTERNAL', 'the run that was proven ended otherwise than the one before it');
  // The caller may change what is handed out before it reads the proof.
  const proven = publicValues.slice();
  const isWhole = whole !== undefined;
  return {
    mode,
    vk: feltsToBytes(pk.vkDigest),
    shards: statements.length,
    securityBits: isWhole ? WHOLE_BITS : proofSecurity(pk.key, shapes, pk.vk.preprocessed.logHeights).bits,
    ...executionOf(counted),
    executeMs: executed - started,
    proveMs: performance.now() - executed,
    proof: () =>
      isWhole
        ? wholeParts(pk.vkDigest, proven, statements.at(-1)!, whole, store)
        : proofParts(pk.vk, proven, statements, store),
  };
}

/** @throws {ExecutionError} EXIT_CODE */
function requireExit({ exitCode, cycles }: Execution, expectExit: number | undefined): void {
  if (expectExit === undefined || exitCode === expectExit) return;
  const message = `the guest exited with code ${exitCode}, expected ${expectExit}; cycle ${cycles}`;
  throw new ExecutionError('EXIT_CODE', message, { exitCode, expectExit, cycle: cycles });
}

async function* proofParts(
  vk: VerifyingKey,
  publicValues: Uint8Array,
  statements: readonly ShardStatement<number>[],
  store: ProofStore,
): AsyncGenerator<Uint8Array> {
  yield encodeHead(vk, publicValues, statements.length);
  for (const [index, statement] of statements.entries()) {
    yield encodeShard({ statement, proof: await loadProof(store, shardName(index)) });
  }
}

async function* wholeParts(
  program: Digest,
  publicValues: Uint8Array,
  end: RunEnd,
  { circuit, name }: { readonly circuit: string; readonly name: string },
  store: ProofStore,
): AsyncGenerator<Uint8Array> {
  const whole = { ...end, circuit, proof: await loadProof(store, name) };
  yield encodeWhole({ program, publicValues, whole });
}

/** @throws {ResourceError} STORE when it is not there. */
async function loadProof(store: ProofStore, name: string): Promise<Uint8Array> {
  const proof = await loadFrom(store, name);
  if (proof === undefined) throw new ResourceError('STORE', `the proof ${name} is gone from its store`);
  return proof;
}

/**
 * Worker threads for `prove`, to be used for several proofs; end them with `close`. In a page they are web workers.
 * @param workers - most threads at once, at least 1.
 * @throws {TypeError} {@link RangeError} for a number or an option that is none; {@link ResourceError} NO_RUNNER where there are no
 * web workers.
 */
export async function createRunner(workers: number, options: RunnerOptions = {}): Promise<TaskRunner> {
  checkWorkers('workers', workers);
  const { worker } = runnerOptions(options);
  return createThreads(workers, worker);
}
