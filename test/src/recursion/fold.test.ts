/** A run folded into one proof, and what such a proof must not be brought to say. */
import { readGuest } from '@weft/guest-examples';
import { bytesToFelts, hexToBytes } from '@weft/primitives';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import { proofSecurity } from '@weft/prover';
import { shapeOf } from '@weft/prover/protocol/key';
import { type CircuitCache, cacheName } from '@weft/recursion/cache';
import {
  type FoldedShape,
  foldedShape,
  liftName,
  singleName,
  spanCircuits,
  wholeCircuits,
  wrapCircuit,
} from '@weft/recursion/circuits';
import { COMPRESSED, FINAL, TREE } from '@weft/recursion/classes';
import { type CircuitKeys, Folder } from '@weft/recursion/fold';
import { childOfClass, ORDINARY } from '@weft/recursion/key';
import { type SpanChild, wholeHints } from '@weft/recursion/programs/hints';
import { runProgram } from '@weft/recursion/programs/record';
import { type SpanStatement, spanOfWords, spanWordNames, spanWords } from '@weft/recursion/programs/span';
import { wholeLength } from '@weft/recursion/programs/whole';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { riscvFolder } from '@weft/recursion/rv32im/fold';
import { SPAN_ROOTS, WHOLE_ROOTS, WRAP_ROOTS, WRAPPING_ROOTS } from '@weft/recursion/rv32im/keys.generated';
import { chainedProgram } from '@weft/recursion/rv32im/stated';
import { riscvKeySet, riscvWholeSet, rootOf, verifyStep, wholeSecurity } from '@weft/recursion/rv32im/steps';
import { verifyWhole, WHOLE_CIRCUITS, type WholeProof } from '@weft/recursion/rv32im/verify';
import type { ChainedProgram, StatedProof } from '@weft/recursion/stated';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { vkDigest } from '@weft/rv32im/run/verify';
import { statementWords } from '@weft/rv32im/statement';
import { prove } from '@weft/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { rootOfCircuit } from '../keys/table.ts';
import { foldRun } from '../support/fold.ts';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const { layout } = riscvChain();
type Span = SpanStatement<number>;

/** Circuits that a test of this file has made, and the names of those that were asked for. */
const circuits = new Map<string, Uint8Array>();
const asked: string[] = [];
const cache: CircuitCache = {
  load: async (name) => {
    asked.push(name);
    return circuits.get(name);
  },
  save: async (name, bytes) => void circuits.set(name, bytes),
};

let file: ProofFile;
let program: number[];
let folded: WholeProof;
beforeAll(async () => {
  file = decodeProof((await prove(readGuest('fibonacci'), [text('10')], { mode: 'core' })).proof);
  program = [...vkDigest(machineKey(), file.vk)];
  folded = await foldRun(riscvFolder({ cache }), file.vk, file.shards);
});

const judge = (change: Partial<WholeProof>, of = program, publicValues = file.publicValues): string =>
  reasonOf(() => void verifyWhole(of, { ...folded, ...change }, publicValues));

