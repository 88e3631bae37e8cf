/**
 * @module The strict ELF loader. What it accepts defines the program that a key stands for, so it reads the header and
 * the program headers itself and refuses everything that it does not fully understand. Section headers never matter here.
 */
import { ElfError } from '@weft/primitives';
import { copyBytes } from '@weft/primitives/arguments';
import { MEMORY_END } from './layout.ts';

export interface ElfSegment {
  readonly address: number;
  /** Bytes in memory; those beyond `data` are zero. May be much larger than `data`. */
  readonly memorySize: number;
  readonly data: Uint8Array;
  readonly executable: boolean;
}

export interface ElfImage {
  readonly entry: number;
  /** Loaded segments by rising address, disjoint. */
  readonly segments: readonly ElfSegment[];
}

/** Every reason to refuse a file, with the code that the error carries. */
export type ElfErrorCode =
  | 'ELF_TOO_SHORT'
  | 'ELF_MAGIC'
  | 'ELF_CLASS'
  | 'ELF_ENDIAN'
  | 'ELF_VERSION'
  | 'ELF_TYPE'
  | 'ELF_MACHINE'
  | 'ELF_FLAGS'
  | 'ELF_HEADER_TABLE'
  | 'ELF_NO_SEGMENTS'
  | 'ELF_SEGMENT_FILE'
  | 'ELF_SEGMENT_SIZE'
  | 'ELF_SEGMENT_RANGE'
  | 'ELF_SEGMENT_ALIGNMENT'
  | 'ELF_SEGMENT_OVERLAP'
  | 'ELF_ENTRY'
  | 'ELF_CODE_SIZE';

const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const MAX_PROGRAM_HEADERS = 256;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
/** Code that spans more than this is refused: 2^22 instructions are the largest program table. */
const MAX_CODE_SPAN = 1 << 24;

/**
 * Reads an ELF executable for RV32IM.
 * @throws {ElfError} with an {@link ElfErrorCode} for any other bytes; {@link TypeError} when `file` is no `Uint8Array`.
 */
export function loadElf(file: Uint8Array): ElfImage {
  // The image outlives the call, and `slice` of a Buffer is no copy.
  const bytes = copyBytes('file', file);
  const fail = (code: ElfErrorCode, message: string): never => {
    throw new ElfError(code, message);
  };
  const hex = (x: number): string => `0x${x.toString(16)}`;
  if (bytes.length >= 4 && (bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)) {
    fail('ELF_MAGIC', 'not an ELF file: it does not start with 7f 45 4c 46');
  }
  if (bytes.length < HEADER_BYTES)
    fail('ELF_TOO_SHORT', `not an ELF file: ${bytes.length} bytes, a header has ${HEADER_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  if (bytes[4] !== 1) fail('ELF_CLASS', 'a 64-bit ELF file; Weft runs 32-bit RISC-V (rv32im)');
  if (bytes[5] !== 1) fail('ELF_ENDIAN', 'a big-endian ELF file; RISC-V is little-endian here');
  if (bytes[6] !== 1 || u32(20) !== 1) fail('ELF_VERSION', 'unknown ELF version');
  if (u16(16) !== 2) fail('ELF_TYPE', `ELF type ${u16(16)}; only statically linked executables (type 2) run`);
  if (u16(18) !== 243) fail('ELF_MACHINE', `ELF machine ${u16(18)}; RISC-V is 243`);
  const flags = u32(36);
  if ((flags & 1) !== 0) fail('ELF_FLAGS', 'compiled with compressed instructions; use -march=rv32im');
  if ((flags & 6) !== 0) fail('ELF_FLAGS', 'compiled for hardware floating point; use -mabi=ilp32');
  if ((flags & 8) !== 0) fail('ELF_FLAGS', 'compiled for RV32E; use -march=rv32im');
  const tableAt = u32(28);
  const count = u16(44);
  if (u16(42) !== PROGRAM_HEADER_BYTES)
    fail('ELF_HEADER_TABLE', `program headers of ${u16(42)} bytes; ${PROGRAM_HEADER_BYTES} expected`);
  if (count > MAX_PROGRAM_HEADERS) fail('ELF_HEADER_TABLE', `${count} program headers; at most ${MAX_PROGRAM_HEADERS}`);
  if (tableAt + count * PROGRAM_HEADER_BYTES > bytes.length)
    fail('ELF_HEADER_TABLE', 'the program headers reach beyond the file');
  const segments: ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = tableAt + i * PROGRAM_HEADER_BYTES;
    const type = u32(at);
    if (type === PT_DYNAMIC || type === PT_INTERP) fail('ELF_TYPE', 'dynamically linked; link with -static');
    if (type !== PT_LOAD) continue;
    const [offset, address, fileSize, memorySize] = [u32(at + 4), u32(at + 8), u32(at + 16), u32(at + 20)];
    const where = `segment ${i} at ${hex(address)}`;
    if (offset + fileSize > bytes.length) fail('ELF_SEGMENT_FILE', `${where} reaches beyond the file`);
    if (fileSize > memorySize) fail('ELF_SEGMENT_SIZE', `${where} is larger in the file than in memory`);
    if (memorySize === 0) continue;
    if (address === 0) fail('ELF_SEGMENT_RANGE', `${where} would map the null address`);
    if (address + memorySize > MEMORY_END) fail('ELF_SEGMENT_RANGE', `${where} ends beyond ${hex(MEMORY_END)}`);
    if (address % 4 !== 0) fail('ELF_SEGMENT_ALIGNMENT', `${where} is not word-aligned`);
    segments.push({
      address,
      memorySize,
      data: bytes.slice(offset, offset + fileSize),
      executable: (u32(at + 24) & 1) !== 0,
    });
  }
  if (segments.length === 0) fail('ELF_NO_SEGMENTS', 'no loadable segment');
  segments.sort((a, b) => a.address - b.address);
  for (let i = 1; i < segments.length; i++) {
    const before = segments[i - 1]!;
    if (before.address + before.memorySize > segments[i]!.address) {
      fail('ELF_SEGMENT_OVERLAP', `segments at ${hex(before.address)} and ${hex(segments[i]!.address)} overlap`);
    }
  }
  const entry = u32(24);
  const code = segments.filter((s) => s.executable && s.data.length > 0);
  if (entry % 4 !== 0 || !code.some((s) => entry >= s.address && entry + 4 <= s.address + s.data.length)) {
    fail('ELF_ENTRY', `entry ${hex(entry)} is no instruction of an executable segment`);
  }
  const last = code.at(-1)!;
  if (last.address + last.data.length - code[0]!.address > MAX_CODE_SPAN)
    fail('ELF_CODE_SIZE', 'executable segments span more than 16 MiB');
  return { entry, segments };
}
