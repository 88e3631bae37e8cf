/**
 * @module The buses of the RV32IM machine.
 */
import type { Bus } from '@weft/prover/air/chip';
import { FIRST_MACHINE_BUS } from '@weft/prover/kit/buses';

const bus = (index: number, name: string, kind: Bus['kind'], arity: number): Bus => ({
  id: FIRST_MACHINE_BUS + index,
  name,
  kind,
  arity,
});

/** (pc, clk): every instruction receives the state before it and sends the state after it. */
export const EXECUTION: Bus = bus(0, 'execution', 'permutation', 2);
/** (pc, op, rd, rs1, rs2, imm low, imm high); see `program` for what each format puts there. */
export const PROGRAM: Bus = bus(1, 'program', 'lookup', 7);
/** (space, word address, low limb, high limb, timestamp): offline memory checking. */
export const MEMORY: Bus = bus(2, 'memory', 'permutation', 5);
/** (level, index, digest before, digest after): the state tree, from the root down. */
export const TREE: Bus = bus(3, 'tree', 'permutation', 18);
/** (section, eight words): what the verifier knows about the shard. */
export const STATEMENT: Bus = bus(4, 'statement', 'permutation', 9);
