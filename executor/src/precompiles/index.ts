/**
 * @module What precompiles do, whether tables have rows for them or not: a run that calls one without cannot be proven.
 */
import { EDWARDS } from './edwards.ts';
import { keccakPermute } from './keccak.ts';
import { MODULAR } from './modular.ts';
import type { Operation } from './operation.ts';
import { poseidon2Permute } from './poseidon2.ts';
import { UINT256 } from './uint256.ts';
import { WEIERSTRASS } from './weierstrass.ts';

export const OPERATIONS: readonly Operation[] = [
  keccakPermute,
  ...EDWARDS,
  ...WEIERSTRASS,
  ...MODULAR,
  ...UINT256,
  poseidon2Permute,
];
