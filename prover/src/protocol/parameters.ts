/**
 * @module WHIR parameters. Each round folds the current polynomial and is queried at a rate of its own; the regime says
 * which proximity theorem the query count rests on. All of it belongs to the key; a proof carries none of it.
 *
 * WHIR (ePrint 2024/1586) needs *mutual* correlated agreement: but for few challenges z, every large set on which u + z v
 * agrees with a codeword is one on which u and v both do. The theorems used, n being the code's length:
 * - unique decoding, agreement (1 + rate) / 2: correlated agreement but for n challenges (ePrint 2020/654, Theorem 1.4),
 *   mutual at no further cost (docs/protocol.md, "Security");
 * - Johnson, agreement sqrt(rate) (1 + 1/m): mutual ("list") correlated agreement, ePrint 2025/2055, Theorem 4.6 for a
 *   line (M = 1), as printed: m = max(ceil(sqrt(rate) / slack), 3), without the factor 2 below the slack that its
 *   Theorem 1.5 has for correlated agreement that need not be mutual. ADR 10 weighs the readings.
 * No capacity conjecture anywhere.
 */
import { ConstraintError } from '@weft/primitives';
import { P, TWO_ADICITY } from '@weft/primitives/field/base';
import { LOG_EXT_ORDER } from '@weft/primitives/field/ext';
import { LOG_PARTS } from './stacking.ts';

/**
 * `exact`: the word is known to be a codeword, because whoever derives the key recomputes it. `unique`: within half the
 * minimum distance, one candidate. `johnson`: agreement sqrt(rate)(1 + 1/multiplicity), a list, hence out-of-domain
 * samples; the multiplicity is the m of Theorem 4.6.
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
  /** Taken when the round's commitment arrives. */
  readonly outOfDomainSamples: number;
  readonly queries: number;
  readonly queryGrinding: number;
  /** Bits of work before each fold challenge. */
  readonly foldGrinding: number;
  /**
   * log2 of the digests by which the commitment is known, its cap: paths end below it. A proof carries nearly all of a cap's
   * digests in any case, as siblings.
   */
  readonly logCap: number;
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

/** The theorem's floor: a smaller m does not exist in it, however large the slack. */
const MIN_MULTIPLICITY = 3;

/** log2 of the most candidates within the decoding radius: Guruswami-Sudan's degree at this multiplicity. */
export function logListSize(round: WhirRound): number {
  if (round.regime.kind !== 'johnson') return 0;
  return Math.log2(round.regime.multiplicity + 0.5) + round.logInverseRate / 2;
}

/**
 * log2 of the chance that a word outside the radius agrees with a candidate at one query. A position is the low bits of
 * a base-field element, which favours position 0 by less than 1 / p.
 */
export function logAgreement(round: WhirRound): number {
  // Polynomials of degree below d agree on d - 1 points at most: one point less than the rate, which outweighs 1 / p.
  return Math.log2(round.regime.kind === 'exact' ? agreement(round) : agreement(round) + 1 / P);
}

function agreement(round: WhirRound): number {
  const rate = 2 ** -round.logInverseRate;
  if (round.regime.kind === 'exact') return rate;
  if (round.regime.kind === 'unique') return (1 + rate) / 2;
  return Math.sqrt(rate) * (1 + 1 / round.regime.multiplicity);
}

/**
 * log2 of the error of the worst fold step of a round: sumcheck plus proximity loss. A step combines two words of the
 * halved code. Its length counts as if rows were spread over one long word, which is more than a row-wise argument needs.
 */
export function logFoldError(round: WhirRound): number {
  const sumcheck = 3 * 2 ** logListSize(round);
  const steps = Array.from({ length: round.fold }, (_, step) => sumcheck + exceptional(round, step));
  return Math.log2(Math.max(...steps)) - LOG_EXT_ORDER;
}

/** Challenges for which mutual agreement may fail in a step. */
function exceptional(round: WhirRound, step: number): number {
  const dimension = 2 ** (round.variables - step - 1);
  const n = dimension * 2 ** round.logInverseRate;
  if (round.regime.kind === 'exact') return 0;
  if (round.regime.kind === 'unique') return n;
  // The theorem's rate is the degree over the length, one coefficient less than the dimension.
  const rate = (dimension - 1) / n;
  const m = Math.max(Math.ceil(round.regime.multiplicity), MIN_MULTIPLICITY) + 0.5;
  const radius = 1 - agreement(round);
  return ((2 * m ** 5 + 3 * m * radius * rate) * n) / (3 * rate ** 1.5) + m / Math.sqrt(rate);
}

/** log2 of the chance that two candidates agree on `samples` out-of-domain samples, not above 0. */
export function logOutOfDomainError(round: WhirRound, samples: number): number {
  if (logListSize(round) === 0) return Number.NEGATIVE_INFINITY;
  return Math.min(0, 2 * logListSize(round) - 1 + samples * (round.variables - LOG_EXT_ORDER));
}

