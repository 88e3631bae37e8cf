/**
 * @module The program at hand: an example, or a file that was dropped.
 */
import { batch, signal } from '@preact/signals';
import { EngineError } from '../engine/client.ts';
import type { Failure } from '../engine/protocol.ts';
import type { Example } from './example.ts';
import { setItems } from './input.ts';
import { announce, engine } from './settings.ts';

export interface Program {
  readonly name: string;
  readonly elf: Uint8Array;
  /** The example that it is. */
  readonly example?: Example;
  /** The verifying key, in hexadecimal, once it is derived. */
  readonly vk?: string;
}

export const program = signal<Program | undefined>(undefined);
/** The example that was asked for last: it may not be there yet. */
export const wanted = signal<Example | undefined>(undefined);
/** Why the last one could not be taken. */
export const programFailure = signal<{ readonly name: string; readonly failure: Failure } | undefined>(undefined);

/** Choices so far: only the last one counts. */
let choices = 0;

export async function chooseExample(example: Example): Promise<void> {
  const choice = ++choices;
  const { name } = example;
  wanted.value = example;
  try {
    const response = await fetch(example.url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const elf = new Uint8Array(await response.arrayBuffer());
    if (choice !== choices) return;
    await take({ name, elf, example });
  } catch (error) {
    if (choice !== choices) return;
    fail(name, error instanceof EngineError ? error.failure : { name: 'Error', message: `not loaded: ${error}` });
  }
}

export async function chooseFile(file: File): Promise<void> {
  const choice = ++choices;
  try {
    const elf = new Uint8Array(await file.arrayBuffer());
    if (choice !== choices) return;
    await take({ name: file.name, elf });
  } catch (error) {
    if (choice !== choices) return;
    fail(file.name, error instanceof EngineError ? error.failure : { name: 'Error', message: String(error) });
  }
}

/** @throws {EngineError} when it is no program; then the one before stays. */
async function take(next: Program): Promise<void> {
  const choice = choices;
  const vk = await engine.call('key', { elf: next.elf });
  if (choice !== choices) return;
  batch(() => {
    program.value = { ...next, vk };
    wanted.value = next.example;
    programFailure.value = undefined;
    // What another program reads nobody knows: what was typed may stay.
    if (next.example !== undefined) setItems(next.example.items);
  });
  announce(`Program ${next.name}`);
}

function fail(name: string, failure: Failure): void {
  wanted.value = program.value?.example;
  programFailure.value = { name, failure };
}

/** Takes what was kept of an earlier visit. */
export async function restoreProgram(kept: Program): Promise<void> {
  choices++;
  await take(kept);
}
