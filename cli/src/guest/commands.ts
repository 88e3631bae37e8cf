/**
 * @module `weft new`, `weft build` and `weft test`.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimePath, templatePath } from '@weft/guest-examples';
import { bytesToHex } from '@weft/primitives';
import type { Outcome, Streams } from '../commands.ts';
import { formatBytes } from '../format.ts';
import { onDisk, readInput, UsageError } from '../io.ts';
import { buildC } from './build-c.ts';
import { buildRust, readRustGuest } from './build-rust.ts';
import { builtElf, isProject, type Language, NAME_PATTERN, readProject } from './project.ts';

/** Stands for the project's name in templates, in files and in their names. */
const PLACEHOLDER = /GUEST_NAME/g;

/** Makes the folder of a new project. @throws {UsageError} */
export async function newCommand(path: string, lang: Language): Promise<Outcome> {
  const folder = resolve(path);
  const name = basename(folder);
  if (!NAME_PATTERN.test(name))
    throw new UsageError('NAME', `"${name}" is no name: letters, digits, - and _, at most 64, a letter first`);
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status !== undefined && (!status.isDirectory() || readdirSync(folder).length > 0))
    throw new UsageError('EXISTS', `${path} is there already, and is no empty folder`);
  await onDisk(folder, async () => {
    mkdirSync(folder, { recursive: true });
    try {
      copyProject(lang, folder, name);
    } catch (error) {
      // The folder was empty.
      for (const one of readdirSync(folder)) rmSync(join(folder, one), { recursive: true, force: true });
      if (status === undefined) rmdirSync(folder);
      throw error;
    }
  });
  const shown = relative(process.cwd(), folder) || '.';
  return {
    json: { folder, name, lang },
    text: [
      `${shown} is a project in ${LANGUAGE_NAMES[lang]}; go on with`,
      `  weft build ${shown}`,
      `  weft test ${shown}`,
      `  weft run ${shown} --stdin-text 10`,
    ],
  };
}

function copyProject(lang: Language, folder: string, name: string): void {
  copyTemplate(fileURLToPath(templatePath(lang)), folder, name);
  const runtime = fileURLToPath(runtimePath());
  if (lang === 'rust') {
    cpSync(join(runtime, 'rust'), join(folder, 'weft'), { recursive: true, filter: isSource });
    cpSync(join(runtime, 'link.ld'), join(folder, 'weft', 'link.ld'));
  } else
    cpSync(runtime, join(folder, 'rt'), {
      recursive: true,
      filter: (one) => isSource(one) && basename(one) !== 'rust',
    });
}

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { c: 'C', cpp: 'C++', rust: 'Rust' };

/** What builds leave behind is not copied. */
const isSource = (path: string): boolean => !['target', 'Cargo.lock'].includes(basename(path));

function copyTemplate(from: string, to: string, name: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    // A file of this name in the package would apply to the package itself.
    const target = join(to, entry.name === 'gitignore' ? '.gitignore' : entry.name.replace(PLACEHOLDER, name));
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true });
      copyTemplate(join(from, entry.name), target, name);
    } else writeFileSync(target, readFileSync(join(from, entry.name), 'utf8').replace(PLACEHOLDER, name));
  }
}

/** Builds the project of a folder. @throws {UsageError} */
export async function buildCommand(folder: string, { note }: Pick<Streams, 'note'>): Promise<Outcome> {
  const elf = await build(folder, note);
  const shown = relative(process.cwd(), elf);
  const bytes = statSync(elf).size;
  return { json: { elf, bytes }, text: [`${shown}, ${formatBytes(bytes)}`] };
}

function build(folder: string, note: (line: string) => void): Promise<string> {
  // A Cargo project needs no weft.json: it may have been written for another zkVM.
  if (!isProject(folder) && existsSync(join(folder, 'Cargo.toml')))
    return buildRust(readRustGuest(resolve(folder)), note);
  const project = readProject(folder);
  return project.lang === 'rust' ? buildRust(readRustGuest(project.folder), note) : buildC(project, note);
}

/** Runs what `weft.json` lists under "tests" with the ELF file as it was built last. @throws {UsageError} */
export async function testCommand(folder: string): Promise<Outcome> {
  const project = readProject(folder);
  const elf = builtElf(folder);
  if (project.cases.length === 0) throw new UsageError('PROJECT', `${folder}: weft.json lists no tests`);
  const file = readInput(elf);
  const faults: string[] = [];
  // A second's loading, which making and building a project need not wait for.
  const { execute } = await import('@weft/sdk');
  for (const { name, stdin, exitCode, publicValues, stdout } of project.cases) {
    let printed = '';
    const result = await execute(file, stdin, {
      onOutput: (descriptor, bytes) => {
        if (descriptor === 1) printed += new TextDecoder().decode(bytes);
      },
    });
    const compare = (what: string, seen: string, expected: string | undefined): void => {
      if (expected !== undefined && seen !== expected) faults.push(`${name}: ${what} ${seen}, expected ${expected}`);
    };
    compare('exit code', `${result.exitCode}`, `${exitCode}`);
    compare('public values', `0x${bytesToHex(result.publicValues)}`, publicValues && `0x${bytesToHex(publicValues)}`);
    compare('standard output', JSON.stringify(printed), stdout === undefined ? undefined : JSON.stringify(stdout));
  }
  if (faults.length > 0) throw new UsageError('TEST', faults.join('; '));
  const count = project.cases.length;
  return { json: { tests: count }, text: [`${count} ${count === 1 ? 'test' : 'tests'} passed`] };
}
