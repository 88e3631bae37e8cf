/** What a machine key binds: everything that decides what a proof means. Each is replaced, and the digest has to move. */
import { FIRST_CLOCK, HALT_PC } from '@weft/executor/program/layout';
import type { Ext } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import {
  type Chip,
  ConstraintError,
  createMachineKey,
  defineMachine,
  type FieldOperations,
  type Json,
  type Machine,
  type MachineKey,
  type StatementLayout,
  type StructuredTable,
  verifyBytes,
} from '@weft/prover';
import { Transcript, type TranscriptEntry } from '@weft/prover/transcript/transcript';
import { machineKey } from '@weft/rv32im/key';
import { checkClock } from '@weft/rv32im/machine';
import { vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_RULE, STATEMENT_LAYOUT } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { counterKey, counterMachine, counterProgram, proveCounter, verifyCounter } from '../support/counter.ts';
import { INSTANCES } from '../support/instances.ts';

const digest = (key: Pick<MachineKey, 'digest'>): string => key.digest.join();
const riscv = machineKey();
const keyOf = (machine: Machine, use = riscv.use): MachineKey => createMachineKey(suite, machine, [19], use);
const distinct = (keys: readonly MachineKey[]): void =>
  expect(new Set(keys.map(digest)).size, 'distinct digests').toBe(keys.length);

/** The table of a chip. */
function tableOf(chip: Chip): StructuredTable {
  if (chip.fixed.kind !== 'structured') throw new RangeError(`${chip.name} is not structured`);
  return chip.fixed.table;
}
const withTable = (machine: Machine, name: string, change: (t: StructuredTable) => Partial<StructuredTable>): Chip[] =>
  machine.chips.map((chip) =>
    chip.name === name
      ? { ...chip, fixed: { kind: 'structured' as const, table: { ...tableOf(chip), ...change(tableOf(chip)) } } }
      : chip,
  );

describe('contents of structured tables', () => {
  /** Column 0 is larger by row bit 3: one more in every second block of eight rows. */
  const shiftRows = (t: StructuredTable): Partial<StructuredTable> => ({
    value: (c, row) => t.value(c, row) + (c === 0 ? (row >> 3) & 1 : 0),
  });
  const shiftForm = (t: StructuredTable): Partial<StructuredTable> => ({
    formula: <E>(f: FieldOperations<E>, point: readonly E[]): E[] =>
      t.formula(f, point).map((e, c) => (c === 0 ? f.add(e, point[3]!) : e)),
  });
  const structured = riscv.machine.chips.filter((c) => c.fixed.kind === 'structured').map((c) => c.name);

  it('there are some', () => {
    expect(structured).toEqual(['range', 'byte', 'range_small', 'nibble']);
  });
  it.each(structured)('%s: another table is another key', (name) => {
    const both = withTable(riscv.machine, name, (t) => ({ ...shiftRows(t), ...shiftForm(t) }));
    const other = defineMachine('rv32im', both, riscv.machine.statement);
    distinct([keyOf(riscv.machine), keyOf(other)]);
  });
  it("an outsider's table is bound as well", () => {
    const both = withTable(counterMachine, 'bytes', (t) => ({ ...shiftRows(t), ...shiftForm(t) }));
    distinct([keyOf(counterMachine), keyOf(defineMachine('counter', both, counterMachine.statement))]);
  });
  it.each(structured)('%s: key generation refuses a formula of other rows', (name) => {
    for (const change of [shiftRows, shiftForm])
      expect(() => defineMachine('m', withTable(riscv.machine, name, change), STATEMENT_LAYOUT)).toThrow(
        /formula of column 0 is not that of its rows/,
      );
  });
  it('a formula that later says something else is not asked again', async () => {
    let later = false;
    const chips = withTable(counterMachine, 'bytes', (t) => ({
      formula: <E>(f: FieldOperations<E>, point: readonly E[]): E[] =>
        t.formula(f, point).map((e) => (later ? f.add(e, e) : e)),
    }));
    const machine = defineMachine('counter', chips, counterMachine.statement);
    const key = createMachineKey(suite, machine, [16], counterKey.use);
    later = true;
    const again = createMachineKey(suite, machine, [16], counterKey.use);
    expect([digest(key), digest(again)]).toEqual([digest(counterKey), digest(counterKey)]);
    const program = await counterProgram();
    const { proof, words } = await proveCounter(program, [129, 40]);
    expect(reasonOf(() => void verifyBytes(key, program.key, words, proof))).toBe('accepted');
  });
  it('key generation refuses a formula that is right on rows only, and one with other columns', () => {
    // The square of a bit is the bit, but its extension is no square.
    const square = (t: StructuredTable): Partial<StructuredTable> => ({
      formula: <E>(f: FieldOperations<E>, point: readonly E[]): E[] =>
        t.formula(
          f,
          point.map((x) => f.mul(x, x)),
        ),
    });
    const fewer = (t: StructuredTable): Partial<StructuredTable> => ({
      formula: <E>(f: FieldOperations<E>, point: readonly E[]): E[] => t.formula(f, point).slice(1),
    });
    expect(() => defineMachine('m', withTable(riscv.machine, 'byte', square), STATEMENT_LAYOUT)).toThrow(/not that of/);
    expect(() => defineMachine('m', withTable(riscv.machine, 'byte', fewer), STATEMENT_LAYOUT)).toThrow(/gives 2 col/);
  });
});

