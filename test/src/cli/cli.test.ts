/** The command line: words, JSON, exit codes, and one clear line for everything that can be wrong with the input. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from '@weft/cli/exit-codes';
import { onDisk } from '@weft/cli/io';
import * as asm from '@weft/executor/program/assembler';
import { guestPath, readGuest } from '@weft/guest-examples';
import { ResourceError } from '@weft/primitives';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/version';
import { setup } from '@weft/sdk';
import { Journal } from '@weft/sdk/node/journal';
import { writeDurably } from '@weft/sdk/node/output';
import { afterAll, describe, expect, it } from 'vitest';
import { text } from '../support/values.ts';
import { weft } from '../support/weft.ts';

const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const SHA256 = fileURLToPath(guestPath('sha256'));
const folder = mkdtempSync(join(tmpdir(), 'weft-cli-'));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const TEN = file('ten', '10');

describe('run', () => {
  it('passes guest output through and reports the run', async () => {
    const { code, out } = await weft('run', FIBONACCI, '--stdin', TEN);
    expect(code).toBe(0);
    expect(out).toMatch(/^fib\(10\) = 55\n/);
    expect(out).toContain('0x0a00000037000000');
    expect(out).toContain('plan           1 shard of shape core 2^19: 6592 cycles, 0.5 M cells, 0.5 M of them in use');
  });
  it('--json prints one object, guest output going to standard error', async () => {
    const { code, out, err } = await weft('run', FIBONACCI, '--stdin-hex', '3130', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      exitCode: 0,
      cycles: 6592,
      publicValues: '0x0a00000037000000',
      stdout: 'fib(10) = 55\n',
      shards: 1,
      plan: [{ cycles: 6592, set: 'core', variables: 19, cells: 520_320, committedCells: 524_288 }],
    });
    expect(err).toBe('fib(10) = 55\n');
  });
  it('keeps the order of items from files and literals', async () => {
    const { out } = await weft('run', SHA256, '--stdin-hex', '', '--stdin', file('abc', 'abc'), '--json');
    expect((JSON.parse(out) as { stdout: string }).stdout.split('\n').map((line) => line.slice(0, 8))).toEqual([
      'e3b0c442',
      'ba7816bf',
      '',
    ]);
  });
  it('a guest that halts with a code is a completed run', async () => {
    const { code, out } = await weft('run', file('seven.elf', asm.elf(asm.halt(7))), '--json');
    expect([code, (JSON.parse(out) as { exitCode: number }).exitCode]).toEqual([0, 7]);
  });
});

describe('prove and verify', () => {
  it('write a proof, check it, explain it', async () => {
    const proof = join(folder, 'fib.proof');
    const proved = await weft(
      'prove',
      FIBONACCI,
      '--stdin',
      TEN,
      '-o',
      proof,
      '--mode',
      'core',
      '--workers',
      '2',
      '--json',
    );
    expect(proved.code).toBe(0);
    const report = JSON.parse(proved.out) as Record<string, unknown>;
    expect(Object.keys(report).sort()).toEqual(
      [
        'bytes',
        'cycles',
        'executeMs',
        'exitCode',
        'mode',
        'peakRssBytes',
        'proof',
        'proveMs',
        'publicValues',
        'securityBits',
        'shards',
        'totalMs',
        'vk',
      ].sort(),
    );
    expect(report).toMatchObject({
      proof,
      mode: 'core',
      cycles: 6592,
      shards: 1,
      exitCode: 0,
      bytes: readFileSync(proof).length,
    });
    expect(report['securityBits']).toBeGreaterThanOrEqual(120);
    const vkey = await weft('vkey', FIBONACCI);
    expect(vkey.out.trim()).toBe(report['vk']);

    const checked = await weft('verify', proof, '--vk', report['vk'] as string, '--json');
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toMatchObject({
      ok: true,
      mode: 'core',
      publicValues: '0x0a00000037000000',
      exitCode: 0,
      vk: report['vk'],
    });
    expect(await weft('verify', proof, '--elf', FIBONACCI)).toMatchObject({ code: 0 });
    const other = await weft('verify', proof, '--elf', SHA256);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/^error\[PROGRAM\]: .*\n$/);

    const inspected = await weft('inspect', proof, '--json');
    const explained = JSON.parse(inspected.out) as { terms: { name: string; bits: number }[]; securityBits: number };
    expect(explained.securityBits).toBe(report['securityBits']);
    expect(explained.terms.some((t) => t.name.includes('queries'))).toBe(true);
    // Those of the shape that the proof has; bounds are rounded down only, 2^122.955 for the hash.
    expect(explained.terms.some((t) => t.name.startsWith('witness round 0 (2^20,'))).toBe(true);
    const hash = explained.terms.find((t) => t.name.startsWith('hash'));
    expect(hash?.bits).toBe(122.9);
    const shown = (await weft('inspect', proof)).out;
    expect(shown).toMatch(/ 122\.9 {2}hash collisions/);
    expect(shown).not.toContain('123.0');
    expect((await weft('inspect', FIBONACCI)).out).toContain(report['vk']);

    expect((await weft('verify', proof, '--elf', FIBONACCI, '--expect-exit', '0')).code).toBe(0);
    const unexpected = await weft('verify', proof, '--elf', FIBONACCI, '--expect-exit', '1');
    expect([unexpected.code, unexpected.err]).toEqual([1, expect.stringMatching(/^error\[EXIT_CODE\]: /)]);

    const bytes = readFileSync(proof);
    bytes[bytes.length - 100]! ^= 1;
    expect((await weft('verify', file('bad.proof', bytes), '--elf', FIBONACCI)).code).toBe(1);
  });
});

it('no command is an error that says where the commands are listed', async () => {
  const { code, err } = await weft('--debug');
  expect([code, err.split('\n')[0]]).toEqual([2, 'error[USAGE]: no command: weft --help lists them']);
});

describe('bad input: one line, the right code, no file left behind', () => {
  const rv64 = asm.elf(asm.halt(), { patch: (v) => v.setUint8(4, 2) });
  const out = join(folder, 'never.proof');
  it.each([
    ['no ELF at all', ['run', join(folder, 'missing.elf')], 2, 'ENOENT'],
    ['a folder for an ELF', ['run', folder], 2, 'PROJECT'],
    [
      'a text file',
      ['prove', file('text.elf', 'not an ELF, but a text file that is long enough for a header'), '-o', out],
      2,
      'ELF_MAGIC',
    ],
    ['an rv64 ELF', ['prove', file('rv64.elf', rv64), '-o', out], 2, 'ELF_CLASS'],
    ['a truncated ELF', ['vkey', file('cut.elf', readFileSync(FIBONACCI).subarray(0, 4500))], 2, 'ELF_SEGMENT_FILE'],
    ['a missing stdin file', ['prove', FIBONACCI, '--stdin', join(folder, 'nope'), '-o', out], 2, 'ENOENT'],
    ['odd hexadecimal', ['run', FIBONACCI, '--stdin-hex', 'abc'], 2, 'USAGE'],
    ['a wrong flag', ['run', FIBONACCI, '--fast'], 2, 'USAGE'],
    ['a wrong command', ['fly'], 2, 'USAGE'],
    ['a mode that is not there', ['prove', FIBONACCI, '--mode', 'snark', '-o', out], 2, 'USAGE'],
    ['a wrong number', ['run', FIBONACCI, '--max-cycles', '-5'], 2, 'USAGE'],
    ['more threads than there are', ['run', FIBONACCI, '--workers', '100000'], 2, 'USAGE'],
    ['a limit of output beyond all', ['run', FIBONACCI, '--max-output', '3GB'], 2, 'USAGE'],
    ['an exit code of more than 32 bits', ['verify', TEN, '--vk', 'abcd', '--expect-exit', '4294967296'], 2, 'USAGE'],
    ['more output than is allowed', ['run', FIBONACCI, '--stdin', TEN, '--max-output', '4B'], 3, 'OUTPUT_LIMIT'],
    ['another exit code', ['prove', FIBONACCI, '--stdin', TEN, '--expect-exit', '1', '-o', out], 3, 'EXIT_CODE'],
    [
      'an output folder that does not exist',
      ['prove', FIBONACCI, '--stdin', TEN, '-o', join(folder, 'no', 'x.proof')],
      2,
      'ENOENT',
    ],
    ['a folder as output', ['prove', FIBONACCI, '--stdin', TEN, '-o', folder], 2, 'EISDIR'],
    ['a 1-byte proof', ['verify', file('one.proof', 'W'), '--elf', FIBONACCI], 1, 'FORMAT'],
    ['an empty proof', ['verify', file('empty.proof', ''), '--elf', FIBONACCI], 1, 'FORMAT'],
    ['a text file to inspect', ['inspect', TEN], 2, 'FORMAT'],
    ['nothing to inspect', ['inspect', file('nothing', '')], 2, 'FORMAT'],
    ['neither --elf nor --vk', ['verify', TEN], 2, 'USAGE'],
    ['a key of the wrong length', ['verify', TEN, '--vk', 'abcd'], 2, 'USAGE'],
    ['a guest that traps', ['prove', file('trap.elf', asm.elf([asm.EBREAK])), '-o', out], 3, 'ILLEGAL_INSTRUCTION'],
    [
      'an endless guest',
      ['run', file('loop.elf', asm.elf([asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)])), '--max-cycles', '1000'],
      3,
      'CYCLE_LIMIT',
    ],
  ])('%s', async (_, args, code, name) => {
    const result = await weft(...args);
    expect(result.code).toBe(code);
    // A guest that was stopped leaves its calls and registers besides.
    const isStopped = code === 3 && name !== 'EXIT_CODE';
    const more = isStopped ? '(call stack:\\n(  .+\\n)+)?registers:\\n( .+\\n)+' : '';
    expect(result.err).toMatch(new RegExp(`^error\\[${name}\\]: [^\\n]+\\n${more}$`));
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((f) => f.endsWith('.tmp'))).toEqual([]);
    const json = await weft(...args, '--json');
    const { error } = JSON.parse(json.out) as { error: { code: string; message: string } };
    expect(json.code).toBe(code);
    expect(json.err.endsWith(`error[${error.code}]: ${error.message}\n`)).toBe(true);
    expect([Object.keys(error), error.code]).toEqual([['code', 'message', ...(isStopped ? ['trap'] : [])], name]);
  });
});

describe('long jobs', () => {
  const LOOP = fileURLToPath(guestPath('loop'));
  const input = file('9000', '9000');
  const out = join(mkdtempSync(join(tmpdir(), 'weft-long-')), 'p.proof');
  const prove = (...more: string[]) =>
    weft('prove', LOOP, '--stdin', input, '--mode', 'core', '-o', out, '--memory', '435MB', '--json', ...more);
  /** The journal that a killed job leaves. */
  const leaveJournal = async (stdin: string, variables = 19): Promise<void> => {
    const { vkHex } = await setup(readGuest('loop'));
    const journal = await Journal.open(`${out}.journal`, { vk: vkHex, stdin: [text(stdin)], variables });
    // Of a shard that is damaged, so that it has to be proven again.
    await journal.save('shard-0', new Uint8Array(100));
    truncateSync(join(`${out}.journal`, 'shard-0.proof'), 50);
    await journal.close();
  };
  it('say what to expect, leave no journal, and check out', async () => {
    const { code, out: json, err } = await prove();
    expect(code).toBe(0);
    expect(err).toMatch(/^\d+ cycles in \d+ shards: \d+ s with 1 worker, [\d.]+[MG]B of memory\n$/);
    const { shards, bytes } = JSON.parse(json) as { shards: number; bytes: number };
    expect(shards).toBeGreaterThan(2);
    expect(err).toContain(`${shards} shards`);
    expect(bytes).toBe(readFileSync(out).length);
    expect(existsSync(`${out}.journal`)).toBe(false);
    expect((await weft('verify', out, '--elf', LOOP)).code).toBe(0);
    const { out: inspected } = await weft('inspect', out, '--json');
    expect(JSON.parse(inspected)).toMatchObject({ kind: 'proof', shards });
  });
  it('go on with --resume, also where there is nothing to go on from, to the same bytes', async () => {
    const calm = readFileSync(out);
    await leaveJournal('9000');
    for (const path of [out, `${out}.other`]) {
      const { code } = await weft(
        'prove',
        LOOP,
        '--stdin',
        input,
        '--mode',
        'core',
        '-o',
        path,
        '--memory',
        '435MB',
        '--resume',
        '--json',
      );
      expect(code).toBe(0);
      expect(readFileSync(path).equals(calm)).toBe(true);
    }
  });
  it('refuse to go on from the journal of another job', async () => {
    await leaveJournal('9001');
    const { code, err } = await prove('--resume');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^error\[JOURNAL\]: the journal .* is of a job with another input\n$/),
    ]);
    await Journal.remove(`${out}.journal`);
    await leaveJournal('9000', 22);
    expect((await prove('--resume')).err).toMatch(/another shape/);
  });
  it('are not dropped without being told to', async () => {
    const { code, err } = await prove();
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[UNFINISHED\]: .*--resume .*--force/)]);
    expect(existsSync(`${out}.journal`)).toBe(true);
    expect((await prove('--force')).code).toBe(0);
    expect(existsSync(`${out}.journal`)).toBe(false);
  });
  it('name what is wrong with a size', async () => {
    expect(await weft('prove', LOOP, '-o', out, '--memory', 'lots')).toMatchObject({ code: 2 });
    const { code, err } = await weft('prove', LOOP, '--stdin', input, '-o', out, '--memory', '64MB');
    expect([code, err]).toEqual([4, expect.stringMatching(/^error\[MEMORY_LIMIT\]: /)]);
    const folded = await weft('prove', LOOP, '--stdin', input, '-o', out, '--memory', '800MB');
    expect([folded.code, folded.err]).toEqual([
      4,
      expect.stringMatching(/needs 1\.1GB, and --mode core, a proof per shard, needs \d+MB\n/),
    ]);
  });
});

