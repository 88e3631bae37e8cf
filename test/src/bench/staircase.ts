/**
 * @module What jobs of all sizes cost: the time of a cycle with one and with two workers, `staircase.js steps`, and how much more is
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
/** Cycles of each job, and how often it is proven; the smaller ones with threads that are kept, too. */
const JOBS = [
  [100_000, 5, 7],
  [250_000, 3, 5],
  [500_000, 3, 5],
  [1_000_000, 3, 3],
  [1_500_000, 3, 3],
  [2_500_000, 1],
  [4_000_000, 1],
  [10_000_000, 3],
] as const;
/** Of the loop guest, beside one for each of its steps. */
const OTHER_CYCLES = 6020;

export interface StepTime {
  /** Median, in a process that has proven before. */
  readonly ms: number;
  /** Of a cycle, in permutations. */
  readonly unitsPerCycle: number;
}

/** A job; its time is with new threads. */
export interface Step extends StepTime {
  readonly cycles: number;
  readonly shards: number;
  /** With threads that have proven before; not measured for the longest jobs, where it makes no difference. */
  readonly kept: StepTime | undefined;
}

/** All jobs with one worker and with two, each pair measured in turn. */
export interface Steps {
  readonly one: readonly Step[];
  readonly two: readonly Step[];
  /** By job: how many permutations two threads at once make in the time of one by itself. 2, unless others use the machine. */
  readonly capacity: readonly number[];
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

async function steps({ createRunner, proveRun, setup }: typeof import('@weft/sdk')): Promise<Steps> {
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
  /** In turn with one worker and with two. */
  const repeat = async (count: number, repetitions: number, isKept: boolean) => {
    const made = [1, 2].map(() => ({ cycles: 0, shards: 0, times: [] as number[], units: [] as number[] }));
    for (let i = 0; i < repetitions; i++)
      for (const workers of [1, 2] as const) {
        const before = measureUnit();
        const { cycles, shards, proveMs } = await prove(count, workers, isKept);
        const of = made[workers - 1]!;
        Object.assign(of, { cycles, shards });
        of.times.push(proveMs);
        of.units.push((proveMs * 1e6) / cycles / ((before + measureUnit()) / 2));
      }
    return made.map(({ cycles, shards, times, units }) => ({
      ...{ cycles, shards },
      ...{ ms: median(times), unitsPerCycle: median(units) },
    }));
  };
  for (const isKept of [false, true, true])
    for (const workers of [1, 2] as const) await prove(JOBS[0][0], workers, isKept);
  const out = { one: [] as Step[], two: [] as Step[], capacity: [] as number[] };
  for (const [count, repetitions, ofKept = 0] of JOBS) {
    const found = [await capacity.measure()];
    const [one, two] = await repeat(count, repetitions, false);
    found.push(await capacity.measure());
    const kept = ofKept === 0 ? [] : await repeat(count, ofKept, true);
    found.push(await capacity.measure());
    out.one.push({ ...one!, kept: kept[0] });
    out.two.push({ ...two!, kept: kept[1] });
    out.capacity.push(median(found));
  }
  capacity.end();
  for (const runner of runners) await runner.close();
  return out;
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
    JSON.stringify(what === 'cells' ? await fills() : await withPackage((library) => steps(library))),
  );
else if (what === 'unit') {
  const measureUnit = createUnit();
  parentPort!.on('message', () => parentPort!.postMessage(measureUnit()));
}
