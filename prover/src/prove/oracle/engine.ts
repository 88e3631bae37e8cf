/**
 * @module The oracle of the kernels' engine: the same values, computed the slow obvious way in plain TypeScript. Tests hold
 * the kernels to it, byte by byte.
 */
import { type Felt, pow, rootOfUnity } from '@weft/primitives/field/base';
import { add, type Ext, mul, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { forwardNtt, reverseBits } from '@weft/primitives/field/ntt';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { permute } from '@weft/primitives/hash/poseidon2';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { logRows, type WhirRound } from '../../pcs/parameters.ts';
import { blocksOf, packBlocks, runningSums } from '../../pcs/stacking.ts';
import { committedWidths } from '../../verify/key.ts';
import type { Commitment, OpeningSums, ProvingEngine, ProvingSession, SessionInput } from '../engine.ts';
import { OracleFractionTree } from './fractions.ts';
import { OracleZerocheck } from './zerocheck.ts';

function commit(suite: HashSuite, round: WhirRound, values: readonly Felt[] | Uint32Array, words: number): Commitment {
  const rowWidth = 2 ** round.fold * words;
  const codeword = new Uint32Array(2 ** logRows(round) * rowWidth);
  codeword.set(values);
  forwardNtt(codeword, logRows(round), rowWidth);
  const tree = buildMerkleTree(suite, codeword, logRows(round), rowWidth);
  return {
    root: tree.root,
    logRows: logRows(round),
    row: (i) => Array.from(codeword.subarray(i * rowWidth, (i + 1) * rowWidth)),
    node: (level, i) => tree.levels[level]![i]!,
  };
}

/** The sumcheck of f times w over lists of all their values. */
class OracleOpening implements OpeningSums {
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
    return commit(this.#suite, round, this.#f.flat(), 5);
  }

  async evaluate(z: Ext): Promise<Ext> {
    return this.#f.reduceRight((value, c) => add(mul(value, z), c), ZERO);
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

const slope = (v: readonly Ext[], i: number): Ext => sub(v[i + 1]!, v[i]!);

/** Writes gamma * eq(rho_0..h-1, .) over the cells of a column. */
function putWeights(weights: Ext[], offset: number, logHeight: number, rho: readonly Ext[], gamma: Ext): void {
  for (const [i, eq] of eqTable(rho.slice(0, logHeight)).entries()) weights[offset + i] = mul(gamma, eq);
}

function session(input: SessionInput): ProvingSession {
  const { suite, machine, shape, traces } = input;
  const widths = committedWidths(machine);
  const logHeights = traces.map((t) => t?.logHeight);
  const { offsets } = packBlocks(widths, logHeights);
  const columns = blocksOf(widths).flatMap((block, i) => {
    const trace = traces[block.table];
    if (trace === undefined) return [];
    return Array.from({ length: 1 << block.logColumns }, (_, c) => ({
      values: trace.columns[block.firstColumn + c]!,
      offset: offsets[i]! + c * 2 ** trace.logHeight,
      logHeight: trace.logHeight,
      index: runningSums(widths)[block.table]! + block.firstColumn + c,
    }));
  });
  const values = new Uint32Array(2 ** shape.variables);
  for (const column of columns) values.set(column.values, column.offset);
  return {
    commitWitness: async () => commit(suite, shape.witness.rounds[0]!, values, 1),
    fractions: async (fingerprint) => new OracleFractionTree(machine, traces, fingerprint),
    zerocheck: async (tables, point) => new OracleZerocheck(tables, point),
    openWitness: async (rho, gammas) => {
      const weights = new Array<Ext>(values.length).fill(ZERO);
      for (const { offset, logHeight, index } of columns) putWeights(weights, offset, logHeight, rho, gammas[index]!);
      return new OracleOpening(suite, values, weights);
    },
    openProgram: async (program, rho, gammas) => {
      const weights = new Array<Ext>(program.values.length).fill(ZERO);
      for (const [c, gamma] of gammas.entries())
        putWeights(weights, c * 2 ** program.logHeight, program.logHeight, rho, gamma);
      return new OracleOpening(suite, program.values, weights);
    },
  };
}

export const oracleEngine: ProvingEngine = {
  commit: async (suite, round, values) => commit(suite, round, values, 1),
  session: (input, work) => work(session(input)),
  findNonce: (suite, state, slot, bits) => {
    for (let nonce = 0; ; nonce++) {
      const trial = Uint32Array.from(state);
      trial[slot] = nonce;
      permute(suite.node, trial);
      if ((trial[0]! & (2 ** bits - 1)) === 0) return nonce;
    }
  },
};
