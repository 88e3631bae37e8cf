/** Completion in real shells, where they are installed: bash is always, zsh and fish are tried when they are. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '@weft/cli/main';
import { PROOF_MODES } from '@weft/sdk/mode';
import { afterAll, describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weft-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
// A command of that name, as an installed package has one.
writeFileSync(join(folder, 'weft'), `#!/bin/sh\nexec "${process.execPath}" "${WEFT}" "$@"\n`, { mode: 0o755 });

const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;

function run(shell: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
  const { stdout, stderr, status } = spawnSync(shell, args, { encoding: 'utf8', env, cwd: folder });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

async function weft(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const terminal = {
    out: (x: unknown) => void (out += String(x)),
    err: (x: unknown) => void (err += String(x)),
    isInteractive: false,
  };
  return { code: await main(args, terminal), out, err };
}
const candidates = async (...words: string[]): Promise<string[]> => {
  const { out } = await weft('complete', '--', ...words);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]!);
};

describe('candidates are', () => {
  it('the commands that the help lists', async () => {
    const { out } = await weft('--help');
    const listed = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
    expect(listed).toContain('prove');
    expect(await candidates('')).toEqual([...listed, ':none']);
    expect(await candidates('ve')).toEqual(['verify', ':none']);
    expect(await candidates('complet')).toEqual(['completion', ':none']);
  });
  it('options of the command and of all, whatever stands before', async () => {
    expect(await candidates('prove', 'x.elf', '--mem')).toEqual(['--memory', ':none']);
    expect(await candidates('verify', '--mem')).toEqual([':none']);
    expect(await candidates('prove', '--de')).toEqual(['--debug', ':none']);
    expect(await candidates('prove', '-q')).toEqual(['-q', ':none']);
    expect(await candidates('--ver')).toEqual(['--version', ':none']);
  });
  it('what an option takes', async () => {
    expect(await candidates('prove', '--mode', '')).toEqual([...PROOF_MODES, ':none']);
    expect(await candidates('prove', '--mode=wr')).toEqual(['--mode=wrapped', ':none']);
    expect(await candidates('prove', '-o', '')).toEqual([':files']);
    expect(await candidates('run', 'x.elf', '--stdin', 'a')).toEqual([':files']);
    expect(await candidates('prove', '--workers', '')).toEqual([':none']);
  });
  it('files where the command takes one, and no more than it takes', async () => {
    expect(await candidates('prove', '')).toEqual([':files']);
    expect(await candidates('prove', '--mode', 'core', '')).toEqual([':files']);
    expect(await candidates('prove', 'x.elf', '')).toEqual([':none']);
    expect(await candidates('completion', 'b')).toEqual(['bash', ':none']);
  });
  it('not for a shell that there is no script for', async () => {
    expect(await weft('completion', 'tcsh')).toMatchObject({
      code: 2,
      err: 'error[USAGE]: there is completion for bash, zsh, fish, not for tcsh\n',
    });
    expect((await weft('completion', 'toString')).code).toBe(2);
    expect(JSON.parse((await weft('completion', 'zsh', '--json')).out)).toMatchObject({ shell: 'zsh' });
  });
});

it('bash: words are handed over as they are, and none is run', () => {
  const ask = (...words: string[]): string[] => {
    const set = `COMP_WORDS=(weft ${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length}`;
    return run('bash', '-c', `eval "$(weft completion bash)"; ${set}; _weft; printf '%s\n' "\${COMPREPLY[@]}"`)
      .trim()
      .split('\n');
  };
  expect(ask('prove', '--mo')).toEqual(['--mode']);
  expect(ask('prove', 'a b.elf', '--mode', '')).toEqual([...PROOF_MODES]);
  expect(ask('prove', '$(touch made)', '`touch made`', '-o', '')).toEqual(['']);
  expect(run('bash', '-c', 'ls')).toBe('weft\n');
});
it.runIf(has('zsh'))('zsh: values and descriptions', () => {
  const stubs = `compdef() { :; }; _describe() { print -rl -- "\${(@P)2}"; }; _files() { print files; }`;
  const ask = (words: string): string[] =>
    run('zsh', '-f', '-c', `${stubs}; eval "$(weft completion zsh)"; words=(weft ${words}); CURRENT=$#words; _weft`)
      .trim()
      .split('\n');
  expect(ask('prove --qu')).toEqual(['--quiet:print nothing but errors and what was asked for']);
  expect(ask("prove ''")).toEqual(['files']);
});
it.runIf(has('fish'))('fish: candidates of the shell itself', () => {
  const ask = (line: string): string[] =>
    run('fish', '-c', `weft completion fish | source; complete --do-complete '${line}'`).trim().split('\n');
  expect(ask('weft prove --qu')).toEqual(['--quiet\tprint nothing but errors and what was asked for']);
  expect(ask('weft prove ')).toContain('weft');
  expect(ask('weft prove --mode ').map((x) => x.trim())).toEqual([...PROOF_MODES].sort());
});
