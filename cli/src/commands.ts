/**
 * @module The commands. Each returns what `--json` prints; `text` is the same for people.
 */

import { instructionIndices } from '@weft/executor/program/program';
import { bytesToHex, feltsToBytes, hexToBytes, ResourceError, VerificationError } from '@weft/primitives';
import { shapeOf } from '@weft/prover/protocol/key';
import { proofSecurity } from '@weft/prover/protocol/security';
import { DEFAULT_MEMORY, planMemoryLimit } from '@weft/rv32im/cost/cost';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { runSecurity, vkDigest } from '@weft/rv32im/run/verify';
import {
  createRunner,
  DEFAULT_MAX_PROOF_BYTES,
  type Estimate,
  estimateRun,
  type ProvenRun,
  type ProveProgress,
  proveRun,
  type ResourceOptions,
  setup,
  verify,
} from '@weft/sdk';
import { Journal, writeDurably } from '@weft/sdk/node/journal';
import { coreCount } from '@weft/tasks/node/cores';
import { formatBytes, formatTime } from './format.ts';
import { assertWritable, onDisk, readInput, UsageError } from './io.ts';
import { TextCollector } from './output.ts';

export interface Outcome {
  readonly json: Readonly<Record<string, unknown>>;
  /** Lines for standard output. */
  readonly text: readonly string[];
}

/** Where guest output and news go while a command runs. */
export interface Streams {
  readonly guest: (descriptor: 1 | 2, bytes: Uint8Array) => void;
  readonly progress: ((progress: ProveProgress) => void) | undefined;
  /** A line for people. */
  readonly note: (line: string) => void;
  /** Aborted when standard output takes nothing more. */
  readonly lost: AbortSignal | undefined;
}

/** Bytes of guest output in the JSON object of a run. */
const MAX_JSON_OUTPUT = 2 ** 20;

export interface RunOptions extends ResourceOptions {
  readonly maxCycles?: number;
}

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;

/** What a proof of the run takes, in words. */
function describeEstimate({ cycles, shards, workers, proveMs, peakBytes }: Estimate): string {
  const about = shards === 1 ? '1 shard' : `about ${shards} shards`;
  const threads = workers === 1 ? '1 worker' : `${workers} workers`;
  return `${cycles} cycles in ${about}: ${formatTime(proveMs)} with ${threads}, ${formatBytes(peakBytes)} of memory`;
}

export async function runCommand(
  elfPath: string,
  stdin: readonly Uint8Array[],
  options: RunOptions,
  streams: Streams,
): Promise<Outcome> {
  const output = new TextCollector(MAX_JSON_OUTPUT);
  const { exitCode, cycles, publicValues, estimate } = await estimateRun(readInput(elfPath), stdin, {
    ...options,
    onProgress: (cycles) =>
      streams.progress?.({ stage: 'execute', fraction: 0, shardsDone: 0, shards: 0, cyclesDone: 0, cycles }),
    onOutput: (descriptor, bytes) => {
      if (descriptor === 1) output.add(bytes);
      streams.guest(descriptor, bytes);
      // What nobody reads any more need not be computed.
      streams.lost?.throwIfAborted();
    },
  });
  return {
    json: {
      exitCode,
      cycles,
      publicValues: hex(publicValues),
      stdout: output.text(),
      ...(output.truncated ? { stdoutTruncated: true } : {}),
      shards: estimate.shards,
    },
    text: [
      `exit code      ${exitCode}`,
      `cycles         ${cycles}`,
      `public values  ${hex(publicValues)}`,
      `to prove it    ${describeEstimate(estimate)}`,
    ],
  };
}

export interface ProveCommandOptions extends RunOptions {
  readonly output: string;
  readonly resume?: boolean;
}

