/** Pages that are isolated from other origins: workers share memories there, and one without a task helps another. */
import { readGuest } from '@weft/guest-examples';
import * as node from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openSession, type PageSession } from '../support/page.ts';
import { sameBytes, text } from '../support/values.ts';
import { ISOLATION } from '../support/web-server.ts';

const STEPS = '60000';

/** Proves one shard with two workers, and says how many there are then. */
async function proveWithTwo(page: Page): Promise<{ proof: Uint8Array; isIsolated: boolean; workers: number }> {
  const { proof, isIsolated } = await page.evaluate(async (steps) => {
    const { weft, guest, base64 } = inPage;
    const runner = await weft.createRunner(2);
    Object.assign(globalThis, { runner });
    const input = [new TextEncoder().encode(steps)];
    const { proof } = await weft.prove(await guest('loop'), input, { mode: 'core', runner });
    return { proof: base64(proof), isIsolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated };
  }, STEPS);
  const workers = page.workers().length;
  await page.evaluate(() => (globalThis as unknown as { runner: node.TaskRunner }).runner.close());
  return { proof: Buffer.from(proof, 'base64'), isIsolated: isIsolated === true, workers };
}

describe.skipIf(CHROMIUM === undefined)('a page with a second worker and one shard', () => {
  let isolated: PageSession;
  let ordinary: PageSession;
  let expected: Uint8Array;
  beforeAll(async () => {
    [isolated, ordinary] = await Promise.all([openSession({}, ISOLATION), openSession()]);
    expected = (await node.prove(readGuest('loop'), [text(STEPS)], { mode: 'core' })).proof;
  });
  afterAll(() => Promise.all([isolated, ordinary].map((session) => session.close())));

  it('has both at it where it is isolated, and one where it is not, with the bytes of Node', async () => {
    const shared = await proveWithTwo(await isolated.open());
    expect([shared.isIsolated, shared.workers]).toEqual([true, 2]);
    expect(sameBytes(shared.proof, expected)).toBe(true);
    const alone = await proveWithTwo(await ordinary.open());
    expect([alone.isIsolated, alone.workers]).toEqual([false, 1]);
    expect(sameBytes(alone.proof, expected)).toBe(true);
  });

  it('ends at once when it is aborted, and its workers are there for the next proof', async () => {
    const page = await isolated.open();
    const { reason, waited, proof } = await page.evaluate(async (steps) => {
      const { weft, guest, base64 } = inPage;
      const runner = await weft.createRunner(2);
      const elf = await guest('loop');
      const input = [new TextEncoder().encode(steps)];
      const cancel = new AbortController();
      let [at, reason] = [0, ''];
      const onProgress = ({ fraction }: { readonly fraction: number }): void => {
        if (fraction < 0.3 || at > 0) return;
        at = performance.now();
        cancel.abort(new Error('enough'));
      };
      try {
        await weft.prove(elf, input, { mode: 'core', runner, onProgress, signal: cancel.signal });
      } catch (error) {
        reason = (error as Error).message;
      }
      const waited = performance.now() - at;
      const { proof } = await weft.prove(elf, input, { mode: 'core', runner });
      await runner.close();
      return { reason, waited, proof: base64(proof) };
    }, STEPS);
    expect(reason).toBe('enough');
    expect(waited).toBeLessThan(5000);
    expect(sameBytes(Buffer.from(proof, 'base64'), expected)).toBe(true);
  });

  it('proves all the same when the one that helps is lost', async () => {
    const page = await isolated.open();
    const { proof, again, isLost } = await page.evaluate(async (steps) => {
      const { weft, guest, base64 } = inPage;
      type Ended = { terminate(): void };
      const Plain = (globalThis as unknown as { Worker: new (url: URL, options: object) => Ended }).Worker;
      const made: Ended[] = [];
      class Counted extends Plain {
        constructor(url: URL, options: object) {
          super(url, options);
          made.push(this);
        }
      }
      Object.assign(globalThis, { Worker: Counted });
      const runner = await weft.createRunner(2);
      let isLost = false;
      const onProgress = ({ fraction }: { readonly fraction: number }): void => {
        if (isLost || fraction < 0.1 || made.length < 2) return;
        isLost = true;
        made[1]!.terminate();
      };
      const input = [new TextEncoder().encode(steps)];
      const elf = await guest('loop');
      const { proof } = await weft.prove(elf, input, { mode: 'core', runner, onProgress });
      const again = await weft.prove(elf, input, { mode: 'core', runner });
      await runner.close();
      return { proof: base64(proof), again: base64(again.proof), isLost };
    }, '150000');
    expect(isLost).toBe(true);
    expect(again).toBe(proof);
    const there = await node.prove(readGuest('loop'), [text('150000')], { mode: 'core' });
    expect(sameBytes(Buffer.from(proof, 'base64'), there.proof)).toBe(true);
  });
});
