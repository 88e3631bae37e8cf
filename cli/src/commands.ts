/**
 * @module The commands. Each returns what `--json` prints; `text` is the same for people.
 */
import { readLines } from '@weft/executor/debug/lines';
import { bytesToHex, feltsToBytes, hexToBytes, VerificationError } from '@weft/primitives';
import { shapeOf } from '@weft/prover/protocol/key';
import type { Security } from '@weft/prover/protocol/security';
import { COMPRESSED, readWhole, type WholeFile, WRAPPED } from '@weft/recursion/rv32im/proof-file';
import { wholeSecurity } from '@weft/recursion/rv32im/steps';
import { machineKey } from '@weft/rv32im/key';
import { CORE, formatFault, openFile } from '@weft/rv32im/run/file-reader';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { runSecurity, vkDigest } from '@weft/rv32im/run/verify';
import {
  DEFAULT_MAX_PROOF_BYTES,
  type Estimate,
  estimateRun,
  type PlannedShard,
  type ProofMode,
  type ProveProgress,
  type ResourceOptions,
  setup,
  verify,
} from '@weft/sdk';
import { formatBytes, formatTime } from './format.ts';
import { elfFile, readElf } from './guest/project.ts';
import { inspectElf } from './inspect-elf.ts';
import { readInput, STANDARD_OUTPUT, UsageError } from './io.ts';
import type { InputItems } from './options.ts';
import { TextCollector } from './output.ts';
import { outputFile, writeFileWhole } from './output-file.ts';
import { describeProfile, encodeProfile, functionTotals } from './profile.ts';
import { publicValuesJson, publicValuesText } from './public-values.ts';

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
  /** Asks the person at the terminal; absent where there is none. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted when standard output takes nothing more. */
  readonly lost: AbortSignal | undefined;
}

/** Streams of a command that makes a file. */
export interface FileStreams extends Streams {
  /** Takes the file that goes to standard output. */
  readonly file: (bytes: Uint8Array) => void;
}

/** Bytes of guest output in the JSON object of a run. */
const MAX_JSON_OUTPUT = 2 ** 20;

export interface RunOptions extends ResourceOptions {
  readonly mode: ProofMode;
  readonly maxCycles?: number;
  /** In bytes, of public values and of output. */
  readonly maxOutput?: number;
  /** Where a profile of the run goes, - for standard output. */
  readonly profile?: string | undefined;
}

export const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;

/** What a proof of the run takes, in words. */
export function describeEstimate({ cycles, shards, steps, workers, proveMs, peakBytes }: Estimate): string {
  const cut = shards === 1 ? '1 shard' : `${shards} shards`;
  const threads = workers === 1 ? '1 worker' : `${workers} workers`;
  const folded = steps === 0 ? '' : `, folded in ${steps} step${steps === 1 ? '' : 's'}`;
  return `${cycles} cycles in ${cut}${folded}: ${formatTime(proveMs)} with ${threads}, ${formatBytes(peakBytes)} of memory`;
}

const millions = (cells: number): string => `${(cells / 1e6).toFixed(1)} M`;

/** The shards of a plan, neighbours of one shape in one line. */
export function describePlan(plan: readonly PlannedShard[]): string[] {
  const groups: PlannedShard[][] = [];
  for (const shard of plan) {
    const last = groups.at(-1)?.[0];
    if (last?.set === shard.set && last.variables === shard.variables) groups.at(-1)!.push(shard);
    else groups.push([shard]);
  }
  return groups.map((shards, i) => {
    const sum = (of: (shard: PlannedShard) => number): number => shards.reduce((n, shard) => n + of(shard), 0);
    const { set, variables } = shards[0]!;
    const count = shards.length === 1 ? '1 shard' : `${shards.length} shards`;
    const cells = `${millions(sum((s) => s.committedCells))} cells, ${millions(sum((s) => s.cells))} of them in use`;
    const shape = `shape ${set} 2^${variables}`;
    return `${i === 0 ? 'plan' : ''}`.padEnd(15) + `${count} of ${shape}: ${sum((s) => s.cycles)} cycles, ${cells}`;
  });
}

/** What writes the profile, when there is one. Where it goes is looked at before the run. @throws {UsageError} */
async function profileWriter(
  path: string | undefined,
  inputs: readonly string[],
  { file, lost }: FileStreams,
): Promise<(bytes: Uint8Array) => Promise<void>> {
  if (path === undefined || path === STANDARD_OUTPUT)
    return async (bytes) => {
      file(bytes);
      if (lost?.aborted === true) throw lost.reason;
    };
  const target = await outputFile(path, 'the profile', inputs);
  return (bytes) => writeFileWhole(path, target, bytes);
}

