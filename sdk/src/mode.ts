/**
 * @module What kinds of proofs there are. A file of its own: what only names a kind need not load what verifies it.
 */

/** `core`: a proof for each shard of the run. `compressed`: one proof, whatever the length of the run. `wrapped`: the same, half the size, a few seconds more. */
export type ProofMode = 'core' | 'compressed' | 'wrapped';

/** All of them, in the order of the size of proofs. */
export const PROOF_MODES: readonly ProofMode[] = ['core', 'compressed', 'wrapped'];

/** Without `mode`: one proof, however long the run. */
export const DEFAULT_MODE: ProofMode = 'compressed';
