/**
 * @module Where `weft build` leaves its result.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { onDisk, readInput } from '../io.ts';
import { outputFile, writeFileWhole } from '../output-file.ts';

/**
 * Puts an ELF file that was made in its place.
 * @throws {UsageError} @throws {ResourceError}
 */
export async function putElf(made: string, path: string): Promise<void> {
  await onDisk(path, async () => mkdirSync(dirname(path), { recursive: true }));
  await writeFileWhole(path, await outputFile(path, 'the program', []), readInput(made));
}
