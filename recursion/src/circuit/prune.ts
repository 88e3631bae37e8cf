/**
 * @module What a recording leaves: the operations on which an effect depends, their wires numbered anew.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { WordList } from '@weft/primitives/words';
import { type CircuitProgram, wiresOf } from './program.ts';

/** A program with everything that was recorded, constants by wire. */
interface Recording extends Omit<CircuitProgram, 'starts' | 'felts' | 'exts'> {
  readonly starts: readonly number[];
  readonly felts: ReadonlyMap<number, Felt>;
  readonly exts: ReadonlyMap<number, Ext>;
}

/** Starts of the operations that have an effect, or on whose results one depends. */
function liveOperations({ words, starts, feltWires, extWires }: Recording): number[] {
  const [felts, exts] = [new Uint8Array(feltWires), new Uint8Array(extWires)];
  const live: number[] = [];
  for (const start of starts.toReversed()) {
    const { out, feltsOut, extsOut, feltsIn, extsIn, hasEffect } = wiresOf(words, start);
    const isNeeded = hasEffect || (extsOut > 0 ? exts[out] === 1 : felts.subarray(out, out + feltsOut).includes(1));
    if (!isNeeded) continue;
    for (const at of feltsIn) felts[words[start + at]!] = 1;
    for (const at of extsIn) exts[words[start + at]!] = 1;
    live.push(start);
  }
  return live.reverse();
}

/** The program without what nothing depends on. */
export function prune(recording: Recording): CircuitProgram {
  const { words } = recording;
  const [felts, exts] = [new Map<number, number>(), new Map<number, number>()];
  const renumber = (wires: Map<number, number>, wire: number): number => {
    const known = wires.get(wire);
    if (known !== undefined) return known;
    wires.set(wire, wires.size);
    return wires.size - 1;
  };
  const out = new WordList();
  const starts: number[] = [];
  for (const start of liveOperations(recording)) {
    const { length, out: first, feltsOut, extsOut, feltsIn, extsIn } = wiresOf(words, start);
    const copy = Array.from(words.subarray(start, start + length));
    for (const at of feltsIn) copy[at] = renumber(felts, copy[at]!);
    for (const at of extsIn) copy[at] = renumber(exts, copy[at]!);
    if (feltsOut + extsOut > 0) copy[1] = extsOut > 0 ? renumber(exts, first) : felts.size;
    for (let i = 0; i < feltsOut; i++) felts.set(first + i, felts.size);
    starts.push(out.length);
    for (const x of copy) out.push(x);
  }
  const constants = <T>(wires: Map<number, number>, values: ReadonlyMap<number, T>): { wire: number; value: T }[] =>
    [...values].flatMap(([wire, value]) => (wires.has(wire) ? [{ wire: wires.get(wire)!, value }] : []));
  return {
    ...recording,
    words: out.words.slice(),
    starts: Uint32Array.from(starts),
    feltWires: felts.size,
    extWires: exts.size,
    felts: constants(felts, recording.felts),
    exts: constants(exts, recording.exts),
  };
}
