/**
 * Every function that a package hands out at its root, with bad values for each of its arguments: each is refused by a
 * `TypeError` or a `RangeError`, at once or by the promise, by a check that says so and not by what it led to further on, and
 * none is taken for something else or runs for ever.
 */
import * as counter from '@weft/example-counter';
import * as executor from '@weft/executor';
import { readGuest } from '@weft/guest-examples';
import * as primitives from '@weft/primitives';
import * as prover from '@weft/prover';
import * as rv32im from '@weft/rv32im';
import * as sdk from '@weft/sdk';
import * as tasks from '@weft/tasks';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import { describe, expect, it } from 'vitest';
import { text } from '../support/values.ts';
import {
  type Argument,
  array,
  bytes,
  copied,
  func,
  integer,
  items,
  name,
  object,
  optional,
  options,
  required,
  signal,
} from './bad-values.ts';

/** A function, its arguments, and how to call it where that takes more than its arguments. */
interface Row {
  readonly call: (...args: never[]) => unknown;
  readonly args: readonly Argument[];
  /** Of what a proof may be: any kind of refusal by a `VerificationError` will do. */
  readonly verifies?: boolean;
}

const elf = readGuest('fibonacci');
const stdin = [text('10')];
const setup = await sdk.setup(elf);
const runner = await sdk.createRunner(1);
const { proof } = await sdk.prove(setup, stdin, { mode: 'core', runner });
await runner.close();
const pk = setup.provingKey;
const file = rv32im.decodeProof(proof);
const [shard] = file.shards as [rv32im.ShardProof];
const store: sdk.ProofStore = { load: async () => shard.proof, save: async () => {} };
const { limits } = rv32im.planMemoryLimit(rv32im.machineKey(), 2 ** 30);
const cut = (await rv32im.cutRun(pk, stdin, { limits }).next()).value as rv32im.StatedShard;
const { ChunkPool, replay } = executor;
const record = replay(pk.program, cut.checkpoint, new ChunkPool());

const execution = {
  maxCycles: integer(100_000, 1),
  maxOutput: integer(1000, 0, 2 ** 31),
  signal: signal(),
  onOutput: func(() => {}),
  onProgress: func(() => {}),
};
const resources = { memory: integer(2 ** 31, 1), workers: integer(1, 1) };
const badRunner = { run: 1, close: 2 };
const mode: Argument = { good: 'core', bad: ['snark', '', 0, null] };
const proving = {
  ...execution,
  ...resources,
  mode,
  expectExit: integer(0, 0, 2 ** 32 - 1),
  onEstimate: func(() => {}),
  runner: optional(object(runner, badRunner, { run: () => {} })),
  store: optional(object(store, { load: 1, save: 2 })),
  silenceMs: integer(1000, 1, 2 ** 31 - 1),
};
const program: Argument = { good: setup, bad: [...bytes(elf).bad, { provingKey: {} }, { ...setup, provingKey: null }] };

const SDK: Readonly<Record<string, Row>> = {
  setup: { call: sdk.setup, args: [copied(elf)] },
  execute: { call: sdk.execute, args: [copied(elf), items(stdin), options(execution)] },
  estimateRun: {
    call: sdk.estimateRun,
    args: [copied(elf), items(stdin), options({ ...execution, ...resources, mode })],
  },
  prove: { call: sdk.prove, args: [program, items(stdin), options(proving)] },
  proveRun: { call: sdk.proveRun, args: [program, items(stdin), options(proving)] },
  createRunner: {
    call: async (workers: number) => await (await sdk.createRunner(workers)).close(),
    args: [required(integer(1, 1))],
  },
  verify: {
    verifies: true,
    call: sdk.verify,
    args: [
      { good: setup.vkHex, bad: [...bytes(elf).bad, '', 'xyz', setup.vkHex.slice(2), setup.vk.subarray(1)] },
      bytes(proof),
      options({ expectExit: proving.expectExit, maxProofBytes: integer(2 ** 20, 0) }),
    ],
  },
};

