/**
 * @module The oracle of the kernels' engine: the same values, computed the slow obvious way in plain TypeScript. Tests hold
 * the kernels to it, byte by byte.
 */
import { type Ext, mul, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { permute } from '@weft/primitives/hash/poseidon2';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { committedWidths } from '../../air/machine.ts';
import type { WhirRound } from '../../protocol/parameters.ts';
import {
  cellsOf,
  emptyParts,
  inCoefficientOrder,
  type StackedColumn,
  stackedColumns,
} from '../../protocol/stacking.ts';
import type { Commitment, ProvingEngine, ProvingSession, SessionInput } from '../engine.ts';
import { fillTables } from '../fill.ts';
import { OracleFractionTree } from './fractions.ts';
import { commitPlain, evaluatePlain, OracleOpening } from './opening.ts';
import { OracleZerocheck } from './zerocheck.ts';

/** An opening of columns of a vector: gamma * eq(rho_0..h-1, .) over the cells of each. */
function openPlain(
  suite: HashSuite,
  cells: Uint32Array,
  columns: readonly StackedColumn[],
  rho: readonly Ext[],
  gammas: readonly Ext[],
): OracleOpening {
  const weights = new Array<Ext>(cells.length).fill(ZERO);
  for (const { offset, logHeight, index } of columns)
    for (const [i, eq] of eqTable(rho.slice(0, logHeight)).entries()) weights[offset + i] = mul(gammas[index]!, eq);
  return new OracleOpening(suite, Uint32Array.from(inCoefficientOrder(Array.from(cells))), inCoefficientOrder(weights));
}

/** The last cells of 2^variables, those before them zeros. */
function allCells(values: Uint32Array, variables: number): Uint32Array {
  const cells = new Uint32Array(2 ** variables);
  cells.set(values, cells.length - values.length);
  return cells;
}

/** A commitment to the coefficients of cells, of whose rows the empty parts are not opened. */
function commitCells(suite: HashSuite, round: WhirRound, cells: Uint32Array, used: number): Commitment {
  const commitment = commitPlain(suite, round, Uint32Array.from(inCoefficientOrder(Array.from(cells))), 1);
  const empty = emptyParts(used, round.variables);
  return {
    ...commitment,
    rows: async (indices) => (await commitment.rows(indices)).map((row) => row.slice(empty)),
  };
}

function session(input: SessionInput): ProvingSession {
  const { suite, machine, shape } = input;
  const traces = fillTables(input.tables);
  const widths = committedWidths(machine);
  const logHeights = traces.map((t) => t?.logHeight);
  const columns = stackedColumns(widths, logHeights, shape.variables);
  const values = new Uint32Array(2 ** shape.variables);
  for (const { table, column, offset } of columns) values.set(traces[table]!.columns[column]!, offset);
  return {
    commitWitness: async () => commitCells(suite, shape.witness.rounds[0]!, values, cellsOf(widths, logHeights)),
    evaluate: async (z) =>
      evaluatePlain(
        Array.from(inCoefficientOrder(Array.from(values)), (x): Ext => [x, 0, 0, 0, 0]),
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
    openWitness: async (rho, gammas) => openPlain(suite, values, columns, rho, gammas),
    openPreprocessed: async (vector, rho, gammas) =>
      openPlain(suite, allCells(vector.values, vector.variables), vector.columns, rho, gammas),
  };
}

export const oracleEngine: ProvingEngine = {
  count: async (_suite, _machine, tables) => void fillTables(tables),
  commit: async (suite, round, values) => {
    const commitment = commitCells(suite, round, allCells(values, round.variables), values.length);
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
