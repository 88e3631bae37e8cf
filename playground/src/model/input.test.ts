/** Input items are the bytes that were typed, whichever way they are shown. */
import { describe, expect, it } from 'vitest';
import { asKind, type Item, parseHex, parseItem } from './input.ts';

const item = (kind: 'text' | 'hex', typed: string): Item => ({
  id: 1,
  label: 'n',
  kind,
  text: '',
  hex: '',
  [kind]: typed,
});
const file: Item = { id: 1, label: 'n', kind: 'file', text: '', hex: '' };

describe('hexadecimal input', () => {
  it.each([
    ['', []],
    ['0a ff', [10, 255]],
    ['0x0AfF', [10, 255]],
    ['0a\n0b', [10, 11]],
  ])('%j', (text, bytes) => {
    expect(parseHex(text)).toEqual({ bytes: Uint8Array.from(bytes) });
  });
  it.each([
    ['abc', '3 digits'],
    ['0g', '“g”'],
    ['é0', '“é”'],
  ])('%j is refused', (text, reason) => {
    expect(parseHex(text)).toEqual({ problem: expect.stringContaining(reason) as string });
  });
});

describe('an item', () => {
  it.each(['', '10', 'größer\n', '\ufeffmark'])('%j is the same bytes as text and as digits', (text) => {
    const typed = item('text', text);
    const digits = asKind(typed, 'hex');
    expect(parseItem(digits)).toEqual(parseItem(typed));
    expect(parseItem(asKind({ ...digits, text: '' }, 'text'))).toEqual(parseItem(typed));
  });
  it.each(['00', 'ff', '0d0a', 'c0af'])('bytes %s that nobody can type are not made text, and not lost', (hex) => {
    const text = asKind(item('hex', hex), 'text');
    expect(text.text).toBe('');
    expect(parseItem(asKind(text, 'hex'))).toEqual(parseHex(hex));
  });
  it('that is a file is none before one is chosen', () => {
    expect(parseItem(file)).toEqual({ problem: 'no file is chosen' });
    const bytes = Uint8Array.of(1, 2);
    expect(parseItem({ ...file, file: { name: 'x', bytes } })).toEqual({ bytes });
  });
});
