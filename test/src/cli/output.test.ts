/** Where proofs and journals go: what stands there is kept, followed or refused, and what would fail at the end fails at the start. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '@weft/cli/main';
import { guestPath } from '@weft/guest-examples';
import { lockFolder } from '@weft/sdk/node/lock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(import.meta.resolve('@weft/cli/bin/weft'));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const root = mkdtempSync(join(tmpdir(), 'weft-output-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'x-'));
});

async function weft(...args: string[]): Promise<{ code: number; err: string }> {
  const err: string[] = [];
  const code = await main(args, { out: () => {}, err: (t) => void err.push(`${t}`), isInteractive: false });
  return { code, err: err.join('') };
}
const prove = (out: string, ...more: string[]) =>
  weft('prove', FIBONACCI, '--stdin-hex', '3130', '--mode', 'core', '-o', out, '--memory', '1GB', ...more);
const isProof = (path: string): boolean => readFileSync(path).subarray(0, 4).toString() === 'WEFT';

describe('without -o', () => {
  const here = (...args: string[]): string => {
    try {
      execFileSync(process.execPath, [WEFT, 'prove', ...args, '--mode', 'core', '--memory', '1GB'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      return '';
    } catch (error) {
      return String((error as { stderr: Buffer }).stderr);
    }
  };
  it('the proof has the name of the program and lies in the current folder; a proof that is there makes place', () => {
    for (let i = 0; i < 2; i++) {
      expect(here(FIBONACCI, '--stdin-hex', '3130')).toBe('');
      expect(readdirSync(folder)).toEqual(['fibonacci.proof']);
      expect(isProof(join(folder, 'fibonacci.proof'))).toBe(true);
      writeFileSync(join(folder, 'fibonacci.proof'), i === 0 ? 'WEFT, cut off' : '');
    }
  });
  it('what is no proof stays', () => {
    const path = join(folder, 'fibonacci.proof');
    writeFileSync(path, 'photographs');
    expect(here(FIBONACCI, '--stdin-hex', '3130')).toContain('error[OUTPUT_EXISTS]: fibonacci.proof is there');
    expect(readFileSync(path, 'utf8')).toBe('photographs');
    rmSync(path);
    mkdirSync(path);
    expect(here(FIBONACCI, '--stdin-hex', '3130')).toContain('error[OUTPUT_EXISTS]');
  });
});

describe('an output that is', () => {
  it('a link: its target is replaced, the link stays', async () => {
    mkdirSync(join(folder, 'real'));
    const link = join(folder, 'link.proof');
    symlinkSync('real/t.proof', link);
    expect((await prove(link)).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(isProof(join(folder, 'real', 't.proof'))).toBe(true);
    expect(readdirSync(join(folder, 'real'))).toEqual(['t.proof']);
  });
  it('a file of its own mode: keeps it', async () => {
    const out = join(folder, 'p');
    writeFileSync(out, 'old');
    chmodSync(out, 0o600);
    expect((await prove(out)).code).toBe(0);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(isProof(out)).toBe(true);
  });
  it('a pipe: is written through, and stays', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe]);
    const chunks: Buffer[] = [];
    reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => reader.on('close', resolve));
    expect((await prove(pipe)).code).toBe(0);
    await ended;
    expect(Buffer.concat(chunks).subarray(0, 4).toString()).toBe('WEFT');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
  it('a device: is written through, and stays', async () => {
    const device = join(folder, 'null');
    try {
      execFileSync('mknod', [device, 'c', '1', '3'], { stdio: 'ignore' });
    } catch {
      return;
    }
    expect((await prove(device)).code).toBe(0);
    expect(lstatSync(device).isCharacterDevice()).toBe(true);
  });
  it('a path below /proc, where no folder can be made: said at once', { timeout: 20_000 }, async () => {
    if (process.platform !== 'linux') return;
    const { code, err } = await prove('/proc/weft');
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[ENOENT\]: cannot write /m)]);
  });
  it('of the longest name that the system takes', async () => {
    const out = join(folder, 'n'.repeat(255));
    expect((await prove(out)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['n'.repeat(255)]);
  });
});

describe('refused before any work', () => {
  const refused = async (out: string, message: RegExp, ...more: string[]): Promise<void> => {
    const started = performance.now();
    const { code, err } = await prove(out, ...more);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(performance.now() - started).toBeLessThan(1000);
  };
  it('an empty name, one too long, a folder, a missing folder, a circle of links', async () => {
    await refused('', /no such file or folder/);
    await refused(join(folder, 'n'.repeat(256)), /the name is too long/);
    await refused(folder, /is a folder/);
    await refused(join(folder, 'missing', 'p'), /no such file or folder/);
    symlinkSync('circle', join(folder, 'circle'));
    await refused(join(folder, 'circle'), /too many symbolic links/);
    expect(readdirSync(folder)).toEqual(['circle']);
  });
  it('the program or an input, by whatever name', async () => {
    const elf = join(folder, 'self.elf');
    copyFileSync(FIBONACCI, elf);
    linkSync(elf, join(folder, 'hard'));
    symlinkSync('self.elf', join(folder, 'soft'));
    const input = join(folder, 'input');
    writeFileSync(input, '10');
    for (const [out, ...rest] of [
      [elf],
      [join(folder, '.', 'self.elf')],
      [join(folder, 'hard')],
      [join(folder, 'soft')],
      [input, '--stdin', input],
    ] as const) {
      const { code, err } = await weft('prove', elf, ...rest, '--mode', 'core', '-o', out);
      expect([code, err]).toEqual([2, expect.stringMatching(/^error\[OUTPUT_IS_INPUT\]/)]);
    }
    expect(readFileSync(elf).equals(readFileSync(FIBONACCI))).toBe(true);
    expect(readFileSync(input, 'utf8')).toBe('10');
  });
  it("a person's folder, or file, where the journal would be: nothing in it is touched", async () => {
    const out = join(folder, 'res');
    mkdirSync(`${out}.journal`);
    writeFileSync(join(`${out}.journal`, 'notes.txt'), 'precious');
    writeFileSync(join(`${out}.journal`, 'mine.tmp'), 'mine');
    for (const more of [[], ['--resume'], ['--force']]) {
      const { code, err } = await prove(out, ...more);
      expect([code, err]).toEqual([2, expect.stringMatching(/^error\[JOURNAL\]: .*which Weft did not make/)]);
    }
    expect(readdirSync(`${out}.journal`).sort()).toEqual(['mine.tmp', 'notes.txt']);
    const other = join(folder, 'other');
    writeFileSync(`${other}.journal`, 'a file');
    expect((await prove(other)).code).toBe(2);
    expect(readFileSync(`${other}.journal`, 'utf8')).toBe('a file');
  });
});

describe('two commands with one output', () => {
  /** A process that proves for a while. */
  const busy = (out: string): ChildProcess =>
    spawn(
      process.execPath,
      [
        WEFT,
        'prove',
        fileURLToPath(guestPath('loop')),
        '--stdin-hex',
        '36303030303030',
        '--mode',
        'core',
        '-o',
        out,
        '--workers',
        '1',
      ],
      { stdio: 'ignore' },
    );
  const until = async (condition: () => boolean): Promise<void> => {
    for (let i = 0; !condition(); i++) {
      if (i === 400) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  it('the second is told at once, and a killed one holds nothing', async () => {
    const out = join(folder, 'one.proof');
    const lock = join(`${out}.journal`, 'lock');
    const first = busy(out);
    await until(() => existsSync(lock) && readFileSync(lock, 'utf8') !== '');
    for (const more of [[], ['--resume'], ['--force']]) {
      const { code, err } = await prove(out, ...more);
      expect([code, err]).toEqual([2, expect.stringMatching(/^error\[JOURNAL_BUSY\]: another weft is at work/)]);
    }
    expect(first.exitCode).toBe(null);
    const gone = new Promise((resolve) => first.on('exit', resolve));
    first.kill('SIGKILL');
    await gone;
    expect(existsSync(lock)).toBe(true);
    const { code } = await prove(out, '--force');
    expect(code).toBe(0);
    expect(isProof(out)).toBe(true);
    expect(readdirSync(folder)).toEqual(['one.proof']);
  });
  it('a process number that is used again, or a torn lock, is no holder', async () => {
    const held = (await lockFolder(folder))!;
    expect(await lockFolder(folder)).toBeUndefined();
    const path = join(folder, 'lock');
    const holder = JSON.parse(readFileSync(path, 'utf8')) as { born: string };
    await held.release();
    expect(existsSync(path)).toBe(false);
    // Where the system tells no birth, a process number alone counts.
    if (holder.born !== '') {
      writeFileSync(path, JSON.stringify({ ...holder, born: '1' }));
      await (await lockFolder(folder))!.release();
    }
    writeFileSync(path, '{"pid"');
    await (await lockFolder(folder))!.release();
    writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere' }));
    expect(await lockFolder(folder)).toBeUndefined();
  });
  it.skipIf(process.platform !== 'linux')(
    'a process that was killed and that nobody has waited for is no holder',
    async () => {
      // The parent becomes a program that knows nothing of its child.
      const parent = spawn('bash', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const line = await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve));
      const pid = Number(line.toString());
      const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      while (stat()[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
      const held = (await lockFolder(folder))!;
      const holder = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as object;
      await held.release();
      writeFileSync(join(folder, 'lock'), JSON.stringify({ ...holder, pid, born: stat()[19] }));
      await (await lockFolder(folder))!.release();
      parent.kill();
    },
  );
  it('a lock that is taken over by another one meanwhile is given back', async () => {
    const path = join(folder, 'lock');
    // What is read of a pipe comes when the test says so.
    execFileSync('mkfifo', [path]);
    const slow = lockFolder(folder);
    // Opens when the other end is opened too: not before the slow one reads what it found.
    const pipe = await open(path, 'w');
    rmSync(path);
    const faster = (await lockFolder(folder))!;
    const lock = readFileSync(path, 'utf8');
    await pipe.writeFile(JSON.stringify({ ...(JSON.parse(lock) as object), born: '1', token: 'dead' }));
    await pipe.close();
    expect(await slow).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe(lock);
    await faster.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
