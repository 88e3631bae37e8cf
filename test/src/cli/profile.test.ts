/** `weft run --profile`: the file as pprof's description of it says, the table, and what `--json` has. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { guestPath } from '@weft/guest-examples';
import { afterAll, expect, it } from 'vitest';
import { weft } from '../support/weft.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const elf = fileURLToPath(guestPath('c-library'));
const input = fileURLToPath(new URL('../../../guest-examples/c-library/stdin.txt', import.meta.url));

const folderOf = (guest: string): string =>
  fileURLToPath(new URL(`../../../guest-examples/${guest}/`, import.meta.url));

type Field = bigint | Uint8Array;

/** Fields of a message of protocol buffers, by number. */
function fields(message: Uint8Array): Map<number, Field[]> {
  const found = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint => {
    for (let [value, shift] = [0n, 0n]; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    let value: Field;
    if ((key & 7) === 0) value = varint();
    else {
      expect(key & 7).toBe(2);
      const length = Number(varint());
      value = message.subarray(at, at + length);
      at += length;
    }
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value]);
  }
  return found;
}
const messages = (of: Map<number, Field[]>, field: number): Map<number, Field[]>[] =>
  (of.get(field) ?? []).map((bytes) => fields(bytes as Uint8Array));
const number = (of: Map<number, Field[]>, field: number): number => Number((of.get(field)?.[0] as bigint) ?? 0n);
/** Numbers packed into bytes. */
function packed(bytes: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      shift += 7;
      if (byte < 128) break;
    }
    out.push(value);
  }
  return out;
}

it('writes call paths whose cycles are those of the run, and prints the functions that cost most', async () => {
  const path = join(folder, 'c-library.pb.gz');
  const { code, out } = await weft('run', elf, '--stdin', input, '--profile', path);
  expect(code).toBe(0);
  const cycles = Number(/cycles +(\d+)/.exec(out)![1]);
  expect(out).toMatch(/with calls +calls {2}function\n(.*\d+\.\d% .*\n){10}\d+ functions more are in the file\n/);

  const file = fields(gunzipSync(readFileSync(path)));
  const strings = (file.get(6) as Uint8Array[]).map((bytes) => new TextDecoder().decode(bytes));
  expect(messages(file, 1).map((type) => strings[number(type, 1)])).toEqual(['cycles', 'cells']);
  expect(strings[number(file, 14)]).toBe('cells');
  // Taken for an index, as speedscope does, it is that of the last type.
  expect(number(file, 14)).toBeGreaterThanOrEqual(1);
  const functions = new Map(messages(file, 5).map((of) => [number(of, 1), strings[number(of, 2)]!]));
  const locations = new Map(
    messages(file, 4).map((of) => [number(of, 1), functions.get(number(messages(of, 4)[0]!, 1))]),
  );
  const samples = messages(file, 2).map((of) => ({
    path: packed(of.get(1)![0] as Uint8Array).map((id) => locations.get(id)!),
    values: packed(of.get(2)![0] as Uint8Array),
  }));
  expect(samples.reduce((all, { values }) => all + values[0]!, 0)).toBe(cycles);
  // From the function itself out to where the run started.
  for (const sample of samples) expect(sample.path.at(-1)).toBe('_start');
  expect(samples.some((sample) => sample.path.join() === 'qsort,main,_start')).toBe(true);
});

it('--json has every function, and regions by SP1’s lines', async () => {
  const { out } = await weft(
    'run',
    fileURLToPath(guestPath('sp1-cycle-tracker')),
    '--stdin-hex',
    '0a000000',
    '--json',
    '--profile',
    join(folder, 'sp1.pb.gz'),
  );
  const { cycles, functions, regions } = JSON.parse(out);
  expect(functions.reduce((all: number, { cycles }: { cycles: { self: number } }) => all + cycles.self, 0)).toBe(
    cycles,
  );
  expect(regions.length).toBeGreaterThan(0);
  for (const region of regions) expect(region).toMatchObject({ count: expect.any(Number), cells: expect.any(Number) });
});

it.each([
  ['ecdsa', [0, 1, 2], ['SECP256K1_DOUBLE', 'SECP256K1_ADD', 'UINT256_MUL']],
  ['sha256-calls', [], ['SHA_EXTEND_BYTES', 'SHA_COMPRESS']],
] as const)('%s: a call takes the cells that the page of the ABI says', async (name, stdin, calls) => {
  const page = readFileSync(new URL('../../../docs/abi.md', import.meta.url), 'utf8');
  const { out } = await weft(
    'run',
    fileURLToPath(guestPath(name)),
    ...(stdin.length === 0 ? ['--stdin-text', 'some words'] : []),
    ...stdin.flatMap((i) => ['--stdin', join(folderOf(name), `stdin-${i}.bin`)]),
    ...['--json', '--profile', join(folder, `${name}.pb.gz`)],
  );
  const { functions } = JSON.parse(out);
  for (const call of calls) {
    const { cells, calls: times } = functions.find((of: { name: string }) => of.name === call);
    const listed = new RegExp(`^\\| ${call} \\|[^|]*\\|[^|]*\\| ([\\d,]+) \\|`, 'm').exec(page)![1]!;
    // The page rounds.
    expect(Math.abs(cells.self / times - Number(listed.replaceAll(',', ''))), call).toBeLessThan(1);
  }
});

it('a file that cannot be written is an error', async () => {
  const { code, err } = await weft('run', elf, '--stdin', input, '--profile', join(folder, 'missing', 'x.pb.gz'));
  expect([code, err.split('\n').at(-2)]).toEqual([2, expect.stringMatching(/^error\[ENOENT\]: cannot write /)]);
});
