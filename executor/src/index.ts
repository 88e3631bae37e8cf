/**
 * @module The executor: ELF files, programs and their plain runs. Works in browsers; what names functions in messages,
 * `program/symbols`, needs Node.
 */
export { CALLS } from './calls/index.ts';
export { type CountedExecution, type ExecuteOptions, type ExecutionResult, execute } from './executor.ts';
export { FD, SYSCALL } from './program/abi.ts';
export { type ElfErrorCode, type ElfImage, type ElfSegment, loadElf } from './program/elf.ts';
export { decode, type Instruction, OP } from './program/isa.ts';
export { MEMORY_END } from './program/layout.ts';
export { type Code, createProgram, type Program } from './program/program.ts';
export type { SymbolTable } from './program/symbols.ts';
