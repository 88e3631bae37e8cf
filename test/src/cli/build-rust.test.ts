/** `weft build` of Rust and SP1 guests with a rustc and a cargo that are scripts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTools } from '../support/fake-tools.ts';
import { weft } from '../support/weft.ts';

let tools: FakeTools;
let folder: string;
beforeEach(() => {
  tools = new FakeTools();
  folder = join(tools.root, 'guest');
  mkdirSync(folder);
});
afterEach(() => tools.close());

interface FakePackage {
  readonly at?: string;
  readonly dependencies?: readonly { readonly name: string; readonly features?: readonly string[] }[];
  readonly programs?: readonly string[];
}

/** Makes the guest's folder say this to Cargo, as a workspace of packages below it; `sp1` is the version that Cargo finds. */
function cargoSays(packages: readonly FakePackage[], sp1?: string): void {
  const inPackages = packages.map(({ at = '.', dependencies = [], programs = ['hello'] }, i) => ({
    name: `package${i}`,
    version: '0.1.0',
    manifest_path: join(folder, at, 'Cargo.toml'),
    dependencies: dependencies.map(({ name, features = [] }) => ({ name, features })),
    targets: programs.map((name) => ({ name, kind: ['bin'] })),
  }));
  const metadata = (all: readonly unknown[]): string =>
    `${JSON.stringify({ packages: all, target_directory: join(folder, 'target'), workspace_root: folder })}\n`;
  for (const { at = '.' } of packages) {
    mkdirSync(join(folder, at), { recursive: true });
    writeFileSync(join(folder, at, 'Cargo.toml'), '');
    writeFileSync(join(folder, at, 'metadata.json'), metadata(inPackages));
    const found = sp1 === undefined ? [] : [{ name: 'sp1-zkvm', version: sp1 }];
    writeFileSync(join(folder, at, 'resolved.json'), metadata([...inPackages, ...found]));
  }
  if (!packages.some(({ at = '.' }) => at === '.')) {
    writeFileSync(join(folder, 'Cargo.toml'), '');
    writeFileSync(join(folder, 'metadata.json'), metadata(inPackages));
  }
}

/** What cargo would have made. */
function made(target: string, content = 'elf'): void {
  tools.file(`guest/target/${target}/release/hello`, content);
}

const BARE = 'riscv32im-unknown-none-elf';
const STD = 'riscv32im-risc0-zkvm-elf';
const SP1 = 'riscv32im-succinct-zkvm-elf';
const WITH_WEFT: FakePackage = { dependencies: [{ name: 'weft' }] };
const WITH_STD: FakePackage = { dependencies: [{ name: 'weft', features: ['std'] }] };
const WITH_SP1: FakePackage = { dependencies: [{ name: 'sp1-zkvm' }] };

const elf = (): string => readFileSync(join(folder, 'build/hello.elf'), 'utf8');

