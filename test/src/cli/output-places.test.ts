/** What commands write harms nothing that stands there: whatever a path leads to, and whatever goes wrong. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestPath } from '@weft/guest-examples';
import { outputTarget, writeOutput } from '@weft/sdk/node/output';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const root = realpathSync(mkdtempSync(join(tmpdir(), 'weft-outputs-')));
chmodSync(root, 0o755);
const mounts: string[] = [];
afterAll(() => {
  for (const mount of mounts) spawnSync('umount', [mount]);
  rmSync(root, { recursive: true, force: true });
});
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'x-'));
  chmodSync(folder, 0o777);
});

const isRoot = process.getuid?.() === 0;
/** Who is not root and owns nothing. */
const NOBODY = 65534;

/** Runs a script in which `weft` is the command. */
function shell(
  script: string,
  options: { readonly uid?: number } = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `weft() { "${process.execPath}" "${WEFT}" "$@"; }; ${script}`],
    { cwd: folder, encoding: 'latin1', env: { ...process.env, TMPDIR: folder }, ...options },
  );
  return { code: status, out: stdout, err: stderr };
}
const PROFILE = `run ${FIBONACCI} --stdin-hex 3130 --quiet`;
const PROVE = `prove ${FIBONACCI} --stdin-hex 3130 --mode core --workers 1 --quiet`;
const isProfile = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isProof = (bytes: Buffer): boolean => bytes.subarray(0, 4).toString() === 'WEFT' && bytes.length > 200_000;

/** A small file system; `undefined` where none can be mounted. */
function smallDisk(size: string, ...options: string[]): string | undefined {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', [`size=${size}`, ...options].join(), 'tmpfs', disk]);
  if (status !== 0) return undefined;
  mounts.push(disk);
  return disk;
}