const TASKS: Readonly<Record<string, Row>> = {
  // Of no root: worker threads are Node's.
  createPiscinaRunner: {
    call: async (o: Parameters<typeof createPiscinaRunner>[0]) => await createPiscinaRunner(o).close(),
    args: [
      required(
        options({
          module: optional(object(new URL(import.meta.resolve('@weft/sdk/prove/worker')), new Date())),
          workers: integer(1, 1),
        }),
      ),
    ],
  },
};

const felts = (good: readonly number[]): Argument => array(good, integer(0, 0, 2130706432));
const PRIMITIVES: Readonly<Record<string, Row>> = {
  // These take anything: that is their question.
  isBytes: { call: primitives.isBytes, args: [] },
  copyIfBytes: { call: primitives.copyIfBytes, args: [] },
  plainView: { call: primitives.plainView, args: [] },
  bytesToHex: { call: primitives.bytesToHex, args: [bytes(elf)] },
  hexToBytes: {
    call: primitives.hexToBytes,
    args: [{ good: '0a', bad: [undefined, null, 5, {}, [], 'a', 'xy', '0x0', ' a'] }],
  },
  concatBytes: { call: primitives.concatBytes, args: [bytes(elf), bytes(elf)] },
  feltsToBytes: { call: primitives.feltsToBytes, args: [felts([1, 2])] },
  bytesToFelts: {
    call: primitives.bytesToFelts,
    args: [{ good: new Uint8Array(4), bad: [...bytes(elf).bad, new Uint8Array(3), new Uint8Array(4).fill(255)] }],
  },
};

const operation: executor.Operation = {
  name: 'NOTHING',
  code: 0x170,
  spans: [
    { pointer: 'a1', count: 2, access: 'read' },
    { pointer: 'a0', count: 2, access: 'update' },
  ],
  run: ([, words]) => [words!],
};
const spanOf = (change: object): object => ({ ...operation, spans: [{ ...operation.spans[0], ...change }] });
const anOperation = object(
  operation,
  ...[{ name: '' }, { code: -1 }, { code: 2 ** 32 }, { run: 5 }, { refuse: 5 }, { spans: [] }, { spans: [null] }].map(
    (change) => ({ ...operation, ...change }),
  ),
  ...[{ pointer: 'a4' }, { access: 'write' }, { count: 0 }, { count: 1.5 }, { offset: -1 }, { kept: 1 }].map(spanOf),
  { ...operation, spans: operation.spans.toReversed() },
);

const EXECUTOR: Readonly<Record<string, Row>> = {
  createProgram: { call: executor.createProgram, args: [copied(elf)] },
  loadElf: { call: executor.loadElf, args: [copied(elf)] },
  decode: {
    call: executor.decode,
    args: [required(integer(19, 0, 2 ** 32 - 1)), required(integer(0, 0, 2 ** 32 - 4))],
  },
  execute: {
    call: executor.execute,
    args: [
      object(pk.program, elf),
      items(stdin),
      options({
        ...execution,
        symbols: optional(object({ lookup: () => undefined })),
        calls: optional(object(executor.STANDARD_CALLS)),
      }),
    ],
  },
  createCallSet: {
    call: executor.createCallSet,
    args: [array(executor.CALLS.slice(0, 1), object(executor.CALLS[0], { ...executor.CALLS[0], code: -1, run: 5 }))],
  },
  precompile: {
    call: executor.precompile,
    args: [
      object(
        { operation, tables: [executor.rowTable(operation)], record: () => {} },
        ...anOperation.bad.map((bad) => ({ operation: bad, tables: [], record: () => {} })),
        { operation, tables: [{ events: 'x', fields: ['a'], rows: 0 }], record: () => {} },
        { operation, tables: [{ events: 'x', fields: [''], rows: 1 }], record: () => {} },
        { operation, tables: [], record: 5 },
      ),
    ],
  },
  rowCall: { call: executor.rowCall, args: [anOperation] },
  rowTable: { call: executor.rowTable, args: [anOperation] },
  spanFields: { call: executor.spanFields, args: [required(integer(0, 0)), required(integer(2, 0, 2 ** 16))] },
  operandFault: { call: executor.operandFault, args: [name('CALL'), name('of nothing')] },
  replay: {
    call: executor.replay,
    args: [
      object(pk.program, elf),
      object(cut.checkpoint, { ...cut.checkpoint, words: undefined }),
      object(new ChunkPool()),
      optional(object(executor.STANDARD_CALLS)),
    ],
  },
};

