/**
 * @module Buses of the chips that any machine may use. Ids 1 to 15 are kept for them; a machine's own buses
 * count from {@link FIRST_MACHINE_BUS} on.
 */
import type { Bus } from '../air/chip.ts';

/** The first id that no chip of the kit will ever take. */
export const FIRST_MACHINE_BUS = 16;

const bus = (id: number, name: string, kind: Bus['kind'], arity: number): Bus => ({ id, name, kind, arity });

/** (value, bits): value < 2^bits, bits <= 16. */
export const RANGE: Bus = bus(1, 'range', 'lookup', 2);

/** (a, b, a xor b) of bytes. */
export const BYTE_XOR: Bus = bus(2, 'byte_xor', 'lookup', 3);

/** (a, b), both bytes. */
export const BYTE_PAIR: Bus = bus(3, 'byte_pair', 'lookup', 2);

/** (left, right, parent) of nodes, (sixteen limbs, digest) of leaves: levels tell them apart. */
export const HASH: Bus = bus(4, 'hash', 'lookup', 24);

/** (value, bits): value < 2^bits, bits <= 8. */
export const RANGE_SMALL: Bus = bus(5, 'range_small', 'lookup', 2);

/** (a, b, a xor b) of halves of bytes. */
export const NIBBLE_XOR: Bus = bus(6, 'nibble_xor', 'lookup', 3);
