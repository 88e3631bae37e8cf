/**
 * @module Sections of an ELF file, for messages. They are not loaded and a stripped file has none, so nothing depends on them: whatever is
 * odd in them is taken for absent.
 */

export interface Section {
  readonly name: string;
  readonly address: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** Whether it is part of the memory image. */
  readonly isLoaded: boolean;
}

const SECTION_HEADER_BYTES = 40;
const SHF_ALLOC = 2;

/** The sections of an ELF file, in the file's order, without the one that every table starts with. */
export function readSections(elf: Uint8Array): Section[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const u32 = (at: number): number => view.getUint32(at, true);
  if (elf.length < 52) return [];
  const [table, count, nameSection] = [u32(32), view.getUint16(48, true), view.getUint16(50, true)];
  const isTable = view.getUint16(46, true) === SECTION_HEADER_BYTES && nameSection < count;
  if (!isTable || table + count * SECTION_HEADER_BYTES > elf.length) return [];
  const names = u32(table + nameSection * SECTION_HEADER_BYTES + 16);
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * SECTION_HEADER_BYTES;
    const start = names + u32(at);
    // A longer name is no name.
    const text = elf.subarray(start, Math.min(elf.length, start + 256));
    const end = text.indexOf(0);
    return {
      name: new TextDecoder().decode(text.subarray(0, Math.max(0, end))),
      address: u32(at + 12),
      offset: u32(at + 16),
      size: u32(at + 20),
      isLoaded: (u32(at + 8) & SHF_ALLOC) !== 0,
    };
  }).slice(1);
}

/** The name of the loaded section that holds `address`. */
export function sectionAt(elf: Uint8Array, address: number): string | undefined {
  const found = readSections(elf).find(
    (s) => s.isLoaded && address >= s.address && address - s.address < s.size && s.name !== '',
  );
  return found?.name;
}
