/**
 * @module The program table: fixed at setup.
 */
import { type Chip, defineChip } from '@weft/prover/air/chip';
import { PROGRAM } from '../buses.ts';

/** Rows of op 0 pad the program; no chip asks for that operation. */
export const program: Chip = defineChip('program', { fixed: { kind: 'program' }, maxLogHeight: 22 }, (c) => {
  const multiplicity = c.col('multiplicity');
  const fields = ['pc', 'op', 'rd', 'rs1', 'rs2', 'imm_lo', 'imm_hi'].map((name) => c.fixedCol(name));
  c.provide(PROGRAM, fields, multiplicity);
});
