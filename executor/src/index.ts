/**
 * @module The executor: ELF files, programs and their plain runs. Works in browsers; what names functions in messages,
 * `debug/symbols`, needs Node.
 */
export type { CallRows, EventShape, SystemCall } from './calls/call.ts';
export { type CallSet, createCallSet } from './calls/call-set.ts';
export { CALLS, STANDARD_CALLS } from './calls/index.ts';
export {
  type AccessedWord,
  type CallTable,
  type Precompile,
  precompile,
  type RecordedCall,
} from './calls/precompile.ts';
export { rowCall, rowTable, spanFields } from './calls/row-call.ts';
export type { Place, TrapDetails } from './debug/explain.ts';
export type { SymbolTable } from './debug/symbols.ts';
export { type CountedExecution, type ExecuteOptions, type ExecutionResult, execute } from './executor.ts';
export { ChunkPool, type ExecutionRecord } from './observe/record.ts';
export {
  type CallArguments,
  type Fault,
  type Operation,
  operandFault,
  type WordSpan,
} from './precompiles/operation.ts';
export { FD, SYSCALL } from './program/abi.ts';
export { type ElfErrorCode, type ElfImage, type ElfSegment, loadElf } from './program/elf.ts';
export { decode, type Instruction, OP } from './program/isa.ts';
export { MEMORY_END } from './program/layout.ts';
export { type Code, createProgram, type Program } from './program/program.ts';
export { type Checkpoint, replay } from './shard/checkpoint.ts';
