/**
 * @module Running the program at hand.
 */
import { effect, signal } from '@preact/signals';
import type { ProofMode } from '@weft/sdk';
import { EngineError } from '../engine/client.ts';
import type { Failure, Ran } from '../engine/protocol.ts';
import { formatCount } from './format.ts';
import { items, stdin } from './input.ts';
import { program } from './program.ts';
import { announce, engine, resources } from './settings.ts';

/** What a program printed, in pieces of one descriptor. */
export interface Printed {
  readonly descriptor: 1 | 2;
  readonly text: string;
}

export type RunState =
  | { readonly status: 'idle' | 'cancelled' }
  | { readonly status: 'running'; readonly cycles: number }
  | {
      readonly status: 'done';
      readonly result: Ran;
      /** What the estimate is of. */
      readonly mode: ProofMode;
      readonly ms: number;
    }
  | { readonly status: 'failed'; readonly failure: Failure };

export const run = signal<RunState>({ status: 'idle' });
export const printed = signal<readonly Printed[]>([]);
/** Characters that were printed and are not shown. */
export const hidden = signal(0);

/** Characters that are shown of what a program prints. */
const MOST_SHOWN = 100_000;

let controller: AbortController | undefined;

// A result belongs to the program and the input that gave it.
effect(() => {
  void [program.value, items.value];
  controller?.abort();
  controller = undefined;
  run.value = { status: 'idle' };
  printed.value = [];
  hidden.value = 0;
});

export function cancelRun(): void {
  controller?.abort();
}

export async function startRun(): Promise<void> {
  const given = stdin.value;
  if (program.value === undefined || given === undefined) return;
  controller?.abort();
  const own = new AbortController();
  controller = own;
  run.value = { status: 'running', cycles: 0 };
  printed.value = [];
  hidden.value = 0;
  const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  const began = performance.now();
  const isCurrent = (): boolean => controller === own;
  try {
    const job = { elf: program.value.elf, stdin: given, ...resources() };
    const result = await engine.call('run', job, {
      signal: own.signal,
      onEvent: (event) => {
        if (!isCurrent()) return;
        if (event.type === 'cycles') run.value = { status: 'running', cycles: event.cycles };
        if (event.type === 'output')
          print(event.descriptor, decoders[event.descriptor].decode(event.bytes, { stream: true }));
      },
    });
    if (!isCurrent()) return;
    run.value = { status: 'done', result, mode: job.mode, ms: performance.now() - began };
    announce(`Run finished with exit code ${result.exitCode} after ${formatCount(result.cycles)} cycles`);
  } catch (error) {
    if (!isCurrent()) return;
    if (!(error instanceof EngineError)) throw error;
    run.value = error.isCancelled ? { status: 'cancelled' } : { status: 'failed', failure: error.failure };
    // A failure is an alert by itself.
    if (error.isCancelled) announce('Run cancelled');
  }
}

function print(descriptor: 1 | 2, text: string): void {
  const shown = printed.value.reduce((sum, piece) => sum + piece.text.length, 0);
  const piece = text.slice(0, Math.max(0, MOST_SHOWN - shown));
  hidden.value += text.length - piece.length;
  if (piece === '') return;
  const last = printed.value.at(-1);
  printed.value =
    last?.descriptor === descriptor
      ? printed.value.with(-1, { descriptor, text: last.text + piece })
      : [...printed.value, { descriptor, text: piece }];
}
