/** What goes wrong in a page: everything ends at once, with the error that Node gives for it. */
import { readGuest } from '@weft/guest-examples';
import * as node from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openSession, type PageSession } from '../support/page.ts';
import { text } from '../support/values.ts';

const SCRIPTS = {
  // Ends itself as soon as it has something to do.
  'closing.js': `
    addEventListener('message', (event) => { close(); event.stopImmediatePropagation(); });
    await import('./worker.js');`,
  'throwing.js': `throw new Error('no luck today');`,
};

describe.skipIf(CHROMIUM === undefined)('in a page', () => {
  let session: PageSession;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    session = await openSession(SCRIPTS);
    page = await session.open();
    page.on('pageerror', ({ message }) => errors.push(message));
  });
  afterAll(() => session.close());

  /** Proves on workers with this script, the first of them or all. */
  const proveWith = (script: string, isFirstAlone = false) =>
    page.evaluate(
      async ([script, isFirstAlone]) => {
        const { weft, guest, thrown } = inPage;
        let started = 0;
        const worker = () => {
          const path = isFirstAlone && started > 0 ? '/worker.js' : script;
          started++;
          return new Worker(path, { type: 'module' });
        };
        const runner = await weft.createRunner(1, { worker });
        const proving = async () => {
          const input = [new TextEncoder().encode('10')];
          const { proof, vk } = await weft.prove(await guest('fibonacci'), input, { mode: 'core', runner });
          return weft.verify(vk, proof).exitCode;
        };
        const result = isFirstAlone ? await proving() : await thrown(proving);
        await runner.close();
        return { result, started };
      },
      [script, isFirstAlone] as const,
    );

  it.each([
    ['is not there', '/missing.js', 'could not be loaded'],
    ['is none', '/fibonacci.elf', 'could not be loaded'],
    ['throws', '/throwing.js', 'no luck today'],
    ["is another origin's", 'http://127.0.0.1:9/worker.js', 'cannot be accessed from origin'],
    ['ends in the middle', '/closing.js', 'it ended without an answer'],
  ])('a worker whose script %s fails with the reason', async (_, script, reason) => {
    const { result } = await proveWith(script);
    expect(result).toMatchObject({ name: 'ResourceError', code: 'SHARD_FAILED' });
    expect(result).toMatchObject({ message: expect.stringMatching(`WORKER: a worker failed: .*${reason}`) });
  });
  it.each(['/closing.js', '/missing.js', '/throwing.js'])(
    'a worker of %s is replaced, and its task done by the next',
    async (script) => {
      expect(await proveWith(script, true)).toEqual({ result: 0, started: 2 });
    },
  );
  it('a task that waits for a worker ends when it is cancelled, and the one before it goes on', async () => {
    const [reason, first] = await page.evaluate(async () => {
      const { weft, thrown } = inPage;
      const runner = await weft.createRunner(1);
      const abort = new AbortController();
      // No tasks, which workers answer when they have loaded.
      const running = thrown(() => runner.run('proveShard', Uint8Array.of(1)));
      const waiting = thrown(() => runner.run('proveShard', Uint8Array.of(2), { signal: abort.signal }));
      abort.abort(new Error('not wanted any more'));
      const reason = await waiting;
      const first = await running;
      await runner.close();
      return [reason.message, first.code];
    });
    expect([reason, first]).toEqual(['not wanted any more', 'TASK']);
  });

  it('a proof that is cancelled ends within a moment, and its workers take the next one', async () => {
    const { reason, tookMs, exitCode } = await page.evaluate(async () => {
      const { weft, guest, thrown } = inPage;
      const runner = await weft.createRunner(2);
      const abort = new AbortController();
      let aborted = 0;
      const onProgress = ({ fraction }: { readonly fraction: number }): void => {
        if (fraction === 0 || aborted !== 0) return;
        aborted = performance.now();
        abort.abort(new Error('not wanted any more'));
      };
      const input = (n: number): Uint8Array[] => [new TextEncoder().encode(`${n}`)];
      const options = { mode: 'core', runner, signal: abort.signal, onProgress } as const;
      const loop = await guest('loop');
      const reason = await thrown(() => weft.prove(loop, input(1_000_000), options));
      const tookMs = performance.now() - aborted;
      const { proof, vk } = await weft.prove(await guest('fibonacci'), input(10), { mode: 'core', runner });
      await runner.close();
      return { reason, tookMs, exitCode: weft.verify(vk, proof).exitCode };
    });
    expect(reason.message).toBe('not wanted any more');
    expect(tookMs).toBeLessThan(1000);
    expect(exitCode).toBe(0);
  });
  it('a listener that throws ends the job with what it threw', async () => {
    const { code, message } = await page.evaluate(async () => {
      const { weft, guest, thrown } = inPage;
      const onProgress = ({ fraction }: { readonly fraction: number }): void => {
        if (fraction > 0) throw new Error('listener');
      };
      const elf = await guest('fibonacci');
      const input = [new TextEncoder().encode('10')];
      return await thrown(() => weft.prove(elf, input, { mode: 'core', onProgress }));
    });
    expect([code, message]).toEqual([undefined, 'listener']);
  });
  it('a runner that is closed takes nothing, and what it was at fails', async () => {
    const [during, after] = await page.evaluate(async () => {
      const { weft, thrown } = inPage;
      const runner = await weft.createRunner(1);
      const running = thrown(() => runner.run('proveShard', new Uint8Array(1)));
      const waiting = thrown(() => runner.run('proveShard', new Uint8Array(1)));
      await runner.close();
      for (const error of [await running, await waiting]) if (error.code !== 'WORKER') return [error, error];
      return [await running, await thrown(() => runner.run('proveShard', new Uint8Array(1)))];
    });
    const closed = { name: 'ResourceError', code: 'WORKER', message: 'the runner is closed' };
    expect([during, after]).toEqual([closed, closed]);
  });

  /** What a call throws here and in the page. */
  const both = async (guestName: string, input: string, options: node.ProveOptions) => {
    const elf = guestName === 'none' ? text('no ELF file') : readGuest(guestName as 'fibonacci');
    const there = await page.evaluate(
      async ([guestName, input, options]) => {
        const { weft, guest, thrown } = inPage;
        const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
        const elf = guestName === 'none' ? encode('no ELF file') : await guest(guestName);
        return await thrown(() => weft.prove(elf, [encode(input)], options));
      },
      [guestName, input, options] as const,
    );
    const here: unknown = await node.prove(elf, [text(input)], options).catch((error: unknown) => error);
    return { here, there };
  };
  it.each([
    ['a file that is no program', 'none', '10', {}, 'ElfError'],
    ['a guest that traps', 'hostile', '0', {}, 'ExecutionError'],
    ['a run that takes too long', 'loop', '100000', { maxCycles: 1000 }, 'ExecutionError'],
    ['another exit code', 'fibonacci', '10', { expectExit: 7 }, 'ExecutionError'],
    ['too little memory', 'fibonacci', '10', { memory: 2 ** 28 }, 'ResourceError'],
    ['an option that is none', 'fibonacci', '10', { workers: 0 }, 'RangeError'],
  ])('%s gives the error of Node', async (_, guestName, input, options, name) => {
    const { here, there } = await both(guestName, input, options);
    expect(there.name).toBe(name);
    const { code, message } = here as node.WeftError;
    expect(there.code).toBe(code);
    // Pages know no names of functions.
    expect(message.replaceAll(/ \([\w.]+\+0x\w+\)/g, '')).toBe(there.message);
  });

  it('a changed proof and another program are refused', async () => {
    const reasons = await page.evaluate(async () => {
      const { weft, guest, thrown } = inPage;
      const input = [new TextEncoder().encode('10')];
      const { proof, vk } = await weft.prove(await guest('fibonacci'), input, { mode: 'core' });
      const changed = proof.slice();
      changed[changed.length - 100]! ^= 1;
      const other = (await weft.setup(await guest('loop'))).vk;
      return [await thrown(() => weft.verify(vk, changed)), await thrown(() => weft.verify(other, proof))];
    });
    expect(reasons.map(({ name }) => name)).toEqual(['VerificationError', 'VerificationError']);
    expect(reasons[1]!.code).toBe('program');
  });

  it('nothing is thrown that nobody catches, and the policy is asked about text at most once', async () => {
    expect(errors).toEqual([]);
    const violations = await page.evaluate(() => inPage.violations);
    expect(violations).toEqual(['script-src eval']);
  });
});
