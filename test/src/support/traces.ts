/**
 * @module Running test programs up to the debuggers' verdict on the traces.
 */
import { elf } from '@weft/executor/program/assembler';
import { type BrokenConstraint, checkBuses, checkConstraints, type UnbalancedTuple } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import type { Trace } from '@weft/prover/air/trace';
import type { ProvingKey } from '@weft/rv32im/setup';
import { fillShard, type ShardTraces } from '@weft/rv32im/shard/tables';
import { STATEMENT_LAYOUT, statementWords } from '@weft/rv32im/statement';
import { recordRun } from './shards.ts';

export interface Traced extends ShardTraces {
  readonly pk: ProvingKey;
}

/** Executes with a record and fills all traces. */
export async function traceRun(file: Uint8Array, stdin: readonly Uint8Array[] = []): Promise<Traced> {
  const { pk, record, siblings } = await recordRun(file, stdin);
  return { pk, ...fillShard(pk, record, siblings) };
}

export const trace = (words: readonly number[], stdin: readonly Uint8Array[] = []): Promise<Traced> =>
  traceRun(elf(words), stdin);

/** Everything that the debuggers find wrong. */
export function findings(
  traces: readonly (Trace | undefined)[],
  statement: ShardTraces['statement'],
): { constraints: BrokenConstraint[]; tuples: UnbalancedTuple[] } {
  const present = traces.filter((t) => t !== undefined);
  return {
    constraints: checkConstraints(present, 200),
    tuples: checkBuses(present, publicTuples(STATEMENT_LAYOUT, statementWords(statement)), 200),
  };
}