describe.each([
  ['a proof', (to: string) => `weft ${PROVE} -o ${to}`, isProof],
  ['a profile', (to: string) => `weft ${PROFILE} --profile ${to}`, isProfile],
] as const)('%s that goes to', (_, command, isWhole) => {
  const at = (name: string): Buffer => readFileSync(join(folder, name));

  it('a link that leads nowhere yet, by way of another: makes the file there, and both links stay', () => {
    mkdirSync(join(folder, 'far'));
    symlinkSync('second', join(folder, 'first'));
    symlinkSync('far/file', join(folder, 'second'));
    expect(shell(command('first'))).toMatchObject({ code: 0, err: '' });
    expect(isWhole(at('far/file'))).toBe(true);
    expect(['first', 'second'].map((name) => lstatSync(join(folder, name)).isSymbolicLink())).toEqual([true, true]);
    expect(readdirSync(join(folder, 'far'))).toEqual(['file']);
  });
  it('a file with a second name: both names have it, its mode stays', () => {
    writeFileSync(join(folder, 'one'), 'x'.repeat(2_000_000), { mode: 0o640 });
    linkSync(join(folder, 'one'), join(folder, 'two'));
    expect(shell(command('one'))).toMatchObject({ code: 0, err: '' });
    expect(isWhole(at('two'))).toBe(true);
    expect(at('two').length).toBeLessThan(2_000_000);
    expect([statSync(join(folder, 'one')).nlink, statSync(join(folder, 'one')).mode & 0o777]).toEqual([2, 0o640]);
    expect(readdirSync(folder).sort()).toEqual(['one', 'two']);
  });
  it.runIf(isRoot)('a file of another owner: stays theirs', () => {
    const path = join(folder, 'theirs');
    writeFileSync(path, 'old');
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o4644);
    expect(shell(command('theirs'))).toMatchObject({ code: 0, err: '' });
    const { uid, gid, mode } = statSync(path);
    expect([uid, gid, mode & 0o7777, isWhole(at('theirs'))]).toEqual([NOBODY, NOBODY, 0o4644, true]);
  });
  it.runIf(isRoot)('a file that may be written, in a folder that may not: is written in place', () => {
    mkdirSync(join(folder, 'shut'));
    const path = join(folder, 'shut', 'open');
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    chmodSync(join(folder, 'shut'), 0o555);
    const { ino } = statSync(path);
    expect(shell(command('shut/open'), { uid: NOBODY })).toMatchObject({ code: 0, err: '' });
    expect([statSync(path).uid, statSync(path).ino, isWhole(at('shut/open'))]).toEqual([0, ino, true]);
    expect(readdirSync(folder)).toEqual(['shut']);
    const denied = shell(command('shut/new'), { uid: NOBODY });
    expect([denied.code, denied.err]).toEqual([2, 'error[EACCES]: cannot write shut/new: permission denied\n']);
  });
  it('an open file, by its number: where it stands, and nothing before it is lost', () => {
    expect(shell(`exec 7> log; echo before >&7; ${command('/dev/fd/7')}; echo after >&7`)).toMatchObject({ code: 0 });
    const log = at('log');
    expect([log.subarray(0, 7).toString(), log.subarray(-6).toString()]).toEqual(['before\n', 'after\n']);
    expect(isWhole(log.subarray(7, -6))).toBe(true);
  });
  it.each([
    ['of its own', '/dev/fd/7'],
    ['of another process', '/proc/$$/fd/7'],
  ])('an open file %s that has no name any more', (_, path) => {
    const script = `exec 7<> log; rm log; ${command(path)}; cat /proc/$$/fd/7 > copy; exec 7>&-; rm -rf weft-*`;
    expect(shell(script).err).toBe('');
    expect(isWhole(at('copy'))).toBe(true);
    expect(readdirSync(folder)).toEqual(['copy']);
  });
  it.each([
    ['one that is not open', '/dev/fd/99', 'EBADF', ''],
    ['one that is open for reading', '/dev/fd/7', 'EBADF', `7< ${FIBONACCI}`],
    ['a terminal that is not there', '/dev/tty', 'ENXIO', ''],
  ])('%s: is refused before the work', (_, path, code, redirected) => {
    const { status, stderr } = spawnSync(
      'setsid',
      ['-w', 'bash', '-c', `${command(path).replace('weft', `"${process.execPath}" "${WEFT}"`)} ${redirected}`],
      {
        encoding: 'utf8',
        cwd: folder,
      },
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(new RegExp(`^error\\[${code}\\]: cannot write ${path}: `)),
    ]);
  });
  it('the name of a socket: is refused at once, and the socket stays', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    const { code, err } = shell(command('socket'));
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[ENXIO\]: cannot write socket: is a socket/)]);
    expect(lstatSync(join(folder, 'socket')).isSocket()).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });
  it('a full device: code 4, and a journal of a proof stays', () => {
    const { code, err } = shell(command('/dev/full'));
    expect([code, err]).toEqual([4, 'error[ENOSPC]: cannot write /dev/full: no space left on the device\n']);
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
  });
  it('a full disk: code 4, the old file is whole, and nothing half is left', (context) => {
    const disk = smallDisk('4k');
    if (disk === undefined) return context.skip('no file system can be mounted here');
    writeFileSync(join(disk, 'out'), 'old');
    const { code, err } = shell(command('disk/out'));
    expect([code, err]).toEqual([4, expect.stringMatching(/^error\[ENOSPC\]: /)]);
    expect([readdirSync(disk), readFileSync(join(disk, 'out'), 'utf8')]).toEqual([['out'], 'old']);
  });
  it('a disk that is read only: is refused before the work', (context) => {
    if (smallDisk('1m', 'ro') === undefined) return context.skip('no file system can be mounted here');
    expect(shell(command('disk/out'))).toEqual({
      code: 2,
      out: '',
      err: 'error[EROFS]: cannot write disk/out: read-only file system\n',
    });
  });
  it('a file on which another is mounted: is written in place', (context) => {
    writeFileSync(join(folder, 'below'), 'below');
    writeFileSync(join(folder, 'above'), 'above');
    if (spawnSync('mount', ['--bind', 'above', 'below'], { cwd: folder }).status !== 0)
      return context.skip('nothing can be mounted here');
    mounts.push(join(folder, 'below'));
    expect(shell(command('below'))).toMatchObject({ code: 0, err: '' });
    expect([isWhole(at('above')), isWhole(at('below'))]).toEqual([true, true]);
    expect(readdirSync(folder).sort()).toEqual(['above', 'below']);
  });
  it('what it is made from: is refused before the work, by whatever name', () => {
    copyFileSync(FIBONACCI, join(folder, 'f.elf'));
    writeFileSync(join(folder, 'item'), '10');
    symlinkSync('item', join(folder, 'alias'));
    for (const [to, more] of [
      ['f.elf', ''],
      ['alias', '--stdin item'],
      ['item', '--stdin - < item'],
    ] as const) {
      const { code, out, err } = shell(
        `${command(to).replace(FIBONACCI, 'f.elf').replace('--stdin-hex 3130', '')} ${more}`,
      );
      expect([code, out, err]).toEqual([2, '', expect.stringMatching(/^error\[OUTPUT_IS_INPUT\]: the pro/)]);
    }
    expect([at('f.elf').equals(readFileSync(FIBONACCI)), at('item').toString()]).toEqual([true, '10']);
  });
  it('standard output, by any name: has it alone', () => {
    for (const name of ['-', '/proc/self/fd/1']) {
      const { code, out, err } = shell(`${command(name).replace('--quiet', '--json')} | cat; exit \${PIPESTATUS[0]}`);
      expect([code, isWhole(Buffer.from(out, 'latin1'))]).toEqual([0, true]);
      const lines = err.trim().split('\n');
      expect([lines[0], JSON.parse(lines.at(-1)!)]).toEqual(['fib(10) = 55', expect.objectContaining({ exitCode: 0 })]);
    }
  });
});

