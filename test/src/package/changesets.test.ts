/** What a release is made of: changesets that can be read, one version, and a changelog that goes on. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHANGESET = join(ROOT, 'node_modules/@changesets/cli/bin.js');
const NAME = 'weft-zkvm';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
}
const manifestOf = (path: string): Manifest => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
const changelogOf = (root: string): string => readFileSync(join(root, 'package', 'CHANGELOG.md'), 'utf8');

/** A workspace of the published package, the command and the changesets. */
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'weft-release-'));
  for (const one of [
    'package.json',
    'package/package.json',
    'package/CHANGELOG.md',
    'cli/package.json',
    '.changeset',
  ]) {
    mkdirSync(join(copy, one, '..'), { recursive: true });
    cpSync(join(ROOT, one), join(copy, one), { recursive: true });
  }
  writeFileSync(join(copy, 'pnpm-workspace.yaml'), 'packages: [package, cli]\n');
  const {
    dependencies: _,
    devDependencies: __,
    ...cli
  } = { ...manifestOf(join(ROOT, 'cli')) } as Manifest & Record<string, unknown>;
  writeFileSync(join(copy, 'cli', 'package.json'), `${JSON.stringify(cli, null, 2)}\n`);
  const { devDependencies: ___, ...published } = manifestOf(join(ROOT, 'package')) as Manifest &
    Record<string, unknown>;
  writeFileSync(join(copy, 'package', 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: copy });
});
afterEach(() => rmSync(copy, { recursive: true }));

const release = (): { code: number | null; said: string } => {
  const script = manifestOf(ROOT).scripts!['version']!;
  const pnpm = 'pnpm() { [ "$1 $2" = "--dir cli" ] && cd cli && shift 2 && npm "$@"; }';
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `changeset() { "${process.execPath}" "${CHANGESET}" "$@"; }; ${pnpm}; ${script}`],
    { cwd: copy, encoding: 'utf8' },
  );
  return { code: status, said: stdout + stderr };
};
const change = (name: string, text: string): void => writeFileSync(join(copy, '.changeset', name), text);

it('the command in the workspace has the version of the published package, which has a section in the changelog', () => {
  const { version, private: isPrivate } = manifestOf(join(ROOT, 'package'));
  expect(isPrivate ?? false).toBe(false);
  expect(manifestOf(join(ROOT, 'cli')).version).toBe(version);
  expect(changelogOf(ROOT).split('\n').slice(0, 3)).toEqual([`# ${NAME}`, '', `## ${version}`]);
});

describe('pnpm run version', () => {
  it('reads every changeset that is there, and they are about what is published', { timeout: 30_000 }, () => {
    const waiting = readdirSync(join(ROOT, '.changeset')).filter(
      (name) => name.endsWith('.md') && name !== 'README.md',
    );
    const texts = waiting.map((name) => readFileSync(join(ROOT, '.changeset', name), 'utf8'));
    for (const text of texts) expect(text).toMatch(/^---\n(['"]?)weft-zkvm\1: (patch|minor|major)\n---\n\n\S/);
    // With none there is nothing to release.
    expect(release().code).toBe(0);
    for (const text of texts) expect(changelogOf(copy)).toContain(text.split('---\n\n')[1]!.split('\n')[0]!);
  });
  it('sets one version, and the changelog goes on', { timeout: 30_000 }, () => {
    change('a.md', `---\n'${NAME}': minor\n---\n\n**Key**: what a proof means has changed.\n`);
    change('b.md', `---\n'${NAME}': patch\n---\n\nA fault is mended.\n`);
    const before = changelogOf(copy);
    const [major, minor] = manifestOf(join(copy, 'package')).version.split('.').map(Number);
    const { code, said } = release();
    expect([code, said]).toEqual([0, expect.any(String)]);
    const version = `${major}.${minor! + 1}.0`;
    expect([manifestOf(join(copy, 'package')).version, manifestOf(join(copy, 'cli')).version]).toEqual([
      version,
      version,
    ]);
    const after = changelogOf(copy);
    expect(after.startsWith(`# ${NAME}\n\n## ${version}\n`)).toBe(true);
    expect(after).toContain('**Key**: what a proof means has changed.');
    expect(after).toContain('A fault is mended.');
    expect(after.endsWith(before.slice(before.indexOf('\n## ')))).toBe(true);
    expect(readdirSync(join(copy, '.changeset')).sort()).toEqual(['README.md', 'config.json']);
  });
  it('refuses what is no changeset, or is about a package that is not there', { timeout: 30_000 }, () => {
    change('a.md', `---\n'weft': minor\n---\n\nWords.\n`);
    expect(release().code).not.toBe(0);
    change('a.md', 'Words without a head.\n');
    expect(release().code).not.toBe(0);
    expect(changelogOf(copy)).toBe(changelogOf(ROOT));
  });
});
