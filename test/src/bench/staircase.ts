/**
 * @module What jobs of all sizes cost: the time of a cycle with one and with two workers, `staircase.js jobs`, and how much more is
 * committed than tables need, `staircase.js cells`. Prints one JSON object.
 */

import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createProgram } from '@weft/executor/program/program';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { planMemoryLimit } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { textInput } from '../golden/statistics.ts';
import { Project, packPackage, temporaryFolder } from '../support/package.ts';
import { recordShards } from '../support/shards.ts';
import { createUnit } from './unit.ts';

const MEMORY = 2 ** 31;
/** All jobs in turn, so often: what is compared was measured within minutes. */
const ROUNDS = 3;
/** Cycles of each job, and how often it is proven in a round; with threads that are kept, too, where that makes a difference. */
const JOBS = [
  [100_000, 2, 4],
  [250_000, 1, 3],
  [500_000, 1, 2],
  [1_000_000, 1, 1],
  [1_500_000, 1, 1],
  [2_500_000, 1, 0],
  [4_000_000, 1, 0],
  [10_000_000, 1, 0],
] as const;
/** Of the loop guest, beside one for each of its steps. */
const OTHER_CYCLES = 6020;

/** A job with one worker and with two in turn, in a process that has proven before: medians. */
export interface JobTimes {
  /** In ms, by number of workers. */
  readonly one: number;
  readonly two: number;
  /** One over two, of those that were measured one after the other. */
  readonly ratio: number;
  /** Of a cycle with one worker, in permutations. */
  readonly unitsPerCycle: number;
  /** Time of a cycle with one worker, over what it is of the longest job with new threads in the same round. */
  readonly overLongest: number;
}

export interface Job {
  readonly cycles: number;
  readonly shards: number;
  /** With new threads, and with such as have proven before if that was measured. */
  readonly fresh: JobTimes;
  readonly kept: JobTimes | undefined;
  /** How many permutations two threads at once make in the time of one by itself. 2, unless others use the machine. */
  readonly capacity: number;
}

/** Two proofs of a job, one after the other. */
interface Pair {
  readonly one: number;
  readonly two: number;
  readonly unitsPerCycle: number;
}

const decimal = (x: number): Uint8Array => new TextEncoder().encode(`${x}`);
const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;

