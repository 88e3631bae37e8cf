/**
 * @module The batched zerocheck in plain TypeScript: every table's graph is evaluated row by row at X = 0, 1, 2, 3.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, fromBase, mul, mulBase, sub, ZERO } from '@weft/primitives/field/ext';
import { bindVariable, eqTable } from '@weft/primitives/field/multilinear';
import { EXT_FIELD, evaluateNodes } from '../../air/evaluate.ts';
import type { Trace } from '../../air/trace.ts';
import type { ZerocheckSums } from '../engine.ts';
import type { Form, Summand } from '../summand.ts';

/** A filled table with its summand. */
export interface OracleTable {
  readonly trace: Trace;
  readonly summand: Summand;
}

/** A table under way: bit k of a row's index is `variables[k]`. */
interface BoundTable extends OracleTable {
  readonly columns: readonly (readonly Ext[])[];
  readonly variables: readonly number[];
}

export class OracleZerocheck implements ZerocheckSums {
  readonly #point: readonly Ext[];
  #tables: readonly BoundTable[];

  constructor(tables: readonly OracleTable[], point: readonly Ext[]) {
    this.#point = point;
    this.#tables = tables.map((table) => {
      const { columns, fixed, logHeight } = table.trace;
      const variables = Array.from({ length: logHeight }, (_, i) => i);
      return { ...table, columns: [...columns, ...fixed].map((c) => Array.from(c, fromBase)), variables };
    });
  }

  /** Sum over the rows that are left of eq(row) * summand(columns at the row). */
  #sum({ trace, summand, columns, variables }: BoundTable): Ext {
    let total = ZERO;
    for (const [row, weight] of eqTable(variables.map((i) => this.#point[i]!)).entries()) {
      const at = columns.map((c) => c[row]!);
      const nodes = evaluateNodes(EXT_FIELD, trace.chip.nodes, at);
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
    for (const table of this.#tables) {
      const [g0, g1, g2, g3] = [0, 1, 2, 3].map((x) => this.#sum(bindTable(table, variable, fromBase(x)))) as [
        Ext,
        Ext,
        Ext,
        Ext,
      ];
      one = add(one, g1);
      two = add(two, g2);
      const difference = add(sub(g3, mulBase(g2, 3)), sub(mulBase(g1, 3), g0));
      leading = add(leading, mulBase(difference, inverseFelt(6)));
    }
    return [one, two, leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    this.#tables = this.#tables.map((table) => bindTable(table, variable, challenge));
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    return this.#tables.map(({ columns }) => columns.map((c) => c[0]!));
  }
}

/** The table at a value of one variable, in those beyond its height being constant. */
function bindTable(table: BoundTable, variable: number, x: Ext): BoundTable {
  const bit = table.variables.indexOf(variable);
  if (bit < 0) return table;
  const columns = table.columns.map((c) => bindVariable(c, bit, x));
  return { ...table, columns, variables: table.variables.filter((v) => v !== variable) };
}
