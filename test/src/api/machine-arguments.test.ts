/** Functions of the machine, with what is none of their arguments. */
import * as executor from '@weft/executor';
import * as rv32im from '@weft/rv32im';
import { anOperation, callSet, operation } from './bad-operations.ts';
import {
  type Argument,
  array,
  bytes,
  integer,
  items,
  name,
  object,
  optional,
  options,
  required,
} from './bad-values.ts';
import { GOOD, inChip, inside, noExpr, noFill, or } from './in-chip.ts';
import { cut, elf, execution, file, limits, pk, proof, record, setup, shard, stdin } from './proven.ts';
import { type Rows, testRows } from './rows.ts';

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
const machineOptions: rv32im.RiscvOptions = {
  families: [],
  sets: [{ name: 'core', families: [], sizes: [20] }],
  calls: executor.createCallSet(executor.CALLS.filter(({ precompile }) => precompile === undefined)),
};
const modulus: Argument = { good: 97n, bad: [undefined, null, 97, '97', 1n, 0n, -5n, 2n ** 384n, {}] };
const curve = object({ modulus: 97n, a: 2n }, { modulus: 97, a: 2n }, { modulus: 97n, a: 2 }, { modulus: 1n, a: 0n });
/** A product of two words. */
const numbers = { ...operation, spans: operation.spans.map((span) => ({ ...span, count: 1 })) };
const RV32IM: Rows = {
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
            { omitted: undefined },
            { omitted: [5] },
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

testRows('@weft/rv32im', rv32im, RV32IM);
