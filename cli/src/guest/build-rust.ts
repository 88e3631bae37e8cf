/**
 * @module Building a guest in Rust: with the crate `weft`, or one written for SP1.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileError, UsageError } from '../io.ts';
import { ask, run } from './command.ts';

/** Without an operating system, for `no_std`. */
const BARE_TARGET = 'riscv32im-unknown-none-elf';
/** The target of rustc for zkVMs that have `std`; what it calls of its system is in the guest's runtime crate. */
const STD_TARGET = 'riscv32im-risc0-zkvm-elf';

interface Dependency {
  readonly name: string;
  readonly features: readonly string[];
}
interface Package {
  readonly name: string;
  readonly version: string;
  readonly manifest_path: string;
  readonly dependencies: readonly Dependency[];
  readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
}
interface Metadata {
  readonly packages: readonly Package[];
  readonly target_directory: string;
}

/** What a Cargo project is, as far as it decides how it is built. */
export interface RustGuest {
  readonly folder: string;
  /** The program's name: of the ELF file, and of the binary. */
  readonly name: string;
  readonly needsStd: boolean;
  readonly isSp1: boolean;
  readonly targetDirectory: string;
}

/**
 * Reads what Cargo says of a folder.
 * @throws {UsageError} TOOLCHAIN without Cargo; PROJECT for what is no program; SP1_VERSION for a program of 64 bits.
 */
export function readRustGuest(folder: string): RustGuest {
  if (ask(['cargo'], '--version') === undefined)
    throw new UsageError(
      'TOOLCHAIN',
      'Cargo is not here; install Rust with rustup (https://rustup.rs), or a package of your system',
    );
  const manifest = join(folder, 'Cargo.toml');
  const read = (...more: readonly string[]): Metadata => {
    const text = ask(['cargo'], 'metadata', '--format-version', '1', '--manifest-path', manifest, ...more);
    if (text === undefined)
      throw new UsageError('PROJECT', `cargo metadata --manifest-path ${manifest} fails: run it to see why`);
    return JSON.parse(text) as Metadata;
  };
  const { packages, target_directory } = read('--no-deps');
  const own = packages.find(({ manifest_path }) => dirname(manifest_path) === folder) ?? packages[0];
  const programs = own?.targets.filter(({ kind }) => kind.includes('bin')) ?? [];
  if (own === undefined || programs.length !== 1)
    throw new UsageError('PROJECT', `${manifest} has ${programs.length} programs; exactly one is expected`);
  const has = (name: string): Dependency | undefined => own.dependencies.find((one) => one.name === name);
  const isSp1 = has('sp1-zkvm') !== undefined;
  if (isSp1) {
    const version = read('--filter-platform', STD_TARGET).packages.find(({ name }) => name === 'sp1-zkvm')?.version;
    if (version !== undefined && Number(version.split('.')[0]) >= 6)
      throw new UsageError(
        'SP1_VERSION',
        `sp1-zkvm ${version} makes programs of 64 bits, and Weft runs 32; depend on sp1-zkvm = "5.2.4"`,
      );
  }
  return {
    folder,
    name: programs[0]!.name,
    needsStd: isSp1 || (has('weft')?.features.includes('std') ?? false),
    isSp1,
    targetDirectory: target_directory,
  };
}

/** Where `weft build` puts the ELF file. */
const rustElfPath = ({ folder, name }: Pick<RustGuest, 'folder' | 'name'>): string =>
  join(folder, 'build', `${name}.elf`);

/** What rustc has: its own name of itself, whether the target's core is there, and the sources to build it from. */
function describeRust(): { readonly version: string; readonly hasTarget: boolean; readonly hasSources: boolean } {
  const rustc = process.env['RUSTC'] ?? 'rustc';
  const version = ask([rustc], '--version');
  const root = ask([rustc], '--print', 'sysroot');
  if (version === undefined || root === undefined)
    throw new UsageError('TOOLCHAIN', 'rustc is not here; install Rust with rustup');
  const library = join(root, 'lib', 'rustlib');
  return {
    version,
    hasTarget: existsSync(join(library, BARE_TARGET, 'lib')),
    hasSources: existsSync(join(library, 'src', 'rust', 'library', 'Cargo.lock')),
  };
}

/** Flags with which programs for SP1 are built: their memory begins at 0x00200800. */
const SP1_FLAGS = ['-Clink-arg=-Ttext=0x00200800', '-Cpanic=abort'];
/** One hart: atomic operations are ordinary ones. Crates that want randomness are told that the guest brings its own. */
const STD_FLAGS = ['-Cpasses=lower-atomic', '--cfg=getrandom_backend="custom"'];

/**
 * Builds the ELF file of a guest in Rust.
 * @param say - takes what Cargo says.
 * @throws {UsageError} TOOLCHAIN for what is missing, BUILD when Cargo fails.
 */
export async function buildRust(guest: RustGuest, say: (line: string) => void): Promise<string> {
  const { version, hasTarget, hasSources } = describeRust();
  const { folder, needsStd, isSp1, name, targetDirectory } = guest;
  if (needsStd && !hasSources)
    throw new UsageError(
      'TOOLCHAIN',
      `${version} lacks the sources of std, which is built for the guest; run: rustup component add rust-src`,
    );
  if (!needsStd && !hasTarget && !hasSources)
    throw new UsageError(
      'TOOLCHAIN',
      `${version} lacks the target ${BARE_TARGET}; run: rustup target add ${BARE_TARGET}`,
    );
  const target = needsStd ? STD_TARGET : BARE_TARGET;
  say(`${version}, ${target}${isSp1 ? ', a program for SP1' : ''}`);
  const parts = needsStd ? 'std,panic_abort' : 'core,alloc';
  const isBuilt = needsStd || !hasTarget;
  const buildStd = isBuilt ? [`-Zbuild-std=${parts}`, '-Zbuild-std-features=compiler-builtins-mem'] : [];
  const flags = needsStd ? [...STD_FLAGS, ...(isSp1 ? SP1_FLAGS : [])] : [];
  const environment = {
    ...(isBuilt ? { RUSTC_BOOTSTRAP: '1' } : {}),
    ...(isSp1 ? { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') } : {}),
  };
  await run(['cargo'], ['build', '--release', '--bin', name, '--target', target, ...buildStd], {
    folder,
    say,
    environment,
  });
  const elf = rustElfPath(guest);
  try {
    mkdirSync(dirname(elf), { recursive: true });
    copyFileSync(join(targetDirectory, target, 'release', name), elf);
  } catch (error) {
    throw fileError('write', elf, error);
  }
  return elf;
}
