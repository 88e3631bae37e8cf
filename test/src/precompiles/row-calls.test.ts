/** Calls of one row, from the guest's ECALL to a proof: what ties the numbers of a row to the call, to memory and to time. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ROW_OPERATIONS } from '@weft/executor/precompiles/index';
import { wordsOf } from '@weft/executor/precompiles/integers';
import type { Operation } from '@weft/executor/precompiles/operation';
import * as asm from '@weft/executor/program/assembler';
import { P } from '@weft/primitives/field/base';
import { seeded } from '@weft/primitives/testing';
import { proveTables } from '@weft/prover/prove/prove';
import { fillShard, shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { Forgery } from '../support/forged-traces.ts';
import { judge, passes } from '../support/rows.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { findings, type Traced, traceRun } from '../support/traces.ts';
import { verifyShardTwice } from '../support/twice.ts';

const { DATA } = asm;
const SECOND = DATA + 0x400;

const operationOf = (name: string): Operation => ROW_OPERATIONS.find((operation) => operation.name === name)!;
const chipName = ({ name }: Operation): string => name.toLowerCase();
/** Coordinates of points, from which the calls of this kind find the others: x, and y of edwards25519. */
const COORDINATES: Readonly<Record<string, bigint>> = {
  SECP256K1_DECOMPRESS: secp256k1.Point.BASE.x,
  SECP256R1_DECOMPRESS: p256.Point.BASE.x,
  BLS12381_DECOMPRESS: bls12_381.G1.Point.BASE.x,
  ED_DECOMPRESS: ed25519.Point.BASE.y,
};

/** Numbers below 2^250, which are reduced in all fields, no two of them equal; the second at a0 is a coordinate if one is needed. */
function operands(names: readonly string[], seed: number): Uint8Array {
  const { word } = seeded(seed);
  const data = Uint32Array.from({ length: 0x600 / 4 }, () => word() >>> 0);
  for (let i = 7; i < data.length; i += 4) data[i]! &= 0x03ffffff;
  for (const name of names) {
    const coordinate = COORDINATES[name];
    const size = operationOf(name).spans[0]!.count;
    if (coordinate !== undefined) data.set(wordsOf(coordinate, size), size);
  }
  return new Uint8Array(data.buffer);
}

/** Each call twice, the second time on what the first left. */
function guest(operations: readonly Operation[], seed: number): Uint8Array {
  const call = ({ name, code }: Operation, nth: number): number[] =>
    asm.call(code, DATA, name.endsWith('_DECOMPRESS') ? nth : SECOND);
  const names = operations.map(({ name }) => name);
  const calls = [0, 1].flatMap((nth) => operations.flatMap((operation) => call(operation, nth)));
  return asm.elf([...calls, ...asm.halt(0)], { data: operands(names, seed) });
}

/** The sets of the shards of a run, all of them proven and verified. */
async function provenSets(file: Uint8Array): Promise<string[]> {
  const { pk } = await traceRun(file);
  const sets: string[] = [];
  for await (const { record, siblings, statement } of recordShards(pk, [], ONE_SHARD)) {
    const { tables } = shardTables(pk, record, siblings);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    verifyShardTwice(pk.key, pk.vk, statement, proof);
    sets.push(pk.key.shapes[proof[0]!]!.set);
  }
  return sets;
}

