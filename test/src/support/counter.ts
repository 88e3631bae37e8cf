/**
 * @module The counter machine for protocol tests: runs whose rows are shared between its two tables at will.
 */
import { key, machine, STATE, setup } from '@weft/example-counter';
import {
  completeLookups,
  type Felt,
  type Machine,
  type MachineKey,
  type Preprocessed,
  preprocess,
  proveTables,
  type Trace,
  verifyBytes,
} from '@weft/prover';
import { logHeightOf } from '@weft/prover/air/chip';
import type { ProvingEngine } from '@weft/prover/prove/engine';
import type { VerifierHooks } from '@weft/prover/verify/proof';
import type { StatementLayout } from '@weft/recursion';
import { verifyTwice } from './circuit.ts';

export { BYTE, PROGRAM, STATE } from '@weft/example-counter';

export const counterMachine: Machine = machine;
export const counterKey: MachineKey = key;

/** A word of the statement that no tuple holds: only the transcript ties it to the proof. */
const CONTEXT = 42;

/** The statement of these tests: first state, last state, context. */
const COUNTER_LAYOUT: StatementLayout = {
  words: 5,
  tuples: (words) => [
    { bus: STATE, sign: 1, tuple: [words[0]!, words[1]!] },
    { bus: STATE, sign: -1, tuple: [words[2]!, words[3]!] },
  ],
};

/** Operand of step i. */
const operandAt = (i: number): number => (i * 37 + 11) % 256;

export async function counterProgram(engine?: ProvingEngine): Promise<Preprocessed> {
  const program = await setup(Uint8Array.from({ length: 1024 }, (_, i) => operandAt(i)));
  return engine === undefined ? program : await preprocess(key, { program: program.columns[0]! }, engine);
}

const columns = (await counterProgram()).columns;

/** Traces of `counts[0]` steps in the first table and `counts[1]` in the second, starting from (0, 5). */
export function counterTraces(counts: readonly [number, number]): { traces: (Trace | undefined)[]; words: Felt[] } {
  let [index, x] = [0, 5];
  const tables = counts.map((count, k): Trace | undefined => {
    if (count === 0) return undefined;
    const logHeight = logHeightOf(count);
    const columns = Array.from({ length: 5 }, () => new Uint32Array(2 ** logHeight));
    for (let row = 0; row < count; row++) {
      const operand = operandAt(index);
      for (const [c, value] of [1, index, x, operand, operand * operand].entries()) columns[c]![row] = value;
      index++;
      x += operand;
    }
    return { chip: machine.chips[k]!, logHeight, columns, fixed: [] };
  });
  const traces = completeLookups(machine, columns, [...tables, undefined, undefined]);
  return { traces, words: [0, 5, index, x, CONTEXT] };
}

export async function proveCounter(
  program: Preprocessed,
  counts: readonly [number, number],
  engine?: ProvingEngine,
): Promise<{ proof: Uint8Array; words: Felt[] }> {
  const { traces, words } = counterTraces(counts);
  return { proof: await proveTables(counterKey, program, traces, words, { engine }), words };
}

interface CounterHooks extends VerifierHooks {
  readonly key?: MachineKey;
}

/** @throws {VerificationError} */
export function verifyCounter(
  program: Preprocessed,
  proof: Uint8Array,
  words: readonly Felt[],
  hooks: CounterHooks = {},
): void {
  const tuples = COUNTER_LAYOUT.tuples(words, (x) => x);
  const native = (): void => verifyBytes(hooks.key ?? counterKey, program.key, { words, tuples }, proof, hooks);
  // With other parts in the verifier's place there is nothing to compare.
  if (Object.keys(hooks).length > 0) native();
  else verifyTwice(native, counterKey, program.key, COUNTER_LAYOUT, words, proof);
}
