/** Line tables made here from the specification, and changed ones; those of compilers were compared with what binutils says of them. */
import { concatBytes } from '@weft/primitives';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './lines.ts';

const bytes = (...of: readonly number[]): Uint8Array => Uint8Array.from(of);
const u16 = (n: number): Uint8Array => bytes(n & 255, n >> 8);
const u32 = (n: number): Uint8Array => new Uint8Array(Uint32Array.of(n).buffer);
const text = (of: string): Uint8Array => new TextEncoder().encode(`${of}\0`);

/** An ELF file of sections alone. */
function elf(sections: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const names = ['', ...Object.keys(sections), '.shstrtab'];
  const strings = text(names.join('\0'));
  const bodies = [new Uint8Array(), ...Object.values(sections), strings];
  const at = 52;
  let [offset, name] = [at, 0];
  const headers = bodies.map((body, i) => {
    const header = new Uint8Array(40);
    const view = new DataView(header.buffer);
    view.setUint32(0, name, true);
    view.setUint32(16, offset, true);
    view.setUint32(20, body.length, true);
    name += names[i]!.length + 1;
    offset += body.length;
    return header;
  });
  const head = new Uint8Array(at);
  const view = new DataView(head.buffer);
  view.setUint32(32, offset, true);
  view.setUint16(46, 40, true);
  view.setUint16(48, bodies.length, true);
  view.setUint16(50, bodies.length - 1, true);
  return concatBytes(head, ...bodies, ...headers);
}

/** Numbers of operands of the opcodes 1 to 12. */
const OPERANDS = bytes(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
const [LINE_BASE, LINE_RANGE] = [-5, 14];
const special = (line: number, words: number): number => 13 + (line - LINE_BASE) + LINE_RANGE * 4 * words;

function unit(version: number, tables: Uint8Array, program: Uint8Array): Uint8Array {
  const rest = concatBytes(
    ...[bytes(1), version >= 4 ? bytes(1) : bytes(), bytes(1, LINE_BASE & 255, LINE_RANGE, 13), OPERANDS, tables],
  );
  const body = concatBytes(u16(version), version === 5 ? bytes(4, 0) : bytes(), u32(rest.length), rest, program);
  return concatBytes(u32(body.length), body);
}

const setAddress = (to: number): Uint8Array => concatBytes(bytes(0, 5, 2), u32(to));
const end = bytes(0, 1, 1);
/** Lines 3 and 4 of the second file at 0x1000 and 0x1004, line 2 of the first at 0x1010, up to 0x1018. */
const program = concatBytes(
  ...[setAddress(0x1000), bytes(4, 2, 3, 2, 1, special(1, 1), 4, 1, 3, 0x7e, 2, 12, 1, 9), u16(8), end],
);
const old = concatBytes(
  text('src'),
  bytes(0),
  text('main.c'),
  bytes(0, 0, 0),
  text('part.c'),
  bytes(1, 0, 0),
  bytes(0),
);
const LINE_STRINGS = text('/build\0src\0main.c\0part.c');
const fresh = concatBytes(
  bytes(1, 1, 0x1f, 2),
  ...[u32(0), u32(7)],
  bytes(2, 1, 0x1f, 2, 0x0b, 3),
  ...[u32(11), bytes(0), u32(11), bytes(0), u32(18), bytes(1)],
);

describe.each([
  [2, elf({ '.debug_line': unit(2, old, program) })],
  [3, elf({ '.debug_line': unit(3, old, program) })],
  [4, elf({ '.debug_line': unit(4, old, program) })],
  [5, elf({ '.debug_line': unit(5, fresh, program), '.debug_line_str': LINE_STRINGS })],
])('version %i', (_, file) => {
  const at = readLines(file);
  it.each([
    [0xffc, undefined],
    [0x1000, { file: 'src/part.c', line: 3 }],
    [0x1004, { file: 'src/part.c', line: 4 }],
    [0x100c, { file: 'src/part.c', line: 4 }],
    [0x1010, { file: 'main.c', line: 2 }],
    [0x1014, { file: 'main.c', line: 2 }],
    [0x1018, undefined],
  ])('0x%x', (pc, line) => {
    expect(at.at(pc)).toEqual(line);
  });
});

describe('no lines', () => {
  it('of code that the linker dropped', () => {
    const dropped = concatBytes(setAddress(0), bytes(1, special(1, 1)), end);
    expect(readLines(elf({ '.debug_line': unit(4, old, dropped) })).at(0)).toBeUndefined();
  });
  it('of a file without sections, or without the section', () => {
    expect(readLines(new Uint8Array(52)).at(0x1000)).toBeUndefined();
    expect(readLines(new Uint8Array()).at(0x1000)).toBeUndefined();
    expect(readLines(elf({ '.debug_info': bytes(1) })).at(0x1000)).toBeUndefined();
  });
  it('of a version that is not known, of 64 bits, or of a range of 0', () => {
    for (const file of [unit(6, old, program), concatBytes(u32(0xffffffff), new Uint8Array(40))])
      expect(readLines(elf({ '.debug_line': file })).at(0x1000)).toBeUndefined();
    const zero = unit(2, old, program);
    zero[13] = 0;
    expect(readLines(elf({ '.debug_line': zero })).at(0x1000)).toBeUndefined();
  });
});

it('a unit that is broken spoils no other', () => {
  const broken = unit(4, old.slice(0, 3), new Uint8Array());
  expect(readLines(elf({ '.debug_line': concatBytes(broken, unit(4, old, program)) })).at(0x1000)?.line).toBe(3);
});

it('changed bytes end neither in an error nor never', () => {
  const files = [
    elf({ '.debug_line': unit(5, fresh, program), '.debug_line_str': LINE_STRINGS }),
    elf({ '.debug_line': unit(3, old, program) }),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      (file, changes) => {
        const changed = file.slice();
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        readLines(changed).at(0x1004);
      },
    ),
    { numRuns: 2000 },
  );
});
