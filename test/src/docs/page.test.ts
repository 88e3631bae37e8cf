/** The page that `docs/verifying.md` makes does in a browser what it says there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGuest } from '@weft/guest-examples';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { serve, type WebServer } from '../support/web-server.ts';
import { BLOCKS } from './blocks.ts';
import { firstPage, isRun } from './follow.ts';
import { Reader } from './reader.ts';

const CHROMIUM = findChromium();

describe.skipIf(CHROMIUM === undefined)('docs/verifying.md', () => {
  let reader: Reader;
  let browser: Browser;
  let server: WebServer;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    reader = new Reader(await firstPage());
    const blocks = BLOCKS.filter((block) => block.page === 'docs/verifying.md' && isRun(block));
    const made = blocks.filter(({ attributes, code }) => attributes.has('file') || code.includes('esbuild'));
    for (const block of made.filter(({ attributes }) => !attributes.has('serve'))) {
      const { code, output } = await reader.follow(block);
      expect(code, output).toBe(0);
    }
    // Headers allow what a server allows that sends none; the page itself has the policy.
    server = await serve(reader.folder, "default-src 'self'");
    browser = await launchChromium(CHROMIUM!);
    page = await browser.newPage();
    page.on('console', (message) => {
      // A browser asks for an icon on its own.
      if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico')) faults.push(message.text());
    });
    await page.goto(`${server.origin}/index.html`);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    reader.close();
  });
  const verdictOf = async (name: string, bytes: Uint8Array): Promise<string> => {
    writeFileSync(join(reader.folder, name), bytes);
    await page.locator('#result').evaluate((result) => {
      result.textContent = '';
    });
    await page.locator('#proof').setInputFiles(join(reader.folder, name));
    await page.waitForFunction(() => document.querySelector('#result')!.textContent !== '');
    return (await page.locator('#result').textContent())!;
  };

  it('takes a proof', async () => {
    expect(await verdictOf('same.proof', reader.read('fib.proof'))).toBe('valid: 10,0,0,0,55,0,0,0');
  });
  it('takes no changed one, and no other file', async () => {
    const changed = reader.read('fib.proof');
    changed[changed.length - 100]! ^= 1;
    expect(await verdictOf('changed.proof', changed)).toMatch(/^rejected: \w+$/);
    expect(await verdictOf('other.proof', readGuest('fibonacci'))).toBe('rejected: format');
  });
  it('without a word on the console', () => {
    expect(faults).toEqual([]);
  });
});
