/** The sponge, held against its description in a few lines, for blocks and draws of all lengths. */
import { add } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { permute } from '@weft/primitives/hash/poseidon2';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { NativeArithmetic } from './native.ts';
import { Transcript, type TranscriptEntry } from './transcript.ts';

const fresh = (): Transcript<number, Ext> => new Transcript<number, Ext>(new NativeArithmetic(suite));

/** Elements drawn from a sponge that has absorbed `blocks`, with `draws[i]` elements drawn after block i. */
function sponge(blocks: readonly (readonly number[])[], draws: readonly number[]): number[] {
  const out: number[] = [];
  let state = new Uint32Array(16);
  let ready: number[] = [];
  const duplex = (input: readonly number[]): void => {
    state = Uint32Array.from(state);
    state.set(input);
    state[8] = add(state[8]!, input.length);
    permute(suite.node, state);
    ready = Array.from(state.subarray(0, 8));
  };
  for (const [i, block] of blocks.entries()) {
    let rest = block;
    for (; rest.length >= 8; rest = rest.slice(8)) duplex(rest.slice(0, 8));
    // What is left of a challenge before an observation is gone.
    if (block.length > 0) ready = rest.length === 0 ? ready : [];
    for (let n = 0; n < draws[i]!; n++) {
      if (rest.length > 0 || ready.length === 0) duplex(rest);
      rest = [];
      out.push(ready.shift()!);
    }
  }
  return out;
}

it('absorbs and squeezes as described, whatever the lengths', () => {
  const { felt } = seeded(51);
  for (let length = 0; length <= 17; length++)
    for (const extensions of [1, 2, 5])
      for (const then of [0, 1, 7, 8, 9]) {
        const blocks = [length, then].map((n) => Array.from({ length: n }, felt));
        const transcript = fresh();
        const drawn: number[] = [];
        for (const block of blocks) {
          transcript.observe('block', block);
          drawn.push(...transcript.challenges('draw', extensions).flat());
        }
        expect(drawn, `${length}, ${then}`).toEqual(sponge(blocks, [5 * extensions, 5 * extensions]));
      }
});
it('many observations are one, and positions are low bits of elements of their own', () => {
  const values = Array.from({ length: 11 }, (_, i) => i + 1);
  const [one, many] = [fresh(), fresh()];
  one.observe('all', values);
  for (const value of values) many.observe('each', [value]);
  const bits = many.challengePositions('p', 20, 24);
  expect(one.challengePositions('p', 20, 24)).toEqual(bits);
  const elements = sponge([values], [20]);
  expect(bits).toEqual(elements.map((x) => Array.from({ length: 24 }, (_, i) => (x >>> i) & 1)));
  expect(() => one.challengePositions('p', 1, 25)).toThrow(RangeError);
});
it('starts from sixteen zeros', () => {
  const { state, slot } = fresh().stateBeforeDraw();
  // The one element to come is counted in the first capacity element.
  expect([slot, state]).toEqual([0, new Array<number>(16).fill(0).with(8, 1)]);
});
it('the state before a draw is the one that the next element enters', () => {
  for (let pending = 0; pending < 8; pending++) {
    const transcript = fresh();
    transcript.observe('x', [9, 9, 9, 9, 9, 9, 9, 9, ...Array.from({ length: pending }, (_, i) => i + 1)]);
    const { state, slot } = transcript.stateBeforeDraw();
    state[slot] = 77;
    transcript.observe('nonce', [77]);
    const permuted = Uint32Array.from(state);
    permute(suite.node, permuted);
    expect(transcript.challenge('c')).toEqual(Array.from(permuted.subarray(0, 5)));
  }
});
it('a log holds every call', () => {
  const transcript = fresh();
  const log: TranscriptEntry[] = [];
  transcript.log = log;
  transcript.observe('a', [1, 2]);
  transcript.challenge('b');
  transcript.challengePositions('c', 3, 4);
  expect(log).toEqual([
    { kind: 'observe', label: 'a', count: 2 },
    { kind: 'challenge', label: 'b', count: 5 },
    { kind: 'challenge', label: 'c', count: 3 },
  ]);
});
