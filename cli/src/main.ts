/**
 * @module The `weft` command: arguments, output and exit codes. The words and codes are an interface.
 */

import { readFileSync } from 'node:fs';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/version';
import { DEFAULT_MODE, PROOF_MODES } from '@weft/sdk/mode';
import { Command, CommanderError, Option } from 'commander';
import type { FileStreams, Outcome, RunOptions } from './commands.ts';
import { EXIT, EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { parseSize } from './format.ts';
import { LANGUAGES, type Language } from './guest/project.ts';
import { describeError, errorLine, STANDARD_OUTPUT, UsageError } from './io.ts';
import { exitCode, sizeUpTo2GB, stdinOptions, wholeNumber } from './options.ts';
import { ClosedOutputError } from './output.ts';
import type { ProgressKind, ProgressView } from './progress.ts';
import type { ProveCommandOptions } from './prove.ts';
import { trapJson, trapText } from './trap.ts';

/** What the command line touches of its process. */
export interface Terminal {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string | Uint8Array) => void;
  /** Aborted when standard output takes nothing more, because its reader has gone or the disk is full. */
  readonly lost?: AbortSignal;
  /** Whether a path leads to the pipe or file that standard output is. */
  readonly isOutput?: (path: string) => boolean;
  /** Whether standard error is a terminal, so that a progress bar makes sense. */
  readonly isInteractive: boolean;
  /** Asks a yes-or-no question; absent where nobody can answer. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
}

/** Options that every command has. */
interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly progress?: ProgressKind;
}

/** What is said of a proof on the command line. */
type ProveOptions = Omit<ProveCommandOptions, 'output'> & OutputOptions & { readonly output?: string };

/** What a command does, loaded when it is wanted: the machine and the prover behind it take a second, and help needs neither. */
const commands = (): Promise<typeof import('./commands.ts')> => import('./commands.ts');
const guests = (): Promise<typeof import('./guest/commands.ts')> => import('./guest/commands.ts');
const completion = (): Promise<typeof import('./completion.ts')> => import('./completion.ts');

/** What shows how far the job is; loaded when it is wanted. */
async function createView(o: OutputOptions, terminal: Terminal): Promise<ProgressView | undefined> {
  const { json = false, quiet = false, progress = 'auto' } = o;
  if (progress === 'none' || (progress === 'auto' && (json || quiet))) return undefined;
  const { createProgressBar, createProgressEvents, createProgressLines } = await import('./progress.ts');
  if (progress === 'json') return createProgressEvents(terminal.err);
  return progress === 'auto' && terminal.isInteractive ? createProgressBar() : createProgressLines(terminal.err);
}

/** Proofs are good for one protocol version, whatever the package's is. */
function versions(): { readonly version: string; readonly protocol: number } {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return { version, protocol: PROTOCOL_VERSION };
}

/** What `--quiet` leaves of what a command has to say: what it was asked for. */
interface Manner {
  /** The report is what was asked for. */
  readonly isAnswer?: boolean;
  /** So is what the guest writes. */
  readonly showsGuest?: boolean;
  /** A file has standard output for itself. */
  readonly takesOutput?: boolean;
}

/** What the command reads of its environment. */
const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['WEFT_CACHE', 'folder for circuits that are ready; empty: none'],
  ['TMPDIR', 'folder for what has no place beside the output'],
  ['NO_COLOR, TERM', 'no colours; TERM=dumb: no bar either'],
  ['CC, CXX, ZIG, RUSTC', 'compilers that weft build takes first'],
  ['LIBSTDCXX', 'folder of the C and C++ libraries for weft build'],
];

/** Part of a help text. */
function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [`${title}:`, ...rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)];
}

