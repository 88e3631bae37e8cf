/** Imports follow the table in docs/ARCHITECTURE.md, tests stand where it says, and `verify` runs where there is no Node. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Folders of all packages but this one. */
const PACKAGES: readonly string[] = readFileSync(`${ROOT}pnpm-workspace.yaml`, 'utf8')
  .split('ignoredBuiltDependencies')[0]!
  .match(/^ {2}- \S+$/gm)!
  .map((line) => line.slice(4))
  .flatMap((entry) =>
    entry.endsWith('/*')
      ? readdirSync(ROOT + entry.slice(0, -2)).map((name) => `${entry.slice(0, -1)}${name}`)
      : [entry],
  )
  .filter((entry) => entry !== 'test');

/** Packages that are pages: nobody imports them. */
const PAGES: readonly string[] = ['playground'];

/** Rows `| parts | may import |` between the markers of the page. */
function importTable(): Map<string, string[]> {
  const page = readFileSync(`${ROOT}docs/ARCHITECTURE.md`, 'utf8');
  const section = page.slice(page.indexOf('<!-- imports -->'), page.indexOf('<!-- /imports -->'));
  const rows = [...section.matchAll(/^\| (`[^|]+`) +\|([^|]*)\|/gm)];
  const names = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1]!);
  return new Map(rows.flatMap(([, from, to]) => names(from!).map((part) => [part, names(to!)] as const)));
}

/** What only tests see: tests, and what those beside them share. */
const TEST = /\.(test|test-support)\.ts$/;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.name.endsWith('.d.ts'))
    .map((e) => `${e.parentPath}/${e.name}`)
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/dist/'));
}
const sources = (folder: string): string[] => filesOf(folder).filter((path) => !TEST.test(path));

/** The part that a source path belongs to: the longest key of the table that starts it. */
function partOf(path: string, parts: readonly string[]): string | undefined {
  return parts.filter((p) => path === p || path.startsWith(`${p}/`)).sort((a, b) => b.length - a.length)[0];
}

const packageOf = (part: string): string =>
  part
    .split('/')
    .slice(0, part.startsWith('examples/') ? 2 : 1)
    .join('/');

/** What `#name` stands for under any condition, by the `imports` of a package: paths like the table's. */
function conditional(specifier: string, from: string): string[] {
  const pkg = from.split('/')[0]!;
  const { imports = {} } = JSON.parse(readFileSync(`${ROOT}${pkg}/package.json`, 'utf8')) as {
    imports?: Record<string, Record<string, string>>;
  };
  return Object.values(imports[specifier] ?? {}).map((path) => path.replace(/^\.\/dist/, pkg).replace(/\.js$/, ''));
}

/** Specifiers as paths like the table's: package/folder/file. */
function targetsOf(specifier: string, from: string): readonly (string | undefined)[] {
  return specifier.startsWith('#') ? conditional(specifier, from) : [resolve(specifier, from)];
}

function resolve(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('@weft/')) {
    const path = specifier.slice('@weft/'.length).replace(/^example-/, 'examples/');
    return path.includes('/') ? path : `${path}/index`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/').replace(/\.tsx?$/, '');
}

const IMPORT = /(?:from|import\()\s*'([^']+)'/g;

