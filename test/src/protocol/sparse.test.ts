/** Sparse lookup tables: a proof with few lookups has rows for these alone, and its rows vouch for nothing that they do not check. */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import {
  BYTE_PAIR,
  BYTE_XOR,
  byteChip,
  type Chip,
  checkConstraints,
  completeLookups,
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  fillTables,
  type MachineKey,
  machineTables,
  preprocess,
  proveTables,
  RANGE,
  rangeChip,
  type Table,
  type Trace,
  verifyBytes,
} from '@weft/prover';
import { nibbleChip, smallRangeChip, sparseByteChip, sparseRangeChip } from '@weft/prover/kit/tables';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { shapeTables } from '@weft/prover/prove/sparse';
import { describe, expect, it } from 'vitest';
import { verifyTwice } from '../support/circuit.ts';
import { sameBytes } from '../support/values.ts';

const ranges: Chip = defineChip('ranges', { events: 'ranges' }, (c) => {
  const [value, bits] = [c.col('value', c.event('value')), c.col('bits', c.event('bits'))];
  c.send(RANGE, [value, bits], c.bool('is_real', c.literal(1)));
});
const bytes: Chip = defineChip('bytes', { events: 'bytes' }, (c) => {
  const [a, b, xor] = [c.col('a', c.event('a')), c.col('b', c.event('b')), c.col('xor', c.event('xor'))];
  const isReal = c.bool('is_real', c.literal(1));
  c.send(BYTE_XOR, [a, b, xor], isReal);
  c.send(BYTE_PAIR, [a, b], isReal);
});
const machine = defineMachine('sparse', [
  ranges,
  bytes,
  rangeChip,
  byteChip,
  sparseRangeChip,
  sparseByteChip,
  smallRangeChip,
  nibbleChip,
]);
const WHOLE = ['ranges', 'bytes', 'range', 'byte'];
const SPARSE = ['ranges', 'bytes', 'range_sparse', 'byte_sparse', 'range_small', 'nibble'];
const key: MachineKey = createMachineKey(
  suite,
  machine,
  [
    { name: 'whole', chips: WHOLE, sizes: [19] },
    { name: 'sparse', chips: SPARSE, sizes: [14, 17] },
  ],
  { role: 'test of sparse tables' },
);
const none = await preprocess(key, {});

type Rows<Field extends string> = readonly Readonly<Record<Field, number>>[];
type Ranges = Rows<'value' | 'bits'>;
type Bytes = Rows<'a' | 'b' | 'xor'>;

/** What is looked up. */
interface Asked {
  readonly ranges?: Ranges;
  readonly bytes?: Bytes;
}
const RANGES: Ranges = Array.from({ length: 17 }, (_, bits) =>
  [0, 2 ** bits - 1, (2 ** bits) >> 1].map((value) => ({ value, bits })),
)
  .flat()
  .filter(({ value, bits }) => value < 2 ** bits);
const BYTES: Bytes = [0, 1, 15, 16, 85, 170, 255].flatMap((a) =>
  [0, 15, 240, 255, a].map((b) => ({ a, b, xor: a ^ b })),
);

const tablesOf = (asked: Asked) =>
  machineTables(machine, [], new Map(Object.entries(asked).map(([name, list]) => [name, eventsOf(list)]))).tables;
const prove = (tables: readonly (Table | undefined)[]): Promise<Uint8Array> => proveTables(key, none, tables, []);
const judge = (proof: Uint8Array): string =>
  reasonOf(() => verifyTwice(() => verifyBytes(key, none.key, [], proof), key, none.key, [], proof));
const setOf = (proof: Uint8Array): string => verifyBytes(key, none.key, [], proof).set;

/** Filled tables of a proof with sparse ones, per chip of the machine. */
async function sparseTraces(asked: Asked): Promise<(Trace | undefined)[]> {
  const { shape, tables } = await shapeTables(key, tablesOf(asked), oracleEngine);
  expect(shape.set).toBe('sparse');
  const filled = fillTables(tables);
  return machine.chips.map((chip) => filled[shape.machine.chips.indexOf(chip)]);
}

/** With the small tables' counts made anew. */
const recounted = (traces: readonly (Trace | undefined)[]): (Trace | undefined)[] => {
  const complete = completeLookups(machine, [], traces);
  return traces.map((trace, k) => (trace === undefined ? undefined : complete[k]));
};

