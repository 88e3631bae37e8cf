/** kill -9 at random moments: however often a job is killed, what it leaves in the end is the same proof. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestPath, readGuest } from '@weft/guest-examples';
import { seeded } from '@weft/primitives/testing';
import { prove, setup, verify } from '@weft/sdk';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import { afterAll, expect, it } from 'vitest';
import { sameBytes, text } from '../support/values.ts';

const WEFT = fileURLToPath(import.meta.resolve('@weft/cli/bin/weft'));
const LOOP = fileURLToPath(guestPath('loop'));
const KILLS = 100;
const folder = mkdtempSync(join(tmpdir(), 'weft-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { below: random } = seeded(7);

const out = join(folder, 'killed.proof');
const input = join(folder, 'input');
writeFileSync(input, '900000');

function start(to: string, ...more: string[]): ChildProcess {
  const args = [
    WEFT,
    'prove',
    LOOP,
    '--stdin',
    input,
    '-o',
    to,
    '--mode',
    'core',
    '--memory',
    '1GB',
    '--workers',
    '2',
    ...more,
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Waits for its end; kills it after `ms`, if given. */
function end(child: ChildProcess, ms?: number): Promise<{ code: number | null; signal: string | null; err: string }> {
  return new Promise((resolve) => {
    let err = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const timer = ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), ms);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, err });
    });
  });
}

it(`a job killed ${KILLS} times ends with the bytes of an undisturbed one`, async () => {
  const calm = join(folder, 'calm.proof');
  const started = performance.now();
  expect((await end(start(calm))).code).toBe(0);
  const whole = performance.now() - started;
  let [kills, finished] = [0, 0];
  while (kills < KILLS) {
    // Anywhere from the first instruction of the process to a little beyond its end.
    const { code, signal, err } = await end(start(out, '--resume'), random(Math.ceil(whole)));
    expect(code === 0 || signal === 'SIGKILL', err).toBe(true);
    if (signal === 'SIGKILL') kills++;
    if (code !== 0) continue;
    finished++;
    expect(sameBytes(readFileSync(out), readFileSync(calm))).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['calm.proof', 'input', 'killed.proof']);
    rmSync(out);
  }
  const last = await end(start(out, '--resume'));
  expect(last.code, last.err).toBe(0);
  expect(sameBytes(readFileSync(out), readFileSync(calm))).toBe(true);
  expect(existsSync(`${out}.journal`)).toBe(false);
  process.stdout.write(`killed ${kills} times, finished ${finished + 1} times\n`);
});

it('Ctrl-C ends a job within seconds, with a word about --resume, and loses no finished shard', async () => {
  const child = start(out, '--resume');
  const ended = end(child);
  const journal = `${out}.journal`;
  while (!existsSync(journal) || readdirSync(journal).length < 3) {
    // One that ends by itself is never interrupted.
    expect(child.exitCode).toBe(null);
    await new Promise((r) => setTimeout(r, 20));
  }
  const interrupted = performance.now();
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect(performance.now() - interrupted).toBeLessThan(3000);
  expect([code, err]).toEqual([130, expect.stringMatching(/error\[INTERRUPTED\]: .*--resume goes on/)]);
  expect(readdirSync(journal).filter((name) => name.startsWith('shard-')).length).toBeGreaterThan(0);
  expect((await end(start(out, '--resume'))).code).toBe(0);
});

it('threads that die at random moments change nothing', async () => {
  const program = await setup(readGuest('loop'));
  const stdin = [text('900000')];
  const memory = 2 ** 30;
  const honest = await prove(program, stdin, { mode: 'core', memory, workers: 2 });
  const module = new URL(import.meta.resolve('@weft/sdk/platform/thread'));
  let crashes = 0;
  for (let job = 0; job < 10; job++) {
    const runner = createPiscinaRunner({ module, workers: 2 });
    // Up to two in a job, which no shard's attempts can run out of.
    const timers = [0, 1].map(() => setTimeout(() => void runner.crash().then(() => crashes++), random(4000)));
    try {
      const proof = await prove(program, stdin, { mode: 'core', memory, workers: 2, runner });
      expect(sameBytes(proof.proof, honest.proof)).toBe(true);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      await runner.close();
    }
  }
  expect(verify(program.vk, honest.proof).exitCode).toBe(0);
  expect(crashes).toBeGreaterThan(5);
});
