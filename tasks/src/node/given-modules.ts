/**
 * @module What a thread is given by the runner that starts it.
 */
import { workerData } from 'node:worker_threads';
import type { KernelModules } from '@weft/primitives/wasm/assembler';

/** Kernels that earlier threads of the process have compiled; none where someone else has started the thread. */
export const givenModules = (): KernelModules => (workerData instanceof Map ? workerData : new Map());
