/**
 * @module Source lines of instructions, from the DWARF line table of an ELF file (`-g`), for messages. Its sections are not loaded, so they are
 * no part of the program that a key stands for, and nothing depends on what they say: whatever is odd in them only means that no line is known.
 * Source: DWARF Debugging Information Format, version 5, section 6.2; versions 2 to 4.
 */

export interface SourceLine {
  /** As the compiler was given it, its folder included where that is relative. */
  readonly file: string;
  readonly line: number;
}

export interface LineTable {
  /** The line of the instruction at `pc`. */
  at(pc: number): SourceLine | undefined;
}

/** A row of the table: from `address` to the next row's. `line` 0 ends a sequence. */
interface Row {
  readonly address: number;
  readonly file: string;
  readonly line: number;
}

/** More than any program has: what a hostile table can take in time and memory is bounded. */
const MOST_ROWS = 1 << 21;
const MOST_NAMES = 1 << 16;
const SECTION_HEADER_BYTES = 40;

/** The line table of an ELF file; an empty one when there is none or it cannot be read. */
export function readLines(elf: Uint8Array): LineTable {
  const rows: Row[] = [];
  try {
    const sections = readSections(elf);
    const line = sections.get('.debug_line');
    if (line !== undefined) readUnits(line, sections, rows);
  } catch (error) {
    // What was read before the table ended early is good.
    if (!(error instanceof RangeError)) throw error;
  }
  // The end of one sequence may be the start of another; of rows for one place the last one counts.
  rows.sort((a, b) => a.address - b.address || Number(a.line !== 0) - Number(b.line !== 0));
  return {
    at: (pc) => {
      let [start, end] = [0, rows.length];
      while (start < end) {
        const middle = (start + end) >>> 1;
        if (rows[middle]!.address <= pc) start = middle + 1;
        else end = middle;
      }
      const row = rows[start - 1];
      return row === undefined || row.line === 0 ? undefined : { file: row.file, line: row.line };
    },
  };
}

/** Sections by name. @throws {RangeError} where headers reach beyond the file. */
function readSections(elf: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const [table, size, count, names] = [
    view.getUint32(32, true),
    view.getUint16(46, true),
    view.getUint16(48, true),
    view.getUint16(50, true),
  ];
  if (size !== SECTION_HEADER_BYTES) return new Map();
  const data = (i: number): Uint8Array => {
    const at = table + i * size;
    const [offset, length] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
    return elf.subarray(offset, offset + length);
  };
  const strings = data(names);
  const sections = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const name = textAt(strings, view.getUint32(table + i * size, true));
    if (name.startsWith('.debug_')) sections.set(name, data(i));
  }
  return sections;
}

function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
}

/** Reads numbers one after another. Every method throws a {@link RangeError} at the end of the bytes. */
class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2, true);
  }

  u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  i8(): number {
    return this.#view.getInt8(this.at++);
  }

  /** LEB128; bits beyond the 32nd are lost. */
  unsigned(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return value >>> 0;
    }
  }

  signed(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return shift < 32 && (byte & 64) !== 0 ? value | (-1 << shift) : value | 0;
    }
  }

  text(): string {
    const text = textAt(this.bytes, this.at);
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new RangeError('a text without an end');
    this.at = end + 1;
    return text;
  }

  skip(length: number): void {
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('beyond the end');
  }
}

