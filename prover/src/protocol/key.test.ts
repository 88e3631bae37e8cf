/** What a machine's key binds: everything that constraints, buses and layout depend on, each value of it. */
import { createHash } from 'node:crypto';
import { P } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';
import { hashLeaf } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite, suiteFingerprint } from '@weft/primitives/hash/suite';
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { type Bus, type Chip, defineChip, MAX_LOG_HEIGHT, MIN_LOG_HEIGHT, type StructuredTable } from '../air/chip.ts';
import { defineMachine, type Machine } from '../air/machine.ts';
import type { StatementLayout } from '../air/statement.ts';
import {
  checkMachineKey,
  checkPreprocessedKey,
  chooseShape,
  createMachineKey,
  givenLogHeights,
  MAX_PREPROCESSED_VARIABLES,
  type MachineKey,
  preprocessedVariables,
  rowBitsOf,
  shapeOf,
} from './key.ts';
import { preprocessedParameters, witnessParameters } from './parameters.ts';
import { PROTOCOL_VERSION } from './version.ts';

const PAIR: Bus = { name: 'pair', id: 20, kind: 'permutation', arity: 2 };
const BYTE: Bus = { name: 'byte', id: 21, kind: 'lookup', arity: 1 };
const main = defineChip('main', { maxLogHeight: 9 }, (c) => {
  const real = c.bool('real');
  const [x, y] = [c.col('x'), c.col('y')];
  c.assertZero('product', x.mul(y).sub(x.add(3)).mul(real));
  c.send(PAIR, [x, y.add(5)], real);
  c.receive(PAIR, [y, x], real);
  c.send(BYTE, [x], real);
});
const table = defineChip(
  'bytes',
  {
    fixed: {
      kind: 'structured',
      table: {
        logHeight: 8,
        value: (_, row) => row,
        formula: (f, point) => [point.reduce((sum, x, i) => f.add(sum, f.mul(x, f.constant(2 ** i))), f.constant(0))],
      },
    },
  },
  (c) => {
    const count = c.col('count');
    c.provide(BYTE, [c.fixedCol('byte')], count, () => () => 0);
  },
);
const program = defineChip('program', { fixed: { kind: 'preprocessed' } }, (c) => {
  const n = c.col('n');
  c.assertZero('none', n.mul(c.fixedCol('value')));
});
const machine = defineMachine('m', [main, table, program]);
const wide = (columns: number): Chip =>
  defineChip('wide', {}, (c) => {
    for (let i = 0; i < columns; i++) c.bool(`x${i}`);
  });
const use = { role: 'test' };
const keyOf = (m: Machine, sizes = [14]): MachineKey => createMachineKey(suite, m, sizes, use);
const digestOf = (m: Machine): string => keyOf(m).digest.join();
const honest = digestOf(machine);

/** All values below `x` by their paths, functions left out. */
function leaves(x: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof x === 'function') return [];
  if (typeof x !== 'object' || x === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(x) ? [...x.entries()] : Object.entries(x);
  return entries.flatMap(([k, v]) => leaves(v, [...path, k]));
}

/** A copy in which the value at `path` is another. */
function changed(x: unknown, [k, ...rest]: readonly (string | number)[]): unknown {
  if (k !== undefined) {
    const copy = (Array.isArray(x) ? x.slice() : { ...(x as object) }) as Record<string | number, unknown>;
    copy[k] = changed(copy[k], rest);
    return copy;
  }
  if (x === 'add' || x === 'sub' || x === 'mul') return x === 'mul' ? 'add' : 'mul';
  return typeof x === 'number' ? x + 1 : x === undefined ? 1 : `${x}'`;
}

/** What fills tables, and what follows from the rest: no verifier depends on it. */
const UNBOUND = new Set(['events', 'sparse', 'fillNodes', 'fill', 'findRows', 'degree']);
const pathsOf = (chip: Chip): (readonly (string | number)[])[] =>
  leaves(chip).filter((path) => !path.some((k) => UNBOUND.has(`${k}`)));

