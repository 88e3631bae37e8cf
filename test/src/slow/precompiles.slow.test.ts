/** Guests that call precompiles, proven as users prove them: every family, all of them in one run, thousands of calls. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { createRunner, type ProofMode, prove, setup, verify } from '@weft/sdk';
import { afterAll, expect, it } from 'vitest';
import { bytesOf, EXAMPLES } from '../support/call-examples.ts';
import { runGuest } from '../support/guest-runs.ts';
import { text } from '../support/values.ts';

const runner = await createRunner(2);
afterAll(() => runner.close());

const message = Uint8Array.from({ length: 300 }, (_, i) => 3 * i);
const secret = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const signature = secp256k1.sign(sha256(message), secret, { prehash: false });
const everyCall = EXAMPLES.flatMap(({ operands }) => operands.map(bytesOf));

it.each<[GuestName, ProofMode, readonly Uint8Array[]]>([
  ['sha256-calls', 'compressed', [message]],
  ['keccak-calls', 'compressed', [message]],
  ['ecdsa', 'compressed', [secp256k1.getPublicKey(secret, false), sha256(message), signature]],
  ['two-families', 'wrapped', [secp256k1.getPublicKey(secret), message, signature]],
  ['doublings', 'core', [text('3000')]],
  ['every-call', 'compressed', everyCall],
  ['every-call-rust', 'wrapped', everyCall],
])('%s, %s', async (name, mode, stdin) => {
  const program = await setup(readGuest(name));
  const { proof, shards } = await prove(program, stdin, { mode, runner, workers: 2 });
  process.stdout.write(`${name}, ${mode}: ${shards} shards, ${proof.length} bytes\n`);
  const { exitCode, publicValues } = runGuest(name, stdin);
  expect(verify(program.vk, proof)).toMatchObject({ mode, exitCode, publicValues });
});