describe('a run of one shard', () => {
  it('is one proof, of a circuit of its own', () => {
    expect(folded.circuit).toMatch(/^single-/);
    expect(verifyWhole(program, folded, file.publicValues)).toBe(0);
  });
  it('says the exit code, the public values and the program', () => {
    expect(judge({ exitLo: 1 })).not.toBe('accepted');
    expect(judge({ exitHi: 1 })).not.toBe('accepted');
    expect(judge({ exitLo: 2 ** 16 })).toBe('statement');
    expect(judge({ exitHi: 2 ** 16 })).toBe('statement');
    expect(judge({ committed: 0 })).toBe('public_values');
    for (let k = 0; k < 16; k++) expect(judge({ digest: bump(folded.digest, k) })).toBe('public_values');
    expect(judge({}, program, Uint8Array.from([...file.publicValues, 0]))).toBe('public_values');
    expect(judge({}, program, new Uint8Array())).toBe('public_values');
    for (let k = 0; k < 8; k++) expect(judge({}, bump(program, k))).not.toBe('accepted');
  });
  it('nothing else makes the verifier throw but its own error', () => {
    const throws = {
      get circuit(): string {
        throw new Error('read');
      },
    };
    const none = [undefined, null, 1, 'x', {}, [], throws] as unknown as WholeProof[];
    for (const given of none)
      expect(reasonOf(() => void verifyWhole(program, given, file.publicValues))).toBe('statement');
    const bad: [Partial<Record<keyof WholeProof, unknown>>, string][] = [
      [{ digest: undefined }, 'statement'],
      [{ digest: folded.digest.slice(1) }, 'statement'],
      [{ digest: folded.digest.map(String) }, 'statement'],
      [{ digest: [...folded.digest, 0] }, 'statement'],
      [{ digest: folded.digest.map((x) => x + 0.5) }, 'statement'],
      [{ committed: Number.NaN }, 'statement'],
      [{ exitLo: -1 }, 'statement'],
      [{ proof: undefined }, 'format'],
      [{ proof: [1, 2, 3] }, 'format'],
    ];
    for (const [change, reason] of bad)
      expect(judge(change as Partial<WholeProof>), JSON.stringify(change)).toBe(reason);
    const throwing = new Proxy<number[]>([], {
      get: () => {
        throw new Error('read');
      },
    });
    for (const of of [undefined, null, {}, program.slice(1), program.map(String), throwing] as unknown as number[][])
      expect(reasonOf(() => void verifyWhole(of, folded, file.publicValues))).toBe('program');
    expect(judge({}, program, 'none' as unknown as Uint8Array)).toBe('public_values');
  });
  it('has no limb of more than 16 bits, though its word be the same', () => {
    const digest = folded.digest.map((x, i) => (i === 0 ? x + 2 ** 16 : i === 1 ? x - 1 : x));
    expect(judge({ digest })).toBe('statement');
  });
  it('is read once: what says another thing the second time is judged by the first', () => {
    let reads = 0;
    const turning = { ...folded };
    Object.defineProperty(turning, 'exitLo', { get: () => (reads++ === 0 ? folded.exitLo : 7) });
    expect(verifyWhole(program, turning, file.publicValues)).toBe(0);
  });
  it('is worth what a shard is: every term of the openings and arguments has 124 bits', () => {
    const spans = spanWordNames(layout, 8).length;
    const wholes = wholeLength(layout, 8);
    for (const [heights, words, form] of [
      [FINAL, wholes, COMPRESSED],
      [TREE, spans, ORDINARY],
    ] as const) {
      const { key, shape, logHeights } = childOfClass(machineKey().suite, words, heights, form);
      const { bits, terms } = proofSecurity(key, [shape], logHeights);
      expect(bits).toBe(122);
      for (const term of terms)
        if (!term.name.startsWith('hash')) expect(term.bits, term.name).toBeGreaterThanOrEqual(124);
    }
    expect(wholeSecurity().bits).toBe(122);
  });
  it('is of no other circuit, and no shard', () => {
    // A span says where it ends, not that a run does.
    for (const circuit of Object.keys(SPAN_ROOTS)) expect(judge({ circuit })).toBe('format');
    // What only a wrap's circuit takes stands for no run on its own.
    for (const circuit of Object.keys(WRAPPING_ROOTS)) expect(judge({ circuit })).toBe('format');
    for (const circuit of Object.keys(WHOLE_ROOTS).filter((c) => c !== folded.circuit))
      expect(judge({ circuit }), circuit).toBe('bus_balance');
    for (const circuit of ['none', '', 'toString', '__proto__']) expect(judge({ circuit })).toBe('format');
    expect(judge({ proof: file.shards[0]!.proof })).not.toBe('accepted');
  });
});

/** A proof's shape as circuits are named after it. */
const foldedOf = (proof: Uint8Array): FoldedShape => foldedShape(riscvChain(), shapeOf(machineKey(), proof)!);

