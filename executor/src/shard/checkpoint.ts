/**
 * @module Checkpoints: what a shard can be executed from, alone, on this machine or another.
 */
import { ResourceError } from '@weft/primitives';
import { checkInteger, checkMethods, checkObject, checkWords } from '@weft/primitives/arguments';
import { type CallSet, checkCallSet } from '../calls/call-set.ts';
import { STANDARD_CALLS } from '../calls/index.ts';
import { REGISTER_LEAVES } from '../observe/meter.ts';
import type { ChunkPool, ExecutionRecord } from '../observe/record.ts';
import { Recorder } from '../observe/recorder.ts';
import {
  CELL,
  CLOCK_STEP,
  FIRST_CLOCK,
  LEAF_BYTES,
  LEAF_WORDS,
  OUTPUT_CELLS,
  REGISTER_LEAF,
} from '../program/layout.ts';
import { PAGE_MASK, PAGE_SHIFT, PagedMemory } from '../program/memory.ts';
import { checkProgram, type Program } from '../program/program.ts';
import { ReplayHost } from '../run/host.ts';
import { Interpreter } from '../run/interpreter.ts';

/** Words of a state tree's leaves: `LEAF_WORDS` of each, leaves by rising index, the register leaves last. */
export type LeafWords = Uint32Array;

export interface Checkpoint {
  readonly pc: number;
  /** Rows that the shard runs; a HINT_READ takes one per word. */
  readonly steps: number;
  /** Indices of the leaves that the shard touches, rising; the last ones are all register leaves. */
  readonly leaves: Uint32Array;
  /** What they hold at the start. */
  readonly words: LeafWords;
  /** Results of HINT_LEN and words of HINT_READ, in the order of execution. */
  readonly hints: Uint32Array;
}

/** Index of the first memory word of a leaf within a page's words. */
const leafAddress = (leaf: number): number => leaf * LEAF_BYTES;

/** The registers and system cells among a checkpoint's words. */
export function registersOf(words: LeafWords): Int32Array {
  return Int32Array.from(words.subarray(words.length - CELL.count));
}

/** What the leaves hold in `memory` and `registers`. */
export function leafWords(leaves: Uint32Array, memory: PagedMemory, registers: Int32Array): LeafWords {
  const words = new Uint32Array(leaves.length * LEAF_WORDS);
  const memoryLeaves = leaves.length - REGISTER_LEAVES;
  for (let i = 0; i < memoryLeaves; i++) {
    const address = leafAddress(leaves[i]!);
    const page = memory.pages[address >>> PAGE_SHIFT];
    if (page === undefined) continue;
    const first = (address & PAGE_MASK) >>> 2;
    for (let k = 0; k < LEAF_WORDS; k++) words[LEAF_WORDS * i + k] = page[first + k]!;
  }
  words.set(registers, LEAF_WORDS * memoryLeaves);
  return words;
}

/**
 * Executes a shard from its checkpoint, with a record.
 * @param calls - what the program may call, as in the run that was cut.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 * @throws {ExecutionError} when the guest traps, {@link ResourceError} CHECKPOINT when the shard is not what a run left.
 */
export function replay(
  program: Program,
  checkpoint: Checkpoint,
  pool: ChunkPool,
  calls: CallSet = STANDARD_CALLS,
): ExecutionRecord {
  checkProgram(program);
  checkObject('checkpoint', checkpoint, 'a checkpoint', ['pc', 'steps', 'leaves', 'words', 'hints']);
  checkInteger('checkpoint.pc', checkpoint.pc, 0, 2 ** 32 - 1);
  checkInteger('checkpoint.steps', checkpoint.steps, 0);
  checkWords('checkpoint.leaves', checkpoint.leaves);
  checkWords('checkpoint.words', checkpoint.words);
  checkWords('checkpoint.hints', checkpoint.hints);
  checkMethods('pool', pool, 'a ChunkPool', ['take', 'release']);
  checkCallSet('calls', calls);
  const { leaves, words } = checkpoint;
  const wrong = (what: string): never => {
    throw new ResourceError('CHECKPOINT', `the checkpoint ${what}`);
  };
  const first = leaves.length - REGISTER_LEAVES;
  if (first < 0 || words.length !== LEAF_WORDS * leaves.length) wrong('does not hold the words of its leaves');
  for (const [i, leaf] of leaves.entries()) {
    const low = i < first ? (i === 0 ? -1 : leaves[i - 1]!) : REGISTER_LEAF + i - first - 1;
    if (leaf <= low || (i >= first ? leaf !== low + 1 : leaf >= REGISTER_LEAF)) wrong('lists leaves out of order');
  }
  const memory = new PagedMemory();
  for (let i = 0; i < first; i++) {
    const address = leafAddress(leaves[i]!);
    memory.page(address).set(words.subarray(LEAF_WORDS * i, LEAF_WORDS * (i + 1)), (address & PAGE_MASK) >>> 2);
  }
  const registers = registersOf(words);
  const recorder = new Recorder({ registers, memory }, calls, pool);
  const host = new ReplayHost(checkpoint.hints);
  const interpreter = new Interpreter(program, { pc: checkpoint.pc, registers, memory }, host, {
    maxCycles: Number.POSITIVE_INFINITY,
    recorder,
    calls,
  });
  interpreter.run(checkpoint.steps);
  const endClock = interpreter.clock;
  if (endClock !== FIRST_CLOCK + CLOCK_STEP * checkpoint.steps) wrong('has fewer steps than it says');
  const outputs = OUTPUT_CELLS.map((cell) => {
    return { cell, value: registers[cell]! >>> 0, previous: recorder.touchRegister(cell, endClock, 0) };
  });
  const [final, clocks] = [leafWords(leaves, memory, registers), recorder.leafClocks(leaves)];
  memory.release();
  return {
    events: recorder.events,
    leaves,
    initial: words,
    final,
    clocks,
    outputs,
    startPc: checkpoint.pc,
    endPc: interpreter.pc,
    endClock,
  };
}
