/** Progress: nothing is cut on a terminal of 80 columns, and no job is silent for long. */
import { PassThrough } from 'node:stream';
import { createProgressBar, createProgressEvents, createProgressLines, type TerminalStream } from '@weft/cli/progress';
import type { ProveProgress } from '@weft/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const proving: ProveProgress = {
  stage: 'prove',
  fraction: 0.4567,
  shardsDone: 1234,
  shards: 2889,
  cyclesDone: 1.7e9,
  cycles: 2 ** 32 - 1,
  stepsDone: 0,
  steps: 0,
};
const executing: ProveProgress = { ...proving, stage: 'execute', fraction: 0, shardsDone: 0, shards: 0, cycles: 4e9 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the bar', () => {
  /** What a terminal was sent, without what moves the cursor. */
  const show = (columns: number, play: (bar: ReturnType<typeof createProgressBar>) => void): string => {
    const stream: TerminalStream = Object.assign(new PassThrough(), { isTTY: true, columns });
    const bar = createProgressBar(stream);
    play(bar);
    const sent = String((stream as PassThrough).read() ?? '');
    bar.stop();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    return sent.replaceAll(/\x1b(\[[?\d;]*[A-Za-z]|[78])/g, '\n');
  };
  const hour = (progress: ProveProgress) => (bar: ReturnType<typeof createProgressBar>) => {
    bar.update({ ...progress, fraction: 0 });
    vi.advanceTimersByTime(3_200_000);
    bar.update(progress);
    vi.advanceTimersByTime(1000);
  };
  it.each([80, 70])('shows memory and the time left in %i columns', (columns) => {
    const last = show(columns, hour(proving))
      .split('\n')
      .filter((line) => line.includes('%'))
      .at(-1)!;
    expect(last.length).toBeLessThan(columns);
    expect(last).toMatch(/prove .*45% \| 1234\/2889 shards \| [\d.]+ [kM]Hz \| [\d.]+[MG]B \| 1 h 0\d min left/);
    expect(last.includes('[===')).toBe(columns === 80);
  });
  it('shows cycles and speed while a program is executed', () => {
    const sent = show(80, hour(executing));
    expect(sent).toMatch(/execute 4000\.0 M cycles \| [\d.]+ [kM]Hz \| [\d.]+[MG]B/);
    expect(sent).not.toContain('%');
  });
  it('is there before the first second of silence, and not before half of one', () => {
    expect(show(80, () => void vi.advanceTimersByTime(900))).toContain('starting');
    expect(
      show(80, (bar) => {
        bar.update(executing);
        vi.advanceTimersByTime(400);
      }),
    ).toBe('');
  });
  it('leaves interrupts to the command', () => {
    const before = process.listenerCount('SIGINT');
    show(80, (bar) => {
      vi.advanceTimersByTime(900);
      bar.update(executing);
      expect(process.listenerCount('SIGINT')).toBe(before);
    });
  });
});

describe('lines', () => {
  it('come after 10 s and then at intervals that double to a minute, whatever is heard', () => {
    const times: number[] = [];
    const lines: string[] = [];
    const started = performance.now();
    const view = createProgressLines((line) => {
      times.push(Math.round((performance.now() - started) / 1000));
      lines.push(line);
    });
    vi.advanceTimersByTime(15_000);
    view.update(executing);
    vi.advanceTimersByTime(10_000);
    view.update(proving);
    vi.advanceTimersByTime(200_000);
    view.stop();
    vi.advanceTimersByTime(200_000);
    expect(times).toEqual([10, 20, 40, 80, 140, 200]);
    expect(lines[0]).toMatch(/^10 s: starting, [\d.]+[MG]B\n$/);
    expect(lines[1]).toMatch(/^20 s: execute 4000\.0 M cycles, [\d.]+ MHz, [\d.]+[MG]B\n$/);
    expect(lines[2]).toMatch(/^40 s: prove 45%, 1234\/2889 shards, [\d.]+ MHz, [\d.]+[MG]B, \d+ s left\n$/);
  });
});

describe('events', () => {
  it('are JSON objects, one a line, about one a second', () => {
    const lines: string[] = [];
    const view = createProgressEvents((line) => void lines.push(line));
    for (let k = 0; k < 50; k++) {
      view.update(k < 20 ? executing : proving);
      vi.advanceTimersByTime(100);
    }
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map((event) => event['seconds'])).toEqual([0, 1, 2, 3, 4]);
    expect(events.at(-1)).toMatchObject({ event: 'progress', ...proving });
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });
});
