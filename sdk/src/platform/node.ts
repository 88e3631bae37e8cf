/**
 * @module What the public API takes from its platform, in Node: worker threads, cores, function names. The package's `imports`
 * puts `browser.ts`, which has the same exports, in its place where the condition `browser` holds.
 */
import type { CircuitCache } from '@weft/recursion/cache';
import { DEFAULT_MEMORY } from '@weft/rv32im/cost/cost';
import type { TaskRunner } from '@weft/tasks/runner';
import type { JobIdentity, JobStore, KeptJob } from '../prove/job.ts';

export { readSymbols } from '@weft/executor/debug/symbols';
export { coreCount } from '@weft/tasks/node/cores';
export { givenModules } from '@weft/tasks/node/given-modules';

/** Bytes that all threads together may use unless told otherwise. */
export const defaultMemory = (): number => DEFAULT_MEMORY;

/** Whether threads without a task help those that have one. */
export const HAS_HELPERS: boolean = true;

/** Worker threads of this process. Loaded when a proof is made: what else the API does needs no thread pool. */
export async function createThreads(workers: number, _worker?: unknown): Promise<TaskRunner> {
  const { createPiscinaRunner } = await import('@weft/tasks/node/piscina-runner');
  return createPiscinaRunner({ module: new URL('./thread.js', import.meta.url), workers });
}

/** Circuits of earlier processes, in the user's cache folder; `undefined` where there is none. */
export async function openCircuitCache(): Promise<CircuitCache | undefined> {
  const { circuitCacheFolder, DiskCircuitCache } = await import('../node/circuit-cache.js');
  try {
    const folder = circuitCacheFolder();
    return folder === undefined ? undefined : new DiskCircuitCache(folder);
  } catch {
    // A user without a home has no cache.
    return undefined;
  }
}

/** Opens the journal of a job, in the user's cache folder. */
export async function openJob(identity: JobIdentity): Promise<JobStore> {
  return (await import('../node/jobs.js')).openJob(identity);
}

/** Jobs that have journals there. */
export async function keptJobs(): Promise<KeptJob[]> {
  return (await import('../node/jobs.js')).keptJobs();
}

/** Removes all journals there that nobody is at work on. */
export async function clearJobs(): Promise<void> {
  await (await import('../node/jobs.js')).clearJobs();
}
