/**
 * @module Compilers that are scripts: they say what they are, write down how they are called and make files that are none. With them the
 * tests of `weft build` need no toolchain, and a missing one is as easily had as a present one.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Variables that choose a toolchain. */
const CHOOSING = ['PATH', 'CC', 'CXX', 'ZIG', 'RUSTC', 'LIBSTDCXX', 'CARGO_HOME'] as const;

/** A folder of tools, outside of which nothing is found. */
export class FakeTools {
  readonly root: string = mkdtempSync(join(tmpdir(), 'weft-tools-'));
  private readonly before = new Map(CHOOSING.map((name) => [name, process.env[name]]));

  constructor() {
    mkdirSync(join(this.root, 'bin'));
    for (const name of CHOOSING) delete process.env[name];
    process.env['PATH'] = join(this.root, 'bin');
    // No C library of this machine is seen.
    process.env['LIBSTDCXX'] = join(this.root, 'system');
  }

  /** Gives the environment back. */
  close(): void {
    for (const [name, value] of this.before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(this.root, { recursive: true });
  }

  file(path: string, content = ''): string {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
  }

  /** A tool: cases of a shell's `case "$*"`, after the call is written down. */
  tool(name: string, cases: string): void {
    const path = this.file(
      join('bin', name),
      `#!/bin/sh\necho "${name} $*" >> '${this.root}/calls'\ncase "$*" in\n${cases}\nesac\n`,
    );
    chmodSync(path, 0o755);
  }

  /** A compiler of C that makes code for a machine of so many bits, or says that it cannot. */
  compiler(name: string, version: string, { bits = 32, fails = '' }: { bits?: number; fails?: string } = {}): void {
    if (name.endsWith('gcc')) this.file(`${name}/libgcc.a`);
    this.tool(
      name,
      `*--version) echo '${version}';;
*-dM*) echo '#define __riscv_xlen ${bits}';;
*-print-libgcc-file-name*) echo '${this.root}/${name}/libgcc.a';;
${fails === '' ? '' : `*'${fails}'*) echo '${fails}: no good' >&2; exit 1;;`}
*) while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo "${name}" > "$2"; fi; shift; done;;`,
    );
  }

  /** Picolibc, and libstdc++ of a version. */
  library(cxx?: string): void {
    const picolibc = 'system/usr/lib/picolibc/riscv64-unknown-elf';
    this.file(`${picolibc}/include/stdio.h`);
    this.file(`${picolibc}/lib/release/rv32im/ilp32/libc.a`);
    if (cxx === undefined) return;
    this.file(`${picolibc}/lib/release/rv32im/ilp32/libstdc++.a`);
    this.file(`system/usr/include/newlib/c++/${cxx}/vector`);
  }

  /** rustc and cargo; cargo says of every folder what its files metadata.json and resolved.json hold. */
  rust({
    target = false,
    sources = false,
    knowsStdTarget = true,
  }: {
    target?: boolean;
    sources?: boolean;
    knowsStdTarget?: boolean;
  }): void {
    const library = 'sysroot/lib/rustlib';
    if (target) this.file(`${library}/riscv32im-unknown-none-elf/lib/libcore.rlib`);
    if (sources) this.file(`${library}/src/rust/library/Cargo.lock`);
    this.tool(
      'rustc',
      `--version) echo 'rustc 1.95.0';;
*sysroot*) echo '${this.root}/sysroot';;
*target-spec-json*) ${knowsStdTarget ? `echo '{"vendor":"risc0","os":"zkvm"}'` : 'exit 1'};;
*--emit*) ;;`,
    );
    this.tool(
      'cargo',
      `*--no-deps*) while read -r line; do echo "$line"; done < metadata.json;;
metadata*) while read -r line; do echo "$line"; done < resolved.json;;
'-Z help') echo '-Z json-target-spec';;
build*) echo "flags=$CARGO_ENCODED_RUSTFLAGS bootstrap=$RUSTC_BOOTSTRAP" >> '${this.root}/calls';;`,
    );
  }

  /** How the tools were called, a line each; questions for the version and the like are left out. */
  calls(): string[] {
    const path = join(this.root, 'calls');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => / -c | -o |^cargo build|^flags=/.test(line));
  }
}
