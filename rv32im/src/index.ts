/**
 * @module The RV32IM machine on the proof system: keys of programs, proofs of shards, and what a finished run is.
 */
export { DEFAULT_MEMORY, type MemoryPlan, planMemoryLimit } from './cost/cost.ts';
export { machineKey } from './key.ts';
export { decodeProof, encodeProof, type ProofFile } from './run/proof-file.ts';
export { checkChain, type ShardProof, type VerifyingKey, verifyRun, verifyShard, vkDigest } from './run/verify.ts';
export { type ProvingKey, setupProgram } from './setup.ts';
export { cutRun, type StatedShard } from './shard/cut.ts';
export { shardTables } from './shard/tables.ts';
export { type ShardStatement, statementWords } from './statement.ts';
