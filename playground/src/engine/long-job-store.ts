/**
 * @module Where a job's finished proofs are kept: in the browser's storage for a job that takes long, so that it survives a reload; in
 * memory for a short one, which would only be slowed down.
 */
import {
  type Estimate,
  type JobStore,
  JournalError,
  openStore,
  type ProofStore,
  ResourceError,
  type Setup,
} from '@weft/sdk';
import type { Job } from './protocol.ts';

/** From here on it is a pity to begin again. */
const LONG_MS = 4000;

export class LongJobStore implements ProofStore {
  readonly #program: Setup;
  readonly #job: Job;
  readonly #memory = new Map<string, Uint8Array>();
  #kept: JobStore | undefined;

  constructor(program: Setup, job: Job) {
    this.#program = program;
    this.#job = job;
  }

  /** @returns whether the job will survive a reload. */
  async decide({ proveMs }: Estimate): Promise<boolean> {
    if (proveMs < LONG_MS) return false;
    const { mode, memory } = this.#job;
    try {
      this.#kept = await openStore(this.#program, this.#job.stdin, {
        mode,
        ...(memory === undefined ? {} : { memory }),
      });
      return true;
    } catch (error) {
      // A private window may keep nothing, and another tab may be at work on the same: it can be proven all the same.
      if (error instanceof JournalError || (error instanceof ResourceError && error.code === 'STORE')) return false;
      throw error;
    }
  }

  async load(name: string): Promise<Uint8Array | undefined> {
    return this.#kept === undefined ? this.#memory.get(name) : this.#kept.load(name);
  }

  async save(name: string, proof: Uint8Array): Promise<void> {
    if (this.#kept === undefined) this.#memory.set(name, proof);
    else await this.#kept.save(name, proof);
  }

  /** The proof is made: nothing has to be kept. */
  async finish(): Promise<void> {
    await this.#kept?.finish();
  }

  /** The job was interrupted: what is proven stays. */
  async close(): Promise<void> {
    await this.#kept?.close();
  }
}
