/**
 * @module The types of the package, docstrings included: declarations of the entries with what they share in files of their own, so that
 * a class is one class whichever entry it comes from. Twice, for TypeScript takes declarations as those of a CommonJS module by their ending.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { ENTRIES, WORKER } from './bundles.ts';
import { ROOT } from './places.ts';

export async function bundleTypes(dir: string): Promise<void> {
  const input = Object.fromEntries(
    Object.entries({ ...ENTRIES, ...WORKER }).map(([name, file]) => [name, file.replace(/\.js$/, '.d.ts')]),
  );
  const build = await rolldown({
    cwd: ROOT,
    input,
    plugins: [dts({ dtsInput: true, tsconfig: false, sourcemap: false })],
  });
  const { output } = await build.write({ dir, format: 'esm', chunkFileNames: '[name].js' });
  await build.close();
  for (const { fileName } of output) {
    const text = await readFile(join(dir, fileName), 'utf8');
    const required = text.replace(/^((?:import|export) .* from "\.\/[^"]+)\.js";$/gm, '$1.cjs";');
    await writeFile(join(dir, fileName.replace(/\.d\.ts$/, '.d.cts')), required);
  }
}
