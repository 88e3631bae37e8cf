/** Standard output and standard error of real processes: closed by their reader, full, and large. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TextCollector } from '@weft/cli/output';
import { SYSCALL } from '@weft/executor/program/abi';
import { branch, call, DATA, elf, halt, i, jal, li } from '@weft/executor/program/assembler';
import { guestPath } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../../cli/dist/bin/weft.js', import.meta.url));
const FIBONACCI = fileURLToPath(guestPath('fibonacci'));
const folder = mkdtempSync(join(tmpdir(), 'weft-streams-'));
const CHUNK = 0x10000;

/** A guest that writes 64 KiB so many times, `undefined` for ever. */
function writer(times: number | undefined): string {
  const write = call(SYSCALL.WRITE, 1, DATA, CHUNK);
  const back = -4 * (write.length + 1);
  const words =
    times === undefined
      ? [...write, jal(0, -4 * write.length)]
      : [...li(8, times), ...write, i('ADDI', 8, 8, -1), branch('BNE', 8, 0, back), ...halt()];
  const path = join(folder, `writer-${times}.elf`);
  writeFileSync(path, elf(words, { data: new Uint8Array(CHUNK).fill('.'.charCodeAt(0)) }));
  return path;
}

interface Result {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Runs `script` in a shell, in which `weft` is the command. */
function shell(script: string): Promise<Result> {
  const child = spawn('bash', ['-c', `weft() { "${process.execPath}" "${WEFT}" "$@"; }\n${script}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, out: Buffer.concat(out), err: Buffer.concat(err).toString() })),
  );
}

describe('a closed standard output', () => {
  it('ends a run quietly, even one that would go on for ever', async () => {
    const { code, out, err } = await shell(`weft run ${writer(undefined)} | head -c 5; exit \${PIPESTATUS[0]}`);
    expect([code, out.toString(), err]).toEqual([0, '.....', '']);
  });
  it('keeps the verdict of a verification', async () => {
    const bad = join(folder, 'bad.proof');
    writeFileSync(bad, 'no proof');
    const { code, err } = await shell(`weft verify ${bad} --elf ${FIBONACCI} | true; exit \${PIPESTATUS[0]}`);
    expect([code, err]).toEqual([1, expect.stringMatching(/^error\[\w+\]: [^\n]+\n$/)]);
  });
  it('does not stop a proof', async () => {
    const proof = join(folder, 'closed.proof');
    const script = `weft prove ${FIBONACCI} --mode core --stdin-hex 3130 -o ${proof} --workers 1 --progress none | true; exit \${PIPESTATUS[0]}`;
    const { code, err } = await shell(script);
    expect([code, err.split('\n').length]).toEqual([0, 2]);
    expect(existsSync(proof)).toBe(true);
  });
  it('so with standard error', async () => {
    const script = `weft run ${join(folder, 'missing')} 2> >(true)`;
    expect((await shell(`sleep 0.1; ${script}`)).code).toBe(2);
  });
});

describe('a full standard output', () => {
  it.skipIf(!existsSync('/dev/full')).each([
    ['during the run', `run ${FIBONACCI} --stdin-hex 3130`],
    ['at the end', `vkey ${FIBONACCI}`],
  ])('%s: one line, code 4', async (_, args) => {
    const { code, err } = await shell(`weft ${args} > /dev/full`);
    expect([code, err]).toEqual([4, 'error[ENOSPC]: cannot write standard output: no space left on the device\n']);
  });
});

describe('much guest output', () => {
  it('streams through, to the last byte', async () => {
    const { code, out } = await shell(
      `weft run ${writer(512)} | head -c ${512 * CHUNK} | wc -c; exit \${PIPESTATUS[0]}`,
    );
    expect([code, Number(out.toString())]).toEqual([0, 512 * CHUNK]);
  });
  it('--json holds the first MiB of it, and says so', async () => {
    const { code, out, err } = await shell(`weft run ${writer(48)} --json`);
    expect(code).toBe(0);
    const { stdout, stdoutTruncated } = JSON.parse(out.toString()) as { stdout: string; stdoutTruncated: boolean };
    expect([stdout.length, stdoutTruncated, err.length]).toEqual([2 ** 20, true, 48 * CHUNK]);
  });
  it('collected text ends with a whole character, and is marked only when something is missing', () => {
    const collect = (limit: number): [string, boolean] => {
      const collector = new TextCollector(limit);
      for (const byte of new TextEncoder().encode('aé')) collector.add(Uint8Array.of(byte));
      return [collector.text(), collector.truncated];
    };
    expect([collect(2), collect(3), collect(0)]).toEqual([
      ['a', true],
      ['aé', false],
      ['', true],
    ]);
  });
});

describe('- for a name', () => {
  it('standard input is one item, the proof alone goes to standard output', async () => {
    const proof = join(folder, 'piped.proof');
    const script = `printf 10 | weft prove ${FIBONACCI} --mode core --stdin - -o - --json --workers 1 > ${proof}`;
    const { code, err } = await shell(script);
    expect(code).toBe(0);
    expect(err).toMatch(/^fib\(10\) = 55\n/);
    const report = JSON.parse(err.trim().split('\n').at(-1)!) as { proof: string; bytes: number };
    expect(report).toMatchObject({ proof: '-', bytes: statSync(proof).size });
    expect((await shell(`weft verify ${proof} --elf ${FIBONACCI}`)).code).toBe(0);
    const limited = (size: string) => shell(`weft verify ${proof} --elf ${FIBONACCI} --max-proof ${size}`);
    expect((await limited('1MB')).code).toBe(0);
    expect(await limited('64KB')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error\[FORMAT\]: .* more than the limit of 64KB \(--max-proof\)\n$/),
    });
  });
  it('a proof that nobody takes is an error', async () => {
    const { code, err } = await shell(
      `weft prove ${FIBONACCI} --mode core --stdin-hex 3130 -o - --workers 1 | true; exit \${PIPESTATUS[0]}`,
    );
    expect([code, err]).toEqual([4, expect.stringMatching(/^error\[EPIPE\]: the proof is lost/m)]);
  });
  it.each([
    ['standard input twice', `run ${FIBONACCI} --stdin - --stdin -`],
    ['going on without a journal', `prove ${FIBONACCI} -o - --resume`],
  ])('%s is refused', async (_, args) => {
    const { code, out, err } = await shell(`weft ${args}`);
    expect([code, out.length, err]).toEqual([2, 0, expect.stringMatching(/^error\[USAGE\]: /)]);
  });
  it.each([
    ['/dev/stdout', '| cat'],
    ['/dev/stdout', '| cat', '--json'],
    ['/dev/fd/1', '| cat'],
    ['>(cat)', '2>&1'],
  ])('-o %s %s is a pipe that is written through', { timeout: 30_000 }, async (path, rest, more = '') => {
    const { code, out } = await shell(
      `weft prove ${FIBONACCI} --mode core --stdin-hex 3130 -o ${path} --workers 1 --progress none ${more} ${rest}; exit \${PIPESTATUS[0]}`,
    );
    expect(code).toBe(0);
    const start = out.indexOf('WEFT');
    if (path.startsWith('/')) expect(start).toBe(0);
    expect(out.length - start).toBeGreaterThan(200_000);
  });
  it('a folder as standard input is told', async () => {
    const { code, err } = await shell(`weft run ${FIBONACCI} --stdin - < ${folder}`);
    expect([code, err]).toEqual([2, 'error[EISDIR]: cannot read standard input: is a folder\n']);
  });
  it('the file behind standard input is not replaced', async () => {
    const input = join(folder, 'item');
    writeFileSync(input, '10');
    const { code, err } = await shell(`weft prove ${FIBONACCI} --mode core --stdin - -o ${input} < ${input}`);
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[OUTPUT_IS_INPUT\]: .* standard input,/)]);
    expect(readFileSync(input, 'utf8')).toBe('10');
    // A device keeps nothing.
    expect((await shell(`weft prove ${FIBONACCI} --mode core --stdin /dev/null -o /dev/null --workers 1`)).code).toBe(
      0,
    );
  });
  it('a proof takes the place of an older one while the command writes to a pipe', async () => {
    const old = join(folder, 'older');
    writeFileSync(old, 'old');
    const { code, err } = await shell(
      `set -o pipefail; weft prove ${FIBONACCI} --mode core --stdin-hex 3130 -o ${old} --workers 1 | cat > /dev/null`,
    );
    expect([code, err]).toEqual([0, expect.not.stringMatching(/^error/m)]);
    expect(readFileSync(old).length).toBeGreaterThan(200_000);
  });
  it('what has no end is refused at the limit', { timeout: 20_000 }, async () => {
    const { code, err } = await shell(`weft verify /dev/zero --elf ${FIBONACCI} --max-proof 1KB`);
    expect([code, err]).toEqual([1, expect.stringMatching(/^error\[FORMAT\]: .* limit of 1KB/)]);
  });
  it('waiting for the reader of a pipe ends with Ctrl-C, and --resume goes on', { timeout: 60_000 }, async () => {
    const pipe = join(folder, 'nobody');
    const prove = `prove ${FIBONACCI} --stdin-hex 3130 -o ${pipe} --workers 1`;
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const settings = `set -m; export TMPDIR=${temporary}`;
    const script = `mkfifo ${pipe}; "${process.execPath}" "${WEFT}" ${prove} &
      until ls ${temporary}/*/shard-*.proof; do sleep 0.1; done > /dev/null 2>&1; sleep 1; kill -INT $!; wait $!`;
    const { code, err } = await shell(`${settings}; ${script}`);
    expect([code, err]).toEqual([130, expect.stringMatching(/^error\[INTERRUPTED\]: .*--resume/m)]);
    const resumed = await shell(`${settings}; cat ${pipe} | wc -c & weft ${prove} --resume; code=$?; wait; exit $code`);
    expect([resumed.code, resumed.err]).toEqual([0, expect.stringMatching(/^resuming: 1 finished shard found$/m)]);
  });
  it('a proof larger than the limit is not read', async () => {
    const large = join(folder, 'large.proof');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 33);
    const { code, err } = await shell(`weft verify ${large} --elf ${FIBONACCI}`);
    expect([code, err]).toEqual([1, expect.stringMatching(/^error\[FORMAT\]: .* limit of 2GB/)]);
  });
});
