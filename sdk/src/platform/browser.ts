/**
 * @module What the public API takes from its platform, in a browser; `node.ts` has the same exports. Bundlers choose this file
 * by the condition `browser`.
 */
import type { SymbolTable } from '@weft/executor/debug/symbols';
import { ResourceError } from '@weft/primitives';
import type { KernelModules } from '@weft/primitives/wasm/assembler';
import type { CircuitCache } from '@weft/recursion/cache';
import type { WebWorker } from '@weft/tasks/browser/web';
import { createWorkerRunner } from '@weft/tasks/browser/worker-runner';
import type { TaskRunner } from '@weft/tasks/runner';
import { circuitCache } from '../browser/circuit-cache.ts';

export { clearJobs, keptJobs, openJob } from '../browser/jobs.ts';

declare const Worker: new (url: URL | string, options: { readonly type: 'module'; readonly name: string }) => WebWorker;

/** What browsers tell of the machine, each of them less than another. */
interface Machine {
  readonly hardwareConcurrency?: number;
  /** In GiB, rounded, and no more than the browser likes to tell. */
  readonly deviceMemory?: number;
  readonly userAgentData?: { readonly mobile: boolean };
  readonly userAgent?: string;
}

function machine(): Machine {
  return (globalThis as { readonly navigator?: Machine }).navigator ?? {};
}

/** Threads that the machine runs at once; one where the browser does not say. */
export function coreCount(): number {
  return machine().hardwareConcurrency ?? 1;
}

const GIGABYTE = 2 ** 30;
/** Little more than a folded proof takes at least; a tab of a phone ends not far above. */
const LEAST_MEMORY = 1.25 * GIGABYTE;
/** Where a browser tells nothing: the least that makes the shards, hence the bytes, that Node makes by default. */
const USUAL_MEMORY = 2.5 * GIGABYTE;
const MOST_MEMORY = 4 * GIGABYTE;

/** Bytes that all threads together may use unless told otherwise: half of what the machine has, and on a phone the least. */
export function defaultMemory(): number {
  const { deviceMemory, userAgentData, userAgent = '' } = machine();
  if (userAgentData?.mobile ?? /\b(Android|iPhone|iPad|Mobile)\b/.test(userAgent)) return LEAST_MEMORY;
  if (deviceMemory === undefined) return USUAL_MEMORY;
  return Math.min(MOST_MEMORY, Math.max(LEAST_MEMORY, (deviceMemory * GIGABYTE) / 2));
}

/** Whether threads without a task help those that have one: web workers share a memory where the page is isolated from other origins. */
export const HAS_HELPERS: boolean =
  (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated === true;

/** No names: what reads them stands on Node's modules. Messages of traps give addresses alone. */
export function readSymbols(_elf: Uint8Array): SymbolTable {
  return { functionAt: () => undefined, lookup: () => undefined };
}

/** None: a page's workers are started without a word. */
export const givenModules = (): KernelModules => new Map();

/** Bundlers know the first expression and put the worker's script where it says. */
function startWorker(): WebWorker {
  try {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'weft' });
  } catch (error) {
    if ((error as Error).name !== 'SecurityError') throw error;
    // Scripts of workers have to be of the page's origin, what they import need not.
    const url = import.meta.url.replace(/[^/]*$/, 'worker.js');
    const script = new Blob([`import ${JSON.stringify(url)};`], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(script), { type: 'module', name: 'weft' });
  }
}

/**
 * Web workers of this page.
 * @param worker - starts one, where the page's bundler cannot tell where their script is.
 * @throws {ResourceError} NO_RUNNER where there are none.
 */
export async function createThreads(workers: number, worker?: () => WebWorker): Promise<TaskRunner> {
  if (worker === undefined && typeof Worker === 'undefined')
    throw new ResourceError('NO_RUNNER', 'there are no web workers here: give options.runner, a TaskRunner');
  return createWorkerRunner({ worker: worker ?? startWorker, workers });
}

/** Circuits of earlier pages of this origin. */
export async function openCircuitCache(): Promise<CircuitCache | undefined> {
  return circuitCache;
}