export const TARGET_BITS = 124;
const MAX_QUERY_GRINDING = 16;
const MAX_FOLD_GRINDING = 16;
const MAX_MULTIPLICITY = 60;
/** What a query less is worth in trials of the prover, where proofs have to be short: some 9 ms for most of a KiB of proof. ADR 10. */
const QUERY_WORTH = 2 ** 15;
/** And where they need not: at the other price a sixth of a small proof's time would be such trials. ADR 31. */
const CHEAP_QUERY_WORTH = 2 ** 13;

/** What a round costs, in queries: those, and the prover's trials. Whoever allows more work before a fold would rather have a query less. */
function costOf(round: WhirRound, { queryGrinding, mostFoldGrinding = MAX_FOLD_GRINDING }: WorkOptions): number {
  const query = queryGrinding === 'cheapest' ? CHEAP_QUERY_WORTH : QUERY_WORTH;
  const worth = query * 2 ** (mostFoldGrinding - MAX_FOLD_GRINDING);
  return round.queries + (round.fold * 2 ** round.foldGrinding + 2 ** round.queryGrinding) / worth;
}

const cheapest = (rounds: readonly WhirRound[], work: WorkOptions): WhirRound | undefined =>
  rounds.toSorted((a, b) => costOf(a, work) - costOf(b, work))[0];

function completeRound(
  variables: number,
  fold: number,
  logInverseRate: number,
  regime: Regime,
  work: WorkOptions = {},
): WhirRound | undefined {
  const { queryGrinding = MAX_QUERY_GRINDING, mostFoldGrinding = MAX_FOLD_GRINDING } = work;
  const draft = {
    variables,
    fold,
    logInverseRate,
    regime,
    outOfDomainSamples: 0,
    queries: 0,
    queryGrinding: 0,
    foldGrinding: 0,
    logCap: 0,
  };
  const foldGrinding = Math.max(0, Math.ceil(TARGET_BITS + logFoldError(draft)));
  const perQuery = -logAgreement(draft);
  if (foldGrinding > mostFoldGrinding || perQuery <= 0) return undefined;
  let outOfDomainSamples = 0;
  while (logOutOfDomainError(draft, outOfDomainSamples) > -TARGET_BITS) outOfDomainSamples++;
  const grindings =
    queryGrinding === 'cheapest'
      ? Array.from({ length: MAX_QUERY_GRINDING + 1 }, (_, i) => MAX_QUERY_GRINDING - i)
      : [queryGrinding];
  const rounds = grindings.map((bits): WhirRound => {
    const queries = Math.ceil((TARGET_BITS - bits) / perQuery);
    const logCap = capFor(logRows(draft), queries);
    return { ...draft, foldGrinding, outOfDomainSamples, queryGrinding: bits, queries, logCap };
  });
  return cheapest(rounds, work);
}

/**
 * A quarter of the queries: each of those above pays with a hash a query, and that many digests are hardly ever all implied by
 * the opened rows, so that a proof grows little. ADR 12.
 */
function capFor(logHeight: number, queries: number): number {
  return Math.max(0, Math.min(logHeight, Math.floor(Math.log2(queries)) - 2));
}

/** The cheapest round over all regimes whose fold grinding stays within the cap. */
function bestRound(variables: number, fold: number, logInverseRate: number, work: WorkOptions = {}): WhirRound {
  const regimes: Regime[] = [{ kind: 'unique' }];
  for (let multiplicity = MIN_MULTIPLICITY; multiplicity <= MAX_MULTIPLICITY; multiplicity++)
    regimes.push({ kind: 'johnson', multiplicity });
  const candidates = regimes.flatMap((regime) => completeRound(variables, fold, logInverseRate, regime, work) ?? []);
  const best = cheapest(candidates, work);
  if (best === undefined) throw new RangeError(`no regime reaches ${TARGET_BITS} bits for 2^${variables} coefficients`);
  return best;
}

const FIRST_FOLD = LOG_PARTS;
const LATER_FOLD = 5;
/** The first fold shrinks the evaluation domain by 2^5, later ones by 2. */
const FIRST_SHRINK = 5;
const LATER_SHRINK = 1;
const PREPROCESSED_LOG_INVERSE_RATE = 4;

/** How much a prover works for fewer queries. */
interface WorkOptions {
  /** Bits of work before the queries of a round, 16 where left out; or those that cost least, no more than 16. */
  readonly queryGrinding?: number | 'cheapest';
  /** Most bits of work before a fold, 16 where left out. */
  readonly mostFoldGrinding?: number;
}

/** What proofs that have to be short, or cheap to verify in a circuit, do otherwise. */
export interface OpeningOptions extends WorkOptions {
  /** Variables that later rounds fold, 5 where left out: fewer make shorter rows and more rounds. */
  readonly laterFold?: number;
  /** log2 by which the first fold shrinks the evaluation domain, 5 where left out: less makes later codes longer and their rates lower. */
  readonly firstShrink?: number;
}

