/**
 * @module Fixed columns that repeat after a few rows, such as round constants: they cost no commitment, and the verifier evaluates them
 * from the low row bits alone, whatever the height.
 */
import { checkArray, checkInteger } from '@weft/primitives/arguments';
import { type Felt, P } from '@weft/primitives/field/base';
import type { FieldOperations, StructuredTable } from './chip.ts';

/**
 * A table for the fixed columns of a `periodic` chip.
 * @param columns - of 1, 2, 4, ... 128 values each, all of one length.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function periodicTable(columns: readonly (readonly Felt[])[]): StructuredTable {
  checkArray('columns', columns, (name, column) =>
    checkArray(name, column as readonly Felt[], (item, x) => checkInteger(item, x, 0, P - 1)),
  );
  const period = columns[0]?.length ?? 0;
  const logHeight = Math.log2(period);
  if (!Number.isInteger(logHeight) || columns.some((column) => column.length !== period))
    throw new RangeError('columns must be at least one, of one length, a power of two');
  const values = columns.map((column) => [...column]);
  return {
    logHeight,
    value: (column, row) => values[column]![row]!,
    formula<E>(f: FieldOperations<E>, point: readonly E[]): E[] {
      // weights[row] is 1 at the row's bits and 0 at those of the others.
      let weights = [f.constant(1)];
      for (const bit of point) {
        const upper = weights.map((w) => f.mul(w, bit));
        weights = [...weights.map((w, i) => f.sub(w, upper[i]!)), ...upper];
      }
      return values.map((column) =>
        column.reduce((sum, x, row) => f.add(sum, f.mul(f.constant(x), weights[row]!)), f.constant(0)),
      );
    },
  };
}
