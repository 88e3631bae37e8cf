/** The journal: what it keeps, what it refuses, and that damage to it never makes a bad proof. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { readGuest } from '@weft/guest-examples';
import { concatBytes } from '@weft/primitives';
import { codeOf } from '@weft/primitives/testing';
import {
  clearStores,
  createRunner,
  keptStores,
  openStore,
  type Proof,
  prove,
  type Setup,
  setup,
  verify,
} from '@weft/sdk';
import { Journal, type JournalFiles } from '@weft/sdk/node/journal';
import type { TaskRunner } from '@weft/tasks/runner';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAST_MEMORY, sameBytes, text } from '../support/values.ts';

const INPUT = [text('9000')];
const root = mkdtempSync(join(tmpdir(), 'weft-journal-'));
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await runner.close();
});
let folders = 0;
const newFolder = (): string => join(root, `${folders++}`);

let program: Setup;
let honest: Proof;
let runner: TaskRunner;
const identity = () => ({ vk: program.vkHex, stdin: INPUT, variables: 19 });
/** Proves with a journal in `folder`. */
async function attempt(folder: string, files?: JournalFiles): Promise<Proof> {
  const store = await Journal.open(folder, identity(), files);
  try {
    return await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, workers: 1, runner, store });
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  program = await setup(readGuest('loop'));
  runner = await createRunner(1);
  honest = await attempt(newFolder());
  expect(honest.shards).toBeGreaterThan(2);
});
/** A journal with every shard in it. */
const full = (): string => join(root, '0');
function copyOf(folder: string): string {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

it('holds a file per shard, and a job that goes on from it proves nothing again', async () => {
  expect(readdirSync(full()).sort()).toEqual([
    'job.json',
    ...Array.from({ length: honest.shards }, (_, i) => `shard-${i}.proof`),
  ]);
  const idle = {
    run: () => Promise.reject(new Error('no shard is left to prove')),
    close: () => Promise.resolve(),
  };
  const store = await Journal.open(full(), identity());
  const again = await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, runner: idle, store });
  await store.close();
  expect(sameBytes(again.proof, honest.proof)).toBe(true);
});

describe('damage', () => {
  it.each([
    ['torn', (path: string) => truncateSync(path, 1000)],
    ['empty', (path: string) => truncateSync(path, 0)],
    [
      'with a bit flipped',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[5000]! ^= 4;
        writeFileSync(path, bytes);
      },
    ],
    [
      'a proof changed together with its checksum',
      (path: string) => {
        const proof = new Uint8Array(readFileSync(path)).slice(32);
        proof[5000]! ^= 4;
        writeFileSync(path, concatBytes(sha256(proof), proof));
      },
    ],
    ["another shard's", (path: string) => writeFileSync(path, readFileSync(join(full(), 'shard-0.proof')))],
    ['missing', (path: string) => rmSync(path)],
  ])('a shard file %s is proven again', async (_, damage) => {
    const folder = copyOf(full());
    damage(join(folder, 'shard-1.proof'));
    expect(sameBytes((await attempt(folder)).proof, honest.proof)).toBe(true);
    expect(sameBytes(readFileSync(join(folder, 'shard-1.proof')), readFileSync(join(full(), 'shard-1.proof')))).toBe(
      true,
    );
  });
  it('any bit of any file: the same bytes, or the refusal of another job', async () => {
    const names = readdirSync(full());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(names.length - 1),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(7),
        async (k, at, bit) => {
          const folder = copyOf(full());
          const path = join(folder, names[k]!);
          const bytes = readFileSync(path);
          bytes[Math.floor(at * bytes.length)]! ^= 1 << bit;
          writeFileSync(path, bytes);
          let outcome: Uint8Array | string;
          try {
            outcome = (await attempt(folder)).proof;
          } catch (error) {
            outcome = (error as { code: string }).code;
          }
          // Only the job file can say that the folder is another job's; any other damage costs work, never the proof.
          if (typeof outcome === 'string') expect([names[k], outcome]).toEqual(['job.json', 'JOURNAL']);
          else expect(sameBytes(outcome, honest.proof)).toBe(true);
        },
      ),
      { numRuns: 8, seed: 5 },
    );
  });
  it('what a write that was cut off left behind is cleared away', async () => {
    const folder = copyOf(full());
    writeFileSync(join(folder, '0123456789ab.tmp'), 'half');
    await (await Journal.open(folder, identity())).close();
    expect(readdirSync(folder)).not.toContain('0123456789ab.tmp');
  });
});

