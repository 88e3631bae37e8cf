/**
 * @module What a reader of the documentation has: an empty folder with the package installed, the command on the path, and the files that
 * the pages hand out. The package is that of this workspace.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { type Block, moduleOf, ROOT } from './blocks.ts';

/** Entries of the package, and the compiled modules that they are. */
const ENTRIES: Readonly<Record<string, string>> = {
  '.': 'sdk/dist/index.js',
  './verify': 'sdk/dist/verify/whole.js',
  './worker': 'sdk/dist/platform/worker.js',
  './sp1': 'sdk/dist/sp1.js',
  './executor': 'executor/dist/index.js',
  './rv32im': 'rv32im/dist/index.js',
  './chips': 'prover/dist/index.js',
};

const FIBONACCI = `${ROOT}guest-examples/elf/fibonacci.elf`;

/** Installs the package into a folder. */
export function installPackage(folder: string): void {
  const target = join(folder, 'node_modules/weft-zkvm');
  mkdirSync(target, { recursive: true });
  const exports: Record<string, { types: string; default: string }> = {};
  for (const [entry, module] of Object.entries(ENTRIES)) {
    const name = entry === '.' ? 'index' : entry.slice(2);
    exports[entry] = { types: `./${name}.d.ts`, default: `./${name}.js` };
    for (const ending of ['js', 'd.ts'])
      writeFileSync(join(target, `${name}.${ending}`), `export * from '${ROOT}${module}';\n`);
  }
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name: 'weft-zkvm', type: 'module', exports }));
  mkdirSync(join(target, 'elf'));
  copyFileSync(FIBONACCI, join(target, 'elf/fibonacci.elf'));
  // What a machine of one's own shows is no part of the package.
  const counter = join(folder, 'node_modules/@weft/example-counter');
  mkdirSync(dirname(counter), { recursive: true });
  symlinkSync(`${ROOT}examples/counter`, counter);
}

const ESBUILD = fileURLToPath(import.meta.resolve('esbuild/bin/esbuild'));

/** Tools of the path: they do what the reader's do, with what is here. */
const TOOLS: Readonly<Record<string, string>> = {
  weft: `exec node '${ROOT}cli/bin/weft.js' "$@"`,
  npx: `tool=$1; shift
case "$tool" in
weft-zkvm|weft) exec weft "$@";;
esbuild) exec esbuild "$@";;
*) echo "npx $tool: not in these tests" >&2; exit 1;;
esac`,
  esbuild: `exec node '${ESBUILD}' "$@"`,
  npm: `case "$*" in
'install weft-zkvm'|'install --global weft-zkvm') ;;
*) echo "npm $*: not in these tests" >&2; exit 1;;
esac`,
};

/** How a block ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class Reader {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'weft-docs-'));
  readonly #bin: string;
  readonly #served: { kill(): void }[] = [];
  /** Stands for the port that pages name. */
  #port = '8080';

  /** @param files - a folder whose files the reader has made before, if any. */
  constructor(files?: string) {
    if (files !== undefined) cpSync(files, this.folder, { recursive: true });
    installPackage(this.folder);
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    // A program by the name that pages hand out, and by that of a reader's own.
    for (const name of ['fibonacci.elf', 'prog.elf']) copyFileSync(FIBONACCI, join(this.folder, name));
    rmSync(join(this.folder, 'guest-examples'), { force: true });
    symlinkSync(`${ROOT}guest-examples`, join(this.folder, 'guest-examples'));
    this.#bin = join(this.folder, '.bin');
    mkdirSync(this.#bin, { recursive: true });
    for (const [name, script] of Object.entries(TOOLS))
      writeFileSync(join(this.#bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  close(): void {
    for (const child of this.#served) child.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** A file of the folder. */
  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.folder, name)));
  }

  /** Does what a block asks the reader to do. */
  async follow(block: Block): Promise<Ended> {
    const { lang, attributes, line } = block;
    const name = attributes.get('file');
    if (name !== undefined) writeFileSync(join(this.folder, name), block.code);
    if (lang === 'sh') {
      const file = join(this.folder, `.block-${line}.sh`);
      writeFileSync(file, block.code.replaceAll('8080', this.#port));
      return this.#run('bash', ['-e', '-o', 'pipefail', file]);
    }
    if (attributes.has('main')) return this.#build(block);
    if ((lang !== 'ts' && lang !== 'js') || attributes.has('bundle')) return { code: 0, output: '' };
    const isTyped = lang === 'ts';
    const program = join(this.folder, `block-${line}.${isTyped ? 'mjs' : 'cjs'}`);
    if (attributes.has('serve')) this.#port = await freePort();
    const code = isTyped ? transformSync(moduleOf(block), { loader: 'ts' }).code : block.code;
    writeFileSync(program, code.replaceAll('8080', this.#port));
    return attributes.has('serve') ? this.#serve(program) : this.#run(process.execPath, [program]);
  }

  /** A project with the block as its main file. A run that ends with another code than 0 is a failure here. */
  #build({ lang, line, attributes, code }: Block): Promise<Ended> {
    const project = `project-${line}`;
    const main = lang === 'rust' ? 'src/main.rs' : 'main.c';
    const file = join(this.folder, `main-${line}`);
    writeFileSync(file, code);
    const script = [
      `weft new ${project} --lang ${lang}`,
      `cp ${file} ${project}/${main}`,
      `weft build ${project}`,
      `weft run ${project} ${attributes.get('main')} | tee run-${line}`,
      `grep -q '^exit code *0$' run-${line}`,
    ];
    return this.#run('bash', ['-e', '-o', 'pipefail', '-c', script.join('\n')]);
  }

  #start(command: string, args: readonly string[]): ReturnType<typeof spawn> {
    const env = { ...process.env, PATH: `${this.#bin}:${process.env['PATH']}` };
    return spawn(command, args, { cwd: this.folder, env });
  }

  #run(command: string, args: readonly string[]): Promise<Ended> {
    const child = this.#start(command, args);
    let output = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (bytes: Buffer) => void (output += String(bytes)));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
  }

  /** Waits until something listens at the port. */
  async #serve(program: string): Promise<Ended> {
    const child = this.#start(process.execPath, [program]);
    let output = '';
    child.stderr!.on('data', (bytes: Buffer) => void (output += String(bytes)));
    this.#served.push(child);
    for (;;) {
      if (child.exitCode !== null) return { code: child.exitCode, output };
      const isUp = await fetch(`http://127.0.0.1:${this.#port}/`).then(
        () => true,
        () => false,
      );
      if (isUp) return { code: 0, output };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A port of this machine that nothing listens at. */
function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`${port}`));
    });
  });
}

/** Whether a tool is on the path, a folder of tools is there, or rustc has the library of a target. */
export function hasTool(name: string): boolean {
  const target = `$(rustc --print target-libdir --target ${name})`;
  const script = `command -v ${name} || test -d ${name} || test -d "${target}"`;
  return spawnSync('sh', ['-c', script], { stdio: 'ignore' }).status === 0;
}

/** Whether the lines of an excerpt stand in a text, in this order; lines of `…` or `...` stand for what is left out. */
export function missingLine(excerpt: string, path: string): string | undefined {
  const lines = readFileSync(ROOT + path, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  let at = 0;
  for (const line of excerpt.split('\n').map((text) => text.trim())) {
    if (line === '' || line === '…') continue;
    const found = lines.indexOf(line, at);
    if (found === -1) return line;
    at = found + 1;
  }
  return undefined;
}
