/**
 * @module What of memory is code.
 */
import type { ElfImage } from './elf.ts';

/** Whether [from, to) reaches into an executable segment. */
export function overlapsCode({ image }: { readonly image: ElfImage }, from: number, to: number): boolean {
  return image.segments.some((s) => s.executable && from < s.address + s.data.length && s.address < to);
}

export function isCode(program: { readonly image: ElfImage }, address: number): boolean {
  return overlapsCode(program, address, address + 1);
}
