/** What `--json` prints has the fields of docs/json.md, of the types that stand there, and no others. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as asm from '@weft/executor/program/assembler';
import { guestPath } from '@weft/guest-examples';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { weft } from '../support/weft.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-json-'));
afterAll(() => rmSync(folder, { recursive: true }));
const elf = (name: Parameters<typeof guestPath>[0]): string => fileURLToPath(guestPath(name));
const FIBONACCI = [elf('fibonacci'), '--stdin-text', '10'];
const [CORE, COMPRESSED] = ['core', 'compressed'].map((mode) => join(folder, `${mode}.proof`)) as [string, string];

const MISALIGNED = join(folder, 'misaligned.elf');
writeFileSync(
  MISALIGNED,
  asm.elf([...asm.li(2, asm.DATA + 64), ...asm.li(10, asm.DATA + 1), asm.load('LW', 11, 10, 0)]),
);

/** Its code may be written. */
const WARNED = join(folder, 'warned.elf');
writeFileSync(WARNED, asm.elf(asm.halt(), { patch: (v) => v.setUint32(52 + 24, 7, true) }));

interface Field {
  readonly type: string;
  readonly isOptional: boolean;
}
type Schema = ReadonlyMap<string, Field>;

/** Tables by the title above them, and how many of its tables came before. */
function readTables(page: string): Map<string, Schema> {
  const tables = new Map<string, Schema>();
  for (const part of page.split(/^## /m).slice(1)) {
    const title = part.slice(0, part.indexOf('\n'));
    for (const [i, table] of part.split('|---|---|---|\n').slice(1).entries()) {
      const rows = table.split('\n\n')[0]!.matchAll(/^\| `([^`]+?)(\??)` \| ([a-z ]+) \| .*\|$/gm);
      const schema = new Map(
        [...rows].map(([, name, mark, type]) => [name!, { type: type!, isOptional: mark === '?' }]),
      );
      expect(schema.size, title).toBe(table.split('\n\n')[0]!.trim().split('\n').length);
      tables.set(i === 0 ? title : `${title} ${i + 1}`, schema);
    }
  }
  return tables;
}
const TABLES = readTables(readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8'));

const typeOf = (value: unknown): string => (value === null ? 'null' : typeof value);

/** Where a value is not what the table says. Names of the fields that it has are added to `seen`. */
function faultsOf(schema: Schema, value: unknown, path: string, seen: Set<string>): string[] {
  seen.add(path);
  const field = schema.get(path);
  if (Array.isArray(value)) return value.flatMap((item) => faultsOf(schema, item, `${path}[]`, seen));
  const faults: string[] = [];
  if (field !== undefined && !field.type.split(' or ').includes(typeOf(value)))
    faults.push(`${path} is a ${typeOf(value)}`);
  if (typeof value !== 'object' || value === null) return faults;
  const below = path === '' ? '' : `${path}.`;
  const names = [...schema.keys()].filter((name) => name !== path && name.startsWith(below));
  // An object without fields in the table has any.
  if (names.length === 0) return faults;
  const children = new Map<string, Field | undefined>();
  for (const name of names) {
    const own = name.slice(below.length).split('.')[0]!;
    children.set(own.replace('[]', ''), schema.get(below + own));
  }
  for (const [key, inner] of Object.entries(value)) {
    if (!children.has(key)) faults.push(`${below}${key} is not listed`);
    faults.push(...faultsOf(schema, inner, below + key, seen));
  }
  for (const [name, child] of children)
    if (!(name in value) && child?.isOptional !== true) faults.push(`${below}${name} is not there`);
  return faults;
}

const seenOf = new Map<string, Set<string>>([...TABLES.keys()].map((title) => [title, new Set<string>()]));

async function check(title: string, args: readonly string[]): Promise<void> {
  const { out } = await weft(...args, '--json');
  expect(out.indexOf('\n')).toBe(out.length - 1);
  const schema = TABLES.get(title)!;
  expect(faultsOf(schema, JSON.parse(out), '', seenOf.get(title)!), args.join(' ')).toEqual([]);
}

beforeAll(async () => {
  await check('weft prove', ['prove', ...FIBONACCI, '--mode', 'core', '-o', CORE]);
  await check('weft prove', ['prove', elf('sort-words'), '--stdin-text', 'b a', '-o', COMPRESSED]);
}, 240_000);

it.each([
  ['weft run', ['run', ...FIBONACCI, '--profile', join(folder, 'profile')]],
  ['weft run', ['run', elf('sp1-cycle-tracker'), '--stdin-hex', '0a000000', '--profile', join(folder, 'profile')]],
  ['weft verify', ['verify', CORE, '--elf', elf('fibonacci')]],
  ['weft verify', ['verify', COMPRESSED, '--elf', elf('sort-words')]],
  ['weft vkey', ['vkey', elf('fibonacci')]],
  ['weft inspect', ['inspect', elf('fibonacci')]],
  ['weft inspect', ['inspect', WARNED]],
  ['weft inspect 2', ['inspect', CORE]],
  ['weft inspect 2', ['inspect', COMPRESSED]],
  ['weft new', ['new', join(folder, 'hello'), '--lang', 'c']],
  ['weft completion', ['completion', 'bash']],
  ['weft --version', ['--version']],
  ['Errors', ['fly']],
  ['Errors', ['verify', CORE, '--elf', elf('loop')]],
  ['Errors', ['run', ...FIBONACCI, '--max-cycles', '1000']],
  ['Errors', ['run', MISALIGNED]],
] as const)('%s: %s', (title, args) => check(title, args));

it('weft build, weft test', async () => {
  const project = join(folder, 'built');
  await weft('new', project, '--lang', 'c');
  const { out } = await weft('build', project, '--json');
  // Without a compiler there is nothing to compare.
  const isBuilt = !out.includes('"TOOLCHAIN"');
  await check(isBuilt ? 'weft build' : 'Errors', ['build', project]);
  await check(isBuilt ? 'weft test' : 'Errors', ['test', project]);
});

/** What none of these commands prints: it takes a larger guest, one that writes text, one with lines of its source. */
const UNSEEN = [
  'weft run: stdoutTruncated',
  'weft prove: publicValuesText',
  'weft verify: publicValuesText',
  'weft run: publicValuesText',
  'Errors: error.trap.file',
  'Errors: error.trap.line',
  'Errors: error.trap.stack[].file',
  'Errors: error.trap.stack[].line',
];

it('every field has been seen', () => {
  const missing = [...TABLES].flatMap(([title, schema]) =>
    [...schema.keys()].filter((name) => !seenOf.get(title)!.has(name)).map((name) => `${title}: ${name}`),
  );
  const isOfBuild = (one: string): boolean => /^weft (build|test): /.test(one);
  expect(missing.filter((one) => !UNSEEN.includes(one) && !isOfBuild(one))).toEqual([]);
});

it('says what is not as it stands there', () => {
  const schema: Schema = new Map([
    ['a', { type: 'number', isOptional: false }],
    ['b[]', { type: 'object', isOptional: true }],
    ['b[].c', { type: 'string or null', isOptional: false }],
  ]);
  const faults = (value: unknown): string[] => faultsOf(schema, value, '', new Set());
  expect(faults({ a: 1, b: [{ c: null }] })).toEqual([]);
  expect(faults({ b: [{ c: 1 }, {}], d: 1 })).toEqual([
    'b[].c is a number',
    'b[].c is not there',
    'd is not listed',
    'a is not there',
  ]);
});
