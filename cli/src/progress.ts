/**
 * @module The progress bar, by cli-progress. Only made when standard error is a terminal.
 */

import type { ProveProgress } from '@weft/sdk';
import cliProgress from 'cli-progress';
import { formatBytes, formatTime } from './format.ts';

export interface ProgressBar {
  readonly update: (progress: ProveProgress) => void;
  /** May be called more than once. */
  readonly stop: () => void;
}

export function createProgressBar(): ProgressBar {
  const bar = new cliProgress.SingleBar({
    format: '{stage} [{bar}] {percentage}% | {shards} | {speed} | {memory} | ETA {remaining}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  let running = false;
  let proving: number | undefined;
  return {
    update: ({ stage, fraction, shardsDone, shards, cycles }) => {
      if (stage === 'prove') proving ??= performance.now();
      const seconds = proving === undefined ? 0 : (performance.now() - proving) / 1000;
      // Before anything is done there is nothing to extrapolate from.
      const known = fraction > 0.03 && seconds > 0;
      const payload = {
        stage: stage.padEnd(7),
        shards: stage === 'prove' ? `${shardsDone} of ${shards} shards` : `${(cycles / 1e6).toFixed(1)} M cycles`,
        speed: known ? `${((cycles * fraction) / seconds / 1000).toFixed(0)} kHz` : '... kHz',
        memory: formatBytes(process.memoryUsage.rss()),
        remaining: known ? formatTime((1000 * seconds * (1 - fraction)) / fraction) : '...',
      };
      if (!running) bar.start(100, 0, payload);
      running = true;
      bar.update(Math.round(fraction * 100), payload);
    },
    stop: () => {
      if (running) bar.stop();
      running = false;
    },
  };
}
