/**
 * @module Where things are in the repository.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** A compiled module of a workspace package. @param extension - `.d.ts` for its types. */
export function compiled(folder: string, module: string, extension: '.js' | '.cjs' | '.d.ts' = '.js'): string {
  return join(ROOT, folder, 'dist', `${module}${extension}`);
}

/** A file of a package that a workspace package depends on, whatever the package exports. */
export function installed(folder: string, name: string, file: string): string {
  const { resolve } = createRequire(join(ROOT, folder, 'package.json'));
  const entry = resolve(name);
  const at = entry.lastIndexOf(join('node_modules', name));
  return join(entry.slice(0, at), 'node_modules', name, file);
}

/** The folder of the package that a bundled file belongs to, or `undefined` for one of ours. */
export function foreignPackage(file: string): string | undefined {
  const at = file.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const [scope, name] = file.slice(at + '/node_modules/'.length).split('/');
  return join(dirname(file.slice(0, at + 1)), 'node_modules', scope!, ...(scope!.startsWith('@') ? [name!] : []));
}
