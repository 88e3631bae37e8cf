/** The published package as a stranger has it: installed from its tarball into an empty project, without a network. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readGuest } from '@weft/guest-examples';
import { prove } from '@weft/sdk';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PackedPackage, Project, packPackage, temporaryFolder } from '../support/package.ts';
import { SIZE_LIMITS, type Sizes, sizesOf } from '../support/sizes.ts';
import { sameBytes } from '../support/values.ts';
import { weft } from '../support/weft.ts';
import { compile, PRINTED, RESOLUTIONS } from './consumer.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ELF = 'node_modules/weft-zkvm/elf/fibonacci.elf';
const ENTRIES = ['weft-zkvm', ...['verify', 'chips', 'rv32im', 'executor', 'sp1'].map((name) => `weft-zkvm/${name}`)];

let folder: string;
let packed: PackedPackage;
let project: Project;
beforeAll(async () => {
  folder = await temporaryFolder();
  packed = await packPackage(folder);
  project = await Project.create(join(folder, 'project'), packed);
});
afterAll(() => rm(folder, { recursive: true }));

/** Texts of a folder's files, by their paths in it. */
async function filesOf(of: string): Promise<Map<string, string>> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(paths.sort().map(async (path) => [relative(of, path), await readFile(path, 'utf8')] as const)),
  );
}

/** Manifest of the installed package. */
async function manifest(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(project.path('node_modules/weft-zkvm/package.json'), 'utf8'));
}

describe('the tarball', () => {
  it('has what the package needs and nothing else', () => {
    const roots = new Set(packed.files.map((file) => file.split('/')[0]));
    expect([...roots].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'THIRD-PARTY-LICENSES']
        .concat(['elf', 'lib', 'package.json', 'rt', 'sp1', 'templates'])
        .sort(),
    );
    expect(packed.files.filter((file) => file.endsWith('.elf'))).toEqual(['elf/fibonacci.elf']);
    expect(
      packed.files.filter((file) => /\.(map|tgz|log|tsbuildinfo)$|(^|\/)(target|node_modules)\//.test(file)),
    ).toEqual([]);
  });
  it('is the same bytes when it is made again elsewhere, and names no place', async () => {
    const other = join(folder, 'some', 'other', 'place');
    await mkdir(other, { recursive: true });
    const again = await packPackage(other);
    const digest = async (path: string) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    expect(await digest(again.tarball)).toBe(await digest(packed.tarball));
    for (const file of packed.files) {
      const text = await readFile(join(packed.folder, file), 'latin1');
      expect(text.includes(ROOT) || text.includes(folder), file).toBe(false);
    }
  });
  it('weighs no more than its limits', async () => {
    const sizes = await sizesOf(project.folder, packed);
    for (const name of Object.keys(SIZE_LIMITS) as (keyof Sizes)[])
      expect(sizes[name], name).toBeLessThanOrEqual(SIZE_LIMITS[name]);
  });
  it('has no fault that publint finds', async () => {
    const { messages } = await publint({ pkgDir: packed.folder, pack: false, strict: true });
    const pkg = await manifest();
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
  it('has types that are right for every entry and every way to resolve it', async () => {
    const tarball = new Uint8Array(await readFile(packed.tarball));
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    expect(analysis.types).not.toBe(false);
    expect(analysis).toMatchObject({ problems: [] });
  });
  it('installs alone: no dependencies, and no scripts but that which makes it', async () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts } = await manifest();
    expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(scripts as object)).toEqual(['prepack']);
    const lock = JSON.parse(await readFile(project.path('package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/weft-zkvm']);
  });
  it('names each package that it holds code of, with its licence', async () => {
    const text = await readFile(project.path('node_modules/weft-zkvm/THIRD-PARTY-LICENSES'), 'utf8');
    const titles = [...text.matchAll(/^-{72}\n(\S+) \S+, (\S+)$/gm)].map(([, name]) => name);
    for (const name of ['@noble/hashes', 'commander', 'elfy', 'p-queue', 'piscina', 'pprof-format'])
      expect(titles).toContain(name);
    expect(text.match(/copyright/gi)!.length).toBeGreaterThanOrEqual(titles.length);
  });
});

describe('a strict consumer in TypeScript', () => {
  it.each(RESOLUTIONS)('compiles: $name', (resolution) => {
    expect(compile(project.folder, resolution)).toEqual([]);
  });
  it.each(['a.js', 'c.mjs'])('runs: %s', async (file) => {
    expect(JSON.parse(await project.run(file, ELF))).toEqual(PRINTED);
  });
  it('reads the docstrings', async () => {
    const declarations = packed.files.filter((file) => /\.d\.c?ts$/.test(file));
    const texts = await Promise.all(declarations.map((file) => readFile(join(packed.folder, file), 'utf8')));
    for (const documented of [
      /Derives a program's verifying key[^*]*\* @throws[^/]*\*\/\ndeclare function setup/,
      /Checks that `proof` proves a finished run[^/]*\*\/\ndeclare function verify/,
    ])
      expect(texts.filter((text) => documented.test(text)).length, `${documented}`).toBeGreaterThanOrEqual(2);
  });
});

