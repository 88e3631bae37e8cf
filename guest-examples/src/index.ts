/**
 * @module The example guests as bytes, and where the runtime and the templates of guests are. Sources lie beside them; `build.sh` rebuilds them.
 */
import { readFileSync } from 'node:fs';

export const GUESTS = [
  'fibonacci',
  'sha256',
  'sort-text',
  'loop',
  'compress',
  'sort-words',
  'matrix',
  'recursion',
  'sparse',
  'hash-chain',
  'start-up',
  'sha256-calls',
  'keccak-calls',
  'ecdsa',
  'ecdsa-software',
  'ecdsa-p256',
  'ed25519',
  'bn254',
  'bls12381',
  'uint256',
  'poseidon2',
  'two-families',
  'doublings',
  'every-call',
  'runtime',
  'hostile',
  'c-library',
  'cxx-library',
  'sha256-preimage',
  'keccak-preimage',
  'merkle-membership',
  'rsa-verify',
  'sudoku',
  'chess-move',
  'statistics',
  'regex-match',
  'auction',
  'word-count',
  'lua',
  'keccak-rust',
  'every-call-rust',
  'std-tour',
  'alloc-tour',
  'json-field',
  'airdrop',
  'quorum',
  'wage-survey',
  'regex-find',
  'signed-mail',
  'signatures-rust',
] as const;
/** Guests that depend on the crates that SP1 publishes: `sp1-zkvm` 5.2.4, or 3.4.0 where the name says v3. */
export const SP1_GUESTS = [
  'sp1-fibonacci',
  'sp1-collections',
  'sp1-structures',
  'sp1-unconstrained',
  'sp1-standard',
  'sp1-panics',
  'sp1-hashes',
  'sp1-secp256k1',
  'sp1-secp256r1',
  'sp1-ed25519',
  'sp1-bn254',
  'sp1-bls12381',
  'sp1-integers',
  'sp1-hooks',
  'sp1-recover',
  'sp1-cycle-tracker',
  'sp1-v3-fibonacci',
  'sp1-v3-unconstrained',
  'sp1-v3-recover',
] as const;
export type Sp1GuestName = (typeof SP1_GUESTS)[number];
export type GuestName = (typeof GUESTS)[number];

/** Path of a guest's ELF file. */
export function guestPath(name: GuestName | Sp1GuestName): URL {
  return new URL(`../elf/${name}.elf`, import.meta.url);
}

/** A guest's ELF file. */
export function readGuest(name: GuestName | Sp1GuestName): Uint8Array {
  return new Uint8Array(readFileSync(guestPath(name)));
}

/** The folder of the runtime that guests in C and C++ are built with; that of guests in Rust is its folder `rust`. */
export function runtimePath(): URL {
  return new URL('../rt/', import.meta.url);
}

/** The folder of what a new project in a language begins with. */
export function templatePath(language: 'c' | 'cpp' | 'rust'): URL {
  return new URL(`../templates/${language}/`, import.meta.url);
}

/** Builds of the program `conformance`: a compiler, and what it was told to optimise. */
export const CONFORMANCE_BUILDS = [
  'gcc-O0',
  'gcc-O1',
  'gcc-O2',
  'gcc-O3',
  'gcc-lto',
  'clang-O0',
  'clang-O1',
  'clang-O3',
  'clang-lto',
  'zig-O0',
  'zig-O2',
  'zig-lto',
] as const;

/** The folder of `conformance`: its source, what its Linux build prints, and `elf`. */
export function conformancePath(): URL {
  return new URL('../conformance/', import.meta.url);
}

/** An ELF file of `conformance`. */
export function readConformance(build: (typeof CONFORMANCE_BUILDS)[number]): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`elf/${build}.elf`, conformancePath())));
}

/** Source of what programs of SP1 lack for the whole of Rust's standard library. */
export function sp1SystemPath(): URL {
  return new URL('../sp1/std.rs', import.meta.url);
}
