/** Two hundred jobs in a row: no growth of memory, files or threads. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGuest } from '@weft/guest-examples';
import { prove, setup } from '@weft/sdk';
import { Journal } from '@weft/sdk/node/journal';
import { writeDurably } from '@weft/sdk/node/output';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import { expect, it } from 'vitest';
import { text } from '../support/values.ts';

const JOBS = 200;

it(`${JOBS} jobs with journals leave nothing behind`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-soak-'));
  const runner = createPiscinaRunner({ module: new URL(import.meta.resolve('@weft/sdk/platform/thread')), workers: 2 });
  const openFiles = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
  try {
    const program = await setup(readGuest('loop'));
    const journal = join(folder, 'journal');
    const out = join(folder, 'proof');
    const job = async (n: number): Promise<void> => {
      const stdin = [text(`${250_000 + n}`)];
      const store = await Journal.open(journal, { vk: program.vkHex, stdin, variables: 22 });
      const proof = await prove(program, stdin, { mode: 'core', memory: 2 ** 30, workers: 2, runner, store });
      await writeDurably(out, [proof.proof], journal);
      await store.finish();
    };
    for (let n = 0; n < 30; n++) await job(n);
    const [rss, files] = [process.memoryUsage.rss(), openFiles()];
    for (let n = 30; n < JOBS; n++) await job(n);
    const grown = process.memoryUsage.rss() - rss;
    process.stdout.write(
      `${JOBS} jobs: memory ${Math.round(rss / 2 ** 20)} MiB, grown by ${Math.round(grown / 2 ** 20)}\n`,
    );
    // What the engine's collectors leave lying about; a leak of one task or proof per job would be over 100 MiB.
    expect(grown).toBeLessThan(60 * 2 ** 20);
    expect(openFiles()).toBeLessThanOrEqual(files + 2);
    expect(readdirSync(folder)).toEqual(['proof']);
    expect(runner.threads).toBe(2);
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
