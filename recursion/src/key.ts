/**
 * @module The keys of recursion machines: the same for all circuits of one form whose statements have as many words. What a proof is
 * about is in the root of its circuit's columns, which whoever verifies has to know.
 */
import type { Digest } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { joinChips } from '@weft/prover/air/machine';
import {
  chooseShape,
  createMachineKey,
  createPartialKey,
  type MachineKey,
  type ParameterRules,
  type ProofUse,
} from '@weft/prover/protocol/key';
import type { Child } from './circuit/verifier.ts';
import type { Heights } from './lower/layout.ts';
import { createRecursionMachine, FULL_MACHINE, type MachineForm, type RecursionMachine } from './machine/machine.ts';

/** What circuits are proven on, and how their proofs are made. */
export interface CircuitForm {
  readonly machine: MachineForm;
  /** By which its own proofs are hashed; that of the proofs that its circuits verify where there is none. */
  readonly suite?: HashSuite;
  /** Rates and queries of its proofs; those of any machine where there are none. */
  readonly rules?: ParameterRules;
  /** log2 of the cells that a proof may commit to, rising. */
  readonly sizes: readonly number[];
}

/** Of lifts and joins: proven quickly. */
export const ORDINARY: CircuitForm = {
  machine: FULL_MACHINE,
  sizes: [18, 19, 20, 21, 22, 23, 24],
};

const USE: ProofUse = { role: 'recursion' };

/** A recursion machine and its key. */
export interface RecursionKey {
  readonly machine: RecursionMachine;
  readonly key: MachineKey;
}

/** By form, suite of the proofs that are verified, and words of a statement. */
const keys = new WeakMap<CircuitForm, WeakMap<HashSuite, Map<number, RecursionKey>>>();

/**
 * Made on first use.
 * @param suite - of the proofs that circuits verify.
 * @param publicWords - of a statement.
 * @param form - of the circuits; one of a few constants.
 */
export function recursionKey(suite: HashSuite, publicWords: number, form: CircuitForm = ORDINARY): RecursionKey {
  const bySuite = keys.get(form) ?? new WeakMap<HashSuite, Map<number, RecursionKey>>();
  keys.set(form, bySuite);
  const byWords = bySuite.get(suite) ?? new Map<number, RecursionKey>();
  bySuite.set(suite, byWords);
  let known = byWords.get(publicWords);
  if (known === undefined) {
    const machine = createRecursionMachine(suite, publicWords, form.machine);
    const key = createMachineKey(form.suite ?? suite, machine.machine, form.sizes, USE, form.rules);
    known = { machine, key };
    byWords.set(publicWords, known);
  }
  return known;
}

/**
 * What {@link childOfClass} gives, without making the key's digest and passing the gate of its machine.
 * @param digest - of the key.
 */
export function knownChildOfClass(
  suite: HashSuite,
  publicWords: number,
  heights: Heights,
  form: CircuitForm,
  digest: Digest,
): Child {
  const { machine } = createRecursionMachine(suite, publicWords, form.machine, joinChips);
  const sets = [{ name: 'all', sizes: form.sizes, first: 0 }];
  const key = createPartialKey(form.suite ?? suite, machine, sets, USE, digest, form.rules);
  return childOf(key, heights);
}

/** What circuits of this form with these tables are to who verifies their proofs. */
export function childOfClass(
  suite: HashSuite,
  publicWords: number,
  heights: Heights,
  form: CircuitForm = ORDINARY,
): Child {
  return childOf(recursionKey(suite, publicWords, form).key, heights);
}

function childOf(key: MachineKey, heights: Heights): Child {
  const logHeights = key.machine.chips.map(({ name }) => heights[name]!);
  return { key, shape: chooseShape(key, logHeights), logHeights };
}
