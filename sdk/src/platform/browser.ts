/**
 * @module What the public API takes from its platform, in a browser; `node.ts` has the same exports. Bundlers choose this file
 * by the condition `browser`.
 */
import type { SymbolTable } from '@weft/executor/debug/symbols';
import { ResourceError } from '@weft/primitives';
import type { CircuitCache } from '@weft/recursion/cache';
import type { TaskRunner } from '@weft/tasks/runner';

declare const navigator: { readonly hardwareConcurrency?: number } | undefined;

/** Threads that the machine runs at once; one where the browser does not say. */
export function coreCount(): number {
  return (typeof navigator === 'undefined' ? undefined : navigator.hardwareConcurrency) ?? 1;
}

/** No names: what reads them stands on Node's modules. Messages of traps give addresses alone. */
export function readSymbols(_elf: Uint8Array): SymbolTable {
  return { functionAt: () => undefined, lookup: () => undefined };
}

/** @throws {ResourceError} NO_RUNNER: only the page knows where its bundler put the worker's script. */
export async function createThreads(_workers: number): Promise<TaskRunner> {
  throw new ResourceError(
    'NO_RUNNER',
    'a browser has no worker threads of its own for proving: give options.runner, a TaskRunner over your Web Workers',
  );
}

/** None: what a page keeps is its own to say. */
export async function openCircuitCache(): Promise<CircuitCache | undefined> {
  return undefined;
}
