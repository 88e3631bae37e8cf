/** The loader: every reason to refuse a file, and what it must accept. */

import { GUESTS, readGuest } from '@weft/guest-examples';
import { ElfError } from '@weft/primitives';
import { codeOf } from '@weft/primitives/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSymbols } from '../debug/symbols.ts';
import * as asm from './assembler.ts';
import { loadElf } from './elf.ts';

const patched = (patch: (view: DataView) => void): Uint8Array =>
  asm.elf(asm.halt(), { patch, data: Uint8Array.of(1, 2, 3, 4) });
const SECOND = 84;
/** A third program header, PT_TLS, of so many bytes. */
const threadLocal = (v: DataView, bytes: number): void => {
  v.setUint16(44, 3, true);
  for (const [k, x] of [7, 0, asm.DATA, asm.DATA, 0, bytes, 4, 4].entries()) v.setUint32(116 + 4 * k, x, true);
};
const messageOf = (file: Uint8Array): string => {
  try {
    loadElf(file);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('refuses', () => {
  it.each<readonly [string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'ELF_TOO_SHORT'],
    [
      'a text file',
      new TextEncoder().encode('#!/bin/sh\necho hello, this is no program at all, only some text\n'),
      'ELF_MAGIC',
    ],
    ['a cut header', asm.elf(asm.halt()).subarray(0, 51), 'ELF_TOO_SHORT'],
    ['64-bit files', patched((v) => v.setUint8(4, 2)), 'ELF_CLASS'],
    ['big-endian files', patched((v) => v.setUint8(5, 2)), 'ELF_ENDIAN'],
    ['another version', patched((v) => v.setUint32(20, 2, true)), 'ELF_VERSION'],
    ['shared objects', patched((v) => v.setUint16(16, 3, true)), 'ELF_TYPE'],
    ['other machines', patched((v) => v.setUint16(18, 62, true)), 'ELF_MACHINE'],
    ['compressed code', patched((v) => v.setUint32(36, 1, true)), 'ELF_FLAGS'],
    ['hardware floats', patched((v) => v.setUint32(36, 4, true)), 'ELF_FLAGS'],
    ['RV32E', patched((v) => v.setUint32(36, 8, true)), 'ELF_FLAGS'],
    ...Array.from({ length: 27 }, (_, i) => i + 5).map(
      (bit) => [`unknown flag ${bit}`, patched((v) => v.setUint32(36, 2 ** bit, true)), 'ELF_FLAGS'] as const,
    ),
    ['files of GNU/Linux', patched((v) => v.setUint8(7, 3)), 'ELF_ABI'],
    ['files of an unknown system', patched((v) => v.setUint8(7, 255)), 'ELF_ABI'],
    ['another ABI version', patched((v) => v.setUint8(8, 1)), 'ELF_ABI'],
    ['a header of another size', patched((v) => v.setUint16(40, 64, true)), 'ELF_HEADER_TABLE'],
    ['thread-local data without a thread pointer', patched((v) => threadLocal(v, 4)), 'ELF_THREAD_LOCAL'],
    ['program headers of another size', patched((v) => v.setUint16(42, 0, true)), 'ELF_HEADER_TABLE'],
    ['too many program headers', patched((v) => v.setUint16(44, 300, true)), 'ELF_HEADER_TABLE'],
    ['program headers beyond the file', patched((v) => v.setUint32(28, 0xfffffff0, true)), 'ELF_HEADER_TABLE'],
    ['no segment', patched((v) => v.setUint16(44, 0, true)), 'ELF_NO_SEGMENTS'],
    ['a segment beyond the file', patched((v) => v.setUint32(SECOND + 4, 0xffffffff, true)), 'ELF_SEGMENT_FILE'],
    ['more bytes in the file than in memory', patched((v) => v.setUint32(SECOND + 20, 1, true)), 'ELF_SEGMENT_SIZE'],
    ['a segment beyond memory', patched((v) => v.setUint32(SECOND + 20, 0x78000000, true)), 'ELF_SEGMENT_RANGE'],
    ['a segment that wraps', patched((v) => v.setUint32(SECOND + 8, 0xfffffffc, true)), 'ELF_SEGMENT_RANGE'],
    ['a segment at null', patched((v) => v.setUint32(SECOND + 8, 0, true)), 'ELF_SEGMENT_RANGE'],
    ['a misaligned segment', patched((v) => v.setUint32(SECOND + 8, asm.DATA + 2, true)), 'ELF_SEGMENT_ALIGNMENT'],
    ['overlapping segments', patched((v) => v.setUint32(SECOND + 8, asm.TEXT + 4, true)), 'ELF_SEGMENT_OVERLAP'],
    ['dynamic linking', patched((v) => v.setUint32(SECOND, 3, true)), 'ELF_TYPE'],
    ['a misaligned entry', patched((v) => v.setUint32(24, asm.TEXT + 2, true)), 'ELF_ENTRY'],
    ['an entry in data', patched((v) => v.setUint32(24, asm.DATA, true)), 'ELF_ENTRY'],
    ['an entry nowhere', patched((v) => v.setUint32(24, 0x4000, true)), 'ELF_ENTRY'],
    [
      'code where other machines have it',
      asm.elf(asm.halt(), { patch: (v) => v.setUint32(60, 0x80000000, true) }),
      'ELF_SEGMENT_RANGE',
    ],
    [
      'code far apart',
      patched((v) => {
        v.setUint32(SECOND + 8, 0x70000000, true);
        v.setUint32(SECOND + 24, 5, true);
      }),
      'ELF_CODE_SIZE',
    ],
  ])('%s', async (_, file, code) => {
    expect(await codeOf(() => loadElf(file))).toBe(code);
  });
});

