/**
 * @module The script of Node's worker threads, beside the module that starts them, as it is in the published package.
 */
export { help, proveShard, proveStep } from '../prove/worker.ts';
