/**
 * Real programs through the public API: run, prove in a worker, verify, and every way of tampering with a finished proof.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as asm from '@weft/executor/program/assembler';
import { readGuest } from '@weft/guest-examples';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { proofSecurity } from '@weft/prover/protocol/security';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof, encodeProof } from '@weft/rv32im/run/proof-file';
import { runSecurity, type ShardProof } from '@weft/rv32im/run/verify';
import { execute, type Proof, prove, type Setup, setup, verify } from '@weft/sdk';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { everything, SYSCALL_INPUT } from '../support/programs.ts';
import { bump, text } from '../support/values.ts';

/** Whatever the bytes are, a verifier throws nothing but its own error. */
const reasonFor = (vk: Uint8Array, proof: Uint8Array): string => reasonOf(() => verify(vk, proof));

let program: Setup;
let proof: Proof;
const stages: string[] = [];
beforeAll(async () => {
  program = await setup(readGuest('fibonacci'));
  proof = await prove(program, [text('10')], { mode: 'core', onProgress: ({ stage }) => stages.push(stage) });
});

describe('a proof of fibonacci(10)', () => {
  it('says what the run made public', () => {
    expect(verify(program.vk, proof.proof)).toMatchObject({
      mode: 'core',
      exitCode: 0,
      publicValues: Uint8Array.of(10, 0, 0, 0, 55, 0, 0, 0),
    });
    expect(verify(program.vkHex, proof.proof).securityBits).toBeGreaterThanOrEqual(120);
    expect(proof.securityBits).toBe(verify(program.vk, proof.proof).securityBits);
    expect(proof.cycles).toBe(6592);
    expect(new Set(stages)).toEqual(new Set(['execute', 'prove']));
  });
  it('agrees with an execution', async () => {
    expect(await execute(program.elf, [text('10')])).toMatchObject({
      exitCode: 0,
      cycles: 6592,
      publicValues: proof.publicValues,
    });
  });
  it('is no proof of another program', async () => {
    const other = await setup(readGuest('sha256'));
    expect(reasonFor(other.vk, proof.proof)).toBe('program');
    const file = decodeProof(proof.proof);
    // Nor when it claims to be: the shard proof is about the program's own commitment, image and entry.
    expect(reasonFor(other.vk, encodeProof({ ...file, vk: other.provingKey.vk }))).not.toBe('accepted');
  });
  type File = ReturnType<typeof decodeProof>;
  const stating = (f: File, change: Partial<File['shards'][0]['statement']>): File => ({
    ...f,
    shards: f.shards.map((s, i) =>
      i === f.shards.length - 1 ? { ...s, statement: { ...s.statement, ...change } } : s,
    ),
  });
  it.each([
    ['exit code', (f: File) => stating(f, { exitLo: 1 }), 'bus_balance'],
    ['upper half of the exit code', (f: File) => stating(f, { exitHi: 1 }), 'bus_balance'],
    ['public values, missing', (f: File) => ({ ...f, publicValues: new Uint8Array() }), 'public_values'],
    [
      'public values, longer',
      (f: File) => ({ ...f, publicValues: Uint8Array.of(...f.publicValues, 0) }),
      'public_values',
    ],
    [
      'commitment denied',
      (f: File) => ({ ...stating(f, { committed: 0 }), publicValues: new Uint8Array() }),
      'bus_balance',
    ],
    ['values without commitment', (f: File) => stating(f, { committed: 0 }), 'public_values'],
    ['part of the commitment', (f: File) => stating(f, { committed: 0x7f }), 'public_values'],
    ['digest', (f: File) => stating(f, { digest: bump(f.shards[0]!.statement.digest) }), 'public_values'],
    ['final state', (f: File) => stating(f, { after: bump(f.shards[0]!.statement.after) }), 'bus_balance'],
    ['first state', (f: File) => stating(f, { before: bump(f.shards[0]!.statement.before) }), 'chain'],
    ['start', (f: File) => stating(f, { startPc: f.vk.entryPc + 4 }), 'chain'],
    ['end', (f: File) => stating(f, { endPc: f.vk.entryPc }), 'chain'],
    ['limb of 17 bits', (f: File) => stating(f, { exitLo: 2 ** 16 }), 'format'],
    ['number of shards', (f: File) => ({ ...f, shards: [] }), 'format'],
    ['shard twice', (f: File) => ({ ...f, shards: [...f.shards, ...f.shards] }), 'chain'],
  ] as const)('with another %s is rejected', (_, change, reason) => {
    expect(reasonFor(program.vk, encodeProof(change(decodeProof(proof.proof))))).toBe(reason);
  });
  it('with any byte of the public values changed is rejected', () => {
    const file = decodeProof(proof.proof);
    for (let i = 0; i < file.publicValues.length; i++) {
      const publicValues = file.publicValues.slice();
      publicValues[i]! ^= 1;
      expect(reasonFor(program.vk, encodeProof({ ...file, publicValues }))).toBe('public_values');
    }
  });
  it('with another pc at either end is rejected', () => {
    const file = decodeProof(proof.proof);
    const bytes = encodeProof({ ...file, vk: { ...file.vk, entryPc: file.vk.entryPc + 4 } });
    expect(reasonFor(program.vk, bytes)).toBe('program');
  });
  it('has one encoding: cut, extended and non-canonical files are rejected', () => {
    const bytes = proof.proof;
    for (const length of [0, 1, 3, 4, 8, 100, 148, bytes.length - 4, bytes.length - 1])
      expect(reasonFor(program.vk, bytes.subarray(0, length))).toBe('format');
    expect(reasonFor(program.vk, Uint8Array.from([...bytes, 0]))).toBe('format');
    const file = decodeProof(bytes);
    expect(encodeProof(file)).toEqual(bytes);
    const [{ statement, proof: shard }] = file.shards as [ShardProof];
    const withShard = (changed: Uint8Array): Uint8Array =>
      encodeProof({ ...file, shards: [{ statement, proof: changed }] });
    expect(reasonFor(program.vk, withShard(Uint8Array.from([...shard, 0, 0, 0, 0])))).toBe('format');
    expect(reasonFor(program.vk, withShard(shard.subarray(0, shard.length - 4)))).toBe('format');
    // x + p in place of x, wherever that fits 32 bits.
    for (const word of [10, 40, 500, 5000, shard.length / 4 - 1]) {
      const changed = shard.slice();
      const view = new DataView(changed.buffer);
      view.setUint32(4 * word, view.getUint32(4 * word, true) + P, true);
      expect(reasonFor(program.vk, withShard(changed))).toBe('format');
    }
  });
  it('with any bit flipped is rejected, by a typed error', () => {
    fc.assert(
      fc.property(fc.nat(proof.proof.length - 1), fc.nat(7), (at, bit) => {
        const changed = proof.proof.slice();
        changed[at]! ^= 1 << bit;
        expect(reasonFor(program.vk, changed)).not.toBe('accepted');
      }),
      { numRuns: 60, seed: 2 },
    );
  });
  it('counts as much as the shapes that its shards name, and nothing when one is unknown', () => {
    const file = decodeProof(proof.proof);
    const [{ proof: shard }] = file.shards as [ShardProof];
    const key = machineKey();
    expect(runSecurity(key, file.vk, [shard])).toEqual(
      proofSecurity(key, [key.shapes.find(({ set }) => set === 'small')!], file.vk.preprocessed.logHeights),
    );
    const unknown = Uint8Array.of(key.shapes.length, 0, 0, 0);
    expect(runSecurity(key, file.vk, [shard, unknown])).toEqual({ bits: 0, terms: [] });
  });
  it('of another shape or with unknown shape is rejected', () => {
    const file = decodeProof(proof.proof);
    for (const shape of [0, 2, machineKey().shapes.length, P - 1]) {
      const [{ statement, proof: shard }] = file.shards as [ShardProof];
      const changed = shard.slice();
      new DataView(changed.buffer).setUint32(0, shape, true);
      expect(reasonFor(program.vk, encodeProof({ ...file, shards: [{ statement, proof: changed }] }))).not.toBe(
        'accepted',
      );
    }
  });
});

