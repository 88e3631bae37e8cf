/** Joins of real lifts: what they say of a span, and what they must not be brought to say. */
import { readGuest } from '@weft/guest-examples';
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { reasonOf } from '@weft/primitives/testing';
import type { MachineKey, PreprocessedKey } from '@weft/prover';
import { verifyBytes } from '@weft/prover';
import type { Child } from '@weft/recursion/circuit/verifier';
import { FINAL } from '@weft/recursion/classes';
import { joinHints, liftHints, type SpanChild, spanOfSpans, spanOfStatements } from '@weft/recursion/programs/hints';
import { join } from '@weft/recursion/programs/join';
import { KEY_SET_DEPTH, type KeyPath, KeySet } from '@weft/recursion/programs/key-set';
import { lift } from '@weft/recursion/programs/lift';
import { type ProofProgram, recordSpanProgram, runProgram } from '@weft/recursion/programs/record';
import { type SpanStatement, spanWords } from '@weft/recursion/programs/span';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_LAYOUT, statementWords } from '@weft/rv32im/statement';
import { prove } from '@weft/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const rv = machineKey();
const { suite } = rv;
const names = rv.machine.statement.words;
const record = (child: Child, count: number): ProofProgram =>
  recordSpanProgram(child, CHAIN_LAYOUT, (b, span) => lift(b, { child, layout: CHAIN_LAYOUT, count }, span));

/** The key of a circuit, and its proofs of shards 0 and 1. */
interface Lifted {
  readonly key: MachineKey;
  readonly preprocessed: PreprocessedKey;
  readonly spans: SpanStatement<Felt>[];
  readonly proofs: Uint8Array[];
}

async function liftShards(file: ProofFile, keySet: Digest, shards: readonly number[]): Promise<Lifted> {
  const child = {
    key: rv,
    shape: rv.shapes[file.shards[0]!.proof[0]!]!,
    logHeights: file.vk.preprocessed.logHeights,
  };
  const program = record(child, 1);
  const prover = await setupCircuit(program.circuit, suite, FINAL);
  const [spans, proofs]: [SpanStatement<Felt>[], Uint8Array[]] = [[], []];
  for (const i of shards) {
    const { statement, proof } = file.shards[i]!;
    const words = [statementWords(statement)];
    const span = spanOfStatements(CHAIN_LAYOUT, names, words, vkDigest(rv, file.vk), keySet);
    const hints = liftHints(file.vk.preprocessed.root, [...file.vk.imageRoot, file.vk.entryPc], words);
    spans.push(span);
    proofs.push(await proveCircuit(prover, runProgram(program, spanWords(span), hints, [proof])));
  }
  return { key: prover.key, preprocessed: prover.preprocessed.key, spans, proofs };
}

let file: ProofFile;
let lifted: Lifted;
/** Lifts of the same shards, proven for another set of keys. */
let elsewhere: Lifted;
let set: KeySet;
let joined: ProofProgram;
beforeAll(async () => {
  file = decodeProof((await prove(readGuest('loop'), [text('10000')], { mode: 'core', memory: LEAST_MEMORY })).proof);
  // The set holds the circuit's root, which does not depend on the set.
  const probe = await liftShards(file, [0, 0, 0, 0, 0, 0, 0, 0], [0]);
  set = new KeySet(suite, [[1, 2, 3, 4, 5, 6, 7, 8], probe.preprocessed.root]);
  lifted = await liftShards(file, set.root, [0, 1]);
  elsewhere = probe;
  const { key, preprocessed, proofs } = lifted;
  const child = { key, shape: key.shapes[proofs[0]![0]!]!, logHeights: preprocessed.logHeights };
  joined = recordSpanProgram(child, CHAIN_LAYOUT, (b, span) =>
    join(b, { child, layout: CHAIN_LAYOUT, count: 2 }, span),
  );
});

interface Attempt {
  readonly span: SpanStatement<Felt>;
  readonly children: readonly SpanChild[];
  readonly proofs: readonly Uint8Array[];
}

function honest(): Attempt {
  const { spans, proofs, preprocessed } = lifted;
  const path = set.path(preprocessed.root)!;
  return {
    span: spanOfSpans(spans),
    children: spans.map((span) => ({ span, root: preprocessed.root, path })),
    proofs,
  };
}

const run = ({ span, children, proofs }: Attempt): ReturnType<typeof runProgram> =>
  runProgram(joined, spanWords(span), joinHints(children), proofs);
const judge = (attempt: Attempt): string => reasonOf(() => void run(attempt));
const withChild = (attempt: Attempt, at: number, change: Partial<SpanChild>): Attempt => ({
  ...attempt,
  children: attempt.children.map((c, i) => (i === at ? { ...c, ...change } : c)),
});