export async function proveCommand(
  elfPath: string,
  stdin: readonly Uint8Array[],
  options: ProveCommandOptions,
  streams: Streams,
): Promise<Outcome> {
  const started = performance.now();
  const { output: out, resume = false, maxCycles, memory = DEFAULT_MEMORY, workers } = options;
  const elf = readInput(elfPath);
  assertWritable(out);
  const { variables } = planMemoryLimit(machineKey(), memory);
  const folder = `${out}.journal`;
  const interrupt = new AbortController();
  const onInterrupt = (name: string): void =>
    interrupt.abort(
      new ResourceError('INTERRUPTED', 'interrupted: the same command with --resume goes on', { signal: name }),
    );
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    // Loads while keys are derived.
    const runner = await createRunner(workers ?? coreCount());
    try {
      const program = await setup(elf);
      if (!resume && (await onDisk(folder, () => Journal.exists(folder)))) {
        streams.note(`starting over: the journal of an earlier attempt, ${folder}, is removed (--resume would use it)`);
        await onDisk(folder, () => Journal.remove(folder));
      }
      const store = await onDisk(folder, () => Journal.open(folder, { vk: program.vkHex, stdin, variables }));
      const p = await onDisk(folder, () =>
        proveRun(program, stdin, {
          maxCycles,
          memory,
          workers,
          runner,
          store,
          signal: interrupt.signal,
          onOutput: streams.guest,
          onEstimate: (estimate) => streams.note(describeEstimate(estimate)),
          onProgress: streams.progress,
        }),
      );
      const bytes = await onDisk(out, () => writeProof(out, p.proof(), folder));
      await onDisk(folder, () => Journal.remove(folder));
      return proveOutcome(p, out, bytes, performance.now() - started);
    } finally {
      await runner.close();
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt).removeListener('SIGTERM', onInterrupt);
  }
}

/** Proves in one go: where there is no file there is no place for a journal. @throws {ResourceError} when the reader has gone. */
export async function proveToStandardOutput(
  elfPath: string,
  stdin: readonly Uint8Array[],
  { maxCycles, memory, workers, resume = false }: ProveCommandOptions,
  streams: Streams & { readonly proof: (bytes: Uint8Array) => void },
): Promise<Outcome> {
  if (resume) throw new UsageError('USAGE', '--resume needs an output file: its journal lies beside it');
  const started = performance.now();
  const p = await proveRun(await setup(readInput(elfPath)), stdin, {
    maxCycles,
    memory,
    workers,
    onOutput: streams.guest,
    onEstimate: (estimate) => streams.note(describeEstimate(estimate)),
    onProgress: streams.progress,
  });
  let bytes = 0;
  for await (const part of p.proof()) {
    bytes += part.length;
    streams.proof(part);
  }
  if (streams.lost?.aborted === true)
    throw new ResourceError('EPIPE', 'the proof is lost: standard output takes no more');
  return proveOutcome(p, '-', bytes, performance.now() - started);
}

/** Writes the proof file part by part; returns its length. */
async function writeProof(out: string, parts: AsyncIterable<Uint8Array>, folder: string): Promise<number> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      bytes += part.length;
      yield part;
    }
  }
  await writeDurably(out, counted(), folder);
  return bytes;
}

function proveOutcome(p: ProvenRun, out: string, bytes: number, totalMs: number): Outcome {
  const json = {
    proof: out,
    bytes,
    mode: p.mode,
    cycles: p.cycles,
    shards: p.shards,
    publicValues: hex(p.publicValues),
    exitCode: p.exitCode,
    vk: bytesToHex(p.vk),
    securityBits: p.securityBits,
    executeMs: Math.round(p.executeMs),
    proveMs: Math.round(p.proveMs),
    aggregateMs: 0,
    totalMs: Math.round(totalMs),
    // Workers are threads of this process.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  const text = [
    `proof          ${out} (${bytes} bytes)`,
    `exit code      ${p.exitCode}`,
    `cycles         ${p.cycles}`,
    `shards         ${p.shards}`,
    `public values  ${hex(p.publicValues)}`,
    `verifying key  ${json.vk}`,
    `security       ${p.securityBits} bits, provable`,
    `time           ${(totalMs / 1000).toFixed(1)} s`,
  ];
  return { json, text };
}

export async function verifyCommand(
  proofPath: string,
  elfPath: string | undefined,
  vkHex: string | undefined,
  maxProofBytes: number = DEFAULT_MAX_PROOF_BYTES,
): Promise<Outcome> {
  if ((elfPath === undefined) === (vkHex === undefined))
    throw new UsageError('USAGE', 'verify needs either --elf or --vk');
  let vk: Uint8Array;
  if (elfPath !== undefined) vk = (await setup(readInput(elfPath))).vk;
  else {
    try {
      vk = hexToBytes(vkHex!);
    } catch {
      throw new UsageError('USAGE', `--vk is not hexadecimal: ${vkHex}`);
    }
    if (vk.length !== 32) throw new UsageError('USAGE', `--vk has ${vk.length} bytes, a verifying key digest has 32`);
  }
  const proof = readInput(proofPath, maxProofBytes);
  const started = performance.now();
  const { mode, publicValues, exitCode } = verify(vk, proof, { maxProofBytes });
  const verifyMs = performance.now() - started;
  return {
    json: {
      ok: true,
      mode,
      publicValues: hex(publicValues),
      exitCode,
      vk: bytesToHex(vk),
      verifyMs: Math.round(verifyMs * 10) / 10,
    },
    text: ['the proof is valid', `exit code      ${exitCode}`, `public values  ${hex(publicValues)}`],
  };
}

