/** The published package on every Node that it is for, and made from a clean checkout elsewhere. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, type PackedPackage, Project, pack, packPackage, temporaryFolder } from '../support/package.ts';
import { compile, PRINTED, RESOLUTIONS } from './consumer.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ELF = 'node_modules/weft-zkvm/elf/fibonacci.elf';
/** The oldest that is supported, and the last of each line at the time of writing. */
const VERSIONS = ['20.19.0', '20.20.2', '22.23.3', '24.9.0'];

let folder: string;
let packed: PackedPackage;
beforeAll(async () => {
  folder = await temporaryFolder();
  packed = await packPackage(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** The binary of a version, from the package that holds it for this machine. */
async function nodeOf(version: string): Promise<string> {
  const at = join(folder, `node-${version}`);
  await mkdir(at);
  const { stdout } = await execute('npm', ['pack', '--silent', `node-${platform()}-${arch()}@${version}`], { cwd: at });
  await execute('tar', ['-xzf', stdout.trim()], { cwd: at });
  return join(at, 'package', 'bin', 'node');
}

describe.each(VERSIONS)('on Node %s', (version) => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(join(folder, `project-${version}`), packed, await nodeOf(version));
    expect(await project.run('--version')).toBe(`v${version}\n`);
  });
  it.each(RESOLUTIONS.slice(0, 3))('a consumer runs that was compiled for $name', async (resolution) => {
    expect(compile(project.folder, resolution)).toEqual([]);
    const script = resolution.file.replace(/ts$/, 'js');
    expect(JSON.parse(await project.run(script, ELF))).toEqual(PRINTED);
  });
  it.each(['core', 'compressed', 'wrapped'])('the command proves and verifies in mode %s', async (mode) => {
    await project.weft('prove', ELF, '--mode', mode, '--stdin-text', '10', '-o', `${mode}.proof`);
    expect(await project.weft('verify', `${mode}.proof`, '--elf', ELF)).toContain('the proof is valid');
  });
  it('makes the bytes that other versions make', async () => {
    const digest = createHash('sha256').update(await project.read('core.proof'));
    digests.add(digest.digest('hex'));
    expect(digests.size).toBe(1);
  });
});
const digests = new Set<string>();

it('is the same bytes when npm packs it twice in a clean checkout elsewhere', async () => {
  const clone = join(folder, 'clone');
  const { stdout } = await execute('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT });
  for (const file of stdout.split('\0').filter((path) => path !== '')) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await cp(join(ROOT, file), join(clone, file));
  }
  const pnpm = ['--yes', 'pnpm@10.34.8', 'install', '--offline', '--frozen-lockfile'];
  await execute('npx', pnpm, { cwd: clone, env: { ...process.env, CI: 'true' } });
  const digests = new Set([
    createHash('sha256')
      .update(await readFile(packed.tarball))
      .digest('hex'),
  ]);
  for (const time of ['first', 'second']) {
    const destination = join(folder, time);
    await mkdir(destination);
    const { tarball } = await pack(join(clone, 'package'), destination, true);
    digests.add(
      createHash('sha256')
        .update(await readFile(tarball))
        .digest('hex'),
    );
  }
  expect(digests.size).toBe(1);
});
