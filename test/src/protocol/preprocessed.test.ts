/** Machines with no preprocessed table, and with two of other widths and heights than each other. */
import type { Felt } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import {
  type Bus,
  type Chip,
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  FIRST_MACHINE_BUS,
  type MachineKey,
  machineTables,
  POSEIDON2_KOALABEAR,
  preprocess,
  proveTables,
  verifyBytes,
} from '@weft/prover';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { describe, expect, it } from 'vitest';

const bus = (index: number, name: string, arity: number): Bus => ({
  id: FIRST_MACHINE_BUS + index,
  name,
  kind: 'lookup',
  arity,
});
const SQUARES = bus(0, 'squares', 2);
const NARROW = bus(1, 'narrow', 1);
const SUM: Bus = { id: FIRST_MACHINE_BUS + 2, name: 'sum', kind: 'permutation', arity: 1 };
const nothing: Felt[] = [];

/** Asks a table of squares, and a table of one column, once a row. */
const asker: Chip = defineChip('asker', { events: 'ask' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [x, y] = [c.col('x', c.event('x')), c.col('y', c.event('y'))];
  c.send(SQUARES, [x, y], isReal);
  c.send(NARROW, [x], isReal);
});
const byFirst = () => (tuple: readonly Uint32Array[], row: number) => tuple[0]![row]!;
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

const keyOf = (name: string, chips: readonly Chip[]): MachineKey =>
  createMachineKey(POSEIDON2_KOALABEAR, defineMachine(name, chips), [16], { role: 'test' });
const two = keyOf('two', [asker, narrow, squares]);
const rows = (log: number, f: (i: number) => number): Uint32Array =>
  Uint32Array.from({ length: 2 ** log }, (_, i) => f(i));
const columns = {
  narrow: [rows(7, (i) => i)],
  squares: [rows(9, (i) => i), rows(9, () => 7), rows(9, (i) => i * i)],
};
const asked = [3, 3, 5, 127];
const tablesFor = (key: MachineKey, fixed: Parameters<typeof machineTables>[1], y = (x: number) => x * x) =>
  machineTables(key.machine, fixed, new Map([['ask', eventsOf(asked.map((x) => ({ x, y: y(x) })))]])).tables;

