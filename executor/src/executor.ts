/**
 * @module Running a program: from the entry to HALT, with the checks that decide whether a finished run is provable.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, ExecutionError, readU32 } from '@weft/primitives';
import { Interpreter, type InterpreterOptions } from './interpreter.ts';
import { CELL } from './layout.ts';
import type { Program } from './program.ts';
import type { ExecutionRecord } from './record.ts';
import type { SymbolTable } from './symbols.ts';

export interface ExecuteOptions {
  /** Keep an execution record for proving. */
  readonly record?: boolean;
  /** Default 2^32. */
  readonly maxCycles?: number;
  readonly onOutput?: InterpreterOptions['onOutput'];
  readonly budget?: InterpreterOptions['budget'];
  readonly pool?: InterpreterOptions['pool'];
  readonly signal?: AbortSignal;
  /** Called now and then with the cycles so far. */
  readonly onProgress?: (cycles: number) => void;
  /** Names for messages. */
  readonly symbols?: SymbolTable;
}

export interface ExecutionResult {
  /** 32 bits, unsigned. */
  readonly exitCode: number;
  /** Retired instructions, the HALT included. */
  readonly cycles: number;
  readonly publicValues: Uint8Array;
  readonly record: ExecutionRecord | undefined;
}

const SLICE = 1 << 20;

/**
 * Runs a program on a list of input items.
 * @throws {ExecutionError} when the guest traps, exceeds `maxCycles`, or commits to other public values than it wrote.
 * @throws {ResourceError} when a recorded run outgrows its budget.
 * @throws the signal's reason when aborted.
 */
export async function execute(
  program: Program,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<ExecutionResult> {
  const interpreter = new Interpreter(program, stdin, {
    record: options.record ?? false,
    maxCycles: options.maxCycles ?? 2 ** 32,
    onOutput: options.onOutput ?? (() => {}),
    budget: options.budget,
    pool: options.pool,
  });
  try {
    while (!interpreter.halted) {
      options.signal?.throwIfAborted();
      const left = (options.maxCycles ?? 2 ** 32) - interpreter.cycles;
      interpreter.run(Math.max(1, Math.min(SLICE, left)));
      options.onProgress?.(interpreter.cycles);
      // Lets an abort arrive.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    checkPublicValues(interpreter);
  } catch (error) {
    throw error instanceof ExecutionError ? locate(error, options.symbols) : error;
  }
  return {
    exitCode: interpreter.registers[CELL.exitCode]! >>> 0,
    cycles: interpreter.cycles,
    publicValues: Uint8Array.from(interpreter.publicValues),
    record: options.record === true ? interpreter.finishRecord() : undefined,
  };
}

/** Adds the place to a trap's message. */
function locate(error: ExecutionError, symbols: SymbolTable | undefined): ExecutionError {
  const { pc, cycle } = error.details as { pc: number; cycle: number };
  const symbol = symbols?.lookup(pc);
  const place = `pc 0x${pc.toString(16)}${symbol === undefined ? '' : ` (${symbol})`}, cycle ${cycle}`;
  const details = { ...error.details, ...(symbol === undefined ? {} : { symbol }) };
  return new ExecutionError(error.code, `${error.message}; ${place}`, details);
}

/** The rule by which `verify` accepts public values, applied before anyone spends time on a proof. */
function checkPublicValues(interpreter: Interpreter): void {
  const { registers, publicValues } = interpreter;
  const flags = registers.slice(CELL.committed, CELL.committed + 8);
  const committed = flags.reduce((n, f) => n + f, 0);
  const fail = (reason: string): never => {
    throw new ExecutionError('PUBLIC_VALUES', reason, { pc: interpreter.pc, cycle: interpreter.cycles });
  };
  if (committed === 0) {
    if (publicValues.length > 0) fail(`${publicValues.length} bytes of public values were written but not committed`);
    return;
  }
  if (committed !== 8) fail(`only ${committed} of 8 digest words were committed`);
  const digest = sha256(Uint8Array.from(publicValues));
  for (let i = 0; i < 8; i++) {
    if (readU32(digest, 4 * i) !== registers[CELL.digest + i]! >>> 0) {
      fail(`the committed digest is not the SHA-256 of the public values, ${bytesToHex(digest)}`);
    }
  }
}
