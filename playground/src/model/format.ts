/**
 * @module Figures and bytes as people read them.
 */

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const;

/** Three digits at least, as in `1.25 MiB`. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** unit;
  if (bytes === 1) return '1 byte';
  return `${unit === 0 ? value : precise(value)} ${UNITS[unit]!}`;
}

export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1000);
  if (minutes < 60) return `${minutes} min ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Thousands are apart. */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** In thousands or millions, as in `4.19 M`. */
export function formatLarge(count: number): string {
  if (count < 10_000) return formatCount(count);
  return count < 1e6 ? `${precise(count / 1e3)} k` : `${precise(count / 1e6)} M`;
}

const precise = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** Whole words of 32 bits, lowest byte first, and the bytes that are left over. */
export function toWords(bytes: Uint8Array): { readonly words: readonly number[]; readonly rest: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, true));
  return { words, rest: bytes.subarray(4 * words.length) };
}

/** Text with a sign in place of what cannot be shown. */
export function toText(bytes: Uint8Array): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what cannot be shown.
  return new TextDecoder().decode(bytes).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\u00b7');
}

/** Bytes that are text, to the last of them. */
export const decodeText = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** Whether bytes are text that can be shown, and typed again to the same bytes. */
export function isText(bytes: Uint8Array): boolean {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nobody types them.
    return !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(decodeText(bytes));
  } catch {
    return false;
  }
}
