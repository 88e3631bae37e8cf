/**
 * @module What a recording leaves: the operations on which an effect depends, their wires numbered anew.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { type CircuitProgram, wiresOf } from './program.ts';

/** A program with everything that was recorded, constants by wire. */
interface Recording extends Omit<CircuitProgram, 'felts' | 'exts'> {
  readonly felts: ReadonlyMap<number, Felt>;
  readonly exts: ReadonlyMap<number, Ext>;
}

/** Starts of the operations that have an effect, or on whose results one depends. */
function liveOperations({ words, starts, feltWires, extWires }: Recording): Uint32Array {
  const [felts, exts] = [new Uint8Array(feltWires), new Uint8Array(extWires)];
  const live = new Uint32Array(starts.length);
  let first = live.length;
  for (let k = starts.length - 1; k >= 0; k--) {
    const start = starts[k]!;
    const { out, feltsOut, extsOut, firstFelt, feltsIn, firstExt, extsIn, hasEffect } = wiresOf(words, start);
    let isNeeded = hasEffect || (extsOut > 0 && exts[out] === 1);
    for (let i = 0; i < feltsOut && !isNeeded; i++) isNeeded = felts[out + i] === 1;
    if (!isNeeded) continue;
    for (let i = 0; i < feltsIn; i++) felts[words[start + firstFelt + i]!] = 1;
    for (let i = 0; i < extsIn; i++) exts[words[start + firstExt + i]!] = 1;
    live[--first] = start;
  }
  return live.subarray(first);
}

/** New numbers of wires, given in the order in which they are asked for. */
class Renumbering {
  /** By old number; -1 for wires that have none. */
  readonly #numbers: Int32Array;
  size = 0;

  constructor(wires: number) {
    this.#numbers = new Int32Array(wires).fill(-1);
  }

  number(wire: number): number {
    if (this.#numbers[wire]! < 0) this.#numbers[wire] = this.size++;
    return this.#numbers[wire]!;
  }

  /** Constants that have a number, in their order. */
  constants<T>(values: ReadonlyMap<number, T>): { wire: number; value: T }[] {
    return [...values].flatMap(([wire, value]) => {
      const number = this.#numbers[wire]!;
      return number < 0 ? [] : [{ wire: number, value }];
    });
  }
}

/** The program without what nothing depends on. */
export function prune(recording: Recording): CircuitProgram {
  const { words } = recording;
  const [felts, exts] = [new Renumbering(recording.feltWires), new Renumbering(recording.extWires)];
  const live = liveOperations(recording);
  const starts = new Uint32Array(live.length);
  // No longer than what was recorded.
  const out = new Uint32Array(words.length);
  let length = 0;
  for (const [k, start] of live.entries()) {
    const shape = wiresOf(words, start);
    const { firstFelt, feltsIn, firstExt, extsIn, feltsOut } = shape;
    for (let i = 0; i < shape.length; i++) out[length + i] = words[start + i]!;
    for (let i = 0; i < feltsIn; i++) out[length + firstFelt + i] = felts.number(words[start + firstFelt + i]!);
    for (let i = 0; i < extsIn; i++) out[length + firstExt + i] = exts.number(words[start + firstExt + i]!);
    if (shape.extsOut > 0) out[length + 1] = exts.number(shape.out);
    else if (feltsOut > 0) out[length + 1] = felts.size;
    // The results are numbered one after another: nothing that comes before them reads them.
    for (let i = 0; i < feltsOut; i++) felts.number(shape.out + i);
    starts[k] = length;
    length += shape.length;
  }
  return {
    ...recording,
    words: out.slice(0, length),
    starts,
    feltWires: felts.size,
    extWires: exts.size,
    felts: felts.constants(recording.felts),
    exts: exts.constants(recording.exts),
  };
}
