/**
 * @module Function names for messages, from the section headers. elfy fails on stripped files and knows no RISC-V, so it
 * decides nothing: whatever goes wrong here only means that no symbol is known.
 */
import { Buffer } from 'node:buffer';
import elfy from 'elfy';

export interface SymbolTable {
  /** `name+0xoffset` of the function that holds `pc`. */
  lookup(pc: number): string | undefined;
}

const SYMBOL_BYTES = 16;
const STT_FUNC = 2;

/** The function symbols of an ELF file; an empty table when there are none or they cannot be read. */
export function readSymbols(elf: Uint8Array): SymbolTable {
  const functions: { address: number; name: string }[] = [];
  try {
    const { sections } = elfy.parse(Buffer.from(elf)).body;
    const table = sections.find((s) => s.name === '.symtab');
    const names = sections.find((s) => s.name === '.strtab')?.data;
    if (table !== undefined && names !== undefined) {
      const view = new DataView(table.data.buffer, table.data.byteOffset, table.data.byteLength);
      for (let at = 0; at + SYMBOL_BYTES <= table.data.length; at += SYMBOL_BYTES) {
        const kind = view.getUint8(at + 12) & 15;
        const start = view.getUint32(at, true);
        if (kind !== STT_FUNC && kind !== 0) continue;
        const end = names.indexOf(0, start);
        const name = new TextDecoder().decode(names.subarray(start, end));
        if (name !== '' && !name.startsWith('$') && !name.startsWith('.'))
          functions.push({ address: view.getUint32(at + 4, true), name });
      }
    }
  } catch {
    functions.length = 0;
  }
  functions.sort((a, b) => a.address - b.address);
  return {
    lookup: (pc) => {
      const found = functions.findLast((f) => f.address <= pc);
      if (found === undefined) return undefined;
      return pc === found.address ? found.name : `${found.name}+0x${(pc - found.address).toString(16)}`;
    },
  };
}