function readUnits(line: Uint8Array, sections: ReadonlyMap<string, Uint8Array>, rows: Row[]): void {
  for (let start = 0; start + 4 <= line.length && rows.length < MOST_ROWS; ) {
    const length = new DataView(line.buffer, line.byteOffset + start).getUint32(0, true);
    // Of 64-bit DWARF, or the end.
    if (length >= 0xfffffff0 || length === 0) return;
    const unit = new Reader(line.subarray(start + 4, start + 4 + length));
    start += 4 + length;
    try {
      readUnit(unit, sections, rows);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

interface Header {
  readonly instructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of each standard opcode. */
  readonly operands: readonly number[];
  /** By the numbers that the program uses. */
  readonly files: string[];
  readonly folders: readonly string[];
}

function readUnit(unit: Reader, sections: ReadonlyMap<string, Uint8Array>, rows: Row[]): void {
  const version = unit.u16();
  if (version < 2 || version > 5) return;
  if (version === 5) unit.skip(2);
  const headerEnd = unit.u32() + unit.at;
  const instructionBytes = unit.u8();
  if (version >= 4) unit.skip(1);
  unit.skip(1);
  const lineBase = unit.i8();
  const lineRange = unit.u8();
  const opcodeBase = unit.u8();
  if (lineRange === 0 || opcodeBase === 0) return;
  const operands = Array.from({ length: opcodeBase - 1 }, () => unit.u8());
  const { folders, files } = version === 5 ? readNames(unit, sections) : readOldNames(unit);
  unit.at = headerEnd;
  run(unit, { instructionBytes, lineBase, lineRange, opcodeBase, operands, files, folders }, rows);
}

/** Joins what is relative to its folder; the folder that compilation began in, number 0, is left out. */
function joined(folders: readonly string[], folder: number, name: string): string {
  const of = folder === 0 ? undefined : folders[folder];
  return name.startsWith('/') || of === undefined || of === '' ? name : `${of}/${name}`;
}

/** Versions 2 to 4: lists of texts, folders and files counted from 1. */
function readOldNames(unit: Reader): Pick<Header, 'folders' | 'files'> {
  const folders = [''];
  for (let folder = unit.text(); folder !== ''; folder = unit.text())
    if (folders.length < MOST_NAMES) folders.push(folder);
  const files = [''];
  for (let name = unit.text(); name !== ''; name = unit.text()) {
    const folder = unit.unsigned();
    unit.unsigned();
    unit.unsigned();
    if (files.length < MOST_NAMES) files.push(joined(folders, folder, name));
  }
  return { folders, files };
}

const CONTENT = { path: 1, folder: 2 } as const;

/** Version 5: both lists say themselves how their entries look, and count from 0. */
function readNames(unit: Reader, sections: ReadonlyMap<string, Uint8Array>): Pick<Header, 'folders' | 'files'> {
  const list = (): { name: string; folder: number }[] => {
    const formats = Array.from({ length: unit.u8() }, () => [unit.unsigned(), unit.unsigned()] as const);
    const count = unit.unsigned();
    if (formats.length === 0 || count > MOST_NAMES) throw new RangeError('a list that is none');
    return Array.from({ length: count }, () => {
      const entry = { name: '', folder: 0 };
      for (const [content, form] of formats) {
        const value = readForm(unit, form, sections);
        if (content === CONTENT.path) entry.name = `${value}`;
        else if (content === CONTENT.folder) entry.folder = Number(value);
      }
      return entry;
    });
  };
  const folders = list().map(({ name }) => name);
  return { folders, files: list().map(({ name, folder }) => joined(folders, folder, name)) };
}

/** A value in one of the forms that lists of names may use. */
function readForm(unit: Reader, form: number, sections: ReadonlyMap<string, Uint8Array>): string | number {
  switch (form) {
    case 0x08: // string
      return unit.text();
    case 0x0e: // strp
      return textAt(sections.get('.debug_str') ?? new Uint8Array(), unit.u32());
    case 0x1f: // line_strp
      return textAt(sections.get('.debug_line_str') ?? new Uint8Array(), unit.u32());
    case 0x0b: // data1
      return unit.u8();
    case 0x05: // data2
      return unit.u16();
    case 0x06: // data4
      return unit.u32();
    case 0x0f: // udata
      return unit.unsigned();
    case 0x1e: // data16, a checksum
      unit.skip(16);
      return 0;
    case 0x09: // block
      unit.skip(unit.unsigned());
      return 0;
    default:
      throw new RangeError(`form ${form}`);
  }
}

/** Runs the line program, which makes rows. */
function run(unit: Reader, header: Header, rows: Row[]): void {
  const { instructionBytes, lineBase, lineRange, opcodeBase, operands, files, folders } = header;
  const first = { address: 0, file: 1, line: 1 };
  let state = { ...first };
  // Code that the linker dropped is said to lie at 0, or at the end.
  let isKept = false;
  const emit = (line: number): void => {
    if (isKept && rows.length < MOST_ROWS)
      rows.push({ address: state.address >>> 0, file: files[state.file] ?? '?', line });
  };
  while (unit.at < unit.bytes.length && rows.length < MOST_ROWS) {
    const opcode = unit.u8();
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      state.address += Math.floor(special / lineRange) * instructionBytes;
      state.line += lineBase + (special % lineRange);
      emit(state.line);
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = unit.unsigned();
        const end = unit.at + length;
        const code = length === 0 ? 0 : unit.u8();
        if (code === 1) {
          emit(0);
          state = { ...first };
          isKept = false;
        } else if (code === 2) {
          state.address = unit.u32();
          isKept = state.address > 0 && state.address < 0x80000000;
        } else if (code === 3) {
          const name = unit.text();
          if (files.length < MOST_NAMES) files.push(joined(folders, unit.unsigned(), name));
        }
        unit.at = end;
        break;
      }
      case 1:
        emit(state.line);
        break;
      case 2:
        state.address += unit.unsigned() * instructionBytes;
        break;
      case 3:
        state.line += unit.signed();
        break;
      case 4:
        state.file = unit.unsigned();
        break;
      case 8:
        state.address += Math.floor((255 - opcodeBase) / lineRange) * instructionBytes;
        break;
      case 9:
        state.address += unit.u16();
        break;
      default:
        // Columns and marks, and what later versions may add.
        for (let i = 0; i < operands[opcode - 1]!; i++) unit.unsigned();
    }
  }
}
