/** Kernels of one memory on several threads: the same results as on one, also when helpers are slow, late or called away. */

import { once } from 'node:events';
import { readGuest } from '@weft/guest-examples';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { Kernels, kernelsFor } from '@weft/primitives/kernel/kernels';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { dismiss } from '@weft/primitives/kernel/team';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { seeded } from '@weft/primitives/testing';
import { proveTables } from '@weft/prover/prove/prove';
import { statementWords } from '@weft/rv32im/statement';
import { afterEach, describe, expect, it } from 'vitest';
import { HelperThreads } from '../support/team.ts';
import { traceRun } from '../support/traces.ts';
import { text } from '../support/values.ts';

const [LOG_ROWS, WIDTH, LOG_INVERSE_RATE] = [10, 16, 2];
const helpers = new HelperThreads();
afterEach(() => helpers.stop());

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
    await helpers.startAll(invitation, count, sleep);
    for (let seed = 0; seed < 6; seed++) expect(results(kernels, seed)).toEqual(results(alone, seed));
    // All of them are asleep: memory that moves is theirs too.
    kernels.memory.ensure(kernels.memory.memory.buffer.byteLength);
    expect(results(kernels, 7)).toEqual(results(alone, 7));
  });
  it('that come and go: the same results, and each leaves when it is told to', async () => {
    const kernels = new Kernels(suite);
    const invitation = kernels.team.invite()!;
    const first = helpers.start(invitation, 1, 1);
    await helpers.joined(invitation, 1);
    helpers.start(invitation, 2, 1);
    expect(results(kernels, 1)).toEqual(results(alone, 1));
    dismiss(invitation.control, 1);
    expect(results(kernels, 2)).toEqual(results(alone, 2));
    await once(first, 'exit');
    await helpers.joined(invitation, 1);
    expect(results(kernels, 3)).toEqual(results(alone, 3));
    // A leader that lets nobody join any more works alone, whoever is there.
    kernels.team.close();
    expect(results(kernels, 4)).toEqual(results(alone, 4));
  });
});

it('kernels of a memory that is not shared invite nobody', () => {
  expect(alone.team.invite()).toBeUndefined();
});

it('whole proofs have the bytes of one thread, whoever helps and however late', { timeout: 300_000 }, async () => {
  const { pk, traces, statement } = await traceRun(readGuest('loop'), [text('20000')]);
  const { team } = kernelsFor(suite).prepare();
  const prove = (): Promise<Uint8Array> => proveTables(pk.key, pk.preprocessed, traces, statementWords(statement));
  const bytes = await prove();
  for (const [count, sleep] of [
    [1, 0],
    [2, 1],
    [3, 0],
    [7, 1],
  ] as const) {
    await helpers.startAll(team.invite()!, count, sleep);
    expect(Buffer.compare(await prove(), bytes), `${count} helpers`).toBe(0);
    team.close();
    await helpers.stop();
  }
});