/** Most proofs: those that have to be short say what work that is worth. */
const CHEAPEST: OpeningOptions = { queryGrinding: 'cheapest' };

function chain(
  first: WhirRound,
  finalLimit: number,
  { laterFold = LATER_FOLD, firstShrink = FIRST_SHRINK, ...work }: OpeningOptions = {},
): WhirParameters {
  const rounds = [first];
  let variables = first.variables - first.fold;
  let rate = first.logInverseRate + first.fold - firstShrink;
  while (variables > finalLimit) {
    const fold = Math.min(laterFold, variables);
    rounds.push(bestRound(variables, fold, rate, work));
    variables -= fold;
    rate += fold - LATER_SHRINK;
  }
  return { rounds, finalVariables: variables };
}

/** Opening of a stacked witness of 2^variables cells: rate 1/2, unique decoding first, Johnson afterwards. */
export function witnessParameters(variables: number): WhirParameters {
  const first = completeRound(variables, FIRST_FOLD, 1, { kind: 'unique' }, CHEAPEST);
  if (first === undefined) throw new RangeError(`2^${variables} cells are too many`);
  return chain(first, 8, CHEAPEST);
}

/**
 * Opening of a stacked witness at another rate: what committing costs more is saved in queries, for proofs that are small and
 * have to be short. The first commitment may have several candidates, of which out-of-domain samples leave one (ADR 16).
 * @param logInverseRate - log2(1 / rate) of the first commitment, at least 1.
 * @throws {RangeError} when no round reaches the target.
 */
export function lowRateParameters(
  variables: number,
  logInverseRate: number,
  options: OpeningOptions = {},
): WhirParameters {
  return chain(bestRound(variables, FIRST_FOLD, logInverseRate, options), 8, options);
}

/** Opening of preprocessed columns, an exact codeword. A lower rate costs setup what it saves in queries. */
export function preprocessedParameters(
  variables: number,
  logInverseRate: number = PREPROCESSED_LOG_INVERSE_RATE,
  options: OpeningOptions = CHEAPEST,
): WhirParameters {
  const first = completeRound(variables, FIRST_FOLD, logInverseRate, { kind: 'exact' }, options);
  return chain(first!, 10, options);
}

/**
 * Key generation's gate for the parameters of one opening.
 * @param recomputed - whether whoever derives the key recomputes the first commitment, which alone justifies `exact`.
 * @throws {ConstraintError} PARAMETERS, with the round and the rule that it breaks.
 */
export function checkWhirParameters({ rounds, finalVariables }: WhirParameters, recomputed: boolean): void {
  if (rounds.length === 0) throw new ConstraintError('PARAMETERS', 'an opening has at least one round');
  for (const [i, round] of rounds.entries()) {
    const left = rounds[i + 1]?.variables ?? finalVariables;
    for (const [rule, holds] of roundRules(round, i, recomputed, left))
      if (!holds) throw new ConstraintError('PARAMETERS', `round ${i} of an opening: ${rule}`, { round: i });
  }
}

function roundRules(
  round: WhirRound,
  index: number,
  recomputed: boolean,
  left: number,
): readonly (readonly [rule: string, holds: boolean])[] {
  const { regime, fold } = round;
  const counts = [round.queries, round.outOfDomainSamples, round.queryGrinding, round.foldGrinding, round.logCap];
  const first = index === 0;
  return [
    ['counts are whole and not negative', counts.every((x) => Number.isInteger(x) && x >= 0)],
    [`2^${round.variables} coefficients fold by 2^${fold} into 2^${left}`, round.variables - fold === left],
    ['a round folds something', fold >= 1],
    [`the first fold removes the ${FIRST_FOLD} bits that number a vector's parts`, !first || fold === FIRST_FOLD],
    ['the rate is below 1', round.logInverseRate >= 1],
    ['the rows have a subgroup for their domain', logRows(round) <= TWO_ADICITY],
    ['a cap is a level of the tree', round.logCap <= logRows(round)],
    ['only a first commitment that setup recomputes is exact', regime.kind !== 'exact' || (first && recomputed)],
    // What setup recomputes has one candidate, and its opening begins without samples.
    ['a first commitment that setup recomputes is not sampled', !(first && recomputed) || regime.kind !== 'johnson'],
    ['a list of candidates has out-of-domain samples', regime.kind !== 'johnson' || round.outOfDomainSamples >= 1],
    ['one candidate has no out-of-domain samples', regime.kind === 'johnson' || round.outOfDomainSamples === 0],
    [
      `a multiplicity is whole and at least ${MIN_MULTIPLICITY}`,
      regime.kind !== 'johnson' || (Number.isInteger(regime.multiplicity) && regime.multiplicity >= MIN_MULTIPLICITY),
    ],
  ];
}
