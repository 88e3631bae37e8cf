/** `docs/commands.md` says what the objects of `--json` have, and the site lists every command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestPath } from '@weft/guest-examples';
import { commandsMarkdown } from '@weft/site';
import { afterAll, expect, it } from 'vitest';
import { weft } from '../support/weft.ts';
import { readPage } from './blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-json-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ELF = fileURLToPath(guestPath('fibonacci'));
const PROOF = join(folder, 'fib.proof');
const page = readPage('docs/commands.md');
/** Fields that the row of an object lists, before what is there on condition. */
const listed = (name: string): string[] => {
  const [, cell] = new RegExp(`^\\| \`${name}\`[^|]*\\| ([^|;]*)`, 'm').exec(page) ?? [];
  return [...cell!.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
};

it.each([
  ['run', ['run', ELF, '--stdin-text', '10']],
  ['prove', ['prove', ELF, '--stdin-text', '10', '--mode', 'core', '-o', PROOF]],
  ['verify', ['verify', PROOF, '--elf', ELF]],
  ['vkey', ['vkey', ELF]],
  ['--version', ['--version']],
])('%s --json has the fields that the page lists', async (name, args) => {
  const { code, out } = await weft(...args, '--json');
  expect(code, out).toBe(0);
  expect(Object.keys(JSON.parse(out) as object).sort()).toEqual(listed(name).sort());
});
it('inspect --json has the fields that the page lists, and more', async () => {
  const { out } = await weft('inspect', ELF, '--json');
  expect(Object.keys(JSON.parse(out) as object)).toEqual(expect.arrayContaining(listed('inspect')));
});
it('what fails has an error with code and message', async () => {
  const { out } = await weft('vkey', join(folder, 'gone.elf'), '--json');
  expect(Object.keys((JSON.parse(out) as { error: object }).error).sort()).toEqual(['code', 'message']);
});
it('the site lists every command with its help', async () => {
  const text = await commandsMarkdown();
  const { out } = await weft('--help');
  const names = [...out.matchAll(/^ {2}(\w+) \[options\]/gm)].map((match) => match[1]!);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(text).toContain(`\n## weft ${name}\n\n\`\`\`txt\nUsage: weft ${name} `);
});
