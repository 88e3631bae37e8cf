/**
 * @module A small assembler and ELF writer: programs made of instruction words, without a compiler. Operands come in the
 * order of the manual's assembly, behind the operation's name where a format has several. Encodings are written from the
 * tables of the RISC-V manual alone and share nothing with the decoder, so that each can be held against the other.
 *
 * Operands are not checked: what does not fit into its field is the caller's mistake.
 */
import { A0, A1, A2, SYSCALL, T0 } from './abi.ts';

export type RegisterOp =
  | 'ADD'
  | 'SUB'
  | 'SLL'
  | 'SLT'
  | 'SLTU'
  | 'XOR'
  | 'SRL'
  | 'SRA'
  | 'OR'
  | 'AND'
  | 'MUL'
  | 'MULH'
  | 'MULHSU'
  | 'MULHU'
  | 'DIV'
  | 'DIVU'
  | 'REM'
  | 'REMU';
export type ImmediateOp = 'ADDI' | 'SLTI' | 'SLTIU' | 'XORI' | 'ORI' | 'ANDI' | 'SLLI' | 'SRLI' | 'SRAI';
export type BranchOp = 'BEQ' | 'BNE' | 'BLT' | 'BGE' | 'BLTU' | 'BGEU';
export type LoadOp = 'LB' | 'LH' | 'LW' | 'LBU' | 'LHU';
export type StoreOp = 'SB' | 'SH' | 'SW';

/** funct7 and funct3 of opcode OP. */
const R: Record<RegisterOp, [number, number]> = {
  ADD: [0, 0],
  SUB: [0x20, 0],
  SLL: [0, 1],
  SLT: [0, 2],
  SLTU: [0, 3],
  XOR: [0, 4],
  SRL: [0, 5],
  SRA: [0x20, 5],
  OR: [0, 6],
  AND: [0, 7],
  MUL: [1, 0],
  MULH: [1, 1],
  MULHSU: [1, 2],
  MULHU: [1, 3],
  DIV: [1, 4],
  DIVU: [1, 5],
  REM: [1, 6],
  REMU: [1, 7],
};
/** funct3 of OP-IMM; the shifts take funct7 out of their immediate. */
const I: Record<ImmediateOp, number> = {
  ADDI: 0,
  SLTI: 2,
  SLTIU: 3,
  XORI: 4,
  ORI: 6,
  ANDI: 7,
  SLLI: 1,
  SRLI: 5,
  SRAI: 5,
};
/** funct3 of BRANCH, LOAD and STORE. */
const B: Record<BranchOp, number> = { BEQ: 0, BNE: 1, BLT: 4, BGE: 5, BLTU: 6, BGEU: 7 };
const L: Record<LoadOp, number> = { LB: 0, LH: 1, LW: 2, LBU: 4, LHU: 5 };
const S: Record<StoreOp, number> = { SB: 0, SH: 1, SW: 2 };

/** Every operation of a format. */
export const registerOps = Object.keys(R) as RegisterOp[];
export const immediateOps = Object.keys(I) as ImmediateOp[];
export const branchOps = Object.keys(B) as BranchOp[];
export const loadOps = Object.keys(L) as LoadOp[];
export const storeOps = Object.keys(S) as StoreOp[];

const u = (x: number): number => x >>> 0;

