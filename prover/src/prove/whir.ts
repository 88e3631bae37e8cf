/**
 * @module WHIR, prover side; mirrors verify/whir. The committed vector is read as coefficients: with k the first fold,
 * column j of the codeword is the polynomial of the coefficients i 2^k + j, and one leaf is one row of all columns.
 */
import { add as addFelt, mul as mulFelt } from '@weft/primitives/field/base';
import { add, DEGREE, type Ext, mul, sub, ZERO } from '@weft/primitives/field/ext';
import { addToExt, createExtVector, type ExtVector, getExt, setExt } from '@weft/primitives/field/ext-vector';
import { eqTable } from '@weft/primitives/field/multilinear';
import { forwardNtt, transposedNtt } from '@weft/primitives/field/ntt';
import { buildMerkleTree, type MerkleTree } from '@weft/primitives/hash/merkle';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { logRows, type WhirParameters, type WhirRound } from '../pcs/parameters.ts';
import { SHARED_ROW_BITS } from '../pcs/stacking.ts';
import type { ProverChannel } from '../transcript/channel.ts';

/** An encoded vector with its tree. */
export interface Committed {
  readonly codeword: Uint32Array;
  readonly rowWidth: number;
  readonly tree: MerkleTree;
}

/** Encodes and hashes `values`: 2^round.variables coefficients of `words` base elements each. */
export function commit(suite: HashSuite, round: WhirRound, values: Uint32Array, words: number): Committed {
  const rowWidth = 2 ** round.fold * words;
  const codeword = new Uint32Array(2 ** logRows(round) * rowWidth);
  codeword.set(values);
  forwardNtt(codeword, logRows(round), rowWidth);
  return { codeword, rowWidth, tree: buildMerkleTree(suite, codeword, logRows(round), rowWidth) };
}

/** Coefficients one after another, five words each. */
function interleave(v: ExtVector): Uint32Array {
  const out = new Uint32Array(v.length * DEGREE);
  for (let i = 0; i < v.length; i++) for (let j = 0; j < DEGREE; j++) out[i * DEGREE + j] = v.planes[j]![i]!;
  return out;
}

/** Binds the lowest variable: out[i] = v[2i] + c (v[2i+1] - v[2i]). */
function foldPairs(v: ExtVector, c: Ext): ExtVector {
  const out = createExtVector(v.length / 2);
  for (let i = 0; i < out.length; i++) {
    const low = getExt(v, 2 * i);
    setExt(out, i, add(low, mul(c, sub(getExt(v, 2 * i + 1), low))));
  }
  return out;
}

/** g(0) and the leading coefficient of g(X) = sum of f(X, x) w(X, x). */
function quadraticMessage(f: ExtVector, w: ExtVector): [Ext, Ext] {
  let g0: Ext = ZERO;
  let leading: Ext = ZERO;
  for (let i = 0; i < f.length; i += 2) {
    const [f0, w0] = [getExt(f, i), getExt(w, i)];
    g0 = add(g0, mul(f0, w0));
    leading = add(leading, mul(sub(getExt(f, i + 1), f0), sub(getExt(w, i + 1), w0)));
  }
  return [g0, leading];
}

/** Sum over hi of weights[hi] * values[hi * 2^bits + j], for every j < 2^bits. */
function contractHigh(values: Uint32Array, weights: ExtVector, bits: number): ExtVector {
  const width = 2 ** bits;
  const out = createExtVector(width);
  for (let j = 0; j < DEGREE; j++) {
    const [target, weight] = [out.planes[j]!, weights.planes[j]!];
    for (let hi = 0; hi < weights.length; hi++) {
      const w = weight[hi]!;
      if (w === 0) continue;
      for (let low = 0; low < width; low++) target[low] = addFelt(target[low]!, mulFelt(w, values[hi * width + low]!));
    }
  }
  return out;
}

/** Sum over j of weights[j] * values[hi * 2^bits + j], for every hi. */
function contractLow(values: Uint32Array, weights: ExtVector): ExtVector {
  const width = weights.length;
  const out = createExtVector(values.length / width);
  for (let k = 0; k < DEGREE; k++) {
    const [target, weight] = [out.planes[k]!, weights.planes[k]!];
    for (let hi = 0; hi < target.length; hi++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum = addFelt(sum, mulFelt(weight[j]!, values[hi * width + j]!));
      target[hi] = sum;
    }
  }
  return out;
}

