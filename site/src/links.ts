/**
 * @module Links between the repository's Markdown files, as links of the site. In the repository they are paths from file to file; in
 * the site pages have other addresses, some files are there to be downloaded, and the rest stays where it is and is named only.
 */
import { existsSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { pageOf, ROOT } from './pages.ts';

/** The anchor of a heading: that which readers of the repository know, for theirs and ours to be the same. */
export const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** Files that the site hands out, from the root. */
export const DOWNLOADS: readonly string[] = ['guest-examples/elf/fibonacci.elf'];

/** Where a link of a page leads. */
type Target =
  | { readonly kind: 'page'; readonly href: string }
  | { readonly kind: 'download'; readonly href: string }
  /** A file or folder of the repository that the site does not have. */
  | { readonly kind: 'none' };

/** Where the site has a file that it hands out, from its root. */
export const downloadPath = (file: string): string => `/files/${posix.basename(file)}`;

/**
 * Where a link of a file leads in the site.
 * @param file - the file with the link, from the root.
 * @param href - a relative link as it stands there.
 * @throws {Error} when nothing is there: the link is dead.
 */
function targetOf(file: string, href: string): Target {
  const [path, hash = ''] = href.split('#', 2) as [string, string?];
  const anchor = hash === '' ? '' : `#${hash}`;
  if (path === '') return { kind: 'page', href: anchor };
  const target = posix.join(posix.dirname(file), decodeURI(path));
  if (target.startsWith('..') || !existsSync(ROOT + target)) throw new Error(`${file}: a dead link to ${href}`);
  const full = statSync(ROOT + target).isDirectory() ? posix.join(target, 'README.md') : target;
  const page = pageOf(full);
  if (page !== undefined && existsSync(ROOT + full)) return { kind: 'page', href: `/${page}${anchor}` };
  return DOWNLOADS.includes(target) ? { kind: 'download', href: downloadPath(target) } : { kind: 'none' };
}

/** Of what markdown-it gives and takes, all that is needed here. */
interface Token {
  readonly type: string;
  readonly children: Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}
interface State {
  readonly tokens: Token[];
  readonly env: { readonly path?: string; readonly realPath?: string };
}
interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
}

const EXTERNAL = /^([a-z][a-z0-9+.-]*:|\/)/i;

/** Makes a Markdown renderer rewrite links. */
export function rewriteLinks(md: Markdown): void {
  md.core.ruler.push('weft_links', ({ tokens, env }) => {
    const file = (env.realPath ?? env.path ?? '').slice(ROOT.length);
    for (const block of tokens) if (block.children !== null) rewriteInline(block.children, file);
  });
}

function rewriteInline(tokens: Token[], file: string): void {
  let isDropped = false;
  const kept = tokens.filter((token) => {
    if (token.type === 'link_close' && isDropped) {
      isDropped = false;
      return false;
    }
    const href = token.type === 'link_open' ? token.attrGet('href') : null;
    if (href === null || EXTERNAL.test(href)) return true;
    const target = targetOf(file, href);
    if (target.kind === 'none') {
      isDropped = true;
      return false;
    }
    token.attrSet('href', target.href);
    if (target.kind === 'download') token.attrSet('download', '');
    return true;
  });
  tokens.splice(0, tokens.length, ...kept);
}
