/**
 * @module Frozen-challenge attacks. A lie is built that satisfies all equations for the challenges of an
 * honest run. A verifier that replays those challenges accepts it, which shows that the lie is consistent; the real
 * verifier, whose challenges depend on the message, must reject it.
 */
import * as ext from '@weft/primitives/field/ext';
import { reasonOf } from '@weft/primitives/testing';
import type { NativeBackend } from '@weft/prover/transcript/native';
import { Transcript } from '@weft/prover/transcript/transcript';
import { expect } from 'vitest';
import type { Instance, InstanceHooks } from './instances.ts';
import { mapPieces, type Piece, readWords, writeWords } from './pieces.ts';

type Ext = ext.Ext;

/** One recorded draw. */
type Draw = Ext | number[][];

class RecordingTranscript extends Transcript<number, Ext> {
  readonly draws: Draw[] = [];
  override challenge(label: string): Ext {
    const c = super.challenge(label);
    this.draws.push(c);
    return c;
  }
  override challengePositions(label: string, count: number, bits: number): number[][] {
    const p = super.challengePositions(label, count, bits);
    this.draws.push(p);
    return p;
  }
}

class FrozenTranscript extends Transcript<number, Ext> {
  readonly #draws: Draw[];
  constructor(backend: NativeBackend, draws: readonly Draw[]) {
    super(backend);
    this.#draws = draws.slice();
  }
  override challenge(): Ext {
    return this.#draws.shift() as Ext;
  }
  override challengePositions(): number[][] {
    return this.#draws.shift() as number[][];
  }
}

/** An honest proof with all its challenges, and the attack on it. */
export interface Frozen {
  readonly instance: Instance;
  /** All messages of the honest proof, in order. */
  readonly pieces: readonly Piece[];
  piecesOf(label: string): Piece[];
  /** Challenges with this label, in order. */
  drawn(label: string): Ext[];
  /** Positions with this label, as bits. */
  drawnPositions(label: string): number[][];
  /** Hooks of a verifier that replays the challenges of the honest run. */
  hooks(): InstanceHooks;
  /**
   * The three steps of an attack: the honest proof passes, the lie passes on frozen challenges, and fails on live ones.
   * @param statement - the lie's, the honest one by default.
   */
  attack(lie: (bytes: Uint8Array) => void, statement?: readonly number[]): void;
}

export function freeze(instance: Instance): Frozen {
  const { proof, words, verify } = instance;
  let transcript: RecordingTranscript | undefined;
  verify(proof, words, {
    transcript: (backend) => {
      transcript = new RecordingTranscript(backend);
      transcript.log = [];
      return transcript;
    },
  });
  const labels = transcript!.log!.filter((e) => e.kind === 'challenge').map((e) => e.label);
  const draws = transcript!.draws.map((value, i) => ({ value, label: labels[i]! }));
  const pieces = mapPieces((hooks) => verify(proof, words, hooks));
  const values = draws.map((d) => d.value);
  const hooks = (): InstanceHooks => ({ transcript: (backend) => new FrozenTranscript(backend, values) });
  return {
    instance,
    pieces,
    piecesOf: (label) => pieces.filter((p) => p.label === label),
    drawn: (label) => draws.filter((d) => d.label === label).map((d) => d.value as Ext),
    drawnPositions: (label) => draws.find((d) => d.label === label)!.value as number[][],
    hooks,
    attack: (lie, statement = words) => {
      expect(reasonOf(() => verify(proof, words))).toBe('accepted');
      expect(reasonOf(() => verify(proof, words, hooks()))).toBe('accepted');
      const bytes = proof.slice();
      lie(bytes);
      const frozen = reasonOf(() => verify(bytes, statement, hooks()));
      expect(frozen, 'the lie is consistent with the frozen challenges').toBe('accepted');
      const live = reasonOf(() => verify(bytes, statement));
      expect(live, 'live challenges expose it').not.toBe('accepted');
    },
  };
}

export const readExt = (bytes: Uint8Array, at: number): Ext => readWords(bytes, { at, count: 5 }) as unknown as Ext;

/** Adds a vector of extension elements to consecutive ones in the proof. */
export function addAt(bytes: Uint8Array, word: number, change: readonly Ext[]): void {
  for (const [k, d] of change.entries()) writeWords(bytes, word + 5 * k, ext.add(readExt(bytes, word + 5 * k), d));
}

/** What a lie adds where it is free to choose. */
export const DELTA: Ext = [3, 1, 4, 1, 5];

/** Solves a small linear system over E for a non-trivial kernel vector, the last unknown being {@link DELTA}. */
export function kernel(rows: readonly (readonly Ext[])[]): Ext[] {
  const n = rows[0]!.length;
  const m = rows.map((r) => r.slice());
  for (let c = 0; c < m.length; c++) {
    const pivot = m.findIndex((row, i) => i >= c && !ext.isZero(row[c]!));
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    const inverse = ext.inverse(m[c]![c]!);
    m[c] = m[c]!.map((x) => ext.mul(x, inverse));
    for (let i = 0; i < m.length; i++) {
      if (i === c) continue;
      const factor = m[i]![c]!;
      m[i] = m[i]!.map((x, j) => ext.sub(x, ext.mul(factor, m[c]![j]!)));
    }
  }
  const out = m.map((row) => ext.neg(ext.mul(row[n - 1]!, DELTA)));
  return [...out, DELTA];
}
