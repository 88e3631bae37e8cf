/**
 * @module Guests that were written for SP1: the target and flags with which its own tools build them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sp1SystemPath } from '@weft/guest-examples';
import { fileError, UsageError } from '../io.ts';
import { answerOf, type Command } from './command.ts';

/** The crate that makes a program a guest of SP1. */
export const SP1_CRATE = 'sp1-zkvm';
/** SP1's name for its target, which names files and variables such as CC_riscv32im_succinct_zkvm_elf. */
const SP1_TARGET = 'riscv32im-succinct-zkvm-elf';

/** @throws {UsageError} SP1_VERSION, for versions that make programs of 64 bits. */
export function checkSp1Version(version: string): void {
  if (Number(version.split('.')[0]) >= 6)
    throw new UsageError(
      'SP1_VERSION',
      `${SP1_CRATE} ${version} makes programs of 64 bits, and Weft runs 32; depend on ${SP1_CRATE} = "5.2.4"`,
    );
}

/** What SP1's programs are built with. */
export interface Sp1Target {
  /** Path of the description that rustc takes for the target's name. */
  readonly target: string;
  /** The folder's name below Cargo's `target`. */
  readonly name: string;
  readonly flags: readonly string[];
}

/**
 * Writes what rustc has to know of SP1's target into a folder. Where only the vendor's name differs from a target that rustc has,
 * the crates that SP1 patched tell by it whether they may call precompiles.
 * @param like - the target that rustc has.
 * @throws {UsageError} TOOLCHAIN
 */
export function writeSp1Target(rustc: Command, like: string, folder: string, guest: string): Sp1Target {
  // Options for the unstable go with a stable compiler too, if it is told so.
  const options = { folder: guest, environment: { RUSTC_BOOTSTRAP: '1' } };
  const known = answerOf(rustc, ['-Zunstable-options', '--print', 'target-spec-json', '--target', like], options);
  if (known?.isGood !== true)
    throw new UsageError('TOOLCHAIN', `this rustc does not know the target ${like}; run: rustup update stable`);
  const description = { ...(JSON.parse(known.out) as Record<string, unknown>), vendor: 'succinct' };
  const target = join(folder, `${SP1_TARGET}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(target, JSON.stringify(description));
  } catch (error) {
    throw fileError('write', target, error);
  }
  const system = join(folder, 'system.o');
  const source = fileURLToPath(sp1SystemPath());
  const built = answerOf(
    rustc,
    ['--target', like, '--crate-type', 'lib', '--emit', 'obj', '-o', system, source],
    options,
  );
  if (built?.isGood !== true) throw new UsageError('BUILD', `rustc cannot compile ${source}: ${built?.err}`);
  return {
    target,
    name: SP1_TARGET,
    flags: [
      // From sp1-build 5.2.4, src/command/utils.rs; SP1's loader takes nothing below 0x00200800.
      '-Clink-arg=-Ttext=0x00201000',
      '-Clink-arg=--image-base=0x00200800',
      '-Cpanic=abort',
      `-Clink-arg=${system}`,
    ],
  };
}

/** How Rust writes the name of sp1-zkvm's function that ends a run with a code, the newer way and the older. */
const HALT = /_R\w*8sp1_zkvm8syscalls4halt12syscall_halt|_ZN8sp1_zkvm8syscalls4halt12syscall_halt17h[0-9a-f]{16}E/;

/**
 * What a program that calls `std::process::exit` is linked with besides: the name of the function that does it, which nobody knows before
 * sp1-zkvm is compiled. @param elf - the program linked without.
 */
export function exitFlags(elf: string): string[] {
  const names = readFileSync(elf, 'latin1');
  const halt = HALT.exec(names)?.[0];
  return halt === undefined || !names.includes('\0sys_exit\0') ? [] : [`-Clink-arg=--defsym=sp1_halt=${halt}`];
}