/**
 * Runs one command line (without node and script).
 * @returns the exit code, one of `EXIT_CODES`.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('weft')
    .description('Proves what a RISC-V program computed, and verifies it.')
    .exitOverride();
  // A bare `weft` prints its help as an error; everything else on this channel is our one line below.
  program.configureOutput({ writeOut: terminal.out, writeErr: args.length === 0 ? terminal.err : () => {} });
  program.option('--debug', 'print stack traces');
  const { version, protocol } = versions();
  const named = `weft ${version}, protocol ${protocol}`;
  program.version(
    named,
    '--version',
    'print the versions of the package and of the protocol; with --json as an object',
  );
  if (args.includes('--version') && args.every((arg) => arg === '--version' || arg === '--json')) {
    terminal.out(args.includes('--json') ? `${JSON.stringify({ version, protocol })}\n` : `${named}\n`);
    return EXIT.done;
  }
  program.addHelpText(
    'after',
    [
      '',
      ...section('Environment', VARIABLES),
      '',
      ...section(
        'Exit codes',
        EXIT_CODES.map(([code, meaning]) => [`${code}`.padStart(3), meaning]),
      ),
    ].join('\n'),
  );
  let report = terminal.out;
  const finish = async (
    o: OutputOptions,
    work: (streams: FileStreams) => Promise<Outcome>,
    { isAnswer = false, showsGuest = false, takesOutput = false }: Manner = {},
  ): Promise<void> => {
    const { json = false, quiet = false } = o;
    if (takesOutput) report = terminal.err;
    const view = await createView(o, terminal);
    const ask = (question: string): Promise<boolean> => {
      view?.pause();
      return terminal.confirm!(question);
    };
    const streams: FileStreams = {
      file: terminal.out,
      // With --json standard output holds the one JSON object.
      guest: (descriptor, bytes) => {
        if (quiet && !showsGuest) return;
        view?.pause();
        return descriptor === 1 && !json ? report(bytes) : terminal.err(bytes);
      },
      progress: view?.update,
      confirm: terminal.confirm === undefined || json ? undefined : ask,
      lost: terminal.lost,
      note: (line) => {
        if (quiet) return;
        view?.pause();
        terminal.err(o.progress === 'json' ? `${JSON.stringify({ event: 'note', message: line })}\n` : `${line}\n`);
      },
    };
    try {
      const { json: value, text } = await work(streams);
      view?.stop();
      if (json) report(`${JSON.stringify(value)}\n`);
      else if (!quiet || isAnswer) report(`${text.join('\n')}\n`);
    } catch (error) {
      // Of a compiler that fails, its words are the error.
      if (quiet && error instanceof UsageError && Array.isArray(error.details['said']))
        for (const line of error.details['said']) terminal.err(`${line}\n`);
      // A reader that has seen enough of a run ends it; that is no failure.
      if (!(error instanceof ClosedOutputError)) throw error;
    } finally {
      view?.stop();
    }
  };
  /** Whatever name standard output is given by, it is written as what it is. */
  const outputName = (path: string | undefined): string | undefined =>
    path !== undefined && terminal.isOutput?.(path) === true ? STANDARD_OUTPUT : path;
  const fail = (error: unknown): number => {
    // Read from the words themselves: wrong ones are errors too, and nothing has parsed them then.
    const isJson = args.includes('--json');
    const trap = trapJson(error);
    const described = { ...describeError(error), ...(trap === undefined ? {} : { trap }) };
    if (isJson) report(`${JSON.stringify({ error: described })}\n`);
    const more = isJson ? [] : trapText(error);
    terminal.err(`${[errorLine(error), ...more].join('\n')}\n`);
    if (args.includes('--debug') && error instanceof Error) terminal.err(`${error.stack}\n`);
    return exitCodeOf(error);
  };
  const define = (usage: string, description: string, example: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', 'print one JSON object')
      .option('-q, --quiet', 'print nothing but errors and what was asked for')
      .addOption(
        new Option('--progress <kind>', 'on standard error; auto: a bar on a terminal, lines in a pipe').choices([
          'auto',
          'lines',
          'json',
          'none',
        ]),
      )
      .option('--debug', 'print stack traces')
      .addHelpText('after', `\nExample:\n  weft ${example}`)
      .allowExcessArguments(false);

  const resources = (command: Command): Command =>
    command
      .option('--max-cycles <n>', 'stop after so many cycles (default 2^32)', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--max-output <size>', 'stop a guest that writes more (default 64MB)', sizeUpTo2GB)
      .option('--workers <n>', 'worker threads (default: cores)', wholeNumber(1, 1024))
      .option(
        '--memory <size>',
        'memory for all threads, such as 2GB (default 4GB); decides how runs are cut',
        parseSize,
      )
      .addOption(
        new Option(
          '--mode <mode>',
          'compressed: one proof, however long the run; wrapped: half its size, and some seconds more; core: a proof per shard',
        )
          .choices(PROOF_MODES)
          .default(DEFAULT_MODE),
      );

  const run = resources(define('run <elf>', 'execute a program', 'run fibonacci.elf --stdin-hex 3130')).option(
    '--profile <file>',
    'count cycles and cells by function and call path; pprof and speedscope open the file; - for standard output',
  );
  const runInput = stdinOptions(run);
  run.action((elf: string, given: RunOptions & OutputOptions) => {
    const o = { ...given, profile: outputName(given.profile) };
    return finish(o, async (streams) => (await commands()).runCommand(elf, runInput, o, streams), {
      showsGuest: true,
      takesOutput: o.profile === STANDARD_OUTPUT,
    });
  });

  const proveIt = resources(
    define('prove <elf>', 'execute a program and prove the run', 'prove fibonacci.elf --stdin-text 10'),
  )
    .option(
      '-o, --output <file>',
      'where the proof goes, - for standard output (default: NAME.proof here, for NAME.elf)',
    )
    .addOption(
      new Option('--resume', 'go on from the shards that an earlier attempt finished (OUTPUT.journal)').conflicts(
        'force',
      ),
    )
    .option('--force', 'start over, dropping what an earlier attempt finished')
    .option('--expect-exit <code>', 'prove nothing if the guest exits with another code', exitCode);
  const proveInput = stdinOptions(proveIt);
  proveIt.action((elf: string, given: ProveOptions) => {
    const o = { ...given, output: outputName(given.output) };
    return finish(
      o,
      async (streams) => {
        const { defaultOutput, proveCommand, proveToStandardOutput } = await import('./prove.ts');
        const output = o.output ?? defaultOutput(elf);
        const prove = output === STANDARD_OUTPUT ? proveToStandardOutput : proveCommand;
        return prove(elf, proveInput, { ...o, output }, streams);
      },
      { takesOutput: o.output === STANDARD_OUTPUT },
    );
  });

  define('verify <proof>', 'check a proof against a program', 'verify fibonacci.proof --elf fibonacci.elf')
    .option('--elf <file>', 'the program')
    .option('--vk <hex>', "the program's verifying key")
    .option('--max-proof <size>', 'refuse a larger proof unread (default 2GB)', parseSize)
    .option('--expect-exit <code>', 'reject a proof of a run with another exit code', exitCode)
    .action((proof: string, o: OutputOptions & { elf?: string; vk?: string; maxProof?: number; expectExit?: number }) =>
      finish(o, async () => (await commands()).verifyCommand(proof, o.elf, o.vk, o.maxProof, o.expectExit)),
    );
  define('vkey <elf>', "print a program's verifying key", 'vkey fibonacci.elf').action(
    (elf: string, o: OutputOptions) => finish(o, async () => (await commands()).vkeyCommand(elf), { isAnswer: true }),
  );
  define('inspect <file>', 'explain an ELF file or a proof', 'inspect fib.proof').action(
    (file: string, o: OutputOptions) =>
      finish(o, async () => (await commands()).inspectCommand(file), { isAnswer: true }),
  );
  define('new <folder>', 'make a project for a program in C, C++ or Rust', 'new hello --lang c')
    .addOption(new Option('--lang <language>', 'what it is written in').choices(LANGUAGES).makeOptionMandatory())
    .action((folder: string, o: OutputOptions & { lang: Language }) =>
      finish({ progress: 'none', ...o }, async () => (await guests()).newCommand(folder, o.lang)),
    );
  define('build [folder]', "make a project's ELF file with the compiler at hand", 'build hello').action(
    (folder: string | undefined, o: OutputOptions) =>
      finish({ progress: 'none', ...o }, async (streams) => (await guests()).buildCommand(folder ?? '.', streams)),
  );
  define('test [folder]', 'run the tests that a project lists in its weft.json', 'test hello').action(
    (folder: string | undefined, o: OutputOptions) =>
      finish({ progress: 'none', ...o }, async () => (await guests()).testCommand(folder ?? '.')),
  );
  define(
    'completion <shell>',
    'print a script for bash, zsh or fish that completes the words of this command',
    'completion bash',
  ).action((shell: string, o: OutputOptions) =>
    finish({ progress: 'none', ...o }, async () => (await completion()).completionCommand(shell), { isAnswer: true }),
  );
  // What the script asks.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => terminal.out((await completion()).complete(program, words)));

  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      if (error.code === 'commander.help') {
        const [, wanted] = args[0] === 'help' ? args : [];
        const what = wanted === undefined ? 'no command' : `unknown command '${wanted}'`;
        return args.length === 0 ? EXIT.usage : fail(new UsageError('USAGE', `${what}: weft --help lists them`));
      }
      return fail(new UsageError('USAGE', error.message.replace(/^error: /, '')));
    }
    return fail(error);
  }
}
