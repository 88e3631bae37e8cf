/**
 * @module What jobs of all sizes cost: the time of a cycle with one and with two workers, `staircase.js WORKERS`, and how much more is
 * committed than tables need, `staircase.js cells`. Prints one JSON object.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
/** Steps of the loop guest, and how often each job is proven; the smaller ones with threads that are kept, too. */
const STEPS = [
  [100_000, 5, 5],
  [250_000, 3, 3],
  [500_000, 3, 3],
  [1_000_000, 3, 3],
  [1_500_000, 3, 1],
  [2_500_000, 1],
  [4_000_000, 1],
  [10_000_000, 1],
] as const;

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

async function steps(workers: number, { createRunner, proveRun, setup }: typeof import('@weft/sdk')): Promise<Step[]> {
  const program = await setup(readGuest('loop'));
  const measureUnit = createUnit();
  const runner = await createRunner(workers);
  const prove = async (count: number, isKept: boolean) => {
    const threads = isKept ? runner : await createRunner(workers);
    const proven = await proveRun(program, [decimal(count)], {
      mode: 'core',
      memory: MEMORY,
      workers,
      runner: threads,
    });
    if (!isKept) await threads.close();
    return proven;
  };
  const repeat = async (count: number, repetitions: number, isKept: boolean) => {
    const [times, units]: [number[], number[]] = [[], []];
    let made = { cycles: 0, shards: 0 };
    for (let i = 0; i < repetitions; i++) {
      const before = measureUnit();
      const { cycles, shards, proveMs } = await prove(count, isKept);
      made = { cycles, shards };
      times.push(proveMs);
      units.push((proveMs * 1e6) / cycles / ((before + measureUnit()) / 2));
    }
    return { ...made, ms: median(times), unitsPerCycle: median(units) };
  };
  for (const isKept of [false, true, true]) await prove(STEPS[0][0], isKept);
  const out: Step[] = [];
  for (const [count, repetitions, ofKept = 0] of STEPS) {
    const step = await repeat(count, repetitions, false);
    out.push({ ...step, kept: ofKept === 0 ? undefined : await repeat(count, ofKept, true) });
  }
  await runner.close();
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
process.stdout.write(
  JSON.stringify(what === 'cells' ? await fills() : await withPackage((library) => steps(Number(what), library))),
);
