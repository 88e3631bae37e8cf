/** Precompiles without tables: a plain run may have them, a run that is metered or recorded cannot. */
import { keccakP } from '@noble/hashes/sha3.js';
import { codeOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { Meter } from '../observe/meter.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import { LiveHost } from '../run/host.ts';
import { Interpreter } from '../run/interpreter.ts';
import { initialState } from '../run/state.ts';
import { UNPROVEN_CALLS } from './unproven.ts';

const WORDS = 50;
const { word } = seeded(3);
const state = Uint32Array.from({ length: WORDS }, word);

/** A guest that permutes the state at DATA, and its machine. */
function machine(code: number, isMetered = false) {
  const data = new Uint8Array(state.buffer.slice(0));
  const program = createProgram(asm.elf([...asm.call(code, asm.DATA), ...asm.halt(0)], { data }));
  const start = initialState(program);
  const meter = isMetered ? new Meter(start.memory) : undefined;
  const options = { maxCycles: 1000, unprovenCalls: UNPROVEN_CALLS, meter };
  return new Interpreter(program, start, new LiveHost([], 1000), options);
}

describe('a precompile without tables', () => {
  it('runs where nobody proves, as one cycle', () => {
    const interpreter = machine(SYSCALL.KECCAK_PERMUTE);
    expect(interpreter.run(1000)).toBe('halted');
    const expected = state.slice();
    keccakP(expected);
    const after = Array.from({ length: WORDS }, (_, i) => interpreter.memory.word(asm.DATA + 4 * i) >>> 0);
    expect(after).toEqual([...expected]);
    expect(interpreter.cycles).toBe(asm.call(SYSCALL.KECCAK_PERMUTE, asm.DATA).length + asm.halt(0).length);
  });
  it('is an unknown call where shards are cut', async () => {
    expect(await codeOf(async () => machine(SYSCALL.KECCAK_PERMUTE, true).run(1000))).toBe('UNKNOWN_SYSCALL');
  });
  it('is not what a call with tables is', () => {
    for (const code of [SYSCALL.SHA_EXTEND, SYSCALL.SHA_COMPRESS, SYSCALL.HALT])
      expect(UNPROVEN_CALLS.has(code)).toBe(false);
  });
});
