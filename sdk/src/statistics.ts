/**
 * @module What a run costs, without proving it.
 */
import { execute } from '@weft/executor/executor';
import { createProgram } from '@weft/executor/program';
import { setupProgram } from '@weft/prover/setup';
import { type RunStatistics, runStatistics } from '@weft/prover/statistics';

/** Runs a program with a record and counts cells and fractions of its one shard. */
export async function proofStatistics(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
): Promise<RunStatistics & { readonly cycles: number }> {
  const pk = await setupProgram(createProgram(elf));
  const { record, cycles } = await execute(pk.program, stdin, { record: true });
  return { cycles, ...runStatistics(pk, record!) };
}
