/** What a page takes from what its browser tells of the machine. */
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';

let code: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@weft/sdk/platform/browser'`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'platform',
    platform: 'browser',
    logLevel: 'error',
  });
  code = outputFiles[0]!.text;
});

const GIGABYTE = 2 ** 30;
const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1';

it.each([
  ['nothing at all', undefined, 2.5, 1],
  ['no memory, as Firefox', { userAgent: DESKTOP, hardwareConcurrency: 8 }, 2.5, 8],
  ['much memory', { userAgent: DESKTOP, hardwareConcurrency: 4, deviceMemory: 32 }, 4, 4],
  ['eight gigabytes', { userAgent: DESKTOP, deviceMemory: 8 }, 4, 1],
  ['four gigabytes', { userAgent: DESKTOP, deviceMemory: 4 }, 2, 1],
  ['little memory', { userAgent: DESKTOP, deviceMemory: 0.5 }, 1.25, 1],
  ['a telephone, as Safari', { userAgent: IPHONE, hardwareConcurrency: 6 }, 1.25, 6],
  ['a telephone with much memory', { userAgentData: { mobile: true }, deviceMemory: 8 }, 1.25, 1],
  ['that it is none', { userAgentData: { mobile: false }, userAgent: IPHONE, deviceMemory: 8 }, 4, 1],
])('a browser that tells %s', (_, navigator, gigabytes, cores) => {
  const context = createContext({ navigator, TextEncoder, TextDecoder });
  const said: unknown = runInContext(`${code};[platform.defaultMemory(), platform.coreCount()]`, context);
  expect([...(said as number[])]).toEqual([gigabytes * GIGABYTE, cores]);
});
