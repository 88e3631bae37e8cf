/**
 * Cheating with shards: chains broken in every way, beginnings of runs passed off as whole ones, and memory that changes
 * between two shards. Every attack is made of proofs that are valid for themselves, and is rejected for its own reason.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { CELL, CLOCK_STEP, HALT_PC, LEAF_WORDS, REGISTER_LEAF } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { readGuest } from '@weft/guest-examples';
import { VerificationError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { proveTables } from '@weft/prover/prove/prove';
import { decodeProof, encodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { checkChain, type ShardProof, verifyRun } from '@weft/rv32im/run/verify';
import { type ProvingKey, setupProgram } from '@weft/rv32im/setup';
import { fillShard, shardTables } from '@weft/rv32im/shard/tables';
import type { StateTree } from '@weft/rv32im/state/tree';
import { type ShardStatement, statementWords } from '@weft/rv32im/statement';
import { prove } from '@weft/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { everySyscall, SYSCALL_INPUT } from '../support/programs.ts';
import { ONE_SHARD, type RecordedShard, recordShards } from '../support/shards.ts';
import { findings } from '../support/traces.ts';
import { verifyFileTwice, verifyRunTwice, verifyShardTwice } from '../support/twice.ts';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const LOOP = readGuest('loop');

let vk: Uint8Array;
let honest: ProofFile;
let other: ProofFile;
beforeAll(async () => {
  const proof = await prove(LOOP, [text('10000')], { mode: 'core', memory: LEAST_MEMORY });
  vk = proof.vk;
  honest = decodeProof(proof.proof);
  other = decodeProof((await prove(LOOP, [text('9000')], { mode: 'core', memory: LEAST_MEMORY })).proof);
  expect(honest.shards.length).toBeGreaterThanOrEqual(3);
});

const judge = (file: ProofFile): string => reasonOf(() => verifyFileTwice(vk, encodeProof(file)));
const withShards = (shards: readonly ShardProof[]): ProofFile => ({ ...honest, shards });
const restate = (index: number, change: (s: ShardStatement<number>) => Partial<ShardStatement<number>>): ProofFile =>
  withShards(
    honest.shards.map((s, i) => (i === index ? { ...s, statement: { ...s.statement, ...change(s.statement) } } : s)),
  );

it('the honest chain holds', () => {
  expect(judge(honest)).toBe('accepted');
  expect(reasonOf(() => verifyFileTwice(vk, encodeProof(other)))).toBe('accepted');
});

describe('chains (T16, item 40)', () => {
  it('a shard dropped: each of them', () => {
    for (const i of honest.shards.keys())
      expect(judge(withShards(honest.shards.filter((_, k) => k !== i)))).toBe('chain');
  });
  it('a shard repeated: each of them', () => {
    for (const i of honest.shards.keys())
      expect(judge(withShards(honest.shards.flatMap((s, k) => (k === i ? [s, s] : [s]))))).toBe('chain');
  });
  it('two shards exchanged: every pair', () => {
    for (const i of honest.shards.keys())
      for (let j = i + 1; j < honest.shards.length; j++)
        expect(judge(withShards(honest.shards.map((_, k, all) => all[k === i ? j : k === j ? i : k]!)))).toBe('chain');
  });
  it('all shards in reverse', () => {
    expect(judge(withShards(honest.shards.toReversed()))).toBe('chain');
  });
  it('a shard of a run on other input: each of them, and whole tails', () => {
    for (const i of honest.shards.keys()) {
      const spliced = honest.shards.map((s, k) => (k === i ? (other.shards[k] ?? s) : s));
      if (spliced.some((s, k) => s !== honest.shards[k])) expect(judge(withShards(spliced))).toBe('chain');
      if (i > 0) expect(judge(withShards([...honest.shards.slice(0, i), ...other.shards.slice(i)]))).toBe('chain');
    }
  });
  it('a beginning of the run as the whole of it', () => {
    for (let n = 1; n < honest.shards.length; n++)
      for (const publicValues of [honest.publicValues, new Uint8Array()])
        expect(judge({ ...withShards(honest.shards.slice(0, n)), publicValues })).toBe('chain');
  });
  it('a beginning that claims to have halted', () => {
    const first = honest.shards.slice(0, 1);
    const shards = first.map((s) => ({ ...s, statement: { ...s.statement, endPc: HALT_PC } }));
    expect(judge({ ...withShards(shards), publicValues: new Uint8Array() })).toBe('bus_balance');
  });
  it('an end of the run as the whole of it', () => {
    for (let n = 1; n < honest.shards.length; n++) expect(judge(withShards(honest.shards.slice(n)))).toBe('chain');
  });
  it('an end that claims to start at the image', () => {
    const last = honest.shards.at(-1)!;
    const statement = { ...last.statement, before: honest.vk.imageRoot, startPc: honest.vk.entryPc };
    expect(judge(withShards([{ ...last, statement }]))).toBe('bus_balance');
  });
  it('going on after HALT', () => {
    const last = honest.shards.at(-1)!;
    const statement = { ...last.statement, before: last.statement.after, startPc: HALT_PC };
    expect(judge(withShards([...honest.shards, { ...last, statement }]))).toBe('chain');
  });
  it('a gap closed by changing what a shard says', () => {
    // Both sides of the seam agree; the proof does not.
    const [a, , c] = honest.shards as [ShardProof, ShardProof, ShardProof];
    const statement = { ...c.statement, before: a.statement.after, startPc: a.statement.endPc };
    expect(judge(withShards([a, { ...c, statement }, ...honest.shards.slice(3)]))).toBe('bus_balance');
  });
  it('states and pcs that differ by one', () => {
    for (let k = 0; k < 8; k++) {
      expect(judge(restate(1, (s) => ({ before: bump(s.before, k) })))).toBe('chain');
      expect(judge(restate(1, (s) => ({ after: bump(s.after, k) })))).toBe('chain');
    }
    expect(judge(restate(1, (s) => ({ startPc: s.startPc + 4 })))).toBe('chain');
    expect(judge(restate(1, (s) => ({ endPc: s.endPc + 4 })))).toBe('chain');
    expect(judge(restate(0, (s) => ({ before: bump(s.before) })))).toBe('chain');
    const last = honest.shards.length - 1;
    expect(judge(restate(last, (s) => ({ after: bump(s.after) })))).toBe('bus_balance');
  });
  it('more shards than the file holds, none, or bytes between them', () => {
    const bytes = encodeProof(honest);
    const count = 8 + 4 * 18 + 4 + honest.publicValues.length;
    for (const n of [0, honest.shards.length - 1, honest.shards.length + 1, 2 ** 32 - 1]) {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint32(count, n, true);
      expect(reasonOf(() => verifyFileTwice(vk, changed))).toBe('format');
    }
    expect(reasonOf(() => verifyFileTwice(vk, bytes.subarray(0, -1)))).toBe('format');
  });
});

describe('what a run made public (item 41)', () => {
  const last = (): number => honest.shards.length - 1;
  it('the digest, each limb altered by one', () => {
    for (let k = 0; k < 16; k++)
      expect(judge(restate(last(), (s) => ({ digest: s.digest.map((x, i) => (i === k ? x ^ 1 : x)) })))).toBe(
        'public_values',
      );
  });
  it('another exit code; limbs beyond 16 bits', () => {
    expect(judge(restate(last(), (s) => ({ exitLo: s.exitLo + 1 })))).toBe('bus_balance');
    expect(judge(restate(last(), () => ({ exitHi: 1 })))).toBe('bus_balance');
    expect(judge(restate(last(), () => ({ exitLo: 2 ** 16 })))).toBe('format');
    expect(judge(restate(0, (s) => ({ digest: bump(s.digest.map(() => 2 ** 16 - 1)) })))).toBe('format');
  });
  it('a digest that an earlier shard claims to have committed', () => {
    expect(judge(restate(0, (s) => ({ committed: s.committed ^ 1 })))).toBe('bus_balance');
    expect(judge(restate(0, (s) => ({ exitLo: s.exitLo ^ 1 })))).toBe('bus_balance');
  });
  it('a part of the digest, and public values behind no commitment', () => {
    for (let i = 0; i < 8; i++)
      expect(judge(restate(last(), () => ({ committed: 0xff ^ (1 << i) })))).toBe('public_values');
    expect(judge(restate(last(), () => ({ committed: 0x1ff })))).toBe('public_values');
    expect(judge({ ...restate(last(), () => ({ committed: 0 })), publicValues: Uint8Array.of(1) })).toBe(
      'public_values',
    );
  });
  it('a statement that is not a canonical element', () => {
    const bytes = encodeProof(honest);
    const first = 8 + 4 * 18 + 4 + honest.publicValues.length + 4;
    const view = new DataView(bytes.buffer);
    view.setUint32(first, view.getUint32(first, true) + P, true);
    expect(reasonOf(() => verifyFileTwice(vk, bytes))).toBe('format');
  });
});

it('the rule of the chain throws nothing but its own error', () => {
  expect(reasonOf(() => checkChain(honest.vk, [], new Uint8Array()))).toBe('chain');
  expect(() => checkChain(honest.vk, [], new Uint8Array())).toThrow(VerificationError);
});

describe('shards of no step', () => {
  /** A proof that is valid for itself, of nothing happening at a seam. */
  async function idleShard(pk: ProvingKey, tree: StateTree, pc: number, registers: Uint32Array): Promise<ShardProof> {
    const leaves = Uint32Array.from({ length: registers.length / LEAF_WORDS }, (_, i) => REGISTER_LEAF + i);
    const checkpoint = { pc, steps: 0, leaves, words: registers, hints: new Uint32Array() };
    const record = replay(pk.program, checkpoint, new ChunkPool());
    const { siblings } = tree.fork().update(leaves, record.final);
    const { traces, statement } = fillShard(pk, record, siblings);
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    const proof = await proveTables(pk.key, pk.preprocessed, traces, statementWords(statement));
    expect(reasonOf(() => verifyShardTwice(pk.key, pk.vk, statement, proof))).toBe('accepted');
    return { statement, proof };
  }
  const words = [...asm.li(8, 3), ...Array.from({ length: 20 }, () => asm.i('ADDI', 9, 9, 1)), ...asm.halt(1)];
  let pk: ProvingKey;
  const honestShards: ShardProof[] = [];
  /** `idle[i]` fits between shards i - 1 and i. */
  const idle: ShardProof[] = [];
  beforeAll(async () => {
    pk = await setupProgram(createProgram(asm.elf(words)));
    const tree = pk.image.fork();
    const pool = new ChunkPool();
    let end: Parameters<typeof idleShard>[3] = new Uint32Array();
    for await (const { slice, record, statement, siblings } of recordShards(
      pk,
      [],
      { ...ONE_SHARD, steps: 12 },
      pool,
    )) {
      const { traces } = fillShard(pk, record, siblings);
      const start = slice.checkpoint.words.slice(-CELL.count);
      end = slice.final.slice(-CELL.count);
      idle.push(await idleShard(pk, tree, slice.checkpoint.pc, start));
      tree.update(slice.checkpoint.leaves, slice.final);
      honestShards.push({
        statement,
        proof: await proveTables(pk.key, pk.preprocessed, traces, statementWords(statement)),
      });
    }
    idle.push(await idleShard(pk, tree, HALT_PC, end));
    expect(honestShards.length).toBeGreaterThanOrEqual(2);
  });
  const judgeRun = (shards: readonly ShardProof[]): string =>
    reasonOf(() => verifyRunTwice(pk.key, pk.vk, shards, new Uint8Array()));

  it('really proven ones are refused wherever they fit: before, between and after the shards of a run', () => {
    expect(judgeRun(honestShards)).toBe('accepted');
    for (const [i, shard] of idle.entries()) {
      const spliced = [...honestShards.slice(0, i), shard, ...honestShards.slice(i)];
      // State and pc are those of the seam: it is for its lack of steps that the chain breaks.
      expect(judgeRun(spliced), `at ${i}`).toBe('chain');
      const stepped = { ...shard.statement, endClock: shard.statement.endClock + CLOCK_STEP };
      const lying = [...honestShards.slice(0, i), { ...shard, statement: stepped }, ...honestShards.slice(i)];
      expect(judgeRun(lying), `at ${i}, with a step that it does not have`).toBe(
        i < honestShards.length ? 'bus_balance' : 'chain',
      );
    }
    expect(() => verifyRun(pk.key, pk.vk, [idle[0]!, ...honestShards], new Uint8Array())).toThrow(
      'shard 0 has no step',
    );
  });
  it('the clock of a statement is that of its steps: each other one is rejected', () => {
    const [first] = honestShards as [ShardProof];
    for (const d of [-CLOCK_STEP, -1, 1, CLOCK_STEP, 2 ** 28]) {
      const statement = { ...first.statement, endClock: first.statement.endClock + d };
      expect(reasonOf(() => verifyShardTwice(pk.key, pk.vk, statement, first.proof))).toBe('bus_balance');
    }
  });
  it('a shard that comes back to where it began counts: its steps are in its clock, not in its state', async () => {
    // Reads one word over and over until it is not 0. Its registers are the same each time round.
    const read = [
      ...asm.li(10, asm.DATA),
      ...asm.li(11, 4),
      ...asm.li(5, SYSCALL.HINT_READ),
      asm.ECALL,
      asm.load('LW', 6, 10, 0),
    ];
    const loop = [...read, asm.branch('BEQ', 6, 0, -4 * read.length), ...asm.halt()];
    const key = await setupProgram(createProgram(asm.elf(loop)));
    const items = [0, 0, 0, 0, 0, 1].map((x) => Uint8Array.of(x, 0, 0, 0));
    const statements: ShardStatement<number>[] = [];
    for await (const { statement } of recordShards(key, items, { ...ONE_SHARD, steps: read.length + 1 }))
      statements.push(statement);
    const idling = statements.filter((s) => s.startPc === s.endPc && s.before.every((x, i) => x === s.after[i]));
    expect(idling.length).toBeGreaterThan(2);
    expect(checkChain(key.vk, statements, new Uint8Array())).toBe(0);
  });
});

