/** The page of the documentation about pages: its code runs as it stands. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from '../docs/blocks.ts';
import { launchChromium } from '../support/chromium.ts';
import { bundlePage, CHROMIUM } from '../support/page.ts';
import { serve } from '../support/web-server.ts';

const text = readFileSync(new URL('../../../docs/proving-in-a-page.md', import.meta.url), 'utf8');
const examples = blocksOf('docs/proving-in-a-page.md', text)
  .filter(({ lang }) => lang === 'js')
  .map(({ code }) => code);
const policy = /^Content-Security-Policy: (.*)$/m.exec(text)![1]!;

describe.skipIf(CHROMIUM === undefined)('code of the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(CHROMIUM!);
  });
  afterAll(() => browser.close());

  it.each(examples.map((code, k) => [k, code] as const))(
    'example %i proves under the policy that is given',
    async (_, code) => {
      const folder = await bundlePage(code);
      const server = await serve(folder, policy);
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(server.origin);
      const said = async (): Promise<string> => [...errors, await page.title()].join('; ');
      await expect.poll(said, { timeout: 60_000 }).toMatch(/\d{5} bytes of proof(, 0 jobs kept)?$/);
      expect(errors).toEqual([]);
      await page.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  );
  it('proves where the library comes from another origin', async () => {
    const folder = await bundlePage(examples[0]!);
    const library = await serve(folder, '');
    const own = await mkdtemp(join(tmpdir(), 'weft-page-'));
    await writeFile(join(own, 'page.js'), `import '${library.origin}/page.js';`);
    const scripts = `script-src 'self' ${library.origin} 'wasm-unsafe-eval'`;
    const server = await serve(
      own,
      `default-src 'none'; ${scripts}; worker-src blob: ${library.origin}; connect-src 'self'`,
    );
    const page = await browser.newPage();
    await page.goto(server.origin);
    await expect.poll(() => page.title(), { timeout: 60_000 }).toMatch(/\d{5} bytes of proof$/);
    await page.close();
    await Promise.all([server.close(), library.close(), rm(folder, { recursive: true }), rm(own, { recursive: true })]);
  });
  it('there are three of it', () => {
    expect(examples).toHaveLength(3);
  });
});
