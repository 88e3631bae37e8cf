/** Bindings in C and Rust: each makes its own call, with its operands where the call has them. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { OPERATIONS } from '@weft/executor/precompiles/index';
import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { bytesOf, EXAMPLES } from '../support/call-examples.ts';
import { runGuest } from '../support/guest-runs.ts';

const { word } = seeded(12);

describe.each(['every-call', 'every-call-rust'] as const)('%s', (guest) => {
  const stdin = EXAMPLES.flatMap(({ operands }) => operands.map(bytesOf));
  const { exitCode, publicValues, calls } = runGuest(guest, stdin);
  it('makes each call that there is', () => {
    expect(exitCode).toBe(0);
    const names = [...OPERATIONS.map(({ name }) => name), 'SHA_EXTEND', 'SHA_COMPRESS'];
    expect(new Set(Object.keys(calls))).toEqual(new Set(names));
  });
  it('and each of them once, with the results that the call has', () => {
    let at = 0;
    for (const { name, changed } of EXAMPLES) {
      const expected = changed.flatMap((words) => [...bytesOf(words)]);
      expect([...publicValues.subarray(at, at + expected.length)], name).toEqual(expected);
      at += expected.length;
    }
    expect(at).toBe(publicValues.length);
    // A guest in Rust hashes its public values by calls too.
    for (const { name } of EXAMPLES) if (!name.startsWith('SHA')) expect(calls[name], name).toBe(1);
  });
});

it('keccak-rust: what keccak-calls does', () => {
  const items = [0, 1, 135, 136, 137, 300].map((length) => Uint8Array.from({ length }, () => word() >>> 24));
  const { publicValues } = runGuest('keccak-rust', items);
  expect([...publicValues]).toEqual(items.flatMap((item) => [...keccak_256(item)]));
});
