/**
 * @module Small machines whose chips ask preprocessed tables: none of them, one, two of other widths and heights. The least
 * proofs there are.
 */
import {
  type Bus,
  type Chip,
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  FIRST_MACHINE_BUS,
  type FindRows,
  type MachineKey,
  machineTables,
  POSEIDON2_KOALABEAR,
  type PreprocessedColumns,
  type Table,
} from '@weft/prover';

const bus = (index: number, name: string, arity: number): Bus => ({
  id: FIRST_MACHINE_BUS + index,
  name,
  kind: 'lookup',
  arity,
});
const SQUARES = bus(0, 'squares', 2);
const NARROW = bus(1, 'narrow', 1);
const SUM: Bus = { id: FIRST_MACHINE_BUS + 2, name: 'sum', kind: 'permutation', arity: 1 };

/** Asks a table of squares, and a table of one column, once a row. */
const asker: Chip = defineChip('asker', { events: 'ask' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [x, y] = [c.col('x', c.event('x')), c.col('y', c.event('y'))];
  c.send(SQUARES, [x, y], isReal);
  c.send(NARROW, [x], isReal);
});
const byFirst = (): FindRows => (tuple, count, found) => found.set(tuple[0]!.subarray(0, count));
const squares: Chip = defineChip('squares', { fixed: { kind: 'preprocessed' } }, (c) => {
  const multiplicity = c.col('multiplicity');
  // The middle column takes no part: the tables differ in width.
  const [x, , y] = [c.fixedCol('x'), c.fixedCol('unused'), c.fixedCol('y')];
  c.provide(SQUARES, [x, y], multiplicity, byFirst);
});
const narrow: Chip = defineChip('narrow', { fixed: { kind: 'preprocessed' } }, (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(NARROW, [c.fixedCol('x')], multiplicity, byFirst);
});
const sender: Chip = defineChip('sender', { events: 'send' }, (c) =>
  c.send(NARROW, [c.col('x', c.event('x'))], c.bool('is_real', c.literal(1))),
);
const echo: Chip = defineChip('echo', { events: 'send' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const x = c.col('x', c.event('x'));
  c.send(SUM, [x], isReal);
  c.receive(SUM, [x], isReal);
});

/** Two shapes, of which these proofs take the first. */
const SIZES = [12, 16];
const keyOf = (name: string, chips: readonly Chip[]): MachineKey =>
  createMachineKey(POSEIDON2_KOALABEAR, defineMachine(name, chips), SIZES, { role: 'test' });

/** Two preprocessed tables. */
export const twoTablesKey: MachineKey = keyOf('two', [asker, narrow, squares]);
/** One, the least that a preprocessed table can be. */
export const leastTableKey: MachineKey = keyOf('least', [sender, narrow]);
/** None. */
export const noTablesKey: MachineKey = keyOf('none', [echo]);

export const rows = (log: number, f: (i: number) => number): Uint32Array =>
  Uint32Array.from({ length: 2 ** log }, (_, i) => f(i));

/** Columns of the two tables. */
export const lookupColumns: Record<'narrow' | 'squares', readonly Uint32Array[]> = {
  narrow: [rows(7, (i) => i)],
  squares: [rows(9, (i) => i), rows(9, () => 7), rows(9, (i) => i * i)],
};

/** Tables of {@link twoTablesKey}, a row for each number asked about. */
export function tablesOfTwo(
  fixed: PreprocessedColumns,
  y: (x: number) => number = (x) => x * x,
  asked: readonly number[] = [3, 3, 5, 127],
): readonly (Table | undefined)[] {
  const events = new Map([['ask', eventsOf(asked.map((x) => ({ x, y: y(x) })))]]);
  return machineTables(twoTablesKey.machine, fixed, events).tables;
}

/** Tables of the other two machines, a row for each number. */
export function tablesOfSender(
  { machine }: MachineKey,
  fixed: PreprocessedColumns,
  sent: readonly number[] = [4],
): readonly (Table | undefined)[] {
  return machineTables(machine, fixed, new Map([['send', eventsOf(sent.map((x) => ({ x })))]])).tables;
}
