/**
 * @module The sources of Rust's standard library, with the one function that its target for zkVMs leaves out: `std::process::exit`
 * aborts there, whatever the code. Everything else is the toolchain's own, by links.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Cargo is told that the library lies; meant for its own tests. One that does not know it takes the toolchain's. */
export const SOURCES_VARIABLE = '__CARGO_TESTS_ONLY_SRC_ROOT';

/** Path, below the library, of the file that says how a process ends. */
const EXIT_FILE = ['std', 'src', 'sys', 'exit.rs'] as const;
/** How it ends on a target that nothing else is known of. */
const ABORT = /_ => \{\s*let _ = code;\s*crate::intrinsics::abort\(\)\s*\}/;
/** The guest's runtime has this function. */
const EXIT =
  'target_os = "zkvm" => { unsafe extern "C" { fn sys_exit(code: i32) -> !; } unsafe { sys_exit(code) } }\n        ';

/**
 * Writes the library's sources with that function to a folder.
 * @param library - of the toolchain.
 * @returns the folder, or `undefined` where this library looks otherwise or links cannot be made: `exit` aborts then, as it does without.
 */
export function writeStdSources(library: string, folder: string): string | undefined {
  const original = join(library, ...EXIT_FILE);
  if (!existsSync(original)) return undefined;
  const text = readFileSync(original, 'utf8');
  if (!ABORT.test(text)) return undefined;
  const changed = text.replace(ABORT, (abort) => `${EXIT}${abort}`);
  // What is written anew is compiled anew.
  const note = join(folder, 'made-from');
  const file = join(folder, ...EXIT_FILE);
  const contentOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  if (contentOf(note) === library && contentOf(file) === changed) return folder;
  try {
    rmSync(folder, { recursive: true, force: true });
    let [from, to] = [library, folder];
    for (const own of EXIT_FILE) {
      mkdirSync(to, { recursive: true });
      for (const name of readdirSync(from)) {
        if (name === own) continue;
        // Cargo writes beside neither, and finds the root of a workspace by where its files are said to be.
        symlinkSync(join(from, name), join(to, name));
      }
      [from, to] = [join(from, own), join(to, own)];
    }
    writeFileSync(file, changed);
    writeFileSync(note, library);
  } catch {
    return undefined;
  }
  return folder;
}
