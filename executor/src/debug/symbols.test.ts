import { readGuest } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';
import { loadElf } from '../program/elf.ts';
import { readSymbols } from './symbols.ts';

const elf = readGuest('runtime');
const code = loadElf(elf).segments.find((segment) => segment.executable)!;
const symbols = readSymbols(elf);

describe('functions of a guest', () => {
  it('hold the addresses from their first to their last instruction', () => {
    const start = symbols.functionAt(code.address)!;
    expect(start).toMatchObject({ name: '_start', address: code.address });
    expect(symbols.lookup(code.address)).toBe('_start');
    expect(symbols.lookup(code.address + 8)).toBe('_start+0x8');
    const last = code.address + start.size - 4;
    expect(symbols.functionAt(last)).toEqual(start);
    expect(symbols.functionAt(last + 4)?.name).not.toBe('_start');
  });
  it('have no addresses before, behind, or far away: no name of what stands nearest', () => {
    const end = code.address + code.data.length;
    expect(symbols.functionAt(end - 4)).toBeDefined();
    for (const pc of [0, code.address - 4, end, end + 0x1000, 0x203000 + 0x100000, 0xfffee7d4]) {
      expect(symbols.functionAt(pc), `0x${pc.toString(16)}`).toBeUndefined();
      expect(symbols.lookup(pc)).toBeUndefined();
    }
  });
  it('do not include symbols of the linker script', () => {
    const names = new Set<string | undefined>();
    for (let pc = code.address; pc < code.address + code.data.length; pc += 4) names.add(symbols.functionAt(pc)?.name);
    for (const name of ['__heap_start', '__stack_top', '__global_pointer$', '_end']) expect(names).not.toContain(name);
    expect(names).toContain('memcpy');
  });
});

it('a file without symbols, or that is none, has no functions', () => {
  for (const file of [new Uint8Array(), elf.slice(0, 4000), new Uint8Array(100)])
    expect(readSymbols(file).functionAt(code.address)).toBeUndefined();
});
