import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { circuitCacheFolder, DiskCircuitCache } from './circuit-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cache-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value);
const age = async (name: string, hours: number): Promise<void> => {
  const then = new Date(Date.now() - 3_600_000 * hours);
  await utimes(join(folder, name), then, then);
};

describe('circuits on disk', () => {
  it('are there for another cache of the folder, which is made when it is needed, for this user alone', async () => {
    const inner = join(folder, 'a', 'b');
    expect(await new DiskCircuitCache(inner).load('ab')).toBeUndefined();
    await new DiskCircuitCache(inner).save('ab', bytes(5));
    expect(Uint8Array.from((await new DiskCircuitCache(inner).load('ab'))!)).toEqual(bytes(5));
    expect(await readdir(inner)).toEqual(['ab']);
    if (process.platform !== 'win32') {
      expect((await stat(inner)).mode & 0o777).toBe(0o700);
      expect((await stat(join(inner, 'ab'))).mode & 0o777).toBe(0o600);
    }
  });
  it('are replaced as a whole', async () => {
    const cache = new DiskCircuitCache(folder);
    await cache.save('ab', bytes(9));
    await cache.save('ab', bytes(4, 1));
    expect(Uint8Array.from((await cache.load('ab'))!)).toEqual(bytes(4, 1));
    expect(await readdir(folder)).toEqual(['ab']);
  });
  it('go in the order of use when they are too many', async () => {
    const cache = new DiskCircuitCache(folder, 100);
    for (const [i, name] of ['aa', 'bb', 'cc'].entries()) {
      await cache.save(name, bytes(30));
      await age(name, 10 - i);
    }
    await cache.load('aa');
    await cache.save('dd', bytes(30));
    expect((await readdir(folder)).sort()).toEqual(['aa', 'cc', 'dd']);
    await cache.save('ee', bytes(101));
    expect((await readdir(folder)).sort()).toEqual(['aa', 'cc', 'dd']);
  });
  it('that are longer than all may be are not read', async () => {
    await writeFile(join(folder, 'ab'), bytes(101));
    expect(await new DiskCircuitCache(folder, 100).load('ab')).toBeUndefined();
  });
  it('leave alone what is not theirs, and what others write now, and clear away what was left long ago', async () => {
    const others = ['notes.txt', '0123456789ab.tmp', 'ba9876543210.tmp'];
    for (const name of others) await writeFile(join(folder, name), bytes(500));
    await age('ba9876543210.tmp', 2);
    await new DiskCircuitCache(folder, 100).save('ab', bytes(90));
    expect((await readdir(folder)).sort()).toEqual(['0123456789ab.tmp', 'ab', 'notes.txt']);
  });
  it('cannot lie elsewhere', async () => {
    for (const name of ['../ab', 'a/b', '', 'AB', 'x'])
      await expect(new DiskCircuitCache(folder).load(name)).rejects.toThrow(RangeError);
  });
  it('in a folder that is none: nothing is found, saving says so', async () => {
    await writeFile(join(folder, 'file'), bytes(1));
    const cache = new DiskCircuitCache(join(folder, 'file'));
    expect(await cache.load('ab')).toBeUndefined();
    await expect(cache.save('ab', bytes(1))).rejects.toThrow();
  });
  it('several processes that save and load at once see whole files', async () => {
    const script = `
      import { DiskCircuitCache } from ${JSON.stringify(new URL('../../dist/node/circuit-cache.js', import.meta.url).href)};
      const cache = new DiskCircuitCache(${JSON.stringify(folder)}, 3_000_000);
      for (let i = 0; i < 40; i++) {
        const name = 'a' + (i % 4);
        await cache.save(name, new Uint8Array(900_000).fill(Number(process.argv[1]) + i));
        const found = await cache.load(name);
        if (found !== undefined && (found.length !== 900_000 || found.some((x) => x !== found[0]))) process.exit(3);
      }`;
    const run = promisify(execFile);
    await Promise.all(['0', '100'].map((k) => run(process.execPath, ['--input-type=module', '-e', script, k])));
    const names = await readdir(folder);
    expect(names.every((name) => /^a[0-3]$/.test(name))).toBe(true);
    for (const name of names) expect((await readFile(join(folder, name))).length).toBe(900_000);
  }, 60_000);
});

describe('the folder', () => {
  it('is WEFT_CACHE, or in that of the system; none when it is empty', () => {
    expect(circuitCacheFolder({ WEFT_CACHE: '/x' })).toMatch(/[\\/]x[\\/]circuits-\d+$/);
    expect(circuitCacheFolder({ WEFT_CACHE: '' })).toBeUndefined();
    expect(circuitCacheFolder({})).toMatch(/weft.*circuits-\d+$/);
  });
});
