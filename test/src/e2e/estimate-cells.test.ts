/** An estimate says where a run's cells go. */
import { readGuest } from '@weft/guest-examples';
import { machineKey } from '@weft/rv32im/key';
import { estimateRun } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { text } from '../support/values.ts';

describe('cells of an estimate', () => {
  it('are those of the rows of each kind, most first, and less than what is committed', async () => {
    const { cycles, estimate } = await estimateRun(readGuest('fibonacci'), [text('10')], { mode: 'core' });
    const { chips, cells } = estimate;
    const columns = new Map(machineKey().machine.chips.map((chip) => [chip.events, chip.columns.length]));
    for (const chip of chips) expect(chip.cells, chip.name).toBe(chip.rows * columns.get(chip.name)!);
    // No precompile and no call of several rows here: a row is an instruction.
    expect(chips.reduce((sum, { rows }) => sum + rows, 0)).toBe(cycles);
    expect(chips.map((chip) => chip.cells)).toEqual(chips.map((chip) => chip.cells).sort((a, b) => b - a));
    expect(chips.every(({ rows }) => rows > 0)).toBe(true);
    expect(chips.reduce((sum, chip) => sum + chip.cells, 0)).toBeLessThan(cells);
  });
});