describe('a run of two shards', () => {
  let run: ProofFile;
  let of: ChainedProgram;
  const folder = riscvFolder({ cache });
  let lifts: StatedProof[];
  beforeAll(async () => {
    run = decodeProof((await prove(readGuest('loop'), [text('10000')], { mode: 'core', memory: LEAST_MEMORY })).proof);
    of = chainedProgram(run.vk);
    lifts = [];
    for (const { statement, proof } of run.shards) {
      const circuit = liftName(1, foldedOf(proof), of.logHeight);
      const children = [{ words: statementWords(statement), proof }];
      const step = { kind: 'lift', circuit } as const;
      lifts.push({ circuit, words: folder.words(step, of, children), proof: await folder.prove(step, of, children) });
    }
  });
  const prove1 = (kind: 'single' | 'whole', circuit: string, children: readonly StatedProof[]): Promise<string> =>
    codeOf(() => folder.prove({ kind, circuit }, of, children));

  it('is whole, and no part of it is', async () => {
    const whole = await foldRun(folder, run.vk, run.shards);
    expect(whole.circuit).toBe('whole');
    expect(verifyWhole(of.digest, whole, run.publicValues)).toBe(0);
    // The beginning does not end, and the end does not begin.
    for (const part of lifts) {
      verifyStep(part.circuit!, part.words, part.proof);
      expect(await prove1('whole', 'whole', [part])).not.toBe('none');
    }
    for (const { statement, proof } of run.shards) {
      const child = { words: statementWords(statement), proof };
      expect(await prove1('single', singleName(foldedOf(proof), of.logHeight), [child])).not.toBe('none');
    }
  });
  it('a part of it that is told to be whole', async () => {
    // What it says of its end or its beginning, changed to what a whole run would say.
    const [begins, ends] = lifts.map(({ words }) => spanOfWords(layout, 8, words)) as [Span, Span];
    const told = [
      { ...lifts[0]!, words: spanWords({ ...begins, end: ends.end }) },
      { ...lifts[1]!, words: spanWords({ ...ends, start: begins.start }) },
    ];
    for (const part of told) expect(await prove1('whole', 'whole', [part])).not.toMatch(/none|chain/);
  });
  it('of another program, or a program that starts elsewhere', async () => {
    const whole = spanOfWords(layout, 8, lifts[0]!.words);
    const joined = { ...lifts[0]!, words: spanWords({ ...whole, end: spanOfWords(layout, 8, lifts[1]!.words).end }) };
    const attempt = (other: Partial<ChainedProgram>): Promise<string> =>
      codeOf(() => folder.prove({ kind: 'whole', circuit: 'whole' }, { ...of, ...other }, [joined]));
    expect(await attempt({ root: bump(of.root, 1) })).toBe('chain');
    expect(await attempt({ logHeight: of.logHeight + 3 })).toBe('chain');
    const elsewhere = { ...joined, words: spanWords({ ...whole, start: bump(whole.start, 8) }) };
    expect(await prove1('whole', 'whole', [elsewhere])).toBe('chain');
  });
  it('children that are no spans: a shard, a proof of a whole run, a circuit that is none', async () => {
    const child = lifts[0]!;
    const shard = { ...child, proof: run.shards[0]!.proof };
    expect(await prove1('whole', 'whole', [shard])).not.toBe('none');
    const joinOf = (children: readonly StatedProof[]): Promise<string> =>
      codeOf(() => folder.prove({ kind: 'join', circuit: 'join-2' }, of, children));
    expect(await joinOf([{ ...child, proof: folded.proof }, lifts[1]!])).not.toBe('none');
    expect(await joinOf([{ ...child, circuit: folded.circuit }, lifts[1]!])).toBe('CIRCUIT_KEY');
    expect(await joinOf([{ ...child, circuit: 'none' }, lifts[1]!])).toBe('CIRCUIT_KEY');
    expect(await joinOf([lifts[1]!, child])).toBe('chain');
  });
});

it.each([
  [1, ['A', 'B', 'A', 'B', 'A']],
  [2, ['A', 'B']],
])('a folder that keeps %i circuits asks for others again', async (mostKept, expected) => {
  const folder = riscvFolder({ cache, mostKept });
  const { statement } = file.shards[0]!;
  const none = [{ words: statementWords(statement), proof: new Uint8Array(8) }];
  const of = chainedProgram(file.vk);
  const names = [folded.circuit, liftName(1, foldedOf(file.shards[0]!.proof), of.logHeight)];
  asked.length = 0;
  for (const i of [0, 1, 0, 1, 0]) {
    const step = { kind: i === 0 ? 'single' : 'lift', circuit: names[i]! } as const;
    expect(await codeOf(() => folder.prove(step, of, none))).not.toBe('none');
  }
  const [a] = names.map((name) => cacheName(rootOf(name)!));
  expect(asked.map((name) => (name === a ? 'A' : 'B'))).toEqual(expected);
});

