/**
 * @module The page `docs/performance.md`, from a benchmark's figures and the model they are held against.
 */
import { type Measurement, STAGES, type Stage } from './measure.ts';

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly mips: { readonly plain: number; readonly fastPass: number; readonly recorded: number };
  readonly guests: readonly Measurement[];
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

export function performancePage({ machine, mips, guests, processes }: Report): string {
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
  return `# Performance

Written by \`pnpm bench\`. ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; proofs on one thread, every guest in a process of its
own, medians of its repetitions. P is the time of one Poseidon2-16 permutation by a frozen module (\`test/golden/unit.wasm\`), taken
before and after every repetition; speed is quoted as P per cycle, from the start of the run to the finished proof.

${table([['guest', 'cycles', 'cells', 'cells per cycle: real / padded / committed', 'fractions per cycle: real / padded', 'prove ms', 'kHz', 'P in ns', 'P per cycle', 'peak MB', 'proof KiB', 'verify ms'], ...overview])}

Stages in ms, in brackets what the model gives: 10 ns per committed cell for filling, 10 for encoding, 64 for hashing, 17 for the
zerocheck, 3 for opening; 95 ns per fraction, padding included, for GKR.

${table([['guest', ...STAGES], ...stages])}

Interpreter: ${mips.plain} MIPS, ${mips.fastPass} MIPS in the fast pass (cuts, checkpoints, state tree), ${mips.recorded} MIPS with a record. Whole processes, wall time: \`weft prove\` of fibonacci 10 in ${thousands(processes.proveMs)} ms, \`weft verify\`
of that proof in ${thousands(processes.verifyMs)} ms. Setup of a program of ${Math.round(processes.setupBytes / 1000)} KB: ${thousands(processes.setupMs)} ms.

What was tried, what it gave and what could come next: [optimisation.md](optimisation.md).
`;
}
