/**
 * @module The API reference: Markdown made of the docstrings, a page for each entry of the package.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { GENERATED, ROOT } from './pages.ts';

/** An entry of the package, and the compiled module of the workspace that it is. */
interface Entry {
  readonly name: string;
  readonly module: string;
  readonly summary: string;
}

export const ENTRIES: readonly Entry[] = [
  {
    name: 'weft-zkvm',
    module: 'sdk/dist/index.js',
    summary: 'Setup, execution, proving and verifying, in Node and in a page.',
  },
  {
    name: 'weft-zkvm/verify',
    module: 'sdk/dist/verify/whole.js',
    summary:
      'The verifier of one proof, `compressed` or `wrapped`, alone: no threads, no WebAssembly needed, nothing of Node.',
  },
  {
    name: 'weft-zkvm/sp1',
    module: 'sdk/dist/sp1.js',
    summary: 'Input and public values of guests that were written for SP1.',
  },
  {
    name: 'weft-zkvm/executor',
    module: 'executor/dist/index.js',
    summary: 'Programs, runs and system calls, without proofs.',
  },
  {
    name: 'weft-zkvm/rv32im',
    module: 'rv32im/dist/index.js',
    summary: 'The machine, and what binds a precompile of your own to it.',
  },
  {
    name: 'weft-zkvm/chips',
    module: 'prover/dist/index.js',
    summary: 'The chip kit: a proof system for a machine of your own.',
  },
];

const FOLDER = `${ROOT}${GENERATED}/api`;

/** The page of an entry, from the root. */
export const pageOfEntry = (name: string): string => `${GENERATED}/api/${name.replace('/', '.')}.md`;

const ENTRY_FOLDER = `${ROOT}${GENERATED}/entries`;

/** Docstrings write the class of an error as a type, which the reader of docstrings would drop. */
const withErrorLinks = (source: string): string =>
  source.replaceAll(
    /(@throws) \{(\w+)\}( \{)?/g,
    (_, tag, name, more) => `${tag} {@link ${name}}${more === undefined ? '' : ', {'}`,
  );

/** What can be imported, and where it is described. */
function overview(): string {
  const rows = ENTRIES.map(({ name, summary }) => `| [\`${name}\`](${name.replace('/', '.')}.md) | ${summary} |`);
  const head =
    '# API\n\nWhat can be imported from the package, as its docstrings say it.\n\n| entry | has |\n|---|---|\n';
  return `${head}${rows.join('\n')}\n`;
}

/** A module of our own for each entry, which has the entry's name in the package. */
function writeEntries(): string[] {
  rmSync(ENTRY_FOLDER, { recursive: true, force: true });
  mkdirSync(ENTRY_FOLDER, { recursive: true });
  return ENTRIES.map(({ name, module, summary }, i) => {
    const path = `${ENTRY_FOLDER}/${i}.ts`;
    const head = `/**\n * ${summary}\n * @module ${name}\n */\n`;
    writeFileSync(path, `${head}export * from ${JSON.stringify(`../../../${module}`)};\n`);
    return path;
  });
}

/**
 * Writes the pages of the API anew. The packages must have been built.
 * @throws {Error} when a module does not resolve.
 */
export async function writeApi(): Promise<void> {
  const { Application, LogLevel } = await import('typedoc');
  const { load } = await import('typedoc-plugin-markdown');
  const { default: ts } = await import('typescript');
  const paths = writeEntries();
  const options = {
    ...{ strict: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    ...{ target: ts.ScriptTarget.ES2023, types: [], skipLibCheck: true, noEmit: true },
  };
  const host = ts.createCompilerHost(options, true);
  const read = host.readFile;
  host.readFile = (path) => {
    const source = read(path);
    return source === undefined || !path.endsWith('.d.ts') ? source : withErrorLinks(source);
  };
  host.getSourceFile = (path, languageVersion) => {
    const source = host.readFile(path);
    return source === undefined ? undefined : ts.createSourceFile(path, source, languageVersion, true);
  };
  const program = ts.createProgram(paths, options, host);
  const faults = program
    .getSemanticDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  if (faults.length > 0) throw new Error(`the API cannot be read, build the packages first: ${faults[0]}`);
  const app = await Application.bootstrapWithPlugins({
    ...{ name: 'API', entryPoints: paths, skipErrorChecking: true, logLevel: LogLevel.Warn },
    ...{ plugin: [load], out: FOLDER, cleanOutputDir: true, githubPages: false },
    groupOrder: ['Functions', 'Interfaces', 'Type Aliases', 'Classes', 'Variables', '*'],
    ...{ readme: 'none', disableSources: true, excludePrivate: true, excludeExternals: true },
    // Types of the workspace that no entry exports are named in signatures and have no page.
    validation: { notExported: false, invalidLink: false, notDocumented: false },
    // Options of the plugin, which the types of its host do not know.
    ...({
      ...{
        outputFileStrategy: 'modules',
        entryFileName: 'index',
        flattenOutputFiles: true,
        hideBreadcrumbs: true,
        hidePageHeader: true,
      },
      ...{ useCodeBlocks: true, expandParameters: true, parametersFormat: 'table', interfacePropertiesFormat: 'table' },
      ...{ enumMembersFormat: 'table', classPropertiesFormat: 'table', typeDeclarationFormat: 'table' },
      tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideDefaults: true },
    } as object),
  });
  const project = app.converter.convert(
    paths.map((path, i) => ({ displayName: ENTRIES[i]!.name, program, sourceFile: program.getSourceFile(path)! })),
  );
  rmSync(FOLDER, { recursive: true, force: true });
  await app.generateOutputs(project);
  writeFileSync(`${FOLDER}/index.md`, overview());
}
