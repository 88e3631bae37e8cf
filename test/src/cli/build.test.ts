/** `weft build` with compilers that are scripts: which one is taken, how it is called, and what is said of each that is missing. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installHint } from '@weft/cli/guest/install-hints';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTools } from '../support/fake-tools.ts';
import { weft } from '../support/weft.ts';

let tools: FakeTools;
beforeEach(() => {
  tools = new FakeTools();
});
afterEach(() => tools.close());

const GCC = 'riscv64-unknown-elf-gcc';
const GCC_VERSION = `${GCC} (fake) 12.2.0`;

/** A new project, its main file changed to these includes where they are given. */
async function create(lang: 'c' | 'cpp', includes?: string): Promise<string> {
  const folder = join(tools.root, 'hello');
  expect((await weft('new', folder, '--lang', lang)).code).toBe(0);
  if (includes !== undefined)
    writeFileSync(join(folder, lang === 'c' ? 'main.c' : 'main.cc'), `${includes}\nint main() { return 0; }\n`);
  return folder;
}

const set = (folder: string, fields: Record<string, unknown>): void => {
  const path = join(folder, 'weft.json');
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...fields }));
};

describe.skipIf(process.platform === 'win32')('weft build of C and C++', () => {
  it('compiles the runtime and the sources apart, links them by the script, and says where the file is', async () => {
    tools.compiler(GCC, GCC_VERSION);
    const folder = await create('c');
    set(folder, { stack: '256KB', heap: '4MB', flags: ['-DANSWER=42'] });
    const { code, out, err } = await weft('build', folder, '--json');
    expect([code, err]).toEqual([0, `${GCC_VERSION}, no library\n`]);
    expect(JSON.parse(out)).toEqual({ elf: join(folder, 'build/hello.elf'), bytes: GCC.length + 1 });
    const calls = tools.calls();
    const compiled = (source: string): string => calls.find((call) => call.includes(` -c ${source} `))!;
    expect(compiled('main.c')).toContain('-march=rv32im -mabi=ilp32');
    expect(compiled('main.c')).toContain('-DANSWER=42');
    // The runtime is the same whatever the program is compiled with; memcpy must not be compiled to a call of itself.
    expect(compiled('rt/weft.c')).toContain('-fno-builtin');
    expect(compiled('rt/weft.c')).not.toContain('ANSWER');
    expect(compiled('rt/start.S')).toBeDefined();
    expect(compiled('rt/libc.c')).toBeUndefined();
    expect(calls.at(-1)).toMatch(/-nostartfiles -T \S*link\.ld .*-o \S*hello\.elf/);
    const script = readFileSync(join(folder, 'build/objects/link.ld'), 'utf8');
    expect(script).toMatch(/^STACK_SIZE = 262144;\nHEAP_SIZE = 4194304;\n/);
  });

  it('takes picolibc where the sources include its headers, and only then', async () => {
    tools.compiler(GCC, GCC_VERSION);
    tools.library();
    const folder = await create('c', '#include <stdio.h>');
    expect((await weft('build', folder)).code).toBe(0);
    expect(tools.calls().some((call) => call.includes('-c rt/libc.c'))).toBe(true);
    expect(tools.calls().at(-1)).toContain('lib/release/rv32im/ilp32/libc.a');
    rmSync(join(tools.root, 'calls'));
    set(folder, { library: 'none' });
    expect((await weft('build', folder)).code).toBe(0);
    expect(tools.calls().join('\n')).not.toContain('libc.a');
  });

  it('takes clang, with its own linker, where libstdc++ is of another version than gcc', async () => {
    tools.compiler(GCC, GCC_VERSION);
    tools.compiler('clang-22', 'Debian clang version 22.1.8');
    tools.compiler('clang++-22', 'Debian clang version 22.1.8');
    tools.compiler('ld.lld-22', 'LLD 22.1.8');
    tools.compiler('ld.lld-19', 'LLD 19.1.0');
    tools.library('14.2.0');
    const { code, err } = await weft('build', await create('cpp', '#include <vector>'));
    expect([code, err]).toEqual([0, 'Debian clang version 22.1.8\n']);
    const calls = tools.calls();
    expect(calls.find((call) => call.includes('-c main.cc'))).toMatch(
      /^clang\+\+-22 .*--target=riscv32.*c\+\+\/14\.2\.0/,
    );
    expect(calls.at(-1)).toMatch(/^ld\.lld-22 .*libstdc\+\+\.a/);
  });

  it('takes Zig where nothing else is', async () => {
    tools.tool(
      'zig',
      `version) echo 0.17.1;;\n*) while [ $# -gt 0 ]; do if [ "$1" = -o ]; then : > "$2"; fi; shift; done;;`,
    );
    const { code, err } = await weft('build', await create('c'));
    expect([code, err]).toEqual([0, 'zig 0.17.1, no library\n']);
    expect(tools.calls().every((call) => call.startsWith('zig cc -target riscv32-freestanding-none '))).toBe(true);
    expect(tools.calls().at(-1)).toContain(' -lcompiler_rt ');
  });

  it('takes CC before all others, and blames it where it will not do', async () => {
    tools.compiler(GCC, GCC_VERSION);
    tools.compiler('my-gcc', 'my gcc 1');
    const folder = await create('c');
    process.env['CC'] = 'my-gcc -O1';
    expect((await weft('build', folder)).err).toBe('my gcc 1, no library\n');
    expect(tools.calls().every((call) => call.startsWith('my-gcc -O1 '))).toBe(true);
    tools.compiler('my-gcc', 'my gcc 1', { bits: 64 });
    expect((await weft('build', folder)).err).toMatch(
      /^error\[TOOLCHAIN\]: CC=my-gcc -O1 \(my gcc 1\) makes no code for rv32im/,
    );
    process.env['CC'] = 'nowhere';
    expect((await weft('build', folder)).err).toMatch(/^error\[TOOLCHAIN\]: CC=nowhere does not run/);
  });

  it('passes over a compiler for another machine', async () => {
    tools.compiler('clang-22', 'clang version 22', { bits: 64 });
    tools.compiler('clang-14', 'clang version 14');
    tools.compiler('ld.lld', 'LLD 14');
    // Clang has no functions for divisions of 64 bits, and many programs need none.
    expect((await weft('build', await create('c'))).err).toBe(
      `clang version 14, no library\nno libgcc for rv32im is here: if functions such as __udivdi3 are undefined, ${installHint('builtins')}\n`,
    );
  });

  it('shows what a compiler says that fails, and leaves the last file as it was', async () => {
    tools.compiler(GCC, GCC_VERSION);
    const folder = await create('c');
    expect((await weft('build', folder)).code).toBe(0);
    const elf = join(folder, 'build/hello.elf');
    writeFileSync(elf, 'the last');
    for (const [fails, ...more] of [['-c main.c'], ['-nostartfiles'], ['-c main.c', '--quiet']] as const) {
      tools.compiler(GCC, GCC_VERSION, { fails });
      const { code, err } = await weft('build', folder, ...more);
      expect([code, err]).toEqual([
        2,
        expect.stringContaining(`${fails}: no good\nerror[BUILD]: ${GCC} failed (exit code 1)`),
      ]);
      expect(readFileSync(elf, 'utf8')).toBe('the last');
    }
  });

  it.each([
    ['no compiler at all', 'c', undefined, () => {}, 'compiler', /no compiler for rv32im is here/],
    [
      'no linker beside clang',
      'c',
      undefined,
      (t: FakeTools) => t.compiler('clang', 'clang version 14'),
      'linker',
      /clang version 14 is here, but not its linker/,
    ],
    [
      'no C library',
      'c',
      '#include <stdio.h>',
      (t: FakeTools) => t.compiler(GCC, GCC_VERSION),
      'library',
      /headers of the C library, and no picolibc/,
    ],
    [
      'no C++ library',
      'cpp',
      '#include <vector>',
      (t: FakeTools) => {
        t.compiler(GCC, GCC_VERSION);
        t.library();
      },
      'cxxLibrary',
      /headers of the C\+\+ library, and no libstdc\+\+/,
    ],
    [
      'no compiler that goes with the C++ library',
      'cpp',
      '#include <vector>',
      (t: FakeTools) => {
        t.compiler(GCC, GCC_VERSION);
        t.library('14.2.0');
      },
      'clang',
      /no compiler here goes with the library/,
    ],
  ] as const)(
    'says what is missing, and the command that brings it: %s',
    async (_, lang, includes, prepare, missing, message) => {
      prepare(tools);
      const folder = await create(lang, includes);
      const { code, err } = await weft('build', folder);
      expect(code).toBe(2);
      expect(err).toMatch(/error\[TOOLCHAIN\]: .*\n$/);
      expect(err).toMatch(message);
      expect(err).toContain(installHint(missing));
      expect(existsSync(join(folder, 'build/hello.elf'))).toBe(false);
    },
  );

  it.each(['apt', 'dnf', 'pacman', 'brew', 'other'] as const)('knows a command for everything on %s', (system) => {
    for (const missing of ['compiler', 'clang', 'builtins', 'linker', 'library', 'cxxLibrary'] as const)
      expect(installHint(missing, system)).toMatch(
        /apt install|dnf install|pacman -S|brew install|pip install|LIBSTDCXX|and lld|lld, of/,
      );
  });
});
