/**
 * @module The script of Node's worker threads, beside the module that starts them, as it is in the published package.
 */
import type { WorkerMessage } from '@weft/tasks/worker';

export { help, proveShard } from '../prove/worker.ts';

/** Loads what folding takes with the first step: a run in core mode has none, and waits for its threads. */
export async function proveStep(message: WorkerMessage): Promise<void> {
  await (await import('../prove/step-worker.js')).proveStep(message);
}
