/**
 * @module What a built site must be: no link leads nowhere, no anchor is missing, and nothing comes from another host.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const EXTERNAL = /^(https?:)?\/\//;
/** Attributes by which a browser loads something, with what they name; links that a person follows are none of them. */
const LOADS = /<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc="([^"]*)"|<link\b[^>]*?\shref="([^"]*)"/g;
const LOADS_BY_STYLE = /url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)/g;

/** A page: its links, and the names that links to it may have behind `#`. */
interface Page {
  readonly links: readonly string[];
  readonly ids: ReadonlySet<string>;
}

const unescaped = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => unescaped(match[1] ?? match[2]!));

/**
 * What is wrong with a site.
 * @param folder - where it was built, with a slash at its end.
 * @returns a line for each fault.
 */
export function siteFaults(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('//', '/').slice(folder.length));
  const faults: string[] = [];
  const pages = new Map<string, Page>();
  for (const file of files.filter((name) => /\.(html|css)$/.test(name))) {
    const text = readFileSync(folder + file, 'utf8');
    const loaded = all(text, file.endsWith('.css') ? LOADS_BY_STYLE : LOADS);
    faults.push(...loaded.filter((url) => EXTERNAL.test(url)).map((url) => `${file} loads ${url}`));
    if (file.endsWith('.html'))
      pages.set(file, { links: all(text, /<a\b[^>]*?\shref="([^"]*)"/g), ids: new Set(all(text, /\sid="([^"]*)"/g)) });
  }
  const known = new Set(files);
  for (const [file, { links }] of pages)
    for (const link of new Set(links)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, hash = ''] = link.split('#', 2) as [string, string?];
      const target = path === '' ? file : fileOf(posix.join('/', posix.dirname(file), path), path);
      if (!known.has(target)) faults.push(`${file} links to ${link}, which is not there`);
      else if (hash !== '' && pages.get(target)?.ids.has(decodeURIComponent(hash)) === false)
        faults.push(`${file} links to ${link}, but ${target} has no #${hash}`);
    }
  return faults;
}

/** The file of the site that a path names, relative or from the site's root. */
function fileOf(joined: string, path: string): string {
  const full = (path.startsWith('/') ? path : joined).replace(/^\//, '');
  return full === '' || full.endsWith('/') ? `${full}index.html` : full;
}
