/** Functions of the kit and of a chip's builder, with what is none of their arguments. */
import * as counter from '@weft/example-counter';
import * as prover from '@weft/prover';
import { notWords } from './bad-operations.ts';
import {
  type Argument,
  array,
  bytes,
  felts,
  func,
  integer,
  name,
  object,
  optional,
  options,
  required,
} from './bad-values.ts';
import { badLimbs, GOOD, inChip, inside, limbsOf, noExpr, noFill, or, other } from './in-chip.ts';
import { type Row, type Rows, testRows } from './rows.ts';

const chip = counter.machine.chips[0]!;
const chips = object(chip, { ...chip, nodes: undefined });
const machine = object(counter.machine, chip);
const preprocessed = await counter.setup(new Uint8Array(1024).fill(1));
const events = prover.eventsOf([{ index: 0, x: 1, operand: 1 }]);
const { tables } = prover.machineTables(counter.machine, preprocessed.columns, new Map([['step', events]]));
const traces = prover.fillTables(tables);
const filled = traces.filter((t) => t !== undefined);
const words = [1, 1, 2];
const tuples = [
  { bus: counter.STATE, sign: 1 as const, tuple: [0, 1] },
  { bus: counter.STATE, sign: -1 as const, tuple: [1, 2] },
];
const oneProof = await prover.proveTables(counter.key, preprocessed, tables, words);
const counterKey = object(counter.key, counter.machine);
const table = object(filled[0], { ...filled[0], chip: null }, { ...filled[0], logHeight: Number.NaN });
const optionalTables: Argument = array(traces, optional(table));
const columns = array(preprocessed.columns as readonly unknown[], array([new Uint32Array(128)]));
const goodColumns = preprocessed.columns[0]!;
const heights = array([preprocessed.key.logHeights[0]], {
  good: 7,
  bad: [Number.NaN, 7.5, '7', 6, 23, null, undefined],
});
const structured = { kind: 'structured', table: { logHeight: 7, value: () => 0, formula: () => [] } };
const badBuses = object(
  counter.STATE,
  ...[
    { id: Number.NaN },
    { id: 0 },
    { id: 1.5 },
    { id: '5' },
    { arity: Number.NaN },
    { arity: 32 },
    { kind: 'other' },
    { name: '' },
  ].map((change) => ({ ...counter.STATE, ...change })),
);

const WORDS = ['a', 'b', 'z'];
type Build = (
  c: prover.ChipBuilder,
  parts: { x: prover.Expr; f: prover.Fill; w: readonly prover.Word[]; or: (good: unknown) => never },
  bad: never,
) => unknown;
/** A gadget, with one of its arguments replaced. */
const gadget = (work: Build): Row['call'] =>
  inChip((c, bad: never) => {
    const f = c.event('f');
    const w = WORDS.map((n) => prover.word(c, n, f));
    return work(c, { x: c.bool('x', f), f, w, or: (x) => (bad === GOOD ? (x as never) : bad) }, bad);
  });
const expr = { good: 1, bad: [undefined, null, 'text', Number.NaN, {}] };
const aName = name('some');

const BUILDER: Rows = {
  'add of an expression': { call: gadget((_, { x }, bad) => x.add(bad)), args: [{ good: 1, bad: noExpr }] },
  'mul of an expression': { call: gadget((_, { x }, bad) => x.mul(bad)), args: [{ good: 2, bad: noExpr }] },
  'add of a fill': { call: gadget((_, { f }, bad) => f.add(bad)), args: [{ good: 1, bad: [undefined, ...noFill] }] },
  'c.constant': { call: gadget((c, _, bad) => c.constant(bad)), args: [{ good: 1, bad: noExpr }] },
  'c.literal': {
    call: gadget((c, _, bad) => c.literal(bad)),
    args: [{ good: 1, bad: [...noFill, 2 ** 32, -(2 ** 32)] }],
  },
  'c.event': { call: gadget((c, _, bad) => c.event(bad)), args: [aName] },
  'c.joined': { call: gadget((c, _, bad) => c.joined(bad)), args: [aName] },
  'c.col': { call: gadget((c, _, bad) => c.col(bad)), args: [aName] },
  'c.col fill': { call: gadget((c, _, bad) => c.col('a', bad)), args: [{ good: undefined, bad: noFill.slice(0, -1) }] },
  'c.bool': { call: gadget((c, _, bad) => c.bool(bad)), args: [aName] },
  'c.fixedCol': { call: gadget((c, _, bad) => c.fixedCol(bad)), args: [aName] },
  'c.assertZero name': { call: gadget((c, { x }, bad) => c.assertZero(bad, x)), args: [aName] },
  'c.assertZero': { call: gadget((c, _, bad) => c.assertZero('n', bad)), args: [{ good: 0, bad: noExpr }] },
  'c.assertEqual': { call: gadget((c, { x }, bad) => c.assertEqual('n', x, bad)), args: [{ good: 0, bad: noExpr }] },
  'c.assertBool': {
    call: gadget((c, { x, or }) => c.assertBool('n', or(x))),
    args: [{ good: GOOD, bad: [...noExpr, 1] }],
  },
  'c.send bus': { call: gadget((c, { x }, bad) => c.send(bad, [x, x], 0)), args: [badBuses] },
  'c.send tuple': {
    call: gadget((c, { x }, bad) => c.send(counter.STATE, [x, bad], 0)),
    args: [{ good: 0, bad: noExpr }],
  },
  'c.send count': {
    call: gadget((c, { x }, bad) => c.send(counter.STATE, [x, x], bad)),
    args: [{ good: 0, bad: noExpr }],
  },
  'c.send bound': { call: gadget((c, { x }, bad) => c.send(counter.STATE, [x, x], 0, bad)), args: [integer(1, 0)] },
  'c.receive bound': {
    call: gadget((c, { x }, bad) => c.receive(counter.STATE, [x, x], 0, bad)),
    args: [integer(1, 0)],
  },
  'c.provide': { call: gadget((c, { x }, bad) => c.provide(counter.BYTE, [x], x, bad)), args: [func(() => () => 0)] },
  'c.provide bus': {
    call: gadget((c, { x }, bad) => c.provide(bad, [x], x)),
    args: [{ ...badBuses, good: counter.BYTE }],
  },
};

