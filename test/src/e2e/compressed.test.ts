/** Runs proven in one proof, end to end: what verifies it, who makes it, and what happens when a worker or the process is lost. */
import { readGuest } from '@weft/guest-examples';
import { reasonOf } from '@weft/primitives/testing';
import { COMPRESSED } from '@weft/recursion/rv32im/proof-file';
import {
  createRunner,
  type Proof,
  type ProofStore,
  type ProveProgress,
  prove,
  type Setup,
  setup,
  verify,
} from '@weft/sdk';
import { ATTEMPTS } from '@weft/sdk/prove/attempts';
import { createMemoryStore } from '@weft/sdk/prove/store';
import { verify as verifyOne } from '@weft/sdk/verify/whole';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import type { TaskRunner } from '@weft/tasks/runner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldSmallShards } from '../support/fold.ts';
import { sameBytes, text } from '../support/values.ts';

const module = new URL('../../../sdk/dist/platform/thread.js', import.meta.url);
const runner = createPiscinaRunner({ module, workers: 1 });
afterAll(() => runner.close());

const INPUT = [text('10')];
let program: Setup;
let honest: Proof;
const seen: ProveProgress[] = [];
beforeAll(async () => {
  program = await setup(readGuest('fibonacci'));
  honest = await prove(program, INPUT, { mode: 'compressed', runner, workers: 1, onProgress: (p) => seen.push(p) });
});

const judge = (proof: Uint8Array): string => reasonOf(() => void verify(program.vk, proof));
const changed = (at: number, x: number): Uint8Array => honest.proof.with(at, honest.proof[at]! ^ x);

describe('a run of one shard', () => {
  it('verifies from bytes and key alone, and says what mode it is of', () => {
    const { mode, publicValues, exitCode, securityBits } = verify(program.vk, honest.proof);
    expect({ mode, exitCode, securityBits }).toEqual({ mode: 'compressed', exitCode: 0, securityBits: 122 });
    expect(publicValues).toEqual(honest.publicValues);
    expect(honest).toMatchObject({ mode: 'compressed', shards: 1, securityBits: 122 });
  });
  it('is the same from two workers', async () => {
    const two = await createRunner(2);
    const again = await prove(program, INPUT, { mode: 'compressed', runner: two, workers: 2 });
    await two.close();
    expect(sameBytes(again.proof, honest.proof)).toBe(true);
  });
  it('reports its steps, and never goes back', () => {
    const fractions = seen.filter((p) => p.stage !== 'execute').map((p) => p.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ stage: 'fold', fraction: 1, shardsDone: 1, stepsDone: 1, steps: 1 });
  });
  it('says what each task is at, from its beginning to its end', () => {
    const tasks = seen.flatMap(({ task }) => task ?? []);
    const stages = (wanted: 'shard' | 'step'): string[] => [
      ...new Set(tasks.filter(({ kind, index }) => kind === wanted && index === 0).map(({ stage }) => stage)),
    ];
    const proving = ['fill', 'gkr', 'zerocheck', 'open', 'verify', 'done'];
    const inOrder = (found: string[]): string[] => found.filter((stage) => proving.includes(stage));
    expect(inOrder(stages('shard'))).toEqual(proving);
    expect(inOrder(stages('step'))).toEqual(proving);
    expect(stages('shard').slice(0, 2)).toEqual(['setup', 'execute']);
    expect(seen.filter(({ stage }) => stage === 'execute').every(({ task }) => task === undefined)).toBe(true);
    for (const { stage, fraction } of tasks) expect(stage === 'done').toBe(fraction === 1);
  });
  it('of another program is none', async () => {
    const other = await setup(readGuest('loop'));
    expect(reasonOf(() => void verify(other.vk, honest.proof))).toBe('program');
  });
  it('every byte before the proof counts', () => {
    // Head, program, public values, exit code, mask, digest, circuit, length: one byte of each word and more.
    const head = 8 + 32 + 4 + honest.publicValues.length + 4 + 4 + 64 + 4 + 4;
    for (let at = 0; at < head; at++) expect(judge(changed(at, 1)), `byte ${at}`).not.toBe('accepted');
    for (let at = head; at < honest.proof.length; at += 9973)
      expect(judge(changed(at, 1)), `byte ${at}`).not.toBe('accepted');
  });
  it('the verifier of one proof says what that of all modes says, of it and of changed ones', () => {
    expect(verifyOne(program.vk, honest.proof)).toEqual(verify(program.vk, honest.proof));
    expect(verifyOne(program.vkHex, honest.proof, { expectExit: 0 }).exitCode).toBe(0);
    expect(reasonOf(() => void verifyOne(program.vk, honest.proof, { expectExit: 1 }))).toBe('exit_code');
    const judgeOne = (proof: Uint8Array): string => reasonOf(() => void verifyOne(program.vk, proof));
    for (let at = 0; at < 200; at++) expect(judgeOne(changed(at, 1)), `byte ${at}`).toBe(judge(changed(at, 1)));
    for (let at = 200; at < honest.proof.length; at += 19_973)
      expect(judgeOne(changed(at, 128)), `byte ${at}`).toBe(judge(changed(at, 128)));
  });
  it('it knows nothing of shards, and says who does', async () => {
    const core = await prove(program, INPUT, { mode: 'core', runner, workers: 1 });
    expect(reasonOf(() => void verify(program.vk, core.proof))).toBe('accepted');
    expect(() => verifyOne(program.vk, core.proof)).toThrow(/mode core.*weft-zkvm's verify takes it/);
    expect(reasonOf(() => void verifyOne(program.vk, core.proof))).toBe('format');
  });
  it('cut off anywhere, or with a byte more, is refused for its form', () => {
    for (let n = 0; n < 300; n++) expect(judge(honest.proof.slice(0, n))).toBe('format');
    expect(judge(honest.proof.slice(0, -1))).toBe('format');
    expect(judge(Uint8Array.of(...honest.proof, 0))).toBe('format');
  });
  it('is no proof of shards, nor are shards one', async () => {
    expect(judge(honest.proof.with(5, 0))).toBe('format');
    const core = await prove(program, INPUT, { mode: 'core', runner, workers: 1 });
    expect(judge(core.proof)).toBe('accepted');
    expect(judge(core.proof.with(5, COMPRESSED))).toBe('format');
    for (const mode of [2, 255]) expect(judge(honest.proof.with(5, mode))).toBe('format');
  });
  it('a limit on memory that holds no step is refused before anything is proven', async () => {
    const job = prove(program, INPUT, { mode: 'compressed', runner, memory: 2 ** 29 });
    await expect(job).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
  });
});

