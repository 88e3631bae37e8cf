/**
 * @module The strict ELF loader. What it accepts defines the program that a key stands for, so it reads the header and
 * the program headers itself and refuses everything that it does not fully understand. The image never depends on section
 * headers; a file that has them is refused for what they say of its start-up (`start-up.ts`).
 */
import { ElfError } from '@weft/primitives';
import { copyBytes } from '@weft/primitives/arguments';
import { MEMORY_END } from './layout.ts';
import { checkStartUp } from './start-up.ts';

export interface ElfSegment {
  readonly address: number;
  /** Bytes in memory; those beyond `data` are zero. May be much larger than `data`. */
  readonly memorySize: number;
  readonly data: Uint8Array;
  readonly executable: boolean;
  readonly writable: boolean;
}

/** What loads and runs, yet may not do what its author expects. */
export interface ElfWarning {
  /**
   * RWX_SEGMENT: a segment is writable and executable, so that stores to its part in the file trap. HEADERS_IN_IMAGE: the
   * linker mapped the file's headers into memory, so that `strip` changes the verifying key. UNKNOWN_SEGMENT: a program
   * header of a type that is not known, which was skipped.
   */
  readonly code: 'RWX_SEGMENT' | 'HEADERS_IN_IMAGE' | 'UNKNOWN_SEGMENT';
  /** One line. */
  readonly message: string;
}

