/**
 * @module A precompile from outside: a machine that has it besides those that Weft comes with, and proofs of its runs.
 */
import { CALLS, ChunkPool, createCallSet, createProgram, replay } from '@weft/executor';
import { type MachineKey, proveTables } from '@weft/prover';
import {
  createRiscvKey,
  cutRun,
  FAMILIES,
  FAMILY_SETS,
  type Family,
  type ProvingKey,
  type RiscvKey,
  type ShardStatement,
  setupProgram,
  shardTables,
  statementWords,
} from '@weft/rv32im';
import { xorChip } from './chip.ts';
import { xorWords } from './operation.ts';

/** Chips that a shard has together or not at all. Everything that a row holds is recorded: nothing is left to expand. */
const FAMILY: Family = { name: 'xor', chips: [xorChip], expand: new Map() };

/** The machine: one family, one set and one call more. Its key is another, so its proofs are none of Weft's own machine. */
export const MACHINE: RiscvKey = createRiscvKey({
  families: [...FAMILIES, FAMILY],
  sets: [...FAMILY_SETS, { name: 'xor', families: ['xor'], sizes: [20, 22, 24, 25] }],
  calls: createCallSet([...CALLS, xorWords]),
});

/** The keys of a guest on this machine. */
export function setup(elf: Uint8Array): Promise<ProvingKey> {
  return setupProgram(createProgram(elf), MACHINE);
}

/** A shard of a run, proven. */
export interface ProvenShard {
  readonly statement: ShardStatement<number>;
  readonly proof: Uint8Array;
  /** Name of the set of chips that the proof has. */
  readonly set: string;
}

/** Proves a run shard by shard, in this thread. */
export async function prove(pk: ProvingKey, stdin: readonly Uint8Array[]): Promise<ProvenShard[]> {
  const shards: ProvenShard[] = [];
  const pool = new ChunkPool();
  for await (const { checkpoint, siblings, statement } of cutRun(pk, stdin, { limits: LIMITS })) {
    const record = replay(pk.program, checkpoint, pool, pk.calls);
    const { tables } = shardTables(pk, record, siblings);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    pool.release(record);
    shards.push({ statement, proof, set: shapeOf(pk.key, proof) });
  }
  return shards;
}

/** What a shard may have here: the cells of a shape, and half as many fractions. */
const LIMITS = { cells: 2 ** 22, fractions: 2 ** 21 };

/** A proof begins with the number of its shape. */
function shapeOf({ shapes }: MachineKey, proof: Uint8Array): string {
  return shapes[proof[0]!]!.set;
}
