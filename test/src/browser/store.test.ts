/** What pages keep: a job goes on after a reload from what was proven, and whatever happens to it costs work only. */
import { readGuest } from '@weft/guest-examples';
import * as node from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, loaded, openSession, type PageSession } from '../support/page.ts';
import { LEAST_MEMORY, sameBytes, text } from '../support/values.ts';

const LOOP = '40000';

/** Proves the loop with a store, on a runner that counts what it is given. */
const resume = (page: Page) =>
  page.evaluate(
    async ([input, memory]) => {
      const { weft, guest, base64 } = inPage;
      const program = await weft.setup(await guest('loop'));
      const stdin = [new TextEncoder().encode(input)];
      const store = await weft.openStore(program, stdin, { mode: 'core', memory });
      const found = await store.contents();
      const runner = await weft.createRunner(2);
      let tasks = 0;
      const counting: typeof runner = {
        ...runner,
        run: (...task) => {
          tasks++;
          return runner.run(...task);
        },
      };
      const { proof, shards } = await weft.prove(program, stdin, { mode: 'core', memory, store, runner: counting });
      await runner.close();
      await store.close();
      return { proof: base64(proof), shards, tasks, found };
    },
    [LOOP, LEAST_MEMORY] as const,
  );

/** Starts the same and returns when the first proof is kept. */
const start = (page: Page) =>
  page.evaluate(
    async ([input, memory]) => {
      const { weft, guest } = inPage;
      const program = await weft.setup(await guest('loop'));
      const stdin = [new TextEncoder().encode(input)];
      const store = await weft.openStore(program, stdin, { mode: 'core', memory });
      await new Promise<void>((resolve, reject) => {
        const onProgress = ({ shardsDone }: { readonly shardsDone: number }): void => {
          if (shardsDone > 0) resolve();
        };
        weft.prove(program, stdin, { mode: 'core', memory, store, workers: 1, onProgress }).catch(reject);
      });
    },
    [LOOP, LEAST_MEMORY] as const,
  );

/** Opens the store of the loop and closes it. @returns what it threw, or what is in it. */
const look = (page: Page) =>
  page.evaluate(
    async ([input, memory]) => {
      const { weft, guest, thrown } = inPage;
      const stdin = [new TextEncoder().encode(input)];
      const elf = await guest('loop');
      try {
        const store = await weft.openStore(elf, stdin, { mode: 'core', memory });
        const contents = await store.contents();
        await store.close();
        return contents;
      } catch (error) {
        return await thrown(() => Promise.reject(error));
      }
    },
    [LOOP, LEAST_MEMORY] as const,
  );

