/**
 * @module The program table: fixed at setup.
 */
import { type Chip, defineChip, type RowFinder } from '@weft/prover/air/chip';
import { PROGRAM } from '../buses.ts';

/** Rows by pc, which every row in use has another one of. Instructions are four bytes, so pc / 4 is a small index. */
const findPc: RowFinder = ([pc, op]) => {
  const used = pc!.subarray(0, op!.findLastIndex((code) => code !== 0) + 1);
  const base = used[0] ?? 0;
  const rows = new Int32Array(((used.at(-1) ?? 0) - base) / 4 + 1).fill(-1);
  for (const [row, at] of used.entries()) rows[(at - base) / 4] = row;
  return ([asked], count, found) => {
    for (let i = 0; i < count; i++) {
      const offset = (asked![i]! - base) | 0;
      found[i] = (offset & 3) === 0 ? (rows[offset >> 2] ?? -1) : -1;
    }
  };
};

/** Rows of op 0 pad the program; no chip asks for that operation. */
export const program: Chip = defineChip('program', { fixed: { kind: 'preprocessed' } }, (c) => {
  const multiplicity = c.col('multiplicity');
  const fields = ['pc', 'op', 'rd', 'rs1', 'rs2', 'imm_lo', 'imm_hi'].map((name) => c.fixedCol(name));
  c.provide(PROGRAM, fields, multiplicity, findPc);
});
