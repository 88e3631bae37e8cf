/** The key-generation check: columns in which an address could mean two words, or none, make no key. */
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { expect, it } from 'vitest';
import { checkColumns } from './check.ts';
import { ASSERTS } from './rows.ts';
import { FULL, lowerSample, NARROW } from './sample.test-support.ts';
import { wordUses } from './uses.ts';

const { machine, lowered } = lowerSample();
type Columns = Record<string, Uint32Array[]>;

/** The column of this name, `chip.column`, and the first row where it holds what `wanted` wants. */
function find(columns: Columns, name: string, wanted: (x: number) => boolean = (x) => x !== 0): [Uint32Array, number] {
  const [chip, column] = name.split('.') as [string, string];
  const { fixedColumns } = machine.machine.chips.find((c) => c.name === chip)!;
  const cells = columns[chip]![fixedColumns.indexOf(column)]!;
  const row = cells.findIndex(wanted);
  expect(row, name).toBeGreaterThanOrEqual(0);
  return [cells, row];
}

const set =
  (name: string, value: number | ((x: number) => number), wanted?: (x: number) => boolean) => (columns: Columns) => {
    const [cells, row] = find(columns, name, wanted);
    cells[row] = typeof value === 'number' ? value : value(cells[row]!);
  };
const isProvided = (x: number): boolean => x !== 0 && x !== ASSERTS;
/** More than any address. */
const NOWHERE = 2 ** 30;
const next = (x: number): number => x + 1;

const faults: [string, (columns: Columns) => void, RegExp][] = [
  [
    'two providers',
    (columns) => {
      const [at, row] = find(columns, 'ext.at_out');
      const [, counted] = find(columns, 'ext.count', isProvided);
      const others = find(columns, 'linear.at_out')[0];
      others[find(columns, 'linear.count', isProvided)[1]] = at[Math.max(row, counted)]!;
    },
    /ext \d+: has two providers \(linear, row \d+\)/,
  ],
  ['too high a count', set('ext.count', next, isProvided), /is provided \d+ times and read \d+ times/],
  ['too low a count', set('base.count', (x) => x - 1, isProvided), /felt \d+: is (provided 0|provided|read)/],
  ['a count that wraps', set('hash_leaf.next_count', P - 2, isProvided), /digest \d+: is provided 2130706431 times/],
  ['an assertion that became a provider', set('linear.count', 1, (x) => x === ASSERTS), /ext \d+: has two providers/],
  ['a read of nothing', set('ext.at_a', NOWHERE), /ext 1073741824: is read 1 times, and nothing provides it/],
  ['a read of no address', set('pack.at_felts', 0), /felt 0: is read, and is no address/],
  ['a provider without an address', set('hint.at_ext', 0), /ext 0: is provided, and is no address/],
  [
    'a word of another type',
    (columns) => {
      // Addresses of base words go on where those of digests end.
      const felts = find(columns, 'bits.at_x')[0];
      set('choose.at_list', felts[0]!)(columns);
    },
    /digest \d+: may be chosen, and is not provided freely/,
  ],
  [
    'another provider of a digest that positions choose',
    (columns) => {
      const list = find(columns, 'cap.at_digest')[0][0]!;
      const [, row] = find(columns, 'hash_leaf.next_count', isProvided);
      find(columns, 'hash_leaf.at_next')[0][row] = list;
    },
    /digest \d+: has two providers/,
  ],
  [
    'a choice beyond the list in the last row',
    (columns) => {
      find(columns, 'choose.at_list')[0][lowered.rows['choose']! - 1]!++;
    },
    /may be chosen, and is not provided freely/,
  ],
  ['a choice beyond the list', set('choose.at_list', next), /may be chosen, and is not provided freely/],
  ['a read that counts twice', set('ext.is_real', 2), /ext \d+: has the count 2 \(ext, row 0\)/],
  ['a row that reads and does not say so', set('fold.is_real', 0), /is provided \d+ times and read \d+ times/],
  ['a flag of its own', set('bits.is_one_hot', 3), /FLAG|is_one_hot is 3/],
  [
    'factors that cancel',
    (columns) => {
      const row = find(columns, 'bits.is_exact')[1];
      find(columns, 'bits.factor_20', () => true)[0][row] = P - 1;
    },
    /an exact row has a factor 2130706432/,
  ],
  [
    'a padding row that speaks',
    (columns) => {
      const cells = find(columns, 'hash_node.is_step')[0];
      cells[cells.length - 1] = 1;
    },
    /is_step is not 0 in padding/,
  ],
  ['a cell beyond p', set('ext.q', P), /q holds what is no element/],
  ['statement words that nobody takes', set('publics.is_real', 0), /statement 1: is provided 1 times and read 0 times/],
  [
    'statement words taken twice',
    set('publics.index', 1, (x) => x === 2),
    /statement 1: is provided 1 times and read 2/,
  ],
  ['a missing column', (columns) => void columns['pack']!.pop(), /chip pack: 3 columns/],
  [
    'too low a table',
    (columns) => void (columns['hint'] = columns['hint']!.map((c) => c.subarray(64))),
    /64 rows are no height for/,
  ],
  [
    'a height that is none',
    (columns) => void (columns['hint'] = columns['hint']!.map(() => new Uint32Array(192))),
    /192 rows are no height/,
  ],
  ['columns of two heights', (columns) => void (columns['hint']![1] = new Uint32Array(256)), /has 256 rows, not 128/],
];