const machineKey = object(pk.key, { ...pk.key, machine: undefined });
const vk = object(
  pk.vk,
  { ...pk.vk, entryPc: Number.NaN },
  { ...pk.vk, imageRoot: [Number.NaN] },
  { ...pk.vk, preprocessed: { logHeights: [12.5], root: [] } },
);
const provingKey = object(pk, setup, { ...pk, vk: undefined });
const limit = object(
  limits,
  { cells: Number.NaN, fractions: 1 },
  { cells: 2 ** 20, fractions: 0.5 },
  { ...limits, steps: Number.NaN },
);
const statement = object(
  shard.statement,
  { ...shard.statement, exitLo: '0' },
  { ...shard.statement, endPc: Number.NaN },
  { ...shard.statement, before: shard.statement.before.slice(1) },
  { ...shard.statement, digest: undefined },
);
const wordsOfStatement = object(
  shard.statement,
  { ...shard.statement, before: [] },
  { ...shard.statement, startPc: undefined },
);
const badShards = statement.bad.map((s) => ({ ...shard, statement: s }));
const shards = array([shard], { good: shard, bad: [null, 5, {}, ...badShards, { ...shard, proof: 'text' }] });
/** A call inside the body of a chip: of a gadget, or of the builder. */
const inChip =
  (work: (c: prover.ChipBuilder, ...args: never[]) => unknown) =>
  (...args: never[]): prover.Chip =>
    prover.defineChip('test', {}, (c) => void work(c, ...args));
