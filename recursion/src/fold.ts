/**
 * @module Folding the proofs of a chain into one, prover's side: one step at a time.
 */
import { ConstraintError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { ProveOptions } from '@weft/prover/prove/prove';
import { type CircuitCache, type ReadyCircuit, readyCircuit } from './cache.ts';
import { type ChainedMachine, type Circuit, spanCircuits, wholeCircuits, wrapCircuit } from './circuits.ts';
import { joinHints, liftHints, type SpanChild, wholeHints, wrapHints } from './programs/hints.ts';
import type { KeySet } from './programs/key-set.ts';
import { runProgram } from './programs/record.ts';
import { spanOfWords } from './programs/span.ts';
import { proveCircuit } from './prove.ts';
import { type ChainedProgram, type StatedProof, type StepSpec, stepWords } from './stated.ts';
import type { FoldStep } from './tree.ts';

/** The circuits' keys, as whoever verifies knows them. */
export interface CircuitKeys {
  /** Of the circuits of spans. */
  readonly set: KeySet;
  /** Of those of whole chains that are made to be wrapped, hashed as their proofs are. */
  readonly wholeSet: KeySet;
  /** The root of a circuit's columns; `undefined` for a name that is none. */
  rootOf(circuit: string): Digest | undefined;
}

/** What folding may have, and does without. */
export interface FolderOptions {
  /** Circuits that are kept, at least one, by default two: some 60 MB each, and what their commitments take. */
  readonly mostKept?: number | undefined;
  /** Where circuits are kept for other processes. */
  readonly cache?: CircuitCache | undefined;
}

/** Folds the proofs of chains of one machine. Circuits are recorded when they are first needed. */
export class Folder {
  readonly #machine: ChainedMachine;
  readonly #keys: CircuitKeys;
  readonly #mostKept: number;
  readonly #cache: CircuitCache | undefined;
  /** The last used behind the others. */
  readonly #ready = new Map<string, Promise<ReadyCircuit>>();

  constructor(machine: ChainedMachine, keys: CircuitKeys, { mostKept = 2, cache }: FolderOptions = {}) {
    this.#machine = machine;
    this.#keys = keys;
    this.#mostKept = mostKept;
    this.#cache = cache;
  }

  /**
   * The words of what an honest step says.
   * @param children - what it is about, in the order of the chain: proofs of the chain for `lift` and `single`, of spans else.
   */
  words(step: StepSpec, program: ChainedProgram, children: readonly Omit<StatedProof, 'proof'>[]): Felt[] {
    return stepWords(this.#machine, this.#keys.set, step, program, children);
  }

  /**
   * Proves a step.
   * @returns the proof of what {@link words} gives.
   * @throws {VerificationError} when the children do not hold, or do not follow each other.
   * @throws {ConstraintError} CIRCUIT_KEY when the circuit is not the one that verifiers know.
   */
  async prove(
    step: StepSpec,
    program: ChainedProgram,
    children: readonly StatedProof[],
    options: ProveOptions = {},
  ): Promise<Uint8Array> {
    const hints = this.#hints(step.kind, program, children);
    const proofs = children.map((child) => child.proof);
    const ready = await this.#circuit(step.circuit);
    const run = runProgram(ready.program, this.words(step, program, children), hints, proofs);
    return await proveCircuit(ready.prover, run, options);
  }

  #hints(kind: FoldStep['kind'], program: ChainedProgram, children: readonly StatedProof[]): Felt[] {
    switch (kind) {
      case 'lift':
      case 'single':
        return liftHints(
          program.root,
          program.first,
          children.map((child) => child.words),
        );
      case 'join':
        return joinHints(children.map((child) => this.#spanChild(child)));
      case 'whole':
        return wholeHints(this.#spanChild(children[0]!), program);
      case 'wrap':
        return wrapHints(this.#place(children[0]!, this.#keys.wholeSet));
    }
  }

  #spanChild(child: StatedProof): SpanChild {
    const { layout, key } = this.#machine;
    const span = spanOfWords(layout, key.suite.digestLength, child.words);
    return { span, ...this.#place(child, this.#keys.set) };
  }

  #place({ circuit }: StatedProof, set: KeySet): Pick<SpanChild, 'root' | 'path'> {
    const root = this.#rootOf(circuit ?? '');
    const path = set.path(root);
    if (path === undefined) throw new ConstraintError('CIRCUIT_KEY', `${circuit} is not in the set of keys`);
    return { root, path };
  }

  #circuit(name: string): Promise<ReadyCircuit> {
    const ready = this.#ready.get(name) ?? this.#setup(name);
    this.#ready.delete(name);
    // Before the next is made: two would need twice the memory.
    for (const old of [...this.#ready.keys()].slice(0, Math.max(0, this.#ready.size + 1 - this.#mostKept)))
      this.#ready.delete(old);
    this.#ready.set(name, ready);
    // What failed once, such as for want of memory, is tried again when it is asked for again.
    ready.catch(() => this.#ready.delete(name));
    return ready;
  }

  async #setup(name: string): Promise<ReadyCircuit> {
    const root = this.#rootOf(name);
    const circuit = this.#circuits().find((c) => c.name === name)!;
    // Not at once: the caller first lets go of the circuits that are not kept.
    await Promise.resolve();
    const ready = await readyCircuit(circuit, root, this.#cache);
    // A proof under another key would verify nowhere: better told before it is made.
    if (ready === undefined)
      throw new ConstraintError('CIRCUIT_KEY', `circuit ${name} is not the one whose key verifiers know`);
    return ready;
  }

  #circuits(): Circuit[] {
    const { set, wholeSet } = this.#keys;
    return [
      ...spanCircuits(this.#machine),
      ...wholeCircuits(this.#machine, set.root, false),
      ...wholeCircuits(this.#machine, set.root, true),
      wrapCircuit(this.#machine, wholeSet.root),
    ];
  }

  #rootOf(circuit: string): Digest {
    const root = this.#keys.rootOf(circuit);
    if (root === undefined) throw new ConstraintError('CIRCUIT_KEY', `there is no circuit ${circuit}`);
    return root;
  }
}
