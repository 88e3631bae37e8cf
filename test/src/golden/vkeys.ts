/**
 * @module The verifying keys of the example guests: a changed ELF file, or a changed machine, is another key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setup } from '@weft/sdk';

const FOLDER = new URL('../../../guest-examples/elf/', import.meta.url);

/** Name of the ELF file, and its key in hexadecimal. */
export async function vkeysGolden(): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith('.elf'))
    .sort())
    keys[file] = (await setup(new Uint8Array(readFileSync(new URL(file, FOLDER))))).vkHex;
  return keys;
}
