/** Lifts of real shards: what they say of a span, and what they must not be brought to say. */
import { readGuest } from '@weft/guest-examples';
import { type Felt, P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import type { Child } from '@weft/recursion/circuit/verifier';
import { liftHints, spanOfStatements } from '@weft/recursion/programs/hints';
import { lift } from '@weft/recursion/programs/lift';
import { type ProofProgram, recordSpanProgram, runProgram } from '@weft/recursion/programs/record';
import { type ChainLayout, type SpanStatement, spanWords } from '@weft/recursion/programs/span';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_LAYOUT, type ShardStatement, statementWords } from '@weft/rv32im/statement';
import { prove } from '@weft/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const key = machineKey();
const names = key.machine.statement.words;
const KEY_SET = [11, 12, 13, 14, 15, 16, 17, 18];

let honest: ProofFile;
let other: ProofFile;
let child: Child;
/** Of two shards, and of one. */
let [pair, single]: ProofProgram[] = [];
beforeAll(async () => {
  const loop = readGuest('loop');
  honest = decodeProof((await prove(loop, [text('10000')], { mode: 'core', memory: LEAST_MEMORY })).proof);
  other = decodeProof((await prove(loop, [text('9000')], { mode: 'core', memory: LEAST_MEMORY })).proof);
  const index = honest.shards[0]!.proof[0]!;
  child = { key, shape: key.shapes[index]!, logHeights: honest.vk.preprocessed.logHeights };
  [pair, single] = [2, 1].map((count) =>
    recordSpanProgram(child, CHAIN_LAYOUT, (b, span) => lift(b, { child, layout: CHAIN_LAYOUT, count }, span)),
  ) as [ProofProgram, ProofProgram];
});

/** What a forger can choose. */
interface Attempt {
  readonly shards: ProofFile['shards'];
  readonly root: readonly number[];
  readonly first: readonly number[];
  readonly span: SpanStatement<Felt>;
}

function honestAttempt(from: number, count: number): Attempt {
  const shards = honest.shards.slice(from, from + count);
  const { vk } = honest;
  const words = shards.map((s) => statementWords(s.statement));
  return {
    shards,
    root: vk.preprocessed.root,
    first: [...vk.imageRoot, vk.entryPc],
    span: spanOfStatements(CHAIN_LAYOUT, names, words, vkDigest(key, vk), KEY_SET),
  };
}

function judge(program: ProofProgram, { shards, root, first, span }: Attempt): string {
  const words = shards.map((s) => statementWords(s.statement));
  return reasonOf(() =>
    runProgram(
      program,
      spanWords(span),
      liftHints(root, first, words),
      shards.map((s) => s.proof),
    ),
  );
}

/** The span that goes with the statements, whatever they say. */
function restated(attempt: Attempt, change: (s: ShardStatement<number>, i: number) => object): Attempt {
  const shards = attempt.shards.map((s, i) => ({ ...s, statement: { ...s.statement, ...change(s.statement, i) } }));
  const words = shards.map((s) => statementWords(s.statement));
  const { program, keySet } = attempt.span;
  return { ...attempt, shards, span: spanOfStatements(CHAIN_LAYOUT, names, words, program, keySet) };
}

