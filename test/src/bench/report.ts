/**
 * @module The page `docs/performance.md`, from a benchmark's figures and the model they are held against.
 */
import { type Measurement, STAGES, type Stage } from './measure.ts';
import type { PackageFigures } from './package.ts';
import type { Pipeline } from './pipeline.ts';
import { plot } from './plot.ts';
import type { Precompiles } from './precompiles.ts';
import type { Fill, Job, JobTimes } from './staircase.ts';

/** A shard's state tables, padding included, against all its cells. */
export interface Boundary {
  readonly guest: string;
  readonly cycles: number;
  readonly leaves: number;
  readonly share: number;
}

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** The fast pass by guest. */
  readonly mips: {
    readonly plain: number;
    readonly fastPass: Readonly<Record<string, number>>;
    readonly recorded: number;
  };
  readonly pipelines: readonly Pipeline[];
  readonly boundaries: readonly Boundary[];
  readonly precompiles: Precompiles;
  readonly published: PackageFigures;
  readonly guests: readonly Measurement[];
  /** Jobs of all sizes, by workers. */
  readonly staircase: { readonly jobs: readonly Job[]; readonly fills: readonly Fill[] };
  /** Medians of whole processes, wall time. */
  readonly processes: {
    readonly proveMs: number;
    readonly verifyMs: number;
    /** In process, of a program of `setupBytes` bytes of code. */
    readonly setupMs: number;
    readonly setupBytes: number;
  };
}

/** Nanoseconds per committed cell, per padded fraction for GKR: what the kernels alone should need. */
const MODEL: Readonly<Partial<Record<Stage, number>>> = {
  fill: 10,
  encode: 10,
  hash: 64,
  gkr: 95,
  zerocheck: 17,
  open: 3,
};

function modelMs(m: Measurement, stage: Stage): number | undefined {
  const ns = MODEL[stage];
  if (ns === undefined) return undefined;
  return (ns * (stage === 'gkr' ? m.fractions.padded : m.cells.committed)) / 1e6;
}

const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${rows[0]!.map(() => '---').join('|')}|`, ...body].join('\n');
};

function packageSection({ sizes, limits, start }: PackageFigures): string {
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  const row = (what: string, name: keyof typeof sizes): string[] => [what, kib(sizes[name]), kib(limits[name])];
  const weights = [
    ['bytes', 'now', 'held by a test'],
    row('tarball', 'tarball'),
    row('installed, with all dependencies', 'unpacked'),
    row('`weft-zkvm/verify`, minified, gzip', 'verify'),
    row('`weft-zkvm` and its workers for a page, minified, gzip', 'page'),
  ];
  const times = [
    ['whole process', 'ms'],
    ['`weft --version`', start.version.toFixed(0)],
    ['`weft prove --mode core` of fibonacci 10', start.proveCore.toFixed(0)],
    ['`weft prove` of fibonacci 10, one proof, circuits kept', start.proveCompressed.toFixed(0)],
    ['`weft verify` of that', start.verify.toFixed(0)],
    ["`import 'weft-zkvm'`", start.importLibrary.toFixed(0)],
  ];
  return `As installed from its tarball.\n\n${table(weights)}\n\n${table(times)}`;
}

function precompilesSection({ guests, calls }: Precompiles): string {
  const thousands = (x: number): string => Math.round(x).toLocaleString('en-US');
  const pairs = guests.map(({ what, calls: by, software }) => [
    what,
    thousands(by.cycles),
    thousands(by.ms),
    thousands(software.cycles),
    thousands(software.ms),
    (software.ms / by.ms).toFixed(1),
  ]);
  const times = calls.map(({ name, ms, count }) => [
    name,
    ms < 1 ? `${(1000 * ms).toFixed(0)} us` : `${ms.toFixed(1)} ms`,
    count,
  ]);
  return `Guests that call precompiles against guests that do the same in software, proven on one thread; ratio of proving times.

${table([['', 'cycles with calls', 'ms', 'cycles in software', 'ms', 'ratio'], ...pairs])}

What a call takes to prove, from the difference between runs of many and of few, proven on one thread, the loop around it included:

