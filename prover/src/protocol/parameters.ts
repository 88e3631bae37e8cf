/**
 * @module WHIR parameters. Each round folds the current polynomial and is queried at a rate of its own; the regime says
 * which proximity theorem the query count rests on. All of it belongs to the key; a proof carries none of it.
 *
 * Formulas: BCHKS25 (ePrint 2025/2055) for unique decoding and the Johnson bound; the round-by-round terms of WHIR
 * (ePrint 2024/1586). No capacity conjecture anywhere.
 */
import { LOG_EXT_ORDER } from '@weft/primitives/field/ext';

/**
 * `exact`: the word is known to be a codeword (setup recomputes it). `unique`: within half the minimum distance, one
 * candidate. `johnson`: within sqrt(rate)(1 + 1/2m), a list, hence out-of-domain samples.
 */
export type Regime =
  | { readonly kind: 'exact' }
  | { readonly kind: 'unique' }
  | { readonly kind: 'johnson'; readonly multiplicity: number };

/** One committed polynomial and how it is folded into the next. */
export interface WhirRound {
  /** log2 of the number of coefficients. */
  readonly variables: number;
  /** Variables folded before the next commitment; also log2 of the elements in one opened row. */
  readonly fold: number;
  /** log2(1 / rate). */
  readonly logInverseRate: number;
  readonly regime: Regime;
  readonly outOfDomainSamples: number;
  readonly queries: number;
  readonly queryGrinding: number;
  /** Bits of work before each fold challenge. */
  readonly foldGrinding: number;
}

export interface WhirParameters {
  readonly rounds: readonly WhirRound[];
  /** Variables of the last polynomial, which is sent in clear. */
  readonly finalVariables: number;
}

/** Rows of a round's commitment: log2. */
export function logRows(round: WhirRound): number {
  return round.variables + round.logInverseRate - round.fold;
}

/** log2 of the most candidates within the decoding radius. */
export function logListSize(round: WhirRound): number {
  if (round.regime.kind !== 'johnson') return 0;
  return Math.log2(round.regime.multiplicity + 0.5) + round.logInverseRate / 2;
}

/** log2 of the chance that a word outside the radius agrees with a candidate at one query. */
export function logAgreement(round: WhirRound): number {
  const rate = 2 ** -round.logInverseRate;
  if (round.regime.kind === 'exact') return Math.log2(rate);
  if (round.regime.kind === 'unique') return Math.log2((1 + rate) / 2);
  return Math.log2(Math.sqrt(rate) * (1 + 1 / (2 * round.regime.multiplicity)));
}

/**
 * log2 of the error of fold step `step` of a round: sumcheck plus proximity loss. A step combines two words of the
 * halved code, so that code's length counts.
 */
export function logFoldError(round: WhirRound, step: number): number {
  const sumcheck = 3 * 2 ** logListSize(round);
  return (
    Math.log2(sumcheck + exceptional(round, 2 ** (round.variables - step - 1 + round.logInverseRate))) - LOG_EXT_ORDER
  );
}

function exceptional(round: WhirRound, n: number): number {
  const rate = 2 ** -round.logInverseRate;
  const radius = 1 - 2 ** logAgreement(round);
  if (round.regime.kind === 'exact') return 0;
  if (round.regime.kind === 'unique') return radius * n + 1;
  const m = round.regime.multiplicity + 0.5;
  return ((2 * m ** 5 + 3 * m * radius * rate) * n) / (3 * rate ** 1.5) + m / Math.sqrt(rate);
}

/** log2 of the error of `samples` out-of-domain samples. */
export function logOutOfDomainError(round: WhirRound, samples: number): number {
  return 2 * logListSize(round) - 1 + samples * (round.variables - LOG_EXT_ORDER);
}

export const TARGET_BITS = 124;
const QUERY_GRINDING = 16;
const MAX_FOLD_GRINDING = 10;
const MAX_MULTIPLICITY = 60;

function completeRound(variables: number, fold: number, logInverseRate: number, regime: Regime): WhirRound | undefined {
  const draft = {
    variables,
    fold,
    logInverseRate,
    regime,
    outOfDomainSamples: 0,
    queries: 0,
    queryGrinding: QUERY_GRINDING,
    foldGrinding: 0,
  };
  const foldGrinding = Math.max(0, Math.ceil(TARGET_BITS + logFoldError(draft, 0)));
  if (foldGrinding > MAX_FOLD_GRINDING) return undefined;
  let outOfDomainSamples = 0;
  if (regime.kind === 'johnson') {
    do outOfDomainSamples++;
    while (logOutOfDomainError(draft, outOfDomainSamples) > -TARGET_BITS);
  }
  const queries = Math.ceil((TARGET_BITS - QUERY_GRINDING) / -logAgreement(draft));
  return { ...draft, foldGrinding, outOfDomainSamples, queries };
}

/** The fewest queries over all regimes whose fold grinding stays within the cap; ties go to less grinding. */
function bestRound(variables: number, fold: number, logInverseRate: number): WhirRound {
  const regimes: Regime[] = [{ kind: 'unique' }];
  for (let multiplicity = 1; multiplicity <= MAX_MULTIPLICITY; multiplicity++) {
    // The theorem for multiplicity 1 needs rate < 4/9; rate 1/2 is left to unique decoding altogether.
    if (logInverseRate >= 2) regimes.push({ kind: 'johnson', multiplicity });
  }
  const candidates = regimes.flatMap((regime) => completeRound(variables, fold, logInverseRate, regime) ?? []);
  candidates.sort((a, b) => a.queries - b.queries || a.foldGrinding - b.foldGrinding);
  const best = candidates[0];
  if (best === undefined) throw new RangeError(`no regime reaches ${TARGET_BITS} bits for 2^${variables} coefficients`);
  return best;
}

const FIRST_FOLD = 7;
const LATER_FOLD = 5;
/** The first fold shrinks the evaluation domain by 2^5, later ones by 2. */
const FIRST_SHRINK = 5;
const LATER_SHRINK = 1;
const PREPROCESSED_LOG_INVERSE_RATE = 4;

function chain(first: WhirRound, finalLimit: number): WhirParameters {
  const rounds = [first];
  let variables = first.variables - first.fold;
  let rate = first.logInverseRate + first.fold - FIRST_SHRINK;
  while (variables > finalLimit) {
    const fold = Math.min(LATER_FOLD, variables);
    rounds.push(bestRound(variables, fold, rate));
    variables -= fold;
    rate += fold - LATER_SHRINK;
  }
  return { rounds, finalVariables: variables };
}

/** Opening of a stacked witness of 2^variables cells: rate 1/2, unique decoding first, Johnson afterwards. */
export function witnessParameters(variables: number): WhirParameters {
  const first = completeRound(variables, FIRST_FOLD, 1, { kind: 'unique' });
  if (first === undefined) throw new RangeError(`2^${variables} cells are too many`);
  return chain(first, 8);
}

/** Opening of preprocessed columns, an exact codeword. A lower rate costs setup what it saves in queries. */
export function preprocessedParameters(variables: number): WhirParameters {
  return chain(completeRound(variables, FIRST_FOLD, PREPROCESSED_LOG_INVERSE_RATE, { kind: 'exact' })!, 10);
}
