/**
 * @module What tests of every package share: why a piece of work failed, and values that are random yet the same on every
 * run. Nothing but tests imports this.
 */
import { VerificationError, WeftError } from './errors.ts';
import { type Felt, P } from './field/base.ts';
import type { Ext } from './field/ext.ts';

/** The reason for which the verifier rejects, or `accepted`. Any other error fails the test. */
export function reasonOf(work: () => void): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof VerificationError) return error.code;
    throw error;
  }
}

/** The code of the error that `work` ends with, or `none`. Any error that is not Weft's own fails the test. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
}

/** A source of random values, by a linear congruential generator: good for inputs, for nothing else. */
export interface RandomSource {
  /** Of 32 bits. */
  readonly word: () => number;
  readonly below: (n: number) => number;
  readonly felt: () => Felt;
  readonly ext: () => Ext;
}

export function seeded(seed: number): RandomSource {
  let state = seed;
  const word = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  const below = (n: number): number => word() % n;
  const felt = (): Felt => below(P);
  return { word, below, felt, ext: () => [felt(), felt(), felt(), felt(), felt()] };
}
