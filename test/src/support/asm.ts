/**
 * @module A small assembler and ELF writer for tests. Encodings are written from the RISC-V manual's tables alone.
 */

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
const B: Record<BranchOp, number> = { BEQ: 0, BNE: 1, BLT: 4, BGE: 5, BLTU: 6, BGEU: 7 };
const L: Record<LoadOp, number> = { LB: 0, LH: 1, LW: 2, LBU: 4, LHU: 5 };
const S: Record<StoreOp, number> = { SB: 0, SH: 1, SW: 2 };

export const registerOps = Object.keys(R) as RegisterOp[];
export const immediateOps = Object.keys(I) as ImmediateOp[];
export const branchOps = Object.keys(B) as BranchOp[];
export const loadOps = Object.keys(L) as LoadOp[];
export const storeOps = Object.keys(S) as StoreOp[];

const u = (x: number): number => x >>> 0;

export function r(op: RegisterOp, rd: number, rs1: number, rs2: number): number {
  const [funct7, funct3] = R[op];
  return u((funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | 0x33);
}
export function i(op: ImmediateOp, rd: number, rs1: number, imm: number): number {
  const field = op === 'SRAI' ? imm | 0x400 : imm & 0xfff;
  return u((field << 20) | (rs1 << 15) | (I[op] << 12) | (rd << 7) | 0x13);
}
export function load(op: LoadOp, rd: number, rs1: number, imm: number): number {
  return u(((imm & 0xfff) << 20) | (rs1 << 15) | (L[op] << 12) | (rd << 7) | 0x03);
}
export function store(op: StoreOp, rs2: number, rs1: number, imm: number): number {
  return u((((imm >> 5) & 0x7f) << 25) | (rs2 << 20) | (rs1 << 15) | (S[op] << 12) | ((imm & 31) << 7) | 0x23);
}
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
export const jalr = (rd: number, rs1: number, imm: number): number =>
  u(((imm & 0xfff) << 20) | (rs1 << 15) | (rd << 7) | 0x67);
export const lui = (rd: number, upper: number): number => u((upper << 12) | (rd << 7) | 0x37);
export const auipc = (rd: number, upper: number): number => u((upper << 12) | (rd << 7) | 0x17);
export const ECALL = 0x73;
export const EBREAK = 0x100073;
export const FENCE = 0x0ff0000f;

/** Two instructions that put any 32-bit value into a register. */
export function li(rd: number, value: number): number[] {
  const low = (value << 20) >> 20;
  return [lui(rd, ((value - low) >>> 12) & 0xfffff), i('ADDI', rd, rd, low)];
}

/** A system call with constant arguments. */
export function call(code: number, a0 = 0, a1 = 0, a2 = 0): number[] {
  return [...li(10, a0), ...li(11, a1), ...li(12, a2), ...li(5, code), ECALL];
}

export const halt = (exitCode = 0): number[] => call(0, exitCode);

export const TEXT = 0x10000;
export const DATA = 0x20000;

export interface ElfOptions {
  readonly data?: Uint8Array;
  readonly dataMemory?: number;
  /** Address of the data segment. */
  readonly dataAddress?: number;
  readonly entry?: number;
  /** Changes the finished file. */
  readonly patch?: (file: DataView) => void;
}

/** An ELF executable of one code and one data segment. */
export function elf(words: readonly number[], options: ElfOptions = {}): Uint8Array {
  const data = options.data ?? new Uint8Array(0);
  // Offsets agree with addresses modulo the page size, which QEMU asks for.
  const codeAt = 4096;
  const dataAt = codeAt + Math.ceil((4 * words.length) / 4096) * 4096;
  const file = new Uint8Array(dataAt + data.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, options.entry ?? TEXT, true);
  view.setUint32(28, 52, true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 2, true);
  const header = (at: number, offset: number, address: number, size: number, memory: number, flags: number): void => {
    for (const [k, x] of [1, offset, address, address, size, memory, flags, 4096].entries())
      view.setUint32(at + 4 * k, x, true);
  };
  header(52, codeAt, TEXT, 4 * words.length, 4 * words.length, 5);
  header(84, dataAt, options.dataAddress ?? DATA, data.length, Math.max(data.length, options.dataMemory ?? 0x10000), 6);
  for (const [k, w] of words.entries()) view.setUint32(codeAt + 4 * k, w, true);
  file.set(data, dataAt);
  options.patch?.(view);
  return file;
}