/** The traces with some cells of a row of one chip changed. */
function changed(
  traces: readonly (Trace | undefined)[],
  chip: Chip,
  row: number,
  cells: Readonly<Record<string, number>>,
): (Trace | undefined)[] {
  const edited = traces.map((trace): Trace | undefined => {
    if (trace?.chip !== chip) return trace;
    const columns = chip.columns.map(({ name }, c) =>
      name in cells ? trace.columns[c]!.with(row, cells[name]!) : trace.columns[c]!,
    );
    return { ...trace, columns };
  });
  return recounted(edited);
}

/** The row whose cells these are. */
function rowWith(traces: readonly (Trace | undefined)[], chip: Chip, cells: Readonly<Record<string, number>>): number {
  const { columns, logHeight } = traces.find((t) => t?.chip === chip)!;
  const at = (row: number, name: string): number => columns[chip.columns.findIndex((c) => c.name === name)]![row]!;
  const row = Array.from({ length: 2 ** logHeight }, (_, i) => i).find((i) =>
    Object.entries(cells).every(([name, x]) => at(i, name) === x),
  );
  expect(row).toBeDefined();
  return row!;
}

const brokenConstraints = (traces: readonly (Trace | undefined)[]): string[] =>
  checkConstraints(traces.filter((t) => t !== undefined)).map(({ constraint }) => constraint);

describe('sparse lookup tables', () => {
  it('take the place of whole ones where that commits to less, and both verifiers and both engines agree', async () => {
    for (const asked of [{ ranges: RANGES, bytes: BYTES }, { ranges: RANGES }, { bytes: BYTES }]) {
      const proof = await prove(tablesOf(asked));
      expect(judge(proof)).toBe('accepted');
      expect(setOf(proof)).toBe('sparse');
      const oracle = await proveTables(key, none, tablesOf(asked), [], { engine: oracleEngine });
      expect(sameBytes(oracle, proof)).toBe(true);
    }
  });
  it('leave whole ones where too much is asked for, nothing is, or tables are filled', async () => {
    const many = Array.from({ length: 2 ** 14 }, (_, value) => ({ value, bits: 16 }));
    const filled = completeLookups(machine, [], fillTables(tablesOf({ ranges: RANGES })));
    const whole = filled.map((t) =>
      t === undefined || t.chip === smallRangeChip || t.chip === nibbleChip ? undefined : t,
    );
    for (const tables of [tablesOf({ ranges: many }), whole]) {
      const proof = await prove(tables);
      expect([judge(proof), setOf(proof)]).toEqual(['accepted', 'whole']);
    }
  });
  it('have every row that is asked for once, whole or sparse', async () => {
    const traces = await sparseTraces({ ranges: [...RANGES, ...RANGES], bytes: BYTES });
    const [low, high, lowBits, highBits, multiplicity, real] = traces.find((t) => t?.chip === sparseRangeChip)!.columns;
    const rows = Array.from(real!, (_, i) => i).filter((i) => real![i] === 1);
    expect(rows.map((i) => [low![i]! + 256 * high![i]!, lowBits![i]! + highBits![i]!, multiplicity![i]])).toEqual(
      [...new Map(RANGES.map((r) => [`${r.value},${r.bits}`, r])).values()]
        .map(({ value, bits }) => [value, bits, 2 * RANGES.filter((r) => r.value === value && r.bits === bits).length])
        .sort(([v, b], [w, c]) => 2 ** b! + v! - 2 ** c! - w!),
    );
  });
  it('hold nothing that a whole table does not', async () => {
    const asked: readonly Asked[] = [
      { ranges: [...RANGES, { value: 256, bits: 8 }] },
      { ranges: [...RANGES, { value: 2, bits: 1 }] },
      { ranges: [...RANGES, { value: 0, bits: 17 }] },
      { bytes: [...BYTES, { a: 256, b: 0, xor: 256 }] },
      { bytes: [...BYTES, { a: 1, b: 2, xor: 2 }] },
    ];
    for (const one of asked) expect(judge(await prove(tablesOf(one)))).toBe('bus_balance');
  });
});

