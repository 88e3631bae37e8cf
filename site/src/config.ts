/**
 * @module How the site is made of its pages. Nothing in it comes from another host: no fonts, no scripts, no pictures.
 */
import { readFileSync } from 'node:fs';
import type { DefaultTheme, MarkdownOptions, Plugin, UserConfig } from 'vitepress';
import { ENTRIES, pageOfEntry } from './api.ts';
import { rewriteLinks, slug } from './links.ts';
import { GENERATED, otherFiles, pageFiles, pageOf, ROOT, sidebar } from './pages.ts';

/** Title of a decision, without its number. */
const decisionTitle = (file: string): string =>
  readFileSync(ROOT + file, 'utf8')
    .split('\n', 1)[0]!
    .replace(/^# ADR (\d+): /, '$1. ');

const decisions = pageFiles()
  .filter((file) => file.startsWith('docs/adr/'))
  .map((file) => [file, decisionTitle(file)] as const);
const entries = ENTRIES.map(({ name }) => [pageOfEntry(name), name] as const);

type ShikiTransformer = NonNullable<MarkdownOptions['codeTransformers']>[number];

/** Pages are compiled to modules that import Vue, and lie where it is not to be found: what renders them finds it here. */
const vueOfSite: Plugin = {
  name: 'weft-vue-of-site',
  enforce: 'pre',
  resolveId: (id, _importer, { ssr }) =>
    ssr === true && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : undefined,
};

/** On a busy machine a line that takes long would be coloured in part, and the site have other bytes. */
const wholeLines: ShikiTransformer = {
  name: 'weft-whole-lines',
  preprocess: (_code, options) => {
    Object.assign(options, { tokenizeTimeLimit: 0 });
  },
};

const config: UserConfig<DefaultTheme.Config> = {
  title: 'Weft',
  description: 'A RISC-V zkVM in TypeScript: proves what a program computed, in Node and in a page.',
  lang: 'en',
  srcDir: '..',
  outDir: './dist/site',
  cacheDir: './.vitepress/cache',
  srcExclude: otherFiles(),
  rewrites: (file) => pageOf(file) ?? file,
  // The same pages are the same bytes: the index of the search has them in the order in which they are done.
  buildConcurrency: 1,
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    // Rules are typed by another copy of the renderer's types than ours.
    config: (md) => rewriteLinks(md as never),
    anchor: { slugify: slug },
    codeTransformers: [wholeLines],
  },
  vite: {
    publicDir: `${ROOT}${GENERATED}/public`,
    plugins: [vueOfSite],
    server: { host: '127.0.0.1', watch: { ignored: ['**/dist/**', '**/.git/**'] } },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Guests', link: '/guests' },
      { text: 'Proving', link: '/proving' },
      { text: 'Verifying', link: '/verifying' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: sidebar(decisions, entries) as DefaultTheme.SidebarItem[],
    outline: { level: [2, 3] },
    search: { provider: 'local' },
  },
};

export default config;
