/** Functions of the SDK and of what lies below the machine, with what is none of their arguments. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as executor from '@weft/executor';
import * as primitives from '@weft/primitives';
import * as sdk from '@weft/sdk';
import * as tasks from '@weft/tasks';
import { createPiscinaRunner } from '@weft/tasks/node/piscina-runner';
import { afterAll } from 'vitest';
import { aCall, anOperation, aTable, badTables, callSet, notWords, ofOneRow, operation } from './bad-operations.ts';
import {
  type Argument,
  array,
  bytes,
  copied,
  felts,
  func,
  integer,
  items,
  name,
  object,
  optional,
  options,
  required,
} from './bad-values.ts';
import { cut, elf, execution, pk, proof, runner, setup, shard, stdin } from './proven.ts';
import { type Rows, testRows } from './rows.ts';

// What is kept here is nobody's.
const folder = mkdtempSync(join(tmpdir(), 'weft-arguments-'));
process.env['WEFT_CACHE'] = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const store: sdk.ProofStore = { load: async () => shard.proof, save: async () => {} };
const resources = { memory: integer(2 ** 31, 1), workers: integer(1, 1) };
const badRunner = { run: 1, close: 2 };
const profile: Argument = { good: true, bad: [1, 0, '', 'true', null, {}] };
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

const SDK: Rows = {
  setup: { call: sdk.setup, args: [copied(elf)] },
  execute: { call: sdk.execute, args: [copied(elf), items(stdin), options(execution)] },
  estimateRun: {
    call: sdk.estimateRun,
    args: [copied(elf), items(stdin), options({ ...execution, ...resources, mode, profile })],
  },
  prove: { call: sdk.prove, args: [program, items(stdin), options(proving)] },
  proveRun: { call: sdk.proveRun, args: [program, items(stdin), options(proving)] },
  createRunner: {
    call: async (workers: number, o: sdk.RunnerOptions) => await (await sdk.createRunner(workers, o)).close(),
    args: [required(integer(1, 1)), options({ worker: func(() => {}) })],
  },
  openStore: {
    call: async (...args: Parameters<typeof sdk.openStore>) => await (await sdk.openStore(...args)).finish(),
    args: [program, items(stdin), options({ memory: resources.memory, mode })],
  },
  keptStores: { call: sdk.keptStores, args: [] },
  clearStores: { call: sdk.clearStores, args: [] },
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

const TASKS: Rows = {
  // Of no root: worker threads are Node's.
  createPiscinaRunner: {
    call: async (o: Parameters<typeof createPiscinaRunner>[0]) => await createPiscinaRunner(o).close(),
    args: [
      required(
        options({
          module: optional(object(new URL(import.meta.resolve('@weft/sdk/platform/thread')), new Date())),
          workers: integer(1, 1),
        }),
      ),
    ],
  },
};

const PRIMITIVES: Rows = {
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

const EXECUTOR: Rows = {
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
      object(new executor.ChunkPool(), { take: 5, release: 5 }),
      optional(callSet),
    ],
  },
};

testRows('@weft/sdk', sdk, SDK);
testRows('@weft/tasks', tasks, TASKS);
testRows('@weft/primitives', primitives, PRIMITIVES);
testRows('@weft/executor', executor, EXECUTOR);
