/**
 * @module Encoding, hashing and openings in plain TypeScript: the sumcheck of f times w over lists of all their values.
 */
import { type Felt, pow, rootOfUnity } from '@weft/primitives/field/base';
import { add, type Ext, mul, sub, ZERO } from '@weft/primitives/field/ext';
import { forwardNtt, reverseBits } from '@weft/primitives/field/ntt';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { logRows, type WhirRound } from '../../protocol/parameters.ts';
import type { Commitment, OpeningSums } from '../engine.ts';

/**
 * Encodes and hashes coefficients of `words` base elements each.
 * @param corrupt - changes the codeword before it is hashed; only tests do.
 */
export function commitPlain(
  suite: HashSuite,
  round: WhirRound,
  values: readonly Felt[] | Uint32Array,
  words: number,
  corrupt: (codeword: Uint32Array) => void = () => {},
): Commitment {
  const rowWidth = 2 ** round.fold * words;
  const codeword = new Uint32Array(2 ** logRows(round) * rowWidth);
  codeword.set(values);
  forwardNtt(codeword, logRows(round), rowWidth);
  corrupt(codeword);
  const tree = buildMerkleTree(suite, codeword, logRows(round), rowWidth);
  return {
    logRows: logRows(round),
    rows: async (indices) => indices.map((i) => Array.from(codeword.subarray(i * rowWidth, (i + 1) * rowWidth))),
    node: (level, i) => tree.levels[level]![i]!,
  };
}

export class OracleOpening implements OpeningSums {
  readonly #suite: HashSuite;
  #f: Ext[];
  #w: Ext[];

  constructor(suite: HashSuite, values: Uint32Array, weights: Ext[]) {
    this.#suite = suite;
    this.#f = Array.from(values, (x): Ext => [x, 0, 0, 0, 0]);
    this.#w = weights;
  }

  async message(): Promise<readonly [Ext, Ext]> {
    const [f, w] = [this.#f, this.#w];
    let [g0, leading] = [ZERO, ZERO];
    for (let i = 0; i < f.length; i += 2) {
      g0 = add(g0, mul(f[i]!, w[i]!));
      leading = add(leading, mul(slope(f, i), slope(w, i)));
    }
    return [g0, leading];
  }

  async bind(challenge: Ext): Promise<void> {
    const fold = (v: readonly Ext[]): Ext[] =>
      Array.from({ length: v.length / 2 }, (_, i) => add(v[2 * i]!, mul(challenge, slope(v, 2 * i))));
    this.#f = fold(this.#f);
    this.#w = fold(this.#w);
  }

  async commit(round: WhirRound): Promise<Commitment> {
    return commitPlain(this.#suite, round, this.#f.flat(), 5);
  }

  async evaluate(z: Ext): Promise<Ext> {
    return evaluatePlain(this.#f, z);
  }

  async addPowers(z: Ext, coefficient: Ext): Promise<void> {
    let term = coefficient;
    this.#w = this.#w.map((w) => {
      const sum = add(w, term);
      term = mul(term, z);
      return sum;
    });
  }

  async addRows(logSize: number, positions: readonly number[], coefficients: readonly Ext[]): Promise<void> {
    const omega = rootOfUnity(logSize);
    for (const [q, position] of positions.entries()) {
      const y = pow(omega, reverseBits(position, logSize));
      await this.addPowers([y, 0, 0, 0, 0], coefficients[q]!);
    }
  }

  async coefficients(): Promise<Ext[]> {
    return this.#f;
  }
}

/** A polynomial by its coefficients, at a point. */
export function evaluatePlain(coefficients: readonly Ext[], z: Ext): Ext {
  return coefficients.reduceRight((value, c) => add(mul(value, z), c), ZERO);
}

const slope = (v: readonly Ext[], i: number): Ext => sub(v[i + 1]!, v[i]!);
