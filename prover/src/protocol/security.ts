/**
 * @module The security calculator: every round-by-round soundness term of a shard proof, from the actual key. The claim is
 * the smallest of them and of the hash's collision resistance; the sum over rounds is covered by the Fiat-Shamir theorem
 * for round-by-round soundness, with grinding counted towards the round it precedes.
 */

import { checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { LOG_EXT_ORDER } from '@weft/primitives/field/ext';
import { MAX_DEGREE } from '../air/chip.ts';
import { committedWidths, preprocessedWidths } from '../air/machine.ts';
import { BETA_COUNT } from './fingerprint.ts';
import { checkMachineKey, checkPreprocessedKey, type MachineKey, preprocessedVariables, type Shape } from './key.ts';
import {
  logAgreement,
  logFoldError,
  logListSize,
  logOutOfDomainError,
  preprocessedParameters,
  type WhirParameters,
} from './parameters.ts';

export interface SecurityTerm {
  readonly name: string;
  /** -log2 of the error, grinding included. */
  readonly bits: number;
  /** The formula behind it, for readers. */
  readonly formula: string;
}

function whirTerms(prefix: string, p: WhirParameters, claims: number): SecurityTerm[] {
  const terms: SecurityTerm[] = [
    {
      name: `${prefix}: claim batching`,
      bits: LOG_EXT_ORDER - Math.log2(Math.max(claims, 1)),
      formula: `${claims} / q`,
    },
  ];
  for (const [i, round] of p.rounds.entries()) {
    const at = `${prefix} round ${i} (2^${round.variables}, rate 2^-${round.logInverseRate}, ${regimeName(round.regime)})`;
    terms.push({
      name: `${at}: fold`,
      bits: round.foldGrinding - logFoldError(round, 0),
      formula: `(3 list + exceptional) / q, ${round.foldGrinding} bits of work`,
    });
    if (round.outOfDomainSamples > 0) {
      terms.push({
        name: `${at}: out of domain`,
        bits: -logOutOfDomainError(round, round.outOfDomainSamples),
        formula: `list^2 / 2 (2^m / q)^${round.outOfDomainSamples}`,
      });
    }
    terms.push({
      name: `${at}: queries`,
      bits: round.queryGrinding - round.queries * logAgreement(round),
      formula: `agreement^${round.queries}, ${round.queryGrinding} bits of work`,
    });
    const next = p.rounds[i + 1];
    if (next !== undefined) {
      const combined = round.queries + next.outOfDomainSamples;
      terms.push({
        name: `${at}: combination`,
        bits: LOG_EXT_ORDER - logListSize(next) - Math.log2(combined),
        formula: `list ${combined} / q`,
      });
    }
  }
  return terms;
}

function regimeName(regime: WhirParameters['rounds'][number]['regime']): string {
  return regime.kind === 'johnson' ? `Johnson m=${regime.multiplicity}` : regime.kind;
}

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
  const { machine, suite } = key;
  const q = LOG_EXT_ORDER;
  // A row of w cells carries i fractions, and all cells fit the shape.
  const fractionsPerCell = Math.max(...machine.chips.map((c) => c.interactions.length / c.columns.length));
  const fractions = 2 ** shape.variables * fractionsPerCell;
  const layers = machine.rowBits + machine.leafBits;
  const [columns, preprocessed] = [committedWidths(machine), preprocessedWidths(machine)].map((widths) =>
    widths.reduce((a, b) => a + b, 0),
  ) as [number, number];
  return [
    {
      name: 'bus fingerprints',
      bits: q - Math.log2(fractions * (1 + BETA_COUNT)),
      formula: `${fractions} (1 + ${BETA_COUNT}) / q`,
    },
    { name: 'GKR sumcheck round', bits: q - Math.log2(3), formula: '3 / q' },
    { name: 'GKR layer', bits: q - Math.log2(2), formula: `2 / q in each of ${layers} layers` },
    {
      name: 'constraint batching',
      bits: q - Math.log2(machine.constraintCount + machine.rowBits + 2),
      formula: `(${machine.constraintCount} + ${machine.rowBits} + 2) / q`,
    },
    { name: 'zerocheck round', bits: q - Math.log2(MAX_DEGREE + 1), formula: `${MAX_DEGREE + 1} / q` },
    ...whirTerms('witness', shape.witness, columns),
    ...(preprocessed === 0
      ? []
      : whirTerms('preprocessed', preprocessedParameters(preprocessedVariables(machine, logHeights)), preprocessed)),
    {
      name: `hash collisions (${suite.name})`,
      bits: (suite.digestLength * Math.log2(P) - 2) / 2,
      formula: `4 t^2 / p^${suite.digestLength} after t permutations (ePrint 2026/089)`,
    },
  ];
}

/** The provable security of a shape, in whole bits. */
export function securityBits(key: MachineKey, shape: Shape, logHeights: readonly number[]): number {
  return Math.floor(Math.min(...securityTerms(key, shape, logHeights).map((t) => t.bits)));
}
