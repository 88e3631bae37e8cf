/**
 * @module The rows of the program table.
 */
import { CLASS_BY_OP, OP } from '@weft/executor/program/isa';
import { type Code, instructionIndices, type Program } from '@weft/executor/program/program';
import { MAX_LOG_HEIGHT } from '@weft/prover/air/chip';

/** One row of the program table: pc, op, rd, rs1, rs2, imm low, imm high. */
function programRow(code: Code, i: number): number[] {
  const pc = code.base + 4 * i;
  const op = code.op[i]!;
  const [rd, rs1, rs2] = [code.rd[i]!, code.rs1[i]!, code.rs2[i]!];
  const imm = code.imm[i]! >>> 0;
  const [lo, hi] = [imm & 0xffff, imm >>> 16];
  switch (CLASS_BY_OP[op]) {
    case 'const':
      return [pc, op, rd, 0, code.target[i]!, lo, hi];
    case 'branch_eq':
    case 'branch_lt':
      return [pc, op, 0, rs1, rs2, code.target[i]!, 0];
    case 'store_word':
    case 'store_sub':
      return [pc, op, 0, rs1, rs2, lo, hi];
    case 'jalr':
      return [pc, op, rd, rs1, (pc + 4) >>> 16, lo, hi];
    case 'ecall':
      return [pc, OP.ECALL, 0, 0, 0, 0, 0];
    default:
      return [pc, op, rd, rs1, rs2, lo, hi];
  }
}

/**
 * log2 of the rows that a program table may have. Few, because the verifier of a shard is a circuit of its own for each: what
 * is read and checked follows from the height of the table.
 */
export const PROGRAM_LOG_HEIGHTS: readonly number[] = [10, 13, 16, 20, MAX_LOG_HEIGHT];

const heightFor = (instructions: number): number => PROGRAM_LOG_HEIGHTS.find((h) => instructions <= 2 ** h)!;

/** log2 of the rows of {@link programTable}. */
export const programLogHeight = ({ code }: Program): number => heightFor(instructionIndices(code).length);

/**
 * The program table: one row per instruction in order of pc, the rest of the next height in {@link PROGRAM_LOG_HEIGHTS} zero.
 * The largest holds all the code that a program may have.
 */
export function programTable(program: Program): Uint32Array[] {
  const indices = instructionIndices(program.code);
  const logHeight = heightFor(indices.length);
  const columns = Array.from({ length: 7 }, () => new Uint32Array(2 ** logHeight));
  for (let row = 0; row < indices.length; row++) {
    const values = programRow(program.code, indices[row]!);
    for (let c = 0; c < columns.length; c++) columns[c]![row] = values[c]!;
  }
  return columns;
}
