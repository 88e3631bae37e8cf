/**
 * @module The debuggers. One names every constraint that a row breaks, with the values it saw; the other every tuple that
 * a bus does not balance, with who sent and who received it. Slow and obvious; nothing in a proof depends on them.
 */
import { checkArray, checkInteger, checkObject } from '@weft/primitives/arguments';
import { add, type Felt, neg } from '@weft/primitives/field/base';
import { BASE_FIELD, evaluateNodes } from './evaluate.ts';
import type { PublicTuple } from './statement.ts';
import { checkTrace, type Trace } from './trace.ts';

export interface BrokenConstraint {
  readonly chip: string;
  readonly row: number;
  readonly constraint: string;
  /** Value of the polynomial, not zero. */
  readonly value: Felt;
  /** The row, by column name. */
  readonly columns: Readonly<Record<string, Felt>>;
}

export interface UnbalancedTuple {
  readonly bus: string;
  readonly tuple: readonly Felt[];
  /** Sends minus receives, modulo p. */
  readonly count: Felt;
  /** `chip[row]` with the signed count, for each side. */
  readonly parties: readonly string[];
}

function rowOf(table: Trace, row: number): Felt[] {
  return [...table.columns, ...table.fixed].map((column) => column[row]!);
}

/** All broken constraints, at most `limit`. @throws {TypeError} {@link RangeError} for an argument that is none. */
export function checkConstraints(tables: readonly Trace[], limit = 20): BrokenConstraint[] {
  checkArray('tables', tables, checkTrace);
  checkInteger('limit', limit, 0);
  const broken: BrokenConstraint[] = [];
  for (const table of tables) {
    const { chip } = table;
    const names = [...chip.columns.map((c) => c.name), ...chip.fixedColumns];
    for (let row = 0; row < 2 ** table.logHeight && broken.length < limit; row++) {
      const columns = rowOf(table, row);
      const values = evaluateNodes(BASE_FIELD, chip.nodes, columns);
      for (const { name, node } of chip.constraints) {
        const value = values[node]!;
        if (value === 0) continue;
        broken.push({
          chip: chip.name,
          row,
          constraint: name,
          value,
          columns: Object.fromEntries(names.map((n, i) => [n, columns[i]!])),
        });
      }
    }
  }
  return broken.slice(0, limit);
}

/**
 * All tuples whose sends and receives differ, at most `limit`.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function checkBuses(
  tables: readonly Trace[],
  publicTuples: readonly PublicTuple<Felt>[] = [],
  limit = 20,
): UnbalancedTuple[] {
  checkArray('tables', tables, checkTrace);
  checkArray('publicTuples', publicTuples, (name, tuple) =>
    checkObject(name, tuple, 'a tuple', ['bus', 'sign', 'tuple']),
  );
  checkInteger('limit', limit, 0);
  const totals = new Map<string, { bus: string; tuple: Felt[]; count: Felt; parties: string[] }>();
  const put = (bus: string, tuple: Felt[], count: Felt, party: string): void => {
    const key = `${bus}:${tuple.join()}`;
    const entry = totals.get(key) ?? { bus, tuple, count: 0, parties: [] };
    entry.count = add(entry.count, count);
    if (entry.parties.length < 4) entry.parties.push(party);
    totals.set(key, entry);
  };
  for (const table of tables) {
    for (let row = 0; row < 2 ** table.logHeight; row++) {
      const values = evaluateNodes(BASE_FIELD, table.chip.nodes, rowOf(table, row));
      for (const i of table.chip.interactions) {
        const count = values[i.count]!;
        if (count === 0) continue;
        const tuple = i.tuple.map((t) => values[t]!);
        put(
          i.bus.name,
          tuple,
          i.sign === 1 ? count : neg(count),
          `${i.sign === 1 ? '+' : '-'}${count} ${table.chip.name}[${row}]`,
        );
      }
    }
  }
  for (const { bus, sign, tuple } of publicTuples)
    put(bus.name, [...tuple], sign === 1 ? 1 : neg(1), `${sign} statement`);
  return [...totals.values()].filter((t) => t.count !== 0).slice(0, limit);
}
