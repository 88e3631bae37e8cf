/** The site is built of all pages, to the same bytes each time, and what is wrong with one is told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SITE_FOLDER, siteFaults } from '@weft/site';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { serve, type WebServer } from '../support/web-server.ts';
import { ROOT } from './blocks.ts';

const CHROMIUM = findChromium();

/** Waits until the page's script has taken over what was rendered beforehand. */
const isAlive = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => '__vue_app__' in document.querySelector('#app')!);

/** Builds the site as `pnpm site` does. */
function build(cwd: string): void {
  const { NODE_ENV: _, ...env } = process.env;
  const script = `${ROOT}site/dist/bin/build.js`;
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd, env, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** Every file of the site, with its bytes as text. */
const contents = (): Map<string, string> =>
  new Map(
    readdirSync(SITE_FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(SITE_FOLDER.length), readFileSync(path, 'latin1')]),
  );

describe('the site', () => {
  it('has the same bytes each time, wherever it is built from', () => {
    build(ROOT);
    const first = contents();
    build(tmpdir());
    const again = contents();
    expect([...again.keys()]).toEqual([...first.keys()]);
    expect([...again].filter(([name, text]) => first.get(name) !== text).map(([name]) => name)).toEqual([]);
    expect(first.size).toBeGreaterThan(100);
  });
  it('names no host to load from', () => {
    for (const [name, text] of contents())
      if (/\.(html|css)$/.test(name))
        expect(/(?:src="|@import |url\()['"]?https?:/.exec(text)?.[0], name).toBe(undefined);
  });
});

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let browser: Browser;
  let server: WebServer;
  beforeAll(async () => {
    server = await serve(
      SITE_FOLDER,
      "default-src 'self' data:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
    );
    browser = await launchChromium(CHROMIUM!);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  it.each([380, 1440])(
    '%i pixels wide every page fits, loads from here alone and says nothing on the console',
    async (width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const faults: string[] = [];
      page.on('request', (request) => {
        if (!/^(data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) faults.push(`a request to ${request.url()}`);
      });
      page.on('console', (message) => faults.push(`${page.url()}: ${message.text()}`));
      page.on('pageerror', ({ message }) => faults.push(`${page.url()}: ${message}`));
      const files = [...contents().keys()].filter((name) => name.endsWith('.html') && name !== '404.html');
      for (const file of files) {
        await page.goto(`${server.origin}/${file}`);
        await isAlive(page);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (beyond > 0) faults.push(`${file} is ${beyond} pixels too wide`);
      }
      expect(files.length).toBeGreaterThan(60);
      expect(faults).toEqual([]);
      await page.close();
    },
  );
  it('the search finds a word', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/start.html`);
    await isAlive(page);
    await page.keyboard.press('Control+k');
    await page.locator('input[type=search]').fill('maxProofBytes');
    await page.locator('.result', { hasText: 'Verifying' }).first().click();
    await page.waitForURL('**/verifying.html#*');
    await page.close();
  });
});

describe('faults', () => {
  const folder = `${mkdtempSync(join(tmpdir(), 'weft-site-'))}/`;
  afterAll(() => rmSync(folder, { recursive: true }));
  it('are told', () => {
    writeFileSync(
      join(folder, 'index.html'),
      '<a href="/there.html#here">x</a><a href="there.html">x</a><h1 id="top">x</h1>',
    );
    writeFileSync(join(folder, 'there.html'), '<a href="#here">x</a> <a href="/#top">x</a> <p id="here">x</p>');
    expect(siteFaults(folder)).toEqual([]);
    writeFileSync(
      join(folder, 'index.html'),
      '<script async src="https://example.org/x.js"></script><a class="y" href="/gone.html">x</a><a href="there.html#top">x</a>',
    );
    writeFileSync(join(folder, 'style.css'), '@font-face { src: url("//example.org/font.woff2") }');
    expect(siteFaults(folder)).toEqual([
      'index.html loads https://example.org/x.js',
      'style.css loads //example.org/font.woff2',
      'index.html links to /gone.html, which is not there',
      'index.html links to there.html#top, but there.html has no #top',
      'there.html links to /#top, but index.html has no #top',
    ]);
  });
});
