/** SHA_EXTEND and SHA_COMPRESS: official vectors, what is refused, and overlaps; what meter and recorder make of a call. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@weft/primitives';
import { codeOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { Meter } from '../observe/meter.ts';
import { ChunkPool } from '../observe/record.ts';
import { Recorder } from '../observe/recorder.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { CLOCK_STEP, MAX_GAP, MEMORY_END, MEMORY_SPACE } from '../program/layout.ts';
import { createProgram } from '../program/program.ts';
import { LiveHost } from '../run/host.ts';
import { interpret, trapOf } from '../run/interpret.test-support.ts';
import { Interpreter } from '../run/interpreter.ts';
import { initialState } from '../run/state.ts';
import { STANDARD_CALLS } from './index.ts';
import { SHA_CONSTANTS } from './sha-compress.ts';

const { DATA, TEXT } = asm;
const SCHEDULE_BYTES = 256;

const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;

/** Words as guest memory holds them. */
function memoryOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return bytes;
}

/** The blocks of a padded message, as words. */
function blocksOf(message: Uint8Array): number[][] {
  const padded = new Uint8Array(64 * Math.ceil((message.length + 9) / 64));
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, 8 * message.length);
  return Array.from({ length: padded.length / 64 }, (_, b) =>
    Array.from({ length: 16 }, (_, i) => view.getUint32(64 * b + 4 * i)),
  );
}

