/**
 * @module The progress bar, by cli-progress. Only made when standard error is a terminal.
 */
import cliProgress from 'cli-progress';

export interface ProgressBar {
  readonly update: (stage: string, fraction: number) => void;
  /** May be called more than once. */
  readonly stop: () => void;
}

export function createProgressBar(): ProgressBar {
  const bar = new cliProgress.SingleBar({
    format: '{stage} [{bar}] {percentage}% | ETA {remaining}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  const started = performance.now();
  let running = false;
  return {
    update: (stage, fraction) => {
      const seconds = (performance.now() - started) / 1000;
      // Before anything is done there is nothing to extrapolate from.
      const remaining = fraction < 0.03 ? '...' : `${Math.ceil((seconds * (1 - fraction)) / fraction)} s`;
      if (!running) bar.start(100, 0, { stage, remaining });
      running = true;
      bar.update(Math.round(fraction * 100), { stage: stage.padEnd(10), remaining });
    },
    stop: () => {
      if (running) bar.stop();
      running = false;
    },
  };
}
