/**
 * @module What folding costs, without doing it.
 */
import { type ExtraWork, workerBytes } from '@weft/rv32im/cost/cost';
import { TREE_VARIABLES } from '../classes.ts';
import { planTree } from '../tree.ts';

const MEGABYTE = 2 ** 20;

/**
 * Folding, to who plans memory. A shard of fewer cells takes less time to prove than to fold, so that a run is not cut so small.
 * Held are circuits, with the code of their columns.
 */
export const FOLDING: ExtraWork = {
  leastVariables: 24,
  workerBytes: workerBytes(TREE_VARIABLES),
  heldBytes: 300 * MEGABYTE,
};

/** Steps of folding a run. */
export function foldSteps(shards: number, variables: number, programLogHeight: number, isWrapped: boolean): number {
  return planTree(new Array<number>(shards).fill(variables), programLogHeight, isWrapped).length;
}

/**
 * Milliseconds of all steps on the machine of `docs/performance.md`, and of setting up their circuits.
 * @param workers - of which each sets up those that it uses.
 */
export function foldMs(steps: number, workers: number, isWrapped: boolean): number {
  const spans = steps - (isWrapped ? 2 : 1);
  const last = LAST_STEP_MS + (isWrapped ? WRAP_MS : 0);
  return (STEP_MS * spans) / workers + last + SETUP_MS * Math.min(2, spans);
}

const STEP_MS = 4500;
/** The proof of the whole run has smaller tables, but codes of lower rates, which take longer to hash. */
const LAST_STEP_MS = 4000;
const WRAP_MS = 6000;
const SETUP_MS = 4000;

/** Peak of a job in bytes. @param peak - of proving its shards. @param workers - that are busy. */
export function foldMemory(peak: number, workers: number): number {
  return peak + workers * FOLDING.heldBytes;
}
