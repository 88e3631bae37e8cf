/** Every option of every command, as the help lists them, with a wrong value: one line that names the option and what it may be. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestPath } from '@weft/guest-examples';
import { afterAll, describe, expect, it } from 'vitest';
import { weft } from '../support/weft.ts';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const LOOP = fileURLToPath(guestPath('loop'));
const folder = mkdtempSync(join(tmpdir(), 'weft-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Values that an option refuses, and what is said of them. */
interface Wrong {
  readonly values: readonly string[];
  readonly message: string;
}
const MISSING = join(folder, 'missing', 'file');
const WHOLE = ['', '1.5', '-1', '0x10', '1e3', ' 1', 'many', '99999999999999999999'];
const SIZES = ['', '0', '-1GB', '1PB', 'lots', '1e3'];
const size: Wrong = { values: SIZES, message: 'a size such as 2GB or 512MB' };
const file: Wrong = { values: [MISSING], message: `${MISSING}: no such file or folder` };
const choice = (...choices: string[]): Wrong => ({
  values: ['', 'other', choices[0]!.toUpperCase()],
  message: `Allowed choices are ${choices.join(', ')}.`,
});
const WRONG: Readonly<Record<string, Wrong>> = {
  '--progress': choice('auto', 'lines', 'json', 'none'),
  '--mode': choice('core', 'compressed', 'wrapped'),
  '--lang': choice('c', 'cpp', 'rust'),
  '--max-cycles': { values: [...WHOLE, '0'], message: 'a whole number from 1 to 9007199254740991' },
  '--workers': { values: [...WHOLE, '0', '1025'], message: 'a whole number from 1 to 1024' },
  '--expect-exit': { values: [...WHOLE, '4294967296'], message: 'a whole number from 0 to 4294967295' },
  '--memory': size,
  '--max-proof': size,
  '--max-output': { values: ['3GB'], message: 'a size of at most 2GB' },
  '--stdin-hex': { values: ['0', 'xy', '12 '], message: 'an even number of hexadecimal digits' },
  '--stdin': file,
  '--elf': file,
  '--profile': file,
  '--output': file,
  '--vk': { values: ['xy', 'ab', '00'.repeat(33)], message: '--vk' },
};
/** These take any text. */
const ANY = ['--stdin-text'];
/** What a command needs besides. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  run: [FIBONACCI],
  prove: [FIBONACCI],
  verify: [FIBONACCI],
  vkey: [FIBONACCI],
  inspect: [FIBONACCI],
  new: [join(folder, 'new')],
  build: [],
  test: [],
  completion: ['bash'],
};

const listed = (await weft('--help')).out.split('Commands:')[1]!.split('\n\n')[0]!;
const names = [...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
const valued: (readonly [command: string, option: string])[] = [];
for (const name of names) {
  const { out } = await weft('help', name);
  for (const [, option] of out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+) <\w+>/gm)) valued.push([name, option!]);
}

it('all of them are there', () => {
  expect(names).toEqual(Object.keys(NEEDED));
  expect([...new Set(valued.map(([, option]) => option))].sort()).toEqual([...Object.keys(WRONG), ...ANY].sort());
});

describe.each(valued.filter(([, option]) => !ANY.includes(option)))('%s %s', (command, option) => {
  it.each(WRONG[option]!.values)('"%s" is refused', async (value) => {
    const more = command === 'new' && option !== '--lang' ? ['--lang', 'c'] : [];
    const { code, out, err } = await weft(command, ...NEEDED[command]!, ...more, `${option}=${value}`);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(/^error\[[A-Z]+\]: [^\n]+\n$/)]);
    expect(err).toContain(WRONG[option]!.message);
    if (WRONG[option] !== file) expect(err).toContain(option);
  });
  it('no value is refused', async () => {
    const { code, err } = await weft(command, ...NEEDED[command]!, option);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(new RegExp(`^error\\[USAGE\\]: option '.*${option} <\\w+>' argument missing\n$`)),
    ]);
  });
});

describe.each([
  ['a command that is nearly one', ['prov'], "unknown command 'prov' (Did you mean prove?)"],
  [
    'an option that is nearly one',
    ['prove', 'x', '--memry', '1GB'],
    "unknown option '--memry' (Did you mean --memory?)",
  ],
  ['help for a command that is none', ['help', 'fly'], "unknown command 'fly': weft --help lists them"],
  ['no program', ['run'], "missing required argument 'elf'"],
  ['two programs', ['run', 'a', 'b'], "too many arguments for 'run'. Expected 1 argument but got 2."],
  ['no language', ['new', 'x'], "required option '--lang <language>' not specified"],
  [
    'going on and starting over at once',
    ['prove', 'x', '--resume', '--force'],
    "option '--resume' cannot be used with option '--force'",
  ],
])('%s', (_, args, message) => {
  it('is refused in one line, and as an object', async () => {
    expect(await weft(...args)).toEqual({ code: 2, out: '', err: `error[USAGE]: ${message}\n` });
    const { code, out } = await weft(...args, '--json');
    expect([code, out.split('\n').length, JSON.parse(out)]).toEqual([
      2,
      2,
      { error: { code: 'USAGE', message: expect.any(String) } },
    ]);
  });
});

describe('help', () => {
  it('of a command is one text, however it is asked for', async () => {
    for (const name of names) {
      const { code, out } = await weft('help', name);
      expect([code, out]).toEqual([0, (await weft(name, '--help')).out]);
      expect(out).toContain(`Usage: weft ${name} `);
    }
  });
  it('fits a terminal of 80 columns, but for examples', async () => {
    for (const name of ['', ...names])
      for (const line of (await weft(...(name === '' ? [] : [name]), '--help')).out.split('\n'))
        if (!/^ {2}weft /.test(line)) expect(line.length, line).toBeLessThanOrEqual(80);
  });
  it('names the variables of the environment that are read', async () => {
    const { out } = await weft('--help');
    const environment = out.split('Environment:')[1]!.split('\n\n')[0]!;
    for (const name of ['WEFT_CACHE', 'TMPDIR', 'NO_COLOR', 'TERM', 'CC', 'CXX', 'ZIG', 'RUSTC', 'LIBSTDCXX'])
      expect(environment).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('a signal', () => {
  /** Runs the command for a moment, sends it the signal, and tells how a shell sees it end. */
  const ended = (signal: string, command: string): { code: string; err: string } => {
    const script = `set -m; "${process.execPath}" "${WEFT}" ${command} > /dev/null & sleep 2; kill -${signal} $!; wait $! 2> /dev/null; echo $?`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder });
    return { code: stdout.trim(), err: stderr };
  };
  it.each([
    ['INT', '130'],
    ['TERM', '143'],
  ])('%s ends a run, and a proof for a pipe, with %s; no file is left', { timeout: 30_000 }, (signal, code) => {
    const more = '--stdin-text 2000000000 --workers 1 --quiet';
    expect(ended(signal, `run ${LOOP} ${more} --profile profile`)).toEqual({ code, err: '' });
    expect(ended(signal, `prove ${LOOP} ${more} --mode core -o -`)).toEqual({ code, err: '' });
    expect(spawnSync('ls', ['-A'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
  });
});
