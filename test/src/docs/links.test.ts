/** Links between pages of the repository lead somewhere, to an anchor that is there; every page of the documentation is in the sidebar. */
import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { SIDEBAR_FILES, slug } from '@weft/site';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT, readPage } from './blocks.ts';

const ALL = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'VERSIONING.md',
    'package/CHANGELOG.md',
    'package/README.md',
    'playground/README.md',
    'site/index.md',
  ],
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(`${ROOT}guest-examples`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('README.md') && !/node_modules|templates|target/.test(name))
    .map((name) => `guest-examples/${name}`),
  ...['counter', 'precompile'].map((name) => `examples/${name}/README.md`),
];

const withoutBlocks = (text: string): string => text.replaceAll(/^( *)(```+)[\s\S]*?^\1\2 *$/gm, '');
/** Text without its code: blocks, and what stands between backticks. */
const prose = (text: string): string => withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '`');

function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = withoutBlocks(readPage(page)).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const name = slug(heading!.replaceAll('`', ''));
      const times = seen.get(name) ?? 0;
      seen.set(name, times + 1);
      return times === 0 ? name : `${name}-${times}`;
    }),
  );
}

/** What is wrong with the links of a page. */
function faultsOf(page: string, text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, href]) => {
    if (/^[a-z]+:/.test(href!)) return [];
    const [path, anchor = ''] = href!.split('#', 2) as [string, string?];
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!existsSync(ROOT + target)) return [`${page}: nothing is at ${href}`];
    return anchor === '' || anchorsOf(target).has(anchor) ? [] : [`${page}: no anchor at ${href}`];
  });
}

describe('links', () => {
  it('of all pages lead somewhere', () => {
    expect(ALL.length).toBeGreaterThan(50);
    expect(ALL.flatMap((page) => faultsOf(page, readPage(page)))).toEqual([]);
  });
  it('that lead nowhere are told', () => {
    const text = '[a](nothing.md) [b](abi.md#nothing) [c](abi.md#how-a-run-ends) `[d](e)`';
    expect(faultsOf('docs/x.md', text)).toEqual([
      'docs/x.md: nothing is at nothing.md',
      'docs/x.md: no anchor at abi.md#nothing',
    ]);
  });
});

it('every page of the documentation is in the sidebar, once', () => {
  const pages = PAGES.filter((page) => page.startsWith('docs/'));
  expect(SIDEBAR_FILES.filter((file) => file.startsWith('docs/')).sort()).toEqual(pages.sort());
});
