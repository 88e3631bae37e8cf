/** The loader: every reason to refuse a file, and what it must accept. */

import { GUESTS, readGuest } from '@weft/guest-examples';
import { ElfError } from '@weft/primitives';
import { codeOf } from '@weft/primitives/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as asm from './assembler.ts';
import { loadElf } from './elf.ts';
import { readSymbols } from './symbols.ts';

const patched = (patch: (view: DataView) => void): Uint8Array =>
  asm.elf(asm.halt(), { patch, data: Uint8Array.of(1, 2, 3, 4) });
const SECOND = 84;

describe('refuses', () => {
  it.each([
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
    expect(loadElf(readGuest(name)).entry).toBe(0x10000);
  });
  it('a segment much larger in memory than in the file, without allocating it', () => {
    expect(loadElf(asm.elf(asm.halt(), { dataMemory: 0x70000000 })).segments[1]!.memorySize).toBe(0x70000000);
  });
  it('program headers that load nothing', () => {
    expect(loadElf(patched((v) => v.setUint32(SECOND, 0x70000003, true))).segments).toHaveLength(1);
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
