/**
 * @module One guest, measured in a process of its own, so that its peak memory is its own: `measure.js NAME INPUT`.
 * Prints one JSON object. A repetition is everything from the run of the program to the finished proof.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { replay } from '@weft/executor/shard/checkpoint';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { proveTables } from '@weft/prover/prove/prove';
import { riscvKeyFor } from '@weft/rv32im/key';
import { verifyShard } from '@weft/rv32im/run/verify';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { textInput } from '../golden/statistics.ts';
import { recordRun } from '../support/shards.ts';
import { createUnit } from './unit.ts';

export const STAGES = ['execute', 'fill', 'encode', 'hash', 'gkr', 'zerocheck', 'open'] as const;
export type Stage = (typeof STAGES)[number];

export interface Measurement {
  readonly guest: string;
  readonly input: string;
  readonly cycles: number;
  /** log2 of the cells that its shape has room for. */
  readonly variables: number;
  readonly cells: { readonly real: number; readonly padded: number; readonly committed: number };
  readonly fractions: { readonly real: number; readonly padded: number };
  /** P in nanoseconds, and the proving time of a cycle in P: medians over the repetitions, each with its own P. */
  readonly unit: number;
  readonly unitsPerCycle: number;
  /** Medians. */
  readonly ms: Readonly<Record<Stage, number>>;
  readonly totalMs: number;
  readonly firstTotalMs: number;
  /** The second call in the process. */
  readonly verifyMs: number;
  readonly proofBytes: number;
  readonly peakRssBytes: number;
}

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;

async function measure(name: GuestName, input: string, repetitions: number): Promise<Measurement> {
  const stdin = name === 'sort-text' ? textInput(Number(input)) : new TextEncoder().encode(input);
  const bytes = name === 'sha256' ? new Uint8Array(Number(input)) : stdin;
  const measureUnit = createUnit();
  const pool = new ChunkPool();
  // As a worker does: without the chips of what the guest does not call.
  const { pk, slice, siblings, record: cut } = await recordRun(readGuest(name), [bytes], pool, riscvKeyFor([]));
  // A worker has one record, its own.
  pool.release(cut);
  const { cycles } = slice;
  const stages = Object.fromEntries(STAGES.map((s) => [s, [] as number[]])) as Record<Stage, number[]>;
  const totals: number[] = [];
  const units: number[] = [];
  let verify: (() => void) | undefined;
  let proofBytes = 0;
  for (let i = 0; i < repetitions; i++) {
    const spent = Object.fromEntries(STAGES.map((s) => [s, 0])) as Record<Stage, number>;
    let stage: Stage = 'execute';
    const before = measureUnit();
    let since = performance.now();
    const started = since;
    const enter = (next: string): void => {
      const now = performance.now();
      spent[stage] += now - since;
      since = now;
      if (next !== 'done') stage = next as Stage;
    };
    const record = replay(pk.program, slice.checkpoint, pool, pk.calls);
    enter('fill');
    const { tables, statement } = shardTables(pk, record, siblings);
    const words = statementWords(statement);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, words, { progress: enter });
    totals.push(performance.now() - started);
    // Before and after: the machine's speed may change within a repetition.
    units.push((before + measureUnit()) / 2);
    for (const s of STAGES) stages[s].push(spent[s]);
    pool.release(record);
    proofBytes = proof.length;
    verify ??= () => void verifyShard(pk.key, pk.vk, statement, proof);
  }
  // What a worker takes, which verifies nothing.
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const verifyMs = [0, 1].map(() => {
    const called = performance.now();
    verify?.();
    return performance.now() - called;
  });
  const s = await shardStatistics(pk, shardTables(pk, replay(pk.program, slice.checkpoint, pool, pk.calls), siblings));
  return {
    guest: name,
    input,
    cycles,
    variables: s.variables,
    cells: { real: s.realCells, padded: s.paddedCells, committed: s.committedCells },
    fractions: { real: s.fractions, padded: s.paddedFractions },
    unit: median(units),
    unitsPerCycle: median(totals.map((ms, i) => (ms * 1e6) / cycles / units[i]!)),
    ms: Object.fromEntries(STAGES.map((stage) => [stage, median(stages[stage])])) as Record<Stage, number>,
    totalMs: median(totals),
    firstTotalMs: totals[0]!,
    verifyMs: verifyMs[1]!,
    proofBytes,
    peakRssBytes,
  };
}

if (process.argv[1]?.endsWith('measure.js') === true) {
  const [name, input, repetitions] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await measure(name as GuestName, input!, Number(repetitions))));
}
