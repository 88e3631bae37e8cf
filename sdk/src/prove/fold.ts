/**
 * @module The tree of proofs about proofs, as tasks: each step is given out as soon as what it is about is proven, ahead of shards that
 * wait, so that little is left to do when the last shard is proven.
 */
import { ResourceError } from '@weft/primitives';
import type { Shape } from '@weft/prover/protocol/key';
import { foldedShape } from '@weft/recursion/circuits';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { chainedProgram, riscvStepWords } from '@weft/recursion/rv32im/stated';
import { verifyStep } from '@weft/recursion/rv32im/steps';
import type { ChainedProgram, StatedProof } from '@weft/recursion/stated';
import { type FoldStep, TreePlanner } from '@weft/recursion/tree';
import type { ProvingKey } from '@weft/rv32im/setup';
import { type ShardStatement, statementWords } from '@weft/rv32im/statement';
import type PQueue from 'p-queue';
import type { ProofMode } from '../mode.ts';
import { checkStored, makeProof, type Order, type Workshop } from './attempts.ts';
import { encodeStep } from './messages.ts';
import { DONE } from './progress.ts';
import { foldName, loadFrom, shardName } from './store.ts';

/** What a tree reports. */
export interface FoldListener {
  /** Steps became known. */
  readonly onSteps?: (count: number) => void;
  /** What a step under way is at, and its completed fraction: 1 when it is done. */
  readonly onStep?: (index: number, stage: string, fraction: number) => void;
}

export interface FoldJob extends FoldListener, Workshop {
  readonly pk: ProvingKey;
  /** Of precompiles that the run calls, by name. */
  readonly families: readonly string[];
  readonly mode: ProofMode;
  readonly queue: PQueue;
  readonly signal: AbortSignal;
  /** Ends the job. */
  readonly fail: (error: unknown) => void;
}

/** What a proof in the store says. */
interface Stored extends Omit<StatedProof, 'proof'> {
  readonly name: string;
}

/** Before shards. */
const PRIORITY = 1;

export class FoldTree {
  readonly #job: FoldJob;
  readonly #program: ChainedProgram;
  readonly #planner: TreePlanner;
  /** Shards that are proven but not the next in order. */
  readonly #early = new Map<number, readonly [Stored, Shape]>();
  readonly #shards: Stored[] = [];
  readonly #steps: Promise<Stored>[] = [];
  #last = '';
  #onShards = (): void => {};

  constructor(job: FoldJob) {
    this.#job = job;
    this.#program = chainedProgram(job.pk.vk);
    this.#planner = new TreePlanner(this.#program.logHeight, job.mode === 'wrapped');
  }

  /** Takes a proven shard, in any order. */
  add(index: number, statement: ShardStatement<number>, shape: Shape): void {
    this.#early.set(index, [{ name: shardName(index), words: statementWords(statement) }, shape]);
    for (let next = this.#early.get(this.#shards.length); next !== undefined; ) {
      const [shard, shape] = next;
      this.#early.delete(this.#shards.length);
      this.#shards.push(shard);
      this.#start(this.#planner.add(foldedShape(riscvChain(this.#job.pk.key), shape)));
      next = this.#early.get(this.#shards.length);
    }
    this.#onShards();
  }

  /**
   * Waits for all shards and all steps.
   * @param shards - of the run.
   * @returns the circuit of the last step, and the name of its proof in the store.
   * @throws what the job failed with.
   */
  async finish(shards: number): Promise<{ readonly circuit: string; readonly name: string }> {
    const { signal } = this.#job;
    let onAbort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason as Error);
    });
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      const all = new Promise<void>((resolve) => {
        this.#onShards = () => {
          if (this.#shards.length === shards) resolve();
        };
        this.#onShards();
      });
      await Promise.race([all, aborted]);
      this.#start(this.#planner.finish());
      const { name } = await Promise.race([this.#steps.at(-1)!, aborted]);
      return { circuit: this.#last, name };
    } finally {
      signal.removeEventListener('abort', onAbort);
      aborted.catch(() => {});
    }
  }

  #start(steps: readonly FoldStep[]): void {
    if (steps.length > 0) this.#job.onSteps?.(steps.length);
    for (const step of steps) {
      const done = this.#prove(step, this.#steps.length);
      done.catch(this.#job.fail);
      this.#steps.push(done);
      this.#last = step.circuit;
    }
  }

  async #prove(step: FoldStep, index: number): Promise<Stored> {
    const { queue, store, signal, onStep } = this.#job;
    const isOfShards = step.kind === 'lift' || step.kind === 'single';
    const children = isOfShards
      ? step.children.map((i) => this.#shards[i]!)
      : await Promise.all(step.children.map((i) => this.#steps[i]!));
    const order = this.#orderOf(step, index, children);
    const isStored = (await checkStored(store, order)) !== undefined;
    if (!isStored) await queue.add(() => makeProof(this.#job, order, signal), { priority: PRIORITY });
    // A queue that is cleared answers for nothing.
    signal.throwIfAborted();
    onStep?.(index, DONE, 1);
    return {
      name: order.name,
      circuit: step.circuit,
      words: riscvStepWords(this.#job.pk.key, step, this.#program, children),
    };
  }

  #orderOf(step: FoldStep, index: number, children: readonly Stored[]): Order<true> {
    const { store, onStep } = this.#job;
    const words = riscvStepWords(this.#job.pk.key, step, this.#program, children);
    return {
      name: foldName(index),
      task: 'proveStep',
      title: `step ${index} of folding (${step.circuit})`,
      failure: { code: 'FOLD_FAILED', details: { step: index, circuit: step.circuit } },
      input: async () => {
        const proofs = await Promise.all(children.map((child) => loadFrom(store, child.name)));
        const missing = proofs.indexOf(undefined);
        if (missing >= 0)
          throw new ResourceError('STORE', `the proof ${children[missing]!.name} is gone from its store`);
        const given = children.map((child, i) => ({ ...child, proof: proofs[i]! }));
        return encodeStep({ step, families: this.#job.families, program: this.#program, children: given });
      },
      check: (proof) => {
        verifyStep(step.circuit, words, proof);
        return true;
      },
      onProgress: (stage, fraction) => onStep?.(index, stage, Math.min(fraction, 0.99)),
    };
  }
}
