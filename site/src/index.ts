/**
 * @module The documentation site, made of the repository's own pages and of its docstrings.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeApi } from './api.ts';
import { siteFaults } from './check.ts';
import { writeCommands } from './commands.ts';
import { DOWNLOADS, downloadPath } from './links.ts';
import { GENERATED, ROOT } from './pages.ts';

export { siteFaults } from './check.ts';
export { commandsMarkdown } from './commands.ts';
export { slug } from './links.ts';
export { SIDEBAR_FILES } from './pages.ts';

const FOLDER = fileURLToPath(new URL('../', import.meta.url));

/** Where `buildSite` puts the site. */
export const SITE_FOLDER: string = `${FOLDER}dist/site/`;

async function generate(): Promise<void> {
  for (const file of DOWNLOADS) {
    const copy = `${ROOT}${GENERATED}/public${downloadPath(file)}`;
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(ROOT + file, copy);
  }
  await writeCommands();
  await writeApi();
}

/**
 * Builds the site from compiled packages.
 * @throws {Error} when a link or an anchor is dead, something is loaded from elsewhere, or an entry of the package cannot be read.
 */
export async function buildSite(): Promise<void> {
  await generate();
  const { build } = await import('vitepress');
  await build(FOLDER);
  const faults = siteFaults(SITE_FOLDER);
  if (faults.length > 0) throw new Error(`the site has faults:\n${faults.join('\n')}`);
}

/** Serves the site on this machine alone, and follows changes of its pages. */
export async function serveSite(): Promise<void> {
  await generate();
  const { createServer } = await import('vitepress');
  const server = await createServer(FOLDER);
  await server.listen();
  server.printUrls();
}
