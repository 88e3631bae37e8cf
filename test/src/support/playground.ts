/**
 * @module The playground as people get it: built, served by the command that `pnpm playground` ends with, in pages of a real browser.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { findChromium, launchChromium } from './chromium.ts';

const FOLDER = fileURLToPath(new URL('../../../playground/', import.meta.url));
const VITE = join(FOLDER, 'node_modules/vite/bin/vite.js');

/** The path of a Chromium, if pages can be tested here. */
export const CHROMIUM: string | undefined = findChromium();

/** A page, and what nobody should see in it: errors, violations of its policy, requests to other origins. */
export interface PlaygroundPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

export interface Playground {
  /** A page of a visitor who was never here. */
  open(options?: BrowserContextOptions): Promise<PlaygroundPage>;
  /** The server is gone; pages stay. */
  stopServer(): Promise<void>;
  close(): Promise<void>;
}

export async function openPlayground(): Promise<Playground> {
  const built = await mkdtemp(join(tmpdir(), 'weft-playground-'));
  // A test runner sets another one, by which Vite builds another page.
  const env = { ...process.env, NODE_ENV: 'production' };
  const args = [VITE, 'build', '--outDir', built, '--emptyOutDir'];
  await promisify(execFile)(process.execPath, args, { cwd: FOLDER, env });
  const server = await servePreview(built);
  const browser = await launchChromium(CHROMIUM!);
  return {
    open: (options) => openPage(browser, server.origin, options),
    stopServer: server.stop,
    close: async () => {
      await browser.close();
      await server.stop();
      await rm(built, { recursive: true, force: true });
    },
  };
}

async function servePreview(built: string): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const args = [VITE, 'preview', '--outDir', built, '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: FOLDER, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  let origin: string | undefined;
  for await (const chunk of child.stdout) {
    // Between colours.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    printed += String(chunk).replaceAll(/\x1b\[[\d;]*m/g, '');
    origin = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(printed)?.[1];
    if (origin !== undefined) break;
  }
  if (origin === undefined) throw new Error(`the playground is not served: ${printed}`);
  return {
    origin,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // It would wait for the connections that browsers keep.
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<PlaygroundPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:') && !url.startsWith('data:'))
      problems.push(`request: ${url}`);
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))",
  );
  await page.goto(`${origin}/`);
  await programIs(page, 'fibonacci');
  return { page, problems };
}

/** Waits until a program is there, with its key. */
export async function programIs(page: Page, name: string): Promise<void> {
  const facts = page.getByRole('region', { name: 'Program', exact: true }).locator('.facts');
  await facts
    .filter({ hasText: `${name},` })
    .locator('code')
    .waitFor();
}

export async function choose(page: Page, example: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${example} `) }).check();
  await programIs(page, example);
}

export const button = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('button', { name, exact: true });

/** A panel by its heading. */
export const panel = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('region', { name, exact: true });

/** Figures of a panel, by their labels. */
export async function tiles(page: Page, name: string): Promise<Readonly<Record<string, string>>> {
  const pairs = await panel(page, name)
    .locator('.tiles > div')
    .evaluateAll((list) =>
      list.map((tile) => [tile.querySelector('dt')?.textContent ?? '', tile.querySelector('dd')?.textContent ?? '']),
    );
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Waits for the proof that is being made, and downloads it. */
export async function download(page: Page): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const link = panel(page, 'Prove').getByRole('button', { name: /^Download / });
  await link.waitFor({ timeout: 300_000 });
  const [downloaded] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { name: downloaded.suggestedFilename(), bytes: await contents(downloaded) };
}

export async function proveAndDownload(page: Page): ReturnType<typeof download> {
  await button(page, 'Prove').click();
  return await download(page);
}

async function contents(downloaded: Download): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await downloaded.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Gives a file to the button of that name, as the dialog of the browser would. */
export async function openFile(page: Page, label: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
  await page.getByLabel(label, { exact: true }).setInputFiles(file);
}

/** Drops a file where the button of that name is. */
export async function dropFile(page: Page, label: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = `new File([Uint8Array.from(${JSON.stringify([...bytes])})], ${JSON.stringify(name)})`;
  const data = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(${file});
    return transfer;
  })()`);
  await page.locator('.drop-zone', { hasText: label }).dispatchEvent('drop', { dataTransfer: data });
}
