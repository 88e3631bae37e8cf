/** The launcher: in a clone that is not installed or not built it says what to run; elsewhere it is the command. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCRIPT = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { weft: string } }).scripts
  .weft;

/** Runs the script `weft` of a clone as package managers do. */
function weft(
  clone: string,
  args: string,
  from: string = clone,
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, npm_lifecycle_event: 'weft', INIT_CWD: from };
  return spawnSync('bash', ['-c', `${SCRIPT} ${args}`], { cwd: clone, env, encoding: 'utf8' });
}

it('a fresh clone: one line that says what to run, code 2', () => {
  const clone = mkdtempSync(join(tmpdir(), 'weft-clone-'));
  mkdirSync(join(clone, 'cli'));
  writeFileSync(join(clone, 'cli/package.json'), '{ "type": "module" }');
  cpSync(join(ROOT, 'cli/bin'), join(clone, 'cli/bin'), { recursive: true });
  expect(weft(clone, '--version')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^error\[NOT_INSTALLED\]: [^\n]+ pnpm install --frozen-lockfile && pnpm build\n$/),
  });
  mkdirSync(join(clone, 'cli/node_modules/commander'), { recursive: true });
  writeFileSync(join(clone, 'cli/node_modules/commander/package.json'), '{}');
  expect(weft(clone, '--version')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^error\[NOT_BUILT\]: [^\n]+ pnpm build\n$/),
  });
});

it('every folder that is a package of ours has the script, for a package manager does not look further up', () => {
  const folders = [ROOT, join(ROOT, 'examples')]
    .flatMap((above) => readdirSync(above).map((name) => join(above, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')));
  expect(folders.length).toBeGreaterThan(10);
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      private?: boolean;
      scripts?: { weft?: string };
    };
    // What is published has the command itself.
    if (manifest.private !== true) continue;
    const { scripts } = manifest;
    expect(scripts?.weft, folder).toBe(`node ${relative(folder, join(ROOT, 'cli/bin/weft.js'))}`);
  }
});

it('paths are meant from where the script was called', () => {
  const { status, stdout } = weft(ROOT, 'run fibonacci.elf --stdin-hex 3130', join(ROOT, 'guest-examples/elf'));
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^fib\(10\) = 55\n/)]);
});
