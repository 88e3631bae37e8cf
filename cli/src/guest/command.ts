/**
 * @module Programs that others make: compilers and what they say.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UsageError } from '../io.ts';

/** A program and the arguments that come before all others: `python3 -m ziglang`, say. */
export type Command = readonly [program: string, ...first: string[]];

/** What a program that ended said; `undefined` where there is no such program. */
export interface Answer {
  readonly isGood: boolean;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program and takes what it says.
 * @param folder - where; of importance for programs of rustup, which obey a `rust-toolchain.toml`.
 */
export function answerOf(
  [program, ...first]: Command,
  rest: readonly string[],
  options: { readonly folder?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Answer | undefined {
  const { status, error, stdout, stderr } = spawnSync(program, [...first, ...rest], {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // What Cargo says of a large workspace has megabytes; more than the default of one is taken for a failure.
    maxBuffer: 2 ** 28,
  });
  return error === undefined ? { isGood: status === 0, out: stdout.trim(), err: stderr.trim() } : undefined;
}

/** What a program prints on standard output, without blanks around it; `undefined` where it is not there or fails. */
export function ask(command: Command, ...rest: readonly string[]): string | undefined {
  const answer = answerOf(command, rest);
  return answer?.isGood === true ? answer.out : undefined;
}

/** A command as the environment gives it, as in `CC="ccache gcc"`. */
export function commandOf(text: string | undefined): Command | undefined {
  const [program, ...first] = text?.trim().split(/\s+/) ?? [];
  return program === undefined || program === '' ? undefined : [program, ...first];
}

/**
 * Runs a program to its end; what it says goes to `say` line by line.
 * @throws {UsageError} BUILD, when it is not there or fails, with what it said as `details.said`, lines.
 */
export function run(
  [program, ...first]: Command,
  rest: readonly string[],
  options: { readonly folder: string; readonly say: (line: string) => void; readonly environment?: NodeJS.ProcessEnv },
): Promise<void> {
  const { folder, say, environment } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...rest], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: string[] = [];
    const hear = (line: string): void => {
      said.push(line);
      say(line);
    };
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', hear);
    child.on('error', ({ message }) => reject(new UsageError('BUILD', `cannot run ${program}: ${message}`)));
    child.on('close', (code, signal) => {
      const end = signal === null ? `exit code ${code}` : signal;
      if (code === 0) resolve();
      else reject(new UsageError('BUILD', `${program} failed (${end}); what it says stands above`, { said }));
    });
  });
}
