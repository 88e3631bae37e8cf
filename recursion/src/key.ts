/**
 * @module The recursion machine's key: the same for all circuits whose statements have as many words. What a proof is about is
 * in the root of its circuit's columns, which whoever verifies has to know.
 */
import type { HashSuite } from '@weft/primitives/hash/suite';
import { chooseShape, createMachineKey, type MachineKey } from '@weft/prover/protocol/key';
import type { Child } from './circuit/verifier.ts';
import type { Heights } from './lower/layout.ts';
import { createRecursionMachine, type RecursionMachine } from './machine/machine.ts';

/** log2 of the cells that a proof may commit to. */
const SIZES: readonly number[] = [18, 19, 20, 21, 22, 23, 24];

/** A recursion machine and its key. */
export interface RecursionKey {
  readonly machine: RecursionMachine;
  readonly key: MachineKey;
}

const keys = new Map<string, RecursionKey>();

/** Made on first use. @param publicWords - of a statement. */
export function recursionKey(suite: HashSuite, publicWords: number): RecursionKey {
  const name = `${suite.name} ${publicWords}`;
  let known = keys.get(name);
  if (known === undefined || known.key.suite !== suite) {
    const machine = createRecursionMachine(suite, publicWords);
    known = { machine, key: createMachineKey(suite, machine.machine, SIZES, { role: 'recursion' }) };
    keys.set(name, known);
  }
  return known;
}

/** What circuits with these tables are to who verifies their proofs. */
export function childOfClass(suite: HashSuite, publicWords: number, heights: Heights): Child {
  const { key } = recursionKey(suite, publicWords);
  const logHeights = key.machine.chips.map(({ name }) => heights[name]!);
  return { key, shape: chooseShape(key, logHeights), logHeights };
}
