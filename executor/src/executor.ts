/**
 * @module Running a program: from the entry to HALT, with the checks that decide whether a finished run is provable.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, ExecutionError, readU32 } from '@weft/primitives';
import { STEP_CLASSES } from './calls/index.ts';
import { CELL } from './program/layout.ts';
import type { Program } from './program/program.ts';
import type { SymbolTable } from './program/symbols.ts';
import { LiveHost, type OutputListener } from './run/host.ts';
import { Interpreter } from './run/interpreter.ts';
import { initialState } from './run/state.ts';

export interface ExecuteOptions {
  /** Default 2^32. */
  readonly maxCycles?: number | undefined;
  readonly onOutput?: OutputListener | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the cycles so far. */
  readonly onProgress?: ((cycles: number) => void) | undefined;
  /** Names for messages. */
  readonly symbols?: SymbolTable | undefined;
}

export interface ExecutionResult {
  /** 32 bits, unsigned. */
  readonly exitCode: number;
  /** Retired instructions, the HALT included. */
  readonly cycles: number;
  readonly publicValues: Uint8Array;
}

/** A run with what an estimate of its proof needs. */
export interface CountedExecution extends ExecutionResult {
  /** Rows of every class of steps. */
  readonly rows: Readonly<Record<string, number>>;
  /** Pages of 4 KiB that the run used. */
  readonly pages: number;
}

const SLICE = 1 << 20;

/**
 * Runs a program on a list of input items.
 * @throws {ExecutionError} when the guest traps, exceeds `maxCycles`, or commits to other public values than it wrote.
 * @throws the signal's reason when aborted.
 */
export async function execute(
  program: Program,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<CountedExecution> {
  const { maxCycles = 2 ** 32 } = options;
  const host = new LiveHost(stdin, options.onOutput);
  const state = initialState(program);
  const { registers, memory } = state;
  const interpreter = new Interpreter(program, state, host, { maxCycles });
  const counts = new Array<number>(STEP_CLASSES.length).fill(0);
  try {
    while (!interpreter.halted) {
      options.signal?.throwIfAborted();
      interpreter.left.fill(SLICE);
      interpreter.run(Math.max(1, Math.min(SLICE, maxCycles - interpreter.cycles)));
      for (const k of counts.keys()) counts[k]! += SLICE - interpreter.left[k]!;
      options.onProgress?.(interpreter.cycles);
      // Lets an abort arrive.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    checkPublicValues(registers, host.publicValues, interpreter);
  } catch (error) {
    throw error instanceof ExecutionError ? locate(error, options.symbols) : error;
  }
  const pages = memory.pages.filter((page) => page !== undefined).length;
  memory.release();
  return {
    exitCode: registers[CELL.exitCode]! >>> 0,
    cycles: interpreter.cycles,
    publicValues: Uint8Array.from(host.publicValues),
    rows: Object.fromEntries(STEP_CLASSES.map((name, k) => [name, counts[k]!])),
    pages,
  };
}

/** Adds the place to a trap's message. */
export function locate(error: ExecutionError, symbols: SymbolTable | undefined): ExecutionError {
  const { pc, cycle } = error.details as { pc: number; cycle: number };
  const symbol = symbols?.lookup(pc);
  const place = `pc 0x${pc.toString(16)}${symbol === undefined ? '' : ` (${symbol})`}, cycle ${cycle}`;
  const details = { ...error.details, ...(symbol === undefined ? {} : { symbol }) };
  return new ExecutionError(error.code, `${error.message}; ${place}`, details);
}

/** The rule by which `verify` accepts public values, applied before anyone spends time on a proof. */
export function checkPublicValues(
  registers: Int32Array,
  publicValues: readonly number[],
  place: { readonly pc: number; readonly cycles: number },
): void {
  const flags = registers.slice(CELL.committed, CELL.committed + 8);
  const committed = flags.reduce((n, f) => n + f, 0);
  const fail = (reason: string): never => {
    throw new ExecutionError('PUBLIC_VALUES', reason, { pc: place.pc, cycle: place.cycles });
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
