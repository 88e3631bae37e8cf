/**
 * @module Verifying proofs that a run's shards were folded into: the one of the whole run, which `verify` takes, and those on the way,
 * which nobody but the prover sees.
 */
import { bytesToFelts, hexToBytes, VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { proofSecurity, type Security } from '@weft/prover/protocol/security';
import { verifyBytes } from '@weft/prover/verify/proof';
import { outcomeOf, type RunEnd } from '@weft/rv32im/run/verify';
import type { Child } from '../circuit/verifier.ts';
import { type Circuit, spanCircuits, WRAP, wholeCircuits, wrapCircuit } from '../circuits.ts';
import { WRAPPING } from '../classes.ts';
import { childOfClass } from '../key.ts';
import { KeySet } from '../programs/key-set.ts';
import { wholeWords } from '../programs/whole.ts';
import { riscvChain } from './chain.ts';
import { SPAN_ROOTS, WHOLE_ROOTS, WRAP_ROOTS, WRAPPING_ROOTS } from './keys.generated.ts';

/** A circuit's key, and what is the same for all of its class. */
interface KnownCircuit extends Child {
  readonly root: Digest;
}

let set: KeySet | undefined;
let wholeSet: KeySet | undefined;
let circuits: ReadonlyMap<string, KnownCircuit> | undefined;

const digestOf = (hex: string): Digest => bytesToFelts(hexToBytes(hex));

/** The set of keys that proofs of runs are folded under. Made on first use. */
export function riscvKeySet(): KeySet {
  set ??= new KeySet(riscvChain().key.suite, Object.values(SPAN_ROOTS).map(digestOf));
  return set;
}

/** The set of keys of the circuits of whole runs whose proofs are wrapped, as the wrap's circuit has it. Made on first use. */
export function riscvWholeSet(): KeySet {
  wholeSet ??= new KeySet(WRAPPING.suite!, Object.values(WRAPPING_ROOTS).map(digestOf));
  return wholeSet;
}

/** The root that a circuit of this name must have; `undefined` for a name that is none. */
export function rootOf(circuit: string): Digest | undefined {
  return knownCircuits().get(circuit)?.root;
}

function knownCircuits(): ReadonlyMap<string, KnownCircuit> {
  if (circuits === undefined) {
    const chain = riscvChain();
    const known = (circuit: Circuit, roots: Readonly<Record<string, string>>): [string, KnownCircuit] => [
      circuit.name,
      {
        ...childOfClass(circuit.suite, circuit.words, circuit.heights, circuit.form),
        root: digestOf(roots[circuit.name]!),
      },
    ];
    circuits = new Map([
      ...spanCircuits(chain).map((c) => known(c, SPAN_ROOTS)),
      ...wholeCircuits(chain, riscvKeySet().root, false).map((c) => known(c, WHOLE_ROOTS)),
      ...wholeCircuits(chain, riscvKeySet().root, true).map((c) => known(c, WRAPPING_ROOTS)),
      known(wrapCircuit(chain, riscvWholeSet().root), WRAP_ROOTS),
    ]);
  }
  return circuits;
}

/** Names of the circuits whose proofs are of whole runs, but for the one that wraps them. */
export const WHOLE_CIRCUITS: readonly string[] = Object.keys(WHOLE_ROOTS);

/**
 * Verifies a proof of a circuit.
 * @throws {VerificationError} `format` for a circuit that is none, or why the proof does not hold.
 */
export function verifyStep(circuit: string, words: readonly Felt[], proof: Uint8Array): void {
  const known = knownCircuits().get(circuit);
  if (known === undefined) throw new VerificationError('format', 'a proof of a circuit that is none of this version');
  verifyBytes(known.key, { logHeights: known.logHeights, root: known.root }, words, proof);
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
  // A span says where it ends, not that nothing goes on there.
  if (!WHOLE_CIRCUITS.includes(whole.circuit) && whole.circuit !== WRAP)
    throw new VerificationError('format', 'a proof of a circuit that is none for whole runs');
  const last = [whole.exitLo, whole.exitHi, whole.committed, ...whole.digest];
  if ([whole.exitLo, whole.exitHi, ...whole.digest].some((x) => x >= 2 ** 16))
    throw new VerificationError('statement', 'a limb of more than 16 bits');
  const exitCode = outcomeOf(whole, publicValues);
  verifyStep(whole.circuit, wholeWords({ program: digest, last }), whole.proof);
  return exitCode;
}

function copyDigest(value: unknown): Digest {
  const copy: unknown[] = Array.isArray(value) ? Array.from(value as readonly unknown[]) : [];
  if (copy.length === 8 && copy.every(Number.isSafeInteger)) return copy as Digest;
  throw new VerificationError('program', "not the digest of a program's verifying key");
}

let security: Security | undefined;

/**
 * What the proof of a whole run is worth: the least of all proofs that may stand behind it, of which it does not say which do.
 * Terms are those of the weakest.
 */
export function wholeSecurity(): Security {
  const { key, programLogHeights } = riscvChain();
  security ??= [
    ...programLogHeights.map((height) => proofSecurity(key, key.shapes, [height])),
    ...[...knownCircuits().values()].map((c) => proofSecurity(c.key, [c.shape], c.logHeights)),
  ].reduce((weakest, other) => (least(other) < least(weakest) ? other : weakest));
  return security;
}

const least = ({ terms }: Security): number => Math.min(...terms.map((t) => t.bits));
