/**
 * @module What a thread is given by the runner that starts it.
 */
import { workerData } from 'node:worker_threads';
import type { KernelModules } from '@weft/primitives/wasm/assembler';

/** Kernels that earlier threads of the process have compiled. */
export const givenModules = (): KernelModules => workerData as KernelModules;
