/**
 * @module How far a job is, on standard error: a bar by cli-progress on a terminal, plain lines in a pipe, or JSON.
 */

import type { ProveProgress } from '@weft/sdk';
import cliProgress from 'cli-progress';
import { formatBytes, formatTime } from './format.ts';

/** What `--progress` takes: `auto` is a bar on a terminal and lines elsewhere, nothing with `--json`. */
export type ProgressKind = 'auto' | 'lines' | 'json' | 'none';

export interface ProgressView {
  readonly update: (progress: ProveProgress) => void;
  /** Makes room for other output; the next update goes on. */
  readonly pause: () => void;
  /** May be called more than once. */
  readonly stop: () => void;
}

/** A terminal, or what a test has in its place. */
export type TerminalStream = NodeJS.WritableStream & { readonly columns?: number };

/** Milliseconds of silence before the bar appears: short commands do without. */
const BAR_AFTER_MS = 500;
/** The first line, and the longest time between two. */
const FIRST_LINE_MS = 10_000;
const LAST_LINE_MS = 60_000;
/** JSON events of one stage are at least so far apart. */
const EVENT_MS = 1000;
const BAR_CELLS = 10;

/** The last that is known of a job, and since when. */
class Snapshot {
  readonly #started = performance.now();
  #stageStarted = this.#started;
  progress: ProveProgress | undefined;

  /** @returns whether a new stage has begun. */
  take(progress: ProveProgress): boolean {
    const begins = progress.stage !== this.progress?.stage;
    if (begins) this.#stageStarted = performance.now();
    this.progress = progress;
    return begins;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  get stageSeconds(): number {
    return (performance.now() - this.#stageStarted) / 1000;
  }

  /** What there is to say in a line, most important first; `bar` draws the fraction. */
  parts(bar: (fraction: number) => string): string[] {
    const memory = formatBytes(process.memoryUsage.rss());
    const { progress, stageSeconds } = this;
    if (progress === undefined) return ['starting', memory];
    const { stage, fraction, shardsDone, shards, cycles, stepsDone, steps } = progress;
    // The length of a run is known when it ends, so there is no fraction of it.
    if (stage === 'execute') return [`execute ${millions(cycles)} cycles`, speed(cycles, stageSeconds), memory];
    // Before anything is done there is nothing to extrapolate from.
    const isKnown = fraction > 0.03 && stageSeconds > 0;
    return [
      `${stage} ${bar(fraction)}${Math.floor(fraction * 100)}%`,
      `${shardsDone}/${shards} shards`,
      ...(steps > 0 ? [`${stepsDone}/${steps} steps`] : []),
      ...(isKnown ? [speed(cycles * fraction, stageSeconds)] : []),
      memory,
      ...(isKnown ? [`${formatTime((1000 * stageSeconds * (1 - fraction)) / fraction)} left`] : []),
    ];
  }
}

const millions = (cycles: number): string => `${(cycles / 1e6).toFixed(1)} M`;

function speed(cycles: number, seconds: number): string {
  const hertz = seconds > 0 ? cycles / seconds : 0;
  return hertz >= 1e6 ? `${(hertz / 1e6).toFixed(1)} MHz` : `${(hertz / 1e3).toFixed(0)} kHz`;
}

/** A bar that redraws itself in one line of a terminal. */
export function createProgressBar(stream: TerminalStream = process.stderr): ProgressView {
  const last = new Snapshot();
  const draw = (fraction: number): string => {
    const done = Math.round(fraction * BAR_CELLS);
    return `[${'='.repeat(done)}${'-'.repeat(BAR_CELLS - done)}] `;
  };
  const bar = new cliProgress.SingleBar({
    // A narrow terminal gives up the bar, not the figures.
    format: (): string => {
      const line = last.parts(draw).join(' | ');
      return line.length < (stream.columns ?? 80) ? line : last.parts(() => '').join(' | ');
    },
    stream,
    // Nobody would show it again after an interrupt.
    hideCursor: false,
    clearOnComplete: true,
    stopOnComplete: false,
    // What an interrupt does is for the command to say; the bar's own listener would keep it from ending.
    gracefulExit: false,
  });
  let isRunning = false;
  const start = (): void => {
    if (!isRunning) bar.start(1, 0);
    isRunning = true;
  };
  const appear = setTimeout(start, BAR_AFTER_MS).unref();
  const pause = (): void => {
    if (isRunning) bar.stop();
    isRunning = false;
  };
  return {
    update: (progress) => {
      last.take(progress);
      if (last.seconds * 1000 < BAR_AFTER_MS) return;
      start();
      bar.update(0);
    },
    pause,
    stop: () => {
      clearTimeout(appear);
      pause();
    },
  };
}

/** A line after ten seconds, then at intervals that double up to a minute, also while nothing new is heard. */
export function createProgressLines(write: (line: string) => void): ProgressView {
  const last = new Snapshot();
  let interval = FIRST_LINE_MS;
  const print = (): void => {
    write(`${formatTime(last.seconds * 1000)}: ${last.parts(() => '').join(', ')}\n`);
    timer = setTimeout(print, interval).unref();
    interval = Math.min(2 * interval, LAST_LINE_MS);
  };
  let timer = setTimeout(print, interval).unref();
  return { update: (progress) => void last.take(progress), pause: () => {}, stop: () => clearTimeout(timer) };
}

/** One JSON object a line: about one a second, and every beginning of a stage. */
export function createProgressEvents(write: (line: string) => void): ProgressView {
  const last = new Snapshot();
  let due = 0;
  return {
    update: (progress) => {
      if (!last.take(progress) && last.seconds * 1000 < due) return;
      due = last.seconds * 1000 + EVENT_MS;
      const figures = { seconds: Math.round(last.seconds * 10) / 10, memoryBytes: process.memoryUsage.rss() };
      write(`${JSON.stringify({ event: 'progress', ...progress, ...figures })}\n`);
    },
    pause: () => {},
    stop: () => {},
  };
}
