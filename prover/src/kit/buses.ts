/**
 * @module Buses of the chips that any machine may use. They have the ids 4, 5, 6 and 8; a machine's own buses take others.
 */
import type { Bus } from '../air/chip.ts';

const bus = (id: number, name: string, kind: Bus['kind'], arity: number): Bus => ({ id, name, kind, arity });

/** (value, bits): value < 2^bits, bits <= 16. */
export const RANGE: Bus = bus(4, 'range', 'lookup', 2);

/** (a, b, a xor b) of bytes. */
export const BYTE_XOR: Bus = bus(5, 'byte_xor', 'lookup', 3);

/** (a, b), both bytes. */
export const BYTE_PAIR: Bus = bus(6, 'byte_pair', 'lookup', 2);

/** (left, right, parent) of nodes, (sixteen limbs, digest) of leaves: levels tell them apart. */
export const HASH: Bus = bus(8, 'hash', 'lookup', 24);
