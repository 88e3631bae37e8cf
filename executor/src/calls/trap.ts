/**
 * @module Reasons for which a guest is stopped.
 */

/** Why the guest was stopped. The message adds pc, symbol and cycle. */
export type TrapCode =
  | 'ILLEGAL_INSTRUCTION'
  | 'PC_OUTSIDE_CODE'
  | 'MISALIGNED_JUMP'
  | 'MISALIGNED_ACCESS'
  | 'MEMORY_RANGE'
  | 'NULL_POINTER'
  | 'STACK_OVERFLOW'
  | 'STACK_POINTER'
  | 'STORE_TO_CODE'
  | 'STORE_TO_CONSTANT'
  | 'ENDLESS_LOOP'
  | 'UNKNOWN_SYSCALL'
  | 'SYSCALL_ARGUMENT'
  | 'OPERAND'
  | 'HINT'
  | 'HOOK'
  | 'UNCONSTRAINED'
  | 'DEFERRED_PROOF'
  | 'PUBLIC_VALUES'
  | 'OUTPUT_LIMIT'
  | 'CYCLE_LIMIT';

/** Why a host does not do what a guest asks for. */
export interface Refusal {
  readonly code: TrapCode;
  readonly reason: string;
}
