/** Kernels of one memory on several threads: the same results as on one, also when helpers are slow, late or called away. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { dismiss, type TeamInvitation } from '@weft/primitives/kernel/team';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { seeded } from '@weft/primitives/testing';
import { afterEach, describe, expect, it } from 'vitest';

/** Joins, and sleeps up to `sleep` ms at every fifth step that other threads see. */
const HELPER = `
const { workerData: { invitation, thread, sleep, kernels, suites } } = require('node:worker_threads');
const { add } = Atomics;
const dummy = new Int32Array(new SharedArrayBuffer(4));
let state = thread;
Atomics.add = (words, i, x) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  if (sleep > 0 && state % 5 === 0) Atomics.wait(dummy, 0, 0, (state / 2 ** 32) * sleep);
  return add(words, i, x);
};
Promise.all([import(kernels), import(suites)]).then(([{ joinTeam }, { POSEIDON2_KOALABEAR }]) => {
  joinTeam(POSEIDON2_KOALABEAR, invitation, thread);
});
`;

const [LOG_ROWS, WIDTH, LOG_INVERSE_RATE] = [10, 16, 2];
const threads: Worker[] = [];

function helper(invitation: TeamInvitation, thread: number, sleep = 0): Worker {
  const kernels = import.meta.resolve('@weft/primitives/kernel/kernels');
  const suites = import.meta.resolve('@weft/primitives/hash/suite');
  const worker = new Worker(HELPER, { eval: true, workerData: { invitation, thread, sleep, kernels, suites } });
  threads.push(worker);
  return worker;
}
const joined = async (control: SharedArrayBuffer, count: number): Promise<void> => {
  // The first word counts those that are there.
  while (Atomics.load(new Int32Array(control), 0) !== count) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** What kernels make of values that a seed gives: a tree over their code, and a nonce. */
function results({ memory, transform, hash }: Kernels, seed: number): readonly [Uint32Array, number] {
  const mark = memory.mark();
  const rows = LOG_ROWS + LOG_INVERSE_RATE;
  const { word } = seeded(seed);
  const values = memory.allocate(4 * WIDTH * 2 ** LOG_ROWS);
  const code = memory.allocate(4 * WIDTH * 2 ** rows);
  const tree = memory.allocate(HashKernels.treeBytes(rows));
  transform.setTable(memory.allocate(TransformKernels.tableBytes(rows)), rows);
  for (let i = 0; i < WIDTH * 2 ** LOG_ROWS; i++) memory.words[values / 4 + i] = word() % 2 ** 30;
  transform.encode(values, code, 4 * WIDTH, LOG_ROWS, LOG_INVERSE_RATE);
  hash.buildTree(code, WIDTH, rows, tree);
  const digests = memory.words.slice(tree / 4, tree / 4 + 8 * (2 ** (rows + 1) - 1));
  memory.release(mark);
  const state = Array.from({ length: 16 }, () => word() % 2 ** 30);
  return [digests, hash.findNonce(state, 3, 12)];
}

const alone = new Kernels(suite, KernelMemory.own());
afterEach(async () => {
  await Promise.all(threads.splice(0).map((worker) => worker.terminate()));
});

describe('kernels with helpers', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [3, 3],
    [7, 1],
  ])('%i of them, asleep for up to %i ms: the same results', async (count, sleep) => {
    const kernels = new Kernels(suite);
    const invitation = kernels.team.invite()!;
    for (let thread = 1; thread <= count; thread++) helper(invitation, thread, sleep);
    await joined(invitation.control, count);
    for (let seed = 0; seed < 6; seed++) expect(results(kernels, seed)).toEqual(results(alone, seed));
    // All of them are asleep: memory that moves is theirs too.
    kernels.memory.ensure(kernels.memory.memory.buffer.byteLength);
    expect(results(kernels, 7)).toEqual(results(alone, 7));
  });
  it('that come and go: the same results, and each leaves when it is told to', async () => {
    const kernels = new Kernels(suite);
    const invitation = kernels.team.invite()!;
    const first = helper(invitation, 1, 1);
    helper(invitation, 2, 1);
    await joined(invitation.control, 1);
    expect(results(kernels, 1)).toEqual(results(alone, 1));
    dismiss(invitation.control, 1);
    expect(results(kernels, 2)).toEqual(results(alone, 2));
    await once(first, 'exit');
    await joined(invitation.control, 1);
    expect(results(kernels, 3)).toEqual(results(alone, 3));
    // A leader that lets nobody join any more works alone, whoever is there.
    kernels.team.close();
    expect(results(kernels, 4)).toEqual(results(alone, 4));
  });
});

it('kernels of a memory that is not shared invite nobody', () => {
  expect(alone.team.invite()).toBeUndefined();
});
