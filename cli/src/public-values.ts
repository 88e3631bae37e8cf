/**
 * @module Public values as people read them: always as hexadecimal, besides as text or as numbers where they may be that.
 */
import { bytesToHex } from '@weft/primitives';

/** Characters of a text in a line for people. */
const LONGEST_TEXT = 1000;
/** Bytes that may be a few numbers. */
const MOST_NUMBER_BYTES = 32;

/** As text, where all of it is UTF-8 that a terminal can show. */
export function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^[\P{C}\n\r\t]+$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Lines for people, the first one in hexadecimal. */
export function publicValuesText(bytes: Uint8Array): string[] {
  const lines = [`public values  0x${bytesToHex(bytes)}`];
  const text = printableText(bytes);
  if (text !== undefined) {
    const shown =
      text.length > LONGEST_TEXT ? `${JSON.stringify(text.slice(0, LONGEST_TEXT))} ...` : JSON.stringify(text);
    lines.push(`  as text      ${shown}`);
  }
  if (bytes.length > 0 && bytes.length <= MOST_NUMBER_BYTES && bytes.length % 4 === 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    lines.push(
      `  as u32       ${Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true)).join(' ')}`,
    );
    if (bytes.length % 8 === 0)
      lines.push(
        `  as u64       ${Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigUint64(8 * i, true)).join(' ')}`,
      );
  }
  return lines;
}

/** What `--json` shows of them. */
export function publicValuesJson(bytes: Uint8Array): {
  readonly publicValues: string;
  readonly publicValuesText?: string;
} {
  const text = printableText(bytes);
  return { publicValues: `0x${bytesToHex(bytes)}`, ...(text === undefined ? {} : { publicValuesText: text }) };
}
