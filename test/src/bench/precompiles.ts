/**
 * @module What precompiles save and what they cost, in a process of its own: guests that call them against guests that do the same in
 * software, and a call's time from the difference between runs of many and of few. Prints one JSON object.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ChunkPool } from '@weft/executor/observe/record';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { proveTables } from '@weft/prover/prove/prove';
import { planMemoryLimit } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { cutRun } from '@weft/rv32im/shard/cut';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';

/** A run, proven on one thread, shard by shard. */
interface Proven {
  readonly cycles: number;
  readonly shards: number;
  /** Recording, filling and proving. */
  readonly ms: number;
}

export interface Precompiles {
  readonly guests: readonly { readonly what: string; readonly calls: Proven; readonly software: Proven }[];
  /** Milliseconds of a call, and of how many more calls than in the shorter run that is. */
  readonly calls: readonly { readonly name: string; readonly ms: number; readonly count: number }[];
}

const pool = new ChunkPool();

async function proveAll(elf: Uint8Array, stdin: readonly Uint8Array[]): Promise<Proven> {
  const pk = await setupProgram(createProgram(elf));
  const { limits } = planMemoryLimit(pk.key, 2 ** 32);
  let [cycles, shards, ms] = [0, 0, 0];
  for await (const { checkpoint, siblings, statement, cycles: own } of cutRun(pk, stdin, { limits })) {
    const started = performance.now();
    const record = replay(pk.program, checkpoint, pool, pk.calls);
    const { tables } = shardTables(pk, record, siblings);
    await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    ms += performance.now() - started;
    pool.release(record);
    [cycles, shards] = [cycles + own, shards + 1];
  }
  return { cycles, shards, ms };
}

/** A key, a hash and its signature, as the guests read them. */
function signature(): Uint8Array[] {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
  const hash = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
  return [secp256k1.getPublicKey(secret, false), hash, secp256k1.sign(hash, secret, { prehash: false })];
}

/** Guests that call and guests that do not, on the same input. */
const GUESTS: readonly (readonly [
  what: string,
  calls: GuestName,
  software: GuestName,
  stdin: readonly Uint8Array[],
])[] = [
  ['SHA-256 of 64 KiB', 'sha256-calls', 'sha256', [new Uint8Array(2 ** 16)]],
  ['ECDSA over secp256k1, one signature', 'ecdsa', 'ecdsa-software', signature()],
];

/** Calls, and how many of them the shorter and the longer run make: rows of the longer one fill their table. */
const CALLS: readonly (readonly [name: keyof typeof SYSCALL, few: number, many: number])[] = [
  ['SHA_COMPRESS', 64, 512],
  ['KECCAK_PERMUTE', 40, 163],
  ['SECP256K1_ADD', 1024, 8192],
  ['SECP256K1_DOUBLE', 1024, 8192],
  ['ED_ADD', 1024, 8192],
  ['BN254_FP_MUL', 1024, 8192],
  ['BLS12381_ADD', 1024, 8192],
  ['BLS12381_FP2_MUL', 1024, 8192],
  ['UINT256_MUL', 1024, 8192],
  ['POSEIDON2_PERMUTE', 1024, 8192],
];

const SECOND = asm.DATA + 0x400;

/** A guest that makes a call so many times, on what the last one left. */
function repeated(name: keyof typeof SYSCALL, count: number): Uint8Array {
  const call = asm.call(SYSCALL[name], asm.DATA, /PERMUTE/.test(name) ? 0 : SECOND);
  const turn = [...call, asm.i('ADDI', 20, 20, -1)];
  // Numbers below 2^30 in all fields, no two of them equal.
  const data = Uint32Array.from({ length: 0x180 }, (_, i) => (i % 8 === 0 ? i + 1 : 0));
  const words = [...asm.li(20, count), ...turn, asm.branch('BNE', 20, 0, -4 * turn.length), ...asm.halt(0)];
  return asm.elf(words, { data: new Uint8Array(data.buffer) });
}

const least = async (work: () => Promise<number>): Promise<number> => {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) times.push(await work());
  return Math.min(...times);
};

async function measure(): Promise<Precompiles> {
  const guests: Precompiles['guests'][number][] = [];
  for (const [what, calls, software, stdin] of GUESTS) {
    // The first proof compiles kernels.
    await proveAll(readGuest(calls), stdin);
    guests.push({
      what,
      calls: await proveAll(readGuest(calls), stdin),
      software: await proveAll(readGuest(software), stdin),
    });
  }
  const calls: Precompiles['calls'][number][] = [];
  for (const [name, few, many] of CALLS) {
    const [short, long] = [few, many].map((count) => repeated(name, count)) as [Uint8Array, Uint8Array];
    const time = async (elf: Uint8Array): Promise<number> => await least(async () => (await proveAll(elf, [])).ms);
    const rest = await time(short);
    calls.push({ name, ms: ((await time(long)) - rest) / (many - few), count: many - few });
  }
  return { guests, calls };
}

if (process.argv[1]?.endsWith('precompiles.js') === true)
  process.stdout.write(JSON.stringify(await measure(), null, 2));
