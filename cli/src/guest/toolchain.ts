/**
 * @module Compilers for guests in C and C++: which are there, and with what libraries.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { UsageError } from '../io.ts';
import { ask, type Command, commandOf } from './command.ts';
import { installHint } from './install-hints.ts';

export type CompilerKind = 'gcc' | 'clang' | 'zig';

export interface Compiler {
  readonly kind: CompilerKind;
  readonly c: Command;
  readonly cxx: Command;
  /** The first line of what it says of itself. */
  readonly version: string;
}

/** A C library for rv32im, and C++'s where it is there too. */
export interface CLibrary {
  readonly headers: string;
  readonly archives: string;
  readonly cxx: { readonly version: string; readonly headers: readonly string[]; readonly archive: string } | undefined;
}

const GCC_NAMES = ['riscv64-unknown-elf-gcc', 'riscv32-unknown-elf-gcc', 'riscv64-elf-gcc', 'riscv-none-elf-gcc'];
const MACHINE = ['-march=rv32im', '-mabi=ilp32', '-mcmodel=medany'];

/** What a compiler is told so that it makes code for this machine. */
export const TARGET_FLAGS: Readonly<Record<CompilerKind, readonly string[]>> = {
  gcc: MACHINE,
  clang: ['--target=riscv32-unknown-none-elf', ...MACHINE, '-ftls-model=local-exec'],
  zig: [
    '-target',
    'riscv32-freestanding-none',
    '-mcpu=generic_rv32+m',
    '-mcmodel=medany',
    '-fno-sanitize=all',
    '-fno-stack-protector',
  ],
};

/** Names of programs on PATH that a pattern describes, the largest number first. */
function onPath(pattern: RegExp): string[] {
  const found = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => {
    try {
      return readdirSync(folder).filter((name) => pattern.test(name));
    } catch {
      return [];
    }
  });
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
  return [...new Set(found)].sort((a, b) => number(b) - number(a));
}

/** The same command with another ending of its program's name, version and all: clang-22 and clang++-22. */
function renamed([program, ...first]: Command, from: RegExp, to: string): Command {
  return [program.replace(from, to), ...first];
}

function describeCompiler(c: Command, cxx?: Command): Compiler | undefined {
  // Zig has no option for its version; `zig cc` says that it is a clang.
  const [program, ...first] = c;
  const zig: Command = first.at(-1) === 'cc' ? [program, ...first.slice(0, -1)] : c;
  const ofZig = ask(zig, 'version');
  if (ofZig !== undefined && /^\d+\.\d+\.\d+/.test(ofZig))
    return { kind: 'zig', c: [...zig, 'cc'], cxx: [...zig, 'c++'], version: `zig ${ofZig}` };
  const about = ask(c, '--version');
  if (about === undefined) return undefined;
  const version = about.split('\n')[0]!;
  const kind = /clang/i.test(about) ? 'clang' : 'gcc';
  const ofCxx =
    cxx ?? (kind === 'clang' ? renamed(c, /clang(?=(-\d+)?$)/, 'clang++') : renamed(c, /gcc(?=(-[\d.]+)?$)/, 'g++'));
  return { kind, c, cxx: ofCxx, version };
}

/** Whether a compiler makes code for rv32im: many a clang has no RISC-V, many a gcc another machine. */
const serves = ({ kind, c }: Compiler): boolean => {
  if (kind === 'zig') return true;
  return ask(c, ...TARGET_FLAGS[kind], '-x', 'c', '-E', '-dM', '-')?.includes('__riscv_xlen 32') ?? false;
};

/**
 * The compilers of this machine, in the order in which they are taken: CC, then a gcc for RISC-V, clang, Zig.
 * @throws {UsageError} TOOLCHAIN, when CC is not what it should be, or there is none at all.
 */