describe('memory between shards (T09, item 35)', () => {
  const word = (i: number): number[] => [...asm.li(6, asm.DATA), asm.load('LW', 7, 6, 4 * i)];
  /** Stores 3 to two leaves and, a good while later, loads it again from one. */
  const words = [
    ...asm.li(8, 3),
    ...asm.li(6, asm.DATA),
    asm.store('SW', 8, 6, 0),
    asm.store('SW', 8, 6, 32),
    ...Array.from({ length: 20 }, () => asm.i('ADDI', 9, 9, 1)),
    ...word(0),
    ...asm.halt(),
  ];
  let pk: ProvingKey;
  let shards: RecordedShard[];
  beforeAll(async () => {
    pk = await setupProgram(createProgram(asm.elf(words)));
    shards = [];
    for await (const shard of recordShards(pk, [], { ...ONE_SHARD, steps: 20 })) shards.push(shard);
    expect(shards.length).toBe(2);
  });
  const indexOfData = (s: RecordedShard): number => s.slice.checkpoint.leaves.indexOf(asm.DATA / 32);
  /** The second shard, run on other memory than the first one left. */
  const forged = (change: (words: Uint32Array, data: number) => void) => {
    const second = shards[1]!;
    const initial = second.slice.checkpoint.words.slice();
    change(initial, LEAF_WORDS * indexOfData(second));
    return replay(pk.program, { ...second.slice.checkpoint, words: initial }, new ChunkPool());
  };

  it('honest shards hold', () => {
    for (const { slice, siblings } of shards) {
      const record = replay(pk.program, slice.checkpoint, new ChunkPool());
      const { traces, statement } = fillShard(pk, record, siblings);
      expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    }
  });
  it('a cell with another value in the next shard: the tree says so', () => {
    const record = forged((initial, data) => {
      initial[data] = 4;
    });
    const { statement } = shardTables(pk, record, shards[1]!.siblings);
    // The run itself is flawless, but starts from another state.
    expect(statement.before).not.toEqual(shards[0]!.statement.after);
    expect(reasonOf(() => checkChain(pk.vk, [shards[0]!.statement, statement], new Uint8Array()))).toBe('chain');
  });
  it('the same, claiming the state that the first shard left', async () => {
    const record = forged((initial, data) => {
      initial[data] = 4;
    });
    const { traces, statement } = fillShard(pk, record, shards[1]!.siblings);
    const claimed = { ...statement, before: shards[0]!.statement.after };
    expect(findings(traces, claimed).tuples.map((t) => t.bus)).toEqual(['statement', 'statement']);
    const proof = await proveTables(pk.key, pk.preprocessed, traces, statementWords(claimed));
    expect(reasonOf(() => verifyShardTwice(pk.key, pk.vk, claimed, proof))).toBe('bus_balance');
  });
  it('a stale leaf: what the cell held before the cut', () => {
    const stale = shards[0]!.slice.checkpoint.words;
    const from = LEAF_WORDS * indexOfData(shards[0]!);
    const record = forged((initial, data) => {
      for (let i = 0; i < LEAF_WORDS; i++) initial[data + i] = stale[from + i]!;
    });
    const { statement } = shardTables(pk, record, shards[1]!.siblings);
    expect(statement.before).not.toEqual(shards[0]!.statement.after);
  });
  it('siblings of the old tree', () => {
    const record = forged(() => {});
    expect(shardTables(pk, record, shards[1]!.siblings).statement.before).toEqual(shards[0]!.statement.after);
    // What lay beside the path of the loaded leaf before the first shard stored there.
    const stale = pk.image.fork().update(record.leaves, record.initial).siblings;
    const { statement } = shardTables(pk, record, stale);
    expect(statement.before).not.toEqual(shards[0]!.statement.after);
  });
  it('a register, the commit mask or the progress of a HINT_READ altered on the way', () => {
    for (const cell of [8, CELL.committed, CELL.digest, CELL.hintProgress, CELL.exitCode, CELL.dump]) {
      const record = forged((initial) => {
        initial[initial.length - CELL.count + cell]! ^= 1;
      });
      const { statement } = shardTables(pk, record, shards[1]!.siblings);
      expect(statement.before).not.toEqual(shards[0]!.statement.after);
    }
  });
});

describe('cuts anywhere', () => {
  it.each([1, 3, 41, 160])('shards of %i steps of every system call satisfy their constraints', async (steps) => {
    const pk = await setupProgram(createProgram(asm.elf([...everySyscall(), ...asm.halt(5)])));
    let checked = 0;
    for await (const { slice, record, siblings, statement } of recordShards(pk, SYSCALL_INPUT, {
      ...ONE_SHARD,
      steps,
    })) {
      // Not all of the shortest: they are the same again and again.
      if (slice.index % Math.ceil(40 / steps) > 0) continue;
      const filled = fillShard(pk, record, siblings);
      expect(filled.statement).toEqual(statement);
      expect(findings(filled.traces, statement)).toEqual({ constraints: [], tuples: [] });
      if (++checked === 12) return;
    }
  });
});
