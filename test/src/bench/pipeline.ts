/**
 * @module A long run, proven as `weft prove` does it, in a process of its own: `pipeline.js GUEST INPUT WORKERS`. Prints one
 * JSON object.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { proveRun, setup, verify } from '@weft/sdk';
import { Journal } from '@weft/sdk/node/journal';

/** What the journals of these runs are opened with; the memory decides. */
const MEMORY = 2 ** 31;
const VARIABLES = 25;

export interface Pipeline {
  readonly guest: string;
  readonly input: string;
  readonly workers: number;
  readonly cycles: number;
  readonly shards: number;
  readonly executeMs: number;
  readonly proveMs: number;
  /** Of all writes to the journal, which run beside the workers. */
  readonly journalMs: number;
  /** Of this process, workers included. */
  readonly cpuMs: number;
  /** Of the coordinator's thread while shards were proven: fast pass, state tree, verification, journal. */
  readonly coordinatorMs: number;
  readonly peakRssBytes: number;
  /** Per shard, in a process that has just proven. */
  readonly verifyMs: number;
  readonly proofBytes: number;
}

async function run(name: GuestName, input: string, workers: number): Promise<Pipeline> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  try {
    const stdin = [new TextEncoder().encode(input)];
    const program = await setup(readGuest(name));
    const journal = await Journal.open(join(folder, 'journal'), { vk: program.vkHex, stdin, variables: VARIABLES });
    let journalMs = 0;
    const store = {
      load: (name: string) => journal.load(name),
      save: async (name: string, proof: Uint8Array) => {
        const started = performance.now();
        await journal.save(name, proof);
        journalMs += performance.now() - started;
      },
    };
    const idle = performance.eventLoopUtilization();
    const p = await proveRun(program, stdin, { mode: 'core', memory: MEMORY, workers, store });
    const { active } = performance.eventLoopUtilization(idle);
    const { user, system } = process.cpuUsage();
    const parts: Uint8Array[] = [];
    for await (const part of p.proof()) parts.push(part);
    const proof = new Uint8Array(Buffer.concat(parts));
    const started = performance.now();
    verify(program.vk, proof);
    return {
      guest: name,
      input,
      workers,
      cycles: p.cycles,
      shards: p.shards,
      executeMs: p.executeMs,
      proveMs: p.proveMs,
      journalMs,
      cpuMs: (user + system) / 1000,
      coordinatorMs: active - p.executeMs,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      verifyMs: (performance.now() - started) / p.shards,
      proofBytes: proof.length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [name, input, workers] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await run(name as GuestName, input!, Number(workers))));
