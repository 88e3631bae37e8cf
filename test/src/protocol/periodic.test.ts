/** Fixed columns that repeat: the same proof from both engines, the same verdict from both verifiers, bound in the key. */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import {
  type Chip,
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  type MachineKey,
  machineTables,
  periodicTable,
  preprocess,
  proveTables,
  rangeChip,
  type Table,
  verifyBytes,
} from '@weft/prover';
import { range } from '@weft/prover/kit/gadgets';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { describe, expect, it } from 'vitest';
import { verifyTwice } from '../support/circuit.ts';
import { sameBytes } from '../support/values.ts';

const PERIOD = 16;
const CONSTANTS = Array.from({ length: PERIOD }, (_, i) => (i * 7919 + 3) % 65536);
const STEPS = Array.from({ length: PERIOD }, (_, i) => i);

/** Row r holds constant r modulo 16 plus a summand of its own. */
const chipOf = (constants: readonly number[]): Chip =>
  defineChip(
    'round',
    { events: 'round', fixed: { kind: 'periodic', table: periodicTable([constants, STEPS]) } },
    (c) => {
      const isReal = c.bool('is_real', c.literal(1));
      const value = c.col('value', c.event('value'));
      const summand = c.col('summand', c.event('summand'));
      const step = c.col('step', c.event('step'));
      const [constant, position] = [c.fixedCol('constant'), c.fixedCol('position')];
      c.assertZero('sum', value.sub(constant).sub(summand).mul(isReal));
      c.assertZero('position', step.sub(position).mul(isReal));
      range(c, summand, 16, isReal);
    },
  );

const machineOf = (constants = CONSTANTS) => defineMachine('periodic', [chipOf(constants), rangeChip]);
const keyOf = (constants = CONSTANTS): MachineKey =>
  createMachineKey(suite, machineOf(constants), [19], { role: 'test of periodic columns' });

type Row = Record<'value' | 'summand' | 'step', number>;
const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const summand = (i * 31) % 1000;
    return { value: CONSTANTS[i % PERIOD]! + summand, summand, step: i % PERIOD };
  });

const key = keyOf();
const none = await preprocess(key, {});
const tablesOf = (of: MachineKey, events: readonly Row[]): readonly (Table | undefined)[] =>
  machineTables(of.machine, [], new Map([['round', eventsOf(events)]])).tables;
const prove = (events: readonly Row[], of = key): Promise<Uint8Array> =>
  proveTables(of, none, tablesOf(of, events), []);
const judge = (proof: Uint8Array, of = key): string =>
  reasonOf(() => verifyTwice(() => verifyBytes(of, none.key, [], proof), of, none.key, [], proof));

describe('periodic columns', () => {
  it.each([1, 16, 127, 128, 129, 1000])('of a table of %i rows in use', async (count) => {
    expect(judge(await prove(rows(count)))).toBe('accepted');
  });
  it('are the same to both engines', async () => {
    const tables = tablesOf(key, rows(300));
    const oracle = await proveTables(key, none, tables, [], { engine: oracleEngine });
    expect(sameBytes(oracle, await prove(rows(300)))).toBe(true);
  });
  it('are those of the row: another constant, another position or constants of another row are rejected', async () => {
    for (const at of [0, 7, 15, 16, 299]) {
      for (const change of [{ value: 1 }, { step: 1 }, { step: 16 }] as readonly Partial<Row>[]) {
        const forged = rows(300).map((row, i) =>
          i === at
            ? { value: row.value + (change.value ?? 0), summand: row.summand, step: row.step + (change.step ?? 0) }
            : row,
        );
        expect(judge(await prove(forged)), `row ${at}`).toBe('zerocheck');
      }
    }
    // All rows moved by one, as a prover with a shifted table would have them.
    expect(judge(await prove(rows(301).slice(1)))).toBe('zerocheck');
    const shifted = keyOf([...CONSTANTS.slice(1), CONSTANTS[0]!]);
    const moved = tablesOf(shifted, rows(300)).map((table, k) => table && { ...table, chip: key.machine.chips[k]! });
    expect(judge(await proveTables(key, none, moved, []))).toBe('zerocheck');
  });
  it('are bound in the key, each of them, and so is the period', () => {
    const others = CONSTANTS.map((x, i) => keyOf(CONSTANTS.with(i, x + 1)));
    const twice = createMachineKey(
      suite,
      defineMachine('periodic', [
        {
          ...chipOf(CONSTANTS),
          fixed: {
            kind: 'periodic',
            table: periodicTable([
              [...CONSTANTS, ...CONSTANTS],
              [...STEPS, ...STEPS],
            ]),
          },
        },
        rangeChip,
      ]),
      [19],
      key.use,
    );
    expect(new Set([key, twice, ...others].map((k) => k.digest.join())).size).toBe(PERIOD + 2);
  });
  it('of a proof under another key are not accepted', async () => {
    const other = keyOf(CONSTANTS.with(5, CONSTANTS[5]! + 1));
    const proof = await prove(rows(4), other);
    expect(judge(proof, other)).toBe('accepted');
    expect(judge(proof)).not.toBe('accepted');
  });
  it('stand beside padding at every residue: a constraint that one of them breaks is refused', async () => {
    const chipAt = (row: number, value: number): Chip => {
      const table = periodicTable([new Array<number>(PERIOD).fill(0).with(row, value)]);
      return defineChip('x', { events: 'x', fixed: { kind: 'periodic', table } }, (c) => {
        c.col('unused');
        c.assertZero('ungated', c.fixedCol('constant'));
      });
    };
    for (let row = 0; row < PERIOD; row++) {
      expect(await codeOf(async () => defineMachine('m', [chipAt(row, 1)]))).toBe('PADDING');
      expect(await codeOf(async () => defineMachine('m', [chipAt(row, 0)]))).toBe('none');
    }
  });
  it.each<[string, readonly (readonly number[])[]]>([
    ['no columns', []],
    ['columns of 3', [[1, 2, 3]]],
    ['columns of two lengths', [[1, 2], [1]]],
    ['something that is no element', [[1, 2130706433]]],
    ['a fraction', [[0.5]]],
  ])('are not made of %s', (_, columns) => {
    expect(() => periodicTable(columns)).toThrow(RangeError);
  });
  it('have periods of at most the least height', () => {
    const table = periodicTable([new Array<number>(256).fill(1)]);
    expect(() => defineChip('x', { fixed: { kind: 'periodic', table } }, () => {})).toThrow(RangeError);
  });
});
