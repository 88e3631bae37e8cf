/**
 * @module `pnpm bench`: measures the example guests, prints the figures as JSON (also to the path given as argument) and
 * writes `docs/performance.md` and its plot. Nothing else should run meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from '@weft/executor/executor';
import { ChunkPool } from '@weft/executor/observe/record';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { guestPath, readGuest } from '@weft/guest-examples';
import { planMemoryLimit } from '@weft/rv32im/cost/cost';
import { type ProvingKey, setupProgram } from '@weft/rv32im/setup';
import { cutRun } from '@weft/rv32im/shard/cut';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { textInput } from '../golden/statistics.ts';
import { recordRun, recordShards } from '../support/shards.ts';
import type { Measurement } from './measure.ts';
import type { PackageFigures } from './package.ts';
import type { Pipeline } from './pipeline.ts';
import type { Precompiles } from './precompiles.ts';
import { type Boundary, performancePage, type Report, staircasePlot } from './report.ts';
import type { Fill, Job } from './staircase.ts';

/** Guest, input, repetitions. */
const GUESTS = [
  ['fibonacci', '10', 7],
  ['sha256', '1000', 5],
  ['loop', '1560000', 5],
  ['sort-text', '2260', 5],
] as const;

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Millions of instructions per second, median of five runs. */
async function mips(run: () => Promise<number>): Promise<number> {
  const rates: number[] = [];
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    const cycles = await run();
    rates.push(cycles / (performance.now() - started) / 1000);
  }
  return Math.round(median(rates));
}

/** Guest, input, workers: runs of many shards, the last one all over 64 MiB of memory. */
const LONG = [
  ['loop', '15600000', 1],
  ['loop', '15600000', 2],
  ['sparse', '50000000', 2],
] as const;

/** Guests of the fast pass, with inputs of some 10^7 cycles. */
const FAST_PASS = [
  ['loop', '60000000'],
  ['hash-chain', '9000'],
  ['matrix', '250'],
  ['recursion', '80'],
  ['sparse', '50000000'],
] as const;

/** Plain execution, the fast pass with cuts and checkpoints, and the workers' execution with a record. */
async function interpreterRates(): Promise<Report['mips']> {
  const elf = readGuest('loop');
  const program = createProgram(elf);
  const input = new TextEncoder().encode('60000000');
  const { slice } = await recordRun(elf, [new TextEncoder().encode('4000000')]);
  const pool = new ChunkPool();
  const passes: Record<string, number> = {};
  for (const [name, size] of FAST_PASS) {
    const pk = await setupProgram(createProgram(readGuest(name)));
    passes[name] = await mips(() => fastPass(pk, [new TextEncoder().encode(size)]));
  }
  return {
    plain: await mips(async () => (await execute(program, [input])).cycles),
    fastPass: passes,
    recorded: await mips(async () => {
      pool.release(replay(program, slice.checkpoint, pool));
      return slice.cycles;
    }),
  };
}

/** Cuts, checkpoints and state tree of a run, as the coordinator makes them. */
async function fastPass(pk: ProvingKey, stdin: readonly Uint8Array[]): Promise<number> {
  let cycles = 0;
  for await (const shard of cutRun(pk, stdin, { limits: planMemoryLimit(pk.key, 2 ** 31).limits }))
    cycles += shard.cycles;
  return cycles;
}

