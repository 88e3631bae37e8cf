/** Workers that crash, lie, babble or say nothing: the job survives them or ends with an error that names the shard. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readGuest } from '@weft/guest-examples';
import { keptModules } from '@weft/primitives/wasm/assembler';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { createRunner, type Proof, prove, type Setup, setup } from '@weft/sdk';
import { ATTEMPTS } from '@weft/sdk/prove/attempts';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import type { TaskOptions, TaskRunner } from '@weft/tasks/runner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAST_MEMORY, sameBytes, text } from '../support/values.ts';

const INPUT = [text('9000')];
const tasks = new URL(import.meta.resolve('@weft/sdk/platform/thread'));

let program: Setup;
let honest: Proof;
let other: Proof;
let real: TaskRunner;
let longer: Proof | undefined;
beforeAll(async () => {
  program = await setup(readGuest('loop'));
  real = await createRunner(1);
  honest = await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, runner: real });
  other = await prove(program, [text('9500')], { mode: 'core', memory: LEAST_MEMORY, runner: real });
});
afterAll(() => real.close());

it.each([1, 2, 4])('%i workers make the same bytes', async (workers) => {
  const proof = await prove(program, [text('450000')], { mode: 'core', memory: 750 * 2 ** 20, workers });
  longer ??= proof;
  expect(proof.shards).toBeGreaterThan(2);
  expect(sameBytes(proof.proof, longer.proof)).toBe(true);
});

it('kernels that a thread has compiled are there for the next, and none where nobody gives any', async () => {
  // Nothing in this thread makes the block machine.
  const kept = keptModules();
  expect([...kept.keys()].map((key) => key.split(',')[0])).toContain('graph');
  const script = `import(${JSON.stringify(import.meta.resolve('@weft/tasks/node/given-modules'))}).then(({ givenModules }) =>
    require('node:worker_threads').parentPort.postMessage(givenModules().size))`;
  for (const [workerData, size] of [
    [kept, kept.size],
    [undefined, 0],
    [{ other: 1 }, 0],
  ] as const) {
    const thread = new Worker(script, { eval: true, workerData });
    expect(await once(thread, 'message')).toEqual([size]);
    await thread.terminate();
  }
});

/** Answers as `lie` says on the first `times` calls, then honestly. */
function liar(lie: (input: Uint8Array, options: TaskOptions, call: number) => Promise<Uint8Array>, times: number) {
  let calls = 0;
  const runner: TaskRunner = {
    run: (task, input, options = {}) => {
      const call = calls++;
      return call < times ? lie(input, options, call) : real.run(task, input, options);
    },
    close: () => Promise.resolve(),
  };
  return runner;
}

const shardOf = (proof: Proof, i: number): Uint8Array => decodeProof(proof.proof).shards[i]!.proof.slice();
const LIES: readonly (readonly [string, (input: Uint8Array, options: TaskOptions) => Promise<Uint8Array>])[] = [
  ['garbage', () => Promise.resolve(new Uint8Array(300_000).fill(7))],
  ['no bytes', () => Promise.resolve(new Uint8Array())],
  ['no bytes but something else', () => Promise.resolve('proof' as unknown as Uint8Array)],
  ['undefined', () => Promise.resolve(undefined as unknown as Uint8Array)],
  ["another shard's valid proof", () => Promise.resolve(shardOf(honest, 1))],
  ['a valid proof of other input', () => Promise.resolve(shardOf(other, 1))],
  [
    'the right proof with one bit flipped',
    () => {
      const proof = shardOf(honest, 0);
      proof[200_000]! ^= 1;
      return Promise.resolve(proof);
    },
  ],
  ['a gigabyte', () => Promise.resolve(new Uint8Array(2 ** 30))],
  ['an error', () => Promise.reject(new Error('out of luck'))],
  ['nothing, for ever', () => new Promise(() => {})],
];

describe('a worker that answers with', () => {
  it('the right proof, and clears it at once: what was verified is what is kept', async () => {
    const runner: TaskRunner = {
      run: async (task, input, options = {}) => {
        const answer = await real.run(task, input, options);
        // After the coordinator has verified it, and before anybody has read it again.
        setTimeout(() => answer.fill(0), 0);
        return answer;
      },
      close: () => Promise.resolve(),
    };
    const proof = await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, runner, workers: 1 });
    expect(sameBytes(proof.proof, honest.proof)).toBe(true);
  });
  it.each(LIES)('%s, once: the job survives', async (_, lie) => {
    const runner = liar(lie, 1);
    const proof = await prove(program, INPUT, {
      mode: 'core',
      memory: LEAST_MEMORY,
      runner,
      workers: 1,
      silenceMs: 4000,
    });
    expect(sameBytes(proof.proof, honest.proof)).toBe(true);
  });
  it.each(LIES)('%s, always: the job ends and names the shard', async (_, lie) => {
    const job = prove(program, INPUT, {
      mode: 'core',
      memory: LEAST_MEMORY,
      runner: liar(lie, 1e9),
      workers: 1,
      silenceMs: 300,
    });
    await expect(job).rejects.toMatchObject({
      code: 'SHARD_FAILED',
      message: expect.stringMatching(/^shard \d+ failed 3 times/) as string,
      details: { attempts: ATTEMPTS },
    });
  });
});

