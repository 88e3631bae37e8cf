/** The library in a page of a real browser, under a strict policy: what it does there is what it does in Node. */
import { readGuest } from '@weft/guest-examples';
import * as node from '@weft/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openSession, type PageSession } from '../support/page.ts';
import { sameBytes, text } from '../support/values.ts';

/** Memory in which two workers fit. */
const TWO_WORKERS = 0.75 * 2 ** 30;

describe.skipIf(CHROMIUM === undefined)('a page', () => {
  let session: PageSession;
  let page: Page;
  beforeAll(async () => {
    session = await openSession();
    page = await session.open();
  });
  afterAll(() => session.close());

  it('proves and verifies, with the bytes of Node', async () => {
    const { proof, vk, exitCode } = await page.evaluate(async () => {
      const { weft, guest, base64 } = inPage;
      const program = await weft.setup(await guest('fibonacci'));
      const proven = await weft.prove(program, [new TextEncoder().encode('10')]);
      const { exitCode } = weft.verify(program.vk, proven.proof);
      return { proof: base64(proven.proof), vk: program.vkHex, exitCode };
    });
    const there = await node.prove(readGuest('fibonacci'), [text('10')]);
    expect(exitCode).toBe(0);
    expect(vk).toBe(Buffer.from(there.vk).toString('hex'));
    expect(sameBytes(Buffer.from(proof, 'base64'), there.proof)).toBe(true);
  });

  it('keeps ready circuits for the next workers, and makes them anew where they are damaged', async () => {
    const { kept, uses, exitCode } = await page.evaluate(async () => {
      const { weft, guest, ask } = inPage;
      const names = await ask<string[]>('circuits', (table) => table.getAllKeys());
      const circuits = await ask<Uint8Array[]>('circuits', (table) => table.getAll());
      type Use = { readonly used: number; readonly bytes: number };
      const before = await ask<Use[]>('circuitUse', (table) => table.getAll());
      const kept = circuits.map(({ length }, k) => length > 1000 && length === before[k]!.bytes);
      const damaged = circuits[0]!;
      damaged[damaged.length >> 1]! ^= 1;
      await ask('circuits', (table) => table.put(damaged, names[0]));
      // Workers of the call before still know their circuits.
      const runner = await weft.createRunner(1);
      const { proof, vk } = await weft.prove(await guest('fibonacci'), [new TextEncoder().encode('11')], { runner });
      await runner.close();
      const after = await ask<Use[]>('circuitUse', (table) => table.getAll());
      const uses = after.map(({ used }, k) => used > before[k]!.used);
      return { kept, uses, exitCode: weft.verify(vk, proof).exitCode };
    });
    expect(kept.length).toBeGreaterThan(0);
    expect(new Set(kept)).toEqual(new Set([true]));
    expect(new Set(uses)).toEqual(new Set([true]));
    expect(exitCode).toBe(0);
  });

  it('proves several shards on two workers, with the bytes of Node', async () => {
    const { proof, shards, most } = await page.evaluate(async (memory) => {
      const { weft, guest, base64 } = inPage;
      const runner = await weft.createRunner(2);
      let [now, most] = [0, 0];
      const counted: typeof runner = {
        ...runner,
        run: async (...task) => {
          most = Math.max(most, ++now);
          return await runner.run(...task).finally(() => now--);
        },
      };
      const input = [new TextEncoder().encode('250000')];
      const options = { mode: 'core', memory, runner: counted, workers: 2 } as const;
      const { proof, shards } = await weft.prove(await guest('loop'), input, options);
      await runner.close();
      return { proof: base64(proof), shards, most };
    }, TWO_WORKERS);
    expect(shards).toBeGreaterThan(1);
    const options = { mode: 'core', memory: TWO_WORKERS } as const;
    const there = await node.prove(readGuest('loop'), [text('250000')], options);
    expect(sameBytes(Buffer.from(proof, 'base64'), there.proof)).toBe(true);
    expect(most).toBe(2);
  });
});
