/**
 * @module When which task of a proof was at which stage, as progress tells it.
 */
import type { TaskProgress } from '@weft/sdk';

/** Time that a task spent in one stage: milliseconds since the job began. */
export interface Span {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

/** A shard, or a step of folding. */
export interface Track {
  readonly kind: TaskProgress['kind'];
  readonly index: number;
  readonly spans: readonly Span[];
  readonly isDone: boolean;
}

/** Tracks in the order in which their tasks began, after one more report at time `now`. */
export function record(tracks: readonly Track[], { kind, index, stage }: TaskProgress, now: number): readonly Track[] {
  const at = tracks.findIndex((track) => track.kind === kind && track.index === index);
  const old = tracks[at] ?? { kind, index, spans: [], isDone: false };
  const isDone = stage === 'done';
  const last = old.spans.at(-1);
  const before = old.spans.slice(0, -1);
  const closed = last === undefined ? [] : [{ ...last, to: now }];
  const opened = isDone || last?.stage === stage ? [] : [{ stage, from: now, to: now }];
  const track = { kind, index, spans: [...before, ...closed, ...opened], isDone };
  return at < 0 ? [...tracks, track] : tracks.with(at, track);
}

/** What a worker did: when it has answered it goes on with something else. */
export const workOf = ({ spans }: Track): readonly Span[] => spans.filter(({ stage }) => stage !== 'verify');
export const beginOf = (track: Track): number => workOf(track)[0]?.from ?? 0;
export const endOf = (track: Track): number => workOf(track).at(-1)?.to ?? 0;

/**
 * Tracks in rows, so that those of a row do not overlap: as many rows as tasks were under way at once. Tasks that an earlier attempt
 * finished took no time and are in none.
 */
export function lanes(tracks: readonly Track[]): readonly (readonly Track[])[] {
  const rows: Track[][] = [];
  for (const track of tracks.filter(({ spans }) => spans.length > 0).toSorted((a, b) => beginOf(a) - beginOf(b))) {
    const row = rows.find((taken) => endOf(taken.at(-1)!) <= beginOf(track));
    if (row === undefined) rows.push([track]);
    else row.push(track);
  }
  return rows;
}

/** Milliseconds by stage of all tasks, in the order in which stages came. */
export function timeByStage(tracks: readonly Track[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { spans } of tracks)
    for (const { stage, from, to } of spans) times.set(stage, (times.get(stage) ?? 0) + to - from);
  return times;
}

/** What the stages of a task are, for people. */
export const STAGES: Readonly<Record<string, string>> = {
  setup: 'keys and circuits',
  execute: 'executing the shard',
  fill: 'filling tables',
  encode: 'committing: encoding',
  hash: 'committing: hashing',
  gkr: 'bus argument (LogUp-GKR)',
  zerocheck: 'constraints (zerocheck)',
  open: 'opening (WHIR)',
  verify: 'verifying what came of it',
};

/** Tracks as they are at time `now`: what is under way lasts until then. */
export const untilNow = (tracks: readonly Track[], now: number): readonly Track[] =>
  tracks.map((track) => {
    const last = track.spans.at(-1);
    if (track.isDone || last === undefined) return track;
    return { ...track, spans: track.spans.with(-1, { ...last, to: Math.max(last.to, now) }) };
  });
