/**
 * @module Verifying the one proof that a run's shards were folded into. What it takes is the keys of a few circuits: nothing of the
 * machine that the run was on is made.
 */
import { bytesToFelts, hexToBytes, VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { type HashSuite, POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { verifyBytes } from '@weft/prover/verify/proof';
import { outcomeOf, type RunEnd } from '@weft/rv32im/run/verify';
import { CHAIN_LAYOUT } from '@weft/rv32im/statement';
import type { Child } from '../circuit/verifier.ts';
import { WRAP } from '../circuits.ts';
import { COMPRESSED, FINAL, WRAPPED, WRAPPED_TABLES, WRAPPING } from '../classes.ts';
import { knownChildOfClass } from '../key.ts';
import { wholeLength, wholeWords } from '../programs/whole.ts';
import { CLASS_DIGESTS, WHOLE_ROOTS, WRAP_ROOTS } from './keys.generated.ts';

/** A circuit's key, and what is the same for all of its class. */
export interface KnownCircuit extends Child {
  readonly root: Digest;
}

/** By which shards are hashed, and what is folded of them. */
export const SUITE: HashSuite = POSEIDON2_KOALABEAR;

/** Words of a statement of a whole run. */
export const wholeWordCount = (): number => wholeLength(CHAIN_LAYOUT, SUITE.digestLength);

/** The class of the circuits whose proofs are sent as they are, and that of the one that wraps others. Made on first use. */
let whole: Child | undefined;
let wrap: Child | undefined;
export function wholeClass(): Child {
  whole ??= knownChildOfClass(SUITE, wholeWordCount(), FINAL, COMPRESSED, CLASS_DIGESTS.whole);
  return whole;
}
export function wrapClass(): Child {
  wrap ??= knownChildOfClass(WRAPPING.suite!, wholeWordCount(), WRAPPED_TABLES, WRAPPED, CLASS_DIGESTS.wrap);
  return wrap;
}

/** A root of the table of keys. */
export const digestOf = (hex: string): Digest => bytesToFelts(hexToBytes(hex));

/** A circuit whose proofs are of whole runs: of those that are sent as they are, or the one that wraps others. */
function wholeCircuit(circuit: string): KnownCircuit | undefined {
  if (circuit === WRAP) return { ...wrapClass(), root: digestOf(WRAP_ROOTS[WRAP]!) };
  // A name of an object's own is none.
  if (!WHOLE_CIRCUITS.includes(circuit)) return undefined;
  return { ...wholeClass(), root: digestOf(WHOLE_ROOTS[circuit]!) };
}

/** Names of the circuits whose proofs are of whole runs, but for the one that wraps them. */
export const WHOLE_CIRCUITS: readonly string[] = /* @__PURE__ */ Object.keys(WHOLE_ROOTS);

/** Verifies a proof of a circuit. @throws {VerificationError} why the proof does not hold. */
export function verifyCircuit(
  { key, logHeights, root }: KnownCircuit,
  words: readonly Felt[],
  proof: Uint8Array,
): void {
  verifyBytes(key, { logHeights, root }, words, proof);
}

/** The one proof of a run, and what it says besides the program. */
export interface WholeProof extends RunEnd {
  /** The circuit that it is of. */
  readonly circuit: string;
  readonly proof: Uint8Array;
}

/** A copy, each part read once. @throws {VerificationError} `statement` for what has not its form. */
function copyWhole(given: WholeProof): WholeProof {
  try {
    const { circuit, exitLo, exitHi, committed, digest, proof } = given;
    const copy = { circuit, exitLo, exitHi, committed, digest: Array.from(digest), proof };
    const numbers: unknown[] = [exitLo, exitHi, committed, ...copy.digest];
    if (typeof circuit === 'string' && copy.digest.length === 16 && numbers.every(Number.isSafeInteger)) return copy;
  } catch {
    // What throws when it is read is none.
  }
  throw new VerificationError('statement', 'not the proof of a whole run');
}

/**
 * Verifies that a finished run of the program made these values public. That the run is whole is in no statement: a circuit of
 * {@link WHOLE_CIRCUITS} has no proofs of anything else, nor has the one that wraps them.
 * @param program - digest of the program's verifying key.
 * @returns the exit code.
 * @throws {VerificationError} and nothing else, whatever is given: `program` for what is no digest, `statement` for what is no such
 * proof, `format` for a circuit that is none, `public_values`, or why the proof does not hold.
 */
export function verifyWhole(program: Digest, given: WholeProof, publicValues: Uint8Array): number {
  const whole = copyWhole(given);
  const digest = copyDigest(program);
  const circuit = wholeCircuit(whole.circuit);
  // A span says where it ends, not that nothing goes on there.
  if (circuit === undefined) throw new VerificationError('format', 'a proof of a circuit that is none for whole runs');
  const last = [whole.exitLo, whole.exitHi, whole.committed, ...whole.digest];
  if ([whole.exitLo, whole.exitHi, ...whole.digest].some((x) => x >= 2 ** 16))
    throw new VerificationError('statement', 'a limb of more than 16 bits');
  const exitCode = outcomeOf(whole, publicValues);
  verifyCircuit(circuit, wholeWords({ program: digest, last }), whole.proof);
  return exitCode;
}

function copyDigest(value: unknown): Digest {
  try {
    const copy: unknown[] = Array.isArray(value) ? Array.from(value as readonly unknown[]) : [];
    if (copy.length === 8 && copy.every(Number.isSafeInteger)) return copy as Digest;
  } catch {
    // What throws when it is read is none.
  }
  throw new VerificationError('program', "not the digest of a program's verifying key");
}
