/**
 * @module Setup of a machine's preprocessed tables: one commitment to the columns of all of them.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkObject, refuse } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '../air/chip.ts';
import { preprocessedWidths } from '../air/machine.ts';
import type { PreprocessedColumns } from '../air/tables.ts';
import {
  checkMachineKey,
  MAX_PREPROCESSED_VARIABLES,
  type MachineKey,
  type PreprocessedKey,
  preprocessedOpening,
  preprocessedVariables,
} from '../protocol/key.ts';
import { cellsOf, stackedColumns, unusedCells } from '../protocol/stacking.ts';
import type { KeptCommitment, ProvingEngine, StackedVector } from './engine.ts';
import { kernelCommitter } from './kernel/commit.ts';

/** What setup keeps for the prover. */
export interface Preprocessed {
  readonly key: PreprocessedKey;
  readonly columns: PreprocessedColumns;
  /** `undefined` when the machine has no preprocessed tables. */
  readonly committed: { readonly vector: StackedVector; readonly commitment: KeptCommitment } | undefined;
}

/** @throws {TypeError} {@link RangeError} unless `value` is a column of canonical elements. */
function checkColumn(name: string, value: unknown): void {
  if (!(value instanceof Uint32Array)) refuse(name, 'a Uint32Array', value);
  const at = value.findIndex((x) => x >= P);
  if (at >= 0) throw new RangeError(`${name}[${at}] must be a field element below p, got ${value[at]}`);
}

/**
 * Commits to a machine's preprocessed tables; the columns are copied, once.
 * @param tables - columns of every preprocessed chip, by its name; all of a chip's have the same power of two of rows.
 * @param digests - of a commitment that this engine made to the same columns. The root is then theirs: compare it with one that is known.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 * @throws {ConstraintError} PREPROCESSED for a missing or unknown chip, another number of columns or a length that is none.
 */
export async function preprocess(
  key: MachineKey,
  tables: Readonly<Record<string, readonly Uint32Array[]>>,
  engine: Pick<ProvingEngine, 'commit'> = kernelCommitter,
  digests?: Uint32Array,
): Promise<Preprocessed> {
  checkMachineKey('key', key);
  checkObject('tables', tables, 'an object of lists of columns', []);
  for (const [name, columns] of Object.entries(tables)) checkArray(`tables.${name}`, columns, checkColumn);
  const { machine, suite } = key;
  const fail = (message: string): never => {
    throw new ConstraintError('PREPROCESSED', `machine ${machine.name}: ${message}`);
  };
  const chips = machine.preprocessedChips.map((k) => machine.chips[k]!);
  for (const name of Object.keys(tables))
    if (!chips.some((chip) => chip.name === name)) fail(`no preprocessed chip is named ${name}`);
  const columns = chips.map((chip) => {
    const given = tables[chip.name] ?? fail(`the columns of ${chip.name} are missing`);
    const { length } = chip.fixedColumns;
    if (given.length !== length) fail(`${chip.name} has ${length} preprocessed columns, not ${given.length}`);
    const logHeight = Math.log2(given[0]!.length);
    if (given.some((column) => column.length !== given[0]!.length) || !Number.isInteger(logHeight))
      fail(`the columns of ${chip.name} have no power of two of rows`);
    if (logHeight < MIN_LOG_HEIGHT || logHeight > Math.min(chip.maxLogHeight, MAX_LOG_HEIGHT))
      fail(`${chip.name} cannot have 2^${logHeight} rows`);
    return given;
  });
  const logHeights = columns.map((given) => Math.log2(given[0]!.length));
  if (columns.length === 0) return { key: { logHeights, root: [] }, columns: [], committed: undefined };
  const variables = preprocessedVariables(machine, logHeights);
  if (variables > MAX_PREPROCESSED_VARIABLES) fail(`2^${variables} preprocessed cells are too many`);
  const widths = preprocessedWidths(machine);
  const stacked = stackedColumns(widths, logHeights, variables);
  const unused = unusedCells(cellsOf(widths, logHeights), variables);
  const values = new Uint32Array(2 ** variables - unused);
  const copies = columns.map((): Uint32Array[] => []);
  for (const { table, column, offset } of stacked) {
    const given = columns[table]![column]!;
    values.set(given, offset - unused);
    copies[table]![column] = values.subarray(offset - unused, offset - unused + given.length);
  }
  const commitment = await engine.commit(suite, preprocessedOpening(key, logHeights).rounds[0]!, values, digests);
  const vector = { columns: stacked, variables, values };
  const root = commitment.node(commitment.logRows, 0);
  return { key: { logHeights, root }, columns: copies, committed: { vector, commitment } };
}
