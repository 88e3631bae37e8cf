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
import { Team, type TeamInvitation } from './team.ts';
import { TransformKernels } from './transform.ts';
import { VectorKernels } from './vectors.ts';

/** What only proofs need, not setup. */
interface ProvingKernels {
  readonly fractions: FractionKernels;
  readonly graph: GraphKernels;
  readonly vectors: VectorKernels;
}

export class Kernels {
  readonly suite: HashSuite;
  readonly team: Team;
  readonly hash: HashKernels;
  readonly transform: TransformKernels;
  #proving: ProvingKernels | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(suite: HashSuite, memory: KernelMemory = KernelMemory.sharable()) {
    this.suite = suite;
    this.team = new Team(memory);
    this.hash = new HashKernels(this.team, suite);
    this.transform = new TransformKernels(this.team);
  }

  get memory(): KernelMemory {
    return this.team.memory;
  }

  /** Assembles the kernels of proofs, which keep some memory for good: not while a job is using the memory. */
  prepare(): this {
    this.#proving ??= {
      fractions: new FractionKernels(this.team),
      graph: new GraphKernels(this.team),
      vectors: new VectorKernels(this.team),
    };
    return this;
  }

  get fractions(): FractionKernels {
    return this.#prepared().fractions;
  }

  get graph(): GraphKernels {
    return this.#prepared().graph;
  }

  get vectors(): VectorKernels {
    return this.#prepared().vectors;
  }

  #prepared(): ProvingKernels {
    if (this.#proving === undefined) throw new Error('the kernels of proofs are not prepared');
    return this.#proving;
  }

  /**
   * Runs jobs one after another: the memory is a stack that two of them would tangle.
   * @param before - runs when the memory is free, and what it allocates stays.
   */
  exclusive<T>(work: () => Promise<T>, before: () => void = () => {}): Promise<T> {
    const result = this.#last.then(() => {
      before();
      return this.memory.scoped(work);
    });
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

/**
 * Takes part in the work of another thread's kernels until it is dismissed.
 * @param thread - as {@link Team.serve} takes it.
 */
export function joinTeam(suite: HashSuite, { memory, control }: TeamInvitation, thread: number): void {
  new Kernels(suite, KernelMemory.joined(memory, thread)).prepare().team.serve(control, thread);
}
