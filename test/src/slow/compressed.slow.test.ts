/** Runs of many shards in one proof, of every mode: the same bytes whoever makes them, and what the proofs of one layer are not to another. */
import { readGuest } from '@weft/guest-examples';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import { wrapCircuit } from '@weft/recursion/circuits';
import { wrapHints } from '@weft/recursion/programs/hints';
import { runProgram } from '@weft/recursion/programs/record';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { riscvFolder } from '@weft/recursion/rv32im/fold';
import { readWhole, WRAPPED } from '@weft/recursion/rv32im/proof-file';
import { riscvWholeSet, rootOf, verifyStep } from '@weft/recursion/rv32im/steps';
import { verifyWhole } from '@weft/recursion/rv32im/verify';
import { openFile } from '@weft/rv32im/run/file-reader';
import { createRunner, prove, type Setup, setup, verify } from '@weft/sdk';
import { createMemoryStore, foldName } from '@weft/sdk/prove/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldSmallShards } from '../support/fold.ts';
import { sameBytes, text } from '../support/values.ts';

let program: Setup;
const one = await createRunner(1);
const two = await createRunner(2);
beforeAll(async () => {
  program = await setup(readGuest('loop'));
});
afterAll(() => Promise.all([one.close(), two.close()]));

// Shards of these runs: from a few to more than three levels of the tree hold.
it.each(['5000', '40000', '113000', '250000', '500000'])(
  'loop %s: the same bytes from one worker and from two',
  async (n) => {
    const first = await foldSmallShards(program, [text(n)], { runner: one, store: createMemoryStore(), workers: 1 });
    const second = await foldSmallShards(program, [text(n)], { runner: two, store: createMemoryStore(), workers: 2 });
    process.stdout.write(`loop ${n}: ${first.shards} shards, ${first.file.length} bytes\n`);
    expect(sameBytes(first.file, second.file)).toBe(true);
    expect(verify(program.vk, first.file)).toMatchObject({ mode: 'compressed', exitCode: 0 });
  },
);

describe('a wrapped proof', () => {
  const stdin = [text('10')];
  let fibonacci: Setup;
  let file: Uint8Array;
  const store = createMemoryStore();
  beforeAll(async () => {
    fibonacci = await setup(readGuest('fibonacci'));
    file = (await prove(fibonacci, stdin, { mode: 'wrapped', runner: one, workers: 1, store })).proof;
  });
  const judge = (bytes: Uint8Array): string => reasonOf(() => void verify(fibonacci.vk, bytes));

  it('verifies from bytes and key alone, and is the same from two workers', async () => {
    process.stdout.write(`wrapped: ${file.length} bytes\n`);
    expect(verify(fibonacci.vk, file)).toMatchObject({ mode: 'wrapped', exitCode: 0, securityBits: 122 });
    const again = await prove(fibonacci, stdin, { mode: 'wrapped', runner: two, workers: 2 });
    expect(sameBytes(again.proof, file)).toBe(true);
  });
  it('every part of it counts', () => {
    for (let at = 0; at < 150; at++) expect(judge(file.with(at, file[at]! ^ 1)), `byte ${at}`).not.toBe('accepted');
    for (let at = 150; at < file.length; at += 4999)
      expect(judge(file.with(at, file[at]! ^ 1)), `byte ${at}`).not.toBe('accepted');
    for (const length of [0, 8, 100, file.length - 1]) expect(judge(file.slice(0, length))).toBe('format');
    for (const mode of [0, 1, 3]) expect(judge(file.with(5, mode))).not.toBe('accepted');
  });
  it('is no proof of another circuit, nor a child of one', async () => {
    const { program: digest, publicValues, whole } = readWhole(openFile(file).reader, WRAPPED);
    expect(whole.circuit).toBe('wrap');
    for (const circuit of ['whole', 'single-small-20-13', 'wrapping-single-small-20-13', 'wrapping-whole', 'join-2'])
      expect(
        reasonOf(() => void verifyWhole(digest, { ...whole, circuit }, publicValues)),
        circuit,
      ).not.toBe('accepted');
    const words = [...digest, whole.exitLo, whole.exitHi, whole.committed, ...whole.digest];
    verifyStep('wrap', words, whole.proof);
    const folder = riscvFolder({ mostKept: 1 });
    const of = { digest, logHeight: 13, root: digest, first: [] };
    for (const circuit of ['wrap', 'whole', 'wrapping-single-22-13'])
      expect(
        await codeOf(() =>
          folder.prove({ kind: 'wrap', circuit: 'wrap' }, of, [{ circuit, words, proof: whole.proof }]),
        ),
        circuit,
      ).not.toBe('none');
  });
  it('is of a child whose key is in the set, at the place that the hints name', async () => {
    const { program: digest, whole } = readWhole(openFile(file).reader, WRAPPED);
    const words = [...digest, whole.exitLo, whole.exitHi, whole.committed, ...whole.digest];
    const child = (await store.load(foldName(0)))!;
    const set = riscvWholeSet();
    const wrap = wrapCircuit(riscvChain(), set.root).record();
    const root = rootOf('wrapping-single-small-20-13')!;
    const path = set.path(root)!;
    const run = (hints: number[], said = words): string => reasonOf(() => void runProgram(wrap, said, hints, [child]));
    expect(run(wrapHints({ root, path }))).toBe('accepted');
    const outside = rootOf('single-small-20-13')!;
    const above = [path.siblings[0]!, ...path.siblings.slice(1)];
    // The child holds under its own key alone, and the set holds that key at one place.
    expect(run(wrapHints({ root: outside, path }))).toBe('chain');
    expect(run(wrapHints({ root: rootOf('wrapping-whole')!, path: set.path(rootOf('wrapping-whole')!)! }))).not.toBe(
      'accepted',
    );
    expect(run(wrapHints({ root, path: { index: path.index ^ 1, siblings: above } }))).toBe('chain');
    for (let level = 0; level < above.length; level++) {
      const siblings = above.map((sibling, i) => (i === level ? sibling.with(0, sibling[0]! ^ 1) : sibling));
      expect(run(wrapHints({ root, path: { ...path, siblings } })), `level ${level}`).toBe('chain');
    }
    for (let i = 0; i < words.length; i++)
      expect(run(wrapHints({ root, path }), words.with(i, words[i]! ^ 1)), `word ${i}`).not.toBe('accepted');
  });
});
