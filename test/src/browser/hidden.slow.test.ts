/** A page that nobody looks at: its timers are held back, or it is stopped altogether, and its proof is made all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openSession, type PageSession } from '../support/page.ts';
import { LEAST_MEMORY } from '../support/values.ts';

describe.skipIf(CHROMIUM === undefined)('a page that nobody looks at', () => {
  let session: PageSession;
  beforeAll(async () => {
    session = await openSession();
  });
  afterAll(() => session.close());

  it('proves though its timers come once a minute', async () => {
    // Drivers of browsers keep every page visible; this is what browsers do to the timers of pages that have been hidden for long.
    const context = await session.context.browser()!.newContext();
    await context.addInitScript(() => {
      const { setTimeout: start, setInterval: repeat } = globalThis;
      const late = (ms = 0): number => Math.max(ms, 60_000);
      Object.assign(globalThis, {
        setTimeout: (work: () => void, ms?: number) => start(work, late(ms)),
        setInterval: (work: () => void, ms?: number) => repeat(work, late(ms)),
      });
    });
    const page = await session.open(context);
    const { exitCode, tookMs } = await page.evaluate(async (memory) => {
      const { weft, guest } = inPage;
      const input = [new TextEncoder().encode('20000')];
      const started = performance.now();
      const { proof, vk } = await weft.prove(await guest('loop'), input, { mode: 'core', memory });
      return { exitCode: weft.verify(vk, proof).exitCode, tookMs: performance.now() - started };
    }, LEAST_MEMORY);
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(50_000);
    await context.close();
  });

  it('that is stopped goes on when it is woken up', async () => {
    // That workers are not given up for it is tested in `e2e/workers`: a stopped page keeps its timers from counting.
    const page = await session.open();
    const tools = await session.context.newCDPSession(page);
    const proving = page.evaluate(async (memory) => {
      const { weft, guest } = inPage;
      const options = { mode: 'core', memory, workers: 1 } as const;
      const { proof, vk } = await weft.prove(await guest('loop'), [new TextEncoder().encode('20000')], options);
      return weft.verify(vk, proof).exitCode;
    }, LEAST_MEMORY);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await tools.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await tools.send('Page.setWebLifecycleState', { state: 'active' });
    expect(await proving).toBe(0);
  });
});