const PROVER: Rows = {
  defineChip: {
    call: prover.defineChip,
    args: [
      name('chip'),
      required(
        options({
          events: optional(name('e')),
          maxLogHeight: integer(10, 7, 22),
          fixed: optional(
            object(
              { kind: 'none' },
              { kind: 'other' },
              { kind: 'structured' },
              { ...structured, table: { ...structured.table, logHeight: 7.5 } },
            ),
          ),
          padding: { ...felts([0]), good: [], bad: felts([0]).bad.filter((x) => x !== undefined) },
        }),
      ),
      required(func(() => {})),
    ],
  },
  defineMachine: {
    call: prover.defineMachine,
    args: [
      name('m'),
      array(counter.machine.chips, chips),
      {
        good: counter.machine.statement,
        bad: [null, 5, {}, [], { words: [], tuples: [{ bus: {}, sign: 1, tuple: [] }] }],
      },
    ],
  },
  createMachineKey: {
    call: prover.createMachineKey,
    args: [
      object(prover.POSEIDON2_KOALABEAR),
      machine,
      { ...array([16], integer(16, 7, 30)), bad: [...array([16], integer(16, 7, 30)).bad, [], [20, 19], [16, 16]] },
      object({ role: 'run' }, { role: 5 }, { role: '' }),
    ],
  },
  preprocess: {
    call: prover.preprocess,
    args: [
      counterKey,
      {
        good: { program: goodColumns },
        bad: [
          undefined,
          null,
          5,
          'text',
          { program: null },
          { program: 'text' },
          { program: [new Uint8Array(128), new Uint32Array(128)] },
          { program: [goodColumns[0], new Uint32Array(128).fill(2 ** 31)] },
        ],
      },
    ],
  },
  proveTables: {
    call: prover.proveTables,
    args: [
      counterKey,
      object(preprocessed),
      { ...optionalTables, bad: [...optionalTables.bad, [], tables.slice(1)] },
      felts(words),
      options({ progress: func(() => {}) }),
    ],
  },
  verifyBytes: {
    verifies: true,
    call: prover.verifyBytes,
    args: [
      counterKey,
      object(preprocessed.key, { logHeights: [], root: [] }, { ...preprocessed.key, root: [Number.NaN] }),
      felts(words),
      bytes(oneProof),
    ],
  },
  machineTables: {
    call: prover.machineTables,
    args: [
      machine,
      columns,
      { good: new Map([['step', events]]), bad: [undefined, null, {}, [], new Map([['step', {}]])] },
    ],
  },
  lookupTables: { call: prover.lookupTables, args: [machine, columns] },
  completeLookups: { call: prover.completeLookups, args: [machine, columns, optionalTables] },
  fillTables: { call: prover.fillTables, args: [optionalTables] },
  eventsOf: {
    call: prover.eventsOf,
    args: [
      array([{ a: 1 }], { good: {}, bad: [null, 5, 'text', undefined] }),
      optional(object({ key: 'a', columns: {} })),
    ],
  },
  checkConstraints: { call: prover.checkConstraints, args: [array(filled, table), integer(5, 0)] },
  checkBuses: {
    call: prover.checkBuses,
    args: [array(filled, table), optional(array(tuples, object(tuples[0]))), integer(5, 0)],
  },
  chipStatistics: { call: prover.chipStatistics, args: [chips] },
  periodicTable: {
    call: prover.periodicTable,
    args: [
      {
        good: [[1, 2]],
        bad: [
          undefined,
          null,
          'text',
          {},
          [],
          [[]],
          [null],
          [['1']],
          [[1.5]],
          [[Number.NaN]],
          [[-1]],
          [[1, 2, 3]],
          [[1, 2], [1]],
        ],
      },
    ],
  },
  packedEvents: {
    call: prover.packedEvents,
    args: [
      {
        ...array(['a', 'b'], { good: 'a', bad: [null, 5, {}, ''] }),
        bad: [undefined, null, 5, 'ab', {}, [], ['', 'b']],
      },
      { good: Uint32Array.of(1, 2), bad: [...notWords, [], {}, Uint32Array.of(1, 2, 3)] },
    ],
  },
  wordsOf: {
    call: inChip((c, bad: never, change: never) => prover.wordsOf(or(bad, { ...limbsOf(c, 'x'), ...or(change, {}) }))),
    args: [inside([]), { good: GOOD, bad: badLimbs.filter((x) => !('fills' in x)) }],
  },
  assertBelow: {
    call: inChip((c, of: never, r: never, change: never, bound: never, fills: never, real: never, fill: never) =>
      prover.assertBelow(
        c,
        of,
        or(r, { ...limbsOf(c, 'x'), ...or(change, {}) }),
        or(bound, [1, c.col('y')]),
        or(fills, [1, c.event('y')]),
        or(real, c.constant(1)),
        or(fill, c.literal(1)),
      ),
    ),
    args: [
      name('below'),
      inside([]),
      { good: GOOD, bad: badLimbs },
      inside([1, 'text'], [1, undefined], [0.5, 1], [2 ** 16, 1], [-1, 1], [Number.NaN, 1], [1, {}]),
      inside([1, 'text'], [1, undefined], [0.5, 1], [2 ** 16, 1], [-1, 1], [Number.NaN, 1], [1, {}]),
      { good: GOOD, bad: noExpr },
      { good: GOOD, bad: noFill },
    ],
  },
  assertDistinct: {
    call: inChip((c, of: never, a: never, change: never, b: never, other: never, real: never) =>
      prover.assertDistinct(
        c,
        of,
        or(a, { ...limbsOf(c, 'x'), ...or(change, {}) }),
        or(b, { ...limbsOf(c, 'y'), ...or(other, {}) }),
        or(real, c.constant(1)),
      ),
    ),
    args: [
      name('distinct'),
      inside([]),
      { good: GOOD, bad: badLimbs },
      inside([1, 2, 3, 'text'], [1, 2, 3, 0.5], [1, 2, 3, Number.NaN], [1, 2, 3, null], [1, 2, 3, 2 ** 31]),
      { good: GOOD, bad: badLimbs },
      { good: GOOD, bad: noExpr },
    ],
  },
  tailOf: { call: prover.tailOf, args: [chips] },
  hashChip: { call: prover.hashChip, args: [object(prover.POSEIDON2_KOALABEAR)] },
  securityTerms: {
    call: prover.securityTerms,
    args: [counterKey, object(counter.key.shapes[0]), { ...heights, bad: [...heights.bad, []] }],
  },
  proofSecurity: {
    call: prover.proofSecurity,
    args: [
      counterKey,
      array([counter.key.shapes[0]], object(counter.key.shapes[0])),
      { ...heights, bad: [...heights.bad, []] },
    ],
  },
  publicTuples: {
    call: prover.publicTuples,
    args: [object(counter.machine.statement, 5), { good: words, bad: [undefined, null, 5, 'text', [], {}, [1, 2]] }],
  },
  sum: { call: gadget((_, { x }, bad) => prover.sum(x, bad)), args: [{ good: 1, bad: noExpr }] },
  word: { call: gadget((c, { f }, bad) => prover.word(c, bad, f)), args: [aName] },
  range: { call: gadget((c, { x }, bad) => prover.range(c, x, bad, x)), args: [{ good: 8, bad: [...noExpr, 17, -1] }] },
  rangeWord: { call: gadget((c, { w }, bad) => prover.rangeWord(c, w[0]!, bad)), args: [expr] },
  bytePair: { call: gadget((c, { x }, bad) => prover.bytePair(c, x, bad, x)), args: [expr] },
  bytes: { call: gadget((c, { f }, bad) => prover.bytes(c, bad, f)), args: [aName] },
  wordOfBytes: {
    call: gadget((_, { x, or }) => prover.wordOfBytes(or([x, x, x, x]))),
    args: [{ good: GOOD, bad: [undefined, null, 5, [], ['text'], [1, 2, 3, 4]] }],
  },
  assertAdd32: { call: gadget((c, { w }, bad) => prover.assertAdd32(c, bad, 1, w[0]!, w[1]!, w[2]!)), args: [aName] },
  signBit: { call: gadget((c, { x, f }, bad) => prover.signBit(c, bad, x, x, f)), args: [aName] },
  lessThan: {
    call: gadget((c, { x, f, w, or }) => prover.lessThan(c, or(x), x, w[0]!, w[1]!, f, f, f)),
    args: [{ good: GOOD, bad: [undefined, null, 'text', Number.NaN, {}, other.expr] }],
  },
  assertNegatedIf: {
    call: gadget((c, { x, f, w }, bad) => prover.assertNegatedIf(c, bad, x, w[0]!, w[1]!, f, f)),
    args: [aName],
  },
};

testRows('@weft/prover', prover, PROVER);
testRows('a chip', {}, BUILDER);
