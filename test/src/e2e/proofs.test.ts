/**
 * Real programs through the public API: run, prove in a worker, verify, and every way of tampering with a finished proof.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGuest } from '@weft/guest-examples';
import { VerificationError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { decodeProof, encodeProof } from '@weft/prover/envelope';
import { machineKey } from '@weft/prover/machine-key';
import { execute, type Proof, prove, type Setup, setup, verify } from '@weft/sdk';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as asm from '../support/asm.ts';
import { everything, SYSCALL_INPUT } from '../support/programs.ts';

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

function reasonOf(vk: Uint8Array, proof: Uint8Array): string {
  try {
    verify(vk, proof);
    return 'accepted';
  } catch (error) {
    // Whatever the bytes are, a verifier throws nothing but its own error.
    expect(error).toBeInstanceOf(VerificationError);
    return (error as VerificationError).code;
  }
}

let program: Setup;
let proof: Proof;
const stages: string[] = [];
beforeAll(async () => {
  program = await setup(readGuest('fibonacci'));
  proof = await prove(program, [text('10')], { onProgress: (stage) => stages.push(stage) });
});

describe('a proof of fibonacci(10)', () => {
  it('says what the run made public', () => {
    expect(verify(program.vk, proof.proof)).toMatchObject({
      mode: 'core',
      exitCode: 0,
      publicValues: Uint8Array.of(10, 0, 0, 0, 55, 0, 0, 0),
    });
    expect(verify(program.vkHex, proof.proof).securityBits).toBeGreaterThanOrEqual(120);
    expect(proof.cycles).toBe(6713);
    expect(stages).toEqual(expect.arrayContaining(['execute', 'fill', 'encode', 'hash', 'gkr', 'zerocheck', 'open']));
  });
  it('agrees with an execution', async () => {
    expect(await execute(program.elf, [text('10')])).toMatchObject({
      exitCode: 0,
      cycles: 6713,
      publicValues: proof.publicValues,
    });
  });
  it('is no proof of another program', async () => {
    const other = await setup(readGuest('sha256'));
    expect(reasonOf(other.vk, proof.proof)).toBe('program');
    const file = decodeProof(proof.proof);
    // Nor when it claims to be: the shard proof is about the program's own commitment, image and entry.
    expect(reasonOf(other.vk, encodeProof({ ...file, vk: other.verifyingKey }))).not.toBe('accepted');
  });
  it.each([
    ['exit code', (f: ReturnType<typeof decodeProof>) => ({ ...f, claim: { ...f.claim, exitCode: 1 } }), 'bus_balance'],
    [
      'upper half of the exit code',
      (f: ReturnType<typeof decodeProof>) => ({ ...f, claim: { ...f.claim, exitCode: 0x10000 } }),
      'bus_balance',
    ],
    [
      'public values, missing',
      (f: ReturnType<typeof decodeProof>) => ({ ...f, claim: { ...f.claim, publicValues: new Uint8Array() } }),
      'bus_balance',
    ],
    [
      'public values, longer',
      (f: ReturnType<typeof decodeProof>) => ({
        ...f,
        claim: { ...f.claim, publicValues: Uint8Array.from([...f.claim.publicValues, 0]) },
      }),
      'bus_balance',
    ],
    [
      'commitment denied',
      (f: ReturnType<typeof decodeProof>) => ({
        ...f,
        claim: { ...f.claim, publicValues: new Uint8Array(), committed: false },
      }),
      'bus_balance',
    ],
    [
      'values without commitment',
      (f: ReturnType<typeof decodeProof>) => ({ ...f, claim: { ...f.claim, committed: false } }),
      'public_values',
    ],
    [
      'final state',
      (f: ReturnType<typeof decodeProof>) => ({
        ...f,
        claim: { ...f.claim, after: f.claim.after.map((x, i) => (i === 0 ? (x + 1) % P : x)) },
      }),
      'bus_balance',
    ],
  ] as const)('with another %s is rejected', (_, change, reason) => {
    expect(reasonOf(program.vk, encodeProof(change(decodeProof(proof.proof))))).toMatch(reason);
  });
  it('with any byte of the public values changed is rejected', () => {
    const file = decodeProof(proof.proof);
    for (let i = 0; i < file.claim.publicValues.length; i++) {
      const publicValues = file.claim.publicValues.slice();
      publicValues[i]! ^= 1;
      expect(reasonOf(program.vk, encodeProof({ ...file, claim: { ...file.claim, publicValues } }))).not.toBe(
        'accepted',
      );
    }
  });
  it('with another pc at either end is rejected', () => {
    const file = decodeProof(proof.proof);
    const bytes = encodeProof({ ...file, vk: { ...file.vk, entryPc: file.vk.entryPc + 4 } });
    expect(reasonOf(program.vk, bytes)).toBe('program');
  });
  it('has one encoding: cut, extended and non-canonical files are rejected', () => {
    const bytes = proof.proof;
    for (const length of [0, 1, 3, 4, 8, 100, 148, bytes.length - 4, bytes.length - 1])
      expect(reasonOf(program.vk, bytes.subarray(0, length))).toBe('format');
    expect(reasonOf(program.vk, Uint8Array.from([...bytes, 0]))).toBe('format');
    const file = decodeProof(bytes);
    expect(encodeProof(file)).toEqual(bytes);
    const shard = Uint8Array.from([...file.shard, 0, 0, 0, 0]);
    expect(reasonOf(program.vk, encodeProof({ ...file, shard }))).toBe('format');
    expect(reasonOf(program.vk, encodeProof({ ...file, shard: file.shard.subarray(0, file.shard.length - 4) }))).toBe(
      'format',
    );
    // x + p in place of x, wherever that fits 32 bits.
    for (const word of [10, 40, 500, 5000, file.shard.length / 4 - 1]) {
      const changed = file.shard.slice();
      const view = new DataView(changed.buffer);
      view.setUint32(4 * word, view.getUint32(4 * word, true) + P, true);
      expect(reasonOf(program.vk, encodeProof({ ...file, shard: changed }))).toBe('format');
    }
  });
  it('with any bit flipped is rejected, by a typed error', () => {
    fc.assert(
      fc.property(fc.nat(proof.proof.length - 1), fc.nat(7), (at, bit) => {
        const changed = proof.proof.slice();
        changed[at]! ^= 1 << bit;
        expect(reasonOf(program.vk, changed)).not.toBe('accepted');
      }),
      { numRuns: 60, seed: 2 },
    );
  });
  it('of another shape or with unknown shape is rejected', () => {
    const file = decodeProof(proof.proof);
    for (const shape of [0, 2, machineKey().shapes.length, P - 1]) {
      const shard = file.shard.slice();
      new DataView(shard.buffer).setUint32(0, shape, true);
      expect(reasonOf(program.vk, encodeProof({ ...file, shard }))).not.toBe('accepted');
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
      const { verify } = await import(${JSON.stringify(import.meta.resolve('@weft/sdk/verify'))});
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
      expect(reasonOf(program.vk, bytes)).toBe('format');
      expect(reasonOf(program.vk, Uint8Array.from([...proof.proof.subarray(0, 8), ...bytes]))).not.toBe('accepted');
    }),
    { numRuns: 200, seed: 3 },
  );
});

it('every instruction class and system call proves and verifies', async () => {
  const everyClass = await setup(asm.elf(everything(7)));
  const p = await prove(everyClass, SYSCALL_INPUT);
  expect(verify(everyClass.vk, p.proof)).toMatchObject({ exitCode: 7, publicValues: new Uint8Array() });
});

describe('errors of prove', () => {
  it('a run that outgrows one shard says so', async () => {
    const endless = await setup(asm.elf([asm.jal(0, 0)]));
    await expect(prove(endless, [], { maxCycles: 100_000 })).rejects.toMatchObject({ code: 'CYCLE_LIMIT' });
    const loop = await setup(readGuest('loop'));
    await expect(prove(loop, [text('9000000')])).rejects.toMatchObject({ code: 'SHARD_TOO_LARGE' });
  });
  it('stops within a moment when aborted', async () => {
    const abort = new AbortController();
    const started = performance.now();
    const run = prove(program, [text('10')], {
      signal: abort.signal,
      onProgress: (stage) => void (stage === 'gkr' && abort.abort()),
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
