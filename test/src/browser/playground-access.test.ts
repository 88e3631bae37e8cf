/** The playground for everybody: by keyboard, by screen reader, on a phone, in the dark, without a network. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  button,
  CHROMIUM,
  choose,
  openPlayground,
  type Playground,
  panel,
  programIs,
  proveAndDownload,
} from '../support/playground.ts';

const PHONE = { width: 380, height: 800 };
const DESK = { width: 1440, height: 1000 };

/** Rules that the page breaks, and where. */
async function broken(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy would refuse.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Pick<axe.AxeResults, 'violations'>>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** How much wider the page is than the window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Shows all that the page has to show. */
async function fill(page: Page): Promise<void> {
  await button(page, 'Run').click();
  await panel(page, 'Run').getByRole('table').waitFor();
  await proveAndDownload(page);
  await button(page, 'Take it to Verify').click();
  await button(page, 'Verify').click();
  await panel(page, 'Verify').getByText('Valid.').waitFor();
}

describe.skipIf(CHROMIUM === undefined)('the playground', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground();
  });
  afterAll(() => playground.close());

  it.each([
    ['light', PHONE],
    ['dark', DESK],
  ] as const)(
    'breaks no rule of accessibility, and is no wider than the window: %s, %o',
    async (colorScheme, viewport) => {
      const { page, problems } = await playground.open({ colorScheme, viewport });
      expect(await broken(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await fill(page);
      expect(await broken(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await choose(page, 'hostile');
      await button(page, 'Run').click();
      await panel(page, 'Run').getByText('Call stack').click();
      await panel(page, 'Run').getByText('Registers').click();
      await panel(page, 'Input').getByRole('radio', { name: 'file' }).check();
      expect(await broken(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('keeps the theme that is chosen', async () => {
    const { page } = await playground.open({ colorScheme: 'light' });
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('radio', { name: 'dark' }).check();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await programIs(page, 'fibonacci');
    expect(await ground()).toBe(dark);
    await page.getByRole('radio', { name: 'system' }).check();
    expect(await ground()).toBe(light);
    await page.context().close();
  });

  it('is used by keyboard alone, and shows where the focus is', async () => {
    const { page, problems } = await playground.open();
    /** What has the focus, and whether that is to be seen. */
    const focused = (): Promise<{ name: string; isSeen: boolean }> =>
      page.evaluate(`(() => {
        const element = document.activeElement;
        const isSeen = [element, ...element.parentElement.children, element.closest('label') ?? element].some(
          (candidate) => getComputedStyle(candidate).outlineStyle !== 'none' && getComputedStyle(candidate).outlineWidth !== '0px',
        );
        const label = element.labels?.[0]?.textContent ?? '';
        return { name: (element.getAttribute('aria-label') ?? (label || element.textContent)).trim(), isSeen };
      })()`);
    const tabTo = async (name: string): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        const now = await focused();
        expect(now.isSeen, now.name).toBe(true);
        if (now.name.startsWith(name)) return;
      }
      throw new Error(`${name} is not reached`);
    };
    await tabTo('Skip to the results');
    await tabTo('system');
    await tabTo('fibonacci');
    await page.keyboard.press('ArrowDown');
    await programIs(page, 'sha256-preimage');
    await page.keyboard.press('ArrowUp');
    await programIs(page, 'fibonacci');
    await tabTo('Open an ELF file');
    await tabTo('n');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('11');
    await tabTo('Run');
    await page.keyboard.press('Enter');
    await panel(page, 'Run').getByText('fib(11) = 89').waitFor();
    const said = page.getByRole('status');
    await said.filter({ hasText: /^Run finished with exit code 0 after/ }).waitFor();
    await tabTo('Prove');
    await page.keyboard.press('Space');
    await said.filter({ hasText: /^Proof made and verified in/ }).waitFor({ timeout: 30_000 });
    await tabTo('Take it to Verify');
    await page.keyboard.press('Enter');
    await tabTo('Verify');
    await page.keyboard.press('Enter');
    await said.filter({ hasText: 'The proof is valid' }).waitFor();
    // On to the end of the page, and out of it.
    await tabTo('Copy the verified key');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('has landmarks and headings to find one’s way by', async () => {
    const { page } = await playground.open();
    for (const role of ['banner', 'main', 'contentinfo'] as const) expect(await page.getByRole(role).count()).toBe(1);
    const panels = ['Program', 'Input', 'Run', 'Prove', 'Verify'];
    for (const name of panels) expect(await panel(page, name).count(), name).toBe(1);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(panels);
    await page.context().close();
  });

  it('lets nothing out, by a policy that allows no text to become code', async () => {
    const { page, problems } = await playground.open();
    const tried = (code: string): Promise<string> =>
      page.evaluate(`(async () => { ${code} })().then(() => 'done', (error) => error.name)`);
    expect(await tried("await fetch('http://127.0.0.1:9/')")).toBe('TypeError');
    await expect.poll(() => problems).toContainEqual(expect.stringMatching(/^error: policy connect-src/) as string);
    // Of the page itself; what a debugger evaluates is free.
    const script =
      "const s = document.createElement('script'); s.textContent = 'globalThis.ran = true'; document.body.append(s);";
    expect(await tried(`${script} if (globalThis.ran) throw new Error()`)).toBe('done');
    await expect.poll(() => problems).toContainEqual(expect.stringMatching(/^error: policy script-src/) as string);
    await page.context().close();
  });

  // The last: the server does not come back.
  it('works without a network once it was loaded', async () => {
    const { page, problems } = await playground.open();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true);
    await playground.stopServer();
    await page.reload();
    await programIs(page, 'fibonacci');
    await choose(page, 'sudoku');
    await fill(page);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
