/**
 * @module Rows of one chip while a program is laid out: fixed cells by column name, and what fills the committed ones.
 */
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { WordList } from '@weft/primitives/words';
import { logHeightOf } from '@weft/prover/air/chip';
import type { RowChip } from '../machine/words.ts';
import { type WordUse, wordUses } from './uses.ts';

/** The count of a provide that is a read of a word that another row provides. */
export const ASSERTS: number = P - 1;

/** Fixed cells of a row by column; those left out are 0. */
export type FixedCells = Readonly<Record<string, number>>;

export class RowList {
  readonly rowChip: RowChip;
  readonly uses: readonly WordUse[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #fixed = new WordList();
  readonly #operands = new WordList();
  readonly #row: Uint32Array;
  count = 0;

  constructor(rowChip: RowChip) {
    this.rowChip = rowChip;
    this.uses = wordUses(rowChip.chip);
    this.#index = new Map(rowChip.chip.fixedColumns.map((name, i) => [name, i]));
    this.#row = new Uint32Array(this.#index.size);
  }

  /** @param operands - a wire or a number for each of the chip's. */
  add(cells: FixedCells, operands: readonly number[]): void {
    this.#row.fill(0);
    for (const name in cells) {
      const column = this.#index.get(name);
      if (column === undefined) throw new RangeError(`chip ${this.rowChip.chip.name} has no fixed column ${name}`);
      this.#row[column] = cells[name]!;
    }
    if (operands.length !== this.rowChip.operands.length)
      throw new RangeError(`a row of ${this.rowChip.chip.name} has ${this.rowChip.operands.length} operands`);
    for (const cell of this.#row) this.#fixed.push(cell);
    for (const operand of operands) this.#operands.push(operand);
    this.count++;
  }

  operand(row: number, index: number): number {
    return this.#operands.words[row * this.rowChip.operands.length + index]!;
  }

  /** Fixed cells of a row. */
  get width(): number {
    return this.#row.length;
  }

  /** The fixed cells of all rows, one row after another; they may be written to until more rows come. */
  cells(): Uint32Array {
    return this.#fixed.words;
  }

  /**
   * The fixed columns, padded with zeros.
   * @param logHeight - of the table; the lowest that holds the rows by default.
   * @throws {ConstraintError} HEIGHT when the rows are more.
   */
  columns(logHeight: number = logHeightOf(this.count)): Uint32Array[] {
    const { width, count } = this;
    const cells = this.cells();
    const { name } = this.rowChip.chip;
    const rows = 2 ** logHeight;
    if (count > rows)
      throw new ConstraintError('HEIGHT', `chip ${name}: ${count} rows, at most 2^${logHeight} fit`, { chip: name });
    return Array.from({ length: width }, (_, c) => {
      const column = new Uint32Array(rows);
      for (let row = 0; row < this.count; row++) column[row] = cells[row * width + c]!;
      return column;
    });
  }

  /** The operands of all rows, one row after another. */
  operands(): Uint32Array {
    return this.#operands.words.slice();
  }
}
