/** Pictures of a proof are made from its progress alone. */
import { describe, expect, it } from 'vitest';
import { lanes, record, type Track, timeByStage, untilNow } from './timeline.ts';

type Report = readonly [now: number, kind: Track['kind'], index: number, stage: string];

const play = (reports: readonly Report[]): readonly Track[] =>
  reports.reduce<readonly Track[]>(
    (tracks, [now, kind, index, stage]) => record(tracks, { kind, index, stage, fraction: 0 }, now),
    [],
  );

const TWO_WORKERS: readonly Report[] = [
  [100, 'shard', 0, 'setup'],
  [110, 'shard', 0, 'gkr'],
  [120, 'shard', 1, 'setup'],
  [150, 'shard', 0, 'gkr'],
  [200, 'shard', 0, 'done'],
  [210, 'shard', 2, 'setup'],
  [260, 'shard', 1, 'done'],
  [260, 'step', 0, 'setup'],
  [300, 'shard', 2, 'done'],
  [310, 'step', 0, 'done'],
];

describe('a timeline', () => {
  it('has a span for each stage, which lasts until the next', () => {
    const [first] = play(TWO_WORKERS);
    expect(first).toEqual({
      kind: 'shard',
      index: 0,
      isDone: true,
      spans: [
        { stage: 'setup', from: 100, to: 110 },
        { stage: 'gkr', from: 110, to: 200 },
      ],
    });
  });
  it('has as many rows as tasks were under way at once', () => {
    const rows = lanes(play(TWO_WORKERS)).map((row) => row.map(({ kind, index }) => `${kind} ${index}`));
    expect(rows).toEqual([
      ['shard 0', 'shard 2'],
      ['shard 1', 'step 0'],
    ]);
  });
  it('adds up the time of all tasks in a stage', () => {
    expect([...timeByStage(play(TWO_WORKERS))]).toEqual([
      ['setup', 10 + 140 + 90 + 50],
      ['gkr', 90],
    ]);
  });
  it('leaves out what an earlier attempt finished', () => {
    const tracks = play([[5, 'shard', 0, 'done'], ...TWO_WORKERS.slice(2, 3)]);
    expect(tracks[0]).toMatchObject({ isDone: true, spans: [] });
    expect(lanes(tracks).flat()).toHaveLength(1);
  });
  it('gives a worker’s row to the next task while an answer is verified', () => {
    const tracks = play([
      [0, 'shard', 0, 'open'],
      [10, 'shard', 0, 'verify'],
      [11, 'shard', 1, 'setup'],
      [15, 'shard', 0, 'done'],
      [20, 'shard', 1, 'done'],
    ]);
    expect(lanes(tracks)).toHaveLength(1);
    expect(timeByStage(tracks).get('verify')).toBe(5);
  });
  it('lasts until now for what is under way', () => {
    const tracks = untilNow(play(TWO_WORKERS.slice(0, 6)), 1000);
    expect(tracks.map(({ spans }) => spans.at(-1)!.to)).toEqual([200, 1000, 1000]);
  });
});
