/**
 * What verifiers are handed: bytes that alias, that change while they are read, that cost more to refuse than they did to
 * make, and values that are no proofs at all.
 */
import * as counter from '@weft/example-counter';
import { readGuest } from '@weft/guest-examples';
import { copyIfBytes, VerificationError } from '@weft/primitives';
import { reasonOf } from '@weft/primitives/testing';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, encodeHead, encodeProof, openProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { checkChain, verifyRun, verifyShard } from '@weft/rv32im/run/verify';
import { STATEMENT_WORDS } from '@weft/rv32im/statement';
import { type Proof, prove, verify } from '@weft/sdk';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { circuitOf, verifyBeside } from '../support/circuit.ts';
import { counterKey, counterProgram, proveCounter, verifyCounter } from '../support/counter.ts';
import { mapPieces } from '../support/pieces.ts';
import { LEAST_MEMORY, text } from '../support/values.ts';

const key = machineKey();
const program = await counterProgram();
const toy = await proveCounter(program, [129, 40]);
let proof: Proof;
let file: ProofFile;
beforeAll(async () => {
  proof = await prove(readGuest('loop'), [text('3000')], { mode: 'core', memory: LEAST_MEMORY });
  file = decodeProof(proof.proof);
  expect(proof.publicValues.length).toBeGreaterThan(0);
});

/** The same bytes in every kind of memory that a caller may hold them in. */
const HOLDERS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['a Uint8Array', (bytes) => Uint8Array.from(bytes)],
  ['a Buffer', (bytes) => Buffer.from(Uint8Array.from(bytes).buffer)],
  ['a pooled Buffer', pooled],
  ['a subarray', (bytes) => placed(new Uint8Array(bytes.length + 20), bytes)],
  ['a subarray of a Buffer', (bytes) => placed(Buffer.alloc(bytes.length + 20), bytes)],
  ['a view of shared memory', (bytes) => placed(new Uint8Array(new SharedArrayBuffer(bytes.length + 20)), bytes)],
];

/** A part of a larger Buffer, as small Buffers are. */
function pooled(bytes: Uint8Array): Uint8Array {
  const pool = Buffer.allocUnsafe(2 * bytes.length + 64);
  const part = pool.subarray(32, 32 + bytes.length);
  part.set(bytes);
  return part;
}

function placed(room: Uint8Array, bytes: Uint8Array): Uint8Array {
  room.set(bytes, 7);
  return room.subarray(7, 7 + bytes.length);
}

describe.each(HOLDERS)('from %s', (_, hold) => {
  it('verify hands out copies', () => {
    const bytes = hold(proof.proof);
    const vk = hold(proof.vk);
    const verified = verify(vk, bytes);
    bytes.fill(0xee);
    vk.fill(0xee);
    expect(verified.publicValues).toEqual(proof.publicValues);
    expect(verified.vk).toEqual(proof.vk);
    // Plain arrays, whose `slice` is a copy.
    expect(Object.getPrototypeOf(verified.publicValues)).toBe(Uint8Array.prototype);
    expect(verified.publicValues.buffer).toBeInstanceOf(ArrayBuffer);
  });
  it('decodeProof hands out copies', () => {
    const bytes = hold(proof.proof);
    const decoded = decodeProof(bytes);
    bytes.fill(0xee);
    expect(Buffer.compare(encodeProof(decoded), proof.proof)).toBe(0);
  });
  it('an opened file says what it said, whatever becomes of the bytes', () => {
    const bytes = hold(proof.proof);
    const opened = openProof(bytes);
    const first = opened.shards.proof(0);
    bytes.fill(0);
    expect(Buffer.compare(first, file.shards[0]!.proof)).toBe(0);
    for (const [i, { statement }] of file.shards.entries()) expect(opened.shards.statement(i)).toEqual(statement);
    expect(opened.publicValues).toEqual(proof.publicValues);
    expect(opened.vk).toEqual(file.vk);
  });
  it('a proof that changes under the verifier is judged as it was at the start', () => {
    const bytes = hold(toy.proof);
    const words = toy.words.slice();
    const root = [...program.key.root];
    const changing = { ...program, key: { ...program.key, root } };
    const wrap = <T>(backend: T): T => {
      // Before a single word has been read.
      bytes.fill(0);
      words.fill(0);
      root.fill(0);
      return backend;
    };
    expect(reasonOf(() => verifyCounter(changing, bytes, words, { wrap }))).toBe('accepted');
  });
  it('copyIfBytes copies', () => {
    const bytes = hold(Uint8Array.of(1, 2, 3));
    const copy = copyIfBytes(bytes)!;
    bytes.fill(9);
    expect(copy).toEqual(Uint8Array.of(1, 2, 3));
    expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
  });
});

