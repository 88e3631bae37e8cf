import { expect, it } from 'vitest';
import { P } from '../field/base.ts';
import { permute } from './poseidon2.ts';
import { PermutationBatch, permuteOne } from './poseidon2-kernel.ts';
import { POSEIDON2_KOALABEAR as suite } from './suite.ts';

it.each([suite.node, suite.leaf])('the kernel equals its oracle for width $width', (parameters) => {
  const batch = new PermutationBatch(parameters);
  const edges = [0, 1, 2, P - 1, P - 2, 1 << 16, 1 << 24];
  for (const count of [1, 4, 7, 130, 512]) {
    const states = Array.from({ length: count }, (_, s) =>
      Uint32Array.from({ length: parameters.width }, (_, i) =>
        s < edges.length ? edges[(s + i) % edges.length]! : (s * 7919 + i * 104729 * s) % P,
      ),
    );
    for (const [s, state] of states.entries()) batch.write(s, 0, state, 0, parameters.width);
    batch.permute(count);
    for (const [s, state] of states.entries()) {
      const out = new Uint32Array(parameters.width);
      batch.read(s, out, 0, parameters.width);
      permute(parameters, state);
      expect(out).toEqual(state);
    }
  }
});

it.each([suite.node, suite.leaf])('a single state of width $width too', (parameters) => {
  for (let k = 0; k < 20; k++) {
    const state = Uint32Array.from({ length: parameters.width }, (_, i) =>
      k === 0 ? P - 1 : (k * 7919 * (i + 3)) % P,
    );
    const oracle = state.slice();
    permute(parameters, oracle);
    permuteOne(parameters, state);
    expect(state).toEqual(oracle);
  }
});
