/**
 * @module The published package, made and packed in a folder of its own, and projects that install it.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../../../package/dist/build.js';

export const execute: (
  file: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
) => Promise<{ stdout: string; stderr: string }> = promisify(execFile);

export interface PackedPackage {
  /** What was packed. */
  readonly folder: string;
  readonly tarball: string;
  /** Bytes of the tarball, and of the files in it. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Paths in the package. */
  readonly files: readonly string[];
}

/** An empty folder, which the caller removes. */
export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'weft-package-'));
}

/** Makes the package from what is compiled, and packs it. @param folder - an empty one. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const contents = join(folder, 'package');
  await mkdir(contents);
  await buildPackage(contents);
  return await pack(contents, folder);
}

/** @param scripts - whether npm runs those of the package first. */
export async function pack(folder: string, destination: string, scripts = false): Promise<PackedPackage> {
  const flags = ['--json', '--pack-destination', destination, ...(scripts ? [] : ['--ignore-scripts'])];
  const { stdout } = await execute('npm', ['pack', ...flags], { cwd: folder, env: strangersEnvironment(destination) });
  // Scripts write before it.
  const [{ filename, size, unpackedSize, files }] = JSON.parse(stdout.slice(stdout.lastIndexOf('\n[\n') + 1)) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  return { folder, tarball: join(destination, filename), size, unpackedSize, files: files.map(({ path }) => path) };
}

/** Of somebody who has just made an account: no home, no cache, no registry. */
function strangersEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH, LANG } = process.env;
  const npm = {
    npm_config_cache: join(folder, 'cache'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  return { PATH, LANG, HOME: join(folder, 'home'), TMPDIR: folder, ...npm };
}

/** An empty project in which the package is installed from its tarball, without a network. */
export class Project {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #node: string;

  private constructor(folder: string, node: string) {
    this.folder = folder;
    this.#node = node;
    this.#environment = strangersEnvironment(folder);
  }

  /** @param folder - made. @param node - that runs its scripts and the command. */
  static async create(folder: string, { tarball }: PackedPackage, node: string = process.execPath): Promise<Project> {
    await mkdir(join(folder, 'home'), { recursive: true });
    const project = new Project(folder, node);
    await project.write('package.json', '{ "name": "consumer", "private": true }\n');
    await execute('npm', ['install', '--no-audit', '--no-fund', tarball], {
      cwd: folder,
      env: project.#environment,
    });
    return project;
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(join(this.path(file), '..'), { recursive: true });
    await writeFile(this.path(file), text);
  }

  async read(file: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.path(file)));
  }

  /** Runs a script of the project. @returns its standard output. Rejects when it writes to standard error or fails. */
  async run(...args: string[]): Promise<string> {
    const { stdout, stderr } = await execute(this.#node, args, { cwd: this.folder, env: this.#environment });
    if (stderr !== '') throw new Error(`${args.join(' ')} writes ${stderr}`);
    return stdout;
  }

  /** Runs the command and looks at what is loaded. @returns for each of its threads, names of scripts of the package and their bytes. */
  async loads(...args: string[]): Promise<ReadonlyMap<string, number>[]> {
    const coverage = this.path('coverage');
    await rm(coverage, { recursive: true, force: true });
    await this.#command(args, { NODE_V8_COVERAGE: coverage });
    const threads = await Promise.all(
      (await readdir(coverage)).map(async (file) => {
        const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as { result: { url: string }[] };
        const scripts = result.map(({ url }) => url).filter((url) => url.startsWith('file://'));
        const sizes = scripts.map(async (url) => [basename(url), (await stat(fileURLToPath(url))).size] as const);
        return new Map(await Promise.all(sizes));
      }),
    );
    return threads.sort((a, b) => b.size - a.size);
  }

  /** Runs the command as npm has installed it. @returns its standard output. */
  async weft(...args: string[]): Promise<string> {
    return (await this.#command(args)).stdout;
  }

  /** Runs the command as npm has installed it. @returns its exit code and standard error. */
  async failingWeft(...args: string[]): Promise<{ readonly code: number; readonly stderr: string }> {
    try {
      return { code: 0, stderr: (await this.#command(args)).stderr };
    } catch (error) {
      return error as { code: number; stderr: string };
    }
  }

  #command(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<{ stdout: string; stderr: string }> {
    return execute(this.#node, [this.path('node_modules/.bin/weft'), ...args], {
      cwd: this.folder,
      env: { ...this.#environment, ...more },
    });
  }
}
