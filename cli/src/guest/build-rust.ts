/**
 * @module Building a guest in Rust: with the crate `weft`, or one written for SP1.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../io.ts';
import { answerOf, type Command, commandOf, run } from './command.ts';
import { rustHint } from './install-hints.ts';
import { putElf } from './put-elf.ts';
import { checkSp1Version, exitFlags, SP1_CRATE, type Sp1Target, writeSp1Target } from './sp1.ts';
import { SOURCES_VARIABLE, writeStdSources } from './std-source.ts';

/** Without an operating system, for `no_std`. */
const BARE_TARGET = 'riscv32im-unknown-none-elf';
/** The target of rustc for zkVMs that have `std`; what it calls of its system is in the guest's runtime crate. */
const STD_TARGET = 'riscv32im-risc0-zkvm-elf';
const WEFT_CRATE = 'weft';

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
  readonly workspace_root: string;
}

/** What a Cargo project is, as far as it decides how it is built. */
export interface RustGuest {
  /** In which `weft build` leaves the ELF file. */
  readonly folder: string;
  /** The package's own, which differs where the first is a workspace's. */
  readonly packageFolder: string;
  /** The program's name: of the ELF file, and of the binary. */
  readonly name: string;
  readonly needsStd: boolean;
  readonly isSp1: boolean;
  readonly targetDirectory: string;
  readonly workspaceFolder: string;
}

const CARGO: Command = ['cargo'];
const dependencyOf = ({ dependencies }: Package, name: string): Dependency | undefined =>
  dependencies.find((one) => one.name === name);
const programsOf = ({ targets }: Package): string[] =>
  targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => name);

function readMetadata(folder: string, ...more: readonly string[]): Metadata {
  const answer = answerOf(CARGO, ['metadata', '--format-version', '1', ...more], { folder });
  if (answer === undefined) throw new UsageError('TOOLCHAIN', `Cargo is not here; ${rustHint('toolchain')}`);
  if (!answer.isGood) {
    const reason = answer.err.split('\n').find((line) => line.startsWith('error')) ?? answer.err;
    throw new UsageError('PROJECT', `cargo metadata fails in ${folder}: ${reason.replace(/^error: /, '')}`);
  }
  return JSON.parse(answer.out) as Metadata;
}

/** The package of a folder; of a workspace the member that is a guest. */
function choosePackage(folder: string, packages: readonly Package[]): Package {
  const own = packages.find(({ manifest_path }) => dirname(manifest_path) === folder);
  if (own !== undefined) return own;
  const guests = packages.filter(
    (one) =>
      (dependencyOf(one, WEFT_CRATE) ?? dependencyOf(one, SP1_CRATE)) !== undefined && programsOf(one).length > 0,
  );
  if (guests.length === 1) return guests[0]!;
  const which = guests.length === 0 ? 'none' : guests.map(({ manifest_path }) => dirname(manifest_path)).join(', ');
  throw new UsageError(
    'PROJECT',
    `${folder} is a workspace; name the folder of one of its programs for ${WEFT_CRATE} or ${SP1_CRATE}: ${which}`,
  );
}

/**
 * Reads what Cargo says of a folder.
 * @param folder - absolute.
 * @throws {UsageError} TOOLCHAIN without Cargo; PROJECT for what is no program; SP1_VERSION for a program of 64 bits.
 */
export function readRustGuest(folder: string): RustGuest {
  const { packages, target_directory, workspace_root } = readMetadata(folder, '--no-deps');
  const own = choosePackage(folder, packages);
  const programs = programsOf(own);
  if (programs.length !== 1)
    throw new UsageError('PROJECT', `${own.manifest_path} has ${programs.length} programs; exactly one is expected`);
  const isSp1 = dependencyOf(own, SP1_CRATE) !== undefined;
  if (!isSp1 && dependencyOf(own, WEFT_CRATE) === undefined)
    throw new UsageError(
      'PROJECT',
      `${own.manifest_path} depends on neither ${WEFT_CRATE} nor ${SP1_CRATE}: it is no guest`,
    );
  if (isSp1) {
    const resolved = readMetadata(dirname(own.manifest_path), '--filter-platform', STD_TARGET).packages;
    const version = resolved.find(({ name }) => name === SP1_CRATE)?.version;
    if (version !== undefined) checkSp1Version(version);
  }
  return {
    folder,
    packageFolder: dirname(own.manifest_path),
    name: programs[0]!,
    needsStd: isSp1 || (dependencyOf(own, WEFT_CRATE)?.features.includes('std') ?? false),
    isSp1,
    targetDirectory: target_directory,
    workspaceFolder: workspace_root,
  };
}

/** Where `weft build` puts the ELF file. */
const rustElfPath = ({ folder, name }: Pick<RustGuest, 'folder' | 'name'>): string =>
  join(folder, 'build', `${name}.elf`);

interface RustCompiler {
  readonly command: Command;
  /** Its own name of itself. */
  readonly version: string;
  readonly sysroot: string;
  /** Whether the target's `core` is there, and the sources to build it and `std` from. */
  readonly hasTarget: boolean;
  readonly hasSources: boolean;
}

