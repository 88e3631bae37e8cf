/** What is left to read: with --quiet, without colours, on terminals that move no cursor. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '@weft/cli/main';
import { guestPath } from '@weft/guest-examples';
import { afterAll, describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const folder = mkdtempSync(join(tmpdir(), 'weft-quiet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const PROOF = join(folder, 'fibonacci.proof');
const PROVE = ['prove', FIBONACCI, '--stdin-text', '10', '--mode', 'core', '--workers', '1', '-o', PROOF];

async function weft(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const text = (x: string | Uint8Array): string => (typeof x === 'string' ? x : new TextDecoder().decode(x));
  const terminal = {
    out: (x: string | Uint8Array) => void (out += text(x)),
    err: (x: string | Uint8Array) => void (err += text(x)),
    isInteractive: false,
  };
  return { code: await main(args, terminal), out, err };
}

describe('--quiet', () => {
  it('proves and verifies without a word', async () => {
    expect(await weft(...PROVE, '--quiet')).toEqual({ code: 0, out: '', err: '' });
    expect(await weft('verify', PROOF, '--elf', FIBONACCI, '-q')).toEqual({ code: 0, out: '', err: '' });
  });
  it('leaves what was asked for: what a guest writes, a key, an explanation, an object', async () => {
    expect(await weft('run', FIBONACCI, '--stdin-text', '10', '--quiet')).toEqual({
      code: 0,
      out: 'fib(10) = 55\n',
      err: '',
    });
    expect((await weft('vkey', FIBONACCI, '--quiet')).out).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await weft('inspect', PROOF, '--quiet')).out).toContain('core proof of 1 shard');
    const { out, err } = await weft('verify', PROOF, '--elf', FIBONACCI, '--quiet', '--json');
    expect([JSON.parse(out), err]).toMatchObject([{ ok: true }, '']);
  });
  it('leaves errors, and progress that is asked for by name', async () => {
    const wrong = await weft('verify', PROOF, '--vk', '00'.repeat(32), '--quiet');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/^error\[PROGRAM\]: .*\n$/);
    const { out, err } = await weft(...PROVE, '--quiet', '--progress', 'json');
    expect(out).toBe('');
    const events = err
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(new Set(events)).toEqual(new Set(['progress']));
  });
  it('is an option of every command', async () => {
    const { out } = await weft('--help');
    const commands = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = await weft(command, '--help');
      for (const option of ['-q, --quiet', '--json', '--progress', '--debug']) expect(help.out).toContain(option);
    }
  });
});

it('the versions are a line or an object', async () => {
  expect((await weft('--version')).out).toMatch(/^weft \d+\.\d+\.\d+, protocol \d+\n$/);
  for (const args of [
    ['--version', '--json'],
    ['--json', '--version'],
  ]) {
    const { code, out } = await weft(...args);
    expect([code, JSON.parse(out)]).toEqual([0, { version: expect.any(String), protocol: expect.any(Number) }]);
  }
});

describe('on a terminal', () => {
  /** Runs a command line on a terminal of its own, as `script` of util-linux makes one. */
  function onTerminal(env: Record<string, string>, ...args: string[]): string {
    const line = [process.execPath, WEFT, ...args].map((word) => `'${word}'`).join(' ');
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
    const { stdout, error } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      encoding: 'utf8',
      env: { ...rest, TERM: 'xterm-256color', ...env },
      input: '',
    });
    expect(error).toBeUndefined();
    return stdout;
  }
  const guest = join(folder, 'none.elf');
  writeFileSync(guest, 'no program');
  const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined;

  it.runIf(hasScript).each([{}, { NO_COLOR: '1' }, { FORCE_COLOR: '3' }, { TERM: 'dumb' }])(
    'nothing has a colour, whatever the environment says: %j',
    (env) => {
      const seen = [
        onTerminal(env, '--help'),
        onTerminal(env, 'run', guest),
        onTerminal(env, 'prove', FIBONACCI, '--stdin-text', '10', '--mode', 'core', '-o', join(folder, 'c.proof')),
      ].join('');
      expect(seen).toContain('error[');
      // Bars move the cursor; colours are what ends in m.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
      expect(seen).not.toMatch(/\u001b\[[0-9;]*m/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
      if ('TERM' in env) expect(seen).not.toMatch(/\u001b/);
    },
  );
});
