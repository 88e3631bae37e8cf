/**
 * @module The counter machine for protocol tests: runs whose rows are shared between its two tables at will.
 */
import { machine, STATE, setup } from '@weft/example-counter';
import {
  completeLookups,
  createMachineKey,
  defineMachine,
  type Felt,
  type Machine,
  type MachineKey,
  POSEIDON2_KOALABEAR,
  type Preprocessed,
  preprocess,
  proveTables,
  type Trace,
  verifyBytes,
} from '@weft/prover';
import { logHeightOf } from '@weft/prover/air/chip';
import type { ProvingEngine } from '@weft/prover/prove/engine';
import type { VerifierHooks } from '@weft/prover/verify/proof';
import { verifyTwice } from './circuit.ts';

export { BYTE, PROGRAM, STATE } from '@weft/example-counter';

/** The machine of the example, starting anywhere, with a word that no tuple holds. */
export const counterMachine: Machine = defineMachine('counter', machine.chips, {
  words: ['first_index', 'first_x', 'last_index', 'last_x', 'context'],
  tuples: [
    { bus: STATE, sign: 1, tuple: ['first_index', 'first_x'] },
    { bus: STATE, sign: -1, tuple: ['last_index', 'last_x'] },
  ],
});
export const counterKey: MachineKey = createMachineKey(POSEIDON2_KOALABEAR, counterMachine, [16], { role: 'run' });

/** Only the transcript ties the last word to the proof. */
const CONTEXT = 42;

/** Operand of step i. */
const operandAt = (i: number): number => (i * 37 + 11) % 256;

export async function counterProgram(engine?: ProvingEngine): Promise<Preprocessed> {
  const program = await setup(Uint8Array.from({ length: 1024 }, (_, i) => operandAt(i)));
  return engine === undefined ? program : await preprocess(counterKey, { program: program.columns[0]! }, engine);
}

const columns = (await counterProgram()).columns;

/**
 * Traces of `counts[0]` steps in the first table and `counts[1]` in the second, starting from (0, 5).
 * @param preprocessed - columns of the program, of 1024 rows by default.
 */
export function counterTraces(
  counts: readonly [number, number],
  preprocessed: Preprocessed['columns'] = columns,
): { traces: (Trace | undefined)[]; words: Felt[] } {
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
  const traces = completeLookups(machine, preprocessed, [...tables, undefined, undefined]);
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
  const native = (): unknown => verifyBytes(hooks.key ?? counterKey, program.key, words, proof, hooks);
  // With other parts in the verifier's place there is nothing to compare.
  const { key = counterKey, ...parts } = hooks;
  if (Object.keys(parts).length > 0) native();
  else verifyTwice(native, key, program.key, words, proof);
}
