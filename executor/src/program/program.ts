/**
 * @module A program: the decoded code of an ELF image and its initial memory.
 */
import { checkObject, copyBytes } from '@weft/primitives/arguments';
import { type ElfImage, loadElf } from './elf.ts';
import { markEndless } from './endless.ts';
import { asProven, CLASS_BY_OP, classOf, decode, INSTRUCTION_CLASSES, OP } from './isa.ts';
import { LEAF_BYTES, LEAF_WORDS, MEMORY_END, NULL_PAGE_BYTES } from './layout.ts';
import { PAGE_SHIFT } from './memory.ts';

/** Decoded code, one entry per word from `base` on, each instruction as it is proven. Words that are no code have operation 0. */
export interface Code {
  readonly base: number;
  readonly length: number;
  readonly op: Uint8Array;
  readonly rd: Uint8Array;
  readonly rs1: Uint8Array;
  readonly rs2: Uint8Array;
  readonly imm: Int32Array;
  readonly target: Uint32Array;
  /**
   * What the interpreter reads, four words an instruction: op | rd << 8 | rs1 << 16 | rs2 << 24, imm, target, index of
   * the event class (255 for none). One array keeps the main loop's registers free.
   */
  readonly packed: Int32Array;
}

export interface Program {
  /** The file; a copy. */
  readonly elf: Uint8Array;
  readonly image: ElfImage;
  readonly code: Code;
  readonly entry: number;
  /** First address that loads, stores and system calls may reach: 0 where a segment lies in the page at null. */
  readonly memoryStart: number;
  /**
   * By page of memory: 1 where some byte of it is code or lies in a read-only segment, so that stores have to look closer.
   */
  readonly fixedPages: Uint8Array;
}

/** @throws {ElfError} {@link TypeError} when `file` is no `Uint8Array`. */
export function createProgram(file: Uint8Array): Program {
  const elf = copyBytes('file', file);
  const image = loadElf(elf);
  const segments = image.segments.filter((s) => s.executable && s.data.length > 0);
  const base = segments[0]!.address;
  const last = segments.at(-1)!;
  const length = Math.floor((last.address + last.data.length - base) / 4);
  const code: Code = {
    base,
    length,
    op: new Uint8Array(length),
    rd: new Uint8Array(length),
    rs1: new Uint8Array(length),
    rs2: new Uint8Array(length),
    imm: new Int32Array(length),
    target: new Uint32Array(length),
    packed: new Int32Array(4 * length).fill(255),
  };
  for (const segment of segments) {
    const view = new DataView(segment.data.buffer, segment.data.byteOffset, segment.data.byteLength);
    for (let at = 0; at + 4 <= segment.data.length; at += 4) {
      const pc = segment.address + at;
      const i = (pc - base) / 4;
      const instruction = asProven(decode(view.getUint32(at, true), pc));
      code.op[i] = instruction.op;
      code.rd[i] = instruction.rd;
      code.rs1[i] = instruction.rs1;
      code.rs2[i] = instruction.rs2;
      code.imm[i] = instruction.imm;
      code.target[i] = instruction.target;
      const { op, rd, rs1, rs2, imm, target } = instruction;
      const eventClass = classOf(instruction);
      code.packed.set(
        [
          op | (rd << 8) | (rs1 << 16) | (rs2 << 24),
          imm,
          target,
          eventClass === undefined ? 255 : INSTRUCTION_CLASSES.indexOf(eventClass),
        ],
        4 * i,
      );
    }
  }
  markEndless(code);
  const fixedPages = new Uint8Array(MEMORY_END >>> PAGE_SHIFT);
  for (const { address, end } of fixedParts(image))
    fixedPages.fill(1, address >>> PAGE_SHIFT, ((end - 1) >>> PAGE_SHIFT) + 1);
  const memoryStart = image.segments[0]!.address < NULL_PAGE_BYTES ? 0 : NULL_PAGE_BYTES;
  return { elf, image, code, entry: image.entry, memoryStart, fixedPages };
}

/** @throws {TypeError} when `program` is none: bytes of a file, say. */
export function checkProgram(program: Program): void {
  checkObject('program', program, 'what createProgram returned', ['elf', 'image', 'code', 'entry']);
}

/** Indices into {@link Code} of the words that are instructions. */
export function instructionIndices(code: Code): number[] {
  const out: number[] = [];
  for (let i = 0; i < code.length; i++)
    if (code.op[i] !== OP.INVALID && CLASS_BY_OP[code.op[i]!] !== undefined) out.push(i);
  return out;
}

/** Whether [from, to) reaches into an executable segment. */
export function overlapsCode(program: Program, from: number, to: number): boolean {
  return program.image.segments.some((s) => s.executable && from < s.address + s.data.length && s.address < to);
}

/** What a guest must not write to: read-only segments, and what executable ones have in the file. */
function fixedParts(image: ElfImage): { readonly address: number; readonly end: number }[] {
  return image.segments
    .map(({ address, memorySize, data, executable, writable }) => {
      const size = !writable ? memorySize : executable ? data.length : 0;
      return { address, end: address + size };
    })
    .filter(({ address, end }) => end > address);
}

/** Whether [from, to) reaches into code or a read-only segment. */
export function overlapsFixed(program: Program, from: number, to: number): boolean {
  return fixedParts(program.image).some(({ address, end }) => from < end && address < to);
}

/** The word of the image at `pc`, which executable segments have in the file; unsigned. */
export function wordAt({ image }: Program, pc: number): number | undefined {
  const segment = image.segments.find((s) => s.executable && pc >= s.address && pc + 4 <= s.address + s.data.length);
  if (segment === undefined || pc % 4 !== 0) return undefined;
  return new DataView(segment.data.buffer, segment.data.byteOffset).getUint32(pc - segment.address, true);
}

/** The non-zero leaves of the initial memory: leaf index -> eight words. */
export function imageLeaves(image: ElfImage): Map<number, Uint32Array> {
  const leaves = new Map<number, Uint32Array>();
  for (const { address, data } of image.segments) {
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0) continue;
      const at = address + i;
      const index = Math.floor(at / LEAF_BYTES);
      let words = leaves.get(index);
      if (words === undefined) {
        words = new Uint32Array(LEAF_WORDS);
        leaves.set(index, words);
      }
      const word = (at % LEAF_BYTES) >> 2;
      words[word] = (words[word]! | (data[i]! << (8 * (at & 3)))) >>> 0;
    }
  }
  return leaves;
}
