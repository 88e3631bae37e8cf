/**
 * @module What to type to get a tool that is missing, on this system.
 */
import { readFileSync } from 'node:fs';
import { ask } from './command.ts';

/** Kinds of systems by their package manager. */
export type System = 'apt' | 'dnf' | 'pacman' | 'brew' | 'other';

function thisSystem(): System {
  if (process.platform === 'darwin') return 'brew';
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    return 'other';
  }
  const families = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, ids]) => ids!.split(' '));
  if (families.some((id) => id === 'debian' || id === 'ubuntu')) return 'apt';
  if (families.some((id) => id === 'fedora' || id === 'rhel')) return 'dnf';
  return families.includes('arch') ? 'pacman' : 'other';
}

/** A compiler that serves C and C++ without a library on every system. */
const ZIG = 'pip install ziglang';

/** Packages of one system serve others: they hold files for the guest's machine only. */
const UNPACK = 'unpack packages of Debian 13 and name the folder in LIBSTDCXX, as docs/guests.md shows';

export type Missing = 'compiler' | 'clang' | 'builtins' | 'linker' | 'library' | 'cxxLibrary';

const HINTS: Readonly<Record<Missing, Readonly<Record<System, string>>>> = {
  compiler: {
    apt: `sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf, or: ${ZIG}`,
    dnf: `sudo dnf install clang lld, or: ${ZIG}`,
    pacman: `sudo pacman -S riscv64-elf-gcc, or: ${ZIG}`,
    brew: `brew install riscv64-elf-gcc, or: ${ZIG}`,
    other: ZIG,
  },
  clang: {
    apt: 'sudo apt install clang lld',
    dnf: 'sudo dnf install clang lld',
    pacman: 'sudo pacman -S clang lld',
    brew: 'brew install llvm lld',
    other: 'install clang and lld',
  },
  builtins: {
    apt: 'sudo apt install gcc-riscv64-unknown-elf',
    dnf: ZIG,
    pacman: 'sudo pacman -S riscv64-elf-gcc',
    brew: 'brew install riscv64-elf-gcc',
    other: ZIG,
  },
  linker: {
    apt: 'sudo apt install lld',
    dnf: 'sudo dnf install lld',
    pacman: 'sudo pacman -S lld',
    brew: 'brew install lld',
    other: 'install lld, of the same version as clang',
  },
  library: {
    apt: 'sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf',
    dnf: UNPACK,
    pacman: UNPACK,
    brew: UNPACK,
    other: UNPACK,
  },
  cxxLibrary: {
    apt: `on Debian 13: sudo apt install clang lld libstdc++-riscv64-unknown-elf-picolibc; elsewhere ${UNPACK}`,
    dnf: UNPACK,
    pacman: UNPACK,
    brew: UNPACK,
    other: UNPACK,
  },
};

/** What to type, on this system unless another one is named. */
export const installHint = (missing: Missing, system: System = thisSystem()): string => HINTS[missing][system];

export type MissingOfRust = 'toolchain' | 'target' | 'sources';

/**
 * Rust comes from rustup on every system; what a system's own package has beside the compiler differs.
 * @param target - which, for 'target'.
 */
export function rustHint(missing: MissingOfRust, target = ''): string {
  const install = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
  if (missing === 'toolchain') return `install Rust: ${install}`;
  const add = missing === 'target' ? `rustup target add ${target}` : 'rustup component add rust-src';
  return ask(['rustup'], '--version') === undefined
    ? `install Rust by rustup: ${install}; then: ${add}`
    : `run: ${add}`;
}
