/**
 * @module The batched zerocheck in plain TypeScript: every table's graph is evaluated row by row at X = 0, 1, 2, 3.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, fromBase, mul, mulBase, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable, foldHalves } from '@weft/primitives/field/multilinear';
import type { FieldOperations } from '../../air/chip.ts';
import { evaluateNodes } from '../../air/evaluate.ts';
import type { Trace } from '../../air/trace.ts';
import type { ZerocheckSums } from '../engine.ts';
import type { Form, Summand } from '../summand.ts';

/** A filled table with its summand. */
export interface OracleTable {
  readonly trace: Trace;
  readonly summand: Summand;
}

const EXT_FIELD: FieldOperations<Ext> = { constant: fromBase, add, sub, mul };

export class OracleZerocheck implements ZerocheckSums {
  readonly #tables: { table: OracleTable; columns: Ext[][]; share: Ext }[];
  readonly #point: readonly Ext[];

  constructor(tables: readonly OracleTable[], point: readonly Ext[]) {
    this.#point = point;
    this.#tables = tables.map((table) => {
      const { trace } = table;
      const columns = [...trace.columns, ...trace.fixed].map((c) => Array.from(c, fromBase));
      const share = this.#sum(table, (row) => columns.map((c) => c[row]!), trace.logHeight);
      return { table, columns, share };
    });
  }

  /** Sum over rows of eq(row) * summand(columns at the row). */
  #sum({ trace, summand }: OracleTable, at: (row: number) => Ext[], variables: number): Ext {
    let total = ZERO;
    for (const [row, weight] of eqTable(this.#point.slice(0, variables)).entries()) {
      const nodes = evaluateNodes(EXT_FIELD, trace.chip.nodes, at(row));
      const valueAt = ({ constant, terms }: Form): Ext =>
        terms.reduce((sum, term) => add(sum, mul(term.weight, nodes[term.node]!)), constant);
      const value = summand.products.reduce(
        (sum, [left, right]) => add(sum, mul(valueAt(left), valueAt(right))),
        valueAt(summand),
      );
      total = add(total, mul(weight, value));
    }
    return total;
  }

  async message(variable: number): Promise<readonly [Ext, Ext, Ext]> {
    let [one, two, leading] = [ZERO, ZERO, ZERO];
    for (const { table, columns, share } of this.#tables) {
      if (table.trace.logHeight <= variable) {
        one = add(one, share);
        two = add(two, share);
        continue;
      }
      const n = 2 ** variable;
      const [g0, g1, g2, g3] = [0, 1, 2, 3].map((x) => {
        const at = (row: number): Ext[] => columns.map((c) => add(c[row]!, mulBase(sub(c[n + row]!, c[row]!), x)));
        return this.#sum(table, at, variable);
      }) as [Ext, Ext, Ext, Ext];
      one = add(one, g1);
      two = add(two, g2);
      const difference = add(sub(g3, mulBase(g2, 3)), sub(mulBase(g1, 3), g0));
      leading = add(leading, mulBase(difference, inverseFelt(6)));
    }
    return [one, two, leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    for (const entry of this.#tables) {
      if (entry.table.trace.logHeight > variable) entry.columns = entry.columns.map((c) => foldHalves(c, challenge));
    }
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    return this.#tables.map(({ columns }) => columns.map((c) => c[0]!));
  }
}
