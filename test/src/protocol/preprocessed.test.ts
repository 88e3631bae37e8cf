/** Machines with no preprocessed table, and with two of other widths and heights than each other. */
import type { Felt } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { type MachineKey, type PreprocessedKey, preprocess, proveTables, verifyBytes } from '@weft/prover';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { describe, expect, it } from 'vitest';
import { verifyTwice } from '../support/circuit.ts';
import {
  leastTableKey,
  lookupColumns,
  noTablesKey,
  rows,
  tablesOfSender,
  tablesOfTwo,
  twoTablesKey as two,
} from '../support/lookups.ts';

const nothing: Felt[] = [];
const columns = lookupColumns;

/** Both verifiers' verdict. @throws {VerificationError} */
const check = (
  key: MachineKey,
  program: PreprocessedKey,
  proof: Uint8Array,
  logHeights: readonly number[] = program.logHeights,
): void => verifyTwice(() => verifyBytes(key, program, nothing, proof), key, program, nothing, proof, logHeights);

describe('two preprocessed tables', () => {
  it('are proven, by kernels and oracle alike, and verified', async () => {
    const program = await preprocess(two, columns);
    expect(program.key.logHeights).toEqual([7, 9]);
    const proof = await proveTables(two, program, tablesOfTwo(program.columns), []);
    check(two, program.key, proof);
    const plain = await preprocess(two, columns, oracleEngine);
    expect(plain.key).toEqual(program.key);
    const slow = await proveTables(two, plain, tablesOfTwo(plain.columns), [], { engine: oracleEngine });
    expect(Buffer.compare(slow, proof)).toBe(0);
  });
  it('hold what setup put there and nothing else', async () => {
    const program = await preprocess(two, columns);
    const other = await preprocess(two, {
      ...columns,
      squares: [columns.squares[0]!, columns.squares[1]!, rows(9, (i) => i + 1)],
    });
    const proof = await proveTables(two, program, tablesOfTwo(program.columns), []);
    // The root is observed, so another program's proof is another proof altogether.
    expect(reasonOf(() => check(two, other.key, proof))).not.toBe('accepted');
    // A prover that fills with another program's columns but claims this one: its evaluations are not those of the root.
    const mixed = { ...other, key: program.key, committed: program.committed };
    const lie = await proveTables(
      two,
      mixed,
      tablesOfTwo(other.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => check(two, program.key, lie))).toBe('opening');
    // One that commits to those columns as well opens honestly, all that it says holds of them: only the root objects.
    const forged = await proveTables(
      two,
      { ...other, key: program.key },
      tablesOfTwo(other.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => check(two, other.key, forged))).not.toBe('accepted');
    expect(reasonOf(() => check(two, program.key, forged))).toBe('merkle');
    // And with the right columns the false square is in no table.
    const miss = await proveTables(
      two,
      program,
      tablesOfTwo(program.columns, (x) => x + 1),
      [],
    );
    expect(reasonOf(() => check(two, program.key, miss))).toBe('bus_balance');
  });
  it('are committed to again from the digests that were kept, and open the same', async () => {
    const program = await preprocess(two, columns);
    const digests = program.committed!.commitment.digests();
    const again = await preprocess(two, columns, undefined, digests);
    expect(again.key).toEqual(program.key);
    const proof = await proveTables(two, program, tablesOfTwo(program.columns), []);
    expect(Buffer.compare(await proveTables(two, again, tablesOfTwo(again.columns), []), proof)).toBe(0);
    for (const wrong of [digests.subarray(8), new Uint32Array(2 * digests.length), digests.with(0, 0xffffffff)])
      await expect(preprocess(two, columns, undefined, wrong)).rejects.toThrow(RangeError);
    // Digests that are others have another root.
    expect((await preprocess(two, columns, undefined, digests.with(0, 1))).key.root).not.toEqual(program.key.root);
  });
  it('are not opened under digests of other columns', async () => {
    const program = await preprocess(two, columns);
    const digests = program.committed!.commitment.digests();
    const other = { ...columns, narrow: [rows(7, (i) => i ^ 1)] };
    const mixed = await preprocess(two, other, undefined, digests);
    expect(mixed.key.root).toEqual(program.key.root);
    await expect(proveTables(two, mixed, tablesOfTwo(mixed.columns), [])).rejects.toMatchObject({
      code: 'PREPROCESSED',
    });
  });
  it('keep of their tree what lies under the rows that were opened last', async () => {
    const { commitment } = (await preprocess(two, columns)).committed!;
    const plain = (await preprocess(two, columns, oracleEngine)).committed!.commitment;
    const last = 2 ** commitment.logRows - 1;
    expect(() => commitment.node(0, 5)).toThrow(RangeError);
    expect(await commitment.rows([5, last])).toEqual(await plain.rows([5, last]));
    for (let level = 0; level < commitment.logRows; level++)
      for (const index of [5, last])
        expect(commitment.node(level, (index >> level) ^ 1)).toEqual(plain.node(level, (index >> level) ^ 1));
    expect(commitment.node(commitment.logRows, 0)).toEqual(plain.node(commitment.logRows, 0));
  });
  it('have the heights of the key', async () => {
    const program = await preprocess(two, columns);
    const proof = await proveTables(two, program, tablesOfTwo(program.columns), []);
    for (const logHeights of [
      [9, 7],
      [7, 8],
      [8, 9],
    ])
      expect(reasonOf(() => check(two, { ...program.key, logHeights }, proof, program.key.logHeights))).not.toBe(
        'accepted',
      );
  });
  it.each([
    ['a chip is missing', { narrow: columns.narrow }],
    ['a chip is unknown', { ...columns, wide: columns.narrow }],
    ['a column is missing', { ...columns, squares: columns.squares.slice(1) }],
    [
      'columns differ in length',
      { ...columns, squares: [rows(8, (i) => i), columns.squares[1]!, columns.squares[2]!] },
    ],
    ['no power of two', { ...columns, narrow: [new Uint32Array(200)] }],
    ['too few rows', { ...columns, narrow: [new Uint32Array(64)] }],
  ])('setup refuses: %s', async (_, given) => {
    await expect(preprocess(two, given)).rejects.toMatchObject({ code: 'PREPROCESSED' });
  });
});

it('a preprocessed table of 2^7 rows and one column, the least there is', async () => {
  const key = leastTableKey;
  const program = await preprocess(key, { narrow: columns.narrow });
  check(key, program.key, await proveTables(key, program, tablesOfSender(key, program.columns), []));
});

it('a machine without preprocessed tables', async () => {
  const key = noTablesKey;
  const program = await preprocess(key, {});
  expect(program.key).toEqual({ logHeights: [], root: [] });
  const proof = await proveTables(key, program, tablesOfSender(key, program.columns), []);
  check(key, program.key, proof);
  expect(reasonOf(() => check(key, program.key, proof.subarray(4)))).not.toBe('accepted');
  expect(reasonOf(() => check(key, program.key, Uint8Array.of(...proof, 0, 0, 0, 0)))).toBe('format');
});
