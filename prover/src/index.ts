/**
 * @module The chip kit: what it takes to define chips and a machine, make keys, prove tables, verify proofs from bytes, and
 * find out why a trace is wrong. Nothing deeper is needed; `examples/counter` is written on these names alone.
 */
export { ConstraintError, VerificationError, type VerificationReason } from '@weft/primitives';
export type { Felt } from '@weft/primitives/field/base';
export { type HashSuite, POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
export { type BrokenConstraint, checkBuses, checkConstraints, type UnbalancedTuple } from './air/check.ts';
export {
  type Bus,
  type Chip,
  type ChipBuilder,
  type ChipOptions,
  defineChip,
  type FieldOperations,
  type FindRows,
  type FixedSource,
  type RowFinder,
  type StructuredTable,
} from './air/chip.ts';
export { type Expr, sum } from './air/expr.ts';
export type { Fill } from './air/fill.ts';
export { defineMachine, type Machine } from './air/machine.ts';
export { periodicTable } from './air/periodic.ts';
export { type PublicTuple, publicTuples, type StatementLayout } from './air/statement.ts';
export { type ChipStatistics, chipStatistics } from './air/statistics.ts';
export {
  eventsOf,
  lookupTables,
  type MachineTables,
  machineTables,
  type PreprocessedColumns,
  packedEvents,
} from './air/tables.ts';
export { tailOf } from './air/tails.ts';
export type { EventSource, JoinedTable, LookupTable, Table, Trace } from './air/trace.ts';
export { BYTE_PAIR, BYTE_XOR, FIRST_MACHINE_BUS, HASH, RANGE } from './kit/buses.ts';
export {
  type CongruenceOptions,
  Congruences,
  type Linear,
  type NumberKind,
  type Term,
} from './kit/field/congruences.ts';
export { type LimbColumns, wordsOf } from './kit/field/limbs.ts';
export { assertBelow, assertDistinct } from './kit/field/relation.ts';
export type { Values } from './kit/field/witness.ts';
export * from './kit/gadgets.ts';
export { hashChip } from './kit/poseidon2.ts';
export { byteChip, rangeChip } from './kit/tables.ts';
export {
  createMachineKey,
  type Json,
  type MachineKey,
  type PreprocessedKey,
  type ProofUse,
  type Shape,
} from './protocol/key.ts';
export type { SecurityTerm } from './protocol/opening-terms.ts';
export { proofSecurity, type Security, securityTerms } from './protocol/security.ts';
export type { ChipSet } from './protocol/sets.ts';
export { completeLookups, fillTables } from './prove/fill.ts';
export { type Preprocessed, preprocess } from './prove/preprocess.ts';
export { type ProveOptions, proveTables } from './prove/prove.ts';
export { verifyBytes } from './verify/proof.ts';
