/**
 * @module What folding costs, without doing it.
 */
import { isSparse, type MachineKey, type Shape } from '@weft/prover/protocol/key';
import { type ExtraWork, helpedTime, workerBytes } from '@weft/rv32im/cost/cost';
import { foldedShape } from '../circuits.ts';
import { TREE_VARIABLES } from '../classes.ts';
import { planTree } from '../tree.ts';
import { riscvChain } from './chain.ts';

const MEGABYTE = 2 ** 20;

/**
 * Folding, to who plans memory. A shard of fewer cells takes less time to prove than to fold, so that a run is not cut so small.
 * Held are circuits, with the code of their columns.
 */
export const FOLDING: ExtraWork = {
  leastVariables: 24,
  // A quarter of a step, as STEP_MS has it: a lift takes four.
  cellsPerShard: 10e6,
  workerBytes: workerBytes(TREE_VARIABLES),
  heldBytes: 300 * MEGABYTE,
};

/**
 * Steps of folding a run, at most: whether its last shard has sparse lookup tables, hence a circuit of its own, shows when it is proven.
 * @param shards - of the run, in order.
 */
export function foldSteps(
  key: MachineKey,
  shards: readonly Pick<Shape, 'set' | 'variables'>[],
  programLogHeight: number,
  isWrapped: boolean,
): number {
  const chain = riscvChain(key);
  const steps = (list: typeof shards): number => {
    const shapes = list.map((shard) => foldedShape(chain, shard));
    return planTree(shapes, programLogHeight, isWrapped).length;
  };
  const [last, sparse] = [shards.at(-1), key.shapes.find(isSparse)];
  if (last === undefined || sparse === undefined || last.variables > sparse.variables + 1) return steps(shards);
  return Math.max(steps(shards), steps(shards.with(-1, sparse)));
}

/** Who folds. */
export interface Staff {
  /** Each sets up the circuits that it uses. */
  readonly workers: number;
  /** The workers, and those that help with the last steps. */
  readonly threads: number;
}

/** Milliseconds of all steps on the machine of `docs/performance.md`, and of setting up their circuits. */
export function foldMs(steps: number, { workers, threads }: Staff, isWrapped: boolean): number {
  const spans = steps - (isWrapped ? 2 : 1);
  const last = LAST_STEP_MS + (isWrapped ? WRAP_MS : 0);
  return (STEP_MS * spans) / workers + last * helpedTime(threads, SHARED_WORK) + SETUP_MS * Math.min(2, spans);
}

const STEP_MS = 4500;
/** The proof of the whole run has smaller tables, but codes of lower rates, which take longer to hash. */
const LAST_STEP_MS = 4000;
const WRAP_MS = 8000;
const SETUP_MS = 4000;
/** Codes of low rates are most of the last steps' work. */
const SHARED_WORK = 0.8;

/** Peak of a job in bytes. @param peak - of proving its shards. @param workers - that are busy. */
export function foldMemory(peak: number, workers: number, isWrapped: boolean): number {
  return Math.max(peak + workers * FOLDING.heldBytes, isWrapped ? WRAP_BYTES : 0);
}

/** A process that proves a wrap: the code of its columns is 32 times as large as they are. */
const WRAP_BYTES = 940 * MEGABYTE;
