/**
 * @module The JavaScript of the package. Of four bundles each is loaded by another kind of process: the library in Node, the
 * library in a browser, the command, and a thread of either that proves.
 */
import { builtinModules } from 'node:module';
import { type InputOptions, type OutputChunk, type OutputOptions, type RolldownPlugin, rolldown } from 'rolldown';
import { compiled, installed, ROOT } from './places.ts';

/** Entries of the package, by name, and the modules that they are. */
export const ENTRIES: Readonly<Record<string, string>> = {
  index: compiled('sdk', 'index'),
  verify: compiled('sdk', 'verify/whole'),
  chips: compiled('prover', 'index'),
  rv32im: compiled('rv32im', 'index'),
  executor: compiled('executor', 'index'),
  sp1: compiled('sdk', 'sp1'),
};

/** The script of a page's web workers: an entry for browsers alone. */
export const WORKER: Readonly<Record<string, string>> = { worker: compiled('sdk', 'platform/worker') };

/** Commands on projects of guests: a chunk of their own. */
const RARE = /\/cli\/dist\/guest\//;

/** Lines and names are kept for stack traces; the comments are in the types. */
const OUTPUT: OutputOptions = {
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  comments: { legal: true, annotation: true, jsdoc: false },
};

const ABSENT = '\0absent';
/** The add-on with which Piscina would lower the priority of threads, as nothing here asks it to. */
const withoutAddOns: RolldownPlugin = {
  name: 'without-add-ons',
  resolveId: (id) => (id === '@napi-rs/nice' ? ABSENT : null),
  load: (id) => (id === ABSENT ? 'export {};' : null),
};

const THREAD = '\0thread';
const PISCINA_WORKER = "(0, node_path_1.resolve)(__dirname, 'worker.js')";
/** A thread is one file: Piscina's end of it and the tasks. */
const oneThreadFile: RolldownPlugin = {
  name: 'one-thread-file',
  resolveId: (id) => (id === THREAD ? id : null),
  load: (id) =>
    id === THREAD
      ? [`import ${JSON.stringify(installed('tasks', 'piscina', 'dist/worker.js'))};`]
          .concat(`export * from ${JSON.stringify(compiled('sdk', 'platform/thread'))};`)
          .join('\n')
      : null,
  transform: (code, id) => {
    if (!id.endsWith('/piscina/dist/index.js')) return null;
    const parts = code.split(PISCINA_WORKER);
    if (parts.length !== 2) throw new Error(`${id} no longer says once where its threads' script is`);
    return parts.join("new URL('./thread.js', import.meta.url)");
  },
};

/** A bundle's chunks, and the files of other packages that are in them. */
export interface Bundle {
  readonly chunks: readonly OutputChunk[];
}

async function bundle(input: InputOptions, output: OutputOptions): Promise<Bundle> {
  const build = await rolldown({
    cwd: ROOT,
    plugins: [withoutAddOns, oneThreadFile],
    ...input,
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    const { output: files } = await (output.dir === undefined
      ? build.generate({ ...OUTPUT, ...output })
      : build.write({ ...OUTPUT, ...output }));
    const chunks = files.filter((file) => file.type === 'chunk');
    checkImports(chunks);
    return { chunks };
  } finally {
    await build.close();
  }
}

/** A package that is installed alone finds what it imports. */
function checkImports(chunks: readonly OutputChunk[]): void {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  for (const { fileName, imports, dynamicImports } of chunks) {
    const foreign = [...imports, ...dynamicImports].find(
      (id) => !own.has(id) && !id.startsWith('node:') && !builtinModules.includes(id),
    );
    if (foreign !== undefined) throw new Error(`${fileName} imports ${foreign}`);
  }
}

/** The library in Node. */
export async function bundleLibrary(dir: string): Promise<Bundle> {
  return await bundle({ input: { ...ENTRIES }, platform: 'node' }, { dir });
}

/** The library in a browser. */
export async function bundleForBrowsers(dir: string): Promise<Bundle> {
  return await bundle({ input: { ...ENTRIES, ...WORKER }, platform: 'browser' }, { dir });
}

/** What a thread loads, of the library's and of the command's: one file. */
export async function bundleThread(dir: string): Promise<Bundle> {
  return await bundle({ input: { thread: THREAD }, platform: 'node' }, { dir, codeSplitting: false });
}

/** What has Piscina load it. */
export async function bundleBootstrap(dir: string): Promise<Bundle> {
  const input = { bootstrap: compiled('tasks', 'node/bootstrap', '.cjs') };
  return await bundle({ input, platform: 'node' }, { dir, format: 'cjs', entryFileNames: '[name].cjs' });
}

/**
 * The command: its words in one file, what the usual commands do in a second, rare ones apart. The bundler alone would make a
 * file of every set of modules that several need.
 */
export async function bundleCommand(dir: string): Promise<Bundle> {
  const input: InputOptions = { input: { weft: compiled('cli', 'bin/weft') }, platform: 'node' };
  const groups = groupOf((await bundle(input, {})).chunks);
  const codeSplitting: OutputOptions['codeSplitting'] = {
    includeDependenciesRecursively: false,
    groups: [{ debugName: 'parts of the command', name: (id: string) => groups.get(id) ?? null }],
  };
  const files = { dir, chunkFileNames: 'weft-[name].js', codeSplitting };
  return await bundle({ ...input, preserveEntrySignatures: 'allow-extension' }, files);
}

/** Which file a module of the command goes to. */
function groupOf(chunks: readonly OutputChunk[]): ReadonlyMap<string, string> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const groups = new Map<string, string>();
  const claim = (fileName: string, group: string): void => {
    const chunk = byName.get(fileName);
    if (chunk === undefined) return;
    for (const id of chunk.moduleIds) if (!groups.has(id)) groups.set(id, group);
    for (const next of chunk.imports) claim(next, group);
  };
  const entry = chunks.find((chunk) => chunk.isEntry)!;
  claim(entry.fileName, 'words');
  // It waits for what it loads, and nothing that it loads may wait for it.
  groups.delete(entry.facadeModuleId!);
  const rare = (chunk: OutputChunk): boolean => RARE.test(chunk.facadeModuleId ?? '');
  const dynamic = chunks.filter((chunk) => chunk.isDynamicEntry);
  for (const chunk of dynamic.filter((one) => !rare(one))) claim(chunk.fileName, 'work');
  for (const chunk of dynamic.filter(rare)) claim(chunk.fileName, chunk.name);
  return groups;
}