/**
 * Proves the sum over x of f(x) W(x), with W(x) = eq(shared, x_0..6) * weights(x_7..).
 * @param values - the committed f.
 */
export function proveWhir(
  channel: ProverChannel,
  parameters: WhirParameters,
  label: string,
  values: Uint32Array,
  commitment: Committed,
  shared: readonly Ext[],
  weights: ExtVector,
): void {
  const { suite } = channel.arithmetic;
  let current = commitment;
  let f: ExtVector = contractHigh(values, weights, SHARED_ROW_BITS);
  let w: ExtVector = eqTable(shared);
  const step = (grinding: number): Ext => {
    channel.sendExt(`${label}/sumcheck`, quadraticMessage(f, w));
    channel.grind(`${label}/fold_work`, grinding);
    const alpha = channel.transcript.challenge(`${label}/alpha`);
    f = foldPairs(f, alpha);
    w = foldPairs(w, alpha);
    return alpha;
  };
  for (const [i, round] of parameters.rounds.entries()) {
    const alphas = Array.from({ length: round.fold }, () => step(round.foldGrinding));
    if (i === 0) {
      // The first seven steps ran on the 128 sums over the high index; now comes the polynomial they leave.
      const scale = getExt(w, 0);
      f = contractLow(values, eqTable(alphas));
      w = createExtVector(weights.length);
      for (let x = 0; x < w.length; x++) setExt(w, x, mul(scale, getExt(weights, x)));
    }
    const next = parameters.rounds[i + 1];
    let nextCommitment: Committed | undefined;
    let samples: Ext[] = [];
    if (next === undefined) {
      channel.sendExt(
        `${label}/final_polynomial`,
        Array.from({ length: f.length }, (_, x) => getExt(f, x)),
      );
    } else {
      nextCommitment = commit(suite, next, interleave(f), DEGREE);
      channel.send(`${label}/root`, nextCommitment.tree.root);
      samples = channel.transcript.challenges(`${label}/out_of_domain`, next.outOfDomainSamples);
      channel.sendExt(
        `${label}/out_of_domain_answers`,
        samples.map((z) => hornerExt(f, z)),
      );
    }
    channel.grind(`${label}/query_work`, round.queryGrinding);
    const drawn = channel.transcript.challengePositions(`${label}/positions`, round.queries, logRows(round));
    const positions = drawn.map((bits) => bits.reduce((index, bit, k) => index + bit * 2 ** k, 0));
    channel.openRows(current.tree, current.codeword, current.rowWidth, positions);
    if (nextCommitment === undefined) continue;
    const gamma = channel.transcript.challenge(`${label}/gamma`);
    let coefficient = gamma;
    for (const z of samples) {
      let term = coefficient;
      for (let x = 0; x < w.length; x++) {
        addToExt(w, x, term);
        term = mul(term, z);
      }
      coefficient = mul(coefficient, gamma);
    }
    addQueryWeights(w, positions, logRows(round), coefficient, gamma);
    current = nextCommitment;
  }
  for (let k = 0; k < parameters.finalVariables; k++) step(0);
}

function hornerExt(f: ExtVector, z: Ext): Ext {
  let value: Ext = ZERO;
  for (let i = f.length - 1; i >= 0; i--) value = add(mul(value, z), getExt(f, i));
  return value;
}

/**
 * Adds, for the q-th position, coefficient * gamma^q * (1, y, y^2, ...) to `w`. All these geometric series at once are
 * the transposed transform of the vector that holds the coefficients at their positions.
 */
function addQueryWeights(w: ExtVector, positions: readonly number[], logSize: number, first: Ext, gamma: Ext): void {
  const sparse = new Uint32Array(2 ** logSize * DEGREE);
  let coefficient = first;
  for (const position of positions) {
    for (let j = 0; j < DEGREE; j++) {
      const at = position * DEGREE + j;
      sparse[at] = addFelt(sparse[at]!, coefficient[j]!);
    }
    coefficient = mul(coefficient, gamma);
  }
  transposedNtt(sparse, logSize, DEGREE);
  for (let j = 0; j < DEGREE; j++) {
    const plane = w.planes[j]!;
    for (let x = 0; x < w.length; x++) plane[x] = addFelt(plane[x]!, sparse[x * DEGREE + j]!);
  }
}

/** eq(shared, .) needs exactly the row bits that every column has. */
export function sharedPoint(rho: readonly Ext[]): readonly Ext[] {
  return rho.slice(0, SHARED_ROW_BITS);
}
