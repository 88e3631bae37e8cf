/** Calls of one row, from the guest's ECALL to a proof: what they leave in memory, and that nothing else passes. */
import { execute } from '@weft/executor/executor';
import { OPERATIONS, ROW_OPERATIONS } from '@weft/executor/precompiles/index';
import { accessesOf, addressOf, type Operation } from '@weft/executor/precompiles/operation';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { seeded } from '@weft/primitives/testing';
import { machineKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { findings, type Traced, traceRun } from '../support/traces.ts';

const { DATA } = asm;
const A1_AT = DATA + 0x400;

/** Operands that have a result: random numbers below 2^250 have it in all fields, and no two of them are equal. */
function operands(seed: number): Uint8Array {
  const { word } = seeded(seed);
  const data = new Uint32Array(0x600 / 4);
  for (const i of data.keys()) data[i] = word() >>> 0;
  for (let i = 7; i < data.length; i += 4) data[i]! &= 0x03ffffff;
  return new Uint8Array(data.buffer);
}

/** Two calls, the second on what the first left. */
function guest({ code }: Operation, data: Uint8Array): Uint8Array {
  const call = asm.call(code, DATA, A1_AT);
  return asm.elf([...call, ...call, ...asm.halt(0)], { data });
}

const words = (data: Uint8Array): Map<number, number> => {
  const view = new DataView(data.buffer);
  return new Map(Array.from({ length: data.length / 4 }, (_, i) => [DATA + 4 * i, view.getUint32(4 * i, true)]));
};

describe.each(ROW_OPERATIONS.map((operation, k) => [operation.name, operation, k] as const))(
  '%s',
  (_, operation, k) => {
    const data = operands(k);
    it('is traced without a finding', async () => {
      const traced = await traceRun(guest(operation, data));
      expect(findings(traced.traces, traced.statement)).toEqual({ constraints: [], tuples: [] });
      const rows = traced.traces.filter((t) => t?.chip.name === operation.name.toLowerCase());
      expect(rows).toHaveLength(1);
    });
  },
);