export async function runCommand(
  elfPath: string,
  input: InputItems,
  options: RunOptions,
  streams: FileStreams,
): Promise<Outcome> {
  const output = new TextCollector(MAX_JSON_OUTPUT);
  const { maxCycles, maxOutput, memory, workers, mode } = options;
  const file = elfFile(elfPath);
  const elf = readInput(file);
  const writeProfile = await profileWriter(options.profile, [file, ...input.paths], streams);
  const stdin = await input.read();
  const { exitCode, cycles, publicValues, estimate, profile } = await estimateRun(elf, stdin, {
    ...{ maxCycles, maxOutput, memory, workers, mode, profile: options.profile !== undefined },
    onProgress: (cycles) =>
      streams.progress?.({
        stage: 'execute',
        fraction: 0,
        shardsDone: 0,
        shards: 0,
        cyclesDone: 0,
        cycles,
        stepsDone: 0,
        steps: 0,
      }),
    onOutput: (descriptor, bytes) => {
      if (descriptor === 1) output.add(bytes);
      streams.guest(descriptor, bytes);
      // What nobody reads any more need not be computed.
      streams.lost?.throwIfAborted();
    },
  });
  if (profile !== undefined) await writeProfile(encodeProfile(profile, readLines(elf)));
  return {
    json: {
      exitCode,
      cycles,
      ...publicValuesJson(publicValues),
      ...(profile === undefined ? {} : { functions: functionTotals(profile), regions: profile.regions }),
      stdout: output.text(),
      ...(output.truncated ? { stdoutTruncated: true } : {}),
      shards: estimate.shards,
      plan: estimate.plan,
    },
    text: [
      `exit code      ${exitCode}`,
      `cycles         ${cycles}`,
      ...publicValuesText(publicValues),
      `to prove it    ${describeEstimate(estimate)}`,
      ...describePlan(estimate.plan),
      ...(profile === undefined ? [] : describeProfile(profile)),
    ],
  };
}

export async function verifyCommand(
  proofPath: string,
  elfPath: string | undefined,
  vkHex: string | undefined,
  maxProofBytes: number = DEFAULT_MAX_PROOF_BYTES,
  expectExit?: number,
): Promise<Outcome> {
  if ((elfPath === undefined) === (vkHex === undefined))
    throw new UsageError('USAGE', 'verify needs either --elf or --vk');
  let vk: Uint8Array;
  if (elfPath !== undefined) vk = (await setup(readElf(elfPath))).vk;
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
  const { mode, publicValues, exitCode } = verify(vk, proof, { maxProofBytes, expectExit });
  const verifyMs = performance.now() - started;
  return {
    json: {
      ok: true,
      mode,
      ...publicValuesJson(publicValues),
      exitCode,
      vk: bytesToHex(vk),
      verifyMs: Math.round(verifyMs * 10) / 10,
    },
    text: ['the proof is valid', `exit code      ${exitCode}`, ...publicValuesText(publicValues)],
  };
}

export async function vkeyCommand(elfPath: string): Promise<Outcome> {
  const { vkHex } = await setup(readElf(elfPath));
  return { json: { vk: vkHex }, text: [vkHex] };
}

/** Bounds are rounded down only. */
const tenths = (bits: number): number => Math.floor(bits * 10) / 10;

/** Explains an ELF file or a proof. */
export async function inspectCommand(path: string): Promise<Outcome> {
  const bytes = readElf(path);
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

function inspectProof(bytes: Uint8Array): Outcome {
  const { mode, reader } = openFile(bytes);
  if (![CORE, COMPRESSED, WRAPPED].includes(mode)) return formatFault(`unknown proof mode ${mode}`);
  return mode === CORE ? inspectShards(bytes) : inspectWhole(readWhole(reader, mode), mode, bytes.length);
}

/** What a proof says of itself, whatever its mode. */
function describeClaims(vk: string, exitCode: number, publicValues: Uint8Array, { bits, terms }: Security) {
  return {
    json: {
      vk,
      exitCode,
      publicValues: hex(publicValues),
      securityBits: bits,
      terms: terms.map((t) => ({ name: t.name, bits: tenths(t.bits), formula: t.formula })),
    },
    text: [
      `claims         exit code ${exitCode}, public values ${hex(publicValues)}`,
      `security       ${bits} bits, the smallest of:`,
      ...terms.map((t) => `  ${tenths(t.bits).toFixed(1).padStart(6)}  ${t.name}: ${t.formula}`),
    ],
  };
}

function inspectWhole({ program, publicValues, whole }: WholeFile, mode: number, bytes: number): Outcome {
  const name = mode === WRAPPED ? 'wrapped' : 'compressed';
  const vk = bytesToHex(feltsToBytes(program));
  const { circuit, exitLo, exitHi, proof } = whole;
  const claims = describeClaims(vk, exitLo + 2 ** 16 * exitHi, publicValues, wholeSecurity());
  return {
    json: {
      kind: 'proof',
      verified: false,
      mode: name,
      bytes,
      proofBytes: proof.length,
      circuit,
      ...claims.json,
    },
    text: [
      `${name} proof, ${bytes} bytes (not verified here)`,
      `verifying key  ${vk}`,
      `circuit        ${circuit}`,
      ...claims.text,
    ],
  };
}

function inspectShards(bytes: Uint8Array): Outcome {
  const file = decodeProof(bytes);
  const key = machineKey();
  const shapes = file.shards.map(({ proof }) => shapeOf(key, proof));
  const security = runSecurity(
    key,
    file.vk,
    file.shards.map(({ proof }) => proof),
  );
  const vk = bytesToHex(feltsToBytes(vkDigest(key, file.vk)));
  const last = file.shards.at(-1)!.statement;
  const claims = describeClaims(vk, last.exitLo + 2 ** 16 * last.exitHi, file.publicValues, security);
  const sizes = [...new Set(shapes.map((shape) => (shape === undefined ? 'unknown' : `2^${shape.variables}`)))];
  return {
    json: {
      kind: 'proof',
      verified: false,
      mode: file.mode,
      bytes: bytes.length,
      shardBytes: file.shards.map(({ proof }) => proof.length),
      shards: file.shards.length,
      shapes: shapes.map((shape) => (shape === undefined ? null : `2^${shape.variables}`)),
      ...claims.json,
    },
    text: [
      `core proof of ${file.shards.length} shard${file.shards.length === 1 ? '' : 's'}, ${bytes.length} bytes (not verified here)`,
      `verifying key  ${vk}`,
      `shapes         ${sizes.join(', ')} cells`,
      ...claims.text,
    ],
  };
}
