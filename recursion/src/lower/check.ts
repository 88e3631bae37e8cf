/**
 * @module The key-generation check. A machine of words is sound for a set of fixed columns if every address means one word.
 * This reads nothing but chips and columns: whatever laid them out, a key whose columns pass is a key on which rows that
 * read an address read what its one provider says.
 */
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { type Chip, logHeightOf } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';
import type { RecursionMachine } from '../machine/machine.ts';
import { AddressTable, FREE, NOBODY } from './address-table.ts';
import { ASSERTS } from './rows.ts';
import { type WordUse, wordUses } from './uses.ts';

/** Where a fault is. */
interface Place {
  readonly chip: string;
  readonly row: number;
}

/** What addresses of one bus are found to be. */
class AddressSpace {
  readonly bus: string;
  readonly #limit: number;
  /** Names of what has words, by number. */
  readonly #chips: readonly string[];
  readonly #table = new AddressTable();
  readonly #choices: { readonly first: number; readonly last: number; readonly place: Place }[] = [];
  #total = 0;

  constructor(bus: string, limit: number, chips: readonly string[]) {
    this.bus = bus;
    this.#limit = limit;
    this.#chips = chips;
  }

  fail(address: number, message: string, { chip, row }: Place): never {
    throw new ConstraintError('ADDRESS', `${this.bus} ${address}: ${message} (${chip}, row ${row})`, { chip });
  }

  #place(chip: number, row: number): Place {
    return { chip: this.#chips[chip]!, row };
  }

