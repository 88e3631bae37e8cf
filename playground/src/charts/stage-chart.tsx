/**
 * @module Where the time of a proof went: a table with bars.
 */
import type { JSX } from 'preact';
import { formatMs } from '../model/format.ts';
import { STAGES, type Track, timeByStage } from '../model/timeline.ts';

interface Part {
  readonly stage: string;
  readonly label: string;
  readonly ms: number;
}

function partsOf(tracks: readonly Track[], runMs: number | undefined): readonly Part[] {
  const times = timeByStage(tracks);
  const known = Object.keys(STAGES).filter((stage) => times.has(stage));
  const others = [...times.keys()].filter((stage) => !(stage in STAGES));
  const parts = [...known, ...others].map((stage) => ({
    stage,
    label: STAGES[stage] ?? stage,
    ms: times.get(stage)!,
  }));
  return runMs === undefined ? parts : [{ stage: 'run', label: 'running the program', ms: runMs }, ...parts];
}

/** @param runMs - of the run before the proof, once that is over. */
export function StageChart({
  tracks,
  runMs,
}: {
  readonly tracks: readonly Track[];
  readonly runMs: number | undefined;
}): JSX.Element | null {
  const parts = partsOf(tracks, runMs);
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return null;
  const most = Math.max(...parts.map(({ ms }) => ms));
  return (
    <div>
      <table class="chart stages">
        <caption>Time by stage, of all workers together</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Time</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ stage, label, ms }) => (
            <tr key={stage}>
              <th scope="row">
                <span class={`swatch stage-${stage}`} aria-hidden="true" />
                {label}
              </th>
              <td>{formatMs(ms)}</td>
              <td class="chart-bars">
                <div>
                  <span class={`bar stage-${stage}`} style={{ width: `${(100 * ms) / most}%` }} />
                  <span class="bar-label">{((100 * ms) / total).toFixed(0)} %</span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
