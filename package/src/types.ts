/**
 * @module The types of the package, docstrings included: declarations of the entries with what they share in files of their own, so that
 * a class is one class whichever entry it comes from. Twice, for TypeScript takes declarations as those of a CommonJS module by their ending.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import ts from 'typescript';
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
    const path = join(dir, fileName);
    const text = withDoubleQuotes(await readFile(path, 'utf8'));
    await writeFile(path, text);
    const required = text.replace(/^((?:import|export) .* from "\.\/[^"]+)\.js";$/gm, '$1.cjs";');
    await writeFile(path.replace(/\.d\.ts$/, '.d.cts'), required);
  }
}

/** Quotes in what the compiler writes follow from what it had compiled before. */
function withDoubleQuotes(text: string): string {
  const source = ts.createSourceFile('types.d.ts', text, ts.ScriptTarget.Latest, true);
  const parts: string[] = [];
  let end = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) {
      parts.push(text.slice(end, node.getStart()), JSON.stringify(node.text));
      end = node.getEnd();
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return parts.join('') + text.slice(end);
}
