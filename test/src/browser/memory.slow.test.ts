/** How many workers a page has at work: no more than its memory holds, whoever made them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openSession, type PageSession } from '../support/page.ts';

describe.skipIf(CHROMIUM === undefined)('a page', () => {
  let session: PageSession;
  beforeAll(async () => {
    session = await openSession();
  });
  afterAll(() => session.close());

  it.each(['of its own', 'that it was given'])(
    'has no more workers at work than memory holds, on a runner %s',
    async (whose) => {
      const fresh = await session.open();
      let started = 0;
      fresh.on('worker', () => started++);
      const shards = await fresh.evaluate(async (isGiven) => {
        const { weft, guest } = inPage;
        const runner = isGiven ? await weft.createRunner(8) : undefined;
        // Two workers fit and, where there are helpers, a third thread.
        const options = { mode: 'core', memory: 0.75 * 2 ** 30, workers: 8, runner } as const;
        return (await weft.prove(await guest('loop'), [new TextEncoder().encode('500000')], options)).shards;
      }, whose === 'that it was given');
      expect(shards).toBeGreaterThan(2);
      expect(started).toBe(2);
      await fresh.close();
    },
  );
});
