/**
 * @module A second calculator, to compare the first with. It shares no formula and no helper with it: written from the
 * papers in the order of the verifier's challenges, in error counts (numerators over |E|) where the other one adds
 * logarithms, with the theorem's m derived from the radius where the other one is given it.
 */
import type { Machine } from '../air/machine.ts';
import type { WhirParameters } from './parameters.ts';

const P = 2 ** 31 - 2 ** 24 + 1;
const log2Field = 5 * Math.log2(P);

/** -log2 of count / |E|, plus the work before the challenge. */
const overField = (count: number, work = 0): number => work + Math.max(0, log2Field - Math.log2(count));

interface Code {
  /** log2. */
  readonly dimension: number;
  readonly length: number;
}

/** Within which share of agreement a word counts as close, how many candidates are, and where that is proven. */
interface Closeness {
  readonly agreement: number;
  readonly list: number;
  /** Challenges lost to a line of two words of a code. */
  lost(code: Code): number;
}

/** Words that nobody vouches for: within half the distance. ePrint 2020/654, Theorem 1.4: n challenges. */
function halfDistance(rate: number): Closeness {
  return { agreement: (1 + rate) / 2, list: 1, lost: ({ length }) => 2 ** length };
}

/** ePrint 2025/2055, Theorem 4.6 at M = 1, at radius 1 - sqrt(rate) - sqrt(rate) / m. */
function johnson(rate: number, m: number): Closeness {
  const radius = 1 - Math.sqrt(rate) - Math.sqrt(rate) / m;
  return {
    agreement: 1 - radius,
    // Guruswami-Sudan at multiplicity m.
    list: (m + 1 / 2) / Math.sqrt(rate),
    lost({ dimension, length }) {
      const [k, n] = [2 ** dimension - 1, 2 ** length];
      const rho = k / n;
      // By the rate of the whole round, which is above every rho: the m of each step is not above this one.
      const fifth = Math.max(Math.ceil(Math.sqrt(rate) / (1 - Math.sqrt(rate) - radius) - 1e-9), 3) + 1 / 2;
      const numerator = 2 * fifth * fifth * fifth * fifth * fifth + 3 * fifth * radius * rho;
      return (numerator / (3 * rho * Math.sqrt(rho))) * n + fifth / Math.sqrt(rho);
    },
  };
}

/** Bits of each check of one opening, by name. `known`: the verifier knows that the first word is a codeword. */
export function openingBits(
  name: string,
  { rounds }: WhirParameters,
  claims: number,
  known: boolean,
): Map<string, number> {
  const words = rounds.map((r, i) => {
    const rate = 1 / 2 ** r.logInverseRate;
    if (r.regime.kind === 'johnson') return johnson(rate, r.regime.multiplicity);
    if (r.regime.kind === 'exact' && i === 0 && known) return { agreement: rate, list: 1, lost: () => 0 };
    return halfDistance(rate);
  });
  // Claims are joined while every candidate of the first word may still be meant.
  const first = words[0]!.list;
  const bits = new Map([[`${name}: claim batching`, overField(first * claims)]]);
  const sampled = known ? 0 : rounds[0]!.outOfDomainSamples;
  if (sampled > 0) bits.set(`${name}: sample batching`, overField(first * sampled));
  for (const [i, round] of rounds.entries()) {
    const at = `${name} round ${i}`;
    const { agreement, list, lost } = words[i]!;
    let worst = Number.POSITIVE_INFINITY;
    for (let left = round.variables - 1; left >= round.variables - round.fold; left--) {
      const code = { dimension: left, length: left + round.logInverseRate };
      worst = Math.min(worst, overField(3 * list + lost(code), round.foldGrinding));
    }
    bits.set(`${at}: fold`, worst);
    if (list > 1) {
      // The verifier draws samples when a commitment arrives; one that it knows does not arrive.
      const samples = i === 0 && known ? 0 : round.outOfDomainSamples;
      const pairs = (list * list) / 2;
      bits.set(`${at}: out of domain`, Math.max(0, samples * (log2Field - round.variables) - Math.log2(pairs)));
    }
    const favoured = words[i]!.agreement === 1 / 2 ** round.logInverseRate ? 0 : 1 / P;
    const miss = round.queries * Math.log2(1 / (agreement + favoured));
    bits.set(`${at}: queries`, Math.max(0, miss) + round.queryGrinding);
    // The verifier joins each round's queries, the last round's too, with the samples of what comes next.
    const samples = i + 1 < rounds.length ? rounds[i + 1]!.outOfDomainSamples : 0;
    const candidates = i + 1 < rounds.length ? words[i + 1]!.list : 1;
    bits.set(`${at}: combination`, overField(Math.max(1, candidates * (round.queries + samples))));
  }
  return bits.set(`${name}: last sumcheck round`, overField(3));
}

/**
 * Bits of the checks before the openings, by name, for a commitment of 2^variables cells.
 * @param candidates - that the commitment may have.
 */
export function argumentBits(machine: Machine, variables: number, candidates = 1): Map<string, number> {
  const overList = (count: number): number => overField(candidates * count);
  let [densest, beside] = [0, 0];
  for (const { interactions, columns, maxLogHeight } of machine.chips) {
    if (columns.length > 0) densest = Math.max(densest, (2 ** variables * interactions.length) / columns.length);
    else beside += interactions.length * 2 ** maxLogHeight;
  }
  const constraints = machine.chips.flatMap((c) => c.constraints).length;
  return new Map([
    // A tuple of at most 32 elements has 5 tensor challenges besides alpha.
    ['bus fingerprints', overList((densest + beside) * (1 + Math.log2(32)))],
    ['GKR sumcheck round', overList(3)],
    ['GKR layer', overList(2)],
    ['constraint batching', overList(constraints + machine.rowBits + 2)],
    ['zerocheck round', overList(4)],
  ]);
}