/** Stands for a good value that only exists inside the chip. */
const GOOD = Symbol('good');
/** A word as bytes. */
const limbsOf = (c: prover.ChipBuilder, of: string): prover.LimbColumns => {
  const fills = [0, 8, 16, 24].map((by) => c.event(of).shr(by).and(255));
  const limbs = fills.map((fill, i) => c.col(`${of}_${i}`, fill));
  return { limbBits: 8, limbs, fills, low: limbs.map(() => 0), high: limbs.map(() => 255) };
};
const machineOptions: rv32im.RiscvOptions = {
  families: [],
  sets: [{ name: 'core', families: [], sizes: [20] }],
  calls: executor.createCallSet(executor.CALLS.filter(({ precompile }) => precompile === undefined)),
};
const modulus: Argument = { good: 97n, bad: [undefined, null, 97, '97', 1n, 0n, -5n, 2n ** 384n, {}] };
const curve = object({ modulus: 97n, a: 2n }, { modulus: 97, a: 2n }, { modulus: 97n, a: 2 }, { modulus: 1n, a: 0n });
/** A product of two words. */
const numbers = { ...operation, spans: operation.spans.map((span) => ({ ...span, count: 1 })) };
const RV32IM: Readonly<Record<string, Row>> = {
  machineKey: { call: rv32im.machineKey, args: [] },
  planMemoryLimit: { call: rv32im.planMemoryLimit, args: [machineKey, required(integer(2 ** 30, 1))] },
  riscvKey: { call: rv32im.riscvKey, args: [] },
  setupProgram: {
    call: rv32im.setupProgram,
    args: [object(pk.program, elf), optional(object(rv32im.riscvKey(), pk.key))],
  },
  createRiscvKey: {
    call: rv32im.createRiscvKey,
    args: [
      object(
        machineOptions,
        { ...machineOptions, families: [null] },
        { ...machineOptions, families: [{ name: '', chips: [], expand: new Map() }] },
        { ...machineOptions, families: [{ name: 'a', chips: [{}], expand: new Map() }] },
        { ...machineOptions, families: [{ name: 'a', chips: [], expand: {} }] },
        { ...machineOptions, sets: [], calls: 5 },
        { ...machineOptions, sets: [{ name: 'a', families: [5], sizes: [20] }] },
        { ...machineOptions, sets: [{ name: 'a', families: [], sizes: [] }] },
        { ...machineOptions, sets: [{ name: '', families: [], sizes: [20] }] },
      ),
    ],
  },
  modular: { call: rv32im.modular, args: [modulus] },
  quadratic: { call: rv32im.quadratic, args: [modulus] },
  weierstrassAdd: { call: rv32im.weierstrassAdd, args: [curve] },
  weierstrassDouble: { call: rv32im.weierstrassDouble, args: [curve] },
  formulaCall: {
    call: rv32im.formulaCall,
    args: [
      object(
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [['b'], ['a']] },
        ...anOperation.bad.map((bad) => ({ operation: bad, formula: rv32im.modular(97n).multiply, before: [] })),
        { operation: numbers, formula: {}, before: [['b'], ['a']] },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [['b']] },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [['b'], [5]] },
      ),
    ],
  },
  receiveCall: {
    call: inChip((c, bad: never) => {
      const x = c.col('x');
      rv32im.receiveCall(c, bad, { clk: x, a: x, b: { lo: x, hi: x } }, x);
    }),
    args: [required(integer(5, 0, 2 ** 32 - 1))],
  },
  accessWord: {
    call: inChip((c, bad: never) => {
      const x = c.col('x');
      const limbs = { lo: x, hi: x };
      rv32im.accessWord(c, x, bad, { address: x, before: limbs, after: limbs, previous: x }, x);
    }),
    args: [{ good: 'read', bad: [undefined, null, 5, 'write', 'toString', {}] }],
  },
  pointerInB: {
    call: inChip((c, bad: never) => void rv32im.pointerInB(c, bad, c.event('b'), c.constant(1))),
    args: [name('b')],
  },
  vkDigest: { call: rv32im.vkDigest, args: [machineKey, vk] },
  decodeProof: { verifies: true, call: rv32im.decodeProof, args: [bytes(proof)] },
  encodeProof: {
    call: rv32im.encodeProof,
    args: [
      object(file, ...[...vk.bad].map((x) => ({ ...file, vk: x })), ...shards.bad.map((x) => ({ ...file, shards: x }))),
    ],
  },
  checkChain: {
    verifies: true,
    call: rv32im.checkChain,
    args: [vk, array([shard.statement], statement), bytes(file.publicValues)],
  },
  verifyRun: { verifies: true, call: rv32im.verifyRun, args: [machineKey, vk, shards, bytes(file.publicValues)] },
  verifyShard: { verifies: true, call: rv32im.verifyShard, args: [machineKey, vk, statement, bytes(shard.proof)] },
  cutRun: {
    call: rv32im.cutRun,
    args: [
      provingKey,
      items(stdin),
      {
        good: { limits },
        bad: [
          ...options({ ...execution, symbols: optional(object({ lookup: () => undefined })) }).bad.map((o) =>
            typeof o === 'object' && o !== null && !Array.isArray(o) && !ArrayBuffer.isView(o)
              ? Object.assign(o, { limits })
              : o,
          ),
          undefined,
          {},
          ...limit.bad.map((x) => ({ limits: x })),
          { limits, maxCycle: 5 },
        ],
      },
    ],
  },
  shardTables: {
    call: rv32im.shardTables,
    args: [
      provingKey,
      object(record),
      { good: cut.siblings, bad: [undefined, null, [], {}, new Uint8Array(4), 'text'] },
    ],
  },
  statementWords: { call: rv32im.statementWords, args: [wordsOfStatement] },
};

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

const other: { expr?: prover.Expr; fill?: prover.Fill } = {};
prover.defineChip('other', {}, (c) => {
  // Enough nodes that numbers of this chip mean something else in another.
  for (let i = 0; i < 20; i++) other.expr = c.col(`x${i}`, (other.fill = c.event(`e${i}`)));
});
const noExpr = [undefined, null, 'text', Number.NaN, 0.5, {}, other.expr];
const noFill = [null, 'text', Number.NaN, 0.5, {}, other.fill];
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