/** A file system of 64 KiB in memory, where this user may mount one. */
function mountSmall(): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'weft-small-'));
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]).status === 0 ? place : undefined;
}
const small = mountSmall();
afterAll(() => {
  if (small !== undefined) spawnSync('umount', [small]);
});

describe('places that cannot take a proof', () => {
  it.skipIf(small === undefined)('a full disk: code 4, no partial file', async () => {
    const path = join(small!, 'x.proof');
    const write = (bytes: number): Promise<void> => onDisk(path, () => writeDurably(path, [new Uint8Array(bytes)]));
    await expect(write(1 << 20)).rejects.toThrow(ResourceError);
    expect(readdirSync(small!)).toEqual([]);
    await write(1000);
    expect(readdirSync(small!)).toEqual(['x.proof']);
    expect(exitCodeOf(new ResourceError('ENOSPC', 'full'))).toBe(4);
  });
  it.skipIf(small === undefined)('a disk without room for the proof: code 4, before anything is proven', async () => {
    const path = join(small!, 'z.proof');
    const { code, err } = await weft('prove', FIBONACCI, '--stdin', TEN, '--mode', 'core', '-o', path);
    expect([code, err]).toEqual([4, expect.stringMatching(/error\[ENOSPC\]: .* bytes of room/)]);
    // Found out before the first shard, so nothing is left.
    expect(readdirSync(small!)).toEqual(['x.proof']);
  });
  it.skipIf(small === undefined)('a read-only folder: said before any work is done', async () => {
    spawnSync('mount', ['-o', 'remount,ro', small!]);
    const started = performance.now();
    const { code, err } = await weft(
      'prove',
      FIBONACCI,
      '--stdin',
      TEN,
      '--mode',
      'core',
      '-o',
      join(small!, 'y.proof'),
    );
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^error\[EROFS\]: cannot write .*: read-only file system\n$/),
    ]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

it('--version names the package and the protocol', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../cli/package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await weft('--version')).toEqual({
    code: 0,
    out: `weft ${version}, protocol ${PROTOCOL_VERSION}\n`,
    err: '',
  });
});

it('the help of every command ends with an example of it', async () => {
  const listed = (await weft('--help')).out.split('Commands:')[1]!.split('\n\n')[0]!;
  const names = [...listed.matchAll(/^ {2}(\w+)/gm)].map((m) => m[1]!).filter((name) => name !== 'help');
  expect(names).toHaveLength(9);
  for (const name of names)
    expect((await weft(name, '--help')).out).toMatch(new RegExp(`\nExample:\n  weft ${name} .+\n$`));
});

it('help is no error', async () => {
  expect((await weft('--help')).code).toBe(0);
  expect((await weft('prove', '--help')).out).toContain('--stdin-hex');
});