describe.skipIf(CHROMIUM === undefined)('what a page keeps', () => {
  let session: PageSession;
  let page: Page;
  let honest: Uint8Array;
  beforeAll(async () => {
    session = await openSession();
    page = await session.open();
    const options = { mode: 'core', memory: LEAST_MEMORY } as const;
    honest = (await node.prove(readGuest('loop'), [text(LOOP)], options)).proof;
  });
  afterAll(() => session.close());

  it('goes on after a reload in the middle, to the same bytes', async () => {
    await start(page);
    await page.reload();
    await loaded(page);
    const { proof, shards, tasks, found } = await resume(page);
    expect(sameBytes(Buffer.from(proof, 'base64'), honest)).toBe(true);
    expect(found.shards).toBeGreaterThan(0);
    expect(tasks).toBe(shards - found.shards);
  });
  it('is listed, and goes on from a whole proof without proving anything', async () => {
    const { tasks, shards } = await resume(page);
    expect(tasks).toBe(0);
    const kept = await page.evaluate(() => inPage.weft.keptStores());
    const { vkHex } = await node.setup(readGuest('loop'));
    expect(kept).toEqual([{ vkHex, proofs: shards, bytes: expect.any(Number) as number }]);
    expect(kept[0]!.bytes).toBeGreaterThan(honest.length * 0.9);
  });
  it("is one page's at a time", async () => {
    const other = await session.open();
    await page.evaluate(
      async ([input, memory]) => {
        const { weft, guest } = inPage;
        await weft.openStore(await guest('loop'), [new TextEncoder().encode(input)], { mode: 'core', memory });
      },
      [LOOP, LEAST_MEMORY] as const,
    );
    expect(await look(other)).toMatchObject({ name: 'JournalError', code: 'JOURNAL_BUSY' });
    // Nor is it removed meanwhile.
    await other.evaluate(() => inPage.weft.clearStores());
    expect(await other.evaluate(() => inPage.weft.keptStores())).toHaveLength(1);
    await page.close();
    await expect.poll(() => look(other)).toMatchObject({ damaged: 0 });
    page = other;
  });
  it('that is damaged is proven again', async () => {
    await page.evaluate(async () => {
      const { ask } = inPage;
      const [key] = await ask<string[][]>('proofs', (table) => table.getAllKeys());
      const bytes = await ask<Uint8Array>('proofs', (table) => table.get(key));
      bytes[5000]! ^= 4;
      await ask('proofs', (table) => table.put(bytes, key));
    });
    expect(await look(page)).toMatchObject({ damaged: 1 });
    const { proof, tasks } = await resume(page);
    expect(tasks).toBe(1);
    expect(sameBytes(Buffer.from(proof, 'base64'), honest)).toBe(true);
  });
  it('lies apart from another input, and from another size of shards', async () => {
    const found = await page.evaluate(async (memory) => {
      const { weft, guest } = inPage;
      const elf = await guest('loop');
      const contents: unknown[] = [];
      for (const [input, bytes] of [
        ['7', memory],
        ['40000', 2 * memory],
      ] as const) {
        const stdin = [new TextEncoder().encode(input)];
        const store = await weft.openStore(elf, stdin, { mode: 'core', memory: bytes });
        contents.push(await store.contents());
        await store.close();
      }
      return contents;
    }, LEAST_MEMORY);
    const nothing = { shards: 0, steps: 0, damaged: 0 };
    expect(found).toEqual([nothing, nothing]);
  });
  it('is gone when the job is finished, and closing it then does no harm to who has it next', async () => {
    const [finished, next] = await page.evaluate(
      async ([input, memory]) => {
        const { weft, guest } = inPage;
        const elf = await guest('loop');
        const open = () => weft.openStore(elf, [new TextEncoder().encode(input)], { mode: 'core', memory });
        const store = await open();
        await store.finish();
        const finished = await weft.keptStores();
        const next = await open();
        const found = await next.contents();
        await store.close();
        await next.save('shard-0', Uint8Array.of(1));
        await next.close();
        const kept = (await weft.keptStores()).length;
        await weft.clearStores();
        return [finished, { ...found, kept }] as const;
      },
      [LOOP, LEAST_MEMORY] as const,
    );
    expect(finished).toEqual([]);
    expect(next).toEqual({ shards: 0, steps: 0, damaged: 0, kept: 1 });
  });
  it('a browser without room says so, and loses nothing', async () => {
    // One that has not been told yet how much room there is.
    const context = await session.context.browser()!.newContext();
    const fresh = await session.open(context);
    const tools = await context.newCDPSession(fresh);
    const origin = new URL(fresh.url()).origin;
    await tools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 5 * 2 ** 20 });
    const { error, saved, contents } = await fresh.evaluate(async (memory) => {
      const { weft, guest, thrown } = inPage;
      const store = await weft.openStore(await guest('loop'), [], { mode: 'core', memory });
      let saved = 0;
      // Nothing that a database could make smaller.
      const bytes = new Uint8Array(2 ** 20);
      for (let at = 0; at < bytes.length; at += 2 ** 16) crypto.getRandomValues(bytes.subarray(at, at + 2 ** 16));
      // Browsers look at what they keep now and then, not at every byte.
      const error = await thrown(async () => {
        for (; saved < 100; saved++) await store.save(`shard-${saved}`, bytes);
      });
      const contents = await store.contents();
      await store.finish();
      return { error, saved, contents };
    }, LEAST_MEMORY);
    expect(error).toMatchObject({ name: 'ResourceError', code: 'STORE' });
    expect(error.message).toMatch(/^the browser cannot keep the proof shard-\d+: /);
    expect(contents).toEqual({ shards: saved, steps: 0, damaged: 0 });
    expect(await fresh.evaluate(() => inPage.weft.keptStores())).toEqual([]);
    await context.close();
  });
});