const copy = ({ columns } = lowered): Columns =>
  Object.fromEntries(Object.entries(columns).map(([chip, list]) => [chip, list.map((column) => column.slice())]));

it.each(faults)('refuses %s', (_, work, message) => {
  const columns = copy();
  checkColumns(machine, columns, lowered.rows);
  work(columns);
  const check = (): void => checkColumns(machine, columns, lowered.rows);
  expect(check).toThrow(ConstraintError);
  expect(check).toThrow(message);
});

const machines = [FULL, NARROW].map((kind) => ({ ...lowerSample(kind), form: kind.form.name }));
const everyChip = machines.flatMap((one) =>
  one.machine.machine.chips.map((chip) => ({ ...one, name: chip.name, chip })),
);

it.each(everyChip)('looks at every use in $form $name', ({ machine, lowered, name, chip }) => {
  const columns = copy(lowered);
  /** What the check says with one cell changed. */
  const withCell = (column: number, row: number, value: number): string => {
    const cells = columns[name]![column]!;
    const before = cells[row]!;
    cells[row] = value;
    let message = 'accepted';
    try {
      checkColumns(machine, columns, lowered.rows);
    } catch (error) {
      message = (error as Error).message;
    }
    cells[row] = before;
    return message;
  };
  const flagged = new Set(wordUses(chip).map(({ count }) => count));
  const exact = chip.fixedColumns.indexOf('is_exact');
  for (const row of new Set([0, lowered.rows[name]! - 1])) {
    // A factor of an exact row is a flag as well.
    for (const [c, column] of chip.fixedColumns.entries())
      if (column.startsWith('factor_') && columns[name]![exact]![row] === 1)
        expect(withCell(c, row, 2)).toBe(`${name}, row ${row}: an exact row has a factor 2`);
    for (const { at, count, isFree } of wordUses(chip)) {
      const times = columns[name]![count]![row]!;
      if (times === 0) continue;
      expect(withCell(at, row, NOWHERE), `address ${at}`).toMatch(/provide/);
      if (times !== ASSERTS && !isFree)
        expect(withCell(count, row, times + 1), `count ${count}`).toMatch(/provided|has the count 2/);
    }
    for (const [c, column] of chip.fixedColumns.entries())
      if (column.startsWith('is_'))
        expect(withCell(c, row, 2)).toMatch(flagged.has(c) ? /has the count 2/ : `${name}, row ${row}: ${column} is 2`);
    for (const c of chip.fixedColumns.keys()) {
      expect(withCell(c, row, P)).toBe(`chip ${name}: ${chip.fixedColumns[c]} holds what is no element`);
      const last = columns[name]![c]!.length - 1;
      expect(withCell(c, last, P)).toBe(`chip ${name}: ${chip.fixedColumns[c]} holds what is no element`);
      for (const padding of [lowered.rows[name]!, last])
        expect(withCell(c, padding, 1)).toBe(`chip ${name}: ${chip.fixedColumns[c]} is not 0 in padding`);
    }
  }
});

it('lets a digest of a list be read by its address as well', () => {
  const columns = copy();
  const list = find(columns, 'cap.at_digest')[0][0]!;
  const [steps, row] = find(columns, 'hash_node.at_digest');
  const [, parent] = find(columns, 'hash_node.at_parent', (x) => x === steps[row]);
  steps[row] = list;
  // What was read there before is read once less.
  find(columns, 'hash_node.parent_count', () => true)[0][parent] = 0;
  checkColumns(machine, columns, lowered.rows);
});

it('looks at the last row of a full table', () => {
  const columns = copy();
  for (const column of columns['hint']!) column[column.length - 1] = column[0]!;
  const rows = { ...lowered.rows, hint: columns['hint']![0]!.length };
  expect(() => checkColumns(machine, columns, rows)).toThrow(/has two providers \(hint, row 127\)/);
});

it('refuses statements that are read, or that choose where they are', () => {
  const [first] = machine.machine.statement.tuples;
  const check = (change: Partial<NonNullable<typeof first>>) => (): void => {
    const statement = { ...machine.machine.statement, tuples: [{ ...first!, ...change }] };
    checkColumns({ machine: { ...machine.machine, statement } }, lowered.columns, lowered.rows);
  };
  expect(check({})).toThrow('statement 2: is read 1 times, and nothing provides it');
  expect(check({ sign: 1 })).toThrow('statement 1: is read by the statement');
  expect(check({ tuple: ['word_0', ...first!.tuple.slice(1)] })).toThrow('the statement chooses word_0');
});

it('refuses as many reads as there are elements', () => {
  const reads = new Map<string, number>();
  for (const chip of machine.machine.chips)
    for (const { bus, isSend, count } of wordUses(chip)) {
      const counts = lowered.columns[chip.name]![count]!;
      const times = counts.reduce((n, x) => n + Number(isSend ? x === 1 : x === ASSERTS), 0);
      reads.set(bus, (reads.get(bus) ?? 0) + times);
    }
  const most = Math.max(...reads.values());
  expect(() => checkColumns(machine, lowered.columns, lowered.rows, most + 1)).not.toThrow();
  expect(() => checkColumns(machine, lowered.columns, lowered.rows, most)).toThrow(/is one of \d+ reads, too many/);
});
