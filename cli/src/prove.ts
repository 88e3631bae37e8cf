/**
 * @module `weft prove`: looks at where the proof goes, keeps finished shards in a journal, and writes the proof.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { bytesToHex, ResourceError } from '@weft/primitives';
import { FOLDING } from '@weft/recursion/rv32im/cost';
import { DEFAULT_MEMORY, planMemory } from '@weft/rv32im/cost/cost';
import { SHAPE_SIZES } from '@weft/rv32im/key';
import { createRunner, type ProofMode, type ProvenRun, proveRun, setup } from '@weft/sdk';
import { Journal } from '@weft/sdk/node/journal';
import { assertRoom, type OutputTarget, writeOutput } from '@weft/sdk/node/output';
import type { JobContents } from '@weft/sdk/prove/job';
import { coreCount } from '@weft/tasks/node/cores';
import { describeEstimate, type FileStreams, type Outcome, type RunOptions, type Streams } from './commands.ts';
import { elfFile, readElf } from './guest/project.ts';
import { onDisk, readInput, STANDARD_OUTPUT, UsageError } from './io.ts';
import type { InputItems } from './options.ts';
import { outputFile } from './output-file.ts';
import { publicValuesJson, publicValuesText } from './public-values.ts';

export interface ProveCommandOptions extends RunOptions {
  readonly mode: ProofMode;
  readonly output: string;
  /** Prove nothing of a run that ends with another exit code. */
  readonly expectExit?: number;
  /** Go on from the journal of an earlier attempt. */
  readonly resume?: boolean;
  /** Drop the journal of an earlier attempt. */
  readonly force?: boolean;
}

/** What a proof takes on a disk, at most, with room to spare. */
const PROOF_BYTES = 500_000;

/**
 * Whether the journal of an earlier attempt may go.
 * @throws {UsageError} UNFINISHED when neither the command line nor a person says so.
 */
async function dropUnfinished(folder: string, force: boolean, streams: Streams): Promise<void> {
  const holdsShards = await Journal.exists(folder);
  const what = `${folder} holds the finished shards of an earlier attempt`;
  if (holdsShards && !force && (await streams.confirm?.(`${what}. Start over and drop them?`)) !== true)
    throw new UsageError('UNFINISHED', `${what}: --resume goes on from them, --force drops them`);
  await Journal.remove(folder);
}

/**
 * Where the proof of a program goes of which nothing else is said: beside nothing but other proofs.
 * @throws {UsageError} OUTPUT_EXISTS when something else has the name.
 */
export function defaultOutput(elf: string): string {
  const path = `${basename(elfFile(elf)).replace(/\.elf$/i, '')}.proof`;
  const there = startOf(path);
  if (there === undefined || there.length === 0 || there.toString('latin1') === 'WEFT') return path;
  throw new UsageError('OUTPUT_EXISTS', `${path} is there and is no proof: -o names another file`);
}

/** The first bytes of a file; `undefined` where there is none. What is no plain file has none that are a proof's. */
function startOf(path: string): Buffer | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) return Buffer.from('none');
  const bytes = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Proves by way of a file: finished shards are kept beside it. */