describe('a layout that would have a circuit check something else', () => {
  const record = (layout: ChainLayout, count = 1): string => {
    try {
      recordSpanProgram(child, layout, (b, span) => lift(b, { child, layout, count }, span));
      return 'recorded';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  it('a word that a statement has not', () => {
    const [state, pc] = CHAIN_LAYOUT.links as [ChainLayout['links'][0], ChainLayout['links'][0]];
    expect(record({ ...CHAIN_LAYOUT, progress: { word: 'endClok', from: 4 } })).toBe('CHAIN');
    expect(record({ ...CHAIN_LAYOUT, last: ['exitlo'] })).toBe('CHAIN');
    expect(record({ ...CHAIN_LAYOUT, links: [state, { ...pc, start: ['startpc'] }] })).toBe('CHAIN');
    expect(record({ ...CHAIN_LAYOUT, links: [state, { ...pc, end: ['endpc'] }] })).toBe('CHAIN');
  });
  it('links whose sides differ, though not all together', () => {
    const links = [
      { start: ['startPc', 'exitLo'], end: ['endPc'] },
      { start: ['exitHi'], end: ['exitLo', 'exitHi'] },
    ];
    expect(record({ ...CHAIN_LAYOUT, links })).toBe('CHAIN');
  });
  it('no proof at all', () => {
    for (const count of [0, -1, 0.5, Number.NaN]) expect(record(CHAIN_LAYOUT, count)).toBe('CHAIN');
  });
});

describe('a lift', () => {
  it('accepts shards that follow each other, wherever they stand in the run', () => {
    expect(judge(pair!, honestAttempt(0, 2))).toBe('accepted');
    expect(judge(single!, honestAttempt(0, 1))).toBe('accepted');
    expect(judge(single!, honestAttempt(1, 1))).toBe('accepted');
  });
  it('refuses words that are no elements, though they are congruent to the right ones', () => {
    const attempt = honestAttempt(0, 1);
    const words = spanWords(attempt.span);
    const { shards, root, first } = attempt;
    const hints = liftHints(
      root,
      first,
      shards.map((s) => statementWords(s.statement)),
    );
    const run = (given: readonly number[]): string =>
      reasonOf(() =>
        runProgram(
          single!,
          given,
          hints,
          shards.map((s) => s.proof),
        ),
      );
    expect(run(words)).toBe('accepted');
    for (const k of words.keys())
      for (const off of [P, 2 ** 32, 0.5, -P])
        expect(run(words.with(k, words[k]! + off)), `word ${k} + ${off}`).toBe('statement');
  });
  it('holds every word of the span against the proofs, but passes on the key set', () => {
    const attempt = honestAttempt(0, 2);
    for (const field of ['program', 'start', 'end', 'last'] as const)
      for (const k of attempt.span[field].keys()) {
        const span = { ...attempt.span, [field]: bump(attempt.span[field], k) };
        expect(judge(pair!, { ...attempt, span }), `${field} ${k}`).toBe('chain');
      }
    expect(judge(pair!, { ...attempt, span: { ...attempt.span, keySet: bump(KEY_SET, 3) } })).toBe('accepted');
  });
  it('shards exchanged, repeated, or of another run', () => {
    const attempt = honestAttempt(0, 2);
    const [a, b] = attempt.shards as [ProofFile['shards'][0], ProofFile['shards'][0]];
    for (const shards of [
      [b, a],
      [a, a],
      [b, b],
      [a, other.shards[1]!],
    ])
      expect(judge(pair!, { ...attempt, shards })).toBe('chain');
  });
  it('a seam closed by changing what a shard says', () => {
    const attempt = honestAttempt(0, 2);
    const gap = { ...attempt, shards: [attempt.shards[0]!, other.shards[1]!] };
    const seam = attempt.shards[0]!.statement;
    const closed = restated(gap, (_, i) => (i === 1 ? { before: seam.after, startPc: seam.endPc } : {}));
    expect(judge(pair!, closed)).toBe('bus_balance');
  });
  it('a shard that is no step', () => {
    const still = restated(honestAttempt(1, 1), (s) => ({ endClock: 4, after: s.before, endPc: s.startPc }));
    expect(judge(single!, still)).toBe('chain');
  });
  it('another program: its root, its image, its entry', () => {
    const attempt = honestAttempt(0, 1);
    const { root, first } = attempt;
    for (const k of root.keys()) expect(judge(single!, { ...attempt, root: bump(root, k) }), `root ${k}`).toBe('chain');
    for (const k of first.keys())
      expect(judge(single!, { ...attempt, first: bump(first, k) }), `first ${k}`).toBe('chain');
  });
  it('the program of the digest, but proofs of another', () => {
    // The digest fits the hints, and the proof does not fit the root.
    const attempt = honestAttempt(0, 1);
    const root = bump(attempt.root, 2);
    const vk = { ...honest.vk, preprocessed: { ...honest.vk.preprocessed, root } };
    const span = { ...attempt.span, program: vkDigest(key, vk) };
    expect(judge(single!, { ...attempt, root, span })).not.toBe('accepted');
  });
  it('a proof of another shape', () => {
    const shape = key.shapes.find((s) => s !== child.shape)!;
    const elsewhere = { ...child, shape };
    const program = recordSpanProgram(elsewhere, CHAIN_LAYOUT, (b, span) =>
      lift(b, { child: elsewhere, layout: CHAIN_LAYOUT, count: 1 }, span),
    );
    expect(judge(program, honestAttempt(0, 1))).toBe('shape');
  });
  it('hints that end early, and bytes behind a proof', () => {
    const attempt = honestAttempt(0, 1);
    const [shard] = attempt.shards as [ProofFile['shards'][0]];
    const hints = liftHints(attempt.root, attempt.first, [statementWords(shard.statement)]);
    const run = (h: readonly number[], proof: Uint8Array): string =>
      reasonOf(() => runProgram(single!, spanWords(attempt.span), h, [proof]));
    expect(run(hints, shard.proof)).toBe('accepted');
    expect(run(hints.slice(1), shard.proof)).toBe('format');
    expect(run(hints, Uint8Array.from([...shard.proof, 0, 0, 0, 0]))).toBe('format');
  });
});
