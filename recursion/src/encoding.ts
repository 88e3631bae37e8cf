/**
 * @module Ready circuits as bytes, so that a circuit is recorded and laid out once on a machine and not in every process. What is
 * quicker to compute than to read is left out: the code, most of its tree, starts of operations, zeros of padding.
 *
 * The bytes are believed in nothing. A digest tells damage, and each length is held against what is there before anything is made
 * of it. What passes may still be another circuit's: columns and digests decide a root, which whoever decodes has to compare.
 *
 * Words have 32 bits, lowest byte first: magic, version, SHA-256 of what follows (eight words), then lists, each after its length.
 */
import type { VerificationReason } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { DEGREE, type Ext } from '@weft/primitives/field/ext';
import { type CircuitProgram, OPERATION_NAMES, wiresOf } from './circuit/program.ts';
import type { FillPlan, Heights, LoweredProgram } from './lower/layout.ts';
import type { RecursionMachine, RowKind } from './machine/machine.ts';

const MAGIC = 0x74666577;
/** Raised with the layout of these bytes. Another layout of circuits has other roots. */
const VERSION = 1;
const DIGEST_WORDS = 8;
const HEAD_WORDS = 2 + DIGEST_WORDS;
/** As many wires as a program may have. */
const MAX_WIRES = 2 ** 26;

/** What the bytes say: a program laid out, and the digests of the commitment to its columns. */
export interface EncodedCircuit {
  readonly lowered: LoweredProgram;
  readonly digests: Uint32Array;
}

/** The bytes are no circuit. */
class Malformed extends Error {}

function demand(condition: boolean): asserts condition {
  if (!condition) throw new Malformed();
}

async function digestOf(words: Uint32Array<ArrayBuffer>): Promise<Uint32Array> {
  return new Uint32Array(await crypto.subtle.digest('SHA-256', words));
}

/** Text as words: one a UTF-16 unit. */
const textWords = (text: string): Uint32Array => Uint32Array.from(text, (c) => c.charCodeAt(0));

/** The lists of a circuit, in the order in which they are read. */
function listsOf({ lowered, digests }: EncodedCircuit): Uint32Array[] {
  const { program, machine, columns, rows, plans, literalFelts, literalExts } = lowered;
  const chips = Object.entries(machine.rows).flatMap(([kind, { chip }]) => {
    const count = rows[chip.name]!;
    const given = columns[chip.name]!;
    return [
      Uint32Array.of(count),
      ...given.map((column) => column.subarray(0, count)),
      plans[kind as RowKind]!.operands,
    ];
  });
  return [
    textWords(JSON.stringify({ reasons: program.reasons, whats: program.whats })),
    Uint32Array.of(program.feltWires, program.extWires),
    Uint32Array.from(program.felts.flatMap(({ wire, value }) => [wire, value])),
    Uint32Array.from(program.exts.flatMap(({ wire, value }) => [wire, ...value])),
    program.words,
    ...chips,
    Uint32Array.from(literalFelts),
    Uint32Array.from(literalExts.flat()),
    digests,
  ];
}

/** A circuit as bytes. */
export async function encodeCircuit(circuit: EncodedCircuit): Promise<Uint8Array> {
  const lists = listsOf(circuit);
  const out = new Uint32Array(lists.reduce((length, list) => length + 1 + list.length, HEAD_WORDS));
  let at = HEAD_WORDS;
  for (const list of lists) {
    out[at++] = list.length;
    out.set(list, at);
    at += list.length;
  }
  out.set([MAGIC, VERSION]);
  out.set(await digestOf(out.subarray(HEAD_WORDS)), 2);
  return new Uint8Array(out.buffer);
}

