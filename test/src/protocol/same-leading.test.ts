/** Constraints that differ in what is not cubic: their leading parts are one node of the graph of differences. */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import {
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  machineTables,
  preprocess,
  proveTables,
  rangeChip,
  verifyBytes,
} from '@weft/prover';
import { range } from '@weft/prover/kit/gadgets';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { expect, it } from 'vitest';
import { sameBytes } from '../support/values.ts';

const chip = defineChip('cubes', { events: 'cube' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [x, y, z] = [c.col('x', c.event('x')), c.col('y', c.event('y')), c.col('z', c.event('z'))];
  const cube = x.mul(x).mul(x);
  c.assertZero('y', cube.sub(y));
  c.assertZero('z', cube.sub(z));
  range(c, x, 16, isReal);
});
const machine = defineMachine('cubes', [chip, rangeChip]);
const key = createMachineKey(suite, machine, [19], { role: 'test of cubes' });

it('proofs of two constraints with one leading part', async () => {
  const none = await preprocess(key, {});
  const rows = Array.from({ length: 300 }, (_, x) => ({ x, y: x ** 3, z: x ** 3 }));
  const { tables } = machineTables(machine, [], new Map([['cube', eventsOf(rows)]]));
  const proof = await proveTables(key, none, tables, []);
  const oracle = await proveTables(key, none, tables, [], { engine: oracleEngine });
  expect(reasonOf(() => verifyBytes(key, none.key, [], oracle))).toBe('accepted');
  expect(reasonOf(() => verifyBytes(key, none.key, [], proof))).toBe('accepted');
  expect(sameBytes(oracle, proof)).toBe(true);
});
