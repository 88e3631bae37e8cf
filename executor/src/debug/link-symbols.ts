/**
 * @module Symbols of the linker script: addresses that a runtime goes by, such as the ends of stack and heap.
 */
import { readSections } from '../program/sections.ts';

const SYMBOL_BYTES = 16;
/** More symbols than any program has. */
const MOST_SYMBOLS = 1 << 20;

/** The values of those of these symbols that the file has. */
export function readLinkSymbols(elf: Uint8Array, names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const sections = readSections(elf);
  const table = sections.find(({ name }) => name === '.symtab');
  const texts = sections.find(({ name }) => name === '.strtab');
  if (table === undefined || texts === undefined) return found;
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const end = Math.min(table.offset + table.size, elf.length, table.offset + MOST_SYMBOLS * SYMBOL_BYTES);
  const wanted = names.map((name) => [name, new TextEncoder().encode(`${name}\0`)] as const);
  for (let at = table.offset; at + SYMBOL_BYTES <= end; at += SYMBOL_BYTES) {
    const start = texts.offset + view.getUint32(at, true);
    for (const [name, bytes] of wanted)
      if (bytes.every((byte, k) => elf[start + k] === byte)) found.set(name, view.getUint32(at + 4, true));
  }
  return found;
}