describe.each(ROW_OPERATIONS.map((operation, k) => [operation.name, operation, k] as const))(
  '%s',
  (_, operation, k) => {
    const chip = chipName(operation);
    let traced: Traced;
    it('is traced without a finding', async () => {
      traced = await traceRun(guest([operation], k));
      expect(findings(traced.traces, traced.statement)).toEqual({ constraints: [], tuples: [] });
      expect(new Forgery(traced).column(chip, 'is_real').subarray(0, 3)).toEqual(Uint32Array.of(1, 1, 0));
    });
    it('has no cell that can be another', () => {
      const table = traced.traces.find((t) => t?.chip.name === chip)!;
      const cells = table.columns.map((column) => column[0]!);
      const before = judge(traced.pk, table.chip, cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      const survivors = table.chip.columns.filter((_, c) =>
        [cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 2 ** 16, 0]
          .map((x) => x % P)
          .some((x) => x !== cells[c] && passes(before, judge(traced.pk, table.chip, cells.with(c, x)))),
      );
      expect(survivors).toEqual([]);
    });
    it('is at the time, of the code and with the arguments that the guest has', () => {
      const { columns } = traced.traces.find((t) => t?.chip.name === chip)!.chip;
      const tied = columns.map(({ name }) => name).filter((name) => /^(clk|a|b_lo|b_hi|sign)$/.test(name));
      expect(tied.length).toBeGreaterThanOrEqual(3);
      for (const column of tied) {
        const f = new Forgery(traced);
        f.set(chip, 0, { [column]: f.column(chip, column)[0]! + 4 });
        expect(f.caughtBy(), column).toContain('call');
      }
      for (const column of ['code_lo', 'code_hi']) {
        const f = new Forgery(traced);
        f.set('precompile', 0, { [column]: f.column('precompile', column)[0]! + 1 });
        expect(f.caughtBy(), column).toContain('call');
      }
    });
    it('leaves no row out and takes none twice', () => {
      const without = new Forgery(traced);
      for (const { name } of traced.traces.find((t) => t?.chip.name === chip)!.chip.columns)
        without.set(chip, 0, { [name]: 0 });
      expect(without.caughtBy()).toEqual(['call', 'memory']);
      const twice = new Forgery(traced);
      twice.duplicate(chip, 0);
      expect(twice.caughtBy()).toEqual(['call', 'memory']);
    });
    it('takes no words of the other call', () => {
      const f = new Forgery(traced);
      const { chip: definition, columns } = f.traces.find((t) => t?.chip.name === chip)!;
      for (const [c, column] of columns.entries())
        if (!/^(clk|a|b_lo|b_hi|sign|previous.*)$/.test(definition.columns[c]!.name))
          [column[0], column[1]] = [column[1]!, column[0]!];
      const caught = f.caughtBy();
      expect(caught).toContain('memory');
      // The calls that find a coordinate asked for two signs: of x a constraint says so, of y a lookup.
      const signs = operation.name === 'ED_DECOMPRESS' ? [`${chip}.parity`] : ['range'];
      expect(caught).toEqual(operation.name.endsWith('_DECOMPRESS') ? ['memory', ...signs].sort() : ['memory']);
    });
  },
);

describe('arguments that overlap:', () => {
  it.each(['SECP256R1_ADD', 'BN254_FP_MUL', 'BLS12381_FP2_SUB', 'ED_ADD', 'UINT256_MUL'])('%s', async (name) => {
    const { code, spans } = operationOf(name);
    const bytes = 4 * spans.at(-1)!.count;
    // Whole, one word further, and the last word only; equal points have no sum.
    for (const distance of [0, 4, -4, bytes - 4, 4 - bytes].filter((d) => d !== 0 || !/_ADD$/.test(name))) {
      const words = [...asm.call(code, DATA + 0x200, DATA + 0x200 + distance), ...asm.halt(0)];
      const { traces, statement } = await traceRun(asm.elf(words, { data: operands([], 5) }));
      expect(findings(traces, statement), `${distance}`).toEqual({ constraints: [], tuples: [] });
    }
  });
});

it('a call may be the first or the last instruction of a shard', async () => {
  const file = guest([operationOf('SECP256K1_ADD')], 6);
  const { pk } = await traceRun(file);
  let calls = 0;
  for await (const { record, siblings } of recordShards(pk, [], { ...ONE_SHARD, steps: 1 })) {
    const { traces, statement } = fillShard(pk, record, siblings);
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
    calls += record.events['precompile']!.count;
  }
  expect(calls).toBe(2);
});

describe('what a row pins is what memory holds:', () => {
  const f = async (name: string): Promise<Forgery> => new Forgery(await traceRun(guest([operationOf(name)], 3)));
  it('a row that is right about other numbers than there are', async () => {
    // A row of a run that has other operands, whose arithmetic is true.
    for (const name of ['SECP256K1_ADD', 'BN254_FP_MUL', 'BLS12381_FP2_ADD']) {
      const forged = await f(name);
      const other = new Forgery(await traceRun(guest([operationOf(name)], 4)));
      const { chip } = forged.traces.find((t) => t?.chip.name === name.toLowerCase())!;
      for (const { name: column } of chip.columns)
        if (!column.startsWith('previous')) forged.set(chip.name, 0, { [column]: other.column(chip.name, column)[0]! });
      expect(forged.caughtBy(), name).toEqual(['memory']);
    }
  });
  it('a result that is written when the operands are read, or before', async () => {
    const forged = await f('BN254_DOUBLE');
    for (const ahead of [0, 1, 3]) {
      forged.set('bn254_double', 0, { previous0_3: forged.column('bn254_double', 'clk')[0]! + 3 + ahead });
      expect(forged.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
    }
  });
});

const BLS12381 = ROW_OPERATIONS.map(({ name }) => name).filter((name) => /^BLS12381_.*(ADD|DOUBLE|SUB|MUL)/.test(name));

describe('proofs', () => {
  it.each([
    ['secp256', ['SECP256K1_ADD', 'SECP256R1_DOUBLE', 'UINT256_MUL']],
    ['secp256', ['SECP256K1_DECOMPRESS']],
    ['secp256', ['SECP256R1_DECOMPRESS']],
    ['ed25519', ['ED_DECOMPRESS', 'ED_ADD']],
    ['bn254', ROW_OPERATIONS.map(({ name }) => name).filter((name) => name.startsWith('BN254'))],
    ['bls12381', ['BLS12381_DECOMPRESS', ...BLS12381]],
  ])('of set %s', async (set, names) => {
    expect(await provenSets(guest(names.map(operationOf), 9))).toEqual([set]);
  });
  it('of families that no set has together, cut where the second begins', async () => {
    const [first, second] = ['ED_ADD', 'BN254_FP_ADD'].map(operationOf) as [Operation, Operation];
    expect(await provenSets(guest([first, second], 9))).toEqual(['ed25519', 'bn254', 'ed25519', 'bn254']);
  });
});
