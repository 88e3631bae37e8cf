/**
 * @module The engine: the public API of Weft in a worker of the page.
 */
import {
  clearStores,
  createRunner,
  type ExecuteOptions,
  estimateRun,
  execute,
  keptStores,
  prove,
  ResourceError,
  type Setup,
  setup,
  type TaskRunner,
  verify,
  WeftError,
} from '@weft/sdk';
import { LongJobStore } from './long-job-store.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { Answer, CallName, Calls, EngineEvent, Failure, Job, Request } from './protocol.ts';

interface Context {
  readonly signal: AbortSignal;
  readonly emit: (event: EngineEvent) => void;
}

type Handlers = {
  readonly [K in CallName]: (takes: Calls[K]['takes'], context: Context) => Promise<Calls[K]['gives']>;
};

/** The last program: most calls are about the one before. */
let last: { readonly elf: Uint8Array; readonly ready: Promise<Setup> } | undefined;

function setupOf(elf: Uint8Array): Promise<Setup> {
  if (last === undefined || last.elf.length !== elf.length || last.elf.some((byte, i) => byte !== elf[i]))
    last = { elf, ready: setup(elf) };
  return last.ready;
}

/** Kept from proof to proof: workers that have proven once are warm. */
let staff: { readonly workers: number; readonly runner: Promise<TaskRunner> } | undefined;

function runnerFor({ workers = navigator.hardwareConcurrency }: Job): Promise<TaskRunner> {
  if (staff?.workers === workers) return staff.runner;
  void staff?.runner.then((runner) => runner.close());
  staff = { workers, runner: createRunner(workers) };
  return staff.runner;
}

const resourcesOf = ({ mode, workers, memory }: Job): Pick<Job, 'mode' | 'workers' | 'memory'> => ({
  mode,
  ...(workers === undefined ? {} : { workers }),
  ...(memory === undefined ? {} : { memory }),
});

const handlers: Handlers = {
  key: async ({ elf }) => (await setupOf(elf)).vkHex,
  run: async (job, { signal, emit }) => {
    const output = new OutputBuffer(emit);
    const options: ExecuteOptions = {
      signal,
      onOutput: output.write,
      onProgress: (cycles) => emit({ type: 'cycles', cycles }),
    };
    try {
      return await estimateRun(job.elf, job.stdin, { ...resourcesOf(job), ...options });
    } catch (error) {
      // Before it ran: too little memory to prove it, which is no reason not to run it.
      if (!(error instanceof ResourceError && error.code === 'MEMORY_LIMIT')) throw error;
      return { ...(await execute(job.elf, job.stdin, options)), noEstimate: error.message };
    } finally {
      output.flush();
      // People who run a program often prove it next: a worker loads in the meantime.
      void runnerFor(job);
    }
  },
  prove: async (job, { signal, emit }) => {
    const program = await setupOf(job.elf);
    const store = new LongJobStore(program, job);
    try {
      const proof = await prove(program, job.stdin, {
        ...resourcesOf(job),
        runner: await runnerFor(job),
        store,
        signal,
        onEstimate: async (estimate) => {
          emit({ type: 'estimate', estimate });
          if (await store.decide(estimate)) emit({ type: 'keeping' });
        },
        onProgress: (progress) => emit({ type: 'progress', progress }),
      });
      await store.finish();
      return proof;
    } catch (error) {
      await store.close();
      throw error;
    }
  },
  kept: async ({ elf }) => {
    const { vkHex } = await setupOf(elf);
    const jobs = (await keptStores()).filter((job) => job.vkHex === vkHex);
    const sum = (key: 'proofs' | 'bytes'): number => jobs.reduce((total, job) => total + job[key], 0);
    return { proofs: sum('proofs'), bytes: sum('bytes') };
  },
  forget: () => clearStores() as Promise<undefined>,
  verify: async ({ program, proof, expectExit }) => {
    const vk = typeof program === 'string' ? program : (await setupOf(program)).vk;
    return verify(vk, proof, expectExit === undefined ? {} : { expectExit });
  },
};

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  return error instanceof WeftError ? { name, message, code: error.code, details: error.details } : { name, message };
}

const answer = (message: Answer): void => postMessage(message);
const running = new Map<number, AbortController>();

async function serve<K extends CallName>(id: number, call: K, takes: Calls[K]['takes']): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const emit = (event: EngineEvent): void => answer({ id, event });
    answer({ id, gives: await handlers[call](takes, { signal: controller.signal, emit }) });
  } catch (error) {
    answer({ id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if ('cancel' in data) running.get(data.id)?.abort();
  else void serve(data.id, data.call, data.takes as never);
});
