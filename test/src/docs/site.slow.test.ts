/** The site is built of all pages, to the same bytes each time, and what is wrong with one is told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SITE_FOLDER, siteFaults } from '@weft/site';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './blocks.ts';

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