describe('imports', () => {
  const table = importTable();
  const parts = [...table.keys()];
  it('the table is there', () => {
    expect(parts.length).toBeGreaterThan(10);
  });
  it('no import outside the table', () => {
    const wrong: string[] = [];
    for (const pkg of PACKAGES) {
      for (const file of sources(`${ROOT}${pkg}/src`)) {
        const path = file
          .slice(ROOT.length)
          .replace('/src/', '/')
          .replace(/\.tsx?$/, '');
        const part = partOf(path, parts);
        if (part === undefined) {
          wrong.push(`${path} belongs to no part`);
          continue;
        }
        for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
          if (specifier!.startsWith('node:') && !table.get(part)!.includes('node'))
            wrong.push(`${path} imports ${specifier}`);
          for (const target of targetsOf(specifier!, path)) {
            if (target === undefined) continue;
            const to = partOf(target, parts) ?? target;
            if (to !== part && !table.get(part)!.includes(to)) wrong.push(`${path} imports ${to}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
  it('examples know package roots alone', () => {
    const wrong = PACKAGES.filter((pkg) => pkg.startsWith('examples/'))
      .flatMap((pkg) => filesOf(`${ROOT}${pkg}/src`))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, specifier]) => `${file}: ${specifier}`),
      )
      .filter((found) => /: @weft\/[^/]+\//.test(found));
    expect(wrong).toEqual([]);
  });
  it("Node's globals are where its modules are", () => {
    const GLOBAL = /(?<![\w.'`/])(process\.|Buffer\b|__dirname|__filename|setImmediate\(|require\()/;
    const wrong = PACKAGES.flatMap((pkg) => sources(`${ROOT}${pkg}/src`)).filter((file) => {
      const path = file
        .slice(ROOT.length)
        .replace('/src/', '/')
        .replace(/\.tsx?$/, '');
      if (table.get(partOf(path, parts)!)!.includes('node')) return false;
      const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      // The one place that asks whether there is a Node.
      return GLOBAL.test(code) && path !== 'primitives/turn';
    });
    expect(wrong).toEqual([]);
  });
});

describe('front doors', () => {
  // What is published is tested as it is installed, in test/src/package.
  it.each(PACKAGES.filter((pkg) => ![...PAGES, 'package'].includes(pkg)))('%s', async (pkg) => {
    const { name, exports } = JSON.parse(readFileSync(`${ROOT}${pkg}/package.json`, 'utf8')) as {
      name: string;
      exports: Record<string, string>;
    };
    expect(Object.keys(exports)).toContain('.');
    for (const entry of Object.keys(exports).filter((key) => !key.includes('*'))) {
      expect(exports[entry]).toMatch(/^\.\/dist\/.*\.js$/);
      await expect(import(`${ROOT}${pkg}/${exports[entry]}`), `${name} ${entry}`).resolves.toBeDefined();
    }
  });
});

describe('tests', () => {
  const specifiers = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((m) => m[1]!);
  it('beside the code import no package that the code may not import, guests apart', () => {
    const table = [...importTable()];
    const wrong: string[] = [];
    for (const pkg of PACKAGES) {
      const rows = table.filter(([part]) => packageOf(part) === pkg);
      const allowed = ['guest-examples', pkg, ...rows.flatMap(([, to]) => to.map(packageOf))];
      for (const file of filesOf(`${ROOT}${pkg}/src`).filter((path) => TEST.test(path))) {
        for (const s of specifiers(file)) {
          if (s.startsWith('@weft/') && !allowed.includes(packageOf(s.slice('@weft/'.length))))
            wrong.push(`${file.slice(ROOT.length)} imports ${s}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
  it('alone import what is there for tests', () => {
    const wrong = PACKAGES.flatMap((pkg) => sources(`${ROOT}${pkg}/src`)).flatMap((file) =>
      specifiers(file)
        .filter((s) => /\/testing(\.ts)?$|\.test-support\.ts$|^vitest$/.test(s))
        .map((s) => `${file.slice(ROOT.length)} imports ${s}`),
    );
    expect(wrong).toEqual([]);
  });
  it('named in docs/soundness-tests.md exist, and hold what is quoted', () => {
    const page = readFileSync(`${ROOT}docs/soundness-tests.md`, 'utf8');
    const named = [...page.matchAll(/`([\w-]+\/[\w/-]+)`(?: "([^"]+)")?/g)].filter(([, path]) => path !== 'test/src');
    expect(named.length).toBeGreaterThan(40);
    const wrong = named.filter(([, path, quote]) => {
      const file = [`test/src/${path}.test.ts`, `test/src/${path}.slow.test.ts`, `${path}.test.ts`]
        .map((p) => ROOT + p)
        .find(existsSync);
      return file === undefined || !readFileSync(file, 'utf8').includes(quote ?? '');
    });
    expect(wrong.map(([all]) => all)).toEqual([]);
  });
});

describe('bundles for a browser, without any Node module:', () => {
  /** Bundles one module as a page's bundler would: with the condition `browser`, and no shims for Node. */
  async function bundle(contents: string): Promise<{ text: string; files: readonly string[] }> {
    const { outputFiles, errors, metafile } = await build({
      stdin: { contents, resolveDir: `${ROOT}test` },
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    });
    expect(errors).toEqual([]);
    return { text: outputFiles[0]!.text, files: Object.keys(metafile.inputs) };
  }
  it.each([
    // Package roots, as people import them.
    '@weft/sdk',
    '@weft/prover',
    '@weft/rv32im',
    '@weft/executor',
    '@weft/tasks',
    '@weft/primitives',
    // What a page or a worker of it may load alone.
    '@weft/sdk/verify/whole',
    '@weft/sdk/platform/worker',
    '@weft/sdk/prove/coordinator',
  ])('%s', async (entry) => {
    const { text, files } = await bundle(`export * from '${entry}'`);
    expect(text).not.toMatch(/from\s*["']node:|(require|import)\(["']node:/);
    expect(files.filter((file) => /\/(elfy|piscina)\//.test(file))).toEqual([]);
    expect(text.length).toBeLessThan(470_000);
  });
  it('a page takes nothing of what its workers prove with', async () => {
    const { text, files } = await bundle("export * from '@weft/sdk'");
    const proving =
      /\/(prove\/kernel\/(engine|zerocheck|opening|fractions)|recursion\/dist\/(lower\/lower|prove|cache|fold))\.js$/;
    expect(files.filter((file) => proving.test(file))).toEqual([]);
    expect(text.length).toBeLessThan(382_000);
  });
  it('verifying one proof takes nothing of the machine of shards', async () => {
    const { text, files } = await bundle("export { verify } from '@weft/sdk/verify/whole'");
    expect(files.filter((file) => text.length > 0 && /rv32im\/dist\/(chips|calls|machine)/.test(file))).toEqual([]);
    expect(text.length).toBeLessThan(100_000);
  });
  it('verify from the root takes nothing of the prover', async () => {
    const { text } = await bundle("export { verify } from '@weft/sdk'");
    expect(text.length).toBeLessThan(205_000);
  });
});
