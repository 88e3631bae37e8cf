/** The code of the pages is what it says: TypeScript compiles strictly, excerpts stand in their files, what is not run says why. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BLOCKS, type Block, blocksOf, moduleOf, ROOT } from './blocks.ts';
import { installPackage, missingLine } from './reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-docs-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Compiles blocks, each as a module. @returns what the compiler says, with the places of the pages. */
function compile(blocks: readonly Block[]): string {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  installPackage(folder);
  symlinkSync(`${ROOT}node_modules/@types`, join(folder, 'node_modules/@types'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const names = blocks.map((block, i) => {
    const name = `${block.page.replaceAll(/\W/g, '-')}-line-${block.line}-${i}.ts`;
    writeFileSync(join(folder, name), moduleOf(block));
    return name;
  });
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node'], module: 'nodenext', target: 'es2023' },
    ...{ lib: ['es2023', 'dom'], noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
  return spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', folder], { encoding: 'utf8' })
    .stdout;
}

describe('TypeScript', () => {
  const blocks = BLOCKS.filter(({ lang, attributes }) => lang === 'ts' && !attributes.has('from'));
  it('of all pages compiles strictly', () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(compile(blocks)).toBe('');
  });
  it('that does not compile is told, with its page', () => {
    const wrong = blocksOf('docs/x.md', "```ts\nimport { prove } from 'weft-zkvm';\nprove(1, []);\n```\n");
    expect(compile(wrong)).toMatch(/docs-x-md-line-1-0\.ts\(3,7\): error TS2345/);
  });
});

describe('excerpts', () => {
  const excerpts = BLOCKS.filter(({ attributes }) => attributes.has('from'));
  it('are there', () => {
    expect(excerpts.length).toBeGreaterThan(2);
  });
  it.each(excerpts.map((block) => [`${block.page}:${block.line}`, block] as const))('%s', (_, block) => {
    const path = block.attributes.get('from')!;
    expect(existsSync(ROOT + path), path).toBe(true);
    expect(missingLine(block.code, path)).toBe(undefined);
  });
  it('a line that does not stand there is told', () => {
    expect(missingLine('import { vitest }', 'vitest.config.ts')).toBe('import { vitest }');
  });
});

it('JSON is JSON', () => {
  for (const { lang, code, page, line } of BLOCKS)
    if (lang === 'json') expect(() => JSON.parse(code), `${page}:${line}`).not.toThrow();
});

it('what is not run says why, and there is no more of it than this', () => {
  const reasons = BLOCKS.flatMap(({ page, attributes }) =>
    attributes.has('no-run') ? [`${page}: ${attributes.get('no-run')}`] : [],
  );
  expect(reasons).toMatchInlineSnapshot(`
    [
      "README.md: installs, builds and tests this repository: CI does",
      "CONTRIBUTING.md: installs, builds, tests and checks this repository: CI does",
      "playground/README.md: serves until it is ended",
      "docs/guests.md: downloads 570 MB",
      "docs/sp1.md: in the folder of a guest that was written for SP1",
      "docs/sp1.md: in the folder of a guest that was written for SP1",
      "docs/sp1.md: a guest that was written for SP1",
    ]
  `);
});

it('an attribute that is none is told', () => {
  expect(() => blocksOf('docs/x.md', '```sh norun\nls\n```\n')).toThrow('docs/x.md:1: unknown attribute norun');
  expect(() => blocksOf('docs/x.md', '```sh\nls\n')).toThrow('a block without an end');
});
