/**
 * @module Pages as a reader follows them: block by block, in one folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGuest } from '@weft/guest-examples';
import { prove, setup } from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCKS, type Block, printedBy } from './blocks.ts';
import { hasTool, Reader } from './reader.ts';

/** Pages whose blocks take long; the rest is followed in the fast tests. */
export const LONG: readonly string[] = [
  'README.md',
  'site/index.md',
  'package/README.md',
  'docs/commands.md',
  'docs/start.md',
  'docs/proving.md',
  'docs/guests.md',
  'docs/examples.md',
  'docs/sp1.md',
];

/** Blocks that a reader runs. Excerpts are held to their files, and what is bundled to what a page does. */
export const isRun = ({ lang, attributes }: Block): boolean =>
  (['sh', 'ts', 'js', 'html'].includes(lang) || attributes.has('output') || attributes.has('main')) &&
  !attributes.has('no-run') &&
  !attributes.has('from');

/** Makes what the first page makes: a proof of `fibonacci.elf` and its key. */
export async function firstPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-first-'));
  const program = await setup(readGuest('fibonacci'));
  const { proof } = await prove(program, [new TextEncoder().encode('10')], { expectExit: 0 });
  writeFileSync(join(folder, 'fib.proof'), proof);
  writeFileSync(join(folder, 'fibonacci.vk'), `${program.vkHex}\n`);
  return folder;
}

/** Declares a test for each block of the pages that are chosen. */
export function followPages(isChosen: (page: string) => boolean): void {
  let made: string;
  beforeAll(async () => {
    made = await firstPage();
  });
  afterAll(() => rmSync(made, { recursive: true }));
  const blocks = BLOCKS.filter((block) => isRun(block) && isChosen(block.page));
  describe.each([...new Set(blocks.map(({ page }) => page))])('%s', (page) => {
    let reader: Reader;
    let printed = '';
    beforeAll(() => {
      reader = new Reader(made);
    });
    afterAll(() => reader.close());
    for (const block of blocks.filter((b) => b.page === page)) {
      const missing = (block.attributes.get('needs') ?? '').split(' ').filter((tool) => tool !== '' && !hasTool(tool));
      const name = `line ${block.line}: ${block.lang}`;
      if (missing.length > 0) it.skip(`${name}, which needs ${missing}`);
      else
        it(name, async () => {
          if (block.attributes.has('output')) {
            for (const line of block.code.trimEnd().split('\n')) expect(printed).toContain(`${line}\n`);
            return;
          }
          const { code, output } = await reader.follow(block);
          expect(code, output).toBe(0);
          for (const line of printedBy(block)) expect(output).toContain(`${line}\n`);
          printed = output;
        });
    }
  });
}
