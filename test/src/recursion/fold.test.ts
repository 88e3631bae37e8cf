/** A run folded into one proof, and what such a proof must not be brought to say. */
import { readGuest } from '@weft/guest-examples';
import { bytesToFelts, hexToBytes } from '@weft/primitives';
import { reasonOf } from '@weft/primitives/testing';
import { proofSecurity } from '@weft/prover';
import { cacheName } from '@weft/recursion/cache';
import { circuitsOf } from '@weft/recursion/circuits';
import { SINGLE, TREE } from '@weft/recursion/classes';
import { type CircuitKeys, Folder } from '@weft/recursion/fold';
import { childOfClass } from '@weft/recursion/key';
import { spanWordNames } from '@weft/recursion/programs/span';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { foldRun, riscvFolder } from '@weft/recursion/rv32im/fold';
import { CIRCUIT_ROOTS } from '@weft/recursion/rv32im/keys.generated';
import { type FoldedProof, riscvKeySet, rootOf, verifyFolded } from '@weft/recursion/rv32im/verify';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { prove } from '@weft/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { rootOfCircuit } from '../keys/table.ts';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const WORDS = spanWordNames(riscvChain().layout, 8).length;

let file: ProofFile;
let folded: FoldedProof;
beforeAll(async () => {
  file = decodeProof((await prove(readGuest('fibonacci'), [text('10')])).proof);
  folded = await foldRun(riscvFolder(), file.vk, file.shards);
});

const judge = (change: Partial<FoldedProof>, vk = file.vk, publicValues = file.publicValues): string =>
  reasonOf(() => void verifyFolded(vk, { ...folded, ...change }, publicValues));

describe('a run of one shard', () => {
  it('is one proof, of a circuit of its own', () => {
    expect(folded.circuit).toMatch(/^single-1-/);
    expect(verifyFolded(file.vk, folded, file.publicValues)).toBe(0);
  });
  it('says the exit code, the public values and the program', () => {
    expect(judge({ exitLo: 1 })).not.toBe('accepted');
    expect(judge({ exitHi: 1 })).not.toBe('accepted');
    expect(judge({ exitLo: 2 ** 16 })).toBe('statement');
    expect(judge({ committed: 0 })).toBe('public_values');
    for (let k = 0; k < 16; k++) expect(judge({ digest: bump(folded.digest, k) })).toBe('public_values');
    expect(judge({}, file.vk, Uint8Array.from([...file.publicValues, 0]))).toBe('public_values');
    expect(judge({}, file.vk, new Uint8Array())).toBe('public_values');
    expect(judge({}, { ...file.vk, entryPc: file.vk.entryPc + 4 })).not.toBe('accepted');
    expect(judge({}, { ...file.vk, imageRoot: bump(file.vk.imageRoot, 3) })).not.toBe('accepted');
    const preprocessed = { ...file.vk.preprocessed, root: bump(file.vk.preprocessed.root, 3) };
    expect(judge({}, { ...file.vk, preprocessed })).not.toBe('accepted');
  });
  it('nothing else makes the verifier throw but its own error', () => {
    const throws = {
      get circuit(): string {
        throw new Error('read');
      },
    };
    const none = [undefined, null, 1, 'x', {}, [], throws] as unknown as FoldedProof[];
    for (const given of none)
      expect(reasonOf(() => void verifyFolded(file.vk, given, file.publicValues))).toBe('statement');
    const bad: [Partial<Record<keyof FoldedProof, unknown>>, string][] = [
      [{ after: undefined }, 'statement'],
      [{ after: folded.after.slice(1) }, 'statement'],
      [{ after: [...folded.after, 0] }, 'statement'],
      [{ after: folded.after.map(String) }, 'statement'],
      [{ digest: [...folded.digest, 0] }, 'statement'],
      [{ digest: folded.digest.map((x) => x + 0.5) }, 'statement'],
      [{ committed: Number.NaN }, 'statement'],
      [{ exitLo: -1 }, 'statement'],
      [{ proof: undefined }, 'format'],
      [{ proof: [1, 2, 3] }, 'format'],
    ];
    for (const [change, reason] of bad)
      expect(judge(change as Partial<FoldedProof>), JSON.stringify(change)).toBe(reason);
    for (const vk of [undefined, null, {}, { ...file.vk, preprocessed: null }] as unknown as (typeof file.vk)[])
      expect(reasonOf(() => void verifyFolded(vk, folded, file.publicValues))).toBe('program');
    expect(judge({}, file.vk, 'none' as unknown as Uint8Array)).toBe('public_values');
  });
  it('has no limb of more than 16 bits, though its word be the same', () => {
    const digest = folded.digest.map((x, i) => (i === 0 ? x + 2 ** 16 : i === 1 ? x - 1 : x));
    expect(judge({ digest })).toBe('statement');
  });
  it('is read once: what says another thing the second time is judged by the first', () => {
    let reads = 0;
    const turning = { ...folded };
    Object.defineProperty(turning, 'exitLo', { get: () => (reads++ === 0 ? folded.exitLo : 7) });
    expect(verifyFolded(file.vk, turning, file.publicValues)).toBe(0);
  });
  it('is worth what a shard is: every term of the openings and arguments has 124 bits', () => {
    for (const heights of [SINGLE, TREE]) {
      const { key, shape, logHeights } = childOfClass(machineKey().suite, WORDS, heights);
      const { bits, terms } = proofSecurity(key, [shape], logHeights);
      expect(bits).toBe(122);
      for (const term of terms)
        if (!term.name.startsWith('hash')) expect(term.bits, term.name).toBeGreaterThanOrEqual(124);
    }
  });
  it('is of no other circuit, and no shard', () => {
    expect(judge({ circuit: 'join-2' })).not.toBe('accepted');
    expect(judge({ circuit: folded.circuit.replace('single', 'lift') })).not.toBe('accepted');
    for (const circuit of ['none', '', 'toString', '__proto__']) expect(judge({ circuit })).toBe('format');
    expect(judge({ proof: file.shards[0]!.proof })).not.toBe('accepted');
    expect(judge({ after: bump(folded.after, 0) })).not.toBe('accepted');
  });
});

