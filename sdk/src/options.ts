/**
 * @module The options of the public functions, and their checks.
 */
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkMethods,
  checkName,
  checkOptions,
  checkSignal,
  type OptionChecks,
} from '@weft/primitives/arguments';
import type { WebWorker } from '@weft/tasks/browser/web';
import type { TaskRunner } from '@weft/tasks/runner';
import { PROOF_MODES, type ProofMode } from './mode.ts';
import type { Estimate } from './prove/estimate.ts';
import type { ProveProgress } from './prove/progress.ts';
import type { ProofStore } from './prove/store.ts';
import { checkExitCode } from './verify/opened.ts';

/** How a program is run. */
export interface ExecuteOptions {
  /** Most cycles that the run may take, at least 1; one more is an `ExecutionError` CYCLE_LIMIT. Default 2^32. */
  readonly maxCycles?: number | undefined;
  /** Most bytes that the guest may write to its public values, and to its output; up to 2^31. Default 64 MiB. */
  readonly maxOutput?: number | undefined;
  /** Ends the call with the signal's reason, within a moment. */
  readonly signal?: AbortSignal | undefined;
  /** Receives what the guest writes to standard output (1) and standard error (2). */
  readonly onOutput?: ((descriptor: 1 | 2, bytes: Uint8Array) => void) | undefined;
  /** Called now and then with the cycles so far. */
  readonly onProgress?: ((cycles: number) => void) | undefined;
}

/** What decides how a run is proven. */
export interface ResourceOptions {
  /**
   * Bytes that all threads together may use. By default 4 GiB; in a page half of what the browser tells, between 1.25 and 4 GiB,
   * 2.5 GiB where it tells nothing, and 1.25 GiB on a phone. It decides how large shards are, hence the proof's bytes. Too
   * few for the smallest shard are a `ResourceError` MEMORY_LIMIT.
   */
  readonly memory?: number | undefined;
  /** Worker threads, at least 1; by default one per core; no more than fit `memory`. */
  readonly workers?: number | undefined;
}

/** How a run is predicted. */
export interface EstimateOptions extends ExecuteOptions, ResourceOptions {
  /** As `prove` takes it. */
  readonly mode?: ProofMode | undefined;
  /** Whether cycles and cells are counted by function, for `profile` of the result; the run takes up to twice as long then. */
  readonly profile?: boolean | undefined;
}

/** How a run is proven. */
export interface ProveOptions extends Omit<ExecuteOptions, 'onProgress'>, ResourceOptions {
  /**
   * `compressed`, by default: one proof, whatever the length of the run. `wrapped`: the same, half the size, a few seconds
   * more. `core`: a proof for each shard of the run, in the least time.
   */
  readonly mode?: ProofMode | undefined;
  /**
   * The exit code that the run must end with, 0 to 2^32 - 1; another one is an `ExecutionError` EXIT_CODE, before anything is
   * proven. By default every code is proven: a guest that panics exits, and its proof verifies.
   */
  readonly expectExit?: number | undefined;
  /** Called once, before the proving starts. */
  readonly onEstimate?: ((estimate: Estimate) => void) | undefined;
  readonly onProgress?: ((progress: ProveProgress) => void) | undefined;
  /** Runs the tasks instead of worker threads of this process, or web workers of this page; it is not closed. */
  readonly runner?: TaskRunner | undefined;
  /** Keeps finished proofs, and may hold some from an earlier attempt. In memory by default. */
  readonly store?: ProofStore | undefined;
  /** Milliseconds after which a silent worker is given up, 1 to 2^31 - 1; ten minutes by default. */
  readonly silenceMs?: number | undefined;
}

/** How worker threads are made. */
export interface RunnerOptions {
  /**
   * Starts a web worker on the script `weft-zkvm/worker`. Only for pages whose bundler does not know
   * `new Worker(new URL('./worker.js', import.meta.url))`; in Node it is not called.
   */
  readonly worker?: (() => WebWorker) | undefined;
}

const integer =
  (least: number, most?: number) =>
  (name: string, value: unknown): void =>
    checkInteger(name, value, least, most);

const EXECUTE: OptionChecks<ExecuteOptions> = {
  maxCycles: integer(1),
  maxOutput: integer(0, 2 ** 31),
  signal: checkSignal,
  onOutput: checkFunction,
  onProgress: checkFunction,
};

const RESOURCES: OptionChecks<ResourceOptions> = { memory: integer(1), workers: integer(1) };

/** @throws {TypeError} {@link RangeError} */
function checkMode(name: string, value: unknown): void {
  checkName(name, value);
  if (!PROOF_MODES.includes(value as ProofMode))
    throw new RangeError(`${name} must be one of ${PROOF_MODES.join(', ')}, got '${value}'`);
}

const PROVE: OptionChecks<ProveOptions> = {
  mode: checkMode,
  ...EXECUTE,
  ...RESOURCES,
  expectExit: checkExitCode,
  onEstimate: checkFunction,
  runner: (name, value) => checkMethods(name, value, 'a TaskRunner', ['run', 'close']),
  store: (name, value) => checkMethods(name, value, 'a ProofStore', ['load', 'save']),
  // Timers that are set for longer fire at once.
  silenceMs: integer(1, 2 ** 31 - 1),
};

/** @returns a copy. @throws {TypeError} {@link RangeError} */
export const executeOptions = (options: ExecuteOptions): ExecuteOptions => checkOptions('options', options, EXECUTE);
/** @returns a copy. @throws {TypeError} {@link RangeError} */
export const estimateOptions = (options: EstimateOptions): EstimateOptions =>
  checkOptions('options', options, { ...EXECUTE, ...RESOURCES, mode: checkMode, profile: checkBoolean });
/** @returns a copy. @throws {TypeError} {@link RangeError} */
export const proveOptions = (options: ProveOptions): ProveOptions => checkOptions('options', options, PROVE);
/** @returns a copy. @throws {TypeError} {@link RangeError} */
export const runnerOptions = (options: RunnerOptions): RunnerOptions =>
  checkOptions('options', options, { worker: checkFunction });
/** @throws {TypeError} {@link RangeError} */
export const checkWorkers: (name: string, value: unknown) => void = integer(1);