/** rd = rs1 op rs2. */
export function r(op: RegisterOp, rd: number, rs1: number, rs2: number): number {
  const [funct7, funct3] = R[op];
  return u((funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | 0x33);
}
/** rd = rs1 op imm, the immediate being signed with 12 bits; for shifts, 0 to 31. */
export function i(op: ImmediateOp, rd: number, rs1: number, imm: number): number {
  const field = op === 'SRAI' ? imm | 0x400 : imm & 0xfff;
  return u((field << 20) | (rs1 << 15) | (I[op] << 12) | (rd << 7) | 0x13);
}
/** rd = memory at rs1 + imm. */
export function load(op: LoadOp, rd: number, rs1: number, imm: number): number {
  return u(((imm & 0xfff) << 20) | (rs1 << 15) | (L[op] << 12) | (rd << 7) | 0x03);
}
/** Memory at rs1 + imm = rs2. */
export function store(op: StoreOp, rs2: number, rs1: number, imm: number): number {
  return u((((imm >> 5) & 0x7f) << 25) | (rs2 << 20) | (rs1 << 15) | (S[op] << 12) | ((imm & 31) << 7) | 0x23);
}
/** To pc + offset, an even number of bytes, if rs1 op rs2. */
export function branch(op: BranchOp, rs1: number, rs2: number, offset: number): number {
  const o = offset;
  return u(
    (((o >> 12) & 1) << 31) |
      (((o >> 5) & 0x3f) << 25) |
      (rs2 << 20) |
      (rs1 << 15) |
      (B[op] << 12) |
      (((o >> 1) & 15) << 8) |
      (((o >> 11) & 1) << 7) |
      0x63,
  );
}
/** To pc + offset, an even number of bytes; rd = the address behind. */
export function jal(rd: number, offset: number): number {
  const o = offset;
  return u(
    (((o >> 20) & 1) << 31) |
      (((o >> 1) & 0x3ff) << 21) |
      (((o >> 11) & 1) << 20) |
      (((o >> 12) & 0xff) << 12) |
      (rd << 7) |
      0x6f,
  );
}
/** To rs1 + imm without its lowest bit; rd = the address behind. */
export const jalr = (rd: number, rs1: number, imm: number): number =>
  u(((imm & 0xfff) << 20) | (rs1 << 15) | (rd << 7) | 0x67);
/** rd = upper << 12. */
export const lui = (rd: number, upper: number): number => u((upper << 12) | (rd << 7) | 0x37);
/** rd = pc + (upper << 12). */
export const auipc = (rd: number, upper: number): number => u((upper << 12) | (rd << 7) | 0x17);
export const ECALL = 0x73;
export const EBREAK = 0x100073;
export const FENCE = 0x0ff0000f;

/** Two instructions, LUI and ADDI, that put any 32-bit value into a register. */
export function li(rd: number, value: number): number[] {
  const low = (value << 20) >> 20;
  return [lui(rd, ((value - low) >>> 12) & 0xfffff), i('ADDI', rd, rd, low)];
}

/** A system call with constant arguments: nine instructions, which leave the arguments in a0 to a2 and the code in t0. */
export function call(code: number, a0 = 0, a1 = 0, a2 = 0): number[] {
  return [...li(A0, a0), ...li(A1, a1), ...li(A2, a2), ...li(T0, code), ECALL];
}

/** Ends the run. */
export const halt = (exitCode = 0): number[] => call(SYSCALL.HALT, exitCode);

/** Where `elf` puts code, and its data unless told otherwise. */
export const TEXT = 0x10000;
export const DATA = 0x20000;

export interface ElfOptions {
  /** The initial bytes of the data segment. */
  readonly data?: Uint8Array;
  /** Size of the data segment in memory, 64 KiB unless told otherwise; what `data` does not reach is 0. */
  readonly dataMemory?: number;
  /** Address of the data segment. */
  readonly dataAddress?: number;
  /** Adds a segment of zeros in the page at null, from 4 on, which may be accessed then. */
  readonly lowMemory?: boolean;
  /** Address of the first instruction to run, {@link TEXT} unless told otherwise. */
  readonly entry?: number;
  /** Changes the finished file: for files that a loader must refuse. */
  readonly patch?: (file: DataView) => void;
}

/** An ELF executable of one code segment, holding `words`, and one data segment. */
export function elf(words: readonly number[], options: ElfOptions = {}): Uint8Array {
  const data = options.data ?? new Uint8Array(0);
  // Offsets agree with addresses modulo the page size, which QEMU asks for.
  const codeAt = 4096;
  const dataAt = codeAt + Math.ceil((4 * words.length) / 4096) * 4096;
  const file = new Uint8Array(dataAt + data.length);
  const view = new DataView(file.buffer);
  // Magic number, 32 bits, little-endian, version 1.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  // Executable, RISC-V.
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, options.entry ?? TEXT, true);
  view.setUint32(28, 52, true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, options.lowMemory === true ? 3 : 2, true);
  const header = (at: number, offset: number, address: number, size: number, memory: number, flags: number): void => {
    for (const [k, x] of [1, offset, address, address, size, memory, flags, 4096].entries())
      view.setUint32(at + 4 * k, x, true);
  };
  header(52, codeAt, TEXT, 4 * words.length, 4 * words.length, 5);
  header(84, dataAt, options.dataAddress ?? DATA, data.length, Math.max(data.length, options.dataMemory ?? 0x10000), 6);
  if (options.lowMemory === true) header(116, 0, 4, 0, 4092, 6);
  for (const [k, w] of words.entries()) view.setUint32(codeAt + 4 * k, w, true);
  file.set(data, dataAt);
  options.patch?.(view);
  return file;
}
