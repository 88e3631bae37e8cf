/**
 * @module The buses of the RV32IM machine.
 */
import type { Bus } from '@weft/prover/air/chip';
import { FIRST_MACHINE_BUS } from '@weft/prover/kit/buses';

/** The first id that no chip of Weft's will ever take: families from outside count from here. */
export const FIRST_FAMILY_BUS: number = FIRST_MACHINE_BUS + 64;

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
/** (code low, code high, clk, word address in a0, a1 low, a1 high): a call of a precompile, to the table that has its code. */
export const CALL: Bus = bus(5, 'call', 'permutation', 6);
/** (clk, row, word address of the schedule, a and e of the last four rounds, the oldest first): rounds of SHA_COMPRESS. */
export const SHA_STATE: Bus = bus(6, 'sha_state', 'permutation', 19);
/**
 * (clk, word address of the schedule, whether its given words were bytes, number, low limb, high limb): a word of the schedule, and its
 * sigma0 and sigma1.
 */
export const SHA_WORD: Bus = bus(7, 'sha_word', 'permutation', 6);
export const SHA_SIGMA0: Bus = bus(8, 'sha_sigma0', 'permutation', 6);
export const SHA_SIGMA1: Bus = bus(9, 'sha_sigma1', 'permutation', 6);
/**
 * (clk, number of the state, group of slices, constant, whether it is the first state, and the last, the group of each lane there, else 0):
 * rows of KECCAK_PERMUTE.
 */
export const KECCAK_GROUP: Bus = bus(10, 'keccak_group', 'permutation', 31);
/** (clk, number of the state, group of slices, parities of the columns of the slice before it). */
export const KECCAK_PARITY: Bus = bus(11, 'keccak_parity', 'permutation', 8);
/** (clk, word address of the state): both rows of memory that a state has. */
export const KECCAK_HALVES: Bus = bus(12, 'keccak_halves', 'permutation', 2);
/** (clk, number of the state, group of slices, bits that rho moves there): by the groups that they move, modulo a lane's. */
export const KECCAK_RHO: readonly Bus[] = [8, 7, 6, 6].map((arity, by) =>
  bus(13 + by, `keccak_rho_${by}`, 'permutation', arity),
);
/** (clk, word addresses of the long factor and of the product, limbs of the short factor): to each part of U256XU2048_MUL. */
export const WIDE_FACTOR: Bus = bus(17, 'wide_factor', 'permutation', 19);
/** (clk, number of the part that takes it, limbs): a carry of U256XU2048_MUL. */
export const WIDE_CARRY: Bus = bus(18, 'wide_carry', 'permutation', 18);
