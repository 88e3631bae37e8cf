/** Every operation on edge operands and with aliased registers, against semantics written from the specification. */

import { describe, expect, it } from 'vitest';
import * as asm from '../program/assembler.ts';
import { EDGES } from '../testing.ts';
import { interpret } from './interpret.test-support.ts';
import { compute, taken } from './reference.test-support.ts';

/** Registers that the programs use: operands, result, result pointer. */
const [X, Y, Z, OUT] = [6, 7, 28, 8];

/** Runs `body` for each case, which leaves its result in register Z; returns the results. */
function results(bodies: readonly (readonly number[])[]): number[] {
  const words = bodies.flatMap((body) => [...body, asm.store('SW', Z, OUT, 0), asm.i('ADDI', OUT, OUT, 4)]);
  const machine = interpret([...asm.li(OUT, asm.DATA), ...words, ...asm.halt()]);
  return bodies.map((_, k) => machine.memory.word(asm.DATA + 4 * k) >>> 0);
}
const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const));
const immediates = [0, 1, -1, 31, 127, -128, 2047, -2048];

describe('register operations', () => {
  it.each(asm.registerOps)('%s on all pairs of edges', (op) => {
    const got = results(pairs.map(([a, b]) => [...asm.li(X, a), ...asm.li(Y, b), asm.r(op, Z, X, Y)]));
    expect(got).toEqual(pairs.map(([a, b]) => compute(op, a, b)));
  });
  it.each(asm.registerOps)('%s with aliased registers', (op) => {
    const got = results(
      EDGES.flatMap((a) => [
        [...asm.li(X, a), asm.r(op, Z, X, X)],
        [...asm.li(Z, a), ...asm.li(Y, 5), asm.r(op, Z, Z, Y)],
        [...asm.li(X, 5), ...asm.li(Z, a), asm.r(op, Z, X, Z)],
        [...asm.li(Z, a), asm.r(op, Z, Z, Z)],
        [...asm.li(X, a), asm.r(op, Z, X, 0)],
        [...asm.li(X, a), asm.r(op, Z, 0, X)],
        [...asm.li(X, a), asm.r(op, 0, X, X), asm.i('ADDI', Z, 0, 0)],
      ]),
    );
    const want = EDGES.flatMap((a) => [
      compute(op, a, a),
      compute(op, a, 5),
      compute(op, 5, a),
      compute(op, a, a),
      compute(op, a, 0),
      compute(op, 0, a),
      0,
    ]);
    expect(got).toEqual(want);
  });
});

describe('immediate operations', () => {
  it.each(asm.immediateOps)('%s on edges', (op) => {
    const isShift = ['SLLI', 'SRLI', 'SRAI'].includes(op);
    const cases = EDGES.flatMap((a) => (isShift ? [0, 1, 15, 16, 17, 31] : immediates).map((imm) => [a, imm] as const));
    const got = results(cases.map(([a, imm]) => [...asm.li(X, a), asm.i(op, Z, X, imm)]));
    expect(got).toEqual(cases.map(([a, imm]) => compute(op, a, imm)));
  });
});

describe('control flow', () => {
  it.each(asm.branchOps)('%s on all pairs of edges', (op) => {
    const got = results(
      pairs.map(([a, b]) => [
        ...asm.li(X, a),
        ...asm.li(Y, b),
        asm.i('ADDI', Z, 0, 1),
        asm.branch(op, X, Y, 8),
        asm.i('ADDI', Z, 0, 0),
      ]),
    );
    expect(got).toEqual(pairs.map(([a, b]) => (taken(op, a, b) ? 1 : 0)));
  });
  it('JAL and JALR link and jump, JALR dropping bit 0', () => {
    const words = [
      asm.jal(1, 8),
      asm.EBREAK, // at 0: link = TEXT + 4, to 8
      asm.auipc(X, 0),
      asm.jalr(Z, X, 17),
      asm.EBREAK,
      asm.EBREAK, // 8: X = TEXT + 8; 12: to TEXT + 24
      ...asm.li(OUT, asm.DATA),
      asm.store('SW', 1, OUT, 0),
      asm.store('SW', Z, OUT, 4),
      ...asm.halt(),
    ];
    const { memory } = interpret(words);
    expect([memory.word(asm.DATA), memory.word(asm.DATA + 4)]).toEqual([asm.TEXT + 4, asm.TEXT + 16]);
  });
  it('LUI and AUIPC', () => {
    expect(results([[asm.lui(Z, 0xfffff)], [asm.lui(Z, 0x80000)]])).toEqual([0xfffff000, 0x80000000]);
    // The third body starts at word 2 (li) + 0.
    expect(results([[asm.auipc(Z, 1)]])).toEqual([asm.TEXT + 8 + 0x1000]);
  });
  it('FENCE does nothing', () => {
    expect(results([[...asm.li(Z, 77), asm.FENCE]])).toEqual([77]);
  });
});

describe('loads and stores', () => {
  const word = 0x8182f3f4;
  it('loads every size at every offset, with and without sign', () => {
    const at = (op: asm.LoadOp, offset: number): number[] => [
      ...asm.li(X, asm.DATA + 0x800),
      ...asm.li(Y, word),
      asm.store('SW', Y, X, 0),
      asm.load(op, Z, X, offset),
    ];
    expect(results([0, 1, 2, 3].map((o) => at('LBU', o)))).toEqual([0xf4, 0xf3, 0x82, 0x81]);
    expect(results([0, 1, 2, 3].map((o) => at('LB', o)))).toEqual([0xfffffff4, 0xfffffff3, 0xffffff82, 0xffffff81]);
    expect(results([0, 2].map((o) => at('LHU', o)))).toEqual([0xf3f4, 0x8182]);
    expect(results([0, 2].map((o) => at('LH', o)))).toEqual([0xfffff3f4, 0xffff8182]);
    expect(results([at('LW', 0)])).toEqual([word]);
  });
  it('stores leave the rest of the word alone', () => {
    const at = (op: asm.StoreOp, offset: number): number[] => [
      ...asm.li(X, asm.DATA + 0x800),
      ...asm.li(Y, word),
      asm.store('SW', Y, X, 0),
      ...asm.li(Y, 0xaabbccdd),
      asm.store(op, Y, X, offset),
      asm.load('LW', Z, X, 0),
    ];
    expect(results([0, 1, 2, 3].map((o) => at('SB', o)))).toEqual([0x8182f3dd, 0x8182ddf4, 0x81ddf3f4, 0xdd82f3f4]);
    expect(results([0, 2].map((o) => at('SH', o)))).toEqual([0x8182ccdd, 0xccddf3f4]);
    expect(results([at('SW', 0)])).toEqual([0xaabbccdd]);
  });
  it('addresses wrap modulo 2^32', () => {
    // 0xfffff901 + 0x7ff = 2^32 + 0x100.
    const words = [...asm.li(X, 0x100), ...asm.li(Y, 9), asm.store('SW', Y, X, 0), ...asm.li(X, 0xfffff901)];
    const program = [...words, asm.load('LW', Z, X, 0x7ff), ...asm.halt()];
    expect(interpret(asm.elf(program, { lowMemory: true })).registers[Z]).toBe(9);
  });
});
