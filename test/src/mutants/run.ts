/**
 * @module Mutants of the verifier: each one is a fault that would let a false proof pass, or a true one fail, and some test
 * that claims to notice must fail on it. Options: `--quick` for the named ones alone, `--only TEXT` for those whose name
 * holds the text, `--equivalent` for those on the list of exceptions (which must survive), `--list`.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { exit } from 'node:process';
import { parseArgs } from 'node:util';
import { EQUIVALENT } from './equivalent.ts';
import { type Mutant, mutate, nameOf } from './mutant.ts';
import { NAMED } from './named.ts';
import { mutantsOf } from './operators.ts';
import { TARGETS } from './targets.ts';
import { ROOT, Workspace } from './workspace.ts';

interface Job {
  readonly mutant: Mutant;
  readonly tests: readonly string[];
  /** Why no test can fail on it. */
  readonly waiver?: string;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** @throws {Error} for a snippet or an exception that fits no place, or several. */
function collect(): { named: Job[]; generated: Job[] } {
  const named = NAMED.map(({ file, what, snippet, replacement, tests }): Job => {
    const source = read(file);
    const start = source.indexOf(snippet);
    if (start < 0 || source.indexOf(snippet, start + 1) >= 0)
      throw new Error(`not exactly once in ${file}: ${snippet}`);
    const place = { within: what, operator: 'named', start, end: start + snippet.length, replacement };
    return { mutant: mutate(file, source, place), tests };
  });
  const exceptions = EQUIVALENT.flatMap((e) => e.now.map((now) => [nameOf({ ...e, now }), e.why] as const));
  const waivers = new Map(exceptions);
  if (waivers.size !== exceptions.length) throw new Error('an exception stands in the list twice');
  const used = new Set<string>();
  const generated = TARGETS.flatMap(({ file, tests }) =>
    mutantsOf(file, read(file)).map((mutant): Job => {
      const name = nameOf(mutant);
      const waiver = waivers.get(name);
      if (waiver === undefined) return { mutant, tests };
      used.add(name);
      return { mutant, tests, waiver };
    }),
  );
  const stale = [...waivers.keys()].filter((name) => !used.has(name));
  if (stale.length > 0) throw new Error(`exceptions that no mutant needs:\n${stale.join('\n')}`);
  return { named, generated };
}

/** Works through `items`, as many at once as there are workspaces. */
async function onEach<T>(
  workspaces: readonly Workspace[],
  items: readonly T[],
  work: (workspace: Workspace, item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    workspaces.map(async (workspace) => {
      while (next < items.length) await work(workspace, items[next++]!);
    }),
  );
}

const elapsed = (since: number): string => `${((performance.now() - since) / 1000).toFixed(0)} s`;

/** Seconds that each test file takes without a mutant. @throws {Error} when one fails. */
async function baseline(workspaces: readonly Workspace[], tests: readonly string[]): Promise<Map<string, number>> {
  const seconds = new Map<string, number>();
  await onEach(workspaces, tests, async (workspace, file) => {
    const started = performance.now();
    const { killer } = await workspace.test([{ file, seconds: 300 }]);
    if (killer !== undefined) throw new Error(`fails without a mutant: ${killer}`);
    seconds.set(file, (performance.now() - started) / 1000);
  });
  return seconds;
}

/** Runs every job. @returns the names of those that went otherwise than they must. */
async function run(workspaces: readonly Workspace[], jobs: readonly Job[], verbose: boolean): Promise<string[]> {
  const started = performance.now();
  for (const workspace of workspaces) for (const { mutant } of jobs) workspace.write(mutant.file, mutant.original);
  const seconds = await baseline(workspaces, [...new Set(jobs.flatMap((j) => j.tests))]);
  console.log(`${seconds.size} test files pass without mutants (${elapsed(started)})`);
  const wrong: string[] = [];
  let done = 0;
  let abrupt = 0;
  await onEach(workspaces, jobs, async (workspace, { mutant, tests, waiver }) => {
    const { file, original, source, line, operator } = mutant;
    const since = performance.now();
    workspace.write(file, source);
    const { killer, isAbrupt } = await workspace.test(
      tests.map((t) => ({ file: t, seconds: Math.ceil(15 + 4 * seconds.get(t)!) })),
    );
    workspace.write(file, original);
    const survived = killer === undefined;
    const name = `${nameOf(mutant)}  [line ${line}, ${operator}]`;
    if (survived !== (waiver !== undefined))
      wrong.push(survived ? `SURVIVED ${name}` : `NOT EQUIVALENT ${name}\n  noticed by ${killer}`);
    done++;
    if (isAbrupt === true) abrupt++;
    if (verbose || survived)
      console.log(
        `${done}/${jobs.length} ${survived ? 'SURVIVED' : 'killed'} ${name} (${elapsed(since)})\n  ${killer ?? ''}`,
      );
    else if (done % 25 === 0) console.log(`${done}/${jobs.length}, ${wrong.length} wrong (${elapsed(started)})`);
  });
  console.log(`${done} mutants, ${abrupt} of them noticed by a crash or by the time they took (${elapsed(started)})`);
  return wrong;
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    equivalent: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: `${Math.min(2, availableParallelism())}` },
  },
});
const { named, generated } = collect();
const chosen = values.quick
  ? named
  : values.equivalent
    ? generated.filter((j) => j.waiver !== undefined)
    : [...named, ...generated.filter((j) => j.waiver === undefined)];
const jobs = chosen.filter((j) => nameOf(j.mutant).includes(values.only));

/** Runs the jobs in workspaces of their own. @returns the exit code. */
async function main(): Promise<number> {
  const workspaces = [new Workspace()];
  // Copies of the first: a repository that is edited meanwhile would make several of different contents.
  while (workspaces.length < Number(values.workers)) workspaces.push(new Workspace(workspaces[0]!.root));
  const dispose = (): void => {
    for (const workspace of workspaces) workspace.dispose();
  };
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(signal, () => {
      dispose();
      exit(code);
    });
  try {
    const wrong = await run(workspaces, jobs, values.verbose);
    console.log(wrong.length === 0 ? `all ${jobs.length} as they must` : wrong.join('\n'));
    return wrong.length === 0 && jobs.length > 0 ? 0 : 1;
  } finally {
    dispose();
  }
}

if (values.list) for (const { mutant } of jobs) console.log(nameOf(mutant));
else process.exitCode = await main();