/** Does some work with the library of the published package, as a stranger has it: its threads load one file. */
async function withPackage<T>(work: (library: typeof import('@weft/sdk')) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    const project = await Project.create(join(folder, 'project'), await packPackage(folder));
    const entry = join(project.folder, 'node_modules', 'weft-zkvm', 'lib', 'index.js');
    return await work(await import(pathToFileURL(entry).href));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A thread of the permutation beside this one's. */
function createCapacity(measureUnit: () => number): {
  readonly measure: () => Promise<number>;
  readonly end: () => void;
} {
  const beside = new Worker(new URL(import.meta.url), { argv: ['unit'] });
  const measure = async (): Promise<number> => {
    const alone = measureUnit();
    beside.postMessage('');
    const mine = measureUnit();
    const [other] = (await once(beside, 'message')) as [number];
    return alone / mine + alone / other;
  };
  return { measure, end: () => void beside.terminate() };
}

async function measureJobs({ createRunner, proveRun, setup }: typeof import('@weft/sdk')): Promise<Job[]> {
  const program = await setup(readGuest('loop'));
  const measureUnit = createUnit();
  const capacity = createCapacity(measureUnit);
  // Its thread starts and warms up with the first.
  await capacity.measure();
  const runners = [await createRunner(1), await createRunner(2)] as const;
  const prove = async (cycles: number, workers: 1 | 2, isKept: boolean) => {
    const runner = isKept ? runners[workers - 1]! : await createRunner(workers);
    const options = { mode: 'core', memory: MEMORY, workers, runner } as const;
    const proven = await proveRun(program, [decimal(cycles - OTHER_CYCLES)], options);
    if (!isKept) await runner.close();
    return proven;
  };
  for (const isKept of [false, true, true])
    for (const workers of [1, 2] as const) await prove(JOBS[0][0], workers, isKept);

  const jobs = JOBS.map(([count, ...repetitions]) => ({
    count,
    repetitions,
    cycles: 0,
    shards: 0,
    /** Per round. */
    pairs: [[], []] as readonly [fresh: Pair[][], kept: Pair[][]],
    capacities: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round++)
    for (const job of jobs) {
      for (const [kind, repetitions] of job.repetitions.entries()) {
        const pairs: Pair[] = [];
        for (let i = 0; i < repetitions; i++) {
          const before = measureUnit();
          const { cycles, shards, proveMs: one } = await prove(job.count, 1, kind === 1);
          const unit = (before + measureUnit()) / 2;
          const { proveMs: two } = await prove(job.count, 2, kind === 1);
          pairs.push({ one, two, unitsPerCycle: (one * 1e6) / cycles / unit });
          Object.assign(job, { cycles, shards });
        }
        job.pairs[kind]!.push(pairs);
      }
      job.capacities.push(await capacity.measure());
    }
  capacity.end();
  for (const runner of runners) await runner.close();

  const cycleOf = ({ cycles }: { cycles: number }, pairs: readonly Pair[]) => median(pairs.map((p) => p.one)) / cycles;
  const longest = jobs.at(-1)!;
  return jobs.map((job): Job => {
    const timesOf = (rounds: readonly Pair[][]): JobTimes => {
      const of = (f: (pair: Pair) => number): number => median(rounds.flat().map(f));
      const over = rounds.map((pairs, round) => cycleOf(job, pairs) / cycleOf(longest, longest.pairs[0][round]!));
      return {
        ...{ one: of((p) => p.one), two: of((p) => p.two), ratio: of((p) => p.one / p.two) },
        ...{ unitsPerCycle: of((p) => p.unitsPerCycle), overLongest: median(over) },
      };
    };
    const [fresh, kept] = job.pairs;
    const { cycles, shards, capacities } = job;
    const keptTimes = job.repetitions[1] === 0 ? undefined : timesOf(kept);
    return { cycles, shards, fresh: timesOf(fresh), kept: keptTimes, capacity: median(capacities) };
  });
}

/** Guests whose input has a size, at five sizes each. */
const SIZED: readonly (readonly [GuestName, (size: number) => Uint8Array, readonly number[]])[] = [
  ['loop', decimal, [20_000, 100_000, 300_000, 1_000_000, 3_000_000]],
  ['fibonacci', decimal, [10, 1000, 20_000, 100_000, 300_000]],
  ['sha256', (n) => new Uint8Array(n), [200, 1000, 4000, 15_000, 40_000]],
  ['sort-text', textInput, [50, 200, 600, 2000, 5000]],
  ['hash-chain', decimal, [10, 50, 200, 700, 2000]],
  ['compress', textInput, [50, 200, 700, 2000, 6000]],
  ['matrix', decimal, [10, 20, 40, 70, 110]],
  ['recursion', decimal, [1, 3, 6, 10, 15]],
  ['sort-words', decimal, [1000, 5000, 20_000, 100_000, 300_000]],
];

export interface Fill {
  readonly guest: string;
  /** Committed over needed cells, of the whole job, for each size. */
  readonly ratios: readonly number[];
  /** As it would be if a commitment took all that its shape has room for. */
  readonly shapes: readonly number[];
}

async function fills(): Promise<Fill[]> {
  const out: Fill[] = [];
  for (const [guest, inputOf, sizes] of SIZED) {
    const pk = await setupProgram(createProgram(readGuest(guest)));
    const { limits } = planMemoryLimit(pk.key, MEMORY);
    const ratios: number[] = [];
    const shapes: number[] = [];
    for (const size of sizes) {
      let [committed, room, needed] = [0, 0, 0];
      for await (const { record, siblings } of recordShards(pk, [inputOf(size)], limits)) {
        const { committedCells, variables, paddedCells } = await shardStatistics(pk, shardTables(pk, record, siblings));
        committed += committedCells;
        room += 2 ** variables;
        needed += paddedCells;
      }
      ratios.push(committed / needed);
      shapes.push(room / needed);
    }
    out.push({ guest, ratios, shapes });
  }
  return out;
}

const [what] = process.argv.slice(2);
if (isMainThread)
  process.stdout.write(
    JSON.stringify(what === 'cells' ? await fills() : await withPackage((library) => measureJobs(library))),
  );
else if (what === 'unit') {
  const measureUnit = createUnit();
  parentPort!.on('message', () => parentPort!.postMessage(measureUnit()));
}