export function findCompilers(): Compiler[] {
  const { CC, CXX, ZIG } = process.env;
  const chosen = commandOf(CC);
  if (chosen !== undefined) {
    const compiler = describeCompiler(chosen, commandOf(CXX));
    if (compiler !== undefined && serves(compiler)) return [compiler];
    const what = compiler === undefined ? 'does not run' : `(${compiler.version}) makes no code for rv32im`;
    throw new UsageError('TOOLCHAIN', `CC=${CC} ${what}; leave CC away to have a compiler found`);
  }
  const candidates: readonly (Command | undefined)[] = [
    ...GCC_NAMES.map((name): Command => [name]),
    ...onPath(/^clang(-\d+)?$/).map((name): Command => [name]),
    commandOf(ZIG),
    ['zig'],
    ['python3', '-m', 'ziglang'],
  ];
  const found = candidates.flatMap((command) => {
    const compiler = command === undefined ? undefined : describeCompiler(command);
    return compiler !== undefined && serves(compiler) ? [compiler] : [];
  });
  if (found.length === 0)
    throw new UsageError(
      'TOOLCHAIN',
      `no compiler for rv32im is here: riscv64-unknown-elf-gcc, clang or zig; ${installHint('compiler')}`,
    );
  return found;
}

/** The linker beside a clang. @throws {UsageError} TOOLCHAIN */
export function findLld(clang: Compiler): Command {
  const suffix = /-\d+$/.exec(clang.c[0])?.[0] ?? '';
  const names = [...new Set([`ld.lld${suffix}`, 'ld.lld', ...onPath(/^ld\.lld(-\d+)?$/)])];
  const found = [...names, join(dirname(clang.c[0]), 'ld.lld')].find((name) => ask([name], '--version') !== undefined);
  if (found === undefined)
    throw new UsageError('TOOLCHAIN', `${clang.version} is here, but not its linker ld.lld; ${installHint('linker')}`);
  return [found];
}

/**
 * What compilers call for divisions of 64 bits and floating point, as arguments for the linker: the archive of a gcc for RISC-V, which every
 * compiler can use, or the compiler's own. Nothing where neither is there, which many programs never notice.
 */
export function findBuiltins({ kind, c }: Compiler): string[] {
  if (kind === 'zig') return ['-lcompiler_rt'];
  const gccs = [...(kind === 'gcc' ? [c] : []), ...GCC_NAMES.map((name): Command => [name])];
  const paths = gccs.map((gcc) => ask(gcc, ...MACHINE, '-print-libgcc-file-name'));
  if (kind === 'clang') paths.push(ask(c, ...TARGET_FLAGS.clang, '--rtlib=compiler-rt', '-print-libgcc-file-name'));
  const found = paths.find((path) => path !== undefined && existsSync(path));
  return found === undefined ? [] : [found];
}

/** Where picolibc is: in the folder LIBSTDCXX, if it is given, else in the system. */
export function findLibrary(): CLibrary | undefined {
  const root = process.env['LIBSTDCXX'] || '/';
  const picolibc = join(root, 'usr/lib/picolibc/riscv64-unknown-elf');
  const headers = join(picolibc, 'include');
  // The default library is made for size: its memcpy goes by bytes.
  const archives = ['lib/release/rv32im/ilp32', 'lib/rv32im/ilp32']
    .map((one) => join(picolibc, one))
    .find((one) => existsSync(join(one, 'libc.a')));
  if (archives === undefined || !existsSync(join(headers, 'stdio.h'))) return undefined;
  const archive = join(archives, 'libstdc++.a');
  const ofCxx = join(root, 'usr/include/newlib/c++');
  const version = existsSync(archive) && existsSync(ofCxx) ? readdirSync(ofCxx).sort().at(-1) : undefined;
  if (version === undefined) return { headers, archives, cxx: undefined };
  const base = join(ofCxx, version);
  return {
    headers,
    archives,
    cxx: { version, headers: [base, join(base, 'riscv64-unknown-elf/rv32im/ilp32')], archive },
  };
}
