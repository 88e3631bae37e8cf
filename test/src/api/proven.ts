/** @module A proven run, and the values that arguments of several packages are made from. */
import { ChunkPool, type ExecutionRecord, replay } from '@weft/executor';
import { readGuest } from '@weft/guest-examples';
import * as rv32im from '@weft/rv32im';
import * as sdk from '@weft/sdk';
import { text } from '../support/values.ts';
import { type Argument, func, integer, signal } from './bad-values.ts';

export const elf: Uint8Array = readGuest('fibonacci');
export const stdin: readonly Uint8Array[] = [text('10')];
export const setup: sdk.Setup = await sdk.setup(elf);
export const runner: sdk.TaskRunner = await sdk.createRunner(1);
export const proof: Uint8Array = (await sdk.prove(setup, stdin, { mode: 'core', runner })).proof;
await runner.close();
export const pk: rv32im.ProvingKey = setup.provingKey;
export const file: rv32im.ProofFile = rv32im.decodeProof(proof);
export const shard: rv32im.ShardProof = file.shards[0]!;
export const limits: rv32im.MemoryPlan['limits'] = rv32im.planMemoryLimit(rv32im.machineKey(), 2 ** 30).limits;
export const cut: rv32im.StatedShard = (await rv32im.cutRun(pk, stdin, { limits }).next()).value as rv32im.StatedShard;
export const record: ExecutionRecord = replay(pk.program, cut.checkpoint, new ChunkPool());

/** Options of a run. */
export const execution: Readonly<Record<string, Argument>> = {
  maxCycles: integer(100_000, 1),
  maxOutput: integer(1000, 0, 2 ** 31),
  signal: signal(),
  onOutput: func(() => {}),
  onProgress: func(() => {}),
};