describe('entries', () => {
  it('are loaded by import and by require, and are the same objects', async () => {
    await project.write(
      'entries.cjs',
      `const names = ${JSON.stringify(ENTRIES)};
       Promise.all(names.map((name) => import(name))).then((imported) => {
         for (const [i, name] of names.entries()) {
           const required = require(name);
           for (const key of Object.keys(required))
             if (required[key] !== imported[i][key]) throw new Error(name + ' has two of ' + key);
           console.log(name, Object.keys(required).length);
         }
       });`,
    );
    const lines = (await project.run('entries.cjs')).trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(ENTRIES);
    expect(lines.every((line) => Number(line.split(' ')[1]) > 1)).toBe(true);
  });
  it('are listed one by one, and nothing else can be imported', async () => {
    const { exports } = await manifest();
    expect(Object.keys(exports as object).filter((entry) => entry.includes('*'))).toEqual([]);
    await project.write('deep.mjs', "import('weft-zkvm/lib/index.js').catch((e) => console.log(e.code));");
    expect(await project.run('deep.mjs')).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
});

describe('the command', () => {
  it('proves in its default mode, and verifies without WebAssembly by the entry for that', async () => {
    await project.weft('prove', ELF, '--stdin-text', '10', '-o', 'fib.proof', '--progress', 'none');
    const vk = (await project.weft('vkey', ELF)).trim();
    await project.write(
      'verify.mjs',
      `delete globalThis.WebAssembly;
       const { verify } = await import('weft-zkvm/verify');
       const { readFileSync } = await import('node:fs');
       const proof = new Uint8Array(readFileSync('fib.proof'));
       console.log(verify('${vk}', proof).publicValues.join());
       proof[proof.length >> 1] ^= 1;
       try { verify('${vk}', proof); } catch (error) { console.log(error.name); }`,
    );
    expect(await project.run('verify.mjs')).toBe('10,0,0,0,55,0,0,0\nVerificationError\n');
    expect(await project.weft('verify', 'fib.proof', '--elf', ELF)).toContain('the proof is valid');
  });
  it('makes the bytes that the workspace makes', async () => {
    await project.weft('prove', ELF, '--mode', 'core', '--stdin-text', '10', '-o', 'core.proof');
    const { proof } = await prove(readGuest('fibonacci'), [new TextEncoder().encode('10')], { mode: 'core' });
    expect(sameBytes(await project.read('core.proof'), proof)).toBe(true);
    await writeFile(project.path('cut.proof'), proof.subarray(0, -1));
    expect(await project.failingWeft('verify', 'cut.proof', '--elf', ELF)).toMatchObject({ code: 1 });
  });
  it('prints the version of the package', async () => {
    const { version } = await manifest();
    expect(await project.weft('--version')).toMatch(new RegExp(`^weft ${version}, protocol \\d+\\n$`));
  });
  it.each(['c', 'cpp', 'rust'])('begins a project in %s with the files that the workspace has', async (language) => {
    await project.weft('new', `new/${language}`, '--lang', language);
    const here = join(folder, 'new', language);
    expect(await weft('new', here, '--lang', language)).toMatchObject({ code: 0 });
    const files = await filesOf(here);
    expect(files.size).toBeGreaterThan(10);
    expect(await filesOf(project.path(`new/${language}`))).toEqual(files);
  });
  it('has help of every command, and the rare parts are there', async () => {
    const help = await project.weft('--help');
    const commands = [...help.matchAll(/^ {2}(\w+) .*(?:\[options\]|<)/gm)].map(([, name]) => name!);
    expect(commands).toEqual(
      expect.arrayContaining(['run', 'prove', 'verify', 'vkey', 'inspect', 'new', 'build', 'test']),
    );
    for (const command of ['run', 'prove', 'verify', 'inspect', 'new'])
      expect(await project.weft(command, '--help')).toContain(`weft ${command}`);
    expect(await project.weft('inspect', ELF)).toContain('entry');
    await project.weft('run', ELF, '--stdin-text', '10', '--profile', 'fib.pprof');
    expect((await project.read('fib.pprof')).length).toBeGreaterThan(100);
  });
  it('loads two files besides its first, and its thread loads one', async () => {
    const prove = ['prove', ELF, '--mode', 'core', '--stdin-text', '10', '--workers', '1', '-o', 'loads.proof'];
    const large = (await project.loads(...prove)).map((scripts) =>
      [...scripts].filter(([name, size]) => size > 2000 || name === 'weft.js'),
    );
    expect(large.map((scripts) => scripts.map(([name]) => name).sort())).toEqual([
      ['weft-words.js', 'weft-work.js', 'weft.js'],
      ['thread.js'],
    ]);
    const [version] = await project.loads('--version');
    // What the bundler's own helpers are in is small.
    const names = [...version!.keys()].filter((name) => name !== 'weft-rolldown-runtime.js');
    expect(names.sort()).toEqual(['weft-words.js', 'weft.js']);
  });
});
