/** Constructors and thread-local data: the runtime does them, and a program that does not is refused. */
import { readGuest } from '@weft/guest-examples';
import { readU32 } from '@weft/primitives/bytes';
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { execute } from '../executor.ts';
import * as asm from './assembler.ts';
import { loadElf } from './elf.ts';
import { createProgram } from './program.ts';

const [ALLOC, TLS] = [2, 0x400];
const [PROGBITS, INIT_ARRAY] = [1, 14];
/** Where the constructors' addresses stand. */
const ARRAY = asm.DATA + 0x100;

/** A file of `words` and `data` with one section header: type, flags, address, size. */
function withSection(
  words: readonly number[],
  section: readonly [type: number, flags: number, address: number, size: number],
  data: Uint8Array = new Uint8Array(4),
  dataAddress: number = asm.DATA,
): Uint8Array {
  const [type, flags, address, size] = section;
  const file = asm.elf(words, { data, dataAddress });
  const out = new Uint8Array(file.length + 80);
  out.set(file);
  const view = new DataView(out.buffer);
  view.setUint32(32, file.length, true);
  view.setUint16(46, 40, true);
  view.setUint16(48, 2, true);
  for (const [k, x] of [0, type, flags, address, 0, size].entries()) view.setUint32(file.length + 40 + 4 * k, x, true);
  return out;
}
const withArray = (words: readonly number[], data?: Uint8Array): Uint8Array =>
  withSection([...words, ...asm.halt()], [INIT_ARRAY, ALLOC, ARRAY, 8], data);

it('the runtime runs constructors in their order and gives thread-local data its values', async () => {
  const { exitCode, publicValues } = await execute(createProgram(readGuest('start-up')), []);
  const found = Array.from({ length: 7 }, (_, i) => readU32(publicValues, 4 * i));
  // Order of the three constructors; entries, a square; thread-local 5, 0 + 1, 0 + 9; the data beside it.
  expect([exitCode, ...found]).toEqual([0, 123, 7, 36, 5, 1, 9, 7]);
});

describe('refuses what nothing starts up', () => {
  it('the guest of the runtime, its start-up taken out', async () => {
    const file = readGuest('start-up');
    const view = new DataView(file.buffer);
    const NOP = 0x13;
    // Code stands at 0x1000 in the file: la gp, la sp, la tp, la s0, la s1.
    const without = (from: number, to: number): Uint8Array => {
      const copy = file.slice();
      for (let at = from; at < to; at += 4) new DataView(copy.buffer).setUint32(at, NOP, true);
      return copy;
    };
    expect(view.getUint32(0x1010, true) & 0xfff).toBe(0x217);
    expect(await codeOf(() => loadElf(without(0x1010, 0x1018)))).toBe('ELF_THREAD_LOCAL');
    expect(await codeOf(() => loadElf(without(0x1018, 0x1028)))).toBe('ELF_CONSTRUCTORS');
  });
  it('thread-local data that only sections know of', async () => {
    const file = withSection(asm.halt(), [PROGBITS, ALLOC | TLS, asm.DATA, 4]);
    expect(await codeOf(() => loadElf(file))).toBe('ELF_THREAD_LOCAL');
    const set = withSection([asm.lui(4, asm.DATA >> 12), ...asm.halt()], [PROGBITS, ALLOC | TLS, asm.DATA, 4]);
    expect(loadElf(set).segments).toHaveLength(2);
    // Not loaded, or of no bytes.
    for (const [flags, size] of [
      [TLS, 4],
      [ALLOC | TLS, 0],
    ] as const)
      expect(loadElf(withSection(asm.halt(), [PROGBITS, flags, asm.DATA, size])).segments).toHaveLength(2);
  });
  it.each<[string, readonly number[], Uint8Array?]>([
    ['no constant', []],
    ['its start alone, which ends what lies before', [...asm.li(8, ARRAY), ...asm.li(9, ARRAY)]],
    ['its end alone, which starts what lies behind', asm.li(8, ARRAY + 8)],
    ['a constant just below', asm.li(8, ARRAY - 4)],
    ['a constant just behind', asm.li(8, ARRAY + 12)],
    ['an immediate on another register', [asm.lui(8, ARRAY >> 12), asm.i('ADDI', 9, 9, 0x100)]],
    [
      'the addresses of data nearby, by the global pointer',
      [...asm.li(3, ARRAY + 0x400), asm.load('LW', 8, 3, -0x300)],
    ],
  ])('constructors whose address is nowhere: %s', async (_, words, data) => {
    expect(await codeOf(() => loadElf(withArray(words, data)))).toBe('ELF_CONSTRUCTORS');
  });
  it.each<[string, readonly number[], Uint8Array?]>([
    ['LUI and ADDI', [...asm.li(8, ARRAY), ...asm.li(9, ARRAY + 8)]],
    [
      'AUIPC and a load',
      [asm.auipc(8, (asm.DATA - asm.TEXT) >> 12), asm.FENCE, asm.load('LW', 9, 8, 0x100), asm.i('ADDI', 8, 8, 0x108)],
    ],
    [
      'the global pointer',
      [...asm.li(3, ARRAY + 0x400), asm.FENCE, asm.i('ADDI', 8, 3, -0x400), asm.i('ADDI', 9, 3, -0x3f8)],
    ],
    [
      'words of data',
      [],
      Uint8Array.from([ARRAY, ARRAY + 8].flatMap((at) => [at & 255, (at >> 8) & 255, at >> 16, 0])),
    ],
  ])('but not those found by %s', (_, words, data) => {
    expect(loadElf(withArray(words, data)).segments).toHaveLength(2);
  });
  it('and takes odd section headers for none', () => {
    const file = withArray([]);
    const odd = (patch: (v: DataView) => void): number => {
      const copy = file.slice();
      patch(new DataView(copy.buffer));
      return loadElf(copy).segments.length;
    };
    expect(odd((v) => v.setUint32(32, 0xfffffff0, true))).toBe(2);
    expect(odd((v) => v.setUint16(46, 64, true))).toBe(2);
    expect(odd((v) => v.setUint16(48, 0xffff, true))).toBe(2);
  });
  it('takes no time that counts for a file made to be slow', async () => {
    // Many constants close to the arrays, many uses, many arrays.
    const code = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? asm.auipc(8, 0x50) : asm.i('ADDI', 9, 8, 0)));
    const file = withSection([...asm.halt(), ...code], [INIT_ARRAY, ALLOC, 0x70000, 4], undefined, 0x1000000);
    const started = performance.now();
    expect(await codeOf(() => loadElf(file))).toBe('ELF_CONSTRUCTORS');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
