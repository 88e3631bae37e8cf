/**
 * @module The circuits of folding a run, to who folds: their keys, and verifying proofs on the way, which nobody else sees.
 */
import { VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { proofSecurity, type Security } from '@weft/prover/protocol/security';
import { CHAIN_LAYOUT } from '@weft/rv32im/statement';
import type { Child } from '../circuit/verifier.ts';
import type { ChainedMachine } from '../circuits.ts';
import { FINAL, TREE, WRAPPING } from '../classes.ts';
import { childOfClass, ORDINARY } from '../key.ts';
import { KeySet } from '../programs/key-set.ts';
import { spanWordNames } from '../programs/span.ts';
import { riscvChain } from './chain.ts';
import { SPAN_ROOTS, WHOLE_ROOTS, WRAP_ROOTS, WRAPPING_ROOTS } from './keys.generated.ts';
import { digestOf, type KnownCircuit, SUITE, verifyCircuit, wholeClass, wholeWordCount, wrapClass } from './verify.ts';

let set: KeySet | undefined;
let wholeSet: KeySet | undefined;

/** The set of keys that proofs of runs are folded under. Made on first use. */
export function riscvKeySet(): KeySet {
  set ??= new KeySet(SUITE, Object.values(SPAN_ROOTS).map(digestOf));
  return set;
}

/** The set of keys of the circuits of whole runs whose proofs are wrapped, as the wrap's circuit has it. Made on first use. */
export function riscvWholeSet(): KeySet {
  wholeSet ??= new KeySet(WRAPPING.suite!, Object.values(WRAPPING_ROOTS).map(digestOf));
  return wholeSet;
}

const spanClass = (): Child =>
  childOfClass(SUITE, spanWordNames(CHAIN_LAYOUT, SUITE.digestLength).length, TREE, ORDINARY);
const wrappingClass = (): Child => childOfClass(SUITE, wholeWordCount(), FINAL, WRAPPING);

/** Tables of roots, and the class of the circuits of each. */
const TABLES = [
  [SPAN_ROOTS, spanClass],
  [WHOLE_ROOTS, wholeClass],
  [WRAPPING_ROOTS, wrappingClass],
  [WRAP_ROOTS, wrapClass],
] as const;

/** A circuit of this name; `undefined` for a name that is none. */
export function knownCircuit(circuit: string): KnownCircuit | undefined {
  for (const [roots, child] of TABLES)
    if (Object.hasOwn(roots, circuit)) return { ...child(), root: digestOf(roots[circuit]!) };
  return undefined;
}

/** The root that a circuit of this name must have; `undefined` for a name that is none. */
export function rootOf(circuit: string): Digest | undefined {
  return knownCircuit(circuit)?.root;
}

/**
 * Verifies a proof of a circuit.
 * @throws {VerificationError} `format` for a circuit that is none, or why the proof does not hold.
 */
export function verifyStep(circuit: string, words: readonly Felt[], proof: Uint8Array): void {
  const known = knownCircuit(circuit);
  if (known === undefined) throw new VerificationError('format', 'a proof of a circuit that is none of this version');
  verifyCircuit(known, words, proof);
}

/**
 * What the proof of a whole run is worth: the least of all proofs that may stand behind it, of which it does not say which do. Terms are
 * those of the weakest.
 */
export function wholeSecurity({ key, programLogHeights }: ChainedMachine = riscvChain()): Security {
  return [
    ...programLogHeights.map((height) => proofSecurity(key, key.shapes, [height])),
    ...TABLES.map(([, child]) => {
      const { key, shape, logHeights } = child();
      return proofSecurity(key, [shape], logHeights);
    }),
  ].reduce((weakest, other) => (least(other) < least(weakest) ? other : weakest));
}

const least = ({ terms }: Security): number => Math.min(...terms.map((t) => t.bits));
