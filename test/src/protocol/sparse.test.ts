/** Sparse lookup tables: a proof with few lookups has rows for these alone, and its rows vouch for nothing that they do not check. */

import { inverse, mul, P } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import {
  BYTE_PAIR,
  BYTE_XOR,
  byteChip,
  type Chip,
  checkBuses,
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
    { name: 'sparse', chips: SPARSE, sizes: [14, 19] },
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
  it('are there for nothing at all, and for a lookup', async () => {
    for (const some of [{}, { ranges: [{ value: 1, bits: 1 }] }]) {
      const proof = await prove(tablesOf(some));
      expect([judge(proof), setOf(proof)]).toEqual(['accepted', 'sparse']);
    }
  });
  it('leave whole ones where those commit to fewer cells, or tables are filled', async () => {
    // Of 2^16 rows of six cells, where there is room for them.
    const many = Array.from({ length: 2 ** 15 + 1 }, (_, value) => ({ value, bits: 16 }));
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

const range = (value: number, bits: number): Asked => ({ ranges: [{ value, bits }] });
const pair = (a: number, b: number, xor: number): Asked => ({ bytes: [{ a, b, xor }] });

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
  /** A false lookup, and a row that answers it: all that is left to refuse it is what the row itself has to look up, or a constraint. */
  const lies: readonly [string, Asked, Chip, Readonly<Record<string, number>>, string][] = [
    ['the low part is too large', range(8, 3), sparseRangeChip, { low: 8, low_bits: 3 }, 'range_small'],
    [
      'the high part is too large',
      range(8 * 256 + 5, 11),
      sparseRangeChip,
      { low: 5, low_bits: 8, high: 8, high_bits: 3 },
      'range_small',
    ],
    ['a part of nine bits', range(512, 9), sparseRangeChip, { low: 512, low_bits: 9 }, 'range_small'],
    ['seventeen bits', range(2 ** 16, 17), sparseRangeChip, { low_bits: 8, high: 256, high_bits: 9 }, 'range_small'],
    ['fewer bits than none', range(5, 2), sparseRangeChip, { low: 5, low_bits: 8, high_bits: P - 6 }, 'range_small'],
    [
      'a high part that is a quotient modulo p',
      range(77, 0),
      sparseRangeChip,
      { low_bits: 8, high: mul(77, inverse(256)), high_bits: P - 8 },
      'range_small',
    ],
    [
      'high bits above fewer than eight low ones',
      range(257, 4),
      sparseRangeChip,
      { low: 1, low_bits: 3, high: 1, high_bits: 1 },
      'high_stands_above_8_bits',
    ],
    ['low halves of another xor', pair(1, 2, 2), sparseByteChip, { a_low: 1, b_low: 2, xor_low: 2 }, 'nibble_xor'],
    [
      'high halves of another xor',
      pair(16, 32, 32),
      sparseByteChip,
      { a_high: 1, b_high: 2, xor_high: 2 },
      'nibble_xor',
    ],
    ['a low half that is none', pair(256, 0, 256), sparseByteChip, { a_low: 256, xor_low: 256 }, 'nibble_xor'],
    ['a high half that is none', pair(256, 0, 256), sparseByteChip, { a_high: 16, xor_high: 16 }, 'nibble_xor'],
  ];
  it.each(lies)('cannot answer what is false: %s', async (_, lie, chip, cells, reason) => {
    const known: Asked = { ranges: [...asked.ranges, ...(lie.ranges ?? [])], bytes: [...BYTES, ...(lie.bytes ?? [])] };
    const without = await sparseTraces(known);
    // Bytes are a pair of bytes, whatever is said of their xor.
    const pairs = lie.bytes?.every(({ a, b }) => a < 256 && b < 256) ? 0 : 1;
    const counts = { multiplicity: 1, xor_multiplicity: 1, pair_multiplicity: pairs };
    const row = rowWith(without, chip, { real: 0 });
    const traces = changed(without, chip, row, { ...cells, ...counts, real: 1 });
    const present = traces.filter((t) => t !== undefined);
    const unbalanced = new Set(checkBuses(present, []).map(({ bus }) => bus));
    expect([...brokenConstraints(traces), ...unbalanced]).toEqual([reason]);
    expect(await judged(traces)).toBe(reason.startsWith('high_stands') ? 'zerocheck' : 'bus_balance');
  });
  it.each([sparseRangeChip, sparseByteChip])('changes no cell of a row of $name unnoticed', (chip) => {
    const row = rowWith(honest, chip, { real: 1 });
    for (const [c, { name }] of chip.columns.entries()) {
      const cell = honest.find((t) => t?.chip === chip)!.columns[c]![row]!;
      const traces = changed(honest, chip, row, { [name]: cell + 1 });
      const unbalanced = checkBuses(
        traces.filter((t) => t !== undefined),
        [],
      );
      expect(brokenConstraints(traces).length + unbalanced.length, name).toBeGreaterThan(0);
    }
  });
  it('has no table but the small ones to ask', () => {
    const asks = [sparseRangeChip, sparseByteChip].flatMap((c) => c.interactions.filter((i) => i.sign === 1));
    const answering = machine.chips.filter((c) =>
      c.interactions.some((i) => i.sign === -1 && asks.some(({ bus }) => bus === i.bus)),
    );
    expect(answering).toEqual([smallRangeChip, nibbleChip]);
  });
});

describe('sets with sparse tables', () => {
  const keyWith = (...sets: readonly (readonly [string, readonly string[]])[]): MachineKey =>
    createMachineKey(
      suite,
      machine,
      sets.map(([name, chips]) => ({ name, chips, sizes: [19] })),
      { role: 'test' },
    );
  const provenIn = async (of: MachineKey, asked: Asked): Promise<string> => {
    const proof = await proveTables(of, await preprocess(of, {}), tablesOf(asked), []);
    return verifyBytes(of, none.key, [], proof).set;
  };
  const asked: Asked = { ranges: RANGES, bytes: BYTES };
  const many: Asked = { ranges: Array.from({ length: 2 ** 15 + 1 }, (_, value) => ({ value, bits: 16 })) };

  it('may come in any order, alone, or with some whole tables', async () => {
    const first = keyWith(['sparse', SPARSE], ['whole', WHOLE]);
    expect([await provenIn(first, asked), await provenIn(first, many)]).toEqual(['sparse', 'whole']);
    expect(await provenIn(keyWith(['sparse', SPARSE]), asked)).toBe('sparse');
    const half = ['ranges', 'bytes', 'range_sparse', 'range_small', 'byte'];
    expect(await provenIn(keyWith(['whole', WHOLE], ['half', half]), asked)).toBe('half');
  });
  it('by default have all chips, whole tables among them, and take those', async () => {
    expect(await provenIn(createMachineKey(suite, machine, [19], { role: 'test' }), asked)).toBe('all');
  });
  it.each([
    ['both of one kind and one of another', [...SPARSE, 'range']],
    ['no small table', SPARSE.filter((name) => name !== 'nibble')],
    ['no table of ranges', WHOLE.filter((name) => name !== 'range')],
  ])('have not %s', async (_, chips) => {
    expect(await codeOf(() => keyWith(['bad', chips]))).toBe('SETS');
  });
  it('have none in place of one that there is not', async () => {
    const orphan = defineMachine('orphan', [ranges, sparseRangeChip, smallRangeChip]);
    expect(await codeOf(() => createMachineKey(suite, orphan, [19], { role: 'test' }))).toBe('SETS');
  });
});
