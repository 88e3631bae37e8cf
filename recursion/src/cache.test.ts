/** Circuits as bytes and from a cache: what is loaded has the pinned root, or the circuit is made anew. */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { verifyBytes } from '@weft/prover/verify/proof';
import { describe, expect, it } from 'vitest';
import { type CircuitCache, cacheName, readyCircuit } from './cache.ts';
import { CircuitRecorder } from './circuit/recorder.ts';
import type { Child } from './circuit/verifier.ts';
import type { Circuit } from './circuits.ts';
import { decodeCircuit, encodeCircuit } from './encoding.ts';
import { ORDINARY, recursionKey } from './key.ts';
import type { Heights } from './lower/layout.ts';
import { runSample, sampleProgram, sampleProof } from './lower/sample.test-support.ts';
import { proveCircuit, setupCircuit } from './prove.ts';

const program = sampleProgram();
const { machine, key } = recursionKey(suite, program.inputs);
const made = await setupCircuit(program, suite);
const { root } = made.preprocessed.key;
const heights: Heights = Object.fromEntries(
  Object.entries(made.lowered.columns).map(([name, columns]) => [name, Math.log2(columns[0]!.length)]),
);
const digests = made.preprocessed.committed!.commitment.digests();
const encoded = await encodeCircuit({ lowered: made.lowered, digests });
// Of what the proofs are does not matter here: the sample reads what its test says.
const child: Child = { key, shape: key.shapes[0]!, logHeights: [] };

let recorded = 0;
const circuit: Circuit = {
  name: 'sample',
  heights,
  words: program.inputs,
  form: ORDINARY,
  suite: key.suite,
  child: () => child,
  record: () => {
    recorded++;
    return { circuit: sampleProgram(), child };
  },
};

/** A cache that holds these bytes, and what was saved in it. */
function holding(bytes?: Uint8Array): CircuitCache & { readonly files: Map<string, Uint8Array> } {
  const files = new Map(bytes === undefined ? [] : [[cacheName(root), bytes]]);
  return { files, load: async (name) => files.get(name), save: async (name, saved) => void files.set(name, saved) };
}

/** The bytes with changed words, their digest put right: as someone writes them who wants them read. */
async function resealed(change: (words: Uint32Array) => void): Promise<Uint8Array> {
  const words = new Uint32Array(encoded.slice().buffer);
  change(words);
  words.set(new Uint32Array(await crypto.subtle.digest('SHA-256', words.subarray(10))), 2);
  return new Uint8Array(words.buffer);
}

describe('a circuit as bytes', () => {
  it('is what it was', async () => {
    const decoded = (await decodeCircuit(encoded, machine, heights))!;
    expect(decoded.lowered).toEqual(made.lowered);
    expect(decoded.lowered.program).toEqual(program);
    expect(decoded.digests).toEqual(digests);
    expect(await encodeCircuit(decoded)).toEqual(encoded);
  });
  it('is none when it is damaged, cut short, longer, of another version or of another machine', async () => {
    const decode = (bytes: Uint8Array) => decodeCircuit(bytes, machine, heights);
    for (const length of [0, 3, 8, 40, encoded.length - 4, encoded.length - 1])
      expect(await decode(encoded.subarray(0, length))).toBeUndefined();
    expect(await decode(Uint8Array.of(...new Uint8Array(4), ...encoded.subarray(4)))).toBeUndefined();
    for (const at of [0, 4, 8, 40, 44, encoded.length >> 1, encoded.length - 1]) {
      const damaged = encoded.slice();
      damaged[at]! ^= 1;
      expect(await decode(damaged), `byte ${at}`).toBeUndefined();
    }
    expect(await decode(await resealed((w) => void w.set([0], 0)))).toBeUndefined();
    expect(await decode(await resealed((w) => void w.set([99], 1)))).toBeUndefined();
    const longer = new Uint32Array(encoded.length / 4 + 1);
    longer.set(new Uint32Array(encoded.slice().buffer));
    longer.set(new Uint32Array(await crypto.subtle.digest('SHA-256', longer.subarray(10))), 2);
    expect(await decode(new Uint8Array(longer.buffer))).toBeUndefined();
    expect(await decodeCircuit(encoded, machine, { ...heights, ext: heights['ext']! - 2 })).toBeUndefined();
    expect(await decodeCircuit(encoded, machine, {})).toBeUndefined();
  });
  it('is a circuit or none, whatever words it has', async () => {
    const { felt } = seeded(5);
    const length = encoded.length / 4;
    for (let k = 0; k < 300; k++) {
      // Lengths, codes and wires stand early and everywhere.
      const at = 10 + (felt() % (k % 2 === 0 ? length - 10 : 2000));
      const value = [0, 1, 25, 26, 2 ** 26, 2 ** 31, 2 ** 32 - 1, felt()][k % 8]!;
      const bytes = await resealed((words) => void words.set([value], at));
      const decoded = await decodeCircuit(bytes, machine, heights);
      if (decoded === undefined) continue;
      const { words, starts, feltWires } = decoded.lowered.program;
      expect(starts.length).toBeLessThanOrEqual(words.length);
      expect(feltWires).toBeLessThanOrEqual(2 ** 26);
    }
  });
});

describe('a circuit from a cache', () => {
  it('is saved when it is made, loaded after that, and proves the same', async () => {
    const cache = holding();
    recorded = 0;
    const first = (await readyCircuit(circuit, root, cache))!;
    expect([...cache.files]).toEqual([[cacheName(root), encoded]]);
    const second = (await readyCircuit(circuit, root, cache))!;
    expect(recorded).toBe(1);
    const { inputs } = sampleProof();
    const { values } = runSample({ machine, lowered: second.prover.lowered }, sampleProof());
    const proof = await proveCircuit(second.prover, { inputs, values });
    expect(proof).toEqual(await proveCircuit(first.prover, { inputs, values }));
    verifyBytes(key, { logHeights: first.prover.preprocessed.key.logHeights, root }, inputs, proof);
  });
  it('is made anew and saved over when what stands there is none, or another circuit', async () => {
    const b = new CircuitRecorder(suite, 0);
    b.assertEqualFelt(b.input(program.inputs)[0]!, b.felt(6), 'gkr', 'six');
    const other = await setupCircuit(b.finish(), suite, heights);
    const others = other.preprocessed.committed!.commitment.digests();
    const files = [
      new Uint8Array(),
      encoded.subarray(0, 1000),
      // Sound in itself, under a name that is not its own.
      await encodeCircuit({ lowered: other.lowered, digests: others }),
      await encodeCircuit({ lowered: made.lowered, digests: others }),
      await encodeCircuit({ lowered: made.lowered, digests: digests.subarray(8) }),
    ];
    for (const file of files) {
      const cache = holding(file);
      recorded = 0;
      expect((await readyCircuit(circuit, root, cache))!.prover.preprocessed.key.root).toEqual(root);
      expect(recorded).toBe(1);
      expect([...cache.files.values()]).toEqual([encoded]);
    }
  });
  it('is made when the cache fails at everything', async () => {
    const failing: CircuitCache = {
      load: () => Promise.reject(new Error('EACCES')),
      save: () => Promise.reject(new Error('ENOSPC')),
    };
    expect((await readyCircuit(circuit, root, failing))!.prover.preprocessed.key.root).toEqual(root);
  });
  it('is not saved under a root that it has not', async () => {
    const cache = holding();
    expect(await readyCircuit(circuit, root.with(0, 1), cache)).toBeUndefined();
    expect(cache.files.size).toBe(0);
  });
});
