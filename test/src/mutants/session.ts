/**
 * @module Runs test files, in the order given and up to the first failure, in the workspace that is the working directory.
 * A process of its own, so that a mutant that never ends can be killed.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BaseSequencer, startVitest, type TestModule, type TestSpecification } from 'vitest/node';

/** What to run; the one argument, as JSON. */
export interface Session {
  /** Where the {@link Outcome} is written. */
  readonly out: string;
  /** With the longest time that each may take. */
  readonly files: readonly { readonly file: string; readonly seconds: number }[];
}

/** What running some tests showed. */
export interface Outcome {
  /** The first test that failed, or what ended the run; absent when all passed. */
  readonly killer?: string;
  /** It was no test that failed: the run took too long, or crashed. */
  readonly isAbrupt?: true;
}

const { out, files } = JSON.parse(process.argv[2]!) as Session;
const paths = files.map(({ file }) => resolve(file));

function finish(killer: string | undefined, isAbrupt = false): never {
  const said = killer === undefined ? {} : { killer: killer.split('\n')[0]! };
  const outcome: Outcome = isAbrupt ? { ...said, isAbrupt } : said;
  writeFileSync(out, JSON.stringify(outcome));
  // Threads in an endless loop end with the process.
  process.exit(0);
}

class InOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (s: TestSpecification): number => paths.indexOf(s.moduleId);
    return [...specifications].sort((a, b) => place(a) - place(b));
  }
}

let timer: NodeJS.Timeout | undefined;
/** Gives the next file its time. */
function watch(next: number): void {
  clearTimeout(timer);
  const file = files[next];
  if (file !== undefined)
    timer = setTimeout(() => finish(`${file.file}: no end within ${file.seconds} s`, true), 1000 * file.seconds);
}

function failuresOf(module: TestModule): string[] {
  const { children, relativeModuleId: id } = module;
  return [
    ...module.errors().map((e) => `${id}: ${e.message}`),
    ...[...children.allSuites()].flatMap((s) => s.errors().map((e) => `${id}: ${e.message}`)),
    ...Array.from(children.allTests('failed'), (t) => `${id}: ${t.fullName}`),
  ];
}

watch(0);
const vitest = await startVitest('test', paths, {
  watch: false,
  project: ['fast'],
  fileParallelism: false,
  sequence: { sequencer: InOrder },
  reporters: [
    {
      onTestCaseResult: (test) => {
        if (test.result().state === 'failed') finish(`${test.module.relativeModuleId}: ${test.fullName}`);
      },
      onTestModuleEnd: (module) => {
        const [failure] = failuresOf(module);
        if (failure !== undefined) finish(failure);
        watch(paths.indexOf(module.moduleId) + 1);
      },
    },
  ],
});
const modules = vitest.state.getTestModules();
const failures = [...modules.flatMap(failuresOf), ...vitest.state.getUnhandledErrors().map(String)];
const passed = modules.filter((m) => m.state() === 'passed').length;
if (failures.length === 0 && passed < files.length)
  failures.push(`${passed} of ${files.length} test files have passed`);
finish(failures[0]);
