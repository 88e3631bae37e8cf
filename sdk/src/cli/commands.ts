/**
 * @module The commands. Each returns what `--json` prints; `text` is the same for people.
 */

import { createProgram } from '@weft/executor/program';
import { bytesToHex, feltsToBytes, hexToBytes } from '@weft/primitives';
import { decodeProof } from '@weft/prover/envelope';
import { programTable } from '@weft/prover/machine/machine';
import { machineKey } from '@weft/prover/machine-key';
import { securityTerms } from '@weft/prover/security';
import { vkDigest } from '@weft/prover/verify-run';
import { execute, prove, setup, verify } from '../sdk.ts';
import { assertWritable, readInput, UsageError, writeOutput } from './io.ts';

export interface Outcome {
  readonly json: Readonly<Record<string, unknown>>;
  /** Lines for standard output. */
  readonly text: readonly string[];
}

/** Where guest output goes while a command runs. */
export interface Streams {
  readonly guest: (descriptor: 1 | 2, bytes: Uint8Array) => void;
  readonly progress: ((stage: string, fraction: number) => void) | undefined;
}

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;

export async function runCommand(
  elfPath: string,
  stdin: readonly Uint8Array[],
  maxCycles: number | undefined,
  streams: Streams,
): Promise<Outcome> {
  const output: Uint8Array[] = [];
  const { exitCode, cycles, publicValues } = await execute(readInput(elfPath), stdin, {
    maxCycles,
    onOutput: (descriptor, bytes) => {
      if (descriptor === 1) output.push(bytes);
      streams.guest(descriptor, bytes);
    },
  });
  const stdout = new TextDecoder().decode(Buffer.concat(output));
  return {
    json: { exitCode, cycles, publicValues: hex(publicValues), stdout, shards: 1 },
    text: [`exit code      ${exitCode}`, `cycles         ${cycles}`, `public values  ${hex(publicValues)}`],
  };
}

export async function proveCommand(
  elfPath: string,
  stdin: readonly Uint8Array[],
  out: string,
  maxCycles: number | undefined,
  streams: Streams,
): Promise<Outcome> {
  const started = performance.now();
  const elf = readInput(elfPath);
  assertWritable(out);
  const p = await prove(elf, stdin, { maxCycles, onOutput: streams.guest, onProgress: streams.progress });
  writeOutput(out, p.proof);
  const totalMs = performance.now() - started;
  const json = {
    proof: out,
    bytes: p.proof.length,
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
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  const text = [
    `proof          ${out} (${p.proof.length} bytes)`,
    `exit code      ${p.exitCode}`,
    `cycles         ${p.cycles}`,
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
  const proof = readInput(proofPath);
  const started = performance.now();
  const { mode, publicValues, exitCode } = verify(vk, proof);
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

/** Explains an ELF file or a proof. */
export async function inspectCommand(path: string): Promise<Outcome> {
  const bytes = readInput(path);
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45;
  return isElf ? inspectElf(bytes) : inspectProof(bytes);
}

async function inspectElf(bytes: Uint8Array): Promise<Outcome> {
  const program = createProgram(bytes);
  const { vkHex } = await setup(bytes);
  const { logHeight, rowOf } = programTable(program);
  const segments = program.image.segments.map((s) => ({
    address: `0x${s.address.toString(16)}`,
    fileBytes: s.data.length,
    memoryBytes: s.memorySize,
    executable: s.executable,
  }));
  const shapes = machineKey().shapes.map((shape) => ({
    cells: `2^${shape.variables}`,
    securityBits: Math.floor(Math.min(...securityTerms(machineKey(), shape, logHeight).map((t) => t.bits))),
  }));
  return {
    json: {
      kind: 'elf',
      vk: vkHex,
      entry: `0x${program.entry.toString(16)}`,
      instructions: rowOf.size,
      segments,
      shapes,
    },
    text: [
      'ELF executable for rv32im',
      `verifying key  ${vkHex}`,
      `entry          0x${program.entry.toString(16)}`,
      `instructions   ${rowOf.size} (program table 2^${logHeight})`,
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
  const index = file.shard[0]! + 256 * file.shard[1]!;
  const shape = key.shapes[index];
  const terms = shape === undefined ? [] : securityTerms(key, shape, file.vk.program.logHeight);
  const vk = bytesToHex(feltsToBytes(vkDigest(key, file.vk)));
  const securityBits = Math.floor(Math.min(...terms.map((t) => t.bits)));
  const { claim } = file;
  return {
    json: {
      kind: 'proof',
      verified: false,
      mode: file.mode,
      vk,
      bytes: bytes.length,
      shardBytes: [file.shard.length],
      shards: 1,
      shape: shape === undefined ? null : `2^${shape.variables}`,
      exitCode: claim.exitCode,
      publicValues: hex(claim.publicValues),
      securityBits,
      terms: terms.map((t) => ({ name: t.name, bits: Math.round(t.bits * 10) / 10, formula: t.formula })),
    },
    text: [
      `core proof of one shard, ${bytes.length} bytes (not verified here)`,
      `verifying key  ${vk}`,
      `shape          2^${shape?.variables} cells`,
      `claims         exit code ${claim.exitCode}, public values ${hex(claim.publicValues)}`,
      `security       ${securityBits} bits, the smallest of:`,
      ...terms.map((t) => `  ${t.bits.toFixed(1).padStart(6)}  ${t.name}: ${t.formula}`),
    ],
  };
}
