/**
 * @module The RV32IM machine on the proof system: keys of programs, proofs of shards, and what a finished run is.
 */

export { FIRST_FAMILY_BUS } from './buses.ts';
export type { Expand, Family } from './calls/index.ts';
export { FAMILIES } from './calls/index.ts';
export { accessWord, type MemoryWord, pointerInB, type ReceivedCall, receiveCall } from './chips/precompile.ts';
export { DEFAULT_MEMORY, type MemoryPlan, planMemoryLimit } from './cost/cost.ts';
export {
  createRiscvKey,
  FAMILY_SETS,
  type FamilySet,
  machineKey,
  type RiscvKey,
  type RiscvOptions,
  riscvKey,
} from './key.ts';
export { type ExpandedChip, type FormulaCall, formulaCall } from './precompiles/field/call.ts';
export type { Formula } from './precompiles/field/formula.ts';
export { modular, quadratic } from './precompiles/field/modular.ts';
export { weierstrassAdd, weierstrassDouble } from './precompiles/field/weierstrass.ts';
export { decodeProof, encodeProof, type ProofFile } from './run/proof-file.ts';
export { checkChain, type ShardProof, type VerifyingKey, verifyRun, verifyShard, vkDigest } from './run/verify.ts';
export { type ProvingKey, setupProgram } from './setup.ts';
export { cutRun, type StatedShard } from './shard/cut.ts';
export { shardTables } from './shard/tables.ts';
export { type ShardStatement, statementWords } from './statement.ts';
