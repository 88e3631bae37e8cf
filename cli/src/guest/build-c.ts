/**
 * @module Building a guest in C or C++: the runtime and the program's sources, each on its own, then one link.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileError, UsageError } from '../io.ts';
import { type Command, run } from './command.ts';
import { installHint } from './install-hints.ts';
import { elfPath, type Project } from './project.ts';
import { putElf } from './put-elf.ts';
import {
  type CLibrary,
  type Compiler,
  findBuiltins,
  findCompilers,
  findLibrary,
  findLld,
  TARGET_FLAGS,
} from './toolchain.ts';

/** Headers that every compiler brings along. */
const FREESTANDING: ReadonlySet<string> = new Set(
  ['stddef', 'stdint', 'stdbool', 'stdarg', 'stdalign', 'stdnoreturn', 'limits', 'float', 'iso646'].map(
    (one) => `${one}.h`,
  ),
);
/** Headers that are C's, also where C++ includes them. */
const C_HEADER =
  /^(assert|complex|ctype|errno|fcntl|fenv|inttypes|locale|math|setjmp|signal|stdio|stdlib|string|strings|tgmath|time|unistd|wchar|wctype|sys\/\w+)\.h$/;
const SECTIONS = ['-ffunction-sections', '-fdata-sections'];
const OPTIMISATION = '-O2';

/** What the sources need: no library, C's, or C++'s. */
type Need = 'none' | 'c' | 'c++';

/** Goes by what the sources include with `<...>`; what is behind a condition counts. */
function needOf(project: Project): Need {
  if (project.library === 'none') return 'none';
  if (project.library === 'full') return project.lang === 'cpp' ? 'c++' : 'c';
  let need: Need = 'none';
  for (const source of project.sources) {
    const path = join(project.folder, source);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw fileError('read', path, error);
    }
    for (const [, header] of text.matchAll(/^\s*#\s*include\s*<([^>]+)>/gm)) {
      if (FREESTANDING.has(header!)) continue;
      if (C_HEADER.test(header!)) need = need === 'none' ? 'c' : need;
      else if (project.lang === 'cpp' && !header!.includes('.')) need = 'c++';
    }
  }
  return need;
}

/** A compiler with the library that the program needs. */
interface Toolchain {
  readonly compiler: Compiler;
  readonly library: CLibrary | undefined;
  readonly need: Need;
}

function chooseToolchain(project: Project): Toolchain {
  const compilers = findCompilers();
  const need = needOf(project);
  if (need === 'none') return { compiler: compilers[0]!, library: undefined, need };
  const library = findLibrary();
  if (library === undefined)
    throw new UsageError(
      'TOOLCHAIN',
      `the sources include headers of the C library, and no picolibc for rv32im is here; ${installHint('library')}`,
    );
  if (need === 'c++' && library.cxx === undefined)
    throw new UsageError(
      'TOOLCHAIN',
      `the sources include headers of the C++ library, and no libstdc++ for rv32im is here; ${installHint('cxxLibrary')}`,
    );
  // Headers of libstdc++ are for a gcc of their version, or for clang.
  const major = library.cxx?.version.split('.')[0];
  const fits = ({ kind, version }: Compiler): boolean =>
    kind === 'clang' || (kind === 'gcc' && (need === 'c' || new RegExp(`\\b${major}\\.\\d`).test(version)));
  const compiler = compilers.find(fits);
  if (compiler === undefined)
    throw new UsageError(
      'TOOLCHAIN',
      `no compiler here goes with the library (${compilers.map(({ version }) => version).join('; ')}); clang does: ${installHint('clang')}`,
    );
  return { compiler, library, need };
}

const isCxx = (source: string): boolean => /\.(cc|cpp|cxx|C)$/.test(source);

/**
 * Builds the ELF file of a project in C or C++.
 * @param say - takes what the compiler says line by line, and one line of ours.
 * @throws {UsageError} TOOLCHAIN for what is missing, BUILD when the compiler fails.
 */
