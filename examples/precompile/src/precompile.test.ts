import { readFileSync } from 'node:fs';
import { CALLS, ChunkPool, createCallSet, createProgram, execute, replay } from '@weft/executor';
import {
  ConstraintError,
  checkBuses,
  checkConstraints,
  completeLookups,
  fillTables,
  proveTables,
  publicTuples,
  VerificationError,
} from '@weft/prover';
import {
  createRiscvKey,
  cutRun,
  FAMILIES,
  FAMILY_SETS,
  FIRST_FAMILY_BUS,
  type ProvingKey,
  setupProgram,
  shardTables,
  statementWords,
  verifyRun,
  verifyShard,
} from '@weft/rv32im';
import { beforeAll, describe, expect, it } from 'vitest';
import { xorChip } from './chip.ts';
import { MACHINE, prove, setup } from './index.ts';

const elf = new Uint8Array(readFileSync(new URL('../guest/xor-words.elf', import.meta.url)));
const items = [1, 2, 3].map((k) => Uint8Array.from({ length: 32 }, (_, i) => (i * i * k + 7 * k) & 255));
const total = items.reduce((a, b) => a.map((x, i) => x ^ b[i]!));
let pk: ProvingKey;
beforeAll(async () => {
  pk = await setup(elf);
});

describe('a guest', () => {
  it('gets what the call computes', async () => {
    const { publicValues } = await execute(createProgram(elf), items, { calls: MACHINE.calls });
    expect(publicValues).toEqual(total);
  });
  it('has no such call elsewhere', async () => {
    await expect(execute(createProgram(elf), items)).rejects.toThrow('unknown system call 0x170');
  });
});

describe('a proof', () => {
  it('of its run verifies, with the chips of its set alone', async () => {
    const shards = await prove(pk, items);
    expect(shards.map(({ set }) => set)).toEqual(['xor']);
    expect(() => verifyRun(pk.key, pk.vk, shards, total)).not.toThrow();
    const other = total.map((x, i) => (i === 0 ? x ^ 1 : x));
    expect(() => verifyRun(pk.key, pk.vk, shards, other)).toThrow(VerificationError);
  });
  it('of a run without the call has none of its chips', async () => {
    expect((await prove(pk, [])).map(({ set }) => set)).toEqual(['small']);
  });
});

describe('a prover that cheats', () => {
  /** The filled tables of a run, changed. */
  async function cheat(change: (column: (name: string) => Uint32Array) => void) {
    for await (const { checkpoint, siblings, statement } of cutRun(pk, items, {
      limits: { cells: 2 ** 22, fractions: 2 ** 21 },
    })) {
      const { tables } = shardTables(pk, replay(pk.program, checkpoint, new ChunkPool(), pk.calls), siblings);
      const traces = fillTables(tables);
      const table = traces.find((trace) => trace?.chip.name === 'xor_words')!;
      change((name) => table.columns[table.chip.columns.findIndex((column) => column.name === name)]!);
      const complete = completeLookups(pk.key.machine, pk.preprocessed.columns, traces);
      const present = complete.filter((trace) => trace !== undefined);
      const words = statementWords(statement);
      const broken = checkConstraints(present).map(({ constraint }) => constraint);
      const unbalanced = checkBuses(present, publicTuples(pk.key.machine.statement, words)).map(({ bus }) => bus);
      const proof = await proveTables(pk.key, pk.preprocessed, complete, words);
      return {
        caughtBy: [...new Set([...broken, ...unbalanced])],
        verify: () => verifyShard(pk.key, pk.vk, statement, proof),
      };
    }
    throw new RangeError('a run has a shard');
  }
  it('changes nothing and passes', async () => {
    const { caughtBy, verify } = await cheat(() => undefined);
    expect(caughtBy).toEqual([]);
    expect(verify).not.toThrow();
  });
  it('with another result is caught by the table of bytes, and by memory', async () => {
    const { caughtBy, verify } = await cheat((column) => {
      column('after3_1')[0]! ^= 1;
    });
    expect(caughtBy.sort()).toEqual(['byte_xor', 'memory']);
    expect(verify).toThrow(VerificationError);
  });
  it('with other operands is caught by memory', async () => {
    const { caughtBy } = await cheat((column) => {
      for (const name of ['mask0_0', 'after0_0']) column(name)[0]! ^= 1;
    });
    expect(caughtBy).toEqual(['memory']);
  });
  it('of another address, or at another time, is caught by the call', async () => {
    for (const name of ['a', 'b_hi', 'clk'])
      expect((await cheat((column) => void (column(name)[0]! += 4))).caughtBy, name).toContain('call');
  });
});

describe('a machine', () => {
  it('has other proofs than one without the family', async () => {
    const [shard] = await prove(pk, []);
    const plain = await setupProgram(createProgram(elf));
    expect(() => verifyShard(plain.key, plain.vk, shard!.statement, shard!.proof)).toThrow(VerificationError);
  });
  it('without a table for a call that a guest may make is refused when the run is cut', async () => {
    const riscv = createRiscvKey({ families: FAMILIES, sets: FAMILY_SETS, calls: MACHINE.calls });
    const own = await setupProgram(createProgram(elf), riscv);
    const first = cutRun(own, items, { limits: { cells: 2 ** 22, fractions: 2 ** 21 } }).next();
    await expect(first).rejects.toThrow('no table for rows xor_words');
  });
  it('leaves buses to families from outside', () => {
    expect(Math.max(...MACHINE.key.machine.buses.map(({ id }) => id))).toBeLessThan(FIRST_FAMILY_BUS);
  });
  it.each([
    ['families that no set has', []],
    ['a set that is smaller than the others', [{ name: 'xor', families: ['xor'], sizes: [20, 22] }]],
    [
      'more sets than a number of 32 bits tells apart',
      Array.from({ length: 31 }, (_, i) => ({ name: `${i}`, families: ['xor'], sizes: [25] })),
    ],
  ])('has no %s', (_, sets) => {
    const xor = { name: 'xor', chips: [xorChip], expand: new Map() };
    const options = { families: [...FAMILIES, xor], sets: [...FAMILY_SETS, ...sets], calls: MACHINE.calls };
    expect(() => createRiscvKey(options)).toThrow(ConstraintError);
  });
  it('has every code once', () => {
    expect(() => createCallSet([...CALLS, ...MACHINE.calls.calls.slice(-1), ...MACHINE.calls.calls.slice(-1)])).toThrow(
      ConstraintError,
    );
  });
});
