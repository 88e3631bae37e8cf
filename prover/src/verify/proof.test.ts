/** What is judged is copied first, and is what it should be: a proof, a statement and a preprocessed key of the machine. */
import { P } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { defineChip, MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '../air/chip.ts';
import { defineMachine } from '../air/machine.ts';
import { createMachineKey } from '../protocol/key.ts';
import { copyInput } from './proof.ts';

const MOST = MIN_LOG_HEIGHT + 2;
const table = (name: string, maxLogHeight: number | undefined) =>
  defineChip(
    name,
    { fixed: { kind: 'preprocessed' }, ...(maxLogHeight === undefined ? {} : { maxLogHeight }) },
    (c) => {
      c.assertZero('none', c.col('n').mul(c.fixedCol('value')));
    },
  );
const statement = { words: ['a', 'b', 'c'], tuples: [] };
const key = createMachineKey(
  suite,
  defineMachine('m', [table('low', MOST), table('high', undefined)], statement),
  [14],
  {
    role: 'test',
  },
);
const bare = createMachineKey(
  suite,
  defineMachine('bare', [defineChip('none', {}, (c) => void c.bool('bit'))], statement),
  [14],
  { role: 'test' },
);
const words = [1, 0, P - 1];
const root = Array.from({ length: suite.digestLength }, (_, i) => (i === 3 ? 0 : P - 1 - i));
const logHeights = [MOST, MAX_LOG_HEIGHT];
const proof = Uint8Array.of(1, 2);
/** Of a preprocessed key, a statement and a proof; what is not given is right. */
function verdict(...given: unknown[]): string {
  const [program, w, p] = Object.assign([undefined, words, proof], given) as unknown[];
  return reasonOf(() => void copyInput(key, program, w, p));
}
const fail = (): never => {
  throw new Error('read');
};

it('is a copy', () => {
  const input = copyInput(key, { logHeights, root }, words, proof);
  expect(input).toEqual({ bytes: proof, statement: words, program: { logHeights, root } });
  for (const [copy, original] of [
    [input.bytes, proof],
    [input.statement, words],
    [input.program.logHeights, logHeights],
    [input.program.root, root],
  ])
    expect(copy).not.toBe(original);
});
it('a proof is bytes', () => {
  for (const p of [undefined, null, 'ab', [1, 2], proof.buffer])
    expect(verdict({ logHeights, root }, words, p)).toBe('format');
});
it('a statement has as many words as the machine says, each of them an element', () => {
  for (const w of [
    undefined,
    null,
    {},
    'abc',
    Uint32Array.from(words),
    words.slice(1),
    [...words, 0],
    [],
    new Array(3),
  ])
    expect(verdict({ logHeights, root }, w)).toBe('statement');
  for (let k = 0; k < words.length; k++)
    for (const x of [P, P + 1, -1, 0.5, Number.NaN, '1', undefined, 2 ** 53])
      expect(verdict({ logHeights, root }, (words as unknown[]).with(k, x)), `word ${k}: ${String(x)}`).toBe(
        'statement',
      );
});
it('a preprocessed key has a root of elements, each of them', () => {
  for (const r of [undefined, null, root.slice(1), [...root, 0], []])
    expect(verdict({ logHeights, root: r })).toBe('program');
  for (let k = 0; k < root.length; k++)
    for (const x of [P, -1]) expect(verdict({ logHeights, root: root.with(k, x) }), `element ${k}`).toBe('program');
});
it('a preprocessed key has a height for each table, as high as the table and the protocol allow', () => {
  for (const heights of [undefined, null, [MOST], [...logHeights, MOST], []])
    expect(verdict({ logHeights: heights, root })).toBe('program');
  const least = [MIN_LOG_HEIGHT, MIN_LOG_HEIGHT];
  expect(verdict({ logHeights: least, root })).toBe('accepted');
  for (let k = 0; k < 2; k++) {
    expect(verdict({ logHeights: least.with(k, MIN_LOG_HEIGHT - 1), root })).toBe('program');
    expect(verdict({ logHeights: logHeights.with(k, logHeights[k]! + 1), root })).toBe('program');
  }
});
it('a machine without preprocessed tables has no root', () => {
  const of = (program: unknown): string => reasonOf(() => void copyInput(bare, program, words, proof));
  expect(of({ logHeights: [], root: [] })).toBe('accepted');
  expect(of({ logHeights: [], root })).toBe('program');
  expect(of({ logHeights: [MIN_LOG_HEIGHT], root: [] })).toBe('program');
});
it('what throws when it is read is none of them', () => {
  const throwing = new Proxy([], { get: fail });
  expect(verdict({ logHeights, root }, throwing)).toBe('statement');
  for (const program of [undefined, null, throwing, { logHeights: throwing, root }, { logHeights, root: throwing }])
    expect(verdict(program)).toBe('program');
});
it('what is no machine key is refused by its name, before anything is read', () => {
  for (const bad of [undefined, {}, key.machine, { ...key, shapes: undefined }] as never[])
    expect(() => copyInput(bad, fail, fail, fail)).toThrow(/^key must be what createMachineKey returned/);
});
