/**
 * @module The code of the documentation: fenced blocks with what their info strings say about them. A program that logs something and says in a
 * comment behind it what, as in `console.log(x); // 3`, is held to it.
 *
 * | attribute | says |
 * |---|---|
 * | `no-run="why"` | this cannot be run here |
 * | `needs="tool folder"` | run where these are |
 * | `from="path"` | an excerpt of this file of the repository: each of its lines stands there, in this order |
 * | `given="elf stdin"` | these names are there: an ELF file, an input item |
 * | `file="name"` | the reader saves it under this name |
 * | `serve` | a program that does not end: it runs while the blocks after it do |
 * | `main="--stdin-text 10"` | the main file of a new project in this language: it is built, and run with this input |
 * | `output` | the block before prints these lines |
 * | `bundle` | code of a page: it is not run by Node |
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the repository, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

export interface Block {
  /** The page, from the root. */
  readonly page: string;
  /** Number of its first line, that of the fence. */
  readonly line: number;
  readonly lang: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly code: string;
}

/** Languages whose blocks are held to something; the others are for people. */
const HELD = new Set(['sh', 'ts', 'js', 'json', 'html', 'txt', 'c', 'rust']);
const ATTRIBUTES = new Set(['no-run', 'needs', 'from', 'given', 'file', 'serve', 'bundle', 'output', 'main']);

function attributesOf(info: string, where: string): Map<string, string> {
  const found = new Map<string, string>();
  const rest = info.replaceAll(/([a-z-]+)(?:="([^"]*)")?/g, (_, name: string, value: string | undefined) => {
    if (!ATTRIBUTES.has(name)) throw new Error(`${where}: unknown attribute ${name}`);
    found.set(name, value ?? '');
    return '';
  });
  if (rest.trim() !== '') throw new Error(`${where}: what is ${rest.trim()}?`);
  return found;
}

/**
 * The blocks of a page.
 * @throws {Error} for an unknown attribute, and for a block without an end.
 */
export function blocksOf(page: string, text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, fence, lang, info] = /^( *)(```+)([a-z]*)(.*)$/.exec(lines[i]!) ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((line, at) => at > i && line.trim() === fence);
    if (end === -1) throw new Error(`${page}:${i + 1}: a block without an end`);
    const code = lines.slice(i + 1, end).map((line) => line.slice(indent!.length));
    const where = `${page}:${i + 1}`;
    if (HELD.has(lang!))
      blocks.push({
        ...{ page, line: i + 1, lang: lang!, attributes: attributesOf(info!, where) },
        code: `${code.join('\n')}\n`,
      });
    i = end;
  }
  return blocks;
}

/** Pages with code: those in `docs`, and those at the root and of examples that show how they are used. */
export const PAGES: readonly string[] = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'examples/counter/README.md',
    'package/README.md',
    'playground/README.md',
    'site/index.md',
  ],
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export const readPage = (page: string): string => readFileSync(ROOT + page, 'utf8');

/** Every block of every page. */
export const BLOCKS: readonly Block[] = PAGES.flatMap((page) => blocksOf(page, readPage(page)));

/** Values of names that a block has `given`. */
const GIVEN: Readonly<Record<string, string>> = {
  elf: `const elf = new Uint8Array((await import('node:fs')).readFileSync('fibonacci.elf'));`,
  stdin: `const stdin = new TextEncoder().encode('10');`,
};

/** A block as a whole module. */
export function moduleOf({ page, line, attributes, code }: Block): string {
  const names = (attributes.get('given') ?? '').split(' ').filter((name) => name !== '');
  const given = names.map((name) => {
    if (GIVEN[name] === undefined) throw new Error(`${page}:${line}: nothing is known of ${name}`);
    return GIVEN[name];
  });
  return `${given.join('\n')}\n${code}\nexport {};\n`;
}

/** What a block says that it prints. */
export const printedBy = ({ code }: Block): string[] =>
  [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.+)$/gm)].map((match) => match[1]!);
