/**
 * @module The script of a page's web workers: an entry of its own for bundlers.
 */
import { serveTasks } from '@weft/tasks/browser/serve';
import { proveStep } from '../prove/step-worker.ts';
import { help, proveShard } from '../prove/worker.ts';

serveTasks({ proveShard, proveStep }, help);