it('a circuit of whole runs itself refuses a key that is not in the set, and what is not whole', async () => {
  const folder = riscvFolder({ cache });
  const of = chainedProgram(file.vk);
  const { statement, proof } = file.shards[0]!;
  const children = [{ words: statementWords(statement), proof }];
  const step = { kind: 'lift', circuit: liftName(1, foldedOf(proof), of.logHeight) } as const;
  const lifted = await folder.prove(step, of, children);
  const span = spanOfWords(layout, 8, folder.words(step, of, children));
  const root = rootOf(step.circuit)!;
  const path = riscvKeySet().path(root)!;
  const circuit = wholeCircuits(riscvChain(), riscvKeySet().root, false)
    .find((c) => c.name === 'whole')!
    .record();
  const attempt = (child: Partial<SpanChild>): string =>
    reasonOf(() =>
      runProgram(circuit, [...span.program, ...span.last], wholeHints({ span, root, path, ...child }, of), [lifted]),
    );
  expect(attempt({})).toBe('accepted');
  expect(attempt({ path: { ...path, index: path.index ^ 1 } })).toBe('chain');
  for (const [level, digest] of path.siblings.entries())
    expect(attempt({ path: { ...path, siblings: path.siblings.with(level, bump(digest, 1)) } })).toBe('chain');
  for (const k of root.keys()) expect(attempt({ root: bump(root, k) })).toBe('chain');
  for (const k of span.start.keys()) expect(attempt({ span: { ...span, start: bump(span.start, k) } })).toBe('chain');
  // Where it ends is a hint, but for the word that says that nothing goes on: that one is no longer the prover's.
  for (const k of span.end.keys()) {
    const verdict = attempt({ span: { ...span, end: bump(span.end, k) } });
    if (k === span.end.length - 1) expect(verdict).toBe('accepted');
    else expect(verdict).not.toBe('accepted');
  }
});

describe('the table of keys', () => {
  const chain = riscvChain();
  const circuits = [
    ...spanCircuits(chain),
    ...[false, true].flatMap((isWrapping) => wholeCircuits(chain, riscvKeySet().root, isWrapping)),
    wrapCircuit(chain, riscvWholeSet().root),
  ];
  const CIRCUIT_ROOTS: Readonly<Record<string, string>> = {
    ...SPAN_ROOTS,
    ...WHOLE_ROOTS,
    ...WRAPPING_ROOTS,
    ...WRAP_ROOTS,
  };
  it('has the circuits, in their order', () => {
    expect(Object.keys(CIRCUIT_ROOTS)).toEqual(circuits.map((c) => c.name));
    expect(Object.keys(WHOLE_ROOTS)).toEqual([...WHOLE_CIRCUITS]);
    expect(new Set(Object.values(CIRCUIT_ROOTS)).size).toBe(circuits.length);
  });
  it('has the roots that are derived anew', async () => {
    for (const name of ['single-22-13', 'whole', 'wrapping-single-22-13', 'wrap']) {
      const circuit = circuits.find((c) => c.name === name)!;
      expect(await rootOfCircuit(circuit)).toBe(CIRCUIT_ROOTS[name]);
    }
  });
  it('a circuit that is not the one in the table proves nothing, and spoils nothing', async () => {
    let isWrong = true;
    const other = bytesToFelts(hexToBytes(SPAN_ROOTS['join-2']!));
    const keys: CircuitKeys = {
      set: riscvKeySet(),
      wholeSet: riscvWholeSet(),
      rootOf: (c) => (isWrong ? other : rootOf(c)),
    };
    const files = new Map<string, Uint8Array>();
    const cache = {
      load: async (name: string) => files.get(name),
      save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes),
    };
    const folder = new Folder(riscvChain(), keys, { mostKept: 1, cache });
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