it('verifies where WebAssembly is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-'));
  try {
    writeFileSync(join(folder, 'proof'), proof.proof);
    const script = `
      import { readFileSync } from 'node:fs';
      delete globalThis.WebAssembly;
      const { verify } = await import(${JSON.stringify(import.meta.resolve('@weft/sdk/verify/any'))});
      const bytes = new Uint8Array(readFileSync(${JSON.stringify(join(folder, 'proof'))}));
      const changed = bytes.slice();
      changed[changed.length - 100] ^= 1;
      let reason = 'accepted';
      try { verify('${program.vkHex}', changed); } catch (error) { reason = error.code; }
      console.log(verify('${program.vkHex}', bytes).exitCode, reason !== 'accepted', typeof WebAssembly);`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(answer.trim()).toBe('0 true undefined');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('random bytes never do anything but fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(reasonFor(program.vk, bytes)).toBe('format');
      expect(reasonFor(program.vk, Uint8Array.from([...proof.proof.subarray(0, 8), ...bytes]))).not.toBe('accepted');
    }),
    { numRuns: 200, seed: 3 },
  );
});

it('every instruction class and system call proves and verifies', async () => {
  const everyClass = await setup(everything(7));
  const p = await prove(everyClass, SYSCALL_INPUT, { mode: 'core' });
  expect(verify(everyClass.vk, p.proof)).toMatchObject({ exitCode: 7, publicValues: new Uint8Array() });
});

describe('errors of prove', () => {
  it('a run without end, and a memory limit that holds no shard, say so', async () => {
    const endless = await setup(asm.elf([asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)]));
    await expect(prove(endless, [], { maxCycles: 100_000 })).rejects.toMatchObject({ code: 'CYCLE_LIMIT' });
    await expect(prove(program, [text('10')], { memory: 2 ** 20 })).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
  });
  it('stops within a moment when aborted', async () => {
    const abort = new AbortController();
    const started = performance.now();
    const run = prove(program, [text('10')], {
      mode: 'core',
      signal: abort.signal,
      onProgress: ({ stage }) => void (stage === 'prove' && abort.abort()),
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
