/**
 * @module The runner's end of a task, whatever runs it. Errors come from workers as plain data, because structured cloning keeps
 * neither classes nor codes.
 */
import {
  checkBytes,
  checkFunction,
  checkName,
  checkOptions,
  checkSignal,
  type OptionChecks,
} from '@weft/primitives/arguments';
import { ElfError, ExecutionError, ResourceError, WeftError } from '@weft/primitives/errors';
import type { TaskOptions } from './runner.ts';
import type { WorkerAnswer } from './worker.ts';

const ERROR_CLASSES: Readonly<Record<string, typeof WeftError>> = { ElfError, ExecutionError, ResourceError };
const TASK_OPTIONS: OptionChecks<TaskOptions> = { signal: checkSignal, onProgress: checkFunction };

/** Checks what `TaskRunner.run` is given. @throws {TypeError} {@link RangeError} */
export function checkRun(task: string, input: Uint8Array, options: TaskOptions): void {
  checkName('task', task);
  checkBytes('input', input);
  checkOptions('options', options, TASK_OPTIONS);
}

/** What can be moved to another thread: a buffer that holds the bytes and nothing else. */
export function movableBuffers(bytes: Uint8Array): ArrayBuffer[] {
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [];
}

/** The bytes that a task answered. @throws {WeftError} what it threw, of the same class and code. */
export function answerOf(answer: WorkerAnswer): Uint8Array {
  if ('ok' in answer) return answer.ok;
  const { name, code, message, details } = answer.error;
  throw new (ERROR_CLASSES[name] ?? WeftError)(code, message, details);
}

/** What a runner throws for what happened to a task: its own error, or a `ResourceError` WORKER with the reason. */
export function workerFailure(error: unknown): WeftError {
  if (error instanceof WeftError) return error;
  return new ResourceError('WORKER', `a worker failed: ${(error as Error).message}`, {}, error);
}
