/** The library's sources with an exit of its own, made of a toolchain that is a few files, and the second link of SP1's programs. */
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitFlags } from '@weft/cli/guest/sp1';
import { writeStdSources } from '@weft/cli/guest/std-source';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The end of the function as Rust 1.95 has it. */
const EXIT = `        target_os = "xous" => {
            crate::os::xous::ffi::exit(code as u32)
        }
        _ => {
            let _ = code;
            crate::intrinsics::abort()
        }
`;

let root: string;
const file = (path: string, content: string): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
};
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const write = (): string | undefined => writeStdSources(join(root, 'library'), join(root, 'made'));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-std-'));
  for (const path of ['Cargo.toml', 'core/src/lib.rs', 'std/Cargo.toml', 'std/src/lib.rs', 'std/src/sys/mod.rs'])
    file(`library/${path}`, path);
  file('library/std/src/sys/exit.rs', EXIT);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the sources', () => {
  it('are the toolchain’s by links, but for the file with the function', () => {
    expect(write()).toBe(join(root, 'made'));
    for (const path of ['Cargo.toml', 'core', 'std/Cargo.toml', 'std/src/lib.rs', 'std/src/sys/mod.rs'])
      expect(lstatSync(join(root, 'made', path)).isSymbolicLink(), path).toBe(true);
    expect(read('made/core/src/lib.rs')).toBe('core/src/lib.rs');
    const changed = read('made/std/src/sys/exit.rs');
    // Before the arm that every target falls into, and nothing else is changed.
    expect(changed).toMatch(/target_os = "zkvm" => \{ .*sys_exit\(code\) \} \}\s+_ => \{\s+let _ = code;/);
    expect(changed.replace(/target_os = "zkvm" .*\n +/, '')).toBe(EXIT);
    expect(read('library/std/src/sys/exit.rs')).toBe(EXIT);
  });
  it('are left as they are when nothing has changed, and made anew when the toolchain has', () => {
    write();
    const made = join(root, 'made/std/src/sys/exit.rs');
    const { ino } = statSync(made);
    write();
    expect(statSync(made).ino).toBe(ino);
    file('library/std/src/sys/exit.rs', `// newer\n${EXIT}`);
    write();
    expect(read('made/std/src/sys/exit.rs')).toMatch(/^\/\/ newer\n/);
  });
  it('are not made of a library that looks otherwise, or is not there', () => {
    file('library/std/src/sys/exit.rs', EXIT.replace('abort()', 'something_else()'));
    expect(write()).toBeUndefined();
    rmSync(join(root, 'library'), { recursive: true });
    expect(write()).toBeUndefined();
  });
});

describe('a program for SP1 is linked again', () => {
  const V0 = '_RNvNtNtCs7stdFYMWCor_8sp1_zkvm8syscalls4halt12syscall_halt';
  const LEGACY = '_ZN8sp1_zkvm8syscalls4halt12syscall_halt17h0123456789abcdefE';
  it.each([V0, LEGACY])('with the name of what ends a run, where it calls exit: %s', (name) => {
    expect(exitFlags(file('program', `\0main\0sys_exit\0${name}\0`))).toEqual([`-Clink-arg=--defsym=sp1_halt=${name}`]);
  });
  it('not where it calls no exit, or the name is gone', () => {
    expect(exitFlags(file('program', `\0main\0${V0}\0`))).toEqual([]);
    expect(exitFlags(file('program', '\0main\0sys_exit\0'))).toEqual([]);
  });
});