export interface ElfImage {
  readonly entry: number;
  /** Loaded segments by rising address, disjoint. */
  readonly segments: readonly ElfSegment[];
  readonly warnings: readonly ElfWarning[];
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
  | 'ELF_ABI'
  | 'ELF_HEADER_TABLE'
  | 'ELF_NO_SEGMENTS'
  | 'ELF_SEGMENT_FILE'
  | 'ELF_SEGMENT_SIZE'
  | 'ELF_SEGMENT_RANGE'
  | 'ELF_SEGMENT_ALIGNMENT'
  | 'ELF_SEGMENT_OVERLAP'
  | 'ELF_ENTRY'
  | 'ELF_CODE_SIZE'
  | 'ELF_THREAD_LOCAL'
  | 'ELF_CONSTRUCTORS';

const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const MAX_PROGRAM_HEADERS = 256;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_TLS = 7;
/** Types that load nothing: null, note, program headers; GNU's frame header, stack, read-only part, properties; attributes. */
const SKIPPED_TYPES: readonly number[] = [0, 4, 6, 0x6474e550, 0x6474e551, 0x6474e552, 0x6474e553, 0x70000003];
/** Segment flags. */
const [PF_X, PF_W] = [1, 2];
/** Code that spans more than this is refused: 2^22 instructions are the largest program table. */
const MAX_CODE_SPAN = 1 << 24;
/** Flags of RISC-V files. A single hart without devices keeps the order of stores that TSO asks for. */
const EF = { rvc: 1, floatAbi: 6, rve: 8, tso: 16 } as const;
/** What mends data in the segment of the code. GNU's linker for bare metal ignores -z separate-code, and lld implies it here. */
export const SEPARATE_DATA = 'link without -N, and with ". = ALIGN(0x1000);" before .data in the linker script';
/** What mends constants in the segment of the code. */
const SEPARATE_CONSTANTS =
  'keep constants and data out of it: -z separate-code, or for GNU ld a linker script with PHDRS, text FLAGS(5), rodata FLAGS(4)';

const hex = (x: number): string => `0x${x.toString(16)}`;

function fail(code: ElfErrorCode, message: string): never {
  throw new ElfError(code, message);
}

/**
 * Reads an ELF executable for RV32IM.
 * @throws {ElfError} with an {@link ElfErrorCode} for any other bytes; {@link TypeError} when `file` is no `Uint8Array`.
 */
export function loadElf(file: Uint8Array): ElfImage {
  // The image outlives the call, and `slice` of a Buffer is no copy.
  const bytes = copyBytes('file', file);
  if (bytes.length >= 4 && (bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)) {
    fail('ELF_MAGIC', 'not an ELF file: it does not start with 7f 45 4c 46');
  }
  if (bytes.length < HEADER_BYTES)
    fail('ELF_TOO_SHORT', `not an ELF file: ${bytes.length} bytes, a header has ${HEADER_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkKind(view);
  const { loaded, threadLocal, warnings } = readProgramHeaders(bytes, view);
  if (loaded.length === 0) fail('ELF_NO_SEGMENTS', 'no loadable segment');
  const segments = loaded.toSorted((a, b) => a.address - b.address);
  for (let i = 1; i < segments.length; i++) {
    const before = segments[i - 1]!;
    if (before.address + before.memorySize > segments[i]!.address) {
      fail('ELF_SEGMENT_OVERLAP', `segments at ${hex(before.address)} and ${hex(segments[i]!.address)} overlap`);
    }
  }
  const entry = view.getUint32(24, true);
  checkCode(entry, segments);
  const fault = checkStartUp(view, segments, threadLocal);
  if (fault !== undefined) fail(fault.code, fault.reason);
  return { entry, segments, warnings };
}

/** Refuses what is for another machine, or built for another mode of this one. */
function checkKind(view: DataView): void {
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  const ident = (at: number): number => view.getUint8(at);
  if (ident(4) !== 1) fail('ELF_CLASS', 'a 64-bit ELF file; Weft runs 32-bit RISC-V (rv32im)');
  if (ident(5) !== 1) fail('ELF_ENDIAN', 'a big-endian ELF file; RISC-V is little-endian here');
  if (ident(6) !== 1 || u32(20) !== 1) fail('ELF_VERSION', 'unknown ELF version');
  if (u16(16) !== 2) fail('ELF_TYPE', `ELF type ${u16(16)}; only statically linked executables (type 2) run`);
  if (u16(18) !== 243) fail('ELF_MACHINE', `ELF machine ${u16(18)}; RISC-V is 243`);
  // 3 marks GNU extensions such as indirect functions, which a start-up would have to resolve.
  if (ident(7) !== 0) fail('ELF_ABI', `OS ABI ${ident(7)}; only files for none (0) run: build for a bare-metal target`);
  if (ident(8) !== 0) fail('ELF_ABI', `ABI version ${ident(8)}; only 0 is known`);
  const flags = u32(36);
  if ((flags & EF.rvc) !== 0) fail('ELF_FLAGS', 'compiled with compressed instructions; use -march=rv32im');
  if ((flags & EF.floatAbi) !== 0) fail('ELF_FLAGS', 'compiled for hardware floating point; use -mabi=ilp32');
  if ((flags & EF.rve) !== 0) fail('ELF_FLAGS', 'compiled for RV32E; use -march=rv32im');
  const unknown = (flags & ~(EF.rvc | EF.floatAbi | EF.rve | EF.tso)) >>> 0;
  if (unknown !== 0) fail('ELF_FLAGS', `unknown flags ${hex(unknown)} in the header; use -march=rv32im -mabi=ilp32`);
}

interface Headers {
  readonly loaded: readonly ElfSegment[];
  /** Bytes of thread-local data, initial values and zeros. */
  readonly threadLocal: number;
  readonly warnings: readonly ElfWarning[];
}

function readProgramHeaders(bytes: Uint8Array, view: DataView): Headers {
  const u32 = (at: number): number => view.getUint32(at, true);
  const tableAt = u32(28);
  const [headerBytes, entryBytes, count] = [40, 42, 44].map((at) => view.getUint16(at, true)) as [
    number,
    number,
    number,
  ];
  if (headerBytes !== HEADER_BYTES)
    fail('ELF_HEADER_TABLE', `a header of ${headerBytes} bytes; ${HEADER_BYTES} expected`);
  if (entryBytes !== PROGRAM_HEADER_BYTES)
    fail('ELF_HEADER_TABLE', `program headers of ${entryBytes} bytes; ${PROGRAM_HEADER_BYTES} expected`);
  if (count > MAX_PROGRAM_HEADERS) fail('ELF_HEADER_TABLE', `${count} program headers; at most ${MAX_PROGRAM_HEADERS}`);
  if (tableAt + count * PROGRAM_HEADER_BYTES > bytes.length)
    fail('ELF_HEADER_TABLE', 'the program headers reach beyond the file');
  const loaded: ElfSegment[] = [];
  const warnings: ElfWarning[] = [];
  let threadLocal = 0;
  for (let i = 0; i < count; i++) {
    const at = tableAt + i * PROGRAM_HEADER_BYTES;
    const type = u32(at);
    if (type === PT_DYNAMIC || type === PT_INTERP) fail('ELF_TYPE', 'dynamically linked; link with -static');
    if (type === PT_TLS) threadLocal += u32(at + 20);
    else if (type === PT_LOAD) {
      const segment = readSegment(bytes, view, i, at);
      if (segment === undefined) continue;
      loaded.push(segment);
      warnings.push(...segmentWarnings(view, segment, u32(at + 4)));
    } else if (!SKIPPED_TYPES.includes(type))
      warnings.push({
        code: 'UNKNOWN_SEGMENT',
        message: `program header ${i} has the unknown type ${hex(type)}: skipped`,
      });
  }
  return { loaded, threadLocal, warnings };
}

/** The segment whose program header stands at `at`, if it has any bytes. */
function readSegment(bytes: Uint8Array, view: DataView, i: number, at: number): ElfSegment | undefined {
  const u32 = (from: number): number => view.getUint32(from, true);
  const [offset, address, fileSize, memorySize] = [u32(at + 4), u32(at + 8), u32(at + 16), u32(at + 20)];
  const flags = u32(at + 24);
  const where = `segment ${i} at ${hex(address)}`;
  if (offset + fileSize > bytes.length) fail('ELF_SEGMENT_FILE', `${where} reaches beyond the file`);
  if (fileSize > memorySize) fail('ELF_SEGMENT_SIZE', `${where} is larger in the file than in memory`);
  if (memorySize === 0) return undefined;
  if (address === 0) fail('ELF_SEGMENT_RANGE', `${where} would map the null address`);
  if (address + memorySize > MEMORY_END) {
    const lower = 'link it lower, as with -Wl,-Ttext=0x200000 or in the linker script';
    fail('ELF_SEGMENT_RANGE', `${where} ends beyond ${hex(MEMORY_END)}, the end of guest memory; ${lower}`);
  }
  if (address % 4 !== 0) fail('ELF_SEGMENT_ALIGNMENT', `${where} is not word-aligned`);
  return {
    address,
    memorySize,
    data: bytes.slice(offset, offset + fileSize),
    executable: (flags & PF_X) !== 0,
    writable: (flags & PF_W) !== 0,
  };
}

/** @param offset - of the segment in the file. */
function segmentWarnings(
  view: DataView,
  { address, data, executable, writable }: ElfSegment,
  offset: number,
): ElfWarning[] {
  const warnings: ElfWarning[] = [];
  if (executable && writable && data.length > 0) {
    const what = `the segment at ${hex(address)} is writable and executable: stores to its ${data.length} bytes trap`;
    warnings.push({ code: 'RWX_SEGMENT', message: `${what}; ${SEPARATE_DATA}` });
  }
  const sections = [view.getUint32(32, true), view.getUint16(46, true) * view.getUint16(48, true)] as const;
  const overlaps = ([at, size]: readonly [number, number]): boolean =>
    size > 0 && at < offset + data.length && offset < at + size;
  if (overlaps([0, HEADER_BYTES]) || overlaps(sections)) {
    const what = `headers of the file are part of the memory image, at ${hex(address)}`;
    warnings.push({ code: 'HEADERS_IN_IMAGE', message: `${what}: strip changes the verifying key` });
  }
  return warnings;
}

/** @param segments - by rising address. */
function checkCode(entry: number, segments: readonly ElfSegment[]): void {
  const code = segments.filter((s) => s.executable && s.data.length > 0);
  if (entry % 4 !== 0 || !code.some((s) => entry >= s.address && entry + 4 <= s.address + s.data.length)) {
    fail('ELF_ENTRY', `entry ${hex(entry)} is no instruction of an executable segment`);
  }
  const last = code.at(-1)!;
  const span = last.address + last.data.length - code[0]!.address;
  if (span <= MAX_CODE_SPAN) return;
  const why = code.length === 1 ? 'the executable segment has' : `the ${code.length} executable segments span`;
  fail('ELF_CODE_SIZE', `${why} ${span} bytes, more than 16 MiB; ${SEPARATE_CONSTANTS}`);
}
