/**
 * @module P, the unit of speed: the time of one Poseidon2-16 permutation by a frozen WebAssembly module, four states at
 * once. Machines and their moods differ; ratios to P of the same run do not. The module is golden: it never follows the
 * product's own kernel, so a faster kernel shows as a lower ratio.
 */
import { readFileSync } from 'node:fs';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { instantiateModule } from '@weft/primitives/wasm/assembler';

/** Where the module expects states; its constants lie below, and their values do not change its time. */
const STATES = 65536;
const GROUPS = 16;
const GROUP_BYTES = 256;

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;

/** Measures nanoseconds of one permutation: median of nine runs of 20 ms. Warms up for a second when made. */
export function createUnit(): () => number {
  const memory = KernelMemory.own();
  memory.allocate(2 * STATES);
  memory.words.fill(123456789);
  const binary = new Uint8Array(readFileSync(new URL('../../golden/unit.wasm', import.meta.url)));
  const { permuteNode } = instantiateModule<'permuteNode'>(binary, memory);
  const run = (ms: number): number => {
    const started = performance.now();
    let calls = 0;
    do {
      for (let i = 0; i < 50; i++) permuteNode(STATES, GROUPS * GROUP_BYTES);
      calls += 50;
    } while (performance.now() - started < ms);
    return ((performance.now() - started) * 1e6) / (calls * GROUPS * 4);
  };
  run(1000);
  return () => median(Array.from({ length: 9 }, () => run(20)));
}
