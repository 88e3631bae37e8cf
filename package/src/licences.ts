/**
 * @module The licences of what is bundled.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundles.ts';
import { foreignPackage } from './places.ts';

/**
 * Text that names every package of which the bundles hold code, with its licence.
 * @throws {Error} for a package without one.
 */
export function licencesOf(bundles: readonly Bundle[]): string {
  const files = bundles.flatMap(({ chunks }) => chunks).flatMap(({ moduleIds }) => moduleIds);
  const folders = new Set(files.map(foreignPackage).filter((folder) => folder !== undefined));
  const texts = new Map([...folders].map(licenceOf));
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    'Weft itself is under the licences in LICENSE-MIT and LICENSE-APACHE, whichever you choose.\nIts bundles hold code of these packages.\n',
    ...sorted.map(([title, text]) => `${'-'.repeat(72)}\n${title}\n\n${text.trim()}\n`),
  ].join('\n');
}

function licenceOf(folder: string): readonly [string, string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  const title = `${name} ${version}, ${license}`;
  if (file !== undefined) return [title, readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n')];
  const readme = readdirSync(folder).find((entry) => /^readme\.md$/i.test(entry));
  // Where the licence stands in the readme alone.
  const section = /^#+ *licen[cs]e\b[\s\S]*$/im.exec(
    readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8'),
  );
  if (section === null) throw new Error(`${name} has no licence to copy`);
  return [title, section[0]];
}
