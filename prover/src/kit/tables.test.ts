import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import type { Chip } from '../air/chip.ts';
import { defineMachine } from '../air/machine.ts';
import { lookupTables } from '../air/tables.ts';
import { byteChip, nibbleChip, rangeChip, smallRangeChip } from './tables.ts';

describe.each([rangeChip, byteChip, smallRangeChip, nibbleChip].map((chip) => [chip.name, chip] as const))(
  'rows of %s',
  (_, chip: Chip) => {
    const { fixed, counters, logHeight } = lookupTables(defineMachine('table', [chip]), [])[0]!;
    const rows = 2 ** logHeight;
    const tuples = chip.interactions.map(({ tuple }) => tuple.length);
    it('are found', () => {
      for (const [k, { findRows }] of counters.entries()) {
        const found = new Int32Array(rows + 1).fill(7);
        findRows(fixed.slice(0, tuples[k]), rows, found);
        // The first row of a range table repeats another one.
        const isRepeated = fixed[0]![1] === 0;
        expect(found.findIndex((row, i) => row !== (i === 0 && isRepeated ? 1 : i))).toBe(rows);
        expect(found[rows]).toBe(7);
      }
    });
    it('are not found where there are none', () => {
      const { word } = seeded(1);
      const size = 4096;
      const edges = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 256, 65536, 32, 17, 16, 9, 8, 1, 0];
      const some = (): number => (word() % 2 === 0 ? edges[word() % edges.length]! : word() % 300);
      for (const [k, { findRows }] of counters.entries()) {
        const asked = Array.from({ length: tuples[k]! }, () => new Uint32Array(size).map(some));
        const held = new Map<string, number>();
        const columns = fixed.slice(0, tuples[k]);
        for (let row = 0; row < rows; row++) held.set(columns.map((column) => column[row]).join(), row);
        const found = new Int32Array(size);
        findRows(asked, size, found);
        const expected = found.map((_, i) => held.get(asked.map((column) => column[i]).join()) ?? -1);
        expect(found).toEqual(expected);
        expect(expected.some((row) => row < 0) && expected.some((row) => row >= 0)).toBe(true);
      }
    });
  },
);
