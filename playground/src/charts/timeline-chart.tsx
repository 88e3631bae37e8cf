/**
 * @module Which shard, and which step of folding, was proven when: a row for each that was under way at the same time.
 */
import type { JSX } from 'preact';
import { formatMs } from '../model/format.ts';
import { beginOf, endOf, lanes, STAGES, type Track, workOf } from '../model/timeline.ts';

/** Marks of the axis at most. */
const MOST_MARKS = 6;
/** Share of the width that a name takes at least, in percent. */
const NAMED_FROM = 6;

/** Distances of marks that people like: 1, 2 or 5 times a power of ten. */
function marks(end: number): readonly number[] {
  const rough = end / MOST_MARKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

const nameOf = ({ kind, index }: Track): string => `${kind} ${index}`;
const describe = (track: Track): string =>
  `${nameOf(track)}: from ${formatMs(beginOf(track))} to ${formatMs(endOf(track))}${track.isDone ? '' : ', under way'}`;

interface Properties {
  readonly tracks: readonly Track[];
  /** Milliseconds that are drawn. */
  readonly end: number;
}

export function TimelineChart({ tracks, end }: Properties): JSX.Element | null {
  const rows = lanes(tracks);
  if (rows.length === 0 || end <= 0) return null;
  const percent = (ms: number): string => `${(100 * ms) / end}%`;
  const kept = tracks.filter(({ spans, isDone }) => isDone && spans.length === 0).length;
  return (
    <figure class="timeline">
      <figcaption>
        Shards and steps on a timeline{kept > 0 && <span class="muted">, {kept} kept from an earlier attempt</span>}
      </figcaption>
      <div class="lanes" aria-hidden="true">
        {marks(end).map((ms) => (
          <span key={ms} class="mark" style={{ left: percent(ms) }}>
            {ms === 0 ? '0' : formatMs(ms)}
          </span>
        ))}
        {rows.map((row) => (
          <div class="lane" key={nameOf(row[0]!)}>
            {row.map((track) => (
              <TrackBar key={nameOf(track)} track={track} end={end} />
            ))}
          </div>
        ))}
      </div>
      <ul class="visually-hidden">
        {rows.flat().map((track) => (
          <li key={nameOf(track)}>{describe(track)}</li>
        ))}
      </ul>
    </figure>
  );
}

function TrackBar({ track, end }: { readonly track: Track; readonly end: number }): JSX.Element {
  const [from, to] = [beginOf(track), endOf(track)];
  const width = (100 * (to - from)) / end;
  return (
    <div
      class={`track track-${track.kind}`}
      style={{ left: `${(100 * from) / end}%`, width: `${width}%` }}
      title={describe(track)}
    >
      {workOf(track).map((span) => (
        <span
          key={`${span.stage} ${span.from}`}
          class={`span stage-${span.stage}`}
          style={{ flexGrow: span.to - span.from }}
          title={`${nameOf(track)}, ${STAGES[span.stage] ?? span.stage}: ${formatMs(span.to - span.from)}`}
        />
      ))}
      {width >= NAMED_FROM && <span class="track-name">{nameOf(track)}</span>}
    </div>
  );
}
