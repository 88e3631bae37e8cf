/**
 * @module Makes the package from the compiled workspace: everything that npm packs, in a folder.
 */
import { chmod, copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleBootstrap,
  bundleCommand,
  bundleForBrowsers,
  bundleLibrary,
  bundleThread,
  ENTRIES,
  WORKER,
} from './bundles.ts';
import { licencesOf } from './licences.ts';
import { ROOT } from './places.ts';
import { bundleTypes } from './types.ts';

/** The folder of the package in the repository. */
const PACKAGE: string = join(ROOT, 'package');

/** Files and folders that are copied: from where, in the repository, and to where. */
const COPIES: readonly (readonly [string, string])[] = [
  ['LICENSE-APACHE', 'LICENSE-APACHE'],
  ['LICENSE-MIT', 'LICENSE-MIT'],
  // Beside `lib` as they are beside `dist`: the code that looks for them is the same.
  ['guest-examples/rt', 'rt'],
  ['guest-examples/templates', 'templates'],
  ['guest-examples/sp1/std.rs', 'sp1/std.rs'],
  // The one example: a first proof needs no compiler.
  ['guest-examples/elf/fibonacci.elf', 'elf/fibonacci.elf'],
];

/** Made by tools that work in the copied folders. */
const isJunk = (path: string): boolean => /\/(target|Cargo\.lock)$/.test(path);

/**
 * Writes the package. The same sources make the same bytes, wherever they are.
 * @param folder - what stands there under the names of the package's files is replaced.
 */
export async function buildPackage(folder: string = PACKAGE): Promise<void> {
  const lib = join(folder, 'lib');
  for (const name of ['lib', 'elf', 'rt', 'sp1', 'templates'])
    await rm(join(folder, name), { recursive: true, force: true });
  await mkdir(lib, { recursive: true });
  if (folder !== PACKAGE)
    for (const name of ['package.json', 'README.md', 'CHANGELOG.md'])
      await copyFile(join(PACKAGE, name), join(folder, name));
  for (const [from, to] of COPIES)
    await cp(join(ROOT, from), join(folder, to), { recursive: true, filter: (path) => !isJunk(path) });
  const bundles = [
    await bundleLibrary(lib),
    await bundleForBrowsers(join(lib, 'browser')),
    await bundleThread(lib),
    await bundleBootstrap(lib),
    await bundleCommand(lib),
  ];
  for (const name of Object.keys(ENTRIES)) await writeRequired(lib, name, `./${name}.js`);
  for (const name of Object.keys(WORKER)) await writeRequired(lib, name, `./browser/${name}.js`);
  await bundleTypes(lib);
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), licencesOf(bundles));
  await setModes(folder);
}

/** What `require` finds: TypeScript takes a module as CommonJS by its ending, and Node loads the one there is. */
async function writeRequired(lib: string, name: string, module: string): Promise<void> {
  await writeFile(join(lib, `${name}.cjs`), `'use strict';\nmodule.exports = require('${module}');\n`);
}

/** Modes are packed, and those of a clone follow the umask of who made it. */
async function setModes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['node_modules', 'src', 'dist'].includes(entry.name)) await setModes(path);
    else if (entry.isFile()) await chmod(path, entry.name === 'weft.js' ? 0o755 : 0o644);
  }
}