  /** The slot of an address that this row names. */
  #named(address: number, chip: number, row: number): number {
    const slot = this.#table.slot(address);
    this.#table.chips[slot] = chip;
    this.#table.rows[slot] = row;
    return slot;
  }

  refuseCount(address: number, count: number, chip: number, row: number): never {
    this.fail(address, `has the count ${count}`, this.#place(chip, row));
  }

  read(address: number, chip: number, row: number): void {
    if (address === 0) this.fail(address, 'is read, and is no address', this.#place(chip, row));
    const slot = this.#named(address, chip, row);
    this.#table.reads[slot]!++;
    this.#countRead(address, chip, row);
  }

  /** @param count - {@link FREE} for a word whose row chooses how often it is provided. */
  provide(address: number, count: number, chip: number, row: number): void {
    if (address === 0) this.fail(address, 'is provided, and is no address', this.#place(chip, row));
    const slot = this.#named(address, chip, row);
    if (this.#table.provided[slot] !== NOBODY) this.fail(address, 'has two providers', this.#place(chip, row));
    this.#table.provided[slot] = count;
  }

  /** A read of one of these addresses, whichever the row chooses. */
  readOneOf(first: number, last: number, chip: number, row: number): void {
    this.#choices.push({ first, last, place: this.#place(chip, row) });
    this.#countRead(first, chip, row);
  }

  /** Counts live modulo p: p reads of a word that nobody provides would cancel. */
  #countRead(address: number, chip: number, row: number): void {
    if (++this.#total >= this.#limit)
      this.fail(address, `is one of ${this.#total} reads, too many`, this.#place(chip, row));
  }

  /** What is read is provided, as often as it is read. */
  close(): void {
    const { provided, reads, chips, rows } = this.#table;
    for (const { first, last, place } of this.#choices)
      for (let address = first; address <= last; address++)
        if (!this.#table.isFree(address)) this.fail(address, 'may be chosen, and is not provided freely', place);
    for (const [slot, address] of this.#table.entries()) {
      const [count, read] = [provided[slot]!, reads[slot]!];
      const place = (): Place => this.#place(chips[slot]!, rows[slot]!);
      if (count === NOBODY) this.fail(address, `is read ${read} times, and nothing provides it`, place());
      if (count !== FREE && count !== read)
        this.fail(address, `is provided ${count} times and read ${read} times`, place());
    }
  }
}

/** Flags say what a row is; anything else in them would be a third thing. */
function checkFlags(chip: Chip, columns: readonly Uint32Array[]): void {
  const flags = chip.fixedColumns.filter((name) => name.startsWith('is_'));
  for (const name of flags) {
    const column = columns[chip.fixedColumns.indexOf(name)]!;
    const row = column.findIndex((x) => x > 1);
    if (row >= 0) throw new ConstraintError('FLAG', `${chip.name}, row ${row}: ${name} is ${column[row]}`);
  }
  const [exact, ...factors] = ['is_exact', ...chip.fixedColumns.filter((name) => name.startsWith('factor_'))].map(
    (name) => columns[chip.fixedColumns.indexOf(name)],
  );
  // A sum of bits that is zero says that each is, as long as no factor takes one from another.
  for (const factor of factors) {
    const row = factor!.findIndex((x, i) => exact![i] === 1 && x > 1);
    if (row >= 0)
      throw new ConstraintError('FLAG', `${chip.name}, row ${row}: an exact row has a factor ${factor![row]}`);
  }
}

/** @throws {ConstraintError} PREPROCESSED for columns of another number, another height, or beyond p. */
function checkShape(chip: Chip, columns: readonly Uint32Array[] | undefined, rows: number): void {
  const fail = (message: string): never => {
    throw new ConstraintError('PREPROCESSED', `chip ${chip.name}: ${message}`, { chip: chip.name });
  };
  if (columns?.length !== chip.fixedColumns.length) fail(`${columns?.length} columns`);
  const height = columns![0]!.length;
  if (Math.log2(height) < logHeightOf(rows) || !Number.isInteger(Math.log2(height)))
    fail(`${height} rows are no height for ${rows}`);
  for (const [c, column] of columns!.entries()) {
    const name = chip.fixedColumns[c]!;
    if (column.length !== height) fail(`${name} has ${column.length} rows, not ${height}`);
    if (column.some((x) => x >= P)) fail(`${name} holds what is no element`);
    if (column.subarray(rows).some((x) => x !== 0)) fail(`${name} is not 0 in padding`);
  }
}

/** Among what has words, the statement comes first. */
const STATEMENT_NAME = 'statement';
const STATEMENT_PLACE = 0;

/** The words that the verifier itself provides, once each. */
function provideStatement(machine: Machine, spaces: ReadonlyMap<string, AddressSpace>): void {
  for (const [i, { bus, sign, tuple }] of machine.statement.tuples.entries()) {
    const place = { chip: STATEMENT_NAME, row: i };
    const space = spaces.get(bus.name)!;
    const address = tuple[0]!;
    if (typeof address === 'string') space.fail(0, `the statement chooses ${address}`, place);
    if (sign !== -1) space.fail(Number(address), 'is read by the statement', place);
    space.provide(Number(address), 1, STATEMENT_PLACE, i);
  }
}

/** Enters what all rows of a chip do with one of their words. */
function checkUse(
  { isSend, at, offset, choice, count, isFree }: WordUse,
  space: AddressSpace,
  columns: readonly Uint32Array[],
  chip: number,
): void {
  const [addresses, counts] = [columns[at]!, columns[count]!];
  for (let row = 0; row < counts.length; row++) {
    const times = counts[row]!;
    if (times === 0) continue;
    const address = (addresses[row]! + offset) % P;
    if ((isSend || isFree) && times !== 1) space.refuseCount(address, times, chip, row);
    if (isFree) space.provide(address, FREE, chip, row);
    else if (choice.length !== 0) {
      const reach = choice.reduce((sum, { flag, weight }) => sum + columns[flag]![row]! * weight, 0);
      space.readOneOf(address, address + reach, chip, row);
    } else if (isSend || times === ASSERTS) space.read(address, chip, row);
    else space.provide(address, times, chip, row);
  }
}

/**
 * Checks the fixed columns of a recursion machine: every address of every type has one provider, which provides it as often
 * as it is read, by rows or by assertions; counts are whole numbers whose sums stay below p; flags are 0 or 1; padding is 0.
 * @param columns - per chip, by name.
 * @param rows - rows in use per chip, by name.
 * @param limit - what the reads of a type are fewer than; no table of a test has p rows.
 * @throws {ConstraintError} ADDRESS, FLAG or PREPROCESSED, naming address and fault.
 */
export function checkColumns(
  { machine }: Pick<RecursionMachine, 'machine'>,
  columns: Readonly<Record<string, readonly Uint32Array[]>>,
  rows: Readonly<Record<string, number>>,
  limit: number = P,
): void {
  const names = [STATEMENT_NAME, ...machine.chips.map(({ name }) => name)];
  const spaces = new Map(machine.buses.map(({ name }) => [name, new AddressSpace(name, limit, names)]));
  provideStatement(machine, spaces);
  for (const [k, chip] of machine.chips.entries()) {
    const given = columns[chip.name]!;
    checkShape(chip, given, rows[chip.name]!);
    for (const use of wordUses(chip)) checkUse(use, spaces.get(use.bus)!, given, k + 1);
    checkFlags(chip, given);
  }
  for (const space of spaces.values()) space.close();
}
