import { expect, it } from 'vitest';
import { P } from './base.ts';
import { add, type Ext, mul, sub } from './ext.ts';
import { foldHalvesInto, mulExtBlock } from './ext-kernel.ts';
import { createExtVector, getExt, setExt } from './ext-vector.ts';

const edges = [0, 1, 2, P - 1, P - 2, 0xffff, 0x10000, 1 << 24, (1 << 30) + 7];
let seed = 3;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed % 4 === 0 ? edges[seed % edges.length]! : seed % P;
};
const randomExt = (): Ext => [random(), random(), random(), random(), random()];

/** Vectors of `length`, extremes first. */
function vector(length: number, first: Ext): ReturnType<typeof createExtVector> {
  const v = createExtVector(length);
  for (let i = 0; i < length; i++) setExt(v, i, i === 0 ? first : randomExt());
  return v;
}
const largest: Ext = [P - 1, P - 1, P - 1, P - 1, P - 1];

it.each([1, 2, 3, 4, 5, 127, 512])('the product kernel equals its oracle on %i elements', (length) => {
  for (let round = 0; round < 8; round++) {
    const [a, b] = [vector(length, largest), vector(length, round % 2 === 0 ? largest : [0, 0, 0, 0, 0])];
    const out = createExtVector(length);
    mulExtBlock(out, a, b, length);
    for (let i = 0; i < length; i++) expect(getExt(out, i)).toEqual(mul(getExt(a, i), getExt(b, i)));
  }
});

it.each([1, 2, 4, 6, 512, 700])('the fold kernel equals its oracle on %i elements', (length) => {
  const challenge = randomExt();
  const [low, high] = [vector(length, largest), vector(length, [0, 0, 0, 0, 0])];
  const out = createExtVector(length);
  foldHalvesInto(out, low, high, challenge);
  for (let i = 0; i < length; i++) {
    expect(getExt(out, i)).toEqual(add(getExt(low, i), mul(challenge, sub(getExt(high, i), getExt(low, i)))));
  }
});