describe('the digest of a machine moves with', () => {
  it.each([main, table, program])('every value of chip $name', (chip) => {
    const k = machine.chips.indexOf(chip);
    for (const path of pathsOf(chip)) {
      // Another kind of node reads other fields: these are changed as a whole below.
      const [field, index] = path;
      if (path.at(-1) === 'op' && 'value' in chip.nodes[index as number]!) continue;
      if (path.at(-1) === 'op' && 'column' in chip.nodes[index as number]!) continue;
      if (field === 'fixed' && path.at(-1) === 'kind' && chip === table) continue;
      const chips = machine.chips.with(k, changed(chip, path) as Chip);
      expect(digestOf({ ...machine, chips }), `${chip.name}: ${path.join('.')}`).not.toBe(honest);
    }
  });
  it('the kind of a node and of a fixed table, where the numbers are the same', () => {
    const at = main.nodes.findIndex((n) => n.op === 'constant');
    const { value } = main.nodes[at] as { value: number };
    const node = { op: 'column', column: value } as never;
    const variants: Chip[] = [
      { ...main, nodes: main.nodes.with(at, node) },
      { ...main, fixed: { kind: 'preprocessed' } },
      { ...main, fixed: { kind: 'structured', table: { logHeight: 8, value: () => 0, formula: () => [] } } },
    ];
    for (const chip of variants) expect(digestOf({ ...machine, chips: machine.chips.with(0, chip) })).not.toBe(honest);
  });
  it('lists that are one shorter', () => {
    for (const field of [
      'columns',
      'fixedColumns',
      'nodes',
      'constraints',
      'interactions',
      'leaves',
      'padding',
    ] as const)
      for (const [k, chip] of machine.chips.entries()) {
        if (chip[field].length === 0) continue;
        const chips = machine.chips.with(k, { ...chip, [field]: chip[field].slice(0, -1) });
        expect(digestOf({ ...machine, chips }), `${chip.name}.${field}`).not.toBe(honest);
      }
    // And one longer: no chip that is preprocessed may go.
    expect(digestOf({ ...machine, chips: [...machine.chips, main] })).not.toBe(honest);
  });
  it('the name, the numbers of variables and the preprocessed chips of a machine', () => {
    for (const change of [{ name: 'n' }, { rowBits: 12 }, { leafBits: 5 }, { preprocessedChips: [] }])
      expect(digestOf({ ...machine, ...change }), JSON.stringify(change)).not.toBe(honest);
  });
  it('the closed form of a table: its height, its nodes and which of them are columns', () => {
    type Sums = (low: number, high: number) => number[];
    const structured = (logHeight: number, constants: readonly [number, number], columns: Sums): Machine => {
      const formula: StructuredTable['formula'] = (f, point) => {
        // The first bits alone, so that heights share a form.
        const [low, high] = constants.map((k) => f.mul(point[0]!, f.constant(k)));
        return columns(0, 1).map((i) => [low!, high!][i]!);
      };
      const fixed = { kind: 'structured' as const, table: { logHeight, value: () => 0, formula } };
      return { ...machine, chips: machine.chips.with(1, { ...table, fixed }) };
    };
    const forms = [
      structured(8, [3, 4], (low) => [low]),
      structured(9, [3, 4], (low) => [low]),
      structured(8, [3, 5], (low) => [low]),
      structured(8, [3, 4], (_, high) => [high]),
      structured(8, [3, 4], (low, high) => [low, high]),
      structured(8, [3, 4], (low, high) => [high, low]),
    ];
    expect(new Set(forms.map(digestOf)).size).toBe(forms.length);
  });
  it('the layout of a statement: its words, and bus, sign and elements of its tuples', () => {
    const words = ['a', 'b'];
    const tuple = { bus: PAIR, sign: 1, tuple: ['a', 7] } as const;
    const layouts: StatementLayout[] = [
      { words, tuples: [] },
      { words: [...words, 'c'], tuples: [] },
      { words: ['a', 'c'], tuples: [] },
      { words, tuples: [tuple] },
      { words, tuples: [tuple, tuple] },
      { words, tuples: [{ ...tuple, sign: -1 }] },
      { words, tuples: [{ ...tuple, tuple: ['b', 7] }] },
      { words, tuples: [{ ...tuple, tuple: ['a', 8] }] },
      ...[{ name: 'other' }, { id: 22 }, { kind: 'lookup' as const }, { arity: 3 }].map((change) => ({
        words,
        tuples: [{ ...tuple, bus: { ...PAIR, ...change } }],
      })),
    ];
    expect(new Set(layouts.map((statement) => digestOf({ ...machine, statement }))).size).toBe(layouts.length);
  });
  it('what proofs stand for: their role and their rule', () => {
    const uses = [use, { role: 'other' }, { ...use, rule: 1 }, { ...use, rule: 2 }, { ...use, rule: ['1'] }];
    const keys = uses.map((u) => createMachineKey(suite, machine, [14], u));
    expect(new Set(keys.map((k) => k.digest.join())).size).toBe(uses.length);
    expect(new Set(keys.map((k) => k.roleTag.join())).size).toBe(2);
  });
  it('every shape, and the suite', () => {
    const keys = [[14], [15], [14, 15]].map((sizes) => keyOf(machine, sizes).digest.join());
    const other = { ...suite, leaf: { ...suite.leaf, partialRounds: suite.leaf.partialRounds + 1 } };
    keys.push(createMachineKey(other, machine, [14], use).digest.join());
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it('the description holds the constants of the protocol, which no test can change', () => {
  const stringify = vi.spyOn(JSON, 'stringify');
  keyOf(machine);
  const description = stringify.mock.calls[0]![0] as unknown[];
  stringify.mockRestore();
  expect(description).toContainEqual(['weft', PROTOCOL_VERSION, P, DEGREE, Array.from(suiteFingerprint(suite))]);
  expect(description).toContainEqual([MIN_LOG_HEIGHT, MAX_LOG_HEIGHT, 10, machine.preprocessedChips]);
  expect(description).toContainEqual([[0, 14, witnessParameters(14)]]);
  const openings = Array.from({ length: MAX_PREPROCESSED_VARIABLES + 1 - MIN_LOG_HEIGHT }, (_, i) =>
    preprocessedParameters(MIN_LOG_HEIGHT + i),
  );
  expect(description).toContainEqual(openings);
});
it('the digest holds all 32 bytes of the SHA-256 of the description', () => {
  const stringify = vi.spyOn(JSON, 'stringify');
  const { digest } = keyOf(machine);
  const hash = createHash('sha256')
    .update(stringify.mock.results[0]!.value as string)
    .digest();
  stringify.mockRestore();
  expect(digest).toEqual(
    hashLeaf(
      suite,
      Array.from({ length: 16 }, (_, i) => hash.readUInt16LE(2 * i)),
    ),
  );
});

describe('what is no argument is refused by its name', () => {
  const columns = { logHeights: [10], root: [1, 2, 3] };
  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /^vk must be a preprocessed key, got null$/],
    ['no heights', { root: [] }, /^vk must be a preprocessed key, got a plain object without logHeights$/],
    ['no root', { logHeights: [] }, /^vk must be a preprocessed key, got a plain object without root$/],
    ['heights that are no list', { ...columns, logHeights: 10 }, /^vk.logHeights must be an array/],
    ['a table too low', { ...columns, logHeights: [10, MIN_LOG_HEIGHT - 1] }, /^vk.logHeights\[1\] must be an integer/],
    ['a table too high', { ...columns, logHeights: [MAX_LOG_HEIGHT + 1] }, /^vk.logHeights\[0\] must be an integer/],
    ['a root that is no list', { ...columns, root: 'root' }, /^vk.root must be an array/],
    ['a root of p', { ...columns, root: [1, P] }, /^vk.root\[1\] must be an integer from 0 to 2130706432/],
    ['a root of -1', { ...columns, root: [-1] }, /^vk.root\[0\] must be an integer/],
  ])('a preprocessed key: %s', (_, key, message) => {
    expect(() => checkPreprocessedKey('vk', key as never)).toThrow(message);
  });
  it('the least and the greatest preprocessed key are keys', () => {
    expect(() => checkPreprocessedKey('vk', { logHeights: [], root: [] })).not.toThrow();
    const logHeights = [MIN_LOG_HEIGHT, MAX_LOG_HEIGHT];
    expect(() => checkPreprocessedKey('vk', { logHeights, root: [0, P - 1] })).not.toThrow();
  });
  it('a machine key', () => {
    expect(() => checkMachineKey('key', keyOf(machine))).not.toThrow();
    expect(() => checkMachineKey('key', machine as never)).toThrow(/^key must be what createMachineKey returned/);
  });
  it.each<[string, readonly unknown[], RegExp]>([
    ['no suite', [undefined, machine, [14], use], /^suite must be a hash suite/],
    ['a suite without leaves', [{ ...suite, leaf: undefined }, machine, [14], use], /^suite must be .* without leaf$/],
    ['no machine', [suite, undefined, [14], use], /^machine must be /],
    ['a chip for a machine', [suite, main, [14], use], /^machine must be /],
    ['sizes that are no list', [suite, machine, 14, use], /^sizes must be an array/],
    ['a size that is none', [suite, machine, [14, 31], use], /^sizes\[1\] must be an integer from 10 to 30/],
    ['no use', [suite, machine, [14], null], /^use must be the use of proofs, got null$/],
    ['a use without a role', [suite, machine, [14], { rule: 1 }], /^use must be the use of proofs.* without role$/],
    ['an empty role', [suite, machine, [14], { role: '' }], /^use.role must not be empty/],
  ])('of createMachineKey: %s', (_, given, message) => {
    expect(() => createMachineKey(...(given as Parameters<typeof createMachineKey>))).toThrow(message);
  });
});

it('a machine has no more columns than cells can be counted of modulo p', () => {
  // Each column has at most 2^15 units of 2^7 cells, and what is missing to the largest shape 2^24.
  const most = Math.ceil((P - 2 ** 24) / 2 ** 15) - 1;
  const wide = (columns: number): Machine => {
    const chip = defineChip('wide', {}, (c) => void Array.from({ length: columns }, (_, i) => c.col(`c${i}`)));
    return defineMachine('wide', [chip], { words: [], tuples: [] });
  };
  expect(keyOf(wide(most)).shapes).toHaveLength(1);
  expect(() => keyOf(wide(most + 1))).toThrow(`machine wide has too many columns: ${most + 1}`);
});

it('shapes rise in size, and there is one at least', () => {
  for (const sizes of [[], [14, 14], [15, 14], [14, 16, 15], [14, 16, 16], [14, 15, 14]])
    expect(() => keyOf(machine, sizes), sizes.join()).toThrow(/must rise and be at least one/);
  expect(keyOf(machine, [14, 15, 17]).shapes.map((s) => [s.index, s.variables])).toEqual([
    [0, 14],
    [1, 15],
    [2, 17],
  ]);
});
it('a proof names its shape in its first four bytes', () => {
  const key = keyOf(machine, [14, 15]);
  for (const length of [0, 1, 3]) expect(shapeOf(key, new Uint8Array(length))).toBe(undefined);
  for (const [k, size] of [14, 15].entries()) {
    expect(shapeOf(key, Uint8Array.of(k, 0, 0, 0))?.variables).toBe(size);
    expect(shapeOf(key, Uint8Array.of(9, 9, k, 0, 0, 0, 9).subarray(2))?.variables).toBe(size);
  }
  expect(shapeOf(key, Uint8Array.of(2, 0, 0, 0, 0))).toBe(undefined);
  expect(shapeOf(key, Uint8Array.of(0, 0, 0, 1, 0))).toBe(undefined);
});
it('heights that the proof does not choose, and the size of what setup commits to', () => {
  expect(givenLogHeights(machine, { logHeights: [11] })).toEqual([undefined, 8, 11]);
  expect([7, 8, 11].map((h) => preprocessedVariables(machine, [h]))).toEqual([10, 10, 11]);
  expect(preprocessedVariables(defineMachine('n', [main]), [])).toBe(0);
});
it('a proof has as many row variables as its highest table can have', () => {
  const bitsOf = (m: Machine, heights: number[]): number[] =>
    keyOf(m, [10, 14, 24]).shapes.map((shape) => rowBitsOf(shape, { logHeights: heights }));
  // The lookup table has 2^8 rows in any shape, and a program those that it has.
  expect(bitsOf(defineMachine('tall', [wide(3), table]), [])).toEqual([8, 12, 22]);
  expect(bitsOf(defineMachine('low', [main, table]), [])).toEqual([8, 9, 9]);
  expect(bitsOf(defineMachine('program', [main, program]), [7])).toEqual([8, 9, 9]);
  expect(bitsOf(defineMachine('program', [main, program]), [13])).toEqual([13, 13, 13]);
  expect(bitsOf(defineMachine('wide', [wide(1025)]), [])).toEqual([7, 7, 13]);
});
it('no table that fits a shape is higher than the row variables of its proofs', () => {
  for (const columns of [1, 2, 3, 4, 5, 7, 8, 9, 31, 33])
    for (const variables of [10, 13, 16, 20]) {
      const [shape] = keyOf(defineMachine('m', [wide(columns)]), [variables]).shapes;
      const fitting = Array.from({ length: 16 }, (_, i) => MIN_LOG_HEIGHT + i).filter(
        (h) => columns * 2 ** h <= 2 ** variables,
      );
      expect(rowBitsOf(shape!, { logHeights: [] })).toBe(Math.max(MIN_LOG_HEIGHT, ...fitting));
    }
});
it('the smallest shape that fits is chosen', async () => {
  const key = keyOf(machine, [14, 16]);
  // Columns: three of main, one of each table.
  expect(chooseShape(key, [11, 12, undefined]).variables).toBe(14);
  expect(chooseShape(key, [12, undefined, 12]).variables).toBe(14);
  expect(chooseShape(key, [12, 12, undefined]).variables).toBe(14);
  expect(chooseShape(key, [12, 12, 11]).variables).toBe(16);
  expect(await codeOf(() => chooseShape(key, [15, undefined, undefined]))).toBe('SHARD_TOO_LARGE');
});
