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

const notWords = [undefined, null, 5, 'text', [1, 2], new Uint8Array(8), new Int32Array(2)];

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
  ...[{ pointer: 'a4' }, { pointer: 0 }, { access: 'write' }, { count: 0 }, { count: 1.5 }, { count: 2 ** 16 + 1 }].map(
    spanOf,
  ),
  ...[{ offset: -1 }, { offset: 0.5 }, { offset: 2 ** 16 + 1 }, { kept: 1 }, { kept: '0' }].map(spanOf),
  { ...operation, spans: [operation.spans[0], { ...operation.spans[1], kept: 3 }] },
  { ...operation, spans: operation.spans.toReversed() },
);
/** An operation whose row has no fields for a pointer of its own. */
const ofOneRow = { ...anOperation, bad: [...anOperation.bad, ...[{ pointer: 'a2' }, { pointer: 'a3' }].map(spanOf)] };
const aCall = object(
  executor.CALLS[0],
  ...[
    { name: '' },
    { code: -1 },
    { code: 2 ** 32 },
    { run: 5 },
    { rows: 5 },
    { rows: { events: '', fields: [] } },
    { rows: { events: 'a', fields: 'ab' } },
    { precompile: 5 },
    { precompile: { tables: 5 } },
    { precompile: { tables: [{ events: 'a', fields: [5] }] } },
  ].map((change) => ({ ...executor.CALLS[0], ...change })),
);
const callSet = object(
  executor.STANDARD_CALLS,
  ...[{ find: 5 }, { classNumber: undefined }, { calls: 5 }, { classes: {} }, { stepClasses: 5 }, { isGranted: 5 }].map(
    (change) => ({ ...executor.STANDARD_CALLS, ...change }),
  ),
);
const aTable = executor.rowTable(operation);
const badTables = [
  null,
  { ...aTable, events: '' },
  { ...aTable, events: 5 },
  { ...aTable, fields: 'clk' },
  { ...aTable, fields: [''] },
  { ...aTable, rows: 0 },
  { ...aTable, rows: 1.5 },
  { ...aTable, rows: 2 ** 16 + 1 },
  // The class of the row that all calls have.
  { ...aTable, events: 'precompile' },
];

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
        calls: optional(callSet),
      }),
    ],
  },
  createCallSet: {
    call: executor.createCallSet,
    args: [array(executor.CALLS.slice(0, 1), aCall)],
  },
  precompile: {
    call: executor.precompile,
    args: [
      object(
        { operation, tables: [aTable], record: () => {} },
        ...anOperation.bad.map((bad) => ({ operation: bad, tables: [], record: () => {} })),
        ...badTables.map((table) => ({ operation, tables: [table], record: () => {} })),
        { operation, tables: [aTable, aTable], record: () => {} },
        { operation, tables: aTable, record: () => {} },
        { operation, tables: [aTable], record: 5 },
      ),
    ],
  },
  rowCall: { call: executor.rowCall, args: [ofOneRow] },
  rowTable: { call: executor.rowTable, args: [ofOneRow] },
  spanFields: { call: executor.spanFields, args: [required(integer(0, 0)), required(integer(2, 0, 2 ** 16))] },
  operandFault: { call: executor.operandFault, args: [name('CALL'), name('of nothing')] },
  replay: {
    call: executor.replay,
    args: [
      object(pk.program, elf),
      object(
        cut.checkpoint,
        ...[-4, 0.5, '0', undefined, 2 ** 32].map((pc) => ({ ...cut.checkpoint, pc })),
        ...[-1, 0.5, '1', undefined, Number.POSITIVE_INFINITY].map((steps) => ({ ...cut.checkpoint, steps })),
        ...['leaves', 'words', 'hints'].flatMap((key) => notWords.map((bad) => ({ ...cut.checkpoint, [key]: bad }))),
      ),
      object(new ChunkPool(), { take: 5, release: 5 }),
      optional(callSet),
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
const inside = (...bad: readonly unknown[]): Argument => ({
  good: GOOD,
  bad: [undefined, null, 5, 'text', Number.NaN, {}, ...bad],
});
/** What a call inside a chip is given, or the good value that it stands for. */
const or = <T>(given: unknown, good: T): T => (given === GOOD ? good : (given as T));
const other: { expr?: prover.Expr; fill?: prover.Fill } = {};
prover.defineChip('other', {}, (c) => {
  // Enough nodes that numbers of this chip mean something else in another.
  for (let i = 0; i < 20; i++) other.expr = c.col(`x${i}`, (other.fill = c.event(`e${i}`)));
});
const noExpr = [undefined, null, 'text', Number.NaN, 0.5, {}, other.expr];
const noFill = [null, 'text', Number.NaN, 0.5, {}, other.fill];
/** A word as bytes. */
const limbsOf = (c: prover.ChipBuilder, of: string): prover.LimbColumns => {
  const fills = [0, 8, 16, 24].map((by) => c.event(of).shr(by).and(255));
  const limbs = fills.map((fill, i) => c.col(`${of}_${i}`, fill));
  return { limbBits: 8, limbs, fills, low: limbs.map(() => 0), high: limbs.map(() => 255) };
};
/** What is wrong with a number's limbs. */
const badLimbs: readonly object[] = [
  ...[4, 12, 32, 0, Number.NaN, '8', undefined, null].map((limbBits) => ({ limbBits })),
  ...[undefined, 5, {}, [1, 2, 3, 4], [null, null, null, null]].map((limbs) => ({ limbs })),
  ...[undefined, 5, {}, [], [1, 2, 3, 4]].map((fills) => ({ fills })),
];
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
    args: [
      object(pk.program, elf),
      optional(
        object(
          rv32im.riscvKey(),
          pk.key,
          ...[
            { key: {} },
            { expand: {} },
            { expand: new Map([['a', 5]]) },
            { calls: {} },
            { calls: executor.CALLS },
          ].map((change) => ({ ...rv32im.riscvKey(), ...change })),
        ),
      ),
    ],
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
        { ...machineOptions, families: [{ name: 'a', chips: [], expand: new Map([['a', 5]]) }] },
        { ...machineOptions, families: [{ name: 'a', chips: [], expand: new Map([[5, () => {}]]) }] },
        ...callSet.bad.map((calls) => ({ ...machineOptions, calls })),
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
        ...[
          { system: {} },
          { inputs: 5 },
          { inputs: [5, 'b'] },
          { inputs: ['a', 'c'] },
          { outputs: 'r' },
          { outputs: ['toString'] },
          { flag: '' },
          { assert: 5 },
          { solve: 5 },
        ].map((change) => ({
          operation: numbers,
          formula: { ...rv32im.modular(97n).multiply, ...change },
          before: [['b'], ['a']],
        })),
        { operation: numbers, formula: {}, before: [['b'], ['a']] },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: 5 },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [5, ['a']] },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [['b']] },
        { operation: numbers, formula: rv32im.modular(97n).multiply, before: [['b'], [5]] },
      ),
    ],
  },
  receiveCall: {
    call: inChip((c, code: never, call: never, member: never, limb: never, count: never) => {
      const x = c.col('x');
      const b = { lo: or(limb, x), hi: x };
      rv32im.receiveCall(c, code, or(call, { clk: or(member, x), a: x, b }), or(count, x));
    }),
    args: [
      required(integer(5, 0, 2 ** 32 - 1)),
      inside({ clk: 1 }, { clk: 1, a: 1, b: 5 }, { clk: 1, a: 1, b: {} }),
      { good: GOOD, bad: noExpr },
      { good: GOOD, bad: noExpr },
      { good: GOOD, bad: noExpr },
    ],
  },
  accessWord: {
    call: inChip((c, clk: never, slot: never, memory: never, limbs: never, limb: never, count: never) => {
      const x = c.col('x');
      const word = { lo: or(limb, x), hi: x };
      const before = or(limbs, word);
      const good = { address: x, before, after: word, previous: x };
      rv32im.accessWord(c, or(clk, x), slot, or(memory, good), or(count, x));
    }),
    args: [
      { good: GOOD, bad: noExpr },
      { good: 'read', bad: [undefined, null, 5, 'write', 'toString', {}] },
      inside({ address: 1, before: { lo: 1, hi: 1 }, after: { lo: 1, hi: 1 } }),
      inside({ lo: 1 }),
      { good: GOOD, bad: noExpr },
      { good: GOOD, bad: noExpr },
    ],
  },
  pointerInB: {
    call: inChip(
      (c, bad: never, fill: never, count: never) =>
        void rv32im.pointerInB(c, bad, or(fill, c.event('b')), or(count, c.constant(1))),
    ),
    args: [name('b'), { good: GOOD, bad: [undefined, ...noFill] }, { good: GOOD, bad: noExpr }],
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
