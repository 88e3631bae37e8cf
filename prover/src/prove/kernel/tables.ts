/**
 * @module Tables in kernel memory: the committed columns inside the stacked vector, fixed ones beside it, all in
 * Montgomery form.
 */
import type { Kernels } from '@weft/primitives/kernel/kernels';
import type { Machine } from '../../air/machine.ts';
import type { Trace } from '../../air/trace.ts';
import { blocksOf, packBlocks } from '../../pcs/stacking.ts';
import { committedWidths } from '../../verify/key.ts';

/** One table's place. */
export interface PlacedTable {
  readonly trace: Trace;
  /** Address of every column, committed ones first. */
  readonly columns: readonly number[];
}

export interface PlacedTables {
  /** The stacked vector, 2^variables words. */
  readonly values: number;
  /** Words of it that tables take. */
  readonly cells: number;
  /** Per chip; `undefined` for absent tables. */
  readonly tables: readonly (PlacedTable | undefined)[];
}

/** Copies the traces into kernel memory. @throws {RangeError} when the tables do not fit. */
export function placeTables(
  kernels: Kernels,
  machine: Machine,
  variables: number,
  traces: readonly (Trace | undefined)[],
): PlacedTables {
  const { memory, hash } = kernels;
  const widths = committedWidths(machine);
  const { offsets, cells } = packBlocks(
    widths,
    traces.map((t) => t?.logHeight),
  );
  if (cells > 2 ** variables) throw new RangeError(`${cells} cells do not fit 2^${variables}`);
  const values = memory.allocate(4 * 2 ** variables);
  const addresses = machine.chips.map((): number[] => []);
  for (const [i, block] of blocksOf(widths).entries()) {
    const trace = traces[block.table];
    if (trace === undefined) continue;
    for (let c = 0; c < 1 << block.logColumns; c++) {
      const column = block.firstColumn + c;
      const at = values + 4 * (offsets[i]! + c * 2 ** trace.logHeight);
      memory.words.set(trace.columns[column]!, at / 4);
      addresses[block.table]![column] = at;
    }
  }
  memory.words.fill(0, values / 4 + cells, values / 4 + 2 ** variables);
  hash.toMontgomery(values, cells);
  const tables = traces.map((trace, k): PlacedTable | undefined => {
    if (trace === undefined) return undefined;
    const fixed = trace.fixed.map((column) => {
      const at = memory.allocate(4 * column.length);
      memory.words.set(column, at / 4);
      hash.toMontgomery(at, column.length);
      return at;
    });
    return { trace, columns: [...addresses[k]!, ...fixed] };
  });
  return { values, cells, tables };
}