describe('projects', () => {
  it('a folder on a full disk: nothing is left of it', (context) => {
    if (smallDisk('16k') === undefined) return context.skip('no file system can be mounted here');
    for (const lang of ['c', 'rust']) {
      const { code, err } = shell(`weft new disk/hello --lang ${lang}`);
      expect([code, err]).toEqual([4, expect.stringMatching(/^error\[ENOSPC\]: cannot write /)]);
      expect(readdirSync(join(folder, 'disk'))).toEqual([]);
    }
  });
  it('a link that leads nowhere is no folder', () => {
    symlinkSync('nowhere', join(folder, 'hello'));
    expect(shell('weft new hello --lang c')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error\[E[A-Z]+\]: cannot write .*hello: /),
    });
    expect(readdirSync(folder)).toEqual(['hello']);
  });
  it('the program that was built goes where a link leads', () => {
    const name = 'hello';
    expect(shell(`weft new ${name} --lang c`).code).toBe(0);
    mkdirSync(join(folder, name, 'build'));
    symlinkSync('../../elsewhere', join(folder, name, 'build', `${name}.elf`));
    const { code, err } = shell(`weft build ${name}`);
    if (/error\[TOOLCHAIN\]/.test(err)) return;
    expect(code).toBe(0);
    expect(lstatSync(join(folder, name, 'build', `${name}.elf`)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'elsewhere')).subarray(1, 4).toString()).toBe('ELF');
  });
});

describe('a write that fails in the middle', () => {
  it('leaves the old file, and nothing else', async () => {
    const path = join(folder, 'out');
    writeFileSync(path, 'old');
    async function* half(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new RangeError('lost');
    }
    for (const more of [() => {}, () => linkSync(path, join(folder, 'second'))]) {
      more();
      await expect(outputTarget(path).then((target) => writeOutput(target, half()))).rejects.toThrow('lost');
      expect(readFileSync(path, 'utf8')).toBe('old');
    }
    expect(readdirSync(folder).sort()).toEqual(['out', 'second']);
  });
  it('a socket that is open, by its number: gets it', () => {
    const script = `const net = require('node:net'), { spawn } = require('node:child_process');
      const server = net.createServer((socket) => { let n = 0; socket.on('data', (part) => (n += part.length)); socket.on('end', () => { console.log(n); server.close(); }); });
      server.listen('s', () => { const socket = net.connect('s', () => spawn(process.execPath, process.argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit', socket] }).on('exit', (code) => { socket.end(); process.exitCode = code; })); });`;
    const out = execFileSync(process.execPath, ['-e', script, WEFT, ...PROVE.split(' '), '-o', '/dev/fd/3'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(Number(out)).toBeGreaterThan(200_000);
    expect(existsSync(join(folder, 's'))).toBe(false);
  });
});
