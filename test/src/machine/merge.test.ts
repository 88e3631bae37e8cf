/** In small shards rows of chips for some registers are among those for any; in no more cells, and proving the same run. */
import { ChunkPool, EVENT_FIELDS, EventBuffer, type EventBuffers } from '@weft/executor/observe/record';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { machineKey } from '@weft/rv32im/key';
import { mergedEvents } from '@weft/rv32im/shard/merge';
import { mergedRows } from '@weft/rv32im/shard/moves';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findings, trace } from '../support/traces.ts';

const { machine } = machineKey();
const columnsOf = (name: string): number => machine.chips.find((chip) => chip.events === name)!.columns.length;
const PAIRS = [
  ['add_in_place', 'add'],
  ['addi_in_place', 'addi'],
  ['move', 'addi'],
  ['bitwise_in_place', 'bitwise'],
] as const;
const { code } = createProgram(asm.elf(asm.halt()));

/** How many events each class has when these were recorded. */
function merged(counts: Readonly<Record<string, number>>): Record<string, number> {
  const pool = new ChunkPool();
  const names = new Set<string>(PAIRS.flat());
  const events = Object.fromEntries(
    [...names].map((name) => {
      const buffer = new EventBuffer(EVENT_FIELDS[name]!, pool);
      for (let i = 0; i < (counts[name] ?? 0); i++) buffer.reserve();
      return [name, buffer];
    }),
  ) as unknown as EventBuffers;
  return Object.fromEntries([...mergedEvents(machine, code, events)].map(([name, { count }]) => [name, count]));
}

/** Cells of the tables that hold so many rows of a chip: a height, or one and that of a tail. */
function cellsOf(name: string, rows: number): number {
  if (rows === 0) return 0;
  const whole = Math.max(7, Math.ceil(Math.log2(rows)));
  const rest = rows - 2 ** (whole - 1);
  const tail = Math.max(7, Math.ceil(Math.log2(rest)));
  const padded = whole > 12 && tail < whole - 1 ? 2 ** (whole - 1) + 2 ** tail : 2 ** whole;
  return columnsOf(name) * padded;
}

const paddedCells = (counts: Readonly<Record<string, number>>): number =>
  Object.entries(counts).reduce((sum, [name, n]) => sum + cellsOf(name, n), 0);

it('few rows of both are one table', () => {
  expect(merged({ add: 191, add_in_place: 60 })).toMatchObject({ add: 251, add_in_place: 0 });
  expect(merged({ addi: 0, addi_in_place: 100, move: 20 })).toMatchObject({ addi: 0, addi_in_place: 100, move: 20 });
  expect(merged({ addi: 5, addi_in_place: 100, move: 20 })).toMatchObject({ addi: 125, addi_in_place: 0, move: 0 });
});

it('rows too many for a height are among the others', () => {
  expect(merged({ add: 191, add_in_place: 553 })).toMatchObject({ add: 232, add_in_place: 512 });
  // A head of 2^14 rows and a tail of 2^13; what is left over would make that 2^14.
  const most = 2 ** 14 + 2 ** 13;
  expect(merged({ add: 200, add_in_place: most + 424 })).toMatchObject({ add: 624, add_in_place: most });
  expect(merged({ add: 200, add_in_place: most })).toMatchObject({ add: 200, add_in_place: most });
});

it('tables stay apart where one would take more cells, or the rows to be moved are many', () => {
  expect(merged({ add: 128, add_in_place: 1 })).toMatchObject({ add: 128, add_in_place: 1 });
  expect(merged({ add: 4000, add_in_place: 97 })).toMatchObject({ add: 4000, add_in_place: 97 });
  expect(merged({ add: 4000, add_in_place: 96 })).toMatchObject({ add: 4096, add_in_place: 0 });
  const [head, most] = [2 ** 14, 2 ** 12];
  expect(merged({ add: 0, add_in_place: head + most })).toMatchObject({ add: 0, add_in_place: head + most });
  // Padded to 2^15 rows: there is room for more than may be moved.
  const add = 2 ** 14 + 2 ** 13 + 1;
  expect(merged({ add, add_in_place: 2 ** 15 + most })).toMatchObject({ add_in_place: 2 ** 15 });
  expect(merged({ add, add_in_place: 2 ** 15 + most + 1 })).toMatchObject({ add_in_place: 2 ** 15 + 2 ** 7 });
});

it('never in more cells, and no row is lost', () => {
  const count = fc.oneof(fc.nat(300), fc.nat(5000), fc.nat(20_000));
  const names = [...new Set<string>(PAIRS.flat())];
  fc.assert(
    fc.property(fc.record(Object.fromEntries(names.map((name) => [name, count]))), (counts) => {
      const after = merged(counts);
      expect(paddedCells(after)).toBeLessThanOrEqual(paddedCells(counts));
      const rows = (all: Readonly<Record<string, number>>): number => Object.values(all).reduce((a, b) => a + b, 0);
      expect(rows(after)).toBe(rows(counts));
      // What a plan counts with.
      expect(mergedRows(machine, counts)).toEqual(after);
    }),
    { numRuns: 50 },
  );
});

it('a run whose rows are put together is proven as well: each class, also where both operands are the destination', async () => {
  const { traces, statement } = await trace([
    ...asm.li(6, 1234567),
    ...asm.li(7, -5),
    asm.r('ADD', 5, 6, 7),
    asm.r('ADD', 5, 5, 7),
    asm.r('ADD', 5, 7, 5),
    asm.r('ADD', 5, 5, 5),
    asm.r('SUB', 5, 5, 5),
    asm.r('SUB', 5, 5, 0),
    asm.i('ADDI', 8, 6, 9),
    asm.i('ADDI', 8, 8, -3),
    asm.i('ADDI', 5, 8, 0),
    asm.r('XOR', 9, 6, 7),
    asm.r('XOR', 9, 9, 7),
    asm.r('OR', 9, 6, 9),
    asm.r('AND', 9, 9, 9),
    ...asm.halt(),
  ]);
  expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
  const rows = (name: string): number | undefined => traces.find((t) => t?.chip.name === name)?.logHeight;
  for (const [narrow, wide] of PAIRS) expect([rows(narrow), rows(wide)]).toEqual([undefined, 7]);
});
