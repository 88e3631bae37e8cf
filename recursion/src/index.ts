/**
 * @module Proofs about proofs. So far: the verifier of one shape as a recorded program, and running it.
 */
export { type CircuitValues, executeCircuit, type ProofReader } from './circuit/execute.ts';
export { type CircuitOperation, type CircuitProgram, operationCounts } from './circuit/program.ts';
export { type RecordedVerifier, recordVerifier, verifyByCircuit } from './circuit/verifier.ts';
