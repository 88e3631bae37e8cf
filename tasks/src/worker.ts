/**
 * @module The worker's end of a task, on threads of Node and on web workers: what it is sent and what it answers. Apart from the
 * runners, so that workers do not load them.
 */
import { WeftError } from '@weft/primitives/errors';
import type { Team, TeamInvitation } from '@weft/primitives/kernel/team';
import { type KernelModules, keptModules } from '@weft/primitives/wasm/assembler';
import type { Task } from './runner.ts';

/** The part of a message port that a task uses. */
export interface AnswerPort {
  postMessage(message: PortMessage, moved: ArrayBuffer[]): void;
  close(): void;
}

/** What a worker is sent. */
export interface WorkerMessage {
  readonly input: Uint8Array;
  /** Progress and the answer go here. */
  readonly port: AnswerPort;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly ok: Uint8Array }
  | {
      readonly error: {
        readonly name: string;
        readonly code: string;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
      };
    };

/** What comes through the port of a task: progress, whom threads without one may join, what the thread has compiled, and one answer. */
export type PortMessage =
  | { readonly stage: string; readonly fraction: number }
  | { readonly invitation: TeamInvitation }
  | { readonly modules: KernelModules }
  | WorkerAnswer;

/** What a thread is sent that joins another's work: it does nothing else until it is dismissed. */
export interface HelpMessage {
  readonly invitation: TeamInvitation;
  /** Its number in the team. */
  readonly thread: number;
}

/** The name under which a worker module exports how its threads join a team, if any task has one. */
export const HELP_TASK = 'help';

/** Compiled modules of this thread of which the runner has heard. */
let told = 0;

/**
 * Wraps a task for export from a worker module. The answer is sent through the port, its bytes moved.
 * @param team - with whom threads that have no task may do the work; the module then exports {@link HELP_TASK}.
 */
export function workerTask(task: Task, team?: Team): (message: WorkerMessage) => Promise<void> {
  return async ({ input, port }) => {
    const send = (message: PortMessage, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
    try {
      const invitation = team?.invite();
      if (invitation !== undefined) send({ invitation });
      const ok = await task(input, { progress: (stage, fraction) => send({ stage, fraction }) });
      const modules = keptModules();
      if (modules.size > told) send({ modules });
      told = modules.size;
      // Only a buffer that is the answer and nothing else can be given away.
      send({ ok }, ok.byteLength === ok.buffer.byteLength ? [ok.buffer as ArrayBuffer] : []);
    } catch (error) {
      if (error instanceof WeftError) {
        const { name, code, message, details } = error;
        return send({ error: { name, code, message, details } });
      }
      const { message, stack } = error as Error;
      const details = { stack };
      send({ error: { name: 'WeftError', code: 'INTERNAL', message: `internal error: ${message}`, details } });
    } finally {
      team?.close();
      port.close();
    }
  };
}
