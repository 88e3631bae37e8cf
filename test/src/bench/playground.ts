/**
 * Prints how long it takes in the playground from the click to the verified proof of fib(10), in a page that is warm and in one
 * that is new. On a quiet machine.
 */
import { button, CHROMIUM, openPlayground, panel } from '../support/playground.ts';

const PROOFS = 15;

/** Milliseconds of one more proof, as the page says them. */
async function prove(page: Parameters<typeof panel>[0]): Promise<number> {
  const verdict = panel(page, 'Prove').locator('.verdict');
  await button(page, 'Prove').click();
  await panel(page, 'Prove').getByRole('progressbar').waitFor({ state: 'detached' });
  await verdict.waitFor();
  const [, figure, unit] = /in ([\d.]+) (ms|s):/.exec((await verdict.textContent()) ?? '')!;
  return Math.round(Number(figure) * (unit === 's' ? 1000 : 1));
}

if (CHROMIUM === undefined) throw new Error('there is no browser to measure');
const playground = await openPlayground();
try {
  const { page } = await playground.open();
  const times: number[] = [];
  for (let i = 0; i < PROOFS; i++) times.push(await prove(page));
  const [first, ...warm] = times;
  const sorted = warm.slice(PROOFS / 3).toSorted((a, b) => a - b);
  process.stdout.write(`fib(10) from click to verified: ${first} ms in a new page, then ${warm.join(' ')}\n`);
  process.stdout.write(`warm page: median ${sorted[Math.floor(sorted.length / 2)]} ms, least ${sorted[0]} ms\n`);
} finally {
  await playground.close();
}
