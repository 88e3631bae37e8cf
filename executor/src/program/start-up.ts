/**
 * @module Start-up that a program needs and does not do: thread-local data without a thread pointer, constructors that
 * nothing runs. Such a program would run on the wrong values without a word. Only what is certain counts: section headers are
 * optional, and whatever in them is odd is taken for absent.
 */
import type { ElfErrorCode, ElfSegment } from './elf.ts';
import { decode, type Instruction, OP } from './isa.ts';

/** Why the program is not run. */
export interface StartUpFault {
  readonly code: ElfErrorCode;
  readonly reason: string;
}

const SECTION_HEADER_BYTES = 40;
const SHT_INIT_ARRAY = 14;
const SHT_PREINIT_ARRAY = 16;
const [SHF_ALLOC, SHF_TLS] = [2, 0x400];
const [GP, TP] = [3, 4];
/** Immediates of loads, stores and additions reach this far. */
const REACH = 2048;
/** Linkers make one of each kind; a file with more costs no more time than this many. */
const MAX_ARRAYS = 4;
const MEND = 'link a start-up that does, such as rt/start.S and rt/link.ld of the guest examples';

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly size: number;
}

/**
 * @param view - the file.
 * @param threadLocal - bytes of thread-local data by the program headers; section headers may know of more.
 * @returns what nothing in the program does, if so.
 */
export function checkStartUp(
  view: DataView,
  segments: readonly ElfSegment[],
  threadLocal: number,
): StartUpFault | undefined {
  const sections = readSections(view).filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0);
  const tls = sections
    .filter(({ flags }) => (flags & SHF_TLS) !== 0)
    .reduce((n, { size }) => Math.max(n, size), threadLocal);
  if (tls > 0) {
    let isSet = false;
    forEachInstruction(segments, ({ rd }) => {
      isSet ||= rd === TP;
    });
    if (!isSet) {
      const what = `${tls} bytes of thread-local data (.tdata, .tbss), but nothing sets tp`;
      return { code: 'ELF_THREAD_LOCAL', reason: `${what}; ${MEND}` };
    }
  }
  const arrays = sections.filter(({ type }) => type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY);
  const unused = arrays.slice(0, MAX_ARRAYS).find(({ address, size }) => !runsArray(segments, address, size));
  if (unused === undefined) return undefined;
  const count = Math.ceil(unused.size / 4);
  const what = `${count} ${count === 1 ? 'constructor' : 'constructors'} (.init_array at 0x${unused.address.toString(16)})`;
  return { code: 'ELF_CONSTRUCTORS', reason: `${what}, but nothing in the program finds and runs them; ${MEND}` };
}

function readSections(view: DataView): Section[] {
  const u32 = (at: number): number => view.getUint32(at, true);
  const [table, count] = [u32(32), view.getUint16(48, true)];
  const isTable = view.getUint16(46, true) === SECTION_HEADER_BYTES;
  if (!isTable || table + count * SECTION_HEADER_BYTES > view.byteLength) return [];
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * SECTION_HEADER_BYTES;
    return { type: u32(at + 4), flags: u32(at + 8), address: u32(at + 12), size: u32(at + 20) };
  });
}

function forEachWord({ address, data }: ElfSegment, visit: (word: number, address: number) => void): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at + 4 <= data.length; at += 4) visit(view.getUint32(at, true), address + at);
}

function forEachInstruction(segments: readonly ElfSegment[], visit: (instruction: Instruction) => void): void {
  for (const segment of segments)
    if (segment.executable) forEachWord(segment, (word, address) => visit(decode(word, address)));
}

/**
 * Whether the program may run an array of functions: that takes where it starts, or goes on, and where it ends. One alone may be
 * the end of what lies before it, or the start of what lies behind.
 */
function runsArray(segments: readonly ElfSegment[], address: number, size: number): boolean {
  const inner = Math.max(0, size - 4);
  return (
    holdsAddress(segments, address, address + inner) && holdsAddress(segments, address + size - inner, address + size)
  );
}

/**
 * Whether the program can come by an address from `from` to `to`: a word of it, or a constant that instructions make. Says so
 * too often rather than too rarely, as it does not follow control.
 */
function holdsAddress(segments: readonly ElfSegment[], from: number, to: number): boolean {
  let isHeld = false;
  /** By register: constants that an immediate may take to the address. x0 holds 0. */
  const near = Array.from({ length: 33 }, () => new Set<number>());
  const note = (register: number, value: number): void => {
    isHeld ||= value >= from && value <= to;
    if (value >= from - REACH && value <= to + REACH) near[register]!.add(value);
  };
  note(0, 0);
  for (const segment of segments)
    forEachWord(segment, (word) => {
      isHeld ||= word >= from && word <= to;
    });
  // The global pointer is set by two instructions in a row, and serves as a base from then on.
  let upper: Instruction | undefined;
  forEachInstruction(segments, (now) => {
    if (now.op === OP.CONST) note(now.rd, now.imm >>> 0);
    else if (now.op === OP.ADDI && now.rd === GP && now.rs1 === GP && upper?.op === OP.CONST && upper.rd === GP)
      note(GP, (upper.imm + now.imm) >>> 0);
    upper = now;
  });
  if (isHeld) return true;
  const sorted = near.map((values) => Uint32Array.from(values).sort());
  forEachInstruction(segments, ({ op, rs1, imm }) => {
    if (op === OP.INVALID || op === OP.CONST || isHeld) return;
    const bases = sorted[rs1]!;
    const first = firstAtLeast(bases, from - imm);
    isHeld = first < bases.length && bases[first]! <= to - imm;
  });
  return isHeld;
}

/** Index of the first of these rising numbers that is at least `low`. */
function firstAtLeast(numbers: Uint32Array, low: number): number {
  let [start, end] = [0, numbers.length];
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (numbers[middle]! < low) start = middle + 1;
    else end = middle;
  }
  return start;
}
