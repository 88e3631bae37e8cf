/**
 * @module What the published package weighs and how long its command takes from start to end, in a process of its own. Prints one JSON
 * object.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackedPackage, Project, packPackage, temporaryFolder } from '../support/package.ts';
import { SIZE_LIMITS, type Sizes, sizesOf } from '../support/sizes.ts';

/** Figures of the package as a stranger has installed it. */
export interface PackageFigures {
  /** Bytes. */
  readonly sizes: Sizes;
  readonly limits: Sizes;
  /** Medians of whole processes, wall time in ms. */
  readonly start: {
    readonly version: number;
    readonly proveCore: number;
    readonly proveCompressed: number;
    readonly verify: number;
    /** Importing the library and nothing else. */
    readonly importLibrary: number;
  };
}

const ELF = 'node_modules/weft-zkvm/elf/fibonacci.elf';

async function median(repetitions: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[repetitions >> 1]!;
}

/** @param folder - an empty one. */
async function measure(folder: string): Promise<PackageFigures> {
  const packed: PackedPackage = await packPackage(folder);
  const project = await Project.create(join(folder, 'project'), packed);
  const prove = (mode: string) => (): Promise<string> =>
    project.weft('prove', ELF, '--mode', mode, '--stdin-text', '10', '-o', `${mode}.proof`);
  // Circuits are made by the first proof that needs them, and kept.
  await prove('compressed')();
  await project.write('import.mjs', "import 'weft-zkvm';");
  return {
    sizes: await sizesOf(project.folder, packed),
    limits: SIZE_LIMITS,
    start: {
      version: await median(11, () => project.weft('--version')),
      proveCore: await median(7, prove('core')),
      proveCompressed: await median(5, prove('compressed')),
      verify: await median(7, () => project.weft('verify', 'compressed.proof', '--elf', ELF)),
      importLibrary: await median(11, () => project.run('import.mjs')),
    },
  };
}

const folder = await temporaryFolder();
try {
  process.stdout.write(`${JSON.stringify(await measure(folder), null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true });
}
