/** Exit codes are one table: the help, the README and the command agree, and what the system says has its row. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, EXIT_CODES, exitCodeOf } from '@weft/cli/exit-codes';
import { formatBytes, formatBytesUp, parseSize } from '@weft/cli/format';
import { describeError, fileError } from '@weft/cli/io';
import { main } from '@weft/cli/main';
import { guestPath } from '@weft/guest-examples';
import { VerificationError } from '@weft/primitives';
import { describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const LOOP = fileURLToPath(guestPath('loop'));
const folder = mkdtempSync(join(tmpdir(), 'weft-exit-'));

describe('the table', () => {
  it('has a row for every code', () => {
    expect(EXIT_CODES.map(([code]) => code)).toEqual(Object.values(EXIT));
  });
  it('is that of the page of commands', () => {
    const page = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(rows).toEqual(EXIT_CODES);
  });
  it('is in the help', async () => {
    let out = '';
    await main(['--help'], { out: (x) => void (out += String(x)), err: () => {}, isInteractive: false });
    for (const [code, meaning] of EXIT_CODES) expect(out).toContain(`${code}  ${meaning}\n`);
  });
});

describe('what the system says', () => {
  it.each([
    ['ENOSPC', 4],
    ['EDQUOT', 4],
    ['EFBIG', 4],
    ['EIO', 4],
    ['EMFILE', 4],
    ['ENOENT', 2],
    ['EACCES', 2],
    ['ENAMETOOLONG', 2],
  ])('%s is %i, in words', (code, exit) => {
    const error = fileError('write', 'x', Object.assign(new Error(), { code }));
    expect([exitCodeOf(error), error.code]).toEqual([exit, code]);
    expect(error.message).not.toContain(code);
  });
  it('a limit of the size of files: code 4', () => {
    const run = spawnSync(
      'bash',
      [
        '-c',
        `ulimit -f 4; exec "${process.execPath}" "${WEFT}" prove ${FIBONACCI} --stdin-hex 3130 --workers 1 -o ${join(folder, 'big.proof')}`,
      ],
      { encoding: 'utf8' },
    );
    expect([run.status, run.stderr]).toEqual([4, expect.stringMatching(/^error\[EFBIG\]: /m)]);
  });
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s is %i, and says how to go on', async (signal, exit) => {
    const input = join(folder, 'input');
    writeFileSync(input, '900000');
    const output = join(folder, `${signal}.proof`);
    const child = spawn(process.execPath, [
      WEFT,
      'prove',
      LOOP,
      '--stdin',
      input,
      '--mode',
      'core',
      '-o',
      output,
      '--workers',
      '1',
    ]);
    let err = '';
    child.stderr.on('data', (bytes: Buffer) => {
      // The estimate: proving begins.
      if (!err.includes('cycles in') && String(bytes).includes('cycles in')) child.kill(signal);
      err += String(bytes);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, err]).toEqual([exit, expect.stringMatching(/^error\[INTERRUPTED\]: .*--resume/m)]);
    expect(existsSync(output)).toBe(false);
  });
});

describe('words', () => {
  it('codes have one case', () => {
    expect(describeError(new VerificationError('bus_balance', 'x')).code).toBe('BUS_BALANCE');
  });
  it('sizes can be typed back', () => {
    for (const bytes of [1, 1023, 1024, 435 * 2 ** 20, 1.5 * 2 ** 30, 2 ** 40, 1023.97 * 2 ** 20, 456_130_560]) {
      expect(parseSize(formatBytesUp(bytes))).toBeGreaterThanOrEqual(bytes);
      expect(Math.abs(parseSize(formatBytes(bytes)) / bytes - 1)).toBeLessThan(0.05);
    }
    expect([formatBytes(1.5 * 2 ** 30), formatBytes(1023.97 * 2 ** 20)]).toEqual(['1.5GB', '1GB']);
  });
  it('the least memory that a message names is enough', async () => {
    const run = async (memory: string, ...more: string[]): Promise<string> => {
      let err = '';
      const terminal = { out: () => {}, err: (x: unknown) => void (err += String(x)), isInteractive: false };
      await main(['run', FIBONACCI, '--stdin-hex', '3130', '--memory', memory, ...more], terminal);
      return err;
    };
    const told = /^error\[MEMORY_LIMIT\]: .* 64MB .* needs (\S+), and --mode core, .* needs (\S+)\n$/;
    const [, least, core] = told.exec(await run('64MB')) ?? [];
    expect(await run(least!)).toBe('');
    expect(await run(core!)).toContain(`needs ${core}`);
    expect(await run(core!, '--mode', 'core')).toBe('');
    expect(await run('64MB', '--mode', 'core')).toMatch(new RegExp(`proving needs ${core}\\n$`));
  });
});
