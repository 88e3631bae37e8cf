/**
 * @module The security calculator: every round-by-round soundness term of a shard proof, from the actual key. The claim is
 * the smallest of them and of the hash's collision resistance; the sum over rounds is covered by the Fiat-Shamir theorem
 * for round-by-round soundness, with grinding counted towards the round it precedes.
 */

import { checkArray, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { committedWidths, preprocessedWidths } from '../air/machine.ts';
import { argumentTerms } from './argument-terms.ts';
import { checkMachineKey, checkPreprocessedKey, type MachineKey, preprocessedOpening, type Shape } from './key.ts';
import { type Opening, openingTerms, type SecurityTerm } from './opening-terms.ts';

/**
 * All terms of one shape, for preprocessed tables of these heights.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function securityTerms(key: MachineKey, shape: Shape, logHeights: readonly number[]): SecurityTerm[] {
  checkMachineKey('key', key);
  checkObject('shape', shape, 'a shape of the key', ['index', 'variables', 'witness']);
  checkPreprocessedKey('the preprocessed key', { logHeights, root: [] });
  if (logHeights.length !== key.machine.preprocessedChips.length)
    throw new RangeError(
      `logHeights must have ${key.machine.preprocessedChips.length} heights, got ${logHeights.length}`,
    );
  const { suite } = key;
  const { machine } = shape;
  const [columns, preprocessed] = [committedWidths(machine), preprocessedWidths(machine)].map((widths) =>
    widths.reduce((a, b) => a + b, 0),
  ) as [number, number];
  const openings: Opening[] = [{ name: 'witness', parameters: shape.witness, claims: columns, recomputed: false }];
  if (preprocessed > 0) {
    const parameters = preprocessedOpening(key, logHeights);
    openings.push({ name: 'preprocessed', parameters, claims: preprocessed, recomputed: true });
  }
  return [
    ...argumentTerms(machine, shape.variables, shape.witness.rounds[0]!),
    ...openings.flatMap(openingTerms),
    {
      name: `hash collisions (${suite.name})`,
      bits: (suite.digestLength * Math.log2(P) - 2) / 2,
      formula: `4 t^2 / p^${suite.digestLength} after t permutations (ePrint 2026/089)`,
    },
  ];
}

/** What a proof is worth. */
export interface Security {
  /** The least term, in whole bits, rounded down. */
  readonly bits: number;
  /** Those of the weakest of its shapes. */
  readonly terms: readonly SecurityTerm[];
}

/**
 * The provable security of a proof: a forger picks the weakest of its shards, so that the least term over their shapes
 * counts. Shapes of the key that no shard has say nothing about it.
 * @param shapes - of the shards, at least one.
 * @param logHeights - of the preprocessed tables.
 * @throws {RangeError} without any shape.
 */
export function proofSecurity(key: MachineKey, shapes: readonly Shape[], logHeights: readonly number[]): Security {
  checkArray('shapes', shapes);
  const least = (terms: readonly SecurityTerm[]): number => Math.min(...terms.map((t) => t.bits));
  const all = [...new Set(shapes)].map((shape) => securityTerms(key, shape, logHeights));
  if (all.length === 0) throw new RangeError('a proof has at least one shard');
  const terms = all.reduce((weakest, other) => (least(other) < least(weakest) ? other : weakest));
  return { bits: Math.floor(least(terms)), terms };
}
