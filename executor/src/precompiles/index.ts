/**
 * @module What precompiles do. Those that take one row have nothing else to say to be called.
 */
import { EDWARDS } from './edwards.ts';
import { keccakPermute } from './keccak.ts';
import { MODULAR } from './modular.ts';
import type { Operation } from './operation.ts';
import { poseidon2Permute } from './poseidon2.ts';
import { multiplyModular, multiplyWide } from './uint256.ts';
import { WEIERSTRASS } from './weierstrass.ts';

/** Those that take one row in a table of their name: arithmetic in fields and on curves. */
export const ROW_OPERATIONS: readonly Operation[] = [...EDWARDS, ...WEIERSTRASS, ...MODULAR, multiplyModular];

export const OPERATIONS: readonly Operation[] = [keccakPermute, ...ROW_OPERATIONS, multiplyWide, poseidon2Permute];
