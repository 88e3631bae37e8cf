/**
 * @module The chip kit: what it takes to build a machine, prove its tables and verify the proof.
 */
export { type BrokenConstraint, checkBuses, checkConstraints, type UnbalancedTuple } from './air/check.ts';
export { type Bus, type Chip, type ChipBuilder, defineChip, type StructuredTable } from './air/chip.ts';
export type { Expr } from './air/expr.ts';
export type { Fill } from './air/fill.ts';
export { defineMachine, type Machine, type PublicTuple } from './air/machine.ts';
export type { EventSource, LookupCounter, Table, Trace } from './air/trace.ts';
export { createMachineKey, type MachineKey, type ProgramKey } from './protocol/key.ts';
export { securityBits, securityTerms } from './protocol/security.ts';
export { eventsOf, fillTables } from './prove/fill.ts';
export { commitProgram, type ProgramCommitment, proveTables } from './prove/prove.ts';
export { verifyBytes } from './verify/proof.ts';
export type { PublicInput } from './verify/verify.ts';
