/**
 * @module Verifying the one proof that a run's shards were folded into.
 */
import { bytesToFelts, hexToBytes, VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { verifyBytes } from '@weft/prover/verify/proof';
import { copyVerifyingKey, outcomeOf, type RunEnd, type VerifyingKey, vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_RULE } from '@weft/rv32im/statement';
import { circuitsOf } from '../circuits.ts';
import { childOfClass } from '../key.ts';
import { KeySet } from '../programs/key-set.ts';
import { type SpanStatement, spanWordNames, spanWords } from '../programs/span.ts';
import { riscvChain } from './chain.ts';
import { CIRCUIT_ROOTS } from './keys.generated.ts';

let set: KeySet | undefined;

/** Roots of all circuits, in the order of the key set. */
function roots(): Digest[] {
  return Object.values(CIRCUIT_ROOTS).map((hex) => bytesToFelts(hexToBytes(hex)));
}

/** The set of keys that proofs of runs are folded under. Made on first use. */
export function riscvKeySet(): KeySet {
  set ??= new KeySet(riscvChain().key.suite, roots());
  return set;
}

/** The root that a circuit of this name must have; `undefined` for a name that is none. */
export function rootOf(circuit: string): Digest | undefined {
  return Object.hasOwn(CIRCUIT_ROOTS, circuit) ? bytesToFelts(hexToBytes(CIRCUIT_ROOTS[circuit]!)) : undefined;
}

/** What the one proof of a run is. */
export interface FoldedProof extends RunEnd {
  /** The circuit that it is of. */
  readonly circuit: string;
  /** Root of the state at the end of the run. */
  readonly after: Digest;
  readonly proof: Uint8Array;
}

/** A copy, each part read once. @throws {VerificationError} `statement` for what has not its form. */
function copyFolded(given: FoldedProof): FoldedProof {
  try {
    const { circuit, after, exitLo, exitHi, committed, digest, proof } = given;
    const copy = { circuit, after: Array.from(after), exitLo, exitHi, committed, digest: Array.from(digest), proof };
    const numbers: unknown[] = [...copy.after, exitLo, exitHi, committed, ...copy.digest];
    if (typeof circuit === 'string' && copy.digest.length === 16 && numbers.every(Number.isSafeInteger)) return copy;
  } catch {
    // What throws when it is read is none.
  }
  throw new VerificationError('statement', 'not the proof of a folded run');
}

/**
 * Verifies that a finished run of the program made these values public. What a span of the whole run says is derived here; nothing
 * that says "this is all of it" is anybody's word: it starts where the program starts, and ends where nothing goes on.
 * @returns the exit code.
 * @throws {VerificationError} and nothing else, whatever is given: `program` for what is no key, `statement` for what is no such proof,
 * `format` for a circuit that is none, `public_values`, or why the proof does not hold.
 */
export function verifyFolded(verifyingKey: VerifyingKey, given: FoldedProof, publicValues: Uint8Array): number {
  const { key, layout } = riscvChain();
  const { suite } = key;
  const vk = copyVerifyingKey(verifyingKey);
  const folded = copyFolded(given);
  const root = rootOf(folded.circuit);
  const circuit = circuitsOf(riscvChain()).find(({ name }) => name === folded.circuit);
  if (root === undefined || circuit === undefined)
    throw new VerificationError('format', 'a proof of a circuit that is none of this version');
  const limbs = [folded.exitLo, folded.exitHi, ...folded.digest];
  if (limbs.some((x) => x >= 2 ** 16)) throw new VerificationError('statement', 'a limb of more than 16 bits');
  const exitCode = outcomeOf(folded, publicValues);
  const span: SpanStatement<Felt> = {
    program: vkDigest(key, vk),
    start: CHAIN_RULE.links.flatMap((link) => vk[link.key]),
    end: [...folded.after, CHAIN_RULE.haltPc],
    last: [folded.exitLo, folded.exitHi, folded.committed, ...folded.digest],
    keySet: riscvKeySet().root,
  };
  const { key: machine, logHeights } = childOfClass(
    suite,
    spanWordNames(layout, suite.digestLength).length,
    circuit.heights,
  );
  verifyBytes(machine, { logHeights, root }, spanWords(span), folded.proof);
  return exitCode;
}
