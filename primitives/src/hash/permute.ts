/**
 * @module The transcript's and the verifier's permutations. A single one leaves three quarters of the kernels' lanes idle and
 * is still five times faster than the oracle, which serves where WebAssembly SIMD does not load.
 */
import { KernelMemory } from '../kernel/memory.ts';
import { HashKernels } from '../kernel/permutation.ts';
import { Team } from '../kernel/team.ts';
import { permute } from './poseidon2.ts';
import type { HashSuite } from './suite.ts';

const bySuite = new WeakMap<HashSuite, HashKernels | undefined>();

/** The kernels in a small memory of their own, or `undefined` where they do not load. */
export function hashKernels(suite: HashSuite): HashKernels | undefined {
  if (!bySuite.has(suite)) bySuite.set(suite, loadKernels(suite));
  return bySuite.get(suite);
}

/** Lets single permutations use kernels that are there anyway. */
export function shareHashKernels(suite: HashSuite, kernels: HashKernels): void {
  bySuite.set(suite, kernels);
}

function loadKernels(suite: HashSuite): HashKernels | undefined {
  try {
    return new HashKernels(new Team(KernelMemory.own()), suite);
  } catch {
    return undefined;
  }
}

/** The node or leaf permutation of a canonical state. */
export function permuteState(suite: HashSuite, kind: 'node' | 'leaf', state: readonly number[]): number[] {
  const kernels = hashKernels(suite);
  if (kernels !== undefined) return kernels.permuteOne(kind, state);
  const copy = Uint32Array.from(state);
  permute(suite[kind], copy);
  return Array.from(copy);
}

/** Permutes many states at once. */
export function permuteStates(
  suite: HashSuite,
  kind: 'node' | 'leaf',
  states: readonly (readonly number[])[],
): number[][] {
  return hashKernels(suite)?.permuteMany(kind, states) ?? states.map((state) => permuteState(suite, kind, state));
}
