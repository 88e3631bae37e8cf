/** Hooks as a guest meets them: by WRITE, answered by the next input items. */
import type { WeftError } from '@weft/primitives';
import { describe, expect, it } from 'vitest';
import { hookOf } from '../hooks/index.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { interpret, trapOf } from './interpret.test-support.ts';
import type { Interpreter } from './interpreter.ts';

const { DATA } = asm;
const TO = DATA + 0x100;

/** The field root hook, of 4 modulo 19 in one byte: yes, and a root of it. */
const REQUEST = Uint8Array.of(0, 0, 0, 1, 4, 19, 2);
const DESCRIPTOR = 20;

/** Asks a hook for what DATA holds. */
const ask = (descriptor = DESCRIPTOR, length = REQUEST.length): number[] =>
  asm.call(SYSCALL.WRITE, descriptor, DATA, length);
const program = (words: readonly number[]): Uint8Array => asm.elf([...words, ...asm.halt()], { data: REQUEST });
const run = (words: readonly number[], stdin: readonly Uint8Array[] = [], maxOutput = 2 ** 16): Interpreter =>
  interpret(program(words), stdin, { maxOutput });
const trap = (words: readonly number[], maxOutput = 2 ** 16): WeftError => trapOf(program(words), [], { maxOutput });

describe('what a hook answers', () => {
  it('is read next, in its order, before what was given', () => {
    const words = [
      ...ask(),
      ...asm.call(SYSCALL.HINT_LEN),
      ...asm.li(6, TO),
      asm.store('SW', 5, 6, 12),
      ...asm.call(SYSCALL.HINT_READ, TO, 1),
      ...asm.call(SYSCALL.HINT_READ, TO + 4, 1),
      ...asm.call(SYSCALL.HINT_READ, TO + 8, 2),
    ];
    const { memory } = run(words, [Uint8Array.of(8, 9)]);
    const [status, root, given, length] = [0, 4, 8, 12].map((k) => memory.word(TO + k));
    expect([status, (root! * root!) % 19, given, length]).toEqual([1, 4, 0x0908, 1]);
  });
  it('is asked for inside an unconstrained block, and read behind it', () => {
    const block = [...ask(), ...asm.call(SYSCALL.EXIT_UNCONSTRAINED)];
    const words = [
      ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
      asm.branch('BEQ', 5, 0, 4 * (1 + block.length)),
      ...block,
      ...asm.call(SYSCALL.HINT_READ, TO, 1),
    ];
    expect(run(words).memory.word(TO)).toBe(1);
  });
  it('counts what it takes in the limit of cycles, exactly, and not in those of the run', () => {
    const words = ask();
    const [own, hook] = [words.length + asm.halt().length, hookOf(DESCRIPTOR)!.cycles(REQUEST.length)];
    expect(hook).toBeGreaterThan(1000);
    const at = (maxCycles: number): number => interpret(program(words), [], { maxCycles }).cycles;
    expect(at(own + hook)).toBe(own);
    const { code, message } = trapOf(program(words), [], { maxCycles: own + hook - 1 });
    expect([code, message]).toEqual(['CYCLE_LIMIT', expect.stringContaining(`${hook} stand for the work of hooks`)]);
  });
  it.each([5, 6, 7, 8, 15, 16, 17, 18, 19])('of descriptor %i counts at least as a quotient', (descriptor) => {
    const { cycles, bytes } = hookOf(descriptor)!;
    expect(cycles(bytes[0])).toBeGreaterThanOrEqual(20_000);
  });
  it.each([
    [20, 3],
    [21, 2],
  ])('of descriptor %i grows with the third power of the modulus', (descriptor, numbers) => {
    const { cycles } = hookOf(descriptor)!;
    expect(cycles(4 + numbers * 512) / cycles(4 + numbers * 256)).toBeGreaterThan(6);
    expect(cycles(4 + numbers * 512)).toBeGreaterThan(30e6);
  });
  it('is one cycle', () => {
    expect(run(ask()).cycles).toBe(ask().length + asm.halt().length);
  });
});

describe("the guest's own hints are read", () => {
  const hint = (descriptor: number, at: number): number[] => asm.call(SYSCALL.WRITE, descriptor, DATA + at, 1);
  const given = [Uint8Array.of(50), Uint8Array.of(60)];
  /** What REQUEST's bytes 4, 19 and 2 and the given items are read as, in this order. */
  const order = (descriptors: readonly number[]): number[] => {
    const words = descriptors.flatMap((descriptor, k) => hint(descriptor, 4 + k));
    const count = descriptors.length + given.length;
    const reads = Array.from({ length: count }, (_, k) => asm.call(SYSCALL.HINT_READ, TO + 4 * k, 1));
    const { memory } = run([...words, ...reads.flat()], given);
    return Array.from({ length: count }, (_, k) => memory.word(TO + 4 * k));
  };
  it('up to version 3 after all input, in their order', () => {
    expect(order([4, 4, 4])).toEqual([50, 60, 4, 19, 2]);
  });
  it('from version 4 on before all input, the last one first', () => {
    expect(order([14, 14, 14])).toEqual([2, 19, 4, 50, 60]);
  });
  it('of both versions', () => {
    expect(order([4, 14, 4])).toEqual([19, 50, 60, 4, 2]);
  });
  it('as the only input, one given after one was read', () => {
    const words = [...hint(4, 4), ...asm.call(SYSCALL.HINT_READ, TO, 1), ...hint(4, 5), ...hint(14, 6)];
    const { memory } = run([...words, ...[4, 8].flatMap((k) => asm.call(SYSCALL.HINT_READ, TO + k, 1))]);
    expect([0, 4, 8].map((k) => memory.word(TO + k))).toEqual([4, 2, 19]);
  });
  it('by their length first', () => {
    const words = [...asm.call(SYSCALL.WRITE, 4, DATA, 7), ...asm.call(SYSCALL.HINT_LEN)];
    const { memory } = run([...words, ...asm.li(6, TO), asm.store('SW', 5, 6, 0)]);
    expect(memory.word(TO)).toBe(7);
  });
});

describe('a hook is refused', () => {
  it('a request of another size, before it is copied', () => {
    expect(trap(ask(15, 64)).message).toContain('WRITE of 64 bytes to the ecrecover hook, which takes 65');
    expect(trap(ask(20, 2 ** 29)).message).toContain('the field root hook, which takes 4 to 1540');
    expect(trap(ask(15, 64)).code).toBe('HOOK');
  });
  it('a request without an answer', () => {
    const error = trap(ask(20, 6));
    expect([error.code, error.message]).toEqual(['HOOK', expect.stringContaining('the field root hook got 6 bytes')]);
  });
  it('an answer that is more than the guest may write for itself', () => {
    // One byte each, and 64 for each item.
    expect(trap([...ask(), ...ask()], 4 * 65 - 1).code).toBe('OUTPUT_LIMIT');
    expect(run([...ask(), ...ask()], [], 4 * 65).halted).toBe(true);
  });
  it('a descriptor that nobody has', () => {
    for (const descriptor of [0, 9, 10, 12, 22]) expect(trap(ask(descriptor)).code).toBe('SYSCALL_ARGUMENT');
  });
});
