/**
 * The library in a page: its root, bundled as a page's bundler does, in a context that has what the web has and nothing of
 * Node's. Arrays come from another realm there, as from a frame.
 */
import { createContext, runInContext } from 'node:vm';
import { readGuest } from '@weft/guest-examples';
import * as node from '@weft/sdk';
import type { PortMessage, WorkerMessage } from '@weft/tasks/worker';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { sameBytes, text } from '../support/values.ts';

/** Of the globals that pages and Node share, all that the library may use. */
const WEB = {
  TextEncoder,
  TextDecoder,
  performance,
  AbortController,
  AbortSignal,
  MessageChannel,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  queueMicrotask,
  // As of any page that asks for nothing else: threads cannot share memory.
  crossOriginIsolated: false,
};

type Library = typeof node & { readonly proveShard: (message: WorkerMessage) => Promise<void> };

/** Evaluates a bundle in a context of its own. */
async function inPage(contents: string, globals: object = WEB): Promise<Library> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'weft',
    platform: 'browser',
    // Where a worker's script is, which nobody asks here.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const context = createContext({ ...globals });
  return runInContext(`${outputFiles[0]!.text};weft`, context) as Library;
}

const BUNDLE = `export * from '@weft/sdk'; export { proveShard } from '@weft/sdk/prove/worker';`;
const INPUT = [text('10')];
let page: Library;
let elf: Uint8Array;
let honest: node.Proof;
beforeAll(async () => {
  elf = readGuest('fibonacci');
  page = await inPage(BUNDLE);
  honest = await node.prove(elf, INPUT, { mode: 'core' });
});

/** A runner over the tasks in a page itself. Nobody takes up the `invitations` to help. */
function inlineRunner(page: Library, invitations: object[] = []): node.TaskRunner {
  return {
    run: (task, input, options = {}) =>
      new Promise((resolve, reject) => {
        const postMessage = (message: PortMessage) => {
          if ('invitation' in message) invitations.push(message);
          else if ('stage' in message) options.onProgress?.(message.stage, message.fraction);
          else if ('ok' in message) resolve(message.ok);
          else if ('error' in message) reject(new Error(JSON.stringify(message.error)));
        };
        const port = { postMessage, close: () => {} } as unknown as WorkerMessage['port'];
        expect(task).toBe('proveShard');
        page.proveShard({ input, port }).catch(reject);
      }),
    close: () => Promise.resolve(),
  };
}

describe('in a page', () => {
  it('the API has the same names as in Node', () => {
    expect(Object.keys(page).sort()).toEqual([...Object.keys(node), 'proveShard'].sort());
  });
  it('a proof is verified, and a changed one rejected', () => {
    const { publicValues, exitCode } = page.verify(honest.vk, honest.proof);
    expect([...publicValues]).toEqual([...honest.publicValues]);
    expect(exitCode).toBe(0);
    const changed = honest.proof.slice();
    changed[changed.length - 100]! ^= 1;
    expect(() => page.verify(honest.vk, changed)).toThrow(
      expect.objectContaining({ name: 'VerificationError' }) as Error,
    );
  });
  it('verify alone needs nothing of the web but text', async () => {
    const { verify } = await inPage(`export { verify } from '@weft/sdk'`, { TextEncoder });
    expect(verify(honest.vk, honest.proof).exitCode).toBe(0);
  });
  it('a program is set up and run', async () => {
    const { vkHex } = await page.setup(elf);
    expect(vkHex).toBe((await node.setup(elf)).vkHex);
    const { cycles, publicValues } = await page.execute(elf, INPUT);
    expect([cycles, ...publicValues]).toEqual([honest.cycles, ...honest.publicValues]);
    expect((await page.estimateRun(elf, INPUT)).estimate.workers).toBe(1);
  });
  it('a run is proven on a runner of the page, to the same bytes', async () => {
    const invitations: object[] = [];
    const runner = inlineRunner(page, invitations);
    const { proof } = await page.prove(await page.setup(elf), INPUT, { mode: 'core', runner });
    expect(sameBytes(proof, honest.proof)).toBe(true);
    expect(invitations).toEqual([]);
  });
  it('that is isolated from other origins other threads may help, to the same bytes', async () => {
    const isolated = await inPage(BUNDLE, { ...WEB, crossOriginIsolated: true });
    const invitations: object[] = [];
    const runner = inlineRunner(isolated, invitations);
    const { proof } = await isolated.prove(await isolated.setup(elf), INPUT, { mode: 'core', runner });
    expect(sameBytes(proof, honest.proof)).toBe(true);
    expect(invitations).toHaveLength(1);
  });
  it('without web workers and without a runner proving says at once what is missing', async () => {
    let ran = false;
    const proving = page.prove(elf, INPUT, { mode: 'core', onProgress: () => void (ran = true) });
    const missing = {
      name: 'ResourceError',
      code: 'NO_RUNNER',
      message: expect.stringContaining('options.runner') as string,
    };
    await expect(proving).rejects.toMatchObject(missing);
    await expect(page.createRunner(1)).rejects.toMatchObject({ code: 'NO_RUNNER' });
    expect(ran).toBe(false);
  });
});