describe('a run of several shards', () => {
  const LOOP = [text('10000')];
  let loop: Setup;
  let store: ProofStore;
  let folded: Awaited<ReturnType<typeof foldSmallShards>>;
  beforeAll(async () => {
    loop = await setup(readGuest('loop'));
    store = createMemoryStore();
    folded = await foldSmallShards(loop, LOOP, { runner, store, workers: 1 });
  });

  const shardNames = (): string[] => Array.from({ length: folded.shards }, (_, i) => `shard-${i}`);

  it('is one proof, of the circuit of whole runs', () => {
    expect(folded.shards).toBeGreaterThan(1);
    expect(folded.circuit).toBe('whole');
    expect(verify(loop.vk, folded.file)).toMatchObject({ mode: 'compressed', exitCode: 0 });
  });
  it('goes on from the steps that are done, and makes those again that do not hold', async () => {
    const tasks: string[] = [];
    const counting: TaskRunner = {
      run: (task, input, options) => {
        tasks.push(task);
        return runner.run(task, input, options);
      },
      close: () => Promise.resolve(),
    };
    const again = await foldSmallShards(loop, LOOP, { runner: counting, store, workers: 1 });
    expect(tasks).toEqual([]);
    expect(sameBytes(again.file, folded.file)).toBe(true);
    // A proof of the tree that is damaged, and one that is another's.
    const last = (await store.load('fold-1'))!;
    await store.save('fold-1', (await store.load('fold-0'))!);
    const mended = await foldSmallShards(loop, LOOP, { runner: counting, store, workers: 1 });
    expect(tasks).toEqual(['proveStep']);
    expect(sameBytes(mended.file, folded.file)).toBe(true);
    expect(sameBytes((await store.load('fold-1'))!, last)).toBe(true);
  });
  it('a worker that is lost in a step is replaced, and the step made again', async () => {
    const attempts: string[] = [];
    const crashing: TaskRunner = {
      run: (task, input, options = {}) => {
        attempts.push(task);
        const isFirst = attempts.length === 1;
        const onProgress = (stage: string, fraction: number): void => {
          options.onProgress?.(stage, fraction);
          if (isFirst && fraction > 0.3) void runner.crash();
        };
        return runner.run(task, input, { ...options, onProgress });
      },
      close: () => Promise.resolve(),
    };
    const shards = createMemoryStore();
    for (const name of [...shardNames(), 'fold-0']) await shards.save(name, (await store.load(name))!);
    const again = await foldSmallShards(loop, LOOP, { runner: crashing, store: shards, workers: 1 });
    // Of four shards only the last step was left: it was made twice.
    expect(folded.shards).toBe(4);
    expect(attempts).toEqual(['proveStep', 'proveStep']);
    expect(sameBytes(again.file, folded.file)).toBe(true);
  });
  it('a worker that never gives a step: the job ends and names it', async () => {
    const lying: TaskRunner = {
      run: (task, input, options) =>
        task === 'proveStep' ? Promise.resolve(new Uint8Array(100)) : runner.run(task, input, options),
      close: () => Promise.resolve(),
    };
    const shards = createMemoryStore();
    for (const name of shardNames()) await shards.save(name, (await store.load(name))!);
    await expect(foldSmallShards(loop, LOOP, { runner: lying, store: shards, workers: 1 })).rejects.toMatchObject({
      code: 'FOLD_FAILED',
      details: { step: 0, attempts: ATTEMPTS },
    });
  });
  it('a store that has lost a proof by the time it is wanted: the job ends and names it', async () => {
    const loads: string[] = [];
    const shards: ProofStore = {
      load: async (name) => {
        loads.push(name);
        if (name.startsWith('fold')) return undefined;
        return name === 'shard-1' && loads.filter((n) => n === name).length > 1 ? undefined : store.load(name);
      },
      save: async () => {},
    };
    await expect(foldSmallShards(loop, LOOP, { runner, store: shards, workers: 1 })).rejects.toMatchObject({
      code: 'STORE',
      message: expect.stringContaining('shard-1') as string,
    });
  });
});
