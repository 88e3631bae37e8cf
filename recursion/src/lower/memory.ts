/**
 * @module Addresses of a program's words. An address is given when a row first needs it, so words that are read one after
 * another mostly lie so; where they do not, rows copy them.
 */
import { ConstraintError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { CIRCUIT_OP, type CircuitProgram, CLIMB_WORDS, OPERATION_NAMES, wiresOf } from '../circuit/program.ts';
import { PROVIDED_BITS } from '../machine/bits.ts';
import type { ByKind, RecursionMachine, RowKind } from '../machine/machine.ts';
import { DIGEST_LENGTH } from '../machine/words.ts';
import { Definitions, ONE } from './definitions.ts';
import { ASSERTS, type FixedCells, RowList } from './rows.ts';

/** Rate elements of a leaf block. */
export const LEAF_RATE = 16;
/** Elements of a leaf state. */
export const LEAF_WIDTH = 24;

/** A row that holds what the prover chooses, and no word that anyone has to be asked for. */
const isFresh = (code: number): boolean =>
  code === CIRCUIT_OP.READ || code === CIRCUIT_OP.READ_ROWS || code === CIRCUIT_OP.READ_OFFSETS;

/** A word with an address, and the wire or literal that says its value. */
export interface Word {
  readonly at: number;
  readonly source: number;
}

export class Memory {
  readonly definitions: Definitions;
  readonly lists: ByKind<RowList>;
  readonly #program: CircuitProgram;
  readonly #linearRows: number;
  readonly #hasPlainBlocks: boolean;
  /** Addresses by wire; 0 as long as there is none. */
  readonly #feltAt: Uint32Array;
  readonly #extAt: Uint32Array;
  readonly #digestAt: Uint32Array;
  /** Whether some row reads the wire. */
  readonly #feltNeeded: Uint8Array;
  /** Position, among the program's words, of the operand that brings a fresh wire into the machine. */
  readonly #owner: Uint32Array;
  /** Wires that are operands of no hash: the prover's without further ado. */
  readonly #hints: number[] = [];
  readonly #inputs: number[] = [];
  readonly #copies = new Map<string, number>();
  readonly #feltConstants = new Map<Felt, Word>();
  readonly #extConstants = new Map<string, Word>();
  readonly literalFelts: Felt[] = [];
  readonly literalExts: Ext[] = [];
  #nextFelt = 1;
  #nextExt = 1;
  #nextDigest = 1;

  /** @param linearRows - for how many sums of two multiples there is a table. */
  constructor(program: CircuitProgram, { rows, form }: RecursionMachine, linearRows: number) {
    this.#hasPlainBlocks = form.hasPlainBlocks;
    this.#program = program;
    this.#linearRows = linearRows;
    this.definitions = new Definitions(program);
    this.lists = Object.fromEntries(
      Object.entries(rows).map(([kind, rowChip]) => [kind, new RowList(rowChip)]),
    ) as unknown as ByKind<RowList>;
    this.#feltAt = new Uint32Array(program.feltWires);
    this.#extAt = new Uint32Array(program.extWires);
    this.#digestAt = new Uint32Array(program.feltWires);
    this.#feltNeeded = new Uint8Array(program.feltWires);
    this.#owner = new Uint32Array(program.feltWires);
    this.#place();
  }

  row(kind: RowKind, cells: FixedCells, operands: readonly number[]): void {
    const list = this.lists[kind];
    if (list === undefined) this.#refuse(`the machine has no rows of ${kind}`);
    list.add(cells, operands);
  }

  #refuse(message: string): never {
    throw new ConstraintError('LOWER', `the program cannot be laid out: ${message}`);
  }

  // Where the proof enters.

  /** Gives addresses, in the order in which hashes absorb them, to all fresh wires, inputs and rates. */
  #place(): void {
    const { words, starts } = this.#program;
    const { felt, feltUses } = this.definitions;
    const isFreeFresh = (wire: number): boolean =>
      felt[wire]! >= 0 && isFresh(words[felt[wire]!]!) && this.#owner[wire] === 0;
    const take = (position: number): void => {
      const wire = words[position]!;
      this.#owner[wire] = position;
      this.#feltAt[wire] = this.#nextFelt++;
    };
    for (const start of starts) {
      const out = words[start + 1]!;
      const code = words[start]!;
      if (code === CIRCUIT_OP.PERMUTE) {
        const isFreshAt = (i: number): boolean => isFreeFresh(words[start + 3 + i]!);
        if (this.#hasPlainBlocks) this.#placeBlock(start + 3, isFreshAt);
        else for (let i = 0; i < DIGEST_LENGTH; i++) if (isFreshAt(i)) take(start + 3 + i);
      } else if (code === CIRCUIT_OP.PERMUTE_LEAVES) {
        for (let q = 0; q < words[start + 2]!; q++) this.#placeLeaf(start + 3 + LEAF_WIDTH * q, isFreeFresh, take);
      } else if (code === CIRCUIT_OP.CLIMB) {
        for (let q = 0; q < words[start + 2]!; q++)
          for (let i = 0; i < DIGEST_LENGTH; i++) {
            const position = start + 3 + CLIMB_WORDS * q + 1 + DIGEST_LENGTH + i;
            const wire = words[position]!;
            if (!isFreeFresh(wire) || feltUses[wire] !== 1) this.#refuse('a sibling has another use');
            this.#owner[wire] = position;
          }
      } else if (code === CIRCUIT_OP.INPUT) {
        for (let i = 0; i < words[start + 2]!; i++) this.#inputs.push(out + i);
      }
    }
    for (const start of starts) {
      if (!isFresh(words[start]!)) continue;
      const { out, feltsOut } = wiresOf(words, start);
      for (let w = out; w < out + feltsOut; w++) if (this.#owner[w] === 0 && feltUses[w]! > 0) this.#hints.push(w);
    }
    // Rows of eight provide hints and inputs, so these have addresses for whole rows.
    for (const list of [this.#hints, this.#inputs])
      for (let i = 0; i < list.length; i += DIGEST_LENGTH) {
        const at = this.reserveFelts(DIGEST_LENGTH);
        for (const [k, wire] of list.slice(i, i + DIGEST_LENGTH).entries()) this.#feltAt[wire] = at + k;
      }
    for (const start of starts) {
      if (words[start] !== CIRCUIT_OP.PERMUTE) continue;
      const at = this.reserveFelts(DIGEST_LENGTH);
      for (let i = 0; i < DIGEST_LENGTH; i++) this.#feltAt[words[start + 1]! + i] = at + i;
    }
  }

  #placeLeaf(position: number, isFreeFresh: (wire: number) => boolean, take: (position: number) => void): void {
    const { words } = this.#program;
    const first = words[position]!;
    for (let i = 0; i < LEAF_RATE; i++) if (words[position + i] !== first + i || !isFreeFresh(first + i)) return;
    for (let i = 0; i < LEAF_RATE; i++) take(position + i);
    this.#digestAt[first] = this.#nextDigest++;
    this.#digestAt[first + DIGEST_LENGTH] = this.#nextDigest++;
  }

  /** A block that brings anything in has addresses for all of its rate. */
  #placeBlock(position: number, isFreshAt: (i: number) => boolean): void {
    const { words } = this.#program;
    let first: number | undefined;
    for (let i = 0; i < DIGEST_LENGTH; i++) {
      if (!isFreshAt(i)) continue;
      first ??= this.reserveFelts(DIGEST_LENGTH);
      this.#owner[words[position + i]!] = position + i;
      this.#feltAt[words[position + i]!] = first + i;
    }
  }

  /** Whether the operand at this position brings its wire into the machine. */
  isOwner(position: number): boolean {
    return this.#owner[this.#program.words[position]!] === position;
  }

  // Base words.

  reserveFelts(count: number): number {
    this.#nextFelt += count;
    return this.#nextFelt - count;
  }

  /** The word of a base wire, from now on needed. */
  felt(wire: number): Word {
    const value = wire === ONE ? 1 : this.definitions.feltConstants.get(wire);
    if (value !== undefined) return this.constantFelt(value);
    this.#feltNeeded[wire] = 1;
    if (this.#feltAt[wire] === 0) this.#addressGroup(wire);
    return { at: this.#feltAt[wire]!, source: wire };
  }

  /** The address of a wire, given now; 0 for one that is not needed. */
  feltAddress(wire: number): number {
    return this.#feltAt[wire]!;
  }

  isNeeded(wire: number): boolean {
    return this.#feltNeeded[wire] === 1;
  }

  /** Gives addresses to the wires that come from one row. */
  #addressGroup(wire: number): void {
    const { words } = this.#program;
    const start = this.definitions.felt[wire]!;
    const { out, feltsOut } = wiresOf(words, start);
    const group = this.#digestGroup(start, wire);
    const isBits = [CIRCUIT_OP.LOW_BITS, CIRCUIT_OP.BITS, CIRCUIT_OP.ONE_HOT].some((code) => code === words[start]);
    if (group === undefined && !isBits && feltsOut > 1)
      this.#refuse(`nothing provides single results of ${OPERATION_NAMES[words[start]!]}`);
    const [first, count] = group !== undefined ? [group, DIGEST_LENGTH] : isBits ? [out, feltsOut] : [wire, 1];
    // A row of bits could provide all it has, so nothing else may lie there.
    const at = this.reserveFelts(isBits ? PROVIDED_BITS : count);
    for (let i = 0; i < count; i++) this.#feltAt[first + i] = at + i;
  }

  constantFelt(value: Felt): Word {
    let word = this.#feltConstants.get(value);
    if (word === undefined) {
      const at = this.reserveFelts(1);
      word = { at, source: this.#literalFelt(value) };
      this.#feltConstants.set(value, word);
      this.#constantRow(value, at);
    }
    return word;
  }

  #literalFelt(value: Felt): number {
    return this.#program.feltWires + this.literalFelts.push(value) - 1;
  }

  #constantRow(value: Felt, at: number): void {
    this.row('constant', { value_0: value, at_felt: at }, []);
  }

  /** The first of consecutive addresses at which these wires are. */
  consecutiveFelts(wires: readonly number[]): number {
    const constants = wires.map((w) => this.definitions.feltConstants.get(w));
    if (constants.every((value) => value === undefined)) {
      const addresses = wires.map((w) => this.felt(w).at);
      if (addresses.every((at, i) => at === addresses[0]! + i)) return addresses[0]!;
    }
    const key = `f${wires.join()}`;
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const first = this.reserveFelts(wires.length);
    this.#copies.set(key, first);
    for (const [i, wire] of wires.entries()) {
      const value = constants[i];
      if (value !== undefined) this.#constantRow(value, first + i);
      else {
        const [x, one] = [this.felt(wire), this.constantFelt(1)];
        const cells = { at_a: x.at, at_b: one.at, at_c: one.at, at_out: first + i, is_real: 1, q: 1 };
        this.row('base', cells, [x.source, one.source, one.source]);
      }
    }
    return first;
  }

  // Extension words.

  ext(wire: number): Word {
    const value = wire === ONE ? undefined : this.definitions.extConstants.get(wire);
    if (wire === ONE || value !== undefined) return this.constantExt(value ?? [1, 0, 0, 0, 0]);
    if (this.#extAt[wire] === 0) this.#extAt[wire] = this.#nextExt++;
    return { at: this.#extAt[wire]!, source: wire };
  }

  /** The address of a wire; 0 for one that is not needed. */
  extAddress(wire: number): number {
    return this.#extAt[wire]!;
  }

  /** A row of q a + s b. A sum is a product with 1, too, where the table of sums has no room. */
  linear(cells: FixedCells, a: Word, b: Word): void {
    const operands = { ...cells, at_a: a.at, is_real: 1 };
    if (this.lists.linear.count < this.#linearRows) {
      this.row('linear', { ...operands, at_b: b.at }, [a.source, b.source]);
      return;
    }
    const one = this.ext(ONE);
    this.row('ext', { ...operands, at_b: one.at, at_c: b.at }, [a.source, one.source, b.source]);
  }

  constantExt(value: Ext): Word {
    const key = value.join();
    let word = this.#extConstants.get(key);
    if (word === undefined) {
      word = { at: this.#nextExt++, source: this.#program.extWires + this.literalExts.push(value) - 1 };
      this.#extConstants.set(key, word);
      const cells = Object.fromEntries(value.map((x, i) => [`value_${i}`, x]));
      this.row('constant', { ...cells, at_ext: word.at }, []);
    }
    return word;
  }

  /** The first of consecutive addresses at which these wires are. */
  consecutiveExts(wires: readonly number[]): number {
    const addresses = wires.map((w) => this.ext(w).at);
    if (addresses.every((at, i) => at === addresses[0]! + i)) return addresses[0]!;
    const key = `e${wires.join()}`;
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const first = this.#nextExt;
    this.#nextExt += wires.length;
    this.#copies.set(key, first);
    for (const [i, wire] of wires.entries()) {
      const x = this.ext(wire);
      this.linear({ at_out: first + i, count: 0, q: 1, s: 0 }, x, x);
    }
    return first;
  }

  // Digest words.

  /** The address of eight wires as one word: that of the row they come from, or of a row that joins them. */
  digest(wires: readonly number[]): number {
    const first = wires[0]!;
    if (wires.every((w, i) => w === first + i)) {
      const start = this.definitions.felt[first]!;
      if (this.#digestAt[first] !== 0) return this.#digestAt[first]!;
      if (start >= 0 && this.#digestGroup(start, first) === first) {
        this.#digestAt[first] = this.#nextDigest++;
        return this.#digestAt[first]!;
      }
    }
    const key = `d${wires.join()}`;
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const at = this.#nextDigest++;
    this.#copies.set(key, at);
    this.row('digest', { at_felts: this.consecutiveFelts(wires), felts_count: ASSERTS, at_digest: at }, wires);
    return at;
  }

  /** The first of the consecutive addresses at which a list of digests, one after another among the wires, lies. */
  digestList(wires: readonly number[]): number {
    const key = `l${wires.join()}`;
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const first = this.#nextDigest;
    const count = wires.length / DIGEST_LENGTH;
    this.#nextDigest += count;
    this.#copies.set(key, first);
    for (let k = 0; k < count; k++) {
      const digest = wires.slice(DIGEST_LENGTH * k, DIGEST_LENGTH * (k + 1));
      const cells = { at_felts: this.consecutiveFelts(digest), felts_count: ASSERTS, at_digest: first + k, is_real: 1 };
      // How often it is chosen depends on the proof.
      this.row('cap', cells, [...digest, 0]);
    }
    return first;
  }

  /** The address of a digest word that its first wire names; 0 for one that is not needed. */
  digestAddress(wire: number): number {
    return this.#digestAt[wire]!;
  }

  /** Provides single elements of a digest word where some are needed. */
  splitDigest(first: number): void {
    const wires = Array.from({ length: DIGEST_LENGTH }, (_, i) => first + i);
    if (!wires.some((w) => this.isNeeded(w))) return;
    this.row('digest', { at_felts: this.#feltAt[first]!, at_digest: this.digest(wires), digest_count: ASSERTS }, wires);
  }

  // The end.

  /** Rows for hints and inputs, then reads that make up for words whose count a row cannot choose apart. */
  finish(): void {
    const zero = this.#literalFelt(0);
    const eight = (list: readonly number[], i: number): number[] =>
      Array.from({ length: DIGEST_LENGTH }, (_, k) => list[i + k] ?? zero);
    for (let i = 0; i < this.#hints.length; i += DIGEST_LENGTH)
      this.row('digest', { at_felts: this.#feltAt[this.#hints[i]!]! }, eight(this.#hints, i));
    for (let i = 0; i < this.#inputs.length; i += DIGEST_LENGTH) {
      const cells = { index: i / DIGEST_LENGTH + 1, is_real: 1, at_felts: this.#feltAt[this.#inputs[i]!]! };
      this.row('publics', cells, eight(this.#inputs, i));
    }
  }

  /** How many addresses of each type there are, 0 included, by bus. */
  sizes(): Readonly<Record<string, number>> {
    return { felt: this.#nextFelt, ext: this.#nextExt, digest: this.#nextDigest };
  }

  /** The first of the eight results that, with this one, are a digest word of their row; `undefined` for other results. */
  #digestGroup(start: number, wire: number): number | undefined {
    const { words } = this.#program;
    const at = wire - words[start + 1]!;
    switch (words[start]) {
      case CIRCUIT_OP.CLIMB:
      case CIRCUIT_OP.SELECT_DIGEST:
        return wire - (at % DIGEST_LENGTH);
      case CIRCUIT_OP.PERMUTE:
        return at < DIGEST_LENGTH && !this.#hasPlainBlocks ? undefined : wire - (at % DIGEST_LENGTH);
      case CIRCUIT_OP.PERMUTE_LEAVES: {
        const group = Math.floor((at % LEAF_WIDTH) / DIGEST_LENGTH);
        return group === 1 ? undefined : wire - ((at % LEAF_WIDTH) % DIGEST_LENGTH);
      }
      default:
        return undefined;
    }
  }
}