const BUILDER: Readonly<Record<string, Row>> = {
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

const PROVER: Readonly<Record<string, Row>> = {
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
      array(['a', 'b'], { good: 'a', bad: [null, 5, {}, ''] }),
      { good: Uint32Array.of(1, 2), bad: [undefined, null, [], {}, new Uint8Array(8), Uint32Array.of(1, 2, 3)] },
    ],
  },
  wordsOf: {
    call: inChip((c, bad: never) => prover.wordsOf(bad === (GOOD as unknown) ? (limbsOf(c, 'x') as never) : bad)),
    args: [{ good: GOOD, bad: [undefined, null, 5, 'text', [], {}] }],
  },
  assertBelow: {
    call: inChip((c, bad: never) => {
      const x = limbsOf(c, 'x');
      prover.assertBelow(c, 'below', bad === (GOOD as unknown) ? x : bad, [1, 2], [1, 2], c.constant(1));
    }),
    args: [{ good: GOOD, bad: [undefined, null, 5, 'text', [], {}] }],
  },
  assertDistinct: {
    call: inChip((c, bad: never) => {
      const x = limbsOf(c, 'x');
      prover.assertDistinct(c, 'distinct', x, bad === (GOOD as unknown) ? limbsOf(c, 'y') : bad, c.constant(1));
    }),
    args: [{ good: GOOD, bad: [undefined, null, 5, 'text', {}] }],
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

/** What a call ends with; calls that go on for longer than this have not refused anything. */
const PATIENCE_MS = 10_000;

/** What the engine says when a value that nobody checked is used: it names neither the argument nor what is wanted. */
const ACCIDENT = /^Cannot |^Invalid |is not (a|an|iterable|defined|extensible)\b|out of bounds|^Reduce of empty/;

async function failureOf(work: () => unknown): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(new Error('no answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([Promise.resolve(work()).then(() => undefined), late]);
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}

const shown = (value: unknown): string => {
  try {
    return (
      JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' || typeof x === 'bigint' ? `${x}` : x))?.slice(
        0,
        80,
      ) ?? String(value)
    );
  } catch {
    return String(value);
  }
};

/** Bad values that were not refused, in words. */
async function wronglyTaken({ call, args, verifies }: Row): Promise<string[]> {
  const wrong: string[] = [];
  for (const [k, { bad }] of args.entries()) {
    for (const value of bad) {
      const given = args.map((arg, i) => (i === k ? value : arg.good));
      const error = await failureOf(() => call(...(given as never[])));
      const isRefused = (error instanceof TypeError || error instanceof RangeError) && !ACCIDENT.test(error.message);
      if (!isRefused && !(verifies === true && error instanceof primitives.VerificationError))
        wrong.push(`argument ${k} = ${shown(value)}: ${error instanceof Error ? error.message : 'taken'}`);
    }
  }
  return wrong;
}

describe.each([
  ['@weft/sdk', sdk, SDK],
  ['@weft/tasks', tasks, TASKS],
  ['@weft/primitives', primitives, PRIMITIVES],
  ['@weft/executor', executor, EXECUTOR],
  ['@weft/rv32im', rv32im, RV32IM],
  ['@weft/prover', prover, PROVER],
  ['a chip', {}, BUILDER],
] as const)('%s', (_, root, rows: Readonly<Record<string, Row>>) => {
  it('has a row here for every function', () => {
    const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));
    const functions = Object.entries(root).filter(([, value]) => typeof value === 'function' && !isClass(value));
    expect(functions.map(([key]) => key).filter((key) => rows[key] === undefined)).toEqual([]);
  });
  it.each(Object.entries(rows))('%s takes the good ones', async (_name, { call, args }) => {
    expect(await failureOf(() => call(...(args.map((arg) => arg.good) as never[])))).toBeUndefined();
  });
  it.each(Object.entries(rows))('%s refuses what is none of its arguments', async (_name, row) => {
    expect(await wronglyTaken(row)).toEqual([]);
  });
});
