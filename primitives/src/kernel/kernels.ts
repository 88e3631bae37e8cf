/**
 * @module All kernels of the prover on one memory, made once per thread: their code is optimised once and pages that
 * were touched stay.
 */
import { shareHashKernels } from '../hash/permute.ts';
import type { HashSuite } from '../hash/suite.ts';
import { FractionKernels } from './fractions.ts';
import { GraphKernels } from './graph.ts';
import { KernelMemory } from './memory.ts';
import { HashKernels } from './permutation.ts';
import { TransformKernels } from './transform.ts';
import { VectorKernels } from './vectors.ts';

export class Kernels {
  readonly memory: KernelMemory = new KernelMemory();
  readonly hash: HashKernels;
  readonly transform: TransformKernels;
  readonly fractions: FractionKernels;
  readonly graph: GraphKernels;
  readonly vectors: VectorKernels;
  #last: Promise<unknown> = Promise.resolve();

  constructor(suite: HashSuite) {
    this.hash = new HashKernels(this.memory, suite);
    this.transform = new TransformKernels(this.memory);
    this.fractions = new FractionKernels(this.memory);
    this.graph = new GraphKernels(this.memory);
    this.vectors = new VectorKernels(this.memory);
  }

  /** Runs jobs one after another: the memory is a stack that two of them would tangle. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.memory.scoped(work));
    this.#last = result.catch(() => {});
    return result;
  }
}

const bySuite = new WeakMap<HashSuite, Kernels>();

/** This thread's kernels. */
export function kernelsFor(suite: HashSuite): Kernels {
  let kernels = bySuite.get(suite);
  if (kernels === undefined) {
    kernels = new Kernels(suite);
    shareHashKernels(suite, kernels.hash);
    bySuite.set(suite, kernels);
  }
  return kernels;
}
