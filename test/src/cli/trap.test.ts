/** What the command line shows of a guest that was stopped, of public values, and of an ELF file. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '@weft/cli/main';
import { printableText, publicValuesJson, publicValuesText } from '@weft/cli/public-values';
import * as asm from '@weft/executor/program/assembler';
import { guestPath } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'weft-trap-'));
const file = (name: string, content: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

async function weft(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const decode = (x: string | Uint8Array): string => (typeof x === 'string' ? x : new TextDecoder().decode(x));
  const code = await main(args, {
    out: (x) => void (out += decode(x)),
    err: (x) => void (err += decode(x)),
    isInteractive: false,
  });
  return { code, out, err };
}

describe('a guest that was stopped', () => {
  // A function that loads from an odd address, called once.
  const words = [...asm.li(2, asm.DATA + 64), asm.jal(1, 8), 0, ...asm.li(10, asm.DATA + 1), asm.load('LW', 11, 10, 0)];
  const path = file('misaligned.elf', asm.elf(words));
  const line =
    'error[MISALIGNED_ACCESS]: misaligned 4-byte load from 0x20001, not a multiple of 4; pc 0x10018, cycle 5: lw a1, 0(a0)';
  it('shows people its calls and registers', async () => {
    const { code, err } = await weft('run', path);
    expect(code).toBe(3);
    const [first, ...rest] = err.split('\n');
    expect(first).toBe(line);
    expect(rest.slice(0, 4)).toEqual(['call stack:', '  #0 0x10018 in ?', '  #1 0x10008 in ?', 'registers:']);
    expect(rest[4]).toBe('   ra 0x0001000c   sp 0x00020040   gp 0x00000000   tp 0x00000000');
  });
  it('has the same in JSON', async () => {
    const { out, err } = await weft('run', path, '--json');
    expect(err).toBe(`${line}\n`);
    expect((JSON.parse(out) as { error: unknown }).error).toMatchObject({
      code: 'MISALIGNED_ACCESS',
      trap: {
        pc: '0x10018',
        cycle: 5,
        instruction: 'lw a1, 0(a0)',
        address: '0x20001',
        size: 4,
        registers: { ra: '0x1000c', a0: '0x20001' },
        stack: [{ pc: '0x10008' }],
      },
    });
  });
});

describe('public values', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  it.each<readonly [string, Uint8Array, readonly string[]]>([
    ['none', new Uint8Array(), ['public values  0x']],
    [
      'a text',
      bytes('grüße\n'),
      ['public values  0x6772c3bcc39f650a', '  as text      "grüße\\n"', expect.any(String), expect.any(String)],
    ],
    ['four bytes', Uint8Array.of(1, 2, 0, 0), ['public values  0x01020000', '  as u32       513']],
    [
      'eight bytes',
      Uint8Array.of(255, 255, 255, 255, 1, 0, 0, 0),
      ['public values  0xffffffff01000000', '  as u32       4294967295 1', '  as u64       8589934591'],
    ],
    ['five bytes that are no text', Uint8Array.of(0, 1, 2, 3, 4), ['public values  0x0001020304']],
  ])('%s', (_, values, lines) => {
    expect(publicValuesText(values)).toEqual(lines);
  });
  it.each([
    ['UTF-8 cut short', Uint8Array.of(0xc3)],
    ['control characters', Uint8Array.of(0x41, 0x1b)],
    ['marks that turn the direction', bytes('a\u202eb')],
    ['nothing', new Uint8Array()],
  ])('%s is no text', (_, values) => {
    expect(printableText(values)).toBeUndefined();
    expect(Object.keys(publicValuesJson(values))).toEqual(['publicValues']);
  });
});

describe('inspect', () => {
  it('lists sections, functions, the entry and calls', async () => {
    const path = fileURLToPath(guestPath('fibonacci'));
    const { out } = await weft('inspect', path, '--json');
    const json = JSON.parse(out) as { calls: { name: string }[]; sections: { name: string }[]; functions: number };
    expect(json).toMatchObject({ kind: 'elf', entrySymbol: '_start', mayMakeOtherCalls: false });
    expect(json.calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['HALT', 'WRITE', 'COMMIT', 'HINT_READ']),
    );
    expect(json.sections.map(({ name }) => name)).toContain('.text');
    expect(json.functions).toBeGreaterThan(3);
    expect((await weft('inspect', path)).out).toMatch(/\ncalls +HALT, WRITE, /);
  });
  it('says of a stripped file that computes a code what it cannot know', async () => {
    const words = [...asm.halt(), ...asm.li(5, 0x7777), asm.ECALL, asm.r('ADD', 5, 6, 7), asm.ECALL];
    const path = file('stripped.elf', asm.elf(words));
    const { out } = await weft('inspect', path);
    expect(out).toContain('HALT, 0x7777 (unknown: traps); may make others, by a code that it computes');
    expect(out).toContain('none known: the file has no symbols');
  });
});
