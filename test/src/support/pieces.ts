/**
 * @module Where each message lies in a proof, and how to change it.
 */
import { P } from '@weft/primitives/field/base';
import { NativeBackend } from '@weft/prover/transcript/native';
import type { VerifierHooks } from '@weft/prover/verify/proof';

/** A message: label, first word, number of words. */
export interface Piece {
  readonly label: string;
  readonly at: number;
  readonly count: number;
}

/**
 * All messages of a proof in order, opened rows and paths included.
 * @param verify - verifies the proof with these hooks.
 */
export function mapPieces(verify: (hooks: VerifierHooks) => void): Piece[] {
  const pieces: Piece[] = [];
  class Mapping extends NativeBackend {
    #word = 0;
    override read(count: number, what: string, presence = 1): number[] {
      if (presence !== 0) {
        pieces.push({ label: what, at: this.#word, count });
        this.#word += count;
      }
      return super.read(count, what, presence);
    }
  }
  verify({ Backend: Mapping });
  return pieces;
}

export function readWords(bytes: Uint8Array, { at, count }: Pick<Piece, 'at' | 'count'>): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * (at + i), true));
}

export function writeWords(bytes: Uint8Array, at: number, values: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, x] of values.entries()) view.setUint32(4 * (at + i), ((x % P) + P) % P, true);
}