describe('two preprocessed tables', () => {
  it('are proven, by kernels and oracle alike, and verified', async () => {
    const program = await preprocess(two, columns);
    expect(program.key.logHeights).toEqual([7, 9]);
    const proof = await proveTables(two, program, tablesFor(two, program.columns), []);
    verifyBytes(two, program.key, nothing, proof);
    const plain = await preprocess(two, columns, oracleEngine);
    expect(plain.key).toEqual(program.key);
    const slow = await proveTables(two, plain, tablesFor(two, plain.columns), [], { engine: oracleEngine });
    expect(Buffer.compare(slow, proof)).toBe(0);
  });
  it('hold what setup put there and nothing else', async () => {
    const program = await preprocess(two, columns);
    const other = await preprocess(two, {
      ...columns,
      squares: [columns.squares[0]!, columns.squares[1]!, rows(9, (i) => i + 1)],
    });
    const proof = await proveTables(two, program, tablesFor(two, program.columns), []);
    // The root is observed, so another program's proof is another proof altogether.
    expect(reasonOf(() => verifyBytes(two, other.key, nothing, proof))).not.toBe('accepted');
    // A prover that fills with another program's columns but claims this one: its evaluations are not those of the root.
    const mixed = { ...other, key: program.key, committed: program.committed };
    const lie = await proveTables(
      two,
      mixed,
      tablesFor(two, other.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => verifyBytes(two, program.key, nothing, lie))).toBe('opening');
    // One that commits to those columns as well opens honestly, all that it says holds of them: only the root objects.
    const forged = await proveTables(
      two,
      { ...other, key: program.key },
      tablesFor(two, other.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => verifyBytes(two, other.key, nothing, forged))).not.toBe('accepted');
    expect(reasonOf(() => verifyBytes(two, program.key, nothing, forged))).toBe('merkle');
    // And with the right columns the false square is in no table.
    const miss = await proveTables(
      two,
      program,
      tablesFor(two, program.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => verifyBytes(two, program.key, nothing, miss))).toBe('bus_balance');
  });
  it('are committed to again from the digests that were kept, and open the same', async () => {
    const program = await preprocess(two, columns);
    const digests = program.committed!.commitment.digests();
    const again = await preprocess(two, columns, undefined, digests);
    expect(again.key).toEqual(program.key);
    const proof = await proveTables(two, program, tablesFor(two, program.columns), []);
    expect(Buffer.compare(await proveTables(two, again, tablesFor(two, again.columns), []), proof)).toBe(0);
    for (const wrong of [digests.subarray(8), new Uint32Array(2 * digests.length), digests.with(0, 0xffffffff)])
      await expect(preprocess(two, columns, undefined, wrong)).rejects.toThrow(RangeError);
    // Digests that are others have another root.
    expect((await preprocess(two, columns, undefined, digests.with(0, 1))).key.root).not.toEqual(program.key.root);
  });
  it('are not opened under digests of other columns', async () => {
    const program = await preprocess(two, columns);
    const digests = program.committed!.commitment.digests();
    const other = { ...columns, narrow: [rows(7, (i) => i ^ 1)] };
    const mixed = await preprocess(two, other, undefined, digests);
    expect(mixed.key.root).toEqual(program.key.root);
    await expect(proveTables(two, mixed, tablesFor(two, mixed.columns), [])).rejects.toMatchObject({
      code: 'PREPROCESSED',
    });
  });
  it('keep of their tree what lies under the rows that were opened last', async () => {
    const { commitment } = (await preprocess(two, columns)).committed!;
    const plain = (await preprocess(two, columns, oracleEngine)).committed!.commitment;
    const last = 2 ** commitment.logRows - 1;
    expect(() => commitment.node(0, 5)).toThrow(RangeError);
    expect(await commitment.rows([5, last])).toEqual(await plain.rows([5, last]));
    for (let level = 0; level < commitment.logRows; level++)
      for (const index of [5, last])
        expect(commitment.node(level, (index >> level) ^ 1)).toEqual(plain.node(level, (index >> level) ^ 1));
    expect(commitment.node(commitment.logRows, 0)).toEqual(plain.node(commitment.logRows, 0));
  });
  it('have the heights of the key', async () => {
    const program = await preprocess(two, columns);
    const proof = await proveTables(two, program, tablesFor(two, program.columns), []);
    for (const logHeights of [
      [9, 7],
      [7, 8],
      [8, 9],
    ])
      expect(reasonOf(() => verifyBytes(two, { ...program.key, logHeights }, nothing, proof))).not.toBe('accepted');
  });
  it.each([
    ['a chip is missing', { narrow: columns.narrow }],
    ['a chip is unknown', { ...columns, wide: columns.narrow }],
    ['a column is missing', { ...columns, squares: columns.squares.slice(1) }],
    [
      'columns differ in length',
      { ...columns, squares: [rows(8, (i) => i), columns.squares[1]!, columns.squares[2]!] },
    ],
    ['no power of two', { ...columns, narrow: [new Uint32Array(200)] }],
    ['too few rows', { ...columns, narrow: [new Uint32Array(64)] }],
  ])('setup refuses: %s', async (_, given) => {
    await expect(preprocess(two, given)).rejects.toMatchObject({ code: 'PREPROCESSED' });
  });
});

it('a preprocessed table of 2^7 rows and one column, the least there is', async () => {
  const sender: Chip = defineChip('sender', { events: 'send' }, (c) =>
    c.send(NARROW, [c.col('x', c.event('x'))], c.bool('is_real', c.literal(1))),
  );
  const key = keyOf('least', [sender, narrow]);
  const program = await preprocess(key, { narrow: columns.narrow });
  const { tables } = machineTables(key.machine, program.columns, new Map([['send', eventsOf([{ x: 4 }])]]));
  verifyBytes(key, program.key, [], await proveTables(key, program, tables, []));
});

it('a machine without preprocessed tables', async () => {
  const sender: Chip = defineChip('sender', { events: 'send' }, (c) => {
    const isReal = c.bool('is_real', c.literal(1));
    const x = c.col('x', c.event('x'));
    c.send(SUM, [x], isReal);
    c.receive(SUM, [x], isReal);
  });
  const key = keyOf('none', [sender]);
  const program = await preprocess(key, {});
  expect(program.key).toEqual({ logHeights: [], root: [] });
  const { tables } = machineTables(key.machine, program.columns, new Map([['send', eventsOf([{ x: 4 }])]]));
  const proof = await proveTables(key, program, tables, []);
  verifyBytes(key, program.key, nothing, proof);
  expect(reasonOf(() => verifyBytes(key, program.key, nothing, proof.subarray(4)))).not.toBe('accepted');
  expect(reasonOf(() => verifyBytes(key, program.key, nothing, Uint8Array.of(...proof, 0, 0, 0, 0)))).toBe('format');
});
