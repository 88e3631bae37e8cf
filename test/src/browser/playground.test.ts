/** The playground, used as a person would: run, prove, download, verify; what goes wrong is said. */
import { type GuestName, readGuest } from '@weft/guest-examples';
import { estimateRun, prove, setup } from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  button,
  CHROMIUM,
  choose,
  dropFile,
  openFile,
  openPlayground,
  type Playground,
  type PlaygroundPage,
  panel,
  programIs,
  proveAndDownload,
  tiles,
} from '../support/playground.ts';
import { sameBytes, text } from '../support/values.ts';

describe.skipIf(CHROMIUM === undefined)('the playground', () => {
  let playground: Playground;
  let opened: PlaygroundPage;
  let page: Page;
  beforeAll(async () => {
    playground = await openPlayground();
  });
  afterAll(() => playground.close());
  beforeEach(async () => {
    opened = await playground.open();
    page = opened.page;
  });
  afterEach(async () => {
    expect(opened.problems).toEqual([]);
    await page.context().close();
  });

  const verdict = async (): Promise<string> => {
    await button(page, 'Verify').click();
    const shown = panel(page, 'Verify').locator('.verdict, .failure');
    await shown.waitFor();
    return (await shown.textContent()) ?? '';
  };

  it('runs, proves, downloads, verifies, with the bytes and figures of Node', async () => {
    const elf = readGuest('fibonacci');
    const { cycles, estimate } = await estimateRun(elf, [text('10')], { mode: 'core' });
    const there = await prove(elf, [text('10')], { mode: 'core' });

    await button(page, 'Run').click();
    const run = panel(page, 'Run');
    await run.getByText('fib(10) = 55').waitFor();
    await run.locator('.tiles').waitFor();
    expect(await tiles(page, 'Run')).toMatchObject({
      'Exit code': '0',
      Cycles: expect.stringMatching(new RegExp(`^${cycles.toLocaleString('en')}in `)) as string,
      Shards: '11 at once',
    });
    expect(await run.getByRole('region', { name: 'Public values as u32' }).textContent()).toBe('10  55');
    const [top] = estimate.chips;
    const row = run.getByRole('row', { name: new RegExp(`^${top!.name.replaceAll('_', ' ')} `) });
    expect(await row.textContent()).toContain(top!.rows.toLocaleString('en'));

    const { name, bytes } = await proveAndDownload(page);
    expect(name).toBe('fibonacci.proof');
    expect(sameBytes(bytes, there.proof)).toBe(true);
    const proven = await tiles(page, 'Prove');
    expect(proven['Security']).toBe('122 bitsprovable');
    expect(proven['Size']).toBe(`${(bytes.length / 1024).toFixed(0)} KiBmode core`);
    const stages = panel(page, 'Prove').getByRole('table', { name: /^Time by stage/ });
    for (const stage of ['running the program', 'zerocheck', 'opening']) await stages.getByText(stage).waitFor();
    expect(await panel(page, 'Prove').getByRole('figure').getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^shard 0: from .* to /) as string,
    ]);

    await openFile(page, 'Open a proof', name, bytes);
    expect(await verdict()).toContain('Valid.');
    expect(await tiles(page, 'Verify')).toMatchObject({ 'Exit code': '0', Security: '122 bitsprovable', Mode: 'core' });

    await openFile(page, 'Open a proof', name, bytes.with(bytes.length - 1000, bytes.at(-1000)! ^ 1));
    expect(await verdict()).toContain('Rejected');
    await dropFile(page, 'Open a proof', name, bytes.subarray(0, 1000));
    expect(await verdict()).toContain('format');
    await openFile(page, 'Open a proof', name, bytes);
    await openFile(page, 'Open another ELF file', 'loop.elf', readGuest('loop'));
    expect(await verdict()).toContain('another program');
    await page.getByRole('radio', { name: 'a verifying key' }).check();
    await page.getByLabel(/^Verifying key, 64/).fill((await setup(elf)).vkHex);
    expect(await verdict()).toContain('Valid.');
    await page.getByLabel('Exit code').fill('3');
    expect(await verdict()).toContain('expected 3');
  });

  it('shows where a program was stopped', async () => {
    await choose(page, 'hostile');
    await button(page, 'Run').click();
    const failure = panel(page, 'Run').getByRole('alert');
    await failure.waitFor();
    for (const said of ['MEMORY_RANGE', '0xfffffffc', '86 cycles', 'sw a2, -4(a1)'])
      expect(await failure.textContent()).toContain(said);
    await failure.getByText('Registers').click();
    expect(await failure.locator('.registers > div').count()).toBe(32);
    // Nobody proves what has no end.
    await button(page, 'Prove').click();
    await panel(page, 'Prove').getByRole('alert').filter({ hasText: 'MEMORY_RANGE' }).waitFor();
  });

  it('refuses a file that is no program, and takes one that is', async () => {
    await dropFile(page, 'Open an ELF file', 'letter.txt', text('Dear reader'));
    const failure = panel(page, 'Program').getByRole('alert');
    await failure.filter({ hasText: 'letter.txt is no program' }).waitFor();
    await programIs(page, 'fibonacci');
    await dropFile(page, 'Open an ELF file', 'mine.elf', readGuest('sort-text'));
    await programIs(page, 'mine.elf');
    expect(await failure.count()).toBe(0);
    await page.getByRole('textbox', { name: 'n', exact: true }).fill('Ada,1815\nKurt,1906\n');
    await button(page, 'Run').click();
    await panel(page, 'Run').locator('.scrollable').getByText('2 lines sorted').waitFor();
  });

  it('takes input as text, as digits and as a file, and says what is none', async () => {
    const output = async (): Promise<string> => {
      await button(page, 'Run').click();
      await panel(page, 'Run').locator('.tiles').waitFor();
      return (await panel(page, 'Run').getByRole('region', { name: 'Output' }).textContent()) ?? '';
    };
    const input = panel(page, 'Input');
    await input.getByRole('radio', { name: 'hex' }).check();
    const box = input.getByRole('textbox');
    expect(await box.inputValue()).toBe('3130');
    await box.fill('313');
    await input.getByText('3 digits are no whole number of bytes').waitFor();
    expect(await button(page, 'Run').isDisabled()).toBe(true);
    expect(await button(page, 'Prove').isDisabled()).toBe(true);
    await box.fill('31 32');
    expect(await output()).toBe('fib(12) = 144\n');
    await input.getByRole('radio', { name: 'file' }).check();
    await openFile(page, 'Choose a file', 'n.txt', text('13'));
    await input.getByText('n.txt, 2 bytes').waitFor();
    expect(await output()).toBe('fib(13) = 233\n');
    await button(page, 'Remove n').click();
    await button(page, 'Add an item').click();
    await input.getByRole('textbox').fill('14');
    expect(await output()).toBe('fib(14) = 377\n');
  });

  it('runs what there is too little memory to prove, and says so', async () => {
    await page.getByRole('radio', { name: /^compressed/ }).check();
    await page.getByLabel('Memory').selectOption('512 MiB');
    await button(page, 'Run').click();
    await panel(page, 'Run').getByText('fib(10) = 55').waitFor();
    await panel(page, 'Run')
      .getByText(/^It cannot be proven like this: a memory limit of 536870912 bytes/)
      .waitFor();
    await button(page, 'Prove').click();
    await panel(page, 'Prove').getByRole('alert').filter({ hasText: 'MEMORY_LIMIT' }).waitFor();
  });

  it('ends a proof that is cancelled, and proves the next', async () => {
    await choose(page, 'loop');
    await button(page, 'Prove').click();
    const prover = panel(page, 'Prove');
    await prover.getByText(/^Proving: 0 of 2 shards/).waitFor();
    await prover.getByText(/^about .* left$/).waitFor();
    const bar = prover.getByRole('progressbar', { name: 'Proof of loop' });
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: 30_000 })
      .toBeGreaterThan(3);
    await button(page, 'Cancel proof').click();
    await prover.getByText('The proof of loop was cancelled.').waitFor({ timeout: 5000 });
    await choose(page, 'fibonacci');
    await button(page, 'Prove').click();
    await prover.getByText('Proven and verified').waitFor({ timeout: 30_000 });
  });

  it.each<[GuestName, string]>([
    ['sudoku', '53..7'],
    ['lua', 'granted'],
    ['json-field', '"city":"Évora"'],
    ['airdrop', 'd6732b16'],
  ])('runs the example %s with its input', async (name, said) => {
    await choose(page, name);
    await button(page, 'Run').click();
    await panel(page, 'Run').locator('.tiles').waitFor();
    expect((await tiles(page, 'Run'))['Exit code']).toBe('0');
    const values = panel(page, 'Run').locator('.bytes');
    if (name === 'lua' || name === 'json-field') await values.getByRole('radio', { name: 'text' }).check();
    await values.locator('pre').filter({ hasText: said }).waitFor();
  });
});
