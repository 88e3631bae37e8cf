/**
 * @module The soundness terms of one WHIR opening, from the parameters that the verifier uses and nothing else. What a
 * round declares counts only where the verifier acts on it: `exact` holds only for a first commitment that whoever derives the key
 * recomputes, and such a one is not sampled.
 */
import { LOG_EXT_ORDER } from '@weft/primitives/field/ext';
import {
  logAgreement,
  logFoldError,
  logListSize,
  logOutOfDomainError,
  type WhirParameters,
  type WhirRound,
} from './parameters.ts';

export interface SecurityTerm {
  readonly name: string;
  /** -log2 of the error, grinding included. Not below 0. */
  readonly bits: number;
  /** The formula behind it, for readers. */
  readonly formula: string;
}

/** Who opens what. */
export interface Opening {
  /** Begins the names of its terms. */
  readonly name: string;
  readonly parameters: WhirParameters;
  /** Column values that are joined into the one claim. */
  readonly claims: number;
  /** Whether whoever derives the key recomputes the first commitment. */
  readonly recomputed: boolean;
}

export function openingTerms({ name, parameters, claims, recomputed }: Opening): SecurityTerm[] {
  const rounds = parameters.rounds.map((round, i) => countedRound(round, i, recomputed));
  const { outOfDomainSamples: samples } = rounds[0]!;
  const logList = logListSize(rounds[0]!);
  return [
    term(`${name}: claim batching`, LOG_EXT_ORDER - Math.log2(claims) - logList, `${claims}${ofList(logList)} / q`),
    ...(samples === 0
      ? []
      : [term(`${name}: sample batching`, LOG_EXT_ORDER - Math.log2(samples) - logList, `list ${samples} / q`)]),
    ...rounds.flatMap((round, i) => roundTerms(`${name} round ${i}`, round, rounds[i + 1])),
    term(`${name}: last sumcheck round`, LOG_EXT_ORDER - Math.log2(3), '3 / q'),
  ];
}

/** The round as far as the verifier's checks justify it. */
function countedRound(round: WhirRound, index: number, recomputed: boolean): WhirRound {
  const first = index === 0;
  return {
    ...round,
    regime: round.regime.kind === 'exact' && !(first && recomputed) ? { kind: 'unique' } : round.regime,
    outOfDomainSamples: first && recomputed ? 0 : round.outOfDomainSamples,
  };
}

function roundTerms(name: string, round: WhirRound, next: WhirRound | undefined): SecurityTerm[] {
  const at = `${name} (2^${round.variables}, rate 2^-${round.logInverseRate}, ${regimeName(round)})`;
  const { foldGrinding, queryGrinding, outOfDomainSamples: samples, queries } = round;
  const terms = [
    term(
      `${at}: fold`,
      foldGrinding + Math.max(0, -logFoldError(round)),
      `(3 list + exceptional) / q, ${foldGrinding} bits of work`,
    ),
  ];
  if (round.regime.kind === 'johnson') {
    const error = logOutOfDomainError(round, samples);
    terms.push(term(`${at}: out of domain`, -error, `list^2 / 2 (2^${round.variables} / q)^${samples}`));
  }
  terms.push(
    term(
      `${at}: queries`,
      queryGrinding + Math.max(0, -queries * logAgreement(round)),
      `agreement^${queries}, ${queryGrinding} bits of work`,
    ),
  );
  // What is left after the last round is sent in clear: one candidate, no samples.
  const combined = queries + (next?.outOfDomainSamples ?? 0);
  const logList = next === undefined ? 0 : logListSize(next);
  terms.push(
    term(`${at}: combination`, LOG_EXT_ORDER - logList - Math.log2(Math.max(1, combined)), `list ${combined} / q`),
  );
  return terms;
}

/** For formulas: every candidate of the first commitment is one more chance. */
export function ofList(logList: number): string {
  return logList === 0 ? '' : ` list 2^${logList.toFixed(1)}`;
}

function term(name: string, bits: number, formula: string): SecurityTerm {
  return { name, bits: Math.max(0, bits), formula };
}

function regimeName({ regime }: WhirRound): string {
  return regime.kind === 'johnson' ? `Johnson m=${regime.multiplicity}` : regime.kind;
}
