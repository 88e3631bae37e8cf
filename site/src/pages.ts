/**
 * @module Which files of the repository are pages of the site, under which address, and where the sidebar has them. A page stands in the
 * repository once; what is generated lies in `site/generated`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the repository, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** Where generated pages and files lie, from the root; not in git. */
export const GENERATED = 'site/generated';

/** A part of the sidebar: files from the root, with what they are called there. */
interface Section {
  readonly text: string;
  readonly pages: readonly (readonly [file: string, text: string])[];
}

/** The sidebar, but for the decisions and the entries of the API. */
const SECTIONS: readonly Section[] = [
  {
    text: 'First steps',
    pages: [
      ['docs/start.md', 'Start in five minutes'],
      ['docs/proofs.md', 'What a proof says'],
      ['docs/glossary.md', 'Glossary'],
    ],
  },
  {
    text: 'Guests',
    pages: [
      ['docs/guests.md', 'Writing a guest'],
      ['docs/examples.md', 'Examples'],
      ['docs/precompiles.md', 'Precompiles'],
      ['docs/profiling.md', 'Profiling'],
      ['docs/sp1.md', 'Guests for SP1'],
      ['docs/abi.md', 'System calls'],
    ],
  },
  {
    text: 'Proving and verifying',
    pages: [
      ['docs/proving.md', 'Proving'],
      ['docs/proving-in-a-page.md', 'Proving in a page'],
      ['playground/README.md', 'Playground'],
      ['docs/verifying.md', 'Verifying'],
      ['docs/performance.md', 'Performance'],
      ['docs/security.md', 'Security'],
    ],
  },
  {
    text: 'Reference',
    pages: [
      ['docs/commands.md', 'Commands'],
      ['docs/json.md', 'JSON output'],
      ['docs/errors.md', 'Errors'],
      ['package/README.md', 'The package'],
      [`${GENERATED}/api/index.md`, 'API'],
    ],
  },
  {
    text: 'How it works',
    pages: [
      ['docs/ARCHITECTURE.md', 'Architecture'],
      ['docs/protocol.md', 'The proof system'],
      ['docs/machine.md', 'The machine'],
      ['docs/recursion.md', 'Proofs about proofs'],
      ['docs/soundness-tests.md', 'Soundness tests'],
      ['docs/optimisation.md', 'Optimisation'],
    ],
  },
  {
    text: 'Extending',
    pages: [
      ['docs/adding-a-precompile.md', 'Adding a precompile'],
      ['examples/precompile/README.md', 'Example: a precompile'],
      ['examples/counter/README.md', 'Example: a machine'],
    ],
  },
  {
    text: 'The project',
    pages: [
      ['package/CHANGELOG.md', 'Changes'],
      ['VERSIONING.md', 'Versions'],
      ['SECURITY.md', 'Security policy'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['docs/style.md', 'Style'],
    ],
  },
];

/** Files that the sidebar names, from the root. */
export const SIDEBAR_FILES: readonly string[] = SECTIONS.flatMap(({ pages }) => pages.map(([file]) => file));

/** Folders that hold nothing of ours. */
const SKIPPED = new Set(['node_modules', 'dist']);

/** Every Markdown file of the repository, from the root, without those that other packages or a build put there. */
function markdownFiles(folder = ''): string[] {
  return readdirSync(ROOT + folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isFile()) return entry.name.endsWith('.md') ? [folder + entry.name] : [];
      const isOurs = entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.');
      return isOurs ? markdownFiles(`${folder}${entry.name}/`) : [];
    })
    .sort();
}

const RENAMED: Readonly<Record<string, string>> = {
  'site/index.md': 'index.md',
  'README.md': 'index.md',
  'package/README.md': 'package.md',
  'package/CHANGELOG.md': 'changelog.md',
  'playground/README.md': 'playground.md',
  'SECURITY.md': 'security-policy.md',
  'docs/ARCHITECTURE.md': 'architecture.md',
};

/**
 * The page that a file is, by its path in the site.
 * @param file - from the root, such as `docs/abi.md`.
 * @returns such as `abi.md`, or `undefined` for a file that is no page. The README has its place in the home page.
 */
export function pageOf(file: string): string | undefined {
  // What `weft new` copies is a page of the project that it makes.
  const example = /^guest-examples\/(?!templates)(?:.*\/)?([^/]+)\/README\.md$/.exec(file);
  if (example !== null) return `examples/${example[1]}.md`;
  const extension = /^examples\/([^/]+)\/README\.md$/.exec(file);
  if (extension !== null) return `extending/${extension[1]}.md`;
  if (RENAMED[file] !== undefined) return RENAMED[file];
  if (file.startsWith(`${GENERATED}/api/`)) return file.slice(GENERATED.length + 1);
  if (file.startsWith('docs/')) return file.slice('docs/'.length);
  return ['CONTRIBUTING.md', 'VERSIONING.md'].includes(file) ? file.toLowerCase() : undefined;
}

/** Whether the file itself is rendered: the README's place is taken by the home page. */
const isSource = (file: string): boolean => file !== 'README.md' && pageOf(file) !== undefined;

/** Files that are pages, from the root. */
export const pageFiles = (): string[] => markdownFiles().filter(isSource);
/** Markdown files that are no pages. */
export const otherFiles = (): string[] => markdownFiles().filter((file) => !isSource(file));

/** An entry of the sidebar. */
export interface SidebarEntry {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: SidebarEntry[];
}

const entry = (file: string, text: string): SidebarEntry => ({
  text,
  link: `/${pageOf(file)!.replace(/(index)?\.md$/, '')}`,
});

/**
 * @param decisions - files of the decisions with their titles, in order.
 * @param entries - generated pages of the API with the names of the entries that they describe.
 */
export function sidebar(
  decisions: readonly (readonly [file: string, title: string])[],
  entries: readonly (readonly [file: string, title: string])[],
): SidebarEntry[] {
  const sections = SECTIONS.map(({ text, pages }) => ({ text, items: pages.map(([file, name]) => entry(file, name)) }));
  const of = (name: string): SidebarEntry[] => sections.find(({ text }) => text === name)!.items;
  of('Reference').push(...entries.map(([file, title]) => entry(file, title)));
  of('How it works').push({ text: 'Decisions', collapsed: true, items: decisions.map((page) => entry(...page)) });
  return sections;
}
