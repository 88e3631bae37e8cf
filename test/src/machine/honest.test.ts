/** Honest traces satisfy every constraint and balance every bus; padding rows keep quiet. */

import * as asm from '@weft/executor/program/assembler';
import { readGuest } from '@weft/guest-examples';
import { P } from '@weft/primitives/field/base';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { splitCapacities, splitHeights } from '@weft/prover/air/tails';
import { machineKey, riscvKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { everything, SYSCALL_INPUT } from '../support/programs.ts';
import { findings, trace, traceRun } from '../support/traces.ts';
import { text } from '../support/values.ts';

const { machine } = machineKey();

describe('honest traces', () => {
  it('every instruction and system call on edge operands', async () => {
    const { traces, statement } = await traceRun(everything(), SYSCALL_INPUT);
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    // Those of precompiles have programs of their own.
    const [core] = machineKey().shapes;
    for (const [k, chip] of machine.chips.entries()) {
      // A tail is its head's definition once more, used only behind full heads.
      const isUsed = core!.machine.chips.includes(chip) && !chip.name.endsWith('_tail');
      if (isUsed) expect(traces[k], `table ${chip.name} is used`).toBeDefined();
    }
  });
  it('large tables leave their last rows to a tail', async () => {
    const { traces, statement } = await traceRun(readGuest('loop'), [text('40000')]);
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    const heights = Object.fromEntries(machine.chips.map((chip, k) => [chip.name, traces[k]?.logHeight]));
    expect([heights['addi_in_place'], heights['addi_in_place_tail']]).toEqual([13, 11]);
    for (const count of [1, 128, 129, 4096, 4097, 6000, 2 ** 20 + 1, 2 ** 20 + 2 ** 19 + 1]) {
      const { head, tail } = splitHeights(count);
      const capacity = 2 ** head + (tail === undefined ? 0 : 2 ** tail);
      // The smallest that holds them all.
      expect(splitCapacities(22).find((c) => c >= count)).toBe(capacity);
    }
  });
  it('a program of one instruction class leaves the other tables empty', async () => {
    const { traces, statement } = await trace(asm.halt());
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    const empty = machine.chips.filter((_, k) => traces[k] === undefined).map((c) => c.name);
    expect(empty).toContain('divrem');
    expect(empty).toContain('bump');
  });
  it.each([
    ['sha256', ['abc', '']],
    ['sort-text', ['bob,5\nal,-3\nzed,5\n']],
  ] as const)('the %s guest', async (name, input) => {
    const { traces, statement } = await traceRun(readGuest(name), input.map(text));
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
  });
});

describe('padding rows', () => {
  it.each(machine.chips.map((chip) => [chip.name, chip] as const))(
    'of %s satisfy all constraints with count 0 everywhere',
    (_, chip) => {
      const values = evaluateNodes(BASE_FIELD, chip.nodes, [
        ...chip.padding,
        ...chip.fixedColumns.map((_, i) => 7 + i),
      ]);
      for (const c of chip.constraints) expect(values[c.node], c.name).toBe(0);
      for (const i of chip.interactions) expect(values[i.count], i.bus.name).toBe(0);
    },
  );
  it('counts are 0 or 1 wherever constraints hold: a static bound keeps them below p', () => {
    for (const bus of machine.buses) {
      const reach = machine.chips.flatMap((chip) =>
        chip.interactions.filter((i) => i.bus === bus).map((i) => (i.countBound ?? 0) * 2 ** chip.maxLogHeight),
      );
      expect(reach.reduce((a, b) => a + b, 5)).toBeLessThan(P);
    }
  });
});

describe('every shape', () => {
  it.each(riscvKey().key.shapes.map((shape) => [`${shape.set} 2^${shape.variables}`, shape] as const))(
    'of %s has one kind of table that answers what is looked up on a bus',
    (_, { machine: { chips, buses } }) => {
      for (const bus of buses.filter(({ kind }) => kind === 'lookup')) {
        const answering = chips.filter((c) => c.interactions.some((i) => i.bus === bus && i.sign === -1));
        // A table and its tail are one kind.
        expect(new Set(answering.map(({ name }) => name.replace(/_tail$/, ''))).size, bus.name).toBe(1);
      }
    },
  );
});

describe('structured tables', () => {
  it.each(machine.chips.filter((c) => c.fixed.kind === 'structured').map((c) => [c.name, c] as const))(
    'the formula of %s is the table',
    (_, chip) => {
      if (chip.fixed.kind !== 'structured') return;
      const { table } = chip.fixed;
      const rows = 2 ** table.logHeight;
      for (const row of [0, 1, 2, 3, 255, 256, 65535, rows - 1, 12345].filter((i) => i < rows)) {
        const point = Array.from({ length: table.logHeight }, (_, i) => (row >> i) & 1);
        expect(table.formula(BASE_FIELD, point)).toEqual(chip.fixedColumns.map((_, c) => table.value(c, row)));
      }
    },
  );
});
