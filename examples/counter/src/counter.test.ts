import { checkBuses, checkConstraints, eventsOf, fillTables, machineTables, VerificationError } from '@weft/prover';
import { describe, expect, it } from 'vitest';
import { machine, prove, setup, verify } from './index.ts';

const operands = Uint8Array.from({ length: 200 }, (_, i) => (37 * i + 11) % 256);
const program = await setup(operands);

describe('counter', () => {
  it.each([1, 100, 200])('proves %i steps', async (steps) => {
    const { statement, proof } = await prove(program, 5, steps);
    expect(statement.end).toBe(operands.subarray(0, steps).reduce((a, b) => a + b, 5));
    verify(program.key, statement, proof);
  });
  it('rejects another end, another program and a changed proof', async () => {
    const { statement, proof } = await prove(program, 5, 100);
    const other = await setup(operands.toReversed());
    const changed = Uint8Array.from(proof);
    changed[1000]! ^= 1;
    for (const attempt of [
      () => verify(program.key, { ...statement, end: statement.end + 1 }, proof),
      () => verify(other.key, statement, proof),
      () => verify(program.key, statement, changed),
    ])
      expect(attempt).toThrow(VerificationError);
  });
  it('debuggers name what is wrong with a trace', () => {
    const events = [{ index: 0, x: 5, operand: operands[0]! + 1 }];
    const { tables } = machineTables(machine, program.columns, new Map([['step', eventsOf(events)]]));
    const traces = fillTables(tables).filter((t) => t !== undefined);
    expect(checkConstraints(traces)).toEqual([]);
    const tuples = checkBuses(traces);
    expect(tuples.map((t) => t.bus)).toContain('program');
    expect(tuples.find((t) => t.bus === 'program')!.parties).toEqual(['+1 step[0]']);
  });
});
