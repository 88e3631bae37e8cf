/**
 * @module Frozen-challenge attacks on a toy proof. A lie is built that satisfies all equations for the challenges of an
 * honest run. A verifier that replays those challenges accepts it, which shows that the lie is consistent; the real
 * verifier, whose challenges depend on the message, must reject it.
 */
import * as ext from '@weft/primitives/field/ext';
import { reasonOf } from '@weft/primitives/testing';
import type { NativeBackend } from '@weft/prover/transcript/native';
import { Transcript } from '@weft/prover/transcript/transcript';
import { expect } from 'vitest';
import { type CounterHooks, counterProgram, proveCounter, verifyCounter } from './counter.ts';
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

const program = await counterProgram();
/** Of 129 and 40 steps. */
export const honest: { readonly proof: Uint8Array; readonly words: number[] } = await proveCounter(program, [129, 40]);
const { words } = honest;

/** Verifies any bytes against the honest program. @throws {VerificationError} */
export function verify(bytes: Uint8Array, statement: readonly number[], hooks?: CounterHooks): void {
  verifyCounter(program, bytes, statement, hooks);
}
/** Verifies the honest proof. @throws {VerificationError} */
export const verifyHonest = (hooks: CounterHooks): void => verify(honest.proof, words, hooks);

function record(): { value: Draw; label: string }[] {
  let transcript: RecordingTranscript | undefined;
  verifyHonest({
    transcript: (backend) => {
      transcript = new RecordingTranscript(backend);
      transcript.log = [];
      return transcript;
    },
  });
  const labels = transcript!.log!.filter((e) => e.kind === 'challenge').map((e) => e.label);
  return transcript!.draws.map((value, i) => ({ value, label: labels[i]! }));
}

const draws = record();
/** All messages of the honest proof, in order. */
export const pieces: readonly Piece[] = mapPieces(program, honest.proof, words);
export const piecesOf = (label: string): Piece[] => pieces.filter((p) => p.label === label);

/** Challenges with this label, in order. */
export const drawn = (label: string): Ext[] => draws.filter((d) => d.label === label).map((d) => d.value as Ext);
/** Positions with this label, as bits. */
export const drawnPositions = (label: string): number[][] => draws.find((d) => d.label === label)!.value as number[][];

/** Hooks of a verifier that replays the challenges of the honest run. */
export const FROZEN: CounterHooks = {
  transcript: (backend) =>
    new FrozenTranscript(
      backend,
      draws.map((d) => d.value),
    ),
};

export const readExt = (bytes: Uint8Array, at: number): Ext => readWords(bytes, { at, count: 5 }) as unknown as Ext;

/** Adds a vector of extension elements to consecutive ones in the proof. */
export function addAt(bytes: Uint8Array, word: number, change: readonly Ext[]): void {
  for (const [k, d] of change.entries()) writeWords(bytes, word + 5 * k, ext.add(readExt(bytes, word + 5 * k), d));
}

/** The three steps of an attack: the honest proof passes, the lie passes on frozen challenges, and fails on live ones. */
export function attack(lie: (bytes: Uint8Array) => void, statement: readonly number[] = words): void {
  expect(reasonOf(() => verifyHonest({}))).toBe('accepted');
  expect(reasonOf(() => verifyHonest(FROZEN))).toBe('accepted');
  const bytes = honest.proof.slice();
  lie(bytes);
  const frozen = reasonOf(() => verify(bytes, statement, FROZEN));
  expect(frozen, 'the lie is consistent with the frozen challenges').toBe('accepted');
  const live = reasonOf(() => verify(bytes, statement));
  expect(live, 'live challenges expose it').not.toBe('accepted');
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