${table([['call', 'time', 'calls'], ...times])}`;
}

/** Time of a cycle over the size of the job, as `docs/staircase.svg`. */
export function staircasePlot({ jobs }: Report['staircase']): string {
  const points = (workers: 'one' | 'two') =>
    jobs.map(({ cycles, fresh }) => [cycles, (fresh[workers] * 1000) / cycles] as const);
  return plot({
    title: 'Time of a cycle over the size of a job, with one worker and with two',
    x: 'cycles of the job',
    y: 'microseconds a cycle',
    marks: [
      [90_000, ''],
      [100_000, '100 k'],
      [250_000, '250 k'],
      [500_000, '500 k'],
      [1_000_000, '1 M'],
      [2_500_000, '2.5 M'],
      [10_000_000, '10 M'],
      [11_000_000, ''],
    ],
    lines: [
      { name: 'one worker', colour: '#c2410c', points: points('one') },
      { name: 'two workers', colour: '#0369a1', points: points('two') },
    ],
  });
}

function staircaseSection({ jobs, fills }: Report['staircase']): string {
  const thousands = (x: number): string => Math.round(x).toLocaleString('en-US');
  const row = ({ cycles, shards, capacity }: Job, times: JobTimes): (string | number)[] => [
    ...[thousands(cycles), shards, (times.one / 1000).toFixed(2), (times.two / 1000).toFixed(2)],
    ...[times.ratio.toFixed(2), capacity.toFixed(2)],
    ...[times.unitsPerCycle.toFixed(1), times.overLongest.toFixed(2)],
  ];
  const head = [
    'cycles',
    'shards',
    's, one worker',
    's, two workers',
    'ratio',
    'of permutations',
    'P per cycle, one worker',
    'a cycle over that of the longest',
  ];
  const rows = jobs.map((job) => row(job, job.fresh));
  const kept = jobs.flatMap((job) => (job.kept === undefined ? [] : [row(job, job.kept)]));
  const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
  const list = (xs: readonly number[]): string => xs.map((x) => x.toFixed(2)).join(', ');
  return `The loop guest with \`--memory 2GB\`, by the published package, in a process that has proven before, whose threads start anew for each job: medians of several rounds of all jobs. Each is proven with one worker and with two in turn;
ratios are of times that were measured so, and of a cycle within one round. "Of permutations" is how many of them two threads at once make in the time of one by itself: what the second core gave at that time to whoever used it.

${table([head, ...rows])}

The same with threads that have proven before, as a call of \`prove\` finds them that follows another, or as \`createRunner\` keeps them; what they are compared with is the longest job above.

${table([head, ...kept])}

![Time of a cycle over the size of a job](staircase.svg)

Cells that are encoded and hashed, over cells of all tables, for jobs of five sizes each: ${mean(fills.flatMap((f) => f.ratios)).toFixed(2)} on average; all
that shapes have room for, ${mean(fills.flatMap((f) => f.shapes)).toFixed(2)}.

${table([['guest', 'committed over needed'], ...fills.map((f) => [f.guest, list(f.ratios)])])}`;
}