function describeRust(folder: string): RustCompiler {
  const command = commandOf(process.env['RUSTC']) ?? ['rustc'];
  const answers = [['--version'], ['--print', 'sysroot']].map((question) => answerOf(command, question, { folder }));
  const failed = answers.find((one) => one?.isGood === false);
  if (failed !== undefined) throw new UsageError('TOOLCHAIN', `${command[0]} fails in ${folder}: ${failed.err}`);
  const [version, sysroot] = answers.map((one) => one?.out);
  if (version === undefined || sysroot === undefined)
    throw new UsageError('TOOLCHAIN', `${command[0]} is not here; ${rustHint('toolchain')}`);
  const library = join(sysroot, 'lib', 'rustlib');
  return {
    command,
    version,
    sysroot,
    hasTarget: existsSync(join(library, BARE_TARGET, 'lib')),
    hasSources: existsSync(join(library, 'src', 'rust', 'library', 'Cargo.lock')),
  };
}

/** One hart: atomic operations are ordinary ones. Crates that want randomness are told that the guest brings its own. */
const STD_FLAGS = ['-Cpasses=lower-atomic', '--cfg=getrandom_backend="custom"'];

/** Where a toolchain keeps the sources of its library. */
const SOURCES = 'lib/rustlib/src/rust';

/** Paths are in messages of panics, so in the program and its key, which are to be the same wherever they are built. */
function remappedPaths({ workspaceFolder }: RustGuest, { sysroot }: RustCompiler, sources?: string): string[] {
  const cargoHome = process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
  return [
    [workspaceFolder, '.'],
    [cargoHome, '/cargo'],
    [join(sysroot, SOURCES), '/rust'],
    ...(sources === undefined ? [] : [[sources, '/rust/library']]),
  ].map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** Cargo's arguments for a target that no file of the compiler describes; older ones need none. */
function describedTarget(folder: string, { target }: Sp1Target): string[] {
  const options = answerOf(CARGO, ['-Z', 'help'], { folder, environment: { RUSTC_BOOTSTRAP: '1' } });
  return ['--target', target, ...(options?.out.includes('json-target-spec') === true ? ['-Zjson-target-spec'] : [])];
}

/**
 * Builds the ELF file of a guest in Rust.
 * @param say - takes what Cargo says, line by line.
 * @throws {UsageError} TOOLCHAIN for what is missing, BUILD when Cargo fails.
 */
export async function buildRust(guest: RustGuest, say: (line: string) => void): Promise<string> {
  const { packageFolder: folder, needsStd, isSp1, name, targetDirectory } = guest;
  const compiler = describeRust(folder);
  const { command, version, hasTarget, hasSources } = compiler;
  if (needsStd && !hasSources)
    throw new UsageError(
      'TOOLCHAIN',
      `${version} lacks the sources of std, which is built for the guest; ${rustHint('sources')}`,
    );
  if (!needsStd && !hasTarget && !hasSources)
    throw new UsageError('TOOLCHAIN', `${version} lacks the target ${BARE_TARGET}; ${rustHint('target', BARE_TARGET)}`);
  const sp1 = isSp1 ? writeSp1Target(command, STD_TARGET, join(targetDirectory, 'weft'), folder) : undefined;
  const target = sp1?.name ?? (needsStd ? STD_TARGET : BARE_TARGET);
  say(`${version}, ${target}`);
  const isBuilt = needsStd || !hasTarget;
  const parts = needsStd ? 'std,panic_abort' : 'core,alloc';
  const buildStd = isBuilt ? [`-Zbuild-std=${parts}`, '-Zbuild-std-features=compiler-builtins-mem'] : [];
  const sources = needsStd
    ? writeStdSources(join(compiler.sysroot, SOURCES, 'library'), join(targetDirectory, 'weft', 'library'))
    : undefined;
  const paths = remappedPaths(guest, compiler, sources);
  // A guest with the crate weft has flags in .cargo/config.toml, which --config adds to; SP1's come from its tools.
  const forTarget =
    sp1 === undefined
      ? ['--target', target, '--config', `target.${target}.rustflags=${JSON.stringify(paths)}`]
      : describedTarget(folder, sp1);
  const environment = {
    // build-std is unstable, and goes with a stable compiler that is told so.
    ...(isBuilt ? { RUSTC_BOOTSTRAP: '1' } : {}),
    ...(sources === undefined ? {} : { [SOURCES_VARIABLE]: sources }),
    ...(sp1 === undefined ? {} : { CARGO_ENCODED_RUSTFLAGS: [...STD_FLAGS, ...sp1.flags, ...paths].join('\x1f') }),
  };
  const options = ['--release', '--bin', name, ...forTarget, ...buildStd];
  await run(CARGO, ['build', ...options], { folder, say, environment });
  const made = join(targetDirectory, target, 'release', name);
  const linkedAgain = sp1 === undefined ? [] : exitFlags(made);
  if (linkedAgain.length > 0)
    await run(CARGO, ['rustc', ...options, '--', ...linkedAgain], { folder, say, environment });
  const elf = rustElfPath(guest);
  await putElf(made, elf);
  return elf;
}