describe('a prover who cheats with sparse tables', async () => {
  const asked = { ranges: [...RANGES, { value: 1, bits: 3 }], bytes: BYTES };
  const honest = await sparseTraces(asked);
  const judged = async (traces: readonly (Trace | undefined)[]): Promise<string> => judge(await prove(traces));

  it('is one who could have been honest', async () => {
    expect(brokenConstraints(honest)).toEqual([]);
    expect(await judged(recounted(honest))).toBe('accepted');
  });
  const FEW_BITS = { low: 1, low_bits: 3 };
  const PAIR = { a_low: 15, a_high: 0, b_low: 15, b_high: 0 };
  const ONE_LIES = ['only_real_rows_answer'];
  const BOTH_LIE = ['only_real_rows_answer_pair', 'only_real_rows_answer_xor'];
  const ranges: [string, Readonly<Record<string, number>>, Readonly<Record<string, number>>, string[]][] = [
    ['a part that is too large', FEW_BITS, { low: 8 }, []],
    ['a row that checks nothing', FEW_BITS, { real: 0 }, ONE_LIES],
    ['a row that checks twice', FEW_BITS, { real: 2 }, [...ONE_LIES, 'real_is_bool']],
  ];
  const bytes: typeof ranges = [
    ['another xor', PAIR, { xor_low: 1 }, []],
    ['what is no byte', PAIR, { a_high: 16, xor_high: 16 }, []],
    ['a row that checks nothing', PAIR, { real: 0 }, BOTH_LIE],
    ['a row that checks twice', PAIR, { real: 2 }, [...BOTH_LIE, 'real_is_bool']],
  ];
  for (const [chip, cases] of [
    [sparseRangeChip, ranges],
    [sparseByteChip, bytes],
  ] as const)
    it.each(cases)(`is refused for ${chip.name}: %s`, async (_, where, cells, constraints) => {
      const traces = changed(honest, chip, rowWith(honest, chip, where), cells);
      expect(brokenConstraints(traces).sort()).toEqual(constraints);
      expect(await judged(traces)).toBe(constraints.length > 0 ? 'zerocheck' : 'bus_balance');
    });
  it('cannot put high bits above fewer than eight low ones', async () => {
    // 257 has no four bits; 1 has three, and 1 has one.
    const more = await sparseTraces({ ...asked, ranges: [...asked.ranges, { value: 257, bits: 4 }] });
    const cells = { low: 1, low_bits: 3, high: 1, high_bits: 1, multiplicity: 1, real: 1 };
    const traces = changed(more, sparseRangeChip, rowWith(more, sparseRangeChip, { real: 0 }), cells);
    expect(brokenConstraints(traces)).toEqual(['high_stands_above_8_bits']);
    expect(await judged(traces)).toBe('zerocheck');
  });
  it('cannot have a row vouch for itself', async () => {
    // The row answers one lookup more than there is, which would be its own, were it to look up what it is asked for.
    const row = rowWith(honest, sparseRangeChip, { low: 1, low_bits: 3 });
    const traces = changed(honest, sparseRangeChip, row, { low: 9, multiplicity: 2 });
    expect(brokenConstraints(traces)).toEqual([]);
    expect(await judged(traces)).toBe('bus_balance');
    // Nothing but the small tables answers what sparse ones ask.
    const asks = sparseRangeChip.interactions.filter((i) => i.sign === 1).map((i) => i.bus);
    const answering = machine.chips.filter((c) => c.interactions.some((i) => i.sign === -1 && asks.includes(i.bus)));
    expect(answering).toEqual([smallRangeChip]);
  });
});

describe('sets with sparse tables', () => {
  it('with whole ones too take those', async () => {
    const both = createMachineKey(suite, machine, [19], { role: 'test' });
    const proof = await proveTables(both, await preprocess(both, {}), tablesOf({ ranges: RANGES, bytes: BYTES }), []);
    expect(verifyBytes(both, none.key, [], proof).set).toBe('all');
  });
  it('have none in place of one that there is not', async () => {
    const orphan = defineMachine('orphan', [ranges, sparseRangeChip, smallRangeChip]);
    expect(await codeOf(() => createMachineKey(suite, orphan, [19], { role: 'test' }))).toBe('SETS');
  });
});
