/**
 * @module How many threads a machine runs at once.
 */
import { availableParallelism } from 'node:os';

/** Cores that this process may use. */
export const coreCount: () => number = availableParallelism;