describe('the cost of refusing', () => {
  const shardHead = 4 * STATEMENT_WORDS + 4;
  /** A head that promises `count` shards, followed by `size` bytes of whatever `fill` writes. */
  function fileOf(count: number, size: number, fill: (body: Uint8Array) => void): Uint8Array {
    const head = encodeHead(file.vk, proof.publicValues, count);
    const bytes = new Uint8Array(head.length + size);
    bytes.set(head);
    fill(bytes.subarray(head.length));
    return bytes;
  }
  /** Time and memory of a refusal. */
  function refuse(bytes: Uint8Array, reason: string): { ms: number; bytes: number } {
    verify(proof.vk, proof.proof);
    const [memory, started] = [process.memoryUsage(), performance.now()];
    expect(reasonOf(() => verify(proof.vk, bytes))).toBe(reason);
    const [ms, after] = [performance.now() - started, process.memoryUsage()];
    return { ms, bytes: after.arrayBuffers - memory.arrayBuffers + Math.max(0, after.heapUsed - memory.heapUsed) };
  }
  const SIZE = 145e6;
  it('145 MB of empty shards: at once, by their number', () => {
    const count = Math.floor(SIZE / shardHead);
    const { ms, bytes } = refuse(
      fileOf(count, count * shardHead, () => {}),
      'format',
    );
    expect(ms).toBeLessThan(1000);
    expect(bytes).toBeLessThan(16e6);
  });
  it('145 MB of as many shards as fit at their least length: by the chain, before any proof is copied', () => {
    const least = leastProofBytes(key);
    const count = Math.floor(SIZE / (shardHead + least));
    const size = count * (shardHead + least);
    const bytes = fileOf(count, size, (body) => {
      const view = new DataView(body.buffer, body.byteOffset);
      for (let i = 0; i < count; i++) view.setUint32((i + 1) * shardHead - 4 + i * least, least, true);
    });
    const cost = refuse(bytes, 'chain');
    expect(cost.ms).toBeLessThan(1000);
    expect(cost.bytes).toBeLessThan(48e6);
  });
  it('a shard shorter than any proof: by its length', () => {
    for (const length of [0, 1, leastProofBytes(key) - 1]) {
      const shards = file.shards.map((s, i) => (i === 0 ? { ...s, proof: s.proof.slice(0, length) } : s));
      expect(() => verify(proof.vk, encodeProof({ ...file, shards }))).toThrow(/proof of shard 0 has .* none has less/);
    }
  });
  it('no honest proof is shorter: the least length is that of the messages which the machine alone decides', () => {
    const pieces = mapPieces((hooks) => verifyCounter(program, toy.proof, toy.words, hooks));
    const fixed = pieces.filter((p) => p.label === 'shape' || p.label === 'cap' || /^(gkr|zerocheck)\//.test(p.label));
    expect(leastProofBytes(counterKey)).toBe(4 * fixed.reduce((n, p) => n + p.count, 0));
    for (const shard of file.shards) expect(shard.proof.length).toBeGreaterThan(leastProofBytes(key));
  });
  it('one shard is held at a time', () => {
    const { shards } = openProof(proof.proof);
    expect(shards.count).toBe(file.shards.length);
    const [a, b] = [shards.proof(0), shards.proof(0)];
    expect(a.buffer).not.toBe(b.buffer);
    expect(a.buffer.byteLength).toBe(a.length);
  });
  it('maxProofBytes refuses what is larger, unread', () => {
    const { length } = proof.proof;
    expect(verify(proof.vk, proof.proof, { maxProofBytes: length }).exitCode).toBe(proof.exitCode);
    for (const maxProofBytes of [0, 1, length - 1])
      expect(() => verify(proof.vk, proof.proof, { maxProofBytes })).toThrow(VerificationError);
    expect(() => verify(proof.vk, new Uint8Array(length), { maxProofBytes: 10 })).toThrow(/more than the limit of 10/);
    for (const maxProofBytes of [Number.NaN, -1])
      expect(() => verify(proof.vk, proof.proof, { maxProofBytes })).toThrow(RangeError);
    for (const maxProofBytes of ['9' as never, null as never])
      expect(() => verify(proof.vk, proof.proof, { maxProofBytes })).toThrow(TypeError);
  });
});

describe('values that are no proofs', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  /** Anything, and things that are nearly right. */
  const garbage = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    }),
    fc.constantFrom<unknown>(null, undefined, Number.NaN, '', '0x', 'zz'.repeat(32), [], {}, Symbol('x'), () => 1),
    bytes,
    bytes.map((b) => b.buffer),
    fc.array(fc.integer()),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefx'), maxLength: 80 }),
  );
  /** An object in which one field, at any depth, is something else. */
  const damaged = (value: object): fc.Arbitrary<unknown> => {
    const paths: string[][] = [];
    const walk = (v: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof v === 'object' && v !== null && !ArrayBuffer.isView(v))
        for (const [k, x] of Object.entries(v)) walk(x, [...path, k]);
    };
    walk(value, []);
    return fc.tuple(fc.constantFrom(...paths), garbage).map(([path, x]) => {
      const copy = structuredClone(value) as Record<string, unknown>;
      let at = copy;
      for (const k of path.slice(0, -1)) at = at[k] as Record<string, unknown>;
      at[path.at(-1)!] = x;
      return copy;
    });
  };
  /** Runs it on many values: nothing but a VerificationError comes out, or nothing. */
  const holds = (values: fc.Arbitrary<unknown>, work: (value: never) => unknown, runs = 300): void =>
    fc.assert(
      fc.property(values, (value) => {
        reasonOf(() => void work(value as never));
      }),
      { numRuns: runs },
    );

  it('verify: any key, any proof', () => {
    holds(garbage, (x) => verify(x, proof.proof));
    holds(garbage, (x) => verify(proof.vk, x));
    holds(fc.tuple(garbage, garbage), ([vk, x]: [never, never]) => verify(vk, x));
    for (const vk of [null, undefined, 1, new Uint8Array(31), new Uint8Array(33), 'ab', `0x${'0'.repeat(63)}g`])
      expect(reasonOf(() => verify(vk as never, proof.proof))).toBe('program');
    for (const x of [null, undefined, 'proof', [...proof.proof.subarray(0, 9)], proof.proof.buffer, new Uint16Array(9)])
      expect(reasonOf(() => verify(proof.vk, x as never))).toBe('format');
    expect(verify(`0x${Buffer.from(proof.vk).toString('hex').toUpperCase()}`, proof.proof).exitCode).toBe(0);
  });
  it('verify: bytes that begin like a proof', () => {
    holds(
      fc.tuple(fc.nat({ max: 300 }), bytes).map(([n, tail]) => Uint8Array.of(...proof.proof.subarray(0, n), ...tail)),
      (x) => verify(proof.vk, x),
    );
  });
  it('decodeProof and openProof', () => {
    holds(garbage, decodeProof);
    holds(garbage, openProof);
  });
  it('verifyRun, verifyShard and checkChain', () => {
    const shard = { statement: file.shards[0]!.statement, proof: new Uint8Array(9) };
    const { statement } = shard;
    const { vk, publicValues } = file;
    holds(fc.oneof(garbage, damaged(vk)), (x) => verifyRun(key, x, [shard], publicValues));
    holds(fc.oneof(garbage, damaged([shard])), (x) => verifyRun(key, vk, x, publicValues));
    holds(garbage, (x) => verifyRun(key, vk, file.shards.slice(-1), x));
    holds(fc.oneof(garbage, damaged(vk)), (x) => verifyShard(key, x, statement, shard.proof));
    holds(fc.oneof(garbage, damaged(statement)), (x) => verifyShard(key, vk, x, shard.proof));
    holds(garbage, (x) => verifyShard(key, vk, statement, x));
    holds(fc.oneof(garbage, damaged([statement])), (x) => checkChain(vk, x, publicValues));
    holds(fc.oneof(garbage, damaged(vk)), (x) => checkChain(x, [statement], publicValues));
    const statements = file.shards.map((s) => s.statement);
    holds(garbage, (x) => checkChain(vk, statements, x));
    expect(reasonOf(() => checkChain(vk, statements, publicValues))).toBe('accepted');
  });
  it('objects that throw when they are read, lists with holes, bytes whose memory is gone or that speak for themselves', () => {
    const { vk, publicValues, shards } = file;
    const { statement, proof: bytes } = shards[0]!;
    const throwing = new Proxy({}, { get: () => fail(), has: () => fail(), ownKeys: () => fail() });
    function fail(): never {
      throw new Error('read');
    }
    const throwingList = new Proxy([], { get: () => fail() });
    const holes = new Array<never>(shards.length);
    for (const bad of [throwing, throwingList, holes] as never[]) {
      const verdicts = [
        () => verify(bad, proof.proof),
        () => verify(proof.vk, bad),
        () => verifyRun(key, bad, shards, publicValues),
        () => verifyRun(key, vk, bad, publicValues),
        () => verifyRun(key, vk, [bad], publicValues),
        () => verifyShard(key, bad, statement, bytes),
        () => verifyShard(key, vk, bad, bytes),
        () => verifyShard(key, vk, { ...statement, digest: bad }, bytes),
        () => verifyShard(key, vk, statement, bad),
        () => checkChain(vk, bad, publicValues),
        () => checkChain(bad, [statement], publicValues),
        () => decodeProof(bad),
      ].map((work) => reasonOf(() => void work()));
      expect(verdicts).not.toContain('accepted');
    }
    const gone = proof.proof.slice();
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const work of [verify.bind(null, proof.vk), decodeProof, openProof])
      expect(reasonOf(() => void work(gone))).toBe('format');
    // What an object says of its length or its items is not what the engine says.
    const liar = Object.defineProperty(new Uint8Array(0), 'length', { value: 2 ** 40 });
    expect(reasonOf(() => void verify(proof.vk, liar))).toBe('format');
    const short = Object.defineProperty(proof.proof.slice(), 'length', { value: 8 });
    expect(reasonOf(() => void verify(proof.vk, short, { maxProofBytes: 9 }))).toBe('format');
    const mute = Object.defineProperty(proof.proof.slice(), Symbol.iterator, { value: fail });
    expect(verify(proof.vk, mute).exitCode).toBe(proof.exitCode);
  });
  it('a statement whose fields have other lengths than they should, adding up to the same', () => {
    const { statement, proof: bytes } = file.shards[0]!;
    const shifted = {
      ...statement,
      before: statement.before.slice(0, 7),
      after: [statement.before[7]!, ...statement.after],
    };
    expect(reasonOf(() => verifyShard(key, file.vk, statement, bytes))).toBe('accepted');
    expect(reasonOf(() => verifyShard(key, file.vk, shifted, bytes))).toBe('statement');
    const other = { ...statement, before: statement.before.slice(0, 7) };
    expect(reasonOf(() => verifyShard(key, file.vk, other, bytes))).toBe('statement');
  });
  it('verifyBytes, and a recorded verifier', () => {
    const verifier = circuitOf(counterKey, 0, program.key.logHeights);
    holds(fc.oneof(garbage, damaged(program.key)), (x) => verifyBeside(verifier, x, toy.words, toy.proof), 200);
    holds(fc.oneof(garbage, damaged(toy.words)), (x) => verifyBeside(verifier, program.key, x, toy.proof), 200);
    holds(garbage, (x) => verifyBeside(verifier, program.key, toy.words, x), 200);
  });
  it('a verifier on the chip kit', async () => {
    const own = await counter.setup(Uint8Array.from({ length: 200 }, (_, i) => i));
    const made = await counter.prove(own, 5, 3);
    counter.verify(own.key, made.statement, made.proof);
    holds(fc.oneof(garbage, damaged(own.key)), (x) => counter.verify(x, made.statement, made.proof), 200);
    holds(fc.oneof(garbage, damaged(made.statement)), (x) => counter.verify(own.key, x, made.proof), 200);
    holds(garbage, (x) => counter.verify(own.key, made.statement, x), 200);
  });
});
