/** `weft new`, what `weft.json` may say, and folders in place of ELF files. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestPath } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';
import { weft } from '../support/weft.ts';

const root = mkdtempSync(join(tmpdir(), 'weft-project-'));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));

/** A folder with this weft.json. */
function project(name: string, fields: Record<string, unknown> | string): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'weft.json'), typeof fields === 'string' ? fields : JSON.stringify(fields));
  return folder;
}

const GOOD = { name: 'fib', lang: 'c', sources: ['main.c'] };

/** The fibonacci example as if `weft build` had made it of a project. */
function built(name: string, tests: readonly Record<string, unknown>[]): string {
  const folder = project(name, { ...GOOD, tests });
  mkdirSync(join(folder, 'build'), { recursive: true });
  cpSync(FIBONACCI, join(folder, 'build', 'fib.elf'));
  return folder;
}

describe('weft new', () => {
  it.each([
    ['c', ['Makefile', 'CMakeLists.txt', 'main.c', 'rt/weft.h', 'rt/link.ld', 'rt/start.S']],
    ['cpp', ['Makefile', 'CMakeLists.txt', 'main.cc', 'rt/weft.h', 'rt/link.ld', 'rt/cxx.cc']],
    ['rust', ['Cargo.toml', '.cargo/config.toml', 'src/main.rs', 'weft/Cargo.toml', 'weft/link.ld', 'weft/src/lib.rs']],
  ])('makes a project in %s that holds all it needs and bears its name', async (lang, files) => {
    const folder = join(root, `new-${lang}`);
    expect(await weft('new', folder, '--lang', lang)).toMatchObject({ code: 0, err: '' });
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(all).toEqual(expect.arrayContaining([...files, 'README.md', 'weft.json', '.gitignore']));
    const ofUs = files.filter((one) => !/^(rt|weft)\//.test(one));
    for (const one of [...ofUs, 'README.md', 'weft.json'])
      expect(readFileSync(join(folder, one), 'utf8')).not.toContain('GUEST_NAME');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`build/new-${lang}.elf`);
    // What the README says comes next does not fail for what the project is.
    const { err } = await weft('test', folder);
    expect(err).toBe(`error[NOT_BUILT]: ${folder}/build/new-${lang}.elf is not there; run: weft build ${folder}\n`);
  });

  it('takes an empty folder, and touches no other', async () => {
    const folder = join(root, 'empty');
    mkdirSync(folder);
    expect((await weft('new', folder, '--lang', 'c')).code).toBe(0);
    const again = await weft('new', folder, '--lang', 'rust');
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('error[EXISTS]: ') });
    expect(existsSync(join(folder, 'Cargo.toml'))).toBe(false);
  });

  it.each(['1st', 'a b', '-x', 'ü', `${'n'.repeat(65)}`])('refuses the name %s', async (name) => {
    const { code, err } = await weft('new', '--lang', 'c', '--', join(root, name));
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[NAME\]: /)]);
    expect(existsSync(join(root, name))).toBe(false);
  });

  it('wants one of three languages', async () => {
    expect((await weft('new', join(root, 'x'))).err).toMatch(/^error\[USAGE\]: .*--lang/);
    expect((await weft('new', join(root, 'x'), '--lang', 'go')).err).toMatch(/^error\[USAGE\]: .*c, cpp, rust/);
  });
});

describe('weft.json', () => {
  it.each([
    ['no JSON', '{', /no JSON/],
    ['a list', '[]', /an object is expected/],
    ['a field that is not known', { ...GOOD, stak: '1MB' }, /unknown field "stak"/],
    ['a name with a path', { ...GOOD, name: '../x' }, /"\.\.\/x" is no name/],
    ['another language', { ...GOOD, lang: 'go' }, /lang is none of c, cpp, rust/],
    ['no sources', { ...GOOD, sources: [] }, /sources has no file/],
    ['a source that is a number', { ...GOOD, sources: [1] }, /sources\[0\] is no string/],
    ['a size that is none', { ...GOOD, heap: 'much' }, /heap is no size/],
    ['a library that is none', { ...GOOD, library: 'glibc' }, /library is none of auto, none, full/],
    ['sources for Rust', { ...GOOD, lang: 'rust' }, /sources is for C and C\+\+/],
    ['a heap for Rust', { name: 'fib', lang: 'rust', heap: '1MB' }, /heap is for C and C\+\+/],
    ['an exit code of 33 bits', { ...GOOD, tests: [{ exitCode: 2 ** 32 }] }, /tests\[0\]\.exitCode/],
    ['public values that are no hex', { ...GOOD, tests: [{ publicValues: '0g' }] }, /tests\[0\]\.publicValues/],
    [
      'a field of a test that is not known',
      { ...GOOD, tests: [{ stdIn: [] }] },
      /tests\[0\] has the unknown field "stdIn"/,
    ],
  ])('with %s is refused', async (what, fields, message) => {
    const { code, err } = await weft('build', project(`refused-${what.replaceAll(' ', '-')}`, fields));
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[PROJECT\]: /)]);
    expect(err).toMatch(message);
  });

  it('is missed where there is none', async () => {
    expect((await weft('build', root)).err).toMatch(/^error\[PROJECT\]: .*no such file; "weft new" makes a project/);
  });
});

describe('weft test', () => {
  it('passes what does as the list says', async () => {
    const folder = built('passes', [
      { stdin: ['10'], publicValues: '0a00000037000000', stdout: 'fib(10) = 55\n' },
      { stdinHex: ['3130'], exitCode: 0 },
    ]);
    expect(await weft('test', folder)).toEqual({ code: 0, out: '2 tests passed\n', err: '' });
  });

  it.each([
    ['exit code', { stdin: ['10'], exitCode: 1 }, 'exit code 0, expected 1'],
    ['public values', { stdin: ['10'], publicValues: '0a' }, 'public values 0x0a00000037000000, expected 0x0a'],
    ['output', { stdin: ['10'], stdout: '' }, 'standard output "fib(10) = 55\\n", expected ""'],
  ])('says which %s is wrong', async (what, expected, message) => {
    const folder = built(`fails-${what.replace(' ', '-')}`, [{ name: 'ten', ...expected }]);
    const { code, err } = await weft('test', folder);
    expect([code, err]).toEqual([2, `error[TEST]: ten: ${message}\n`]);
  });

  it('says so where no test is listed', async () => {
    expect((await weft('test', built('without', []))).err).toMatch(/^error\[PROJECT\]: .*lists no tests/);
  });
});

describe('a folder in place of an ELF file', () => {
  it('is what was built of it last', async () => {
    const folder = built('in-place', []);
    expect((await weft('run', folder, '--stdin-text', '10')).out).toMatch(/^fib\(10\) = 55\n/);
    expect((await weft('vkey', folder)).out).toBe((await weft('vkey', FIBONACCI)).out);
  });

  it('of Cargo may have no weft.json, if it has one ELF file', async () => {
    const folder = join(root, 'cargo');
    mkdirSync(join(folder, 'build'), { recursive: true });
    writeFileSync(join(folder, 'Cargo.toml'), '');
    expect((await weft('vkey', folder)).err).toMatch(/^error\[NOT_BUILT\]: .*has 0 ELF files/);
    cpSync(FIBONACCI, join(folder, 'build', 'one.elf'));
    expect((await weft('vkey', folder)).code).toBe(0);
    cpSync(FIBONACCI, join(folder, 'build', 'two.elf'));
    expect((await weft('vkey', folder)).err).toMatch(/^error\[NOT_BUILT\]: .*has 2 ELF files/);
  });
});