describe.skipIf(process.platform === 'win32')('weft build of Rust', () => {
  it('builds for the stock target with a stable compiler as it is', async () => {
    tools.rust({ target: true });
    cargoSays([WITH_WEFT]);
    made(BARE, 'the program');
    const { code, err } = await weft('build', folder);
    expect([code, err]).toEqual([0, `rustc 1.95.0, ${BARE}\n`]);
    expect(elf()).toBe('the program');
    const [build, flags] = tools.calls();
    expect(build).toContain(`cargo build --release --bin hello --target ${BARE} --config target.${BARE}.rustflags=`);
    // Messages of panics hold paths: the program must not depend on where it is built.
    expect(build).toContain(`"--remap-path-prefix=${folder}=.","--remap-path-prefix=`);
    expect(flags).toBe('flags= bootstrap=');
  });

  it('builds core itself where only its sources are there', async () => {
    tools.rust({ sources: true });
    cargoSays([WITH_WEFT]);
    made(BARE);
    expect((await weft('build', folder)).code).toBe(0);
    expect(tools.calls()[0]).toContain('-Zbuild-std=core,alloc -Zbuild-std-features=compiler-builtins-mem');
    expect(tools.calls()[1]).toBe('flags= bootstrap=1');
  });

  it('builds std for a guest that asks for it', async () => {
    tools.rust({ target: true, sources: true });
    cargoSays([WITH_STD]);
    made(STD);
    expect((await weft('build', folder)).err).toBe(`rustc 1.95.0, ${STD}\n`);
    expect(tools.calls()[0]).toContain('-Zbuild-std=std,panic_abort ');
  });

  it("builds a guest of SP1 for SP1's target, where SP1's loader takes it", async () => {
    tools.rust({ sources: true });
    cargoSays([WITH_SP1], '5.2.4');
    made(SP1);
    expect((await weft('build', folder)).err).toBe(`rustc 1.95.0, ${SP1}\n`);
    const description = join(folder, `target/weft/${SP1}.json`);
    expect(JSON.parse(readFileSync(description, 'utf8'))).toEqual({ vendor: 'succinct', os: 'zkvm' });
    const [build, flags] = tools.calls().filter((call) => !call.startsWith('rustc'));
    expect(build).toContain(`--target ${description} -Zjson-target-spec -Zbuild-std=std,panic_abort`);
    expect(flags!.split('\x1f')).toEqual(
      expect.arrayContaining([
        '--cfg=getrandom_backend="custom"',
        '-Clink-arg=-Ttext=0x00201000',
        '-Clink-arg=--image-base=0x00200800',
        `-Clink-arg=${join(folder, 'target/weft/system.o')}`,
      ]),
    );
  });

  it('finds the guest of a workspace, and leaves the file where it was asked to', async () => {
    tools.rust({ sources: true });
    cargoSays([{ at: 'script' }, { ...WITH_SP1, at: 'program' }], '5.2.4');
    made(SP1);
    expect((await weft('build', folder)).code).toBe(0);
    expect(elf()).toBe('elf');
  });

  it.each([
    [
      'two guests',
      [
        { ...WITH_SP1, at: 'one' },
        { ...WITH_SP1, at: 'two' },
      ],
      /name the folder .*guest\/one, .*guest\/two/,
    ],
    ['no guest', [{ at: 'script' }], /name the folder .*: none/],
    ['no dependency of a guest', [{}], /depends on neither weft nor sp1-zkvm/],
    ['two programs', [{ ...WITH_WEFT, programs: ['a', 'b'] }], /has 2 programs/],
    ['no program', [{ ...WITH_WEFT, programs: [] }], /has 0 programs/],
  ] as const)('refuses a folder with %s', async (_, packages, message) => {
    tools.rust({ target: true, sources: true });
    cargoSays(packages, '5.2.4');
    const { code, err } = await weft('build', folder);
    expect([code, err]).toEqual([2, expect.stringMatching(/^error\[PROJECT\]: /)]);
    expect(err).toMatch(message);
  });

  it('says that SP1 6 is of 64 bits', async () => {
    tools.rust({ sources: true });
    cargoSays([WITH_SP1], '6.0.1');
    expect(await weft('build', folder)).toMatchObject({
      code: 2,
      err: 'error[SP1_VERSION]: sp1-zkvm 6.0.1 makes programs of 64 bits, and Weft runs 32; depend on sp1-zkvm = "5.2.4"\n',
    });
  });

  it.each([
    ['the target', WITH_WEFT, {}, /lacks the target .*rustup target add riscv32im-unknown-none-elf\n$/],
    ['the sources', WITH_STD, { target: true }, /lacks the sources of std.*rustup component add rust-src\n$/],
    [
      "the sources, for SP1's",
      WITH_SP1,
      { target: true },
      /lacks the sources of std.*rustup component add rust-src\n$/,
    ],
    [
      'the target with std',
      WITH_SP1,
      { sources: true, knowsStdTarget: false },
      /does not know the target .*rustup update stable\n$/,
    ],
  ] as const)('says that %s is missing, and the command that brings it', async (_, guest, rust, message) => {
    tools.rust(rust);
    cargoSays([guest], '5.2.4');
    for (const hasRustup of [false, true]) {
      if (hasRustup) tools.tool('rustup', '*) echo rustup 1.28;;');
      const { code, err } = await weft('build', folder);
      expect([code, err]).toEqual([2, expect.stringMatching(/^error\[TOOLCHAIN\]: /)]);
      expect(err).toMatch(message);
      // Without rustup its commands are no help.
      if (message.source.includes('lacks')) expect(err.includes('install Rust by rustup')).toBe(!hasRustup);
    }
  });

  it('says how Rust is installed where there is none', async () => {
    cargoSays([WITH_WEFT]);
    expect((await weft('build', folder)).err).toMatch(
      /^error\[TOOLCHAIN\]: Cargo is not here; install Rust: curl .*rustup/,
    );
  });

  it('shows what Cargo says that fails, at once or in the end', async () => {
    tools.rust({ target: true });
    cargoSays([WITH_WEFT]);
    tools.tool(
      'cargo',
      `*--no-deps*) while read -r line; do echo "$line"; done < metadata.json;;\n*) echo 'error: no good' >&2; exit 101;;`,
    );
    const { code, err } = await weft('build', folder);
    expect(code).toBe(2);
    expect(err).toMatch(/error: no good\nerror\[BUILD\]: cargo failed \(exit code 101\)/);
    tools.tool('cargo', `*) echo 'warning: odd' >&2; echo 'error: no manifest' >&2; exit 101;;`);
    expect((await weft('build', folder)).err).toMatch(/^error\[PROJECT\]: cargo metadata fails in .*: no manifest\n$/);
  });
});
