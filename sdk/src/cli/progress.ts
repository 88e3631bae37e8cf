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
    format: '{stage} [{bar}] {percentage}% | ETA {eta_formatted}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  let running = false;
  return {
    update: (stage, fraction) => {
      if (!running) bar.start(100, 0, { stage });
      running = true;
      bar.update(Math.round(fraction * 100), { stage: stage.padEnd(10) });
    },
    stop: () => {
      if (running) bar.stop();
      running = false;
    },
  };
}
