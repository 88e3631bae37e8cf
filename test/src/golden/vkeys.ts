/**
 * @module The verifying keys of all guests that are kept as files: a changed ELF file, or a changed machine, is another key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setup } from '@weft/sdk';

const ROOT = new URL('../../../', import.meta.url);
const FOLDERS = ['guest-examples/elf/', 'guest-examples/conformance/elf/', 'examples/precompile/guest/'];

/** Path of the ELF file, and its key in hexadecimal. */
export async function vkeysGolden(): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const folder of FOLDERS) {
    const files = readdirSync(new URL(folder, ROOT)).filter((name) => name.endsWith('.elf'));
    for (const file of files.sort())
      keys[folder + file] = (await setup(new Uint8Array(readFileSync(new URL(folder + file, ROOT))))).vkHex;
  }
  return keys;
}
