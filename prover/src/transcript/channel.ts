/**
 * @module Channels join the transcript to the proof: what the prover sends is written and observed in one step, what the
 * verifier receives is read and observed in one step. Nothing else may put values into a proof, except rows that a
 * commitment already binds.
 */
import { concatBytes, feltsToBytes } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import { DEGREE, type Ext } from '@weft/primitives/field/ext';
import { type MerkleTree, nodeDigest, prunedSiblings } from '@weft/primitives/hash/merkle';
import { permutationBatch } from '@weft/primitives/hash/poseidon2-kernel';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { Backend } from './backend.ts';
import { NativeArithmetic } from './native.ts';
import { Transcript } from './transcript.ts';

export class VerifierChannel<F, E> {
  readonly backend: Backend<F, E>;
  readonly transcript: Transcript<F, E>;

  /** @param transcript - other than a fresh one only in tests. */
  constructor(backend: Backend<F, E>, transcript: Transcript<F, E> = new Transcript<F, E>(backend)) {
    this.backend = backend;
    this.transcript = transcript;
  }

  receive(label: string, count: number, presence?: F): F[] {
    const values = this.backend.read(count, label, presence);
    this.transcript.observe(label, values);
    return values;
  }

  receiveExt(label: string, count: number, presence?: F): E[] {
    const values = this.receive(label, count * DEGREE, presence);
    return Array.from({ length: count }, (_, i) => this.backend.ext(values.slice(i * DEGREE, (i + 1) * DEGREE)));
  }

  /** Receives a nonce and asserts that the draw after it starts with `bits` zero bits; nothing for 0 bits. */
  checkProofOfWork(label: string, bits: number): void {
    if (bits === 0) return;
    this.receive(label, 1);
    const [drawn] = this.transcript.challengePositions(label, 1, bits);
    for (const bit of drawn!) this.backend.assertEqualFelt(bit, this.backend.felt(0), 'proof_of_work', label);
  }
}

export class ProverChannel {
  readonly arithmetic: NativeArithmetic;
  readonly transcript: Transcript<Felt, Ext>;
  readonly #chunks: Uint8Array[] = [];

  constructor(suite: HashSuite) {
    this.arithmetic = new NativeArithmetic(suite);
    this.transcript = new Transcript<Felt, Ext>(this.arithmetic);
  }

  send(label: string, values: readonly Felt[]): void {
    this.#chunks.push(feltsToBytes(values));
    this.transcript.observe(label, values);
  }

  sendExt(label: string, values: readonly Ext[]): void {
    this.send(label, values.flat());
  }

  /** Observes what the verifier rebuilds or expands as zero for an absent table: `count` elements not on the wire. */
  sendAbsent(label: string, count: number): void {
    this.transcript.observe(label, new Array<Felt>(count).fill(0));
  }

  /** Finds and sends the lowest nonce whose next draw starts with `bits` zero bits; nothing for 0 bits. */
  grind(label: string, bits: number): void {
    if (bits === 0) return;
    // A nonce takes one place of the rate, so each trial is one permutation of the state that awaits it.
    const template = this.transcript.stateBeforeDraw();
    const batch = permutationBatch(this.arithmetic.suite.node);
    const first = new Uint32Array(1);
    const mask = 2 ** bits - 1;
    for (let nonce = 0; ; nonce += batch.capacity) {
      for (let i = 0; i < batch.capacity; i++) {
        batch.write(i, 0, template.state, 0, batch.width);
        batch.write(i, template.slot, [nonce + i], 0, 1);
      }
      batch.permute(batch.capacity);
      for (let i = 0; i < batch.capacity; i++) {
        batch.read(i, first, 0, 1);
        if ((first[0]! & mask) !== 0) continue;
        this.send(label, [nonce + i]);
        this.transcript.challengePositions(label, 1, bits);
        return;
      }
    }
  }

  /** Appends the opened rows and their pruned paths; the commitment binds them, so they are not observed. */
  openRows(tree: MerkleTree, data: Uint32Array, rowWidth: number, positions: readonly number[]): void {
    const indices = [...new Set(positions)].sort((a, b) => a - b);
    for (const i of indices)
      this.#chunks.push(feltsToBytes(Array.from(data.subarray(i * rowWidth, (i + 1) * rowWidth))));
    for (const { level, index } of prunedSiblings(tree.logLeaves, indices)) {
      this.#chunks.push(feltsToBytes(Array.from(nodeDigest(tree, level, index))));
    }
  }

  /** The proof so far. */
  bytes(): Uint8Array {
    return concatBytes(...this.#chunks);
  }
}