export async function vkeyCommand(elfPath: string): Promise<Outcome> {
  const { vkHex } = await setup(readInput(elfPath));
  return { json: { vk: vkHex }, text: [vkHex] };
}

/** Bounds are rounded down only. */
const tenths = (bits: number): number => Math.floor(bits * 10) / 10;

/** Explains an ELF file or a proof. */
export async function inspectCommand(path: string): Promise<Outcome> {
  const bytes = readInput(path);
  const isElf = [0x7f, 0x45, 0x4c, 0x46].every((byte, i) => bytes[i] === byte);
  if (isElf) return inspectElf(bytes);
  try {
    return inspectProof(bytes);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    // Nothing was asked to be verified, so nothing is rejected.
    throw new UsageError('FORMAT', `${path} is neither an ELF file nor a sound proof file: ${error.message}`);
  }
}

async function inspectElf(bytes: Uint8Array): Promise<Outcome> {
  const { vkHex, provingKey } = await setup(bytes);
  const { program, vk } = provingKey;
  const { logHeights } = vk.preprocessed;
  const instructions = instructionIndices(program.code).length;
  const segments = program.image.segments.map((s) => ({
    address: `0x${s.address.toString(16)}`,
    fileBytes: s.data.length,
    memoryBytes: s.memorySize,
    executable: s.executable,
  }));
  const shapes = machineKey().shapes.map((shape) => ({
    cells: `2^${shape.variables}`,
    securityBits: proofSecurity(machineKey(), [shape], logHeights).bits,
  }));
  return {
    json: {
      kind: 'elf',
      vk: vkHex,
      entry: `0x${program.entry.toString(16)}`,
      instructions,
      segments,
      shapes,
    },
    text: [
      'ELF executable for rv32im',
      `verifying key  ${vkHex}`,
      `entry          0x${program.entry.toString(16)}`,
      `instructions   ${instructions} (program table 2^${logHeights[0]})`,
      ...segments.map(
        (s) =>
          `segment        ${s.address}: ${s.fileBytes} of ${s.memoryBytes} bytes in the file${s.executable ? ', code' : ''}`,
      ),
      ...shapes.map((s) => `shape          ${s.cells} cells: ${s.securityBits} bits`),
    ],
  };
}

function inspectProof(bytes: Uint8Array): Outcome {
  const file = decodeProof(bytes);
  const key = machineKey();
  const shapes = file.shards.map(({ proof }) => shapeOf(key, proof));
  const { bits, terms } = runSecurity(
    key,
    file.vk,
    file.shards.map(({ proof }) => proof),
  );
  const vk = bytesToHex(feltsToBytes(vkDigest(key, file.vk)));
  const last = file.shards.at(-1)!.statement;
  const exitCode = last.exitLo + 2 ** 16 * last.exitHi;
  const sizes = [...new Set(shapes.map((shape) => (shape === undefined ? 'unknown' : `2^${shape.variables}`)))];
  return {
    json: {
      kind: 'proof',
      verified: false,
      mode: file.mode,
      vk,
      bytes: bytes.length,
      shardBytes: file.shards.map(({ proof }) => proof.length),
      shards: file.shards.length,
      shapes: shapes.map((shape) => (shape === undefined ? null : `2^${shape.variables}`)),
      exitCode,
      publicValues: hex(file.publicValues),
      securityBits: bits,
      terms: terms.map((t) => ({ name: t.name, bits: tenths(t.bits), formula: t.formula })),
    },
    text: [
      `core proof of ${file.shards.length} shard${file.shards.length === 1 ? '' : 's'}, ${bytes.length} bytes (not verified here)`,
      `verifying key  ${vk}`,
      `shapes         ${sizes.join(', ')} cells`,
      `claims         exit code ${exitCode}, public values ${hex(file.publicValues)}`,
      `security       ${bits} bits, the smallest of:`,
      ...terms.map((t) => `  ${tenths(t.bits).toFixed(1).padStart(6)}  ${t.name}: ${t.formula}`),
    ],
  };
}
