/** Figures of the home page and of the README are those that `pnpm bench` wrote into `docs/performance.md`. */
import { expect, it } from 'vitest';
import { readPage } from './blocks.ts';

const performance = readPage('docs/performance.md');
const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
/** A row of the table that has a heading, by heading. */
function row(heading: string, first: string, second = ''): Record<string, string> {
  const lines = performance.split('\n');
  const at = lines.findIndex((line) => line.startsWith('| guest |') && line.includes(heading));
  const names = cellsOf(lines[at]!);
  const cells = lines.slice(at + 2).map(cellsOf);
  const found = cells.find((c) => c[0] === first && (second === '' || c[1] === second))!;
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
}
const number = (cell: string): number => Number(cell.replaceAll(',', ''));
const seconds = (cell: string, digits: number): string => `${(number(cell) / 1000).toFixed(digits)} s`;
const PROOFS = 'proof KiB';
const JOBS = 'coordinator ms';

it('of the home page', () => {
  const home = readPage('site/index.md');
  const [fibonacci, sha256] = [row(PROOFS, 'fibonacci 10'), row(PROOFS, 'sha256 1000')];
  const [shard, job] = [row(PROOFS, 'loop 1560000'), row(JOBS, 'loop 15600000', '2')];
  expect(home).toContain(
    `(fibonacci, ${fibonacci['cycles']} cycles), mode \`core\` | ${seconds(fibonacci['prove ms']!, 2)} |`,
  );
  expect(home).toContain(`${sha256['cycles']} cycles | ${seconds(sha256['prove ms']!, 2)} |`);
  const cycles = (number(shard['cycles']!) / 1e6).toFixed(2);
  expect(home).toContain(`a shard of ${cycles} million cycles, one thread | ${seconds(shard['prove ms']!, 1)} |`);
  const length = (number(job['cycles']!) / 1e6).toFixed(1);
  expect(home).toContain(
    `a run of ${length} million cycles, two workers | ${seconds(job['prove ms']!, 0)}, ${job['kHz']} kHz |`,
  );
  const verifyMs = ['fibonacci 10', 'sha256 1000', 'loop 1560000', 'sort-text 2260'].map((guest) =>
    number(row(PROOFS, guest)['verify ms']!),
  );
  const all = [...verifyMs, number(job['verify ms per shard']!)];
  expect(home).toContain(`| verifying | ${Math.min(...all)} to ${Math.max(...all)} ms |`);
});
it('of the README', () => {
  expect(readPage('README.md')).toContain(`proven at ${row(JOBS, 'loop 15600000', '2')['kHz']} kHz`);
});
