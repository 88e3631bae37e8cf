/**
 * @module A guest's project: a folder with a `weft.json` that says how `weft build` makes the ELF file and what `weft test` expects of it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hexToBytes } from '@weft/primitives';
import { parseSize } from '../format.ts';
import { fileError, readInput, UsageError } from '../io.ts';

export const LANGUAGES = ['c', 'cpp', 'rust'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a C or C++ program is linked with: nothing but the runtime, or a C library (and C++'s, for C++) besides. */
export const LIBRARIES = ['auto', 'none', 'full'] as const;
export type Library = (typeof LIBRARIES)[number];

/** A run of the guest and what is expected of it; what is absent is not looked at. */
export interface Case {
  readonly name: string;
  readonly stdin: readonly Uint8Array[];
  readonly exitCode: number;
  readonly publicValues?: Uint8Array;
  readonly stdout?: string;
}

export interface Project {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly lang: Language;
  /** Paths below the folder; C and C++ only. */
  readonly sources: readonly string[];
  readonly library: Library;
  /** In bytes; absent for the runtime's own. */
  readonly stack?: number;
  readonly heap?: number;
  /** More flags for the compiler of the sources. */
  readonly flags: readonly string[];
  readonly cases: readonly Case[];
}

const PROJECT_FILE = 'weft.json';

/** Names of projects become names of files and of Rust packages. */
export const NAME_PATTERN: RegExp = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Where `weft build` puts the ELF file. */
export const elfPath = ({ folder, name }: Pick<Project, 'folder' | 'name'>): string =>
  join(folder, 'build', `${name}.elf`);

type Fields = Readonly<Record<string, unknown>>;
const KNOWN = ['name', 'lang', 'sources', 'library', 'stack', 'heap', 'flags', 'tests'] as const;
const KNOWN_OF_CASE = ['name', 'stdin', 'stdinHex', 'exitCode', 'publicValues', 'stdout'] as const;

/** @throws {UsageError} PROJECT, with the field that is wrong. */
export function readProject(folder: string): Project {
  const path = join(folder, PROJECT_FILE);
  const fail = (what: string): never => {
    throw new UsageError('PROJECT', `${path}: ${what}`);
  };
  if (!existsSync(path)) fail(`no such file; "weft new" makes a project`);
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw fileError('read', path, error);
    fail(`no JSON: ${error.message}`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) fail('an object is expected');
  const fields = given as Fields;
  const unknown = Object.keys(fields).find((key) => !KNOWN.some((known) => known === key));
  if (unknown !== undefined) fail(`unknown field "${unknown}"; known are ${KNOWN.join(', ')}`);
  const text = (value: unknown, where: string): string =>
    typeof value === 'string' ? value : fail(`${where} is no string`);
  const oneOf = <T extends string>(value: unknown, where: string, all: readonly T[]): T =>
    all.find((one) => one === value) ?? fail(`${where} is none of ${all.join(', ')}`);
  const list = (value: unknown, where: string): readonly unknown[] =>
    value === undefined ? [] : Array.isArray(value) ? value : fail(`${where} is no list`);
  const texts = (value: unknown, where: string): string[] =>
    list(value, where).map((one, i) => text(one, `${where}[${i}]`));
  const size = (value: unknown, where: string): number => {
    try {
      return parseSize(text(value, where));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return fail(`${where} is no size such as "64MB"`);
    }
  };
  const bytes = (value: unknown, where: string): Uint8Array => {
    try {
      return hexToBytes(text(value, where));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return fail(`${where} is not hexadecimal`);
    }
  };
  const name = text(fields['name'], 'name');
  if (!NAME_PATTERN.test(name)) fail(`"${name}" is no name: letters, digits, - and _, at most 64, a letter first`);
  const lang = oneOf(fields['lang'], 'lang', LANGUAGES);
  const sources = texts(fields['sources'], 'sources');
  if (lang !== 'rust' && sources.length === 0) fail('sources has no file');
  const ofC = ['sources', 'library', 'stack', 'heap', 'flags'].find((key) => fields[key] !== undefined);
  if (lang === 'rust' && ofC !== undefined)
    fail(`${ofC} is for C and C++; Cargo.toml and .cargo/config.toml say it for Rust`);
  const cases = list(fields['tests'], 'tests').map((one, i): Case => {
    const where = `tests[${i}]`;
    if (typeof one !== 'object' || one === null) return fail(`${where} is no object`);
    const of = one as Fields;
    const stray = Object.keys(of).find((key) => !KNOWN_OF_CASE.some((known) => known === key));
    if (stray !== undefined) fail(`${where} has the unknown field "${stray}"; known are ${KNOWN_OF_CASE.join(', ')}`);
    const { exitCode = 0, stdout, publicValues } = of;
    if (!Number.isInteger(exitCode) || (exitCode as number) < 0 || (exitCode as number) >= 2 ** 32)
      fail(`${where}.exitCode is no whole number below 2^32`);
    return {
      name: of['name'] === undefined ? `${i + 1}` : text(of['name'], `${where}.name`),
      stdin: [
        ...texts(of['stdin'], `${where}.stdin`).map((item) => new TextEncoder().encode(item)),
        ...list(of['stdinHex'], `${where}.stdinHex`).map((item, k) => bytes(item, `${where}.stdinHex[${k}]`)),
      ],
      exitCode: exitCode as number,
      ...(stdout === undefined ? {} : { stdout: text(stdout, `${where}.stdout`) }),
      ...(publicValues === undefined ? {} : { publicValues: bytes(publicValues, `${where}.publicValues`) }),
    };
  });
  return {
    folder: resolve(folder),
    name,
    lang,
    sources,
    library: fields['library'] === undefined ? 'auto' : oneOf(fields['library'], 'library', LIBRARIES),
    ...(fields['stack'] === undefined ? {} : { stack: size(fields['stack'], 'stack') }),
    ...(fields['heap'] === undefined ? {} : { heap: size(fields['heap'], 'heap') }),
    flags: texts(fields['flags'], 'flags'),
    cases,
  };
}

/** Whether a folder has a `weft.json`. */
export const isProject = (folder: string): boolean => existsSync(join(folder, PROJECT_FILE));

/** The ELF file of a folder that has been built: a project's, or the only one of a Cargo project. @throws {UsageError} */
export function builtElf(folder: string): string {
  const notBuilt = (what: string): never => {
    throw new UsageError('NOT_BUILT', `${what}; run: weft build ${folder}`);
  };
  if (isProject(folder) || !existsSync(join(folder, 'Cargo.toml'))) {
    const elf = elfPath(readProject(folder));
    return existsSync(elf) ? elf : notBuilt(`${elf} is not there`);
  }
  const build = join(folder, 'build');
  const elfs = existsSync(build) ? readdirSync(build).filter((name) => name.endsWith('.elf')) : [];
  return elfs.length === 1 ? join(build, elfs[0]!) : notBuilt(`${build} has ${elfs.length} ELF files, one is expected`);
}

/** The path of an ELF file that is given by its own, or by the folder in which `weft build` made it. @throws {UsageError} */
export function elfFile(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? builtElf(path) : path;
}

/** The bytes of that file. @throws {UsageError} */
export const readElf = (path: string): Uint8Array => readInput(elfFile(path));