export function performancePage(report: Report): string {
  const { machine, mips, guests, pipelines, boundaries, processes } = report;
  const per = (m: Measurement, x: number): string => (x / m.cycles).toFixed(1);
  const thousands = (x: number): string => Math.round(x).toLocaleString('en-US');
  const mega = (x: number): string => `${Math.round(x / 1e6)}`;
  const overview = guests.map((m) => [
    `${m.guest} ${m.input}`,
    thousands(m.cycles),
    `2^${m.variables}`,
    `${per(m, m.cells.real)} / ${per(m, m.cells.padded)} / ${per(m, m.cells.committed)}`,
    `${per(m, m.fractions.real)} / ${per(m, m.fractions.padded)}`,
    thousands(m.totalMs),
    ((m.cycles / m.totalMs) as number).toFixed(0),
    m.unit.toFixed(0),
    m.unitsPerCycle.toFixed(1),
    mega(m.peakRssBytes),
    thousands(m.proofBytes / 1024),
    m.verifyMs.toFixed(0),
  ]);
  const stages = guests.map((m) => [
    `${m.guest} ${m.input}`,
    ...STAGES.map((s) => {
      const model = modelMs(m, s);
      return model === undefined ? thousands(m.ms[s]) : `${thousands(m.ms[s])} (${thousands(model)})`;
    }),
  ]);
  const perCycle = guests.slice(-2).map((m) => [
    `${m.guest} ${m.input}`,
    ...STAGES.map((s) => {
      const model = modelMs(m, s);
      const ns = (x: number): string => thousands((x * 1e6) / m.cycles);
      return model === undefined ? ns(m.ms[s]) : `${ns(m.ms[s])} (${ns(model)})`;
    }),
    thousands((m.totalMs * 1e6) / m.cycles),
  ]);
  const long = pipelines.map((p) => [
    `${p.guest} ${p.input}`,
    p.workers,
    thousands(p.cycles),
    p.shards,
    thousands(p.executeMs),
    thousands(p.proveMs),
    ((p.cycles / p.proveMs) as number).toFixed(0),
    thousands((p.coordinatorMs / p.shards) as number),
    `${thousands(p.journalMs / p.shards)} (${((100 * p.journalMs) / p.proveMs).toFixed(1)} %)`,
    mega(p.peakRssBytes),
    p.verifyMs.toFixed(0),
  ]);
  const [one, two] = pipelines as readonly [Pipeline, Pipeline];
  const passes = Object.entries(mips.fastPass).map(([guest, rate]) => `${guest} ${rate}`);
  const edges = boundaries.map((b) => [
    b.guest,
    thousands(b.cycles),
    thousands(b.leaves),
    `${(100 * b.share).toFixed(1)} %`,
  ]);
  return `# Performance

Written by \`pnpm bench\`. ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; proofs on one thread, every guest in a process of its
own, medians of its repetitions. P is the time of one Poseidon2-16 permutation by a frozen module (\`test/golden/unit.wasm\`), taken
before and after every repetition; speed is quoted as P per cycle, from the start of the run to the finished proof.

${table([['guest', 'cycles', 'cells', 'cells per cycle: real / padded / committed', 'fractions per cycle: real / padded', 'prove ms', 'kHz', 'P in ns', 'P per cycle', 'peak MB', 'proof KiB', 'verify ms'], ...overview])}

Stages in ms, in brackets what the model gives: 10 ns per committed cell for filling, 10 for encoding, 64 for hashing, 17 for the
zerocheck, 3 for opening; 95 ns per fraction, padding included, for GKR.

${table([['guest', ...STAGES], ...stages])}

Where the time of a cycle goes in a full shard, in ns, and in brackets what the model gives:

${table([['guest', ...STAGES, 'all'], ...perCycle])}

## Long runs

Whole jobs with \`--memory 2GB\`, journal included; coordinator and journal in ms per shard, beside the workers. Two workers are
${(one.proveMs / two.proveMs).toFixed(2)} times as fast as one.

${table([['guest', 'workers', 'cycles', 'shards', 'plain run ms', 'prove ms', 'kHz', 'coordinator ms', 'journal ms', 'peak MB', 'verify ms per shard'], ...long])}

The fast pass (cuts, checkpoints, state tree) runs at, in MIPS: ${passes.join(', ')}. What the state between shards takes of a shard of
2^25 cells, the second of its run:

${table([['guest', 'cycles', 'leaves touched', 'cells'], ...edges])}

## Jobs of all sizes

${staircaseSection(report.staircase)}

## Precompiles

${precompilesSection(report.precompiles)}

## The published package

${packageSection(report.published)}

## Around the proof

Plain execution: ${mips.plain} MIPS; with a record, as workers do: ${mips.recorded} MIPS. Whole processes, wall time: \`weft prove --mode core\` of fibonacci 10 in ${thousands(processes.proveMs)} ms, \`weft verify\`
of that proof in ${thousands(processes.verifyMs)} ms. Setup of a program of ${Math.round(processes.setupBytes / 1000)} KB: ${thousands(processes.setupMs)} ms.

What was tried, what it gave and what could come next: [optimisation.md](optimisation.md).
`;
}
