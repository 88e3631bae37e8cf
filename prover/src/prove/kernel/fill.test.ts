import { P } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { RING_ROWS } from '@weft/primitives/kernel/graph';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { seeded } from '@weft/primitives/testing';
import { fromMontgomery } from '@weft/primitives/wasm/field';
import { expect, it } from 'vitest';
import { type Chip, defineChip } from '../../air/chip.ts';
import { defineMachine } from '../../air/machine.ts';
import { machineTables, packedEvents } from '../../air/tables.ts';
import type { EventSource, Trace } from '../../air/trace.ts';
import { RANGE } from '../../kit/buses.ts';
import { rangeChip } from '../../kit/tables.ts';
import { fillTables } from '../fill.ts';
import { placeTables } from './tables.ts';

const FIELDS = ['key', 'x', 'y', 'times'];
const joined = { key: 'key', columns: { size: [3, 70_000, 2 ** 31 + 5], twice: [6, 140_000, 10] } };

/** Asks for ranges, some of which there are not, as often as its events say: also so often that counts are reduced. */
const asker: Chip = defineChip('asker', { events: 'ask', padding: [9, 0, 0, 0, 0, 0] }, (c) => {
  const [x, y] = [c.event('x'), c.event('y')];
  const low = c.col('low', x.and(0xffff));
  const high = c.col('high', c.joined('size').shr(16).add(y.shr(17)));
  c.col('inverse', x.and(0xff).finv());
  const quotient = c.col('quotient', y.divu(c.joined('twice')).and(3));
  const times = c.col('times', c.event('times'));
  const isReal = c.bool('is_real', c.literal(1));
  c.send(RANGE, [low, 16], isReal);
  c.send(RANGE, [high, 15], times);
  c.send(RANGE, [quotient.mul(3), 4], isReal);
  c.send(RANGE, [5, 4], isReal);
});
const machine = defineMachine('asked', [asker, rangeChip]);

/** Reads what another one does, by fields alone. */
const plain = ({ count, read }: EventSource, words: Uint32Array): EventSource => ({
  count,
  read,
  readJoined: (name, start, n, out) => {
    const column = joined.columns[name as 'size'];
    for (let i = 0; i < n; i++) out[i] = column[words[FIELDS.length * (start + i)]!]!;
  },
});

it.each([1, 5, 130, RING_ROWS / 2, RING_ROWS / 2 + 1, 2.5 * RING_ROWS + 7])(
  '%i events, packed and by fields',
  (count) => {
    const { word } = seeded(count);
    const times = [0, 1, 1, 1, 2, P - 1, P - 2];
    const words = Uint32Array.from(
      Array.from({ length: count }, () => [word() % 3, word(), word(), times[word() % times.length]!]).flat(),
    );
    const packed = packedEvents(FIELDS, words);
    const fields = plain(packed, words);
    const tablesOf = (source: EventSource) => machineTables(machine, [], new Map([['ask', source]])).tables;
    const expected = fillTables(tablesOf(fields)) as Trace[];
    for (const source of [fields, { ...fields, packed: { ...packed.packed!, joined } }]) {
      const kernels = new Kernels(suite).prepare();
      const placed = placeTables(kernels, machine, 21, tablesOf(source)).tables;
      for (const [k, { columns, logHeight }] of expected.entries()) {
        for (const [c, column] of columns.entries()) {
          const at = placed[k]!.columns[c]! / 4;
          const words = kernels.memory.words.slice(at, at + 2 ** logHeight).map(fromMontgomery);
          expect(words.findIndex((x, row) => x !== column[row])).toBe(-1);
        }
      }
    }
    expect(expected[1]!.columns[0]!.reduce((total, x) => total + x)).toBeGreaterThan(count);
  },
);
