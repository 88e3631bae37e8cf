/** Long jobs in the playground: they outlive a reload, and fold. */
import { readGuest } from '@weft/guest-examples';
import { prove, setup, verify } from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  button,
  CHROMIUM,
  choose,
  download,
  openPlayground,
  type Playground,
  panel,
  programIs,
} from '../support/playground.ts';
import { sameBytes, text } from '../support/values.ts';

const CYCLES = '1000000';
const MEMORY = 2 ** 29;

describe.skipIf(CHROMIUM === undefined)('the playground', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground();
  });
  afterAll(() => playground.close());

  const begin = async (page: Page): Promise<void> => {
    await choose(page, 'loop');
    await page.getByRole('textbox', { name: 'cycles' }).fill(CYCLES);
    await page.getByLabel('Memory').selectOption('512 MiB');
    await page.getByLabel('Workers').selectOption('1');
    await button(page, 'Prove').click();
    const prover = panel(page, 'Prove');
    await prover.getByText('kept across reloads').waitFor({ timeout: 30_000 });
    await prover.getByText(/^Proving: [12] of/).waitFor({ timeout: 120_000 });
  };

  it('goes on after a reload with what was proven, to the bytes of Node', async () => {
    const there = await prove(readGuest('loop'), [text(CYCLES)], { mode: 'core', memory: MEMORY });
    expect(there.shards).toBeGreaterThan(2);
    const { page, problems } = await playground.open();
    await begin(page);
    await page.reload();
    await programIs(page, 'fibonacci');
    const notice = page.getByRole('region', { name: 'A proof of loop was interrupted.' });
    await notice.getByText(/[1-9] parts? of it/).waitFor();
    await notice.getByRole('button', { name: 'Go on with it' }).click();
    const prover = panel(page, 'Prove');
    const { bytes } = await download(page);
    expect(sameBytes(bytes, there.proof)).toBe(true);
    await prover.getByText(/[1-9] kept from an earlier attempt/).waitFor();
    // Nothing is left to go on with.
    await page.reload();
    await programIs(page, 'fibonacci');
    expect(await notice.count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('forgets an interrupted job that is discarded', async () => {
    const { page, problems } = await playground.open();
    await begin(page);
    await page.reload();
    const notice = page.getByRole('region', { name: 'A proof of loop was interrupted.' });
    await notice.getByRole('button', { name: 'Discard it' }).click();
    await notice.waitFor({ state: 'detached' });
    await page.reload();
    await programIs(page, 'fibonacci');
    expect(await notice.count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each(['compressed', 'wrapped'])('makes a proof of mode %s', async (mode) => {
    const { vk } = await setup(readGuest('fibonacci'));
    const { page, problems } = await playground.open();
    await page.getByRole('radio', { name: new RegExp(`^${mode}`) }).check();
    await button(page, 'Prove').click();
    await panel(page, 'Prove')
      .getByText(/^Folding/)
      .waitFor({ timeout: 120_000 });
    const { bytes } = await download(page);
    expect(verify(vk, bytes)).toMatchObject({ mode, exitCode: 0 });
    await panel(page, 'Prove').getByText('step 0:').first().waitFor({ state: 'attached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
