/**
 * @module The buses of the RV32IM machine.
 */
import type { Bus } from '../air/chip.ts';

const bus = (id: number, name: string, kind: Bus['kind'], arity: number): Bus => ({ id, name, kind, arity });

/** (pc, clk): every instruction receives the state before it and sends the state after it. */
export const EXECUTION: Bus = bus(1, 'execution', 'permutation', 2);
/** (pc, op, rd, rs1, rs2, imm low, imm high); see `program` for what each format puts there. */
export const PROGRAM: Bus = bus(2, 'program', 'lookup', 7);
/** (space, word address, low limb, high limb, timestamp): offline memory checking. */
export const MEMORY: Bus = bus(3, 'memory', 'permutation', 5);
/** (value, bits): value < 2^bits, bits <= 16. */
export const RANGE: Bus = bus(4, 'range', 'lookup', 2);
/** (a, b, a xor b) of bytes. */
export const BYTE_XOR: Bus = bus(5, 'byte_xor', 'lookup', 3);
/** (a, b), both bytes. */
export const BYTE_PAIR: Bus = bus(6, 'byte_pair', 'lookup', 2);
/** (level, index, digest before, digest after): the state tree, from the root down. */
export const TREE: Bus = bus(7, 'tree', 'permutation', 18);
/** (left, right, parent) of nodes, (sixteen limbs, digest) of leaves: levels tell them apart. */
export const HASH: Bus = bus(8, 'hash', 'lookup', 24);
/** (section, eight words): what the verifier knows about the shard. */
export const STATEMENT: Bus = bus(9, 'statement', 'permutation', 9);
