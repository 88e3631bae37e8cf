/**
 * @module Channels join the transcript to the proof: what the prover sends is written and observed in one step, what the
 * verifier receives is read and observed in one step. Nothing else may put values into a proof, except rows that a
 * commitment already binds.
 */
import { concatBytes, feltsToBytes } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import { DEGREE, type Ext } from '@weft/primitives/field/ext';
import { prunedSiblings } from '@weft/primitives/hash/merkle';
import type { Digest } from '@weft/primitives/hash/modes';
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

  /** Receives 2^logCap digests by which a commitment is known. */
  receiveCap(label: string, digestLength: number, logCap: number): F[][] {
    const elements = this.receive(label, digestLength * 2 ** logCap);
    return Array.from({ length: 2 ** logCap }, (_, i) => elements.slice(digestLength * i, digestLength * (i + 1)));
  }

  /** Receives a nonce and asserts that the draw after it starts with `bits` zero bits; nothing for 0 bits. */
  checkProofOfWork(label: string, bits: number): void {
    if (bits === 0) return;
    this.receive(label, 1);
    const [drawn] = this.transcript.challengePositions(label, 1, bits);
    for (const bit of drawn!) this.backend.assertEqualFelt(bit, this.backend.felt(0), 'proof_of_work', label);
  }
}

/** The lowest nonce that, put at `slot` of `state`, makes the permuted state's first element end in `bits` zero bits. */
export type FindNonce = (suite: HashSuite, state: readonly Felt[], slot: number, bits: number) => number;

/** What {@link ProverChannel.openRows} needs of a commitment. */
export interface OpenableRows {
  readonly logRows: number;
  rows(indices: readonly number[]): Promise<readonly (readonly Felt[])[]>;
  node(level: number, index: number): Digest;
}

export class ProverChannel {
  readonly arithmetic: NativeArithmetic;
  readonly transcript: Transcript<Felt, Ext>;
  readonly #chunks: Uint8Array[] = [];
  readonly #findNonce: FindNonce;

  constructor(suite: HashSuite, findNonce: FindNonce) {
    this.#findNonce = findNonce;
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
    const { state, slot } = this.transcript.stateBeforeDraw();
    this.send(label, [this.#findNonce(this.arithmetic.suite, state, slot, bits)]);
    this.transcript.challengePositions(label, 1, bits);
  }

  /** Sends the 2^logCap digests by which the verifier knows a commitment. */
  sendCap(label: string, commitment: OpenableRows, logCap: number): void {
    const digests = Array.from({ length: 2 ** logCap }, (_, i) => commitment.node(commitment.logRows - logCap, i));
    this.send(label, digests.flat());
  }

  /** Appends the opened rows and their pruned paths up to the cap; the commitment binds them, so they are not observed. */
  async openRows(commitment: OpenableRows, positions: readonly number[], logCap: number): Promise<void> {
    const indices = [...new Set(positions)].sort((a, b) => a - b);
    for (const row of await commitment.rows(indices)) this.#chunks.push(feltsToBytes(row));
    for (const { level, index } of prunedSiblings(commitment.logRows - logCap, indices)) {
      this.#chunks.push(feltsToBytes(commitment.node(level, index)));
    }
  }

  /** The proof so far. */
  bytes(): Uint8Array {
    return concatBytes(...this.#chunks);
  }
}