it('a machine that slept does not give up workers for it', async () => {
  // Longer than a shard takes on a busy machine.
  const silenceMs = 4000;
  let tasks = 0;
  const runner: TaskRunner = {
    run: async (task, input, options = {}) => {
      tasks++;
      // No timer of this process comes meanwhile, as in a machine that sleeps and a page that is stopped.
      if (tasks === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * silenceMs);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return await real.run(task, input, options);
    },
    close: () => Promise.resolve(),
  };
  const options = { mode: 'core', memory: LEAST_MEMORY, runner, workers: 1, silenceMs } as const;
  const { proof, shards } = await prove(program, INPUT, options);
  expect(sameBytes(proof, honest.proof)).toBe(true);
  expect(tasks).toBe(shards);
});

describe('threads', () => {
  it('that end are replaced, and their shards proven again', async () => {
    const runner = createPiscinaRunner({ module: tasks, workers: 1 });
    let crashes = 0;
    try {
      const proof = await prove(program, INPUT, {
        mode: 'core',
        memory: LEAST_MEMORY,
        runner,
        workers: 1,
        onProgress: ({ stage, shardsDone }) => {
          // Twice at most, so that no shard's attempts run out.
          if (stage !== 'prove' || crashes !== shardsDone || crashes === 2) return;
          crashes++;
          void runner.crash();
        },
      });
      expect(sameBytes(proof.proof, honest.proof)).toBe(true);
      expect(crashes).toBe(2);
      expect(runner.threads).toBe(1);
    } finally {
      await runner.close();
    }
  });
  it('that end while they help with a shard end that attempt, and the next one is made', async () => {
    const runner = createPiscinaRunner({ module: tasks, workers: 2 });
    let crashes = 0;
    try {
      const proof = await prove(program, INPUT, {
        mode: 'core',
        memory: 2 ** 30,
        runner,
        onProgress: ({ stage, fraction }) => {
          if (stage !== 'prove' || crashes > 0 || fraction < 0.3 || runner.threads < 2) return;
          crashes++;
          void runner.crash(1);
        },
      });
      expect(crashes).toBe(1);
      expect(proof.shards).toBe(1);
      const alone = await prove(program, INPUT, { mode: 'core', memory: 2 ** 30, runner: real });
      expect(sameBytes(proof.proof, alone.proof)).toBe(true);
    } finally {
      await runner.close();
    }
  });
  it('that end again and again end the job', async () => {
    const runner = createPiscinaRunner({ module: tasks, workers: 1 });
    try {
      const job = prove(program, INPUT, {
        mode: 'core',
        memory: LEAST_MEMORY,
        runner,
        workers: 1,
        onProgress: ({ stage }) => void (stage === 'prove' && runner.crash()),
      });
      await expect(job).rejects.toMatchObject({ code: 'SHARD_FAILED' });
    } finally {
      await runner.close();
    }
  });
  it('stop within seconds when the job is aborted, and nothing is left', async () => {
    const runner = createPiscinaRunner({ module: tasks, workers: 2 });
    try {
      const abort = new AbortController();
      let aborted = 0;
      const job = prove(program, [text('2000000')], {
        mode: 'core',
        memory: 2 ** 30,
        runner,
        workers: 2,
        signal: abort.signal,
        onProgress: ({ stage, fraction }) => {
          if (stage !== 'prove' || fraction < 0.05 || aborted > 0) return;
          aborted = performance.now();
          abort.abort(new Error('enough'));
        },
      });
      await expect(job).rejects.toThrow('enough');
      expect(performance.now() - aborted).toBeLessThan(3000);
      // The runner is as good as before.
      const proof = await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, runner });
      expect(sameBytes(proof.proof, honest.proof)).toBe(true);
    } finally {
      await runner.close();
    }
  });
  it('end a job whose listener throws, with what it threw', async () => {
    const job = prove(program, INPUT, {
      mode: 'core',
      memory: LEAST_MEMORY,
      runner: real,
      onProgress: ({ stage }) => {
        if (stage === 'prove') throw new Error('mine');
      },
    });
    await expect(job).rejects.toThrow('mine');
    const task = real.run('proveShard', new Uint8Array(3), { onProgress: () => {} });
    await expect(task).rejects.toMatchObject({ code: 'TASK' });
  });
  it('take nothing but a name, bytes and options, and nothing after they were closed', async () => {
    const runner = createPiscinaRunner({ module: tasks, workers: 1 });
    const bytes = new Uint8Array(3);
    const wrong: readonly (readonly unknown[])[] = [
      [undefined, bytes],
      ['', bytes],
      ['proveShard', undefined],
      ['proveShard', 'x'],
      ['proveShard', bytes, null],
      ['proveShard', bytes, { signal: 5 }],
      ['proveShard', bytes, { onProgress: 1 }],
      ['proveShard', bytes, { signals: 1 }],
    ];
    for (const [task, input, options] of wrong)
      await expect(runner.run(task as never, input as never, options as never), String(task)).rejects.toThrow(
        task === '' || (options as { signals?: 1 })?.signals === 1 ? /must not be empty|options/ : TypeError,
      );
    await runner.close();
    await expect(runner.run('proveShard', bytes)).rejects.toMatchObject({ code: 'WORKER' });
    expect(runner.threads).toBe(0);
  });
  it('a task that is no task, and one that does not exist, fail with a typed error', async () => {
    await expect(real.run('proveShard', new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'TASK' });
    await expect(real.run('proveShard', new Uint8Array())).rejects.toMatchObject({ code: 'TASK' });
    await expect(real.run('nothing', new Uint8Array())).rejects.toMatchObject({ code: 'WORKER' });
  });
});
