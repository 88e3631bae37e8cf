/**
 * @module The library in pages of a real browser: bundled as a page's author does, served, and called from tests.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type * as library from '@weft/sdk';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { findChromium, launchChromium } from './chromium.ts';
import { serve } from './web-server.ts';

/** The part of the browser's `IDBObjectStore` that tests use. */
interface KeptTable {
  get(key: unknown): object;
  getAll(): object;
  getAllKeys(): object;
  put(value: unknown, key: unknown): object;
}

/** What the page's script leaves for tests. */
interface PageParts {
  readonly weft: typeof library;
  /** What the browser reported of the policy. */
  readonly violations: string[];
  /** A guest by name. */
  guest(name: string): Promise<Uint8Array>;
  /** For answers: bytes as text. */
  base64(bytes: Uint8Array): string;
  /** Asks a table of the library's database; the answer is a `T`. */
  ask<T>(table: string, question: (table: KeptTable) => object): Promise<T>;
  /** What a call threw, as data. */
  thrown(call: () => unknown): Promise<{ readonly name: string; readonly code?: string; readonly message: string }>;
}

declare global {
  /** In pages, hence only in what `page.evaluate` is given. */
  var inPage: PageParts;
}

const PAGE = `
import * as weft from 'weft-zkvm';
const violations = [];
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));
globalThis.inPage = {
  weft,
  violations,
  guest: async (name) => new Uint8Array(await (await fetch('/' + name + '.elf')).arrayBuffer()),
  base64: (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 2 ** 15) text += String.fromCharCode(...bytes.subarray(i, i + 2 ** 15));
    return btoa(text);
  },
  ask: (table, question) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open('weft');
      opening.onerror = reject;
      opening.onsuccess = () => {
        const database = opening.result;
        const asked = question(database.transaction(table, 'readwrite').objectStore(table));
        asked.onerror = reject;
        asked.onsuccess = () => resolve(asked.result);
        database.close();
      };
    }),
  thrown: async (call) => {
    try {
      await call();
    } catch (error) {
      return { name: error.name, code: error.code, message: error.message };
    }
    throw new Error('it threw nothing');
  },
};
`;

/**
 * Bundles a page's script, and that of the workers beside it, as a page's author does.
 * @param code - of the page; the library is `weft-zkvm`.
 * @returns a new folder, with `page.js` and what that loads.
 */
export async function bundlePage(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-page-'));
  await build({
    entryPoints: [
      { in: 'page', out: 'page' },
      { in: '@weft/sdk/platform/worker', out: 'worker' },
    ],
    plugins: [
      {
        name: 'page',
        setup: (run) => {
          run.onResolve({ filter: /^page$/ }, () => ({ path: 'page', namespace: 'page' }));
          run.onLoad({ filter: /.*/, namespace: 'page' }, () => ({ contents: code, resolveDir: import.meta.dirname }));
        },
      },
    ],
    alias: { 'weft-zkvm': '@weft/sdk' },
    absWorkingDir: import.meta.dirname,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: folder,
  });
  return folder;
}

/** A browser, a server, and pages. */
export interface PageSession {
  readonly context: BrowserContext;
  /** A page with the library in it, of this context or another one. */
  open(context?: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}

/** The path of a Chromium, if pages can be tested here. */
export const CHROMIUM: string | undefined = findChromium();

/** Waits until the page's script has run. The driver's own way to wait makes code from text, which the policy forbids. */
export async function loaded(page: Page): Promise<void> {
  while (!(await page.evaluate(() => typeof inPage === 'object'))) await setTimeout(20);
}

/**
 * @param scripts - that pages and workers may load besides, by file name.
 * @param headers - of all answers, besides the policy.
 */
export async function openSession(
  scripts: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<PageSession> {
  const folder = await bundlePage(PAGE);
  for (const [name, text] of Object.entries(scripts)) await writeFile(join(folder, name), text);
  const server = await serve(folder, undefined, headers);
  const browser = await launchChromium(CHROMIUM!);
  // What one page keeps, others have.
  const context = await browser.newContext();
  return {
    context,
    open: async (place = context) => {
      const page = await place.newPage();
      await page.goto(server.origin);
      await loaded(page);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
