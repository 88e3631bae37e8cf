/**
 * @module The oracle of the kernels' engine: the same values, computed the slow obvious way in plain TypeScript. Tests hold
 * the kernels to it, byte by byte.
 */
import { type Ext, mul, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { permute } from '@weft/primitives/hash/poseidon2';
import { committedWidths } from '../../air/machine.ts';
import { stackedColumns } from '../../protocol/stacking.ts';
import type { ProvingEngine, ProvingSession, SessionInput } from '../engine.ts';
import { fillTables } from '../fill.ts';
import { OracleFractionTree } from './fractions.ts';
import { commitPlain, evaluatePlain, OracleOpening } from './opening.ts';
import { OracleZerocheck } from './zerocheck.ts';

/** Writes gamma * eq(rho_0..h-1, .) over the cells of a column. */
function putWeights(weights: Ext[], offset: number, logHeight: number, rho: readonly Ext[], gamma: Ext): void {
  for (const [i, eq] of eqTable(rho.slice(0, logHeight)).entries()) weights[offset + i] = mul(gamma, eq);
}

function session(input: SessionInput): ProvingSession {
  const { suite, machine, shape } = input;
  const traces = fillTables(input.tables);
  const widths = committedWidths(machine);
  const logHeights = traces.map((t) => t?.logHeight);
  const columns = stackedColumns(widths, logHeights);
  const values = new Uint32Array(2 ** shape.variables);
  for (const { table, column, offset } of columns) values.set(traces[table]!.columns[column]!, offset);
  return {
    commitWitness: async () => commitPlain(suite, shape.witness.rounds[0]!, values, 1),
    evaluate: async (z) =>
      evaluatePlain(
        Array.from(values, (x): Ext => [x, 0, 0, 0, 0]),
        z,
      ),
    fractions: async (fingerprint) => new OracleFractionTree(machine, traces, fingerprint),
    zerocheck: async (tables, point) => {
      const present = traces.filter((t) => t !== undefined);
      return new OracleZerocheck(
        tables.map(({ summand }, i) => ({ trace: present[i]!, summand })),
        point,
      );
    },
    openWitness: async (rho, gammas) => {
      const weights = new Array<Ext>(values.length).fill(ZERO);
      for (const { offset, logHeight, index } of columns) putWeights(weights, offset, logHeight, rho, gammas[index]!);
      return new OracleOpening(suite, values, weights);
    },
    openPreprocessed: async (vector, rho, gammas) => {
      const weights = new Array<Ext>(vector.values.length).fill(ZERO);
      for (const { offset, logHeight, index } of vector.columns)
        putWeights(weights, offset, logHeight, rho, gammas[index]!);
      return new OracleOpening(suite, vector.values, weights);
    },
  };
}

export const oracleEngine: ProvingEngine = {
  commit: async (suite, round, values) => {
    const commitment = commitPlain(suite, round, values, 1);
    const leaves = Array.from({ length: 2 ** commitment.logRows }, (_, i) => commitment.node(0, i));
    return { ...commitment, digests: () => Uint32Array.from(leaves.flat()) };
  },
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
