/**
 * @module Folding the proofs of a chain into one, prover's side.
 */
import { ConstraintError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { ProveOptions } from '@weft/prover/prove/prove';
import { type CircuitCache, type ReadyCircuit, readyCircuit } from './cache.ts';
import { type ChainedMachine, circuitsOf } from './circuits.ts';
import { joinHints, liftHints, spanOfSpans, spanOfStatements } from './programs/hints.ts';
import type { KeySet } from './programs/key-set.ts';
import { runSpanProgram } from './programs/record.ts';
import { type SpanStatement, spanWords } from './programs/span.ts';
import { proveCircuit } from './prove.ts';
import { type FoldStep, planTree } from './tree.ts';

/** The circuits' keys, as whoever verifies knows them. */
export interface CircuitKeys {
  readonly set: KeySet;
  /** The root of a circuit's columns; `undefined` for a name that is none. */
  rootOf(circuit: string): Digest | undefined;
}

/** What the proofs of a chain are of. */
export interface ChainedProgram {
  /** Digest of program and machine. */
  readonly digest: Digest;
  /** log2 of the rows of its preprocessed table, and the root of its columns. */
  readonly logHeight: number;
  readonly root: Digest;
  /** What its first proof takes up, in the order of the links. */
  readonly first: readonly Felt[];
}

/** A proof of the chain, and the words of its statement. */
export interface ChainProof {
  /** log2 of the cells of its shape. */
  readonly variables: number;
  readonly words: readonly Felt[];
  readonly proof: Uint8Array;
}

/** The proof of a span. */
export interface SpanProof {
  readonly circuit: string;
  readonly span: SpanStatement<Felt>;
  readonly proof: Uint8Array;
}

/** What folding may have, and does without. */
export interface FolderOptions {
  /** Where circuits are kept for other processes. */
  readonly cache?: CircuitCache | undefined;
}

/** Folds the proofs of chains of one machine. Circuits are recorded when they are first needed, and kept. */
export class Folder {
  readonly #machine: ChainedMachine;
  readonly #keys: CircuitKeys;
  readonly #cache: CircuitCache | undefined;
  readonly #ready = new Map<string, Promise<ReadyCircuit>>();

  constructor(machine: ChainedMachine, keys: CircuitKeys, { cache }: FolderOptions = {}) {
    this.#machine = machine;
    this.#keys = keys;
    this.#cache = cache;
  }

  /**
   * Lifts proofs that follow each other.
   * @throws {VerificationError} when they do not hold.
   * @throws {ConstraintError} CIRCUIT_KEY when the circuit is not the one that verifiers know.
   */
  async lift(
    circuit: string,
    program: ChainedProgram,
    proofs: readonly ChainProof[],
    options: ProveOptions = {},
  ): Promise<SpanProof> {
    const { layout, key } = this.#machine;
    const statements = proofs.map((p) => p.words);
    const names = key.machine.statement.words;
    const span = spanOfStatements(layout, names, statements, program.digest, this.#keys.set.root);
    const hints = liftHints(program.root, program.first, statements);
    const bytes = proofs.map((p) => p.proof);
    return await this.#prove(circuit, span, hints, bytes, options);
  }

  /** Joins spans that follow each other. Throws as {@link lift}. */
  async join(circuit: string, children: readonly SpanProof[], options: ProveOptions = {}): Promise<SpanProof> {
    const hints = joinHints(
      children.map((child) => {
        const root = this.#rootOf(child.circuit);
        const path = this.#keys.set.path(root);
        if (path === undefined) throw new ConstraintError('CIRCUIT_KEY', `${child.circuit} is in no set of keys`);
        return { span: child.span, root, path };
      }),
    );
    const bytes = children.map((child) => child.proof);
    return await this.#prove(circuit, spanOfSpans(children.map((child) => child.span)), hints, bytes, options);
  }

  /**
   * Folds a whole chain, one step after another.
   * @param onStep - called before each step.
   */
  async fold(
    program: ChainedProgram,
    proofs: readonly ChainProof[],
    options: ProveOptions = {},
    onStep: (step: FoldStep, index: number, count: number) => void = () => {},
  ): Promise<SpanProof> {
    const steps = planTree(
      proofs.map((p) => p.variables),
      program.logHeight,
    );
    const done: SpanProof[] = [];
    for (const [i, step] of steps.entries()) {
      onStep(step, i, steps.length);
      const { circuit, children, kind } = step;
      done.push(
        kind === 'lift'
          ? await this.lift(
              circuit,
              program,
              children.map((c) => proofs[c]!),
              options,
            )
          : await this.join(
              circuit,
              children.map((c) => done[c]!),
              options,
            ),
      );
    }
    return done.at(-1)!;
  }

  async #prove(
    circuit: string,
    span: SpanStatement<Felt>,
    hints: readonly Felt[],
    proofs: readonly Uint8Array[],
    options: ProveOptions,
  ): Promise<SpanProof> {
    const { program, prover } = await this.#circuit(circuit);
    const run = runSpanProgram(program, spanWords(span), hints, proofs);
    return { circuit, span, proof: await proveCircuit(prover, run, options) };
  }

  #circuit(name: string): Promise<ReadyCircuit> {
    let ready = this.#ready.get(name);
    if (ready === undefined) {
      ready = this.#setup(name);
      this.#ready.set(name, ready);
      // What failed once, such as for want of memory, is tried again when it is asked for again.
      ready.catch(() => this.#ready.delete(name));
    }
    return ready;
  }

  async #setup(name: string): Promise<ReadyCircuit> {
    const root = this.#rootOf(name);
    const circuit = circuitsOf(this.#machine).find((c) => c.name === name)!;
    const ready = await readyCircuit(circuit, root, this.#cache);
    // A proof under another key would verify nowhere: better told before it is made.
    if (ready === undefined)
      throw new ConstraintError('CIRCUIT_KEY', `circuit ${name} is not the one whose key verifiers know`);
    return ready;
  }

  #rootOf(circuit: string): Digest {
    const root = this.#keys.rootOf(circuit);
    if (root === undefined) throw new ConstraintError('CIRCUIT_KEY', `there is no circuit ${circuit}`);
    return root;
  }
}