describe('another job', () => {
  it.each([
    ['program', { vk: '00'.repeat(32) }],
    ['input', { stdin: [text('9001')] }],
    ['input', { stdin: [] }],
    ['input', { stdin: [...INPUT, new Uint8Array()] }],
    ['shape', { variables: 20 }],
  ] as const)('with another %s is refused', async (what, change) => {
    await expect(Journal.open(full(), { ...identity(), ...change })).rejects.toMatchObject({
      code: 'JOURNAL',
      details: { differs: [what] },
    });
  });
  it('of another version is refused', async () => {
    const folder = copyOf(full());
    const path = join(folder, 'job.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": "', '"version": "9'));
    await expect(Journal.open(folder, identity())).rejects.toMatchObject({ details: { differs: ['version'] } });
  });
  it('items that only look the same when joined are other input', async () => {
    const folder = newFolder();
    const journal = await Journal.open(folder, { ...identity(), stdin: [text('ab'), text('c')] });
    await journal.save('shard-0', honest.proof);
    await journal.close();
    expect(await codeOf(() => Journal.open(folder, { ...identity(), stdin: [text('a'), text('bc')] }))).toBe('JOURNAL');
  });
});

describe('a full disk', () => {
  /** Fails at the n-th write, as a disk without space does. */
  const failing = (n: number): JournalFiles & { writes: number } => {
    const files = {
      writes: 0,
      write: (path: string, bytes: Uint8Array): Promise<void> => {
        if (files.writes++ === n)
          return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28 }));
        writeFileSync(path, bytes);
        return Promise.resolve();
      },
      read: (path: string) => {
        try {
          return Promise.resolve(new Uint8Array(readFileSync(path)));
        } catch {
          return Promise.resolve(undefined);
        }
      },
    };
    return files;
  };
  it('at each write ends the job with that error, and the next attempt ends it with the same bytes', async () => {
    for (let n = 0; n <= honest.shards; n++) {
      const folder = newFolder();
      await expect(attempt(folder, failing(n))).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(sameBytes((await attempt(folder)).proof, honest.proof)).toBe(true);
    }
  });
});

it('proofs with and without a journal are the same', async () => {
  const plain = await prove(program, INPUT, { mode: 'core', memory: LEAST_MEMORY, workers: 2 });
  expect(sameBytes(plain.proof, honest.proof)).toBe(true);
  expect(verify(program.vk, plain.proof).exitCode).toBe(0);
});

describe('stores of jobs, in the folder of the user', () => {
  const before = process.env['WEFT_CACHE'];
  beforeAll(() => {
    process.env['WEFT_CACHE'] = newFolder();
  });
  afterAll(() => {
    if (before === undefined) delete process.env['WEFT_CACHE'];
    else process.env['WEFT_CACHE'] = before;
  });
  const options = { mode: 'core', memory: LEAST_MEMORY } as const;
  it('keep what is proven until the job is finished', async () => {
    const store = await openStore(program, INPUT, options);
    expect(sameBytes((await prove(program, INPUT, { ...options, runner, store })).proof, honest.proof)).toBe(true);
    expect(await codeOf(() => openStore(program, INPUT, options))).toBe('JOURNAL_BUSY');
    await clearStores();
    await store.close();
    const [kept] = await keptStores();
    expect(kept).toMatchObject({ vkHex: program.vkHex, proofs: honest.shards });
    expect(kept!.bytes).toBeGreaterThan(honest.proof.length * 0.9);
    // From the file as well.
    const again = await openStore(readGuest('loop'), INPUT, options);
    expect(await again.contents()).toEqual({ shards: honest.shards, steps: 0, damaged: 0 });
    await again.finish();
    expect(await keptStores()).toEqual([]);
  });
  it('of another input or size of shards lie apart, and are cleared', async () => {
    for (const [stdin, memory] of [
      [[text('7')], LEAST_MEMORY],
      [INPUT, 2 * LEAST_MEMORY],
    ] as const) {
      const store = await openStore(program, stdin, { ...options, memory });
      expect(await store.contents()).toEqual({ shards: 0, steps: 0, damaged: 0 });
      await store.save('shard-0', Uint8Array.of(1));
      await store.close();
    }
    expect(await keptStores()).toHaveLength(2);
    await clearStores();
    expect(await keptStores()).toEqual([]);
  });
  it('are not there where the user wants no cache, or it cannot be', async () => {
    const folder = process.env['WEFT_CACHE'];
    for (const place of ['', '/dev/null']) {
      process.env['WEFT_CACHE'] = place;
      expect(await codeOf(() => openStore(program, INPUT, options))).toBe('STORE');
    }
    process.env['WEFT_CACHE'] = folder;
  });
});