/** Hashes in a guest that finds its padded message in memory: the hash at DATA, then a schedule for each block. */
function hashInGuest(message: Uint8Array): string {
  const blocks = blocksOf(message);
  const rest = new Array<number>(48).fill(0xdeadbeef);
  const data = memoryOf([...INITIAL, ...blocks.flatMap((block) => [...block, ...rest])]);
  const at = (block: number): number => DATA + 32 + SCHEDULE_BYTES * block;
  const words = blocks.flatMap((_, b) => [
    ...asm.call(SYSCALL.SHA_EXTEND, at(b)),
    ...asm.call(SYSCALL.SHA_COMPRESS, at(b), DATA),
  ]);
  const { memory } = interpret(asm.elf([...words, ...asm.halt()], { data }));
  return Array.from({ length: 8 }, (_, i) => (memory.word(DATA + 4 * i) >>> 0).toString(16).padStart(8, '0')).join('');
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('SHA-256 by system calls', () => {
  it.each([
    ['nothing', bytesOf(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['24 bits', bytesOf('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      '448 bits',
      bytesOf('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      '896 bits',
      bytesOf(
        'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      ),
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    ['8 bits of CAVP', Uint8Array.of(0xd3), '28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1'],
    ['16 bits of CAVP', Uint8Array.of(0x11, 0xaf), '5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98'],
  ])('of the vector of %s', (_, message, digest) => {
    expect(hashInGuest(message)).toBe(digest);
  });
  it('of random messages around the ends of blocks', () => {
    const { word } = seeded(7);
    for (const length of [54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 300]) {
      const message = Uint8Array.from({ length }, () => word() & 255);
      expect(hashInGuest(message), `${length} bytes`).toBe(bytesToHex(sha256(message)));
    }
  });
  it('has the constants of FIPS 180-4, exactly: floor of 2^32 times the cube root, modulo 2^32', () => {
    const primes = Array.from({ length: 312 }, (_, n) => n).filter(
      (n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0),
    );
    for (const [i, constant] of SHA_CONSTANTS.entries()) {
      // floor(2^32 root) is the largest x with x^3 <= 2^96 p.
      const whole = BigInt(constant) + (BigInt(Math.floor(Math.cbrt(primes[i]!))) << 32n);
      const cube = BigInt(primes[i]!) << 96n;
      expect(whole ** 3n <= cube && (whole + 1n) ** 3n > cube, `constant ${i}`).toBe(true);
    }
    expect(SHA_CONSTANTS).toHaveLength(64);
    expect([SHA_CONSTANTS[0], SHA_CONSTANTS[63]]).toEqual([0x428a2f98, 0xc67178f2]);
  });
});

describe('a call is refused', () => {
  const { SHA_EXTEND, SHA_COMPRESS } = SYSCALL;
  it.each([
    ['SHA_EXTEND of a misaligned pointer', SHA_EXTEND, DATA + 2, 0, 'MISALIGNED_ACCESS'],
    ['SHA_EXTEND that ends beyond memory', SHA_EXTEND, MEMORY_END - 252, 0, 'MEMORY_RANGE'],
    ['SHA_EXTEND at the end of the address space', SHA_EXTEND, 2 ** 32 - 256, 0, 'MEMORY_RANGE'],
    ['SHA_EXTEND at null', SHA_EXTEND, 0, 0, 'NULL_POINTER'],
    ['SHA_EXTEND of the code', SHA_EXTEND, TEXT, 0, 'STORE_TO_CODE'],
    ['SHA_EXTEND whose last word is code', SHA_EXTEND, TEXT - 252, 0, 'STORE_TO_CODE'],
    ['SHA_EXTEND with a second argument', SHA_EXTEND, DATA, 4, 'SYSCALL_ARGUMENT'],
    ['SHA_COMPRESS of a misaligned schedule', SHA_COMPRESS, DATA + 1, DATA + 512, 'MISALIGNED_ACCESS'],
    ['SHA_COMPRESS of a misaligned hash', SHA_COMPRESS, DATA, DATA + 513, 'MISALIGNED_ACCESS'],
    ['SHA_COMPRESS of a schedule beyond memory', SHA_COMPRESS, MEMORY_END - 252, DATA, 'MEMORY_RANGE'],
    ['SHA_COMPRESS of a hash beyond memory', SHA_COMPRESS, DATA, MEMORY_END - 28, 'MEMORY_RANGE'],
    ['SHA_COMPRESS of a schedule at null', SHA_COMPRESS, 4, DATA, 'NULL_POINTER'],
    ['SHA_COMPRESS of a hash at null', SHA_COMPRESS, DATA, 4, 'NULL_POINTER'],
    ['SHA_COMPRESS of a hash in the code', SHA_COMPRESS, DATA, TEXT, 'STORE_TO_CODE'],
    ['SHA_COMPRESS of one address', SHA_COMPRESS, DATA, DATA, 'SYSCALL_ARGUMENT'],
    ['a code whose lower half alone is SHA_COMPRESS', 0x0106, DATA, DATA + 512, 'UNKNOWN_SYSCALL'],
    ['a code that is SHA_COMPRESS modulo p', SHA_COMPRESS + 2130706433, DATA, DATA + 512, 'UNKNOWN_SYSCALL'],
  ])('%s', async (_, code, a0, a1, reason) => {
    expect(await codeOf(() => interpret([...asm.call(code, a0, a1), ...asm.halt()]))).toBe(reason);
  });
  it('inside an unconstrained block', () => {
    const words = [...asm.call(SYSCALL.ENTER_UNCONSTRAINED), ...asm.call(SHA_EXTEND, DATA)];
    expect(trapOf(words).code).toBe('UNCONSTRAINED');
  });
  it('not where it only reads the code, or ends where memory ends', () => {
    const calls = [...asm.call(SHA_COMPRESS, TEXT, DATA), ...asm.call(SHA_EXTEND, MEMORY_END - 256)];
    expect(interpret([...calls, ...asm.halt()]).cycles).toBe(27);
  });
});

/** The compression over words of memory as they were when the call began. */
function compressed(memory: readonly number[], schedule: number, hash: number): number[] {
  // By the calls themselves, far apart.
  const data = memoryOf([...memory.slice(hash, hash + 8), ...memory.slice(schedule, schedule + 64)]);
  const after = interpret(
    asm.elf([...asm.call(SYSCALL.SHA_COMPRESS, DATA + 32, DATA), ...asm.halt()], { data }),
  ).memory;
  return Array.from({ length: 8 }, (_, i) => after.word(DATA + 4 * i) >>> 0);
}

it.each([-4, -1, 1, 7, 30, 56, 60, 64])(
  'a hash %i words from its schedule: all is read before it changes',
  (distance) => {
    const { word } = seeded(distance + 100);
    const memory = Array.from({ length: 100 }, () => word());
    const [schedule, hash] = [8, 8 + distance];
    const words = [...asm.call(SYSCALL.SHA_COMPRESS, DATA + 4 * schedule, DATA + 4 * hash), ...asm.halt()];
    const after = interpret(asm.elf(words, { data: memoryOf(memory) })).memory;
    const expected = memory.toSpliced(hash, 8, ...compressed(memory, schedule, hash));
    expect(memory.map((_, i) => after.word(DATA + 4 * i) >>> 0)).toEqual(expected);
  },
);

describe('the meter counts the bumps of a call that the recorder makes', () => {
  const NOP = asm.i('ADDI', 0, 0, 0);
  /** So many cycles, at least 4. */
  const wait = (cycles: number): number[] => [
    ...asm.li(8, (cycles - (cycles % 2)) / 2 - 1),
    asm.i('ADDI', 8, 8, -1),
    asm.branch('BNE', 8, 0, -4),
    ...new Array<number>(cycles % 2).fill(NOP),
  ];
  /** Bumps of memory words: as recorded, and as counted. */
  function bumpsOf(words: readonly number[]): { recorded: number; counted: number } {
    const program = createProgram(asm.elf([...words, ...asm.halt()]));
    const run = (observer: 'recorder' | 'meter'): { recorder: Recorder; meter: Meter } => {
      const state = initialState(program);
      const meter = new Meter(state.memory);
      meter.begin();
      meter.limit({ leaf: 2 ** 30, node: 2 ** 30, hash: 2 ** 30, bump: 2 ** 30 }, 0);
      const recorder = new Recorder(state, STANDARD_CALLS, new ChunkPool());
      const observed = observer === 'meter' ? { meter } : { recorder };
      const interpreter = new Interpreter(program, state, new LiveHost([], 0), { maxCycles: 2 ** 20, ...observed });
      while (!interpreter.halted) interpreter.run(2 ** 16);
      return { recorder, meter };
    };
    const { bump } = run('recorder').recorder.events;
    const spaces = Array.from({ length: bump.count }, (_, i) => bump.field(i, 0));
    const none = new Meter(initialState(program).memory);
    none.begin();
    return {
      recorded: spaces.filter((space) => space === MEMORY_SPACE).length,
      counted: run('meter').meter.rows(0).bump - none.rows(0).bump,
    };
  }
  it.each([-2, -1, 0, 1, 2])('stores %i cycles further from it than the longest gap', (more) => {
    const stores = [asm.store('SW', 6, 6, 0), asm.store('SW', 6, 6, 0xf8), asm.store('SW', 6, 6, 0xfc)];
    const call = asm.call(SYSCALL.SHA_EXTEND, DATA);
    // From the first store, of a word that the call keeps, to the ECALL; the last two are of words that it changes.
    const cycles = MAX_GAP / CLOCK_STEP + more;
    const { recorded, counted } = bumpsOf([
      ...asm.li(6, DATA),
      ...stores,
      ...wait(cycles - stores.length + 1 - call.length),
      ...call,
    ]);
    // Words that were never accessed are bumped from the start on: the clock is beyond the gap by then.
    expect(recorded).toBeGreaterThanOrEqual(61);
    expect(counted).toBeGreaterThanOrEqual(recorded);
  });
});