/** Every list in which two neighbours are exchanged. */
const exchanged = <T>(list: readonly T[]): T[][] =>
  list.slice(1).map((_, i) => list.map((x, k) => (k === i ? list[i + 1]! : k === i + 1 ? list[i]! : x)));

describe('the statement', () => {
  const { words, tuples } = STATEMENT_LAYOUT;
  const layouts: StatementLayout[] = [
    STATEMENT_LAYOUT,
    ...exchanged(words).map((w) => ({ words: w, tuples })),
    ...exchanged(tuples).map((t) => ({ words, tuples: t })),
    ...tuples.flatMap(({ bus, sign, tuple }, k) => {
      const replace = (t: (typeof tuples)[number]): StatementLayout => ({
        words,
        tuples: tuples.map((x, i) => (i === k ? t : x)),
      });
      return [
        replace({ bus, sign: -1, tuple }),
        replace({ bus, sign, tuple: tuple.map((e) => (typeof e === 'number' ? e + 7 : e)) }),
        replace({ bus: { ...bus, name: 'other' }, sign, tuple }),
        // Equal constants exchanged are the same tuple.
        ...exchanged(tuple)
          .filter((t) => t.some((e, i) => e !== tuple[i]))
          .map((t) => replace({ bus, sign, tuple: t })),
      ];
    }),
    { words: [...words, 'more'], tuples },
    { words, tuples: tuples.slice(1) },
  ];
  it('another order of words, of tuples or in a tuple, a sign, a constant, a bus: another key each', () => {
    expect(layouts.length).toBeGreaterThan(90);
    distinct(layouts.map((statement) => keyOf({ ...riscv.machine, statement })));
  });
  it('what the verifier sends is what the layout says', () => {
    const [{ verify, proof, words }] = INSTANCES;
    const under = (statement: StatementLayout): string => reasonOf(() => verify(proof, words, { key: key(statement) }));
    const { words: names, tuples: sent } = counterMachine.statement;
    const key = (statement: StatementLayout): MachineKey => ({
      ...counterKey,
      machine: { ...counterMachine, statement },
    });
    expect(under({ words: names, tuples: sent })).toBe('accepted');
    for (const statement of [
      { words: names, tuples: sent.map((t) => ({ ...t, tuple: t.tuple.toReversed() })) },
      { words: names, tuples: sent.map((t) => ({ ...t, sign: -t.sign as 1 | -1 })) },
      { words: names, tuples: sent.slice(1) },
    ])
      expect(under(statement)).toBe('bus_balance');
  });
  it('a layout that makes no sense is refused', () => {
    const [first] = counterMachine.statement.tuples;
    for (const statement of [
      { words: ['a', 'a'], tuples: [] },
      { words: ['a'], tuples: [{ ...first!, tuple: ['a', 'b'] }] },
      { words: ['a'], tuples: [{ ...first!, tuple: ['a'] }] },
      { words: ['a'], tuples: [{ ...first!, tuple: ['a', -1] }] },
    ])
      expect(() => defineMachine('m', counterMachine.chips, statement)).toThrow(ConstraintError);
  });
});

