/**
 * @module Names of functions, from the section headers of an ELF file, for messages and profiles. elfy fails on stripped files and knows no
 * RISC-V, so it decides nothing: whatever goes wrong here only means that no symbol is known.
 */
import { Buffer } from 'node:buffer';
import elfy from 'elfy';
import { demangleCxx } from './demangle-cxx.ts';
import { demangleRust } from './demangle-rust.ts';

export interface FunctionSymbol {
  /** As its author wrote it, as far as that can be told. */
  readonly name: string;
  readonly address: number;
  /** In bytes. */
  readonly size: number;
}

export interface SymbolTable {
  /** The function that holds the instruction at `pc`. */
  functionAt(pc: number): FunctionSymbol | undefined;
  /** `name+0xoffset` of that function. */
  lookup(pc: number): string | undefined;
}

interface Section {
  readonly address: number;
  readonly end: number;
}

interface Entry {
  readonly address: number;
  readonly raw: string;
  /** The first address behind it. */
  readonly end: number;
  name?: string;
}

const SYMBOL_BYTES = 16;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
/** More symbols than any program has: reading them takes time that a hostile file must not decide. */
const MOST_SYMBOLS = 1 << 20;
const SHF_EXECUTABLE = 4;

/** The functions of an ELF file; an empty table when there are none or they cannot be read. */
export function readSymbols(elf: Uint8Array): SymbolTable {
  const entries = entriesOf(elf);
  const functionAt = (pc: number): FunctionSymbol | undefined => {
    let [start, end] = [0, entries.length];
    while (start < end) {
      const middle = (start + end) >>> 1;
      if (entries[middle]!.address <= pc) start = middle + 1;
      else end = middle;
    }
    const found = entries[start - 1];
    return found === undefined || pc >= found.end ? undefined : symbolOf(found);
  };
  return {
    functionAt,
    lookup: (pc) => {
      const found = functionAt(pc);
      if (found === undefined) return undefined;
      return pc === found.address ? found.name : `${found.name}+0x${(pc - found.address).toString(16)}`;
    },
  };
}

/** The functions of an ELF file by rising address; none when they cannot be read. */
export function readFunctions(elf: Uint8Array): FunctionSymbol[] {
  return entriesOf(elf).map(symbolOf);
}

function symbolOf(entry: Entry): FunctionSymbol {
  entry.name ??= demangleRust(entry.raw) ?? demangleCxx(entry.raw) ?? entry.raw;
  return { name: entry.name, address: entry.address, size: entry.end - entry.address };
}

function entriesOf(elf: Uint8Array): Entry[] {
  try {
    return readEntries(elf);
  } catch {
    // As if it had none.
    return [];
  }
}

function readEntries(elf: Uint8Array): Entry[] {
  const { sections } = elfy.parse(Buffer.from(elf)).body;
  const table = sections.find((s) => s.name === '.symtab');
  const names = sections.find((s) => s.name === '.strtab')?.data;
  if (table === undefined || names === undefined) return [];
  const view = new DataView(table.data.buffer, table.data.byteOffset, table.data.byteLength);
  const code = executableSections(elf);
  const found: { address: number; size: number; kind: number; raw: string }[] = [];
  const count = Math.min(MOST_SYMBOLS, Math.floor(table.data.length / SYMBOL_BYTES));
  const decoder = new TextDecoder();
  for (let at = 0; at < count * SYMBOL_BYTES; at += SYMBOL_BYTES) {
    const kind = view.getUint8(at + 12) & 15;
    if (kind !== STT_FUNC && kind !== STT_NOTYPE) continue;
    const address = view.getUint32(at + 4, true);
    // Symbols of linker scripts, such as the end of the heap, are no functions.
    if (!code.some((section) => address >= section.address && address < section.end)) continue;
    const start = view.getUint32(at, true);
    const raw = decoder.decode(names.subarray(start, names.indexOf(0, start)));
    // Local labels of assemblers, and marks of what is code.
    if (raw === '' || raw.startsWith('$') || raw.startsWith('.')) continue;
    found.push({ address, size: view.getUint32(at + 8, true), kind, raw });
  }
  // Of several names for one place that of a function comes last, and is taken.
  found.sort((a, b) => a.address - b.address || a.kind - b.kind || a.size - b.size);
  const entries: Entry[] = [];
  for (const { address, size, raw } of found) {
    const last = entries.at(-1);
    if (last?.address === address) entries.pop();
    const section = code.find((one) => address >= one.address && address < one.end)!;
    // Without a size, as assembly often is, up to the next symbol.
    entries.push({ address, raw, end: size === 0 ? section.end : Math.min(address + size, section.end) });
  }
  return entries.map((entry, i) => {
    const next = entries[i + 1];
    return next !== undefined && next.address < entry.end ? { ...entry, end: next.address } : entry;
  });
}

/** From the section headers. elfy gives no raw flags, so they are read here. */
function executableSections(elf: Uint8Array): Section[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const [table, size, count] = [view.getUint32(32, true), view.getUint16(46, true), view.getUint16(48, true)];
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * size;
    const address = view.getUint32(at + 12, true);
    const isCode = (view.getUint32(at + 8, true) & SHF_EXECUTABLE) !== 0;
    return { address, end: isCode ? address + view.getUint32(at + 20, true) : address };
  }).filter(({ address, end }) => end > address);
}