export async function proveCommand(
  elfPath: string,
  input: InputItems,
  options: ProveCommandOptions,
  streams: Streams,
): Promise<Outcome> {
  const started = performance.now();
  const { output: out, resume = false, force = false, memory = DEFAULT_MEMORY, workers } = options;
  const { maxCycles, maxOutput, expectExit, mode } = options;
  const file = elfFile(elfPath);
  const elf = readInput(file);
  const target = await outputFile(out, 'the proof', [file, ...input.paths]);
  const stdin = await input.read();
  const { variables, maxThreads } = planMemory(SHAPE_SIZES, memory, mode === 'core' ? undefined : FOLDING);
  const { journal: folder } = target;
  const interrupt = new AbortController();
  const onInterrupt = (name: string): void =>
    interrupt.abort(
      new ResourceError('INTERRUPTED', 'interrupted: the same command with --resume goes on', { signal: name }),
    );
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  // Loads while keys are derived.
  const runner = await createRunner(Math.min(workers ?? coreCount(), maxThreads));
  let store: Journal | undefined;
  try {
    const program = await setup(elf);
    if (!resume) await onDisk(folder, () => dropUnfinished(folder, force, streams));
    const journal = await onDisk(folder, () => Journal.open(folder, { vk: program.vkHex, stdin, variables }));
    store = journal;
    const found = resume ? await journal.contents() : undefined;
    if (found !== undefined) streams.note(describeContents(found));
    const p = await onDisk(folder, () =>
      proveRun(program, stdin, {
        mode,
        maxCycles,
        maxOutput,
        expectExit,
        memory,
        workers,
        runner,
        store: journal,
        signal: interrupt.signal,
        onOutput: streams.guest,
        onEstimate: async (estimate) => {
          streams.note(describeEstimate(estimate));
          // The journal stays until the proof is written.
          const made = (found?.shards ?? 0) + (found?.steps ?? 0);
          const inFile = mode === 'core' ? estimate.shards : 1;
          await assertRoom(dirname(folder), (estimate.shards + estimate.steps + inFile - made) * PROOF_BYTES);
        },
        onProgress: streams.progress,
      }),
    );
    const bytes = await onDisk(out, () => writeProof(target, p.proof(), interrupt.signal));
    await journal.finish();
    return proveOutcome(p, out, bytes, performance.now() - started);
  } finally {
    await store?.close();
    await runner.close();
    process.removeListener('SIGINT', onInterrupt).removeListener('SIGTERM', onInterrupt);
  }
}

/** Proves in one go: where there is no file there is no place for a journal. @throws {ResourceError} when the reader has gone. */
export async function proveToStandardOutput(
  elfPath: string,
  input: InputItems,
  { mode, maxCycles, maxOutput, expectExit, memory, workers, resume = false }: ProveCommandOptions,
  streams: FileStreams,
): Promise<Outcome> {
  if (resume) throw new UsageError('USAGE', '--resume needs an output file: its journal lies beside it');
  const started = performance.now();
  const elf = readElf(elfPath);
  const p = await proveRun(await setup(elf), await input.read(), {
    mode,
    maxCycles,
    maxOutput,
    expectExit,
    memory,
    workers,
    onOutput: streams.guest,
    onEstimate: (estimate) => streams.note(describeEstimate(estimate)),
    onProgress: streams.progress,
  });
  let bytes = 0;
  for await (const part of p.proof()) {
    bytes += part.length;
    streams.file(part);
  }
  if (streams.lost?.aborted === true)
    throw new ResourceError('EPIPE', 'the proof is lost: standard output takes no more');
  return proveOutcome(p, STANDARD_OUTPUT, bytes, performance.now() - started);
}

function describeContents({ shards, steps, damaged }: JobContents): string {
  const folded = steps === 0 ? '' : ` and ${steps} step${steps === 1 ? '' : 's'} of folding`;
  const found = `resuming: ${shards} finished shard${shards === 1 ? '' : 's'}${folded} found`;
  return damaged === 0 ? found : `${found}, ${damaged} damaged, which will be proven again`;
}

/** Writes the proof part by part; returns its length. */
async function writeProof(
  target: OutputTarget,
  parts: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      bytes += part.length;
      yield part;
    }
  }
  await writeOutput(target, counted(), target.journal, signal);
  return bytes;
}

function proveOutcome(p: ProvenRun, out: string, bytes: number, totalMs: number): Outcome {
  const json = {
    proof: out,
    bytes,
    mode: p.mode,
    cycles: p.cycles,
    shards: p.shards,
    ...publicValuesJson(p.publicValues),
    exitCode: p.exitCode,
    vk: bytesToHex(p.vk),
    securityBits: p.securityBits,
    executeMs: Math.round(p.executeMs),
    proveMs: Math.round(p.proveMs),
    totalMs: Math.round(totalMs),
    // Workers are threads of this process.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  const text = [
    `proof          ${out} (${p.mode}, ${bytes} bytes)`,
    `exit code      ${p.exitCode}`,
    `cycles         ${p.cycles}`,
    `shards         ${p.shards}`,
    ...publicValuesText(p.publicValues),
    `verifying key  ${json.vk}`,
    `security       ${p.securityBits} bits, provable`,
    `time           ${(totalMs / 1000).toFixed(1)} s`,
  ];
  return { json, text };
}
