/**
 * @module Instructions as text, in the order of operands of the RISC-V manual's assembly, for messages.
 */
import { decode, OP } from './isa.ts';

/** Names of the registers in the calling convention, by number. */
export const REGISTER_NAMES: readonly string[] = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
];

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(OP).map(([name, op]) => [op, name.toLowerCase()] as const),
);

const hex = (x: number): string => `0x${(x >>> 0).toString(16)}`;
/** What a write to x0 is decoded to. */
const name = (register: number): string => REGISTER_NAMES[register & 31]!;

/**
 * One instruction.
 * @param word - 32 bits, unsigned.
 * @param pc - where it stands: targets are absolute. A multiple of 4.
 */
export function disassemble(word: number, pc: number): string {
  const { op, rd, rs1, rs2, imm, target } = decode(word, pc);
  const mnemonic = NAMES.get(op)!;
  switch (word & 0x7f) {
    case 0x6f:
      if (op === OP.CONST) return `jal ${name(rd)}, ${hex(target)}`;
      break;
    case 0x37:
      return `lui ${name(rd)}, ${hex(imm >>> 12)}`;
    case 0x17:
      return `auipc ${name(rd)}, ${hex(word >>> 12)}`;
    case 0x0f:
      if (op === OP.CONST) return 'fence';
  }
  if (op === OP.INVALID) return `.word ${hex(word)}`;
  if (op === OP.ECALL) return mnemonic;
  if (op >= OP.BEQ && op <= OP.BGE) return `${mnemonic} ${name(rs1)}, ${name(rs2)}, ${hex(target)}`;
  if (op === OP.SW || op === OP.SB || op === OP.SH) return `${mnemonic} ${name(rs2)}, ${imm}(${name(rs1)})`;
  if ((op >= OP.LW && op <= OP.LH) || op === OP.JALR) return `${mnemonic} ${name(rd)}, ${imm}(${name(rs1)})`;
  const last = (word & 0x7f) === 0x13 ? `${imm}` : name(rs2);
  return `${mnemonic} ${name(rd)}, ${name(rs1)}, ${last}`;
}

const FLOAT_OPCODES: readonly number[] = [0x07, 0x27, 0x43, 0x47, 0x4b, 0x4f, 0x53];

/** What a word that is no RV32IM instruction is, as far as that can be told. */
export function illegalWord(word: number): string {
  const opcode = word & 0x7f;
  const what = (): string | undefined => {
    if (word === 0) return 'zeros: data, or the end of a function that nobody should reach';
    if (word === 0xc0001073) return 'unimp: where a compiler puts what must not be reached, such as __builtin_trap';
    if (word === 0x00100073) return 'ebreak: where a program asks for a debugger';
    if ((word & 3) !== 3) return 'compressed (C extension): build for rv32im';
    if (opcode === 0x2f) return 'atomic (A extension): build for rv32im';
    if (FLOAT_OPCODES.includes(opcode)) return 'of hardware floating point (F or D extension): build for rv32im, ilp32';
    if (opcode === 0x73) return 'of the control registers (Zicsr) or privileged';
    if (opcode === 0x6f || opcode === 0x63) return 'a jump to what is no multiple of 4, or beyond memory';
    return undefined;
  };
  const known = what();
  return `illegal instruction ${hex(word)}${known === undefined ? '' : `, ${known}`}`;
}