export async function buildC(project: Project, say: (line: string) => void): Promise<string> {
  const { folder } = project;
  const { compiler, library, need } = chooseToolchain(project);
  say(`${compiler.version}${need === 'none' ? ', no library' : ''}`);
  const objects = join(folder, 'build', 'objects');
  const runtime = join(folder, 'rt');
  let parts: string[];
  try {
    mkdirSync(objects, { recursive: true });
    parts = readdirSync(runtime).sort();
  } catch (error) {
    throw fileError('read', runtime, error);
  }
  const target = [...TARGET_FLAGS[compiler.kind], ...SECTIONS, OPTIMISATION, `-I${runtime}`];
  const libraryFlags = library === undefined ? ['-ffreestanding'] : ['-isystem', library.headers];
  // Where it is freestanding, main is a function like any other: what it gives without a return is arbitrary.
  const cxxFlags =
    need === 'c++'
      ? ['-nostdinc++', ...library!.cxx!.headers.flatMap((one) => ['-isystem', one])]
      : ['-fno-exceptions', '-fno-rtti', '-Werror=return-type'];
  const compile = async (source: string, flags: readonly string[]): Promise<string> => {
    const object = join(objects, `${source.replaceAll(/[^A-Za-z0-9.]/g, '_')}.o`);
    const [command, own]: [Command, readonly string[]] = isCxx(source)
      ? [compiler.cxx, ['-std=c++20', ...cxxFlags, ...libraryFlags]]
      : [compiler.c, libraryFlags];
    await run(command, [...target, ...own, ...flags, '-c', source, '-o', object], { folder, say });
    return object;
  };
  const linked: string[] = [];
  for (const part of parts) {
    const isWanted =
      part.endsWith('.S') ||
      (part.endsWith('.c') && (part !== 'libc.c' || library !== undefined)) ||
      (part.endsWith('.cc') && project.lang === 'cpp');
    if (isWanted)
      linked.push(await compile(join('rt', part), ['-g', ...(part.endsWith('.S') ? [] : ['-fno-builtin'])]));
  }
  for (const source of project.sources) linked.push(await compile(source, ['-g', ...project.flags]));
  const unfinished = join(objects, basename(elfPath(project)));
  await link(project, compiler, library, [...linked, '-o', unfinished], say);
  await putElf(unfinished, elfPath(project));
  return elfPath(project);
}

async function link(
  project: Project,
  compiler: Compiler,
  library: CLibrary | undefined,
  rest: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { folder } = project;
  const options = ['--gc-sections', '--build-id=none'];
  const script = ['-T', writeScript(project)];
  const archives =
    library === undefined
      ? []
      : [...(library.cxx !== undefined ? [library.cxx.archive] : []), join(library.archives, 'libc.a')];
  const builtins = findBuiltins(compiler);
  const group = ['--start-group', ...archives, ...builtins, '--end-group'];
  if (builtins.length === 0)
    say(`no libgcc for rv32im is here: if functions such as __udivdi3 are undefined, ${installHint('builtins')}`);
  // Sources that are compiled for link-time optimisation are finished by the driver of their compiler.
  if (compiler.kind === 'clang')
    await run(findLld(compiler), [...script, ...options, '--discard-locals', ...rest, ...group], { folder, say });
  else {
    const wanted = project.flags.filter((flag) => flag.startsWith('-flto') || /^-O/.test(flag));
    const driver = [
      ...TARGET_FLAGS[compiler.kind],
      ...wanted,
      '-nostdlib',
      ...(compiler.kind === 'gcc' ? ['-nostartfiles'] : []),
      ...script,
    ];
    await run(
      compiler.c,
      [
        ...driver,
        ...options.map((one) => `-Wl,${one}`),
        ...rest,
        ...group.map((one) => (one.startsWith('--') ? `-Wl,${one}` : one)),
      ],
      { folder, say },
    );
  }
}

/** The runtime's linker script with the project's sizes before it: not every linker takes them as options. */
function writeScript({ folder, stack, heap }: Project): string {
  const script = join(folder, 'rt', 'link.ld');
  const path = join(folder, 'build', 'objects', 'link.ld');
  const sizes = Object.entries({ STACK_SIZE: stack, HEAP_SIZE: heap }).filter(([, bytes]) => bytes !== undefined);
  try {
    const lines = sizes.map(([name, bytes]) => `${name} = ${bytes};\n`);
    writeFileSync(path, `${lines.join('')}${readFileSync(script, 'utf8')}`);
  } catch (error) {
    throw fileError('write', path, error);
  }
  return path;
}
