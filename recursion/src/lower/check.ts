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
import { ASSERTS } from './rows.ts';
import { wordUses } from './uses.ts';

/** Where a fault is. */
interface Place {
  readonly chip: string;
  readonly row: number;
}

/** What addresses of one bus are found to be. */
class AddressSpace {
  readonly bus: string;
  readonly #limit: number;
  /** How often the address is provided, by address; the place of its provider. */
  readonly #provided = new Map<number, number>();
  readonly #places = new Map<number, Place>();
  readonly #reads = new Map<number, number>();
  readonly #free = new Set<number>();
  readonly #choices: { readonly first: number; readonly last: number; readonly place: Place }[] = [];
  #total = 0;

  constructor(bus: string, limit: number) {
    this.bus = bus;
    this.#limit = limit;
  }

  fail(address: number, message: string, { chip, row }: Place): never {
    throw new ConstraintError('ADDRESS', `${this.bus} ${address}: ${message} (${chip}, row ${row})`, { chip });
  }

  read(address: number, place: Place): void {
    if (address === 0) this.fail(address, 'is read, and is no address', place);
    this.#reads.set(address, (this.#reads.get(address) ?? 0) + 1);
    this.#places.set(address, place);
    this.#countRead(address, place);
  }

  provide(address: number, count: number, place: Place): void {
    if (address === 0) this.fail(address, 'is provided, and is no address', place);
    if (this.#provided.has(address)) this.fail(address, 'has two providers', place);
    this.#provided.set(address, count);
    this.#places.set(address, place);
  }

  /** A word whose row chooses how often it is provided. */
  provideFreely(address: number, place: Place): void {
    this.provide(address, 0, place);
    this.#free.add(address);
  }

  /** A read of one of these addresses, whichever the row chooses. */
  readOneOf(first: number, last: number, place: Place): void {
    this.#choices.push({ first, last, place });
    this.#countRead(first, place);
  }

  /** Counts live modulo p: p reads of a word that nobody provides would cancel. */
  #countRead(address: number, place: Place): void {
    if (++this.#total >= this.#limit) this.fail(address, `is one of ${this.#total} reads, too many`, place);
  }

  /** What is read is provided, as often as it is read. */
  close(): void {
    for (const { first, last, place } of this.#choices)
      for (let address = first; address <= last; address++)
        if (!this.#free.has(address)) this.fail(address, 'may be chosen, and is not provided freely', place);
    for (const [address, reads] of this.#reads)
      if (!this.#provided.has(address))
        this.fail(address, `is read ${reads} times, and nothing provides it`, this.#places.get(address)!);
    for (const [address, count] of this.#provided) {
      const reads = this.#reads.get(address) ?? 0;
      if (!this.#free.has(address) && reads !== count)
        this.fail(address, `is provided ${count} times and read ${reads} times`, this.#places.get(address)!);
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

/** The words that the verifier itself provides, once each. */
function provideStatement(machine: Machine, spaces: ReadonlyMap<string, AddressSpace>): void {
  for (const [i, { bus, sign, tuple }] of machine.statement.tuples.entries()) {
    const place = { chip: 'statement', row: i };
    const space = spaces.get(bus.name)!;
    const address = tuple[0]!;
    if (typeof address === 'string') space.fail(0, `the statement chooses ${address}`, place);
    if (sign !== -1) space.fail(Number(address), 'is read by the statement', place);
    space.provide(Number(address), 1, place);
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
  const spaces = new Map(machine.buses.map(({ name }) => [name, new AddressSpace(name, limit)]));
  provideStatement(machine, spaces);
  for (const chip of machine.chips) {
    const given = columns[chip.name]!;
    checkShape(chip, given, rows[chip.name]!);
    for (const { bus, isSend, at, offset, choice, count, isFree } of wordUses(chip)) {
      const [space, addresses, counts] = [spaces.get(bus)!, given[at]!, given[count]!];
      for (const [row, times] of counts.entries()) {
        if (times === 0) continue;
        const [address, place] = [(addresses[row]! + offset) % P, { chip: chip.name, row }];
        if ((isSend || isFree) && times !== 1) space.fail(address, `has the count ${times}`, place);
        const reach = choice.reduce((sum, { flag, weight }) => sum + given[flag]![row]! * weight, 0);
        if (isFree) space.provideFreely(address, place);
        else if (choice.length !== 0) space.readOneOf(address, address + reach, place);
        else if (isSend || times === ASSERTS) space.read(address, place);
        else space.provide(address, times, place);
      }
    }
    checkFlags(chip, given);
  }
  for (const space of spaces.values()) space.close();
}
