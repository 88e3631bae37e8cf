import { expect, it } from 'vitest';
import { RegionTracker } from './regions.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('counts from start to end, as often as it ends, whatever way lines are cut', () => {
  const tracker = new RegionTracker();
  tracker.write(1, bytes('some text\ncycle-tracker-start: sort\n'), [100, 1000]);
  tracker.write(1, bytes('cycle-tracker-'), [150, 1500]);
  tracker.write(2, bytes('cycle-tracker-report-start: hash the rest\n'), [160, 1600]);
  tracker.write(1, bytes('end: sort\n'), [200, 2000]);
  tracker.write(1, bytes('cycle-tracker-start: sort\ncycle-tracker-end: sort\n'), [300, 3000]);
  tracker.write(2, bytes('cycle-tracker-report-end: hash the rest\n'), [400, 4000]);
  expect(tracker.regions()).toEqual([
    { name: 'sort', count: 2, cycles: 100, cells: 1000 },
    { name: 'hash the rest', count: 1, cycles: 240, cells: 2400 },
  ]);
});

it('a region inside itself counts once, one without an end not at all, an end without a start is ignored', () => {
  const tracker = new RegionTracker();
  tracker.write(1, bytes('cycle-tracker-end: a\ncycle-tracker-start: a\ncycle-tracker-start: a\n'), [10, 10]);
  tracker.write(1, bytes('cycle-tracker-end: a\n'), [20, 20]);
  tracker.write(1, bytes('cycle-tracker-start: never\ncycle-tracker-end: a\n'), [50, 50]);
  expect(tracker.regions()).toEqual([{ name: 'a', count: 2, cycles: 40, cells: 40 }]);
});

it('a line without an end takes bounded memory', () => {
  const tracker = new RegionTracker();
  for (let i = 0; i < 1000; i++) tracker.write(1, new Uint8Array(100_000).fill(65), [i, i]);
  tracker.write(1, bytes('\ncycle-tracker-start: a\ncycle-tracker-end: a\n'), [1, 1]);
  expect(tracker.regions()).toHaveLength(1);
});
