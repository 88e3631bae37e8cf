/**
 * @module The input items as they are typed, and the bytes that they stand for.
 */
import { computed, signal } from '@preact/signals';
import type { ExampleItem } from './example.ts';
import { decodeText, isText, toHex } from './format.ts';

export type ItemKind = 'text' | 'hex' | 'file';

export interface Item {
  readonly id: number;
  readonly label: string;
  readonly kind: ItemKind;
  /** What is typed, by the kind that it is meant as. */
  readonly text: string;
  readonly hex: string;
  readonly file?: { readonly name: string; readonly bytes: Uint8Array };
}

export const items = signal<readonly Item[]>([]);

let lastId = 0;

export function setItems(given: readonly ExampleItem[]): void {
  items.value = given.map(({ label, kind, value }) => ({
    id: ++lastId,
    label,
    kind,
    text: '',
    hex: '',
    [kind]: value,
  }));
}

/** Takes items of an earlier visit. */
export function restoreItems(kept: readonly Item[]): void {
  items.value = kept.map((item) => ({ ...item, id: ++lastId }));
}

/** @returns the new item's id. */
export function addItem(): number {
  const id = ++lastId;
  items.value = [...items.value, { id, label: `item ${items.value.length}`, kind: 'text', text: '', hex: '' }];
  return id;
}

export function changeItem(id: number, change: Partial<Omit<Item, 'id'>>): void {
  items.value = items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
}

export function removeItem(id: number): void {
  items.value = items.value.filter((item) => item.id !== id);
}

/** What an item stands for, or why it stands for nothing. */
export type Parsed = { readonly bytes: Uint8Array } | { readonly problem: string };

export function parseItem({ kind, text, hex, file }: Omit<Item, 'id' | 'label'>): Parsed {
  if (kind === 'text') return { bytes: new TextEncoder().encode(text) };
  if (kind === 'hex') return parseHex(hex);
  return file === undefined ? { problem: 'no file is chosen' } : { bytes: file.bytes };
}

/** An item of another kind and, where that can be written so, the same bytes; else what was typed as that kind before. */
export function asKind(item: Item, kind: ItemKind): Item {
  const parsed = parseItem(item);
  const bytes = 'bytes' in parsed ? parsed.bytes : new Uint8Array();
  if (bytes.length === 0 || bytes.length > MOST_REWRITTEN) return { ...item, kind };
  if (kind === 'hex') return { ...item, kind, hex: toHex(bytes) };
  return kind === 'text' && isText(bytes) ? { ...item, kind, text: decodeText(bytes) } : { ...item, kind };
}

/** Bytes that are shown as text or digits. */
const MOST_REWRITTEN = 1 << 16;

/** Digits may have spaces between them and `0x` before them. */
export function parseHex(text: string): Parsed {
  const digits = text.replace(/\s+/g, '').replace(/^0x/i, '');
  const wrong = digits.search(/[^0-9a-f]/i);
  if (wrong >= 0) return { problem: `“${digits[wrong]!}” is no hexadecimal digit` };
  if (digits.length % 2 === 1) return { problem: `${digits.length} digits are no whole number of bytes` };
  return { bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) };
}

/** The bytes of all items, or nothing while one of them stands for none. */
export const stdin = computed<readonly Uint8Array[] | undefined>(() => {
  const parsed = items.value.map(parseItem);
  return parsed.every((item) => 'bytes' in item) ? parsed.map(({ bytes }) => bytes) : undefined;
});
