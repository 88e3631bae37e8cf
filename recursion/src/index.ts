/**
 * @module Proofs about proofs: the verifier of one shape as a recorded program, running it. `prove` proves that it accepts.
 */
export { type CircuitValues, executeCircuit, type ProofReader } from './circuit/execute.ts';
export { type CircuitOperation, type CircuitProgram, operationCounts } from './circuit/program.ts';
export { type RecordedVerifier, recordVerifier, type VerifierRun, verifyByCircuit } from './circuit/verifier.ts';