it('a part of a run has a span, and no proof that it is all of it', async () => {
  const run = decodeProof((await prove(readGuest('loop'), [text('10000')], { memory: LEAST_MEMORY })).proof);
  const folder = riscvFolder();
  for (const shards of [run.shards.slice(0, 1), run.shards.slice(-1)]) {
    const part = await foldRun(folder, run.vk, shards);
    expect(reasonOf(() => void verifyFolded(run.vk, part, run.publicValues))).not.toBe('accepted');
    expect(reasonOf(() => void verifyFolded(run.vk, part, new Uint8Array()))).not.toBe('accepted');
  }
});

describe('the table of keys', () => {
  const circuits = circuitsOf(riscvChain());
  it('has the circuits, in their order', () => {
    expect(Object.keys(CIRCUIT_ROOTS)).toEqual(circuits.map((c) => c.name));
    expect(new Set(Object.values(CIRCUIT_ROOTS)).size).toBe(circuits.length);
  });
  it('has the root of a lift, derived anew', async () => {
    const circuit = circuits.find((c) => c.name === 'single-1-22-13')!;
    expect(await rootOfCircuit(circuit)).toBe(CIRCUIT_ROOTS[circuit.name]);
  });
  it('a circuit that is not the one in the table proves nothing, and spoils nothing', async () => {
    let isWrong = true;
    const other = bytesToFelts(hexToBytes(CIRCUIT_ROOTS['join-2']!));
    const keys: CircuitKeys = { set: riscvKeySet(), rootOf: (c) => (isWrong ? other : rootOf(c)) };
    const files = new Map<string, Uint8Array>();
    const cache = {
      load: async (name: string) => files.get(name),
      save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes),
    };
    const folder = new Folder(riscvChain(), keys, { cache });
    await expect(foldRun(folder, file.vk, file.shards)).rejects.toThrow(/not the one/);
    expect(files.size).toBe(0);
    isWrong = false;
    expect(await foldRun(folder, file.vk, file.shards)).toEqual(folded);
    // Under the root that verifiers know, and the next folder proves the same with what is there.
    expect([...files.keys()]).toEqual([cacheName(rootOf(folded.circuit)!)]);
    const again = new Folder(riscvChain(), keys, { cache });
    expect(await foldRun(again, file.vk, file.shards)).toEqual(folded);
  });
});