/** Cold processes of the command. */
function processes(): { proveMs: number; verifyMs: number } {
  const weft = fileURLToPath(import.meta.resolve('@weft/cli/bin/weft'));
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  try {
    const elf = fileURLToPath(guestPath('fibonacci'));
    const proof = join(folder, 'fibonacci.weft');
    const run = (...args: string[]): number =>
      timed(() => void execFileSync(process.execPath, [weft, ...args, '--json'], { stdio: 'ignore' }));
    const times = (args: string[]): number => median(Array.from({ length: 7 }, () => run(...args)));
    const proveMs = times(['prove', elf, '--mode', 'core', '--stdin-hex', '3130', '-o', proof]);
    return { proveMs, verifyMs: times(['verify', proof, '--elf', elf]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Setup of a program of 100 KB of code, keys of the machine included in the first of five runs. */
async function setupTime(): Promise<{ setupMs: number; setupBytes: number }> {
  const words = [...Array.from({ length: 25_000 }, (_, i) => asm.i('ADDI', 5, 5, i % 2000)), ...asm.halt(0)];
  const program = createProgram(asm.elf(words, { dataAddress: 0x100000 }));
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    await setupProgram(program);
    times.push(performance.now() - started);
  }
  return { setupMs: median(times), setupBytes: 4 * words.length };
}

/** What the first shard of runs that have more than one spends on the state between shards. */
async function boundaries(): Promise<Boundary[]> {
  const runs = [
    ['loop', new TextEncoder().encode('4000000')],
    ['sha256', new Uint8Array(60_000)],
    ['sort-text', textInput(3500)],
    ['compress', textInput(3500)],
    ['matrix', new TextEncoder().encode('100')],
    ['hash-chain', new TextEncoder().encode('1000')],
    ['recursion', new TextEncoder().encode('10')],
    ['sparse', new TextEncoder().encode('50000000')],
    ['sort-words', new TextEncoder().encode('1000000')],
  ] as const;
  const out: Boundary[] = [];
  for (const [guest, input] of runs) {
    const pk = await setupProgram(createProgram(readGuest(guest)));
    const { limits } = planMemoryLimit(pk.key, 2 ** 31);
    for await (const { slice, record, siblings } of recordShards(pk, [input], limits)) {
      // The second is in the middle of the run, where memory is in use.
      if (slice.index === 0) continue;
      const { tables } = shardTables(pk, record, siblings);
      const isState = (name: string): boolean => /^(leaf|node|hash|bump|boundary)(_tail)?$/.test(name);
      const cells = tables.reduce(
        (n, t) => n + (t && isState(t.chip.name) ? t.chip.columns.length * 2 ** t.logHeight : 0),
        0,
      );
      const { committedCells } = await shardStatistics(pk, shardTables(pk, record, siblings));
      out.push({ guest, cycles: slice.cycles, leaves: record.leaves.length, share: cells / committedCells });
      break;
    }
  }
  return out;
}

const measureModule = fileURLToPath(new URL('./measure.js', import.meta.url));
const guests = GUESTS.map(([name, input, repetitions]) => {
  const json = execFileSync(process.execPath, [measureModule, name, input, `${repetitions}`], { encoding: 'utf8' });
  const m = JSON.parse(json) as Measurement;
  process.stderr.write(`${name} ${input}: ${m.totalMs.toFixed(0)} ms, ${m.unitsPerCycle.toFixed(1)} P per cycle\n`);
  return m;
});
const pipelineModule = fileURLToPath(new URL('./pipeline.js', import.meta.url));
const pipelines = LONG.map(([name, input, workers]) => {
  const json = execFileSync(process.execPath, [pipelineModule, name, input, `${workers}`], { encoding: 'utf8' });
  const p = JSON.parse(json) as Pipeline;
  process.stderr.write(`${name} ${input}, ${workers} workers: ${p.shards} shards in ${p.proveMs.toFixed(0)} ms\n`);
  return p;
});
const staircaseModule = fileURLToPath(new URL('./staircase.js', import.meta.url));
const staircaseOf = <T>(what: 'jobs' | 'cells'): T =>
  JSON.parse(execFileSync(process.execPath, [staircaseModule, what], { encoding: 'utf8' })) as T;
const staircase = { jobs: staircaseOf<Job[]>('jobs'), fills: staircaseOf<Fill[]>('cells') };
const precompilesModule = fileURLToPath(new URL('./precompiles.js', import.meta.url));
const precompiles = JSON.parse(
  execFileSync(process.execPath, [precompilesModule], { encoding: 'utf8' }),
) as Precompiles;
const packageModule = fileURLToPath(new URL('./package.js', import.meta.url));
const published = JSON.parse(execFileSync(process.execPath, [packageModule], { encoding: 'utf8' })) as PackageFigures;
const report: Report = {
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  mips: await interpreterRates(),
  guests,
  staircase,
  pipelines,
  boundaries: await boundaries(),
  precompiles,
  published,
  processes: { ...processes(), ...(await setupTime()) },
};
const json = `${JSON.stringify(report, null, 2)}\n`;
process.stdout.write(json);
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], json);
const docs = new URL('../../../docs/', import.meta.url);
writeFileSync(new URL('performance.md', docs), performancePage(report));
writeFileSync(new URL('staircase.svg', docs), staircasePlot(staircase));