describe('a join', () => {
  it('is proven, and verified by the one verifier', async () => {
    const accepted = run(honest());
    const prover = await setupCircuit(joined.circuit, suite);
    const proof = await proveCircuit(prover, accepted);
    const words = spanWords(honest().span);
    verifyBytes(prover.key, prover.preprocessed.key, words, proof);
    // A lift is no join, nor a join a lift.
    expect(reasonOf(() => verifyBytes(prover.key, lifted.preprocessed, words, proof))).not.toBe('accepted');
    expect(
      reasonOf(() => verifyBytes(prover.key, prover.preprocessed.key, spanWords(lifted.spans[0]!), lifted.proofs[0]!)),
    ).not.toBe('accepted');
  });
  it('holds every word of its span against its children', () => {
    const attempt = honest();
    for (const field of ['start', 'end', 'last'] as const)
      for (const k of attempt.span[field].keys()) {
        const span = { ...attempt.span, [field]: bump(attempt.span[field], k) };
        expect(judge({ ...attempt, span }), `${field} ${k}`).toBe('chain');
      }
    // Of a program or a set of keys that the children do not have in common with it.
    for (const k of [0, 7]) {
      const span = { ...attempt.span, program: bump(attempt.span.program, k) };
      expect(judge({ ...attempt, span }), `program ${k}`).not.toBe('accepted');
      const other = { ...attempt.span, keySet: bump(attempt.span.keySet, k) };
      expect(judge({ ...attempt, span: other }), `key set ${k}`).toBe('chain');
    }
  });
  it('children exchanged or repeated', () => {
    const { children, proofs, span } = honest();
    for (const order of [
      [1, 0],
      [0, 0],
      [1, 1],
    ]) {
      const attempt = { span, children: order.map((i) => children[i]!), proofs: order.map((i) => proofs[i]!) };
      expect(judge(attempt), order.join()).toBe('chain');
      // And with a span that says so.
      expect(judge({ ...attempt, span: spanOfSpans(attempt.children.map((c) => c.span)) }), order.join()).toBe('chain');
    }
  });
  it('a seam closed by changing what a child says', () => {
    const attempt = honest();
    const [a, b] = lifted.spans as [SpanStatement<Felt>, SpanStatement<Felt>];
    const end = bump(a.end, 3);
    const closed = withChild(withChild(attempt, 0, { span: { ...a, end } }), 1, { span: { ...b, start: end } });
    expect(judge(closed)).not.toBe('accepted');
    expect(judge(closed)).not.toBe('chain');
  });
  it("a child's proof for another set of keys", () => {
    const attempt = honest();
    const proofs = [elsewhere.proofs[0]!, attempt.proofs[1]!];
    expect(judge({ ...attempt, proofs })).not.toBe('accepted');
    // Its span named as it is: the set is that of the join for all children.
    expect(judge({ ...withChild(attempt, 0, { span: elsewhere.spans[0]! }), proofs })).not.toBe('accepted');
  });
  it('a shard as a child', () => {
    const attempt = honest();
    const proofs = [file.shards[0]!.proof, attempt.proofs[1]!];
    expect(judge({ ...attempt, proofs })).not.toBe('accepted');
  });
  it('a key that is not in the set, or not where it is said to be', () => {
    const attempt = honest();
    const { root, path } = attempt.children[0]!;
    const attack = (change: Partial<KeyPath>): string => judge(withChild(attempt, 0, { path: { ...path, ...change } }));
    for (const index of [path.index ^ 1, path.index + 2 ** KEY_SET_DEPTH, 0]) expect(attack({ index })).toBe('chain');
    for (let level = 0; level < KEY_SET_DEPTH; level++)
      expect(attack({ siblings: path.siblings.map((d, i) => (i === level ? bump(d, 2) : d)) })).toBe('chain');
    for (const k of root.keys())
      expect(judge(withChild(attempt, 0, { root: bump(root, k) })), `root ${k}`).toBe('chain');
  });
  it('a circuit of the set whose proof it is not', () => {
    const attempt = honest();
    const other = [1, 2, 3, 4, 5, 6, 7, 8];
    const verdict = judge(withChild(attempt, 0, { root: other, path: set.path(other)! }));
    expect(['chain', 'accepted']).not.toContain(verdict);
  });
});

describe('a set of keys', () => {
  it('has its keys, and no others', () => {
    expect(set.path(lifted.preprocessed.root)?.index).toBe(1);
    expect(set.path(bump(lifted.preprocessed.root, 0))).toBeUndefined();
    expect(
      () =>
        new KeySet(
          suite,
          Array.from({ length: 2 ** KEY_SET_DEPTH + 1 }, (_, i) => [i]),
        ),
    ).toThrow(RangeError);
  });
  it('has another root when a key is added, changed or moved', () => {
    const [a, b, c] = [1, 2, 3].map((x) => [x, x, x, x, x, x, x, x]) as [number[], number[], number[]];
    const roots = [[a, b], [b, a], [a, c], [a], [a, b, c]].map((list) => new KeySet(suite, list).root.join());
    expect(new Set(roots).size).toBe(roots.length);
  });
});
