/**
 * @module `pnpm bench`: measures the example guests and prints a table; the same as JSON to the path given as argument.
 * `docs/performance.md` quotes it. Times are medians of the repetitions, in one process.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { execute } from '@weft/executor/executor';
import { createProgram } from '@weft/executor/program';
import { ChunkPool } from '@weft/executor/record';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { statementWords } from '@weft/prover/machine/machine';
import { proveTables } from '@weft/prover/prove/prove';
import { setupProgram } from '@weft/prover/setup';
import { fillShard } from '@weft/prover/shard';
import { runStatistics } from '@weft/prover/statistics';
import { verifyShard } from '@weft/prover/verify-run';
import { textInput } from '../golden/statistics.ts';

const REPETITIONS = 3;
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const GUESTS: readonly (readonly [GuestName, string, Uint8Array])[] = [
  ['fibonacci', 'n = 10', text('10')],
  ['sha256', '1 kB', new Uint8Array(1000)],
  ['sort-text', '100 lines', textInput(100)],
  ['loop', '100,000 cycles', text('100000')],
];

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;

async function timed<T>(work: () => T | Promise<T>): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

async function measure(name: GuestName, input: Uint8Array) {
  const program = createProgram(readGuest(name));
  const setup = await timed(() => setupProgram(program));
  const pk = setup.value;
  const stages: Record<string, number[]> = {
    execute: [],
    fill: [],
    commit: [],
    gkr: [],
    zerocheck: [],
    open: [],
    verify: [],
  };
  let [bytes, cycles] = [0, 0];
  let statistics: ReturnType<typeof runStatistics> | undefined;
  for (let i = 0; i < REPETITIONS; i++) {
    const run = await timed(() => execute(program, [input], { record: true }));
    const { record } = run.value;
    cycles = run.value.cycles;
    statistics ??= runStatistics(pk, record!);
    const fill = await timed(() => fillShard(pk, record!));
    const { traces, statement } = fill.value;
    let [stage, since] = ['', 0];
    const mark = (next: string): void => {
      const now = performance.now();
      if (stage !== '') stages[stage]!.push(now - since);
      [stage, since] = [next, now];
    };
    const proof = await proveTables(pk.key, pk.commitment, traces, statementWords(statement), { progress: mark });
    const verify = await timed(() => verifyShard(pk.key, pk.vk, statement, proof));
    stages['execute']!.push(run.ms);
    stages['fill']!.push(fill.ms);
    stages['verify']!.push(verify.ms);
    bytes = proof.length;
  }
  const ms = Object.fromEntries(Object.entries(stages).map(([k, v]) => [k, Math.round(median(v))]));
  const proveMs = ['fill', 'commit', 'gkr', 'zerocheck', 'open'].reduce((total, k) => total + ms[k]!, 0);
  const s = statistics!;
  return {
    cycles,
    setupMs: Math.round(setup.ms),
    ms,
    proveMs,
    kHz: Math.round((cycles / proveMs) * 10) / 10,
    proofBytes: bytes,
    cells: { real: s.realCells, padded: s.paddedCells, committed: s.committedCells },
    fractions: s.fractions,
  };
}

/** Millions of instructions per second of the interpreter on the loop guest, without and with a record. */
async function mips(record: boolean): Promise<number> {
  const program = createProgram(readGuest('loop'));
  const rates: number[] = [];
  const pool = new ChunkPool();
  for (let i = 0; i < 5; i++) {
    const { ms, value } = await timed(() =>
      execute(program, [text(record ? '4000000' : '60000000')], { record, pool }),
    );
    rates.push(value.cycles / ms / 1000);
    if (value.record !== undefined) pool.release(value.record);
  }
  return Math.round(median(rates));
}

const report = {
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  mips: { plain: await mips(false), recorded: await mips(true) },
  guests: {} as Record<string, Awaited<ReturnType<typeof measure>>>,
  peakRssBytes: 0,
};
const out = (line: string): void => void process.stdout.write(`${line}\n`);
out(
  `${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.machine.node}; one thread, medians of ${REPETITIONS}`,
);
out(`interpreter: ${report.mips.plain} MIPS, ${report.mips.recorded} MIPS with a record`);
out(
  'guest                       cycles  real/padded/committed   prove ms   (fill commit gkr zerocheck open)   verify ms   KiB',
);
for (const [name, what, input] of GUESTS) {
  const m = await measure(name, input);
  report.guests[name] = m;
  const per = [m.cells.real, m.cells.padded, m.cells.committed].map((c) => (c / m.cycles).toFixed(1)).join(' / ');
  const parts = ['fill', 'commit', 'gkr', 'zerocheck', 'open'].map((k) => m.ms[k]).join(' ');
  out(
    `${`${name} (${what})`.padEnd(26)} ${`${m.cycles}`.padStart(7)}  ${per.padEnd(22)}  ${`${m.proveMs}`.padStart(8)}   ${`(${parts})`.padEnd(32)}   ${`${m.ms['verify']}`.padStart(9)}   ${Math.round(m.proofBytes / 1024)}`,
  );
}
report.peakRssBytes = process.resourceUsage().maxRSS * 1024;
out(`peak RSS ${(report.peakRssBytes / 2 ** 20).toFixed(0)} MiB`);
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], `${JSON.stringify(report, null, 2)}\n`);