describe('the rule of the chain', () => {
  /** The value with one leaf changed, for each of them, and with two neighbours of a list exchanged. */
  function variants(value: Json): Json[] {
    if (Array.isArray(value)) {
      const list = value as readonly Json[];
      return [
        ...exchanged(list),
        list.slice(1),
        ...list.flatMap((x, i) => variants(x).map((v) => list.map((y, k) => (k === i ? v : y)))),
      ];
    }
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, x]) => variants(x as Json).map((v) => ({ ...value, [name]: v })));
    return [typeof value === 'number' ? value + 1 : `${value}.`];
  }
  it('is what the machine key holds, and each part of it moves the digest', () => {
    expect(riscv.use.rule).toBe(CHAIN_RULE);
    expect(CHAIN_RULE).toMatchObject({ haltPc: HALT_PC, firstClock: FIRST_CLOCK });
    const rules = [CHAIN_RULE as Json, ...variants(CHAIN_RULE), null];
    expect(rules.length).toBeGreaterThan(10);
    distinct(rules.map((rule) => keyOf(riscv.machine, { role: 'shard', rule })));
  });
});

describe('the role of a proof', () => {
  const inRole = (role: string): MachineKey => createMachineKey(suite, counterMachine, [16], { role });
  it('moves the digest and the tag', () => {
    const keys = ['run', 'shard', 'node', 'Run', '\u{1f9f5}'].map(inRole);
    distinct(keys);
    expect(new Set(keys.map((k) => k.roleTag.join())).size).toBe(keys.length);
    // Halves of characters are all the same in UTF-8.
    for (const role of ['\ud83e', 'a\udd35']) expect(() => inRole(role)).toThrow(RangeError);
    expect(riscv.use.role).toBe('shard');
  });
  it('a proof made in one role is rejected in another, even under one digest', async () => {
    const program = await counterProgram();
    const { proof, words } = await proveCounter(program, [129, 40]);
    expect(reasonOf(() => verifyCounter(program, proof, words, { key: inRole('run') }))).toBe('accepted');
    expect(reasonOf(() => verifyCounter(program, proof, words, { key: inRole('node') }))).not.toBe('accepted');
    const { digest: same } = counterKey;
    const key = { ...inRole('node'), digest: same };
    expect(reasonOf(() => verifyCounter(program, proof, words, { key }))).not.toBe('accepted');
  });
  it('is observed before everything else', () => {
    const log: TranscriptEntry[] = [];
    const [{ verify, proof, words }] = INSTANCES;
    verify(proof, words, {
      transcript: (backend) => {
        const transcript = new Transcript<number, Ext>(backend);
        transcript.log = log;
        return transcript;
      },
    });
    expect(log[0]).toEqual({ kind: 'observe', label: 'role', count: 8 });
    expect(log.filter((e) => e.label === 'role')).toHaveLength(1);
  });
});

it('key generation refuses tables whose rows can take the clock around p', () => {
  const { chips } = riscv.machine;
  expect(() => checkClock({ chips })).not.toThrow();
  expect(() => checkClock({ chips: Array.from({ length: 5 }, () => chips).flat() })).toThrow(/clock around p/);
});

it('the verifying key of a program binds each of its fields', () => {
  const vk = {
    preprocessed: { logHeights: [10], root: [1, 2, 3, 4, 5, 6, 7, 8] },
    entryPc: 4,
    imageRoot: Array(8).fill(9),
  };
  const bumped = (list: readonly number[], k: number): number[] => list.map((x, i) => (i === k ? x + 1 : x));
  const { preprocessed } = vk;
  const all = [
    vk,
    { ...vk, preprocessed: { ...preprocessed, logHeights: [11] } },
    ...preprocessed.root.map((_, k) => ({
      ...vk,
      preprocessed: { ...preprocessed, root: bumped(preprocessed.root, k) },
    })),
    { ...vk, entryPc: 8 },
    ...vk.imageRoot.map((_, k) => ({ ...vk, imageRoot: bumped(vk.imageRoot, k) })),
  ].map((x) => vkDigest(riscv, x).join());
  expect(new Set(all).size).toBe(19);
});
