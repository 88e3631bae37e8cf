/** `docs/errors.md` and the table of reasons in `docs/verifying.md` have the codes of the code, and no others. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, readPage } from './blocks.ts';

const page = readPage('docs/errors.md');
/** Codes in the first column of the tables below a heading. */
const codesBelow = (text: string, heading: string): string[] => {
  const [section] = text.slice(text.indexOf(`\n${heading}\n`) + 1).split(/\n(?=## )/);
  return [...section!.matchAll(/^\| ([A-Z][A-Z0-9_]+(?:, [A-Z]+)*)\b/gm)].flatMap((match) => match[1]!.split(', '));
};
/** Members of a union of literals. */
const union = (path: string, name: string): string[] => {
  const source = readFileSync(ROOT + path, 'utf8');
  const [body] = source.slice(source.indexOf(`type ${name} =`)).split(';');
  return [...body!.matchAll(/\| '([A-Za-z_]+)'/g)].map((match) => match[1]!);
};
const sources: string = ['primitives', 'tasks', 'executor', 'prover', 'rv32im', 'recursion', 'sdk', 'cli']
  .flatMap((folder) =>
    readdirSync(`${ROOT}${folder}/src`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(name))
      .map((name) => readFileSync(`${ROOT}${folder}/src/${name}`, 'utf8')),
  )
  .join('\n');
/** Codes that some line of the code makes an error of a class with. */
const thrown = (name: string): string[] => [
  ...new Set([...sources.matchAll(new RegExp(`new ${name}\\(\\s*'([A-Z0-9_]+)'`, 'g'))].map((match) => match[1]!)),
];

describe('docs/errors.md', () => {
  it('has the codes of ELF files, in their order', () => {
    expect(codesBelow(page, '## ElfError')).toEqual(union('executor/src/program/elf.ts', 'ElfErrorCode'));
  });
  it.each(['ResourceError', 'JournalError', 'UsageError', 'ExecutionError'])('has every code of %s', (name) => {
    const codes = thrown(name);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(page + readPage('docs/abi.md')))).toEqual([]);
  });
  it('has no code that is none', () => {
    const listed = [...page.matchAll(/^## \w+$/gm)].flatMap(([heading]) => codesBelow(page, heading));
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((code) => !sources.includes(`'${code}'`) && !sources.includes(`${code}:`))).toEqual([]);
  });
});

it('docs/verifying.md has every reason of a rejection, and no other', () => {
  const [, section] = readPage('docs/verifying.md').split('## When it says no');
  const listed = [...section!.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) => cell!.match(/\w+/g)!);
  expect(listed.sort()).toEqual(union('primitives/src/errors.ts', 'VerificationReason').sort());
});
