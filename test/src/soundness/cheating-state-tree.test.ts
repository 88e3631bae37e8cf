/** Cheating with the state before and after a shard. */

import { ChunkPool } from '@weft/executor/observe/record';
import * as asm from '@weft/executor/program/assembler';
import { LEAF_WORDS, REGISTER_LEAF } from '@weft/executor/program/layout';
import { replay } from '@weft/executor/shard/checkpoint';
import { P } from '@weft/primitives/field/base';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { eventsOf } from '@weft/prover/air/tables';
import { fillTable } from '@weft/prover/prove/fill';
import { machineKey } from '@weft/rv32im/key';
import { fillShard } from '@weft/rv32im/shard/tables';
import { describe, expect, it } from 'vitest';
import { permuteBackwards } from '../support/backwards.ts';
import { Forgery, SMALL, traceSmall } from '../support/forged-traces.ts';
import { recordRun } from '../support/shards.ts';
import type { Traced } from '../support/traces.ts';

const { machine } = machineKey();

const small = await traceSmall();
const forge = (of: Traced): Forgery => new Forgery(of);

describe('state tree', () => {
  it('a leaf entered twice', () => {
    const f = forge(small);
    f.duplicate('leaf', 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('a leaf left out', () => {
    const f = forge(small);
    f.set('leaf', 0, { is_real: 0, is_register: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('an initial value other than the tree has', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { initial_0_lo: 9 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['hash', 'memory']));
  });
  it('a final value other than the last write, with a tree that agrees', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { final_0_lo: 9 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['hash', 'memory']));
  });
  it('a leaf made up by running the permutation backwards from its digest: the range of its limbs alone says so (ADR 6)', async () => {
    const f = forge(small);
    // x16..x23, which the program leaves alone: before and after, eight zeros.
    const leaf = f.row('leaf', { index: REGISTER_LEAF + 2 });
    const digest = Array.from({ length: 8 }, (_, i) => f.column('leaf', `before_${i}`)[leaf]!);
    const made = permuteBackwards(suite.node, [...digest, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(hashNode(suite, made.slice(0, 8), made.slice(8))).toEqual(digest);
    for (const [i, limb] of made.entries()) {
      const half = `${i >> 1}_${i % 2 === 0 ? 'lo' : 'hi'}`;
      f.set('leaf', leaf, { [`initial_${half}`]: limb, [`final_${half}`]: limb });
    }
    // Its two permutations: of zeros no more, of what was made up instead.
    const zeros = f.row('hash', Object.fromEntries(made.map((_, i) => [`input_${i}`, 0])));
    f.set('hash', zeros, { multiplicity: f.column('hash', 'multiplicity')[zeros]! - 2 });
    const chip = machine.chips.find((c) => c.name === 'hash')!;
    const event = { multiplicity: 2, ...Object.fromEntries(made.map((x, i) => [`input${i}`, x])) };
    const row = fillTable(chip, eventsOf([event]))!;
    const to = f.duplicate('hash', zeros);
    f.set('hash', to, Object.fromEntries(chip.columns.map(({ name }, c) => [name, row.columns[c]![0]!])));
    expect(f.caughtBy()).toEqual(['range']);
    expect(await f.verdict()).toBe('bus_balance');
  });
  it('a stale sibling: the new tree with another neighbour than the old one', () => {
    const f = forge(small);
    const row = f.row('node', { is_real: 1, goes_left: 1, goes_right: 0 });
    const name = (side: string, i: number): string => `${side}_${i}`;
    const left = Array.from({ length: 8 }, (_, i) => f.column('node', name('leftAfter', i))[row]!);
    const sibling = hashLeaf(suite, [1, 2, 3]);
    const parent = hashNode(suite, left, sibling);
    for (let i = 0; i < 8; i++)
      f.set('node', row, { [name('rightAfter', i)]: sibling[i]!, [name('after', i)]: parent[i]! });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['node.right_child_unchanged_0', 'tree']));
  });
  it('a child passed on twice', () => {
    const f = forge(small);
    f.duplicate('node', f.row('node', { level: 25 }));
    expect(f.caughtBy()).toContain('tree');
  });
  it('a child passed on more than once by its count', () => {
    const f = forge(small);
    f.set('node', f.row('node', { goes_left: 1 }), { goes_left: 2 });
    expect(f.caughtBy()).toContain('node.goes_left_is_bool');
  });
  it('a leaf at another index than its path says', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { index: asm.DATA / 32 + 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('a register leaf used as memory at 0x78000000', () => {
    const f = forge(small);
    f.set('leaf', f.row('leaf', { is_register: 1, index: REGISTER_LEAF }), { is_register: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
  });
  it('a memory leaf just below 0: no split of its distance to the register leaves is in range', () => {
    const room = (index: number): number => REGISTER_LEAF - 1 - (index - P);
    for (const index of [P - 1, P - 2 ** 13]) {
      const f = forge(small);
      const roomHi = Math.floor(room(index) / 2 ** 13);
      f.set('leaf', f.row('leaf', { index: asm.DATA / 32 }), { index, room_hi: roomHi });
      // Each half has its 13 bits; what is too large is their number.
      expect([roomHi < 2 ** 13, room(index) - roomHi * 2 ** 13 < 2 ** 13]).toEqual([true, true]);
      expect(f.caughtBy()).toContain('range');
    }
  });
  it('a memory leaf used as registers: its index is among none of theirs, and that alone says so', async () => {
    // A leaf that the run never touches: what is entered is taken out again, so no bus but the lookup of the index sees it.
    const { pk, slice } = await recordRun(asm.elf(SMALL));
    const { leaves, words } = slice.checkpoint;
    const extra = asm.DATA / 32 + 5;
    const place = leaves.findIndex((leaf) => leaf > extra);
    const insert = (list: Uint32Array, at: number, values: readonly number[]): Uint32Array =>
      Uint32Array.from([...list.subarray(0, at), ...values, ...list.subarray(at)]);
    const zeros = new Array<number>(LEAF_WORDS).fill(0);
    const more = {
      ...slice.checkpoint,
      leaves: insert(leaves, place, [extra]),
      words: insert(words, LEAF_WORDS * place, zeros),
    };
    const record = replay(pk.program, more, new ChunkPool());
    const { siblings } = pk.image.fork().update(record.leaves, record.final);
    const run = { pk, ...fillShard(pk, record, siblings) };
    const f = forge(run);
    expect(f.caughtBy()).toEqual([]);
    f.set('leaf', f.row('leaf', { index: extra }), { is_register: 1 });
    expect(f.caughtBy()).toEqual(['range']);
    expect(await f.verdict()).toBe('bus_balance');
  });
  it('another root in the statement', () => {
    const f = forge(small);
    f.statement = { ...f.statement, after: f.statement.before };
    expect(f.caughtBy()).toEqual(['statement']);
  });
  it('a second boundary', () => {
    const f = forge(small);
    f.duplicate('boundary', 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory', 'statement', 'tree']));
  });
});
