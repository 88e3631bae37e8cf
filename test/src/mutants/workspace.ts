/**
 * @module A copy of the workspace in which mutants live: sources and compiled files are copied, installed packages linked.
 * Once it is made, nothing of the repository is read any more: whoever edits there while mutants run changes no result.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import type { Outcome, Session } from './session.ts';

/** The repository. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** Left out of the copy; `node_modules` of packages are links into the one at the root and are copied as links. */
const LEFT_OUT = new Set(['.git', '.ci', 'docs']);

/** The compiled form of a source file: types stripped, imports renamed, as `tsc` does it. */
function compile(source: string): string {
  const { code } = transformSync(source, {
    loader: 'ts',
    target: 'es2023',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code.replace(/(from|import) "(\.{1,2}\/[^"]*)\.ts"/g, '$1 "$2.js"');
}

export class Workspace {
  /** Its folder. */
  readonly root: string;
  #child: ChildProcess | undefined;

  /** @param from - the root of what is copied: the repository, or another workspace. */
  constructor(from: string = ROOT) {
    this.root = mkdtempSync(join(tmpdir(), 'weft-mutants-'));
    for (const name of readdirSync(from)) {
      if (LEFT_OUT.has(name)) continue;
      if (name !== 'node_modules') {
        cpSync(join(from, name), join(this.root, name), { recursive: true, verbatimSymlinks: true });
        continue;
      }
      // A folder of links, so that caches of the test runner are not shared.
      mkdirSync(join(this.root, name));
      for (const entry of readdirSync(join(from, name)))
        if (!entry.startsWith('.vite')) symlinkSync(join(from, name, entry), join(this.root, name, entry));
    }
  }

  /** Puts `source` in the place of a file and of its compiled form. */
  write(file: string, source: string): void {
    writeFileSync(join(this.root, file), source);
    const compiled = join(this.root, file.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
    if (!existsSync(compiled)) throw new Error(`${file} is not compiled: run the build first`);
    writeFileSync(compiled, compile(source));
  }

  /** Runs test files in order, up to the first failure; taking longer than allowed is one. */
  test(files: Session['files']): Promise<Outcome> {
    const out = join(this.root, 'outcome.json');
    rmSync(out, { force: true });
    // A run inside a test must not take itself for a worker of the outer one.
    const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^(VITEST|NODE_ENV)/.test(k)));
    const session = join(this.root, 'test/dist/mutants/session.js');
    const argument = JSON.stringify({ out, files } satisfies Session);
    const child = spawn(process.execPath, ['--max-old-space-size=2048', session, argument], {
      cwd: this.root,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    // The session watches over its files; this is for a session that hangs itself.
    const limit = 60 + files.reduce((sum, f) => sum + f.seconds, 0);
    const timer = setTimeout(() => this.#kill(), 1000 * limit);
    return new Promise((resolve) => {
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        this.#child = undefined;
        if (existsSync(out)) resolve(JSON.parse(readFileSync(out, 'utf8')) as Outcome);
        else resolve({ killer: `the test runner ended with ${signal ?? code}: ${said.trim()}`, isAbrupt: true });
      });
    });
  }

  /** With everything that its tests have started. */
  #kill(): void {
    try {
      if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** Deletes the copy. */
  dispose(): void {
    this.#kill();
    if (basename(this.root).startsWith('weft-mutants-')) rmSync(this.root, { recursive: true, force: true });
  }
}
