/** Guests in Rust: proven, and one with `std` built for this machine, where it has a compiler, from the same source. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/curves/utils.js';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { bytesToHex } from '@weft/primitives';
import { prove, setup, verify } from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputOf } from '../support/guest-output.ts';
import { text } from '../support/values.ts';

const folder = fileURLToPath(new URL('../../../guest-examples/rust/std-tour/', import.meta.url));
const stdin = readFileSync(join(folder, 'stdin.txt'));

/** @returns its public values, hexadecimal. */
async function proven(name: GuestName, expectExit: number, ...items: readonly Uint8Array[]): Promise<string> {
  const program = await setup(readGuest(name));
  const { proof } = await prove(program, items, { mode: 'core', expectExit });
  return bytesToHex(verify(program.vk, proof, { expectExit }).publicValues);
}

describe('proofs of', () => {
  it('a guest with std', async () => {
    expect(await proven('std-tour', 0, stdin)).toBe('');
  });
  it('a panic', async () => {
    expect(await proven('std-tour', 101, text('panic'))).toBe('');
  });
  it('an account that signed, whose key the host helps to find', async () => {
    const [secret, hash] = [new Uint8Array(32).fill(5), new Uint8Array(32).fill(9)];
    const made = secp256k1.sign(hash, secret, { prehash: false, format: 'recovered' });
    const items = [text('recover secp256k1'), hash, concatBytes(made.slice(1), made.slice(0, 1))];
    const key = bytesToHex(secp256k1.getPublicKey(secret, false).slice(1));
    expect((await proven('signatures-rust', 0, ...items)).slice(0, 128)).toBe(key);
  });
});

describe('std-tour as a program of this machine', () => {
  const hasCompiler = spawnSync('rustc', ['--version']).status === 0;
  const temporary = mkdtempSync(join(tmpdir(), 'weft-rust-'));
  const program = join(temporary, 'std-tour');
  beforeAll(() => {
    if (!hasCompiler) return;
    const source = join(folder, 'src', 'main.rs');
    const { status, stderr } = spawnSync('rustc', ['-O', '--edition', '2021', source, '-o', program]);
    expect([status, stderr.toString()]).toEqual([0, '']);
  }, 60_000);
  afterAll(() => rmSync(temporary, { recursive: true }));

  it.skipIf(!hasCompiler).each([stdin, text('panic'), text('code'), text('ein\nzwei drei\tdrei \u{1f980}')])(
    'ends and prints as the guest, case %#',
    async (input) => {
      const native = spawnSync(program, { input, env: { RUST_BACKTRACE: '0' } });
      const guest = await outputOf('std-tour', input);
      expect(guest.exitCode).toBe(native.status);
      expect(guest.stdout).toBe(native.stdout.toString());
      // A panic names the thread by its number in an operating system, and the file as the compiler was given it.
      const message = (of: string): string =>
        of.replace(/\n?thread 'main'.* panicked at .*\n/, '').replace(/note: .*\n/, '');
      expect(message(guest.stderr)).toBe(message(native.stderr.toString()));
    },
  );
});