describe('accepts', () => {
  it.each(GUESTS)('the %s guest', (name) => {
    const { entry, segments } = loadElf(readGuest(name));
    expect(segments.find((s) => s.executable)!.address).toBe(entry);
  });
  it('a segment much larger in memory than in the file, without allocating it', () => {
    expect(loadElf(asm.elf(asm.halt(), { dataMemory: 0x70000000 })).segments[1]!.memorySize).toBe(0x70000000);
  });
  it('program headers that load nothing', () => {
    const { segments, warnings } = loadElf(patched((v) => v.setUint32(SECOND, 0x70000003, true)));
    expect([segments.length, warnings]).toEqual([1, []]);
  });
  it('code for total store order, which one hart has', () => {
    expect(loadElf(patched((v) => v.setUint32(36, 16, true))).warnings).toEqual([]);
  });
  it('thread-local data of no bytes, and of some where the thread pointer is set', () => {
    expect(loadElf(patched((v) => threadLocal(v, 0))).segments).toHaveLength(2);
    const words = [asm.auipc(4, 0), asm.i('ADDI', 4, 4, 64), ...asm.halt()];
    expect(loadElf(asm.elf(words, { patch: (v) => threadLocal(v, 64) })).segments).toHaveLength(2);
  });
});

describe('says which flag of the linker mends', () => {
  it('code in a segment that is too large', () => {
    const big = asm.elf([...asm.halt(), ...new Array<number>(2 ** 22).fill(0)], { dataAddress: 0x4000000 });
    expect(messageOf(big)).toMatch(/executable segment has 16777\d+ bytes, more than 16 MiB; .*-z separate-code/);
  });
  it('code beyond memory', () => {
    expect(messageOf(patched((v) => v.setUint32(60, 0x80000000, true)))).toMatch(/-Wl,-Ttext=0x200000/);
  });
});

describe('warns of', () => {
  const codes = (file: Uint8Array): string[] => loadElf(file).warnings.map(({ code }) => code);
  it('a segment that is writable and executable', () => {
    const file = asm.elf(asm.halt(), { patch: (v) => v.setUint32(76, 7, true) });
    expect(loadElf(file).warnings).toEqual([
      {
        code: 'RWX_SEGMENT',
        message: expect.stringMatching(
          /0x10000 is writable and executable: stores to its 36 bytes trap; link without -N, and .*ALIGN/,
        ),
      },
    ]);
  });
  it('but not where only zeros are both: stores to those are as good as any', () => {
    const dataFlags = patched((v) => {
      v.setUint32(SECOND + 16, 0, true);
      v.setUint32(SECOND + 24, 7, true);
    });
    expect(codes(dataFlags)).toEqual([]);
  });
  it('headers of the file in memory, which strip changes and with them the key', () => {
    const mapped = (offset: number): Uint8Array => patched((v) => v.setUint32(SECOND + 4, offset, true));
    expect(codes(mapped(48))).toEqual(['HEADERS_IN_IMAGE']);
    expect(codes(mapped(52))).toEqual([]);
    // A section header table in front of the data.
    const sections = (table: number): Uint8Array =>
      patched((v) => {
        v.setUint32(32, table, true);
        v.setUint16(46, 40, true);
        v.setUint16(48, 2, true);
      });
    expect(codes(sections(8192 - 79))).toEqual(['HEADERS_IN_IMAGE']);
    expect(codes(sections(8192 - 80))).toEqual([]);
  });
  it('program headers of an unknown type', () => {
    expect(codes(patched((v) => v.setUint32(SECOND, 0x12345678, true)))).toEqual(['UNKNOWN_SEGMENT']);
  });
  it('nothing in the guests of this repository', () => {
    for (const name of GUESTS) expect(loadElf(readGuest(name)).warnings).toEqual([]);
  });
});

it('ends with a typed error or an image on any mutation of a file', () => {
  const original = readGuest('fibonacci');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.nat(original.length),
      (changes, length) => {
        const file = original.slice(0, length < 300 ? length : original.length);
        for (const [at, value] of changes) if (at < file.length) file[at] = value;
        try {
          loadElf(file);
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
        }
        readSymbols(file).lookup(0x10000);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