/** Takes lists one after another; none is longer than what is there. */
class ListReader {
  readonly #words: Uint32Array;
  #at = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** @param length - that it must have. */
  take(length?: number): Uint32Array {
    demand(this.#at < this.#words.length);
    const count = this.#words[this.#at++]!;
    demand(count <= this.#words.length - this.#at && (length === undefined || count === length));
    this.#at += count;
    return this.#words.subarray(this.#at - count, this.#at);
  }

  /** Of field elements. */
  takeFelts(length?: number): Uint32Array {
    const list = this.take(length);
    demand(list.every((x) => x < P));
    return list;
  }

  /** Lists of `width` words, one after another. */
  takeRows(width: number): number[][] {
    const list = this.take();
    demand(list.length % width === 0);
    return Array.from({ length: list.length / width }, (_, i) => Array.from(list.subarray(width * i, width * (i + 1))));
  }

  end(): void {
    demand(this.#at === this.#words.length);
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((x) => typeof x === 'string');

function readNames(list: Uint32Array): { reasons: readonly VerificationReason[]; whats: readonly string[] } {
  const text = Array.from(list, (x) => String.fromCharCode(x)).join('');
  let names: { reasons?: unknown; whats?: unknown } | null;
  try {
    names = JSON.parse(text);
  } catch {
    throw new Malformed();
  }
  demand(names !== null && isTexts(names.reasons) && isTexts(names.whats));
  return { reasons: names.reasons as readonly VerificationReason[], whats: names.whats };
}

/** Walks the operations: each lies among the words, and its wires among the program's. */
function startsOf(words: Uint32Array, feltWires: number, extWires: number): Uint32Array {
  const starts = new Uint32Array(words.length);
  let count = 0;
  for (let at = 0; at < words.length; ) {
    demand(words[at]! < OPERATION_NAMES.length);
    const { length, out, feltsOut, extsOut, firstFelt, feltsIn, firstExt, extsIn } = wiresOf(words, at);
    demand(length <= words.length - at);
    demand(extsOut > 0 ? out < extWires : out + feltsOut <= feltWires);
    for (let i = 0; i < feltsIn; i++) demand(words[at + firstFelt + i]! < feltWires);
    for (let i = 0; i < extsIn; i++) demand(words[at + firstExt + i]! < extWires);
    starts[count++] = at;
    at += length;
  }
  return starts.slice(0, count);
}

function readProgram(reader: ListReader, inputs: number): CircuitProgram {
  const { reasons, whats } = readNames(reader.take());
  const [feltWires, extWires] = reader.take(2) as unknown as [number, number];
  demand(feltWires <= MAX_WIRES && extWires <= MAX_WIRES);
  const felts = reader.takeRows(2).map(([wire, value]) => ({ wire: wire!, value: value! }));
  const exts = reader.takeRows(1 + DEGREE).map(([wire, ...value]) => ({ wire: wire!, value }));
  demand(felts.every(({ wire, value }) => wire < feltWires && value < P));
  demand(exts.every(({ wire, value }) => wire < extWires && value.every((x) => x < P)));
  // Copies: what else stands in the bytes is not kept.
  const words = reader.take().slice();
  const starts = startsOf(words, feltWires, extWires);
  return { words, starts, feltWires, extWires, felts, exts, inputs, reasons, whats };
}

function readCircuit(reader: ListReader, machine: RecursionMachine, heights: Heights): EncodedCircuit {
  const program = readProgram(reader, machine.publicWords);
  const [columns, rows, plans]: [Record<string, Uint32Array[]>, Record<string, number>, Record<string, FillPlan>] = [
    {},
    {},
    {},
  ];
  for (const [kind, { chip, operands }] of Object.entries(machine.rows)) {
    const count = reader.take(1)[0]!;
    const height = 2 ** heights[chip.name]!;
    demand(count <= height);
    columns[chip.name] = chip.fixedColumns.map(() => {
      const column = new Uint32Array(height);
      column.set(reader.takeFelts(count));
      return column;
    });
    rows[chip.name] = count;
    plans[kind] = { rows: count, operands: reader.take(count * operands.length).slice() };
  }
  const literalFelts = Array.from(reader.takeFelts());
  const literalExts = reader.takeRows(DEGREE) as unknown as Ext[];
  demand(literalExts.every((value) => value.every((x) => x < P)));
  const digests = reader.takeFelts();
  reader.end();
  const lowered = {
    program,
    machine,
    columns,
    rows,
    plans: plans as Record<RowKind, FillPlan>,
    literalFelts,
    literalExts,
  };
  return { lowered, digests };
}

/**
 * The circuit that {@link encodeCircuit} made these bytes of. `undefined` for any that are none, and for another version's.
 * @param machine - that it is a circuit of.
 * @param heights - of all its tables: the bytes do not say how much is allocated.
 */
export async function decodeCircuit(
  bytes: Uint8Array,
  machine: RecursionMachine,
  heights: Heights,
): Promise<EncodedCircuit | undefined> {
  if (bytes.length % 4 !== 0 || bytes.length < 4 * HEAD_WORDS) return undefined;
  const words = new Uint32Array(bytes.slice().buffer);
  if (words[0] !== MAGIC || words[1] !== VERSION) return undefined;
  const digest = await digestOf(words.subarray(HEAD_WORDS));
  if (digest.some((x, i) => x !== words[2 + i])) return undefined;
  try {
    return readCircuit(new ListReader(words.subarray(HEAD_WORDS)), machine, heights);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
