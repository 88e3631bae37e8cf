/**
 * @module Laying a recorded program out as rows of the recursion machine. Operations are taken from the last to the first, so
 * that a result that no row reads, because its reader computes it in passing, gets no row.
 */
import { ConstraintError } from '@weft/primitives';
import { type Felt, mul, neg } from '@weft/primitives/field/base';
import { MAX_LOG_HEIGHT } from '@weft/prover/air/chip';
import {
  CIRCUIT_OP,
  type CircuitOperation,
  type CircuitProgram,
  CLIMB_WORDS,
  FOLD_TERMS,
  OPERATION_NAMES,
} from '../circuit/program.ts';
import { domainFactor, PROVIDED_BITS } from '../machine/bits.ts';
import type { ByKind, RecursionMachine } from '../machine/machine.ts';
import { DIGEST_LENGTH } from '../machine/words.ts';
import { CHOICE_BITS } from '../machine/words-chips.ts';
import { balance } from './balance.ts';
import { type Multiple, ONE, type Product } from './definitions.ts';
import { Folds } from './folds.ts';
import type { FillPlan, Heights, LoweredProgram } from './layout.ts';
import { LEAF_RATE, LEAF_WIDTH, Memory } from './memory.ts';
import { ASSERTS, type FixedCells } from './rows.ts';

/** Operations whose results are bits. */
const BITS: ReadonlySet<number> = new Set([CIRCUIT_OP.LOW_BITS, CIRCUIT_OP.BITS, CIRCUIT_OP.ONE_HOT]);

class Lowering {
  readonly #memory: Memory;
  readonly #words: Uint32Array;
  readonly #starts: Uint32Array;
  #at = 0;
  /** Start of the operation that is being laid out. */
  #start = 0;
  readonly #folds: Folds;
  readonly #hasPlainBlocks: boolean;
  /** Domain points by the first bit of their positions. */
  readonly #domainPoints = new Map<number, number>();
  /** Addresses of the words that digests, by their first wires, must equal. */
  readonly #mustEqual = new Map<number, number>();
  #pointOne: number;

  constructor(program: CircuitProgram, machine: RecursionMachine, linearRows: number) {
    if (program.inputs !== machine.publicWords)
      throw new RangeError(`a program of ${program.inputs} inputs on a machine of ${machine.publicWords}`);
    this.#memory = new Memory(program, machine, linearRows);
    this.#folds = new Folds(this.#memory);
    this.#hasPlainBlocks = machine.form.hasPlainBlocks;
    this.#words = program.words;
    this.#starts = program.starts;
    this.#pointOne = this.#memory.constantExt([1, 0, 0, 0, 0]).at;
  }

  run(): Memory {
    for (this.#at = this.#starts.length - 1; this.#at >= 0; this.#at--) {
      this.#start = this.#starts[this.#at]!;
      LAYOUTS[this.word(0)]!(this);
    }
    this.#folds.finish();
    this.#memory.finish();
    balance(this.#memory);
    return this.#memory;
  }

  word(i: number): number {
    return this.#words[this.#start + i]!;
  }

  wires(first: number, count: number): number[] {
    return Array.from(this.#words.subarray(this.#start + first, this.#start + first + count));
  }

  // Base arithmetic.

  /** q a b + s c, at `at`. */
  #baseRow(at: number, count: number, q: Felt, a: number, b: number, s: Felt, c: number): void {
    const [x, y, z] = [this.#memory.felt(a), this.#memory.felt(b), this.#memory.felt(c)];
    const cells = { at_a: x.at, at_b: y.at, at_c: z.at, at_out: at, is_real: 1, count, q, s };
    this.#memory.row('base', cells, [x.source, y.source, z.source]);
  }

  #productOf({ a, b }: Product, factor: Felt): { q: Felt; a: number; b: number } {
    const { definitions } = this.#memory;
    const [x, y] = [definitions.feltMultiple(a), definitions.feltMultiple(b)];
    return { q: mul(factor, mul(x.factor, y.factor)), a: x.wire, b: y.wire };
  }

  sumFelts(sign: 1 | -1): void {
    const out = this.word(1);
    if (!this.#memory.isNeeded(out)) return;
    const at = this.#memory.feltAddress(out);
    const { definitions } = this.#memory;
    let x = definitions.feltMultiple(this.word(2));
    let y = definitions.feltMultiple(this.word(3));
    if (sign === -1) y = { ...y, factor: neg(y.factor) };
    if (definitions.ownFeltProduct(x.wire) === undefined) [x, y] = [y, x];
    const product = definitions.ownFeltProduct(x.wire);
    const { q, a, b } = product === undefined ? { q: x.factor, a: x.wire, b: ONE } : this.#productOf(product, x.factor);
    this.#baseRow(at, 0, q, a, b, y.factor, y.wire);
  }

  multiplyFelts(): void {
    const out = this.word(1);
    if (!this.#memory.isNeeded(out)) return;
    const { q, a, b } = this.#productOf({ code: this.word(0), a: this.word(2), b: this.word(3) }, 1);
    this.#baseRow(this.#memory.feltAddress(out), 0, q, a, b, 0, ONE);
  }

  assertFelts(): void {
    const [a, b] = [this.word(1), this.word(2)];
    if (this.#assertDigest(a)) return;
    const { wire, factor } = this.#memory.definitions.feltMultiple(a);
    this.#baseRow(this.#memory.felt(b).at, ASSERTS, factor, wire, ONE, 0, ONE);
  }

  /** Eight assertions, one after another, that the parent a climb ends in is a digest: its row says so itself. */
  #assertDigest(a: number): boolean {
    const { definitions } = this.#memory;
    const climb = definitions.felt[a]!;
    if (climb < 0 || this.#words[climb] !== CIRCUIT_OP.CLIMB) return false;
    const offset = (a - this.#words[climb + 1]!) % DIGEST_LENGTH;
    if (offset !== DIGEST_LENGTH - 1 || this.#at < offset) return false;
    const targets: number[] = [];
    for (let i = 0; i < DIGEST_LENGTH; i++) {
      const start = this.#starts[this.#at - offset + i]!;
      const wire = a - offset + i;
      if (this.#words[start] !== CIRCUIT_OP.ASSERT || this.#words[start + 1] !== wire) return false;
      if (definitions.feltUses[wire] !== 1) return false;
      targets.push(this.#words[start + 2]!);
    }
    this.#mustEqual.set(a - offset, this.#memory.digest(targets));
    this.#at -= offset;
    return true;
  }

  // Extension arithmetic.

  #extRow(at: number, count: number, q: Felt, a: number, b: number, s: Felt, c: number): void {
    const [x, y, z] = [this.#memory.ext(a), this.#memory.ext(b), this.#memory.ext(c)];
    const cells = { at_a: x.at, at_b: y.at, at_c: z.at, at_out: at, is_real: 1, count, q, s };
    this.#memory.row('ext', cells, [x.source, y.source, z.source]);
  }

  #linearRow(at: number, count: number, x: Multiple, y: Multiple): void {
    const [a, b] = [this.#memory.ext(x.wire), this.#memory.ext(y.wire)];
    this.#memory.linear({ at_out: at, count, q: x.factor, s: y.factor }, a, b);
  }

  /** factor times a product, plus another multiple, at `at`. */
  #productRow(at: number, { code, a, b }: Product, factor: Felt, y: Multiple): void {
    const { definitions } = this.#memory;
    const x = definitions.extMultiple(a);
    if (code === CIRCUIT_OP.MUL_EXT) {
      const z = definitions.extMultiple(b);
      this.#extRow(at, 0, mul(factor, mul(x.factor, z.factor)), x.wire, z.wire, y.factor, y.wire);
      return;
    }
    const f = definitions.feltMultiple(b);
    const q = mul(factor, mul(x.factor, f.factor));
    if (f.wire === ONE) this.#linearRow(at, 0, { wire: x.wire, factor: q }, y);
    else {
      const [v, w, z] = [this.#memory.ext(x.wire), this.#memory.felt(f.wire), this.#memory.ext(y.wire)];
      const cells = { at_a: v.at, at_f: w.at, at_c: z.at, at_out: at, is_real: 1, q, s: y.factor };
      this.#memory.row('extBase', cells, [v.source, w.source, z.source]);
    }
  }

  sumExts(sign: 1 | -1): void {
    const at = this.#memory.extAddress(this.word(1));
    if (at === 0) return;
    const { definitions } = this.#memory;
    const x = definitions.extMultiple(this.word(2));
    let y = definitions.extMultiple(this.word(3));
    if (sign === -1) y = { ...y, factor: neg(y.factor) };
    const [p, r] = [definitions.ownExtProduct(x.wire), definitions.ownExtProduct(y.wire)];
    // Products of two extension elements first: alone they need the widest row.
    if (p !== undefined && (r === undefined || p.code === CIRCUIT_OP.MUL_EXT)) this.#productRow(at, p, x.factor, y);
    else if (r !== undefined) this.#productRow(at, r, y.factor, x);
    else this.#linearRow(at, 0, x, y);
  }

  multiplyExts(): void {
    const at = this.#memory.extAddress(this.word(1));
    if (at === 0) return;
    const product = { code: this.word(0), a: this.word(2), b: this.word(3) };
    this.#productRow(at, product, 1, { wire: ONE, factor: 0 });
  }

  assertExts(): void {
    const x = this.#memory.definitions.extMultiple(this.word(1));
    this.#linearRow(this.#memory.ext(this.word(2)).at, ASSERTS, x, { wire: ONE, factor: 0 });
  }

  invert(): void {
    const out = this.#memory.ext(this.word(1));
    const { wire, factor } = this.#memory.definitions.extMultiple(this.word(2));
    this.#extRow(this.#pointOne, ASSERTS, factor, wire, this.word(1), 0, ONE);
    this.#memory.row('hint', { at_ext: out.at }, [out.source]);
  }

  pack(): void {
    const out = this.word(1);
    const at = this.#memory.extAddress(out);
    if (at === 0) return;
    const cells = { at_felts: this.#memory.consecutiveFelts(this.wires(2, 5)), at_out: at, is_real: 1 };
    this.#memory.row('pack', cells, [out]);
  }

  fold(): void {
    const at = this.#memory.extAddress(this.word(1));
    if (at === 0) return;
    const [weights, values] = [this.wires(3, FOLD_TERMS), this.wires(3 + FOLD_TERMS, FOLD_TERMS)];
    if (this.#memory.lists.dot === undefined) {
      this.#folds.add(weights, values, this.word(2), at);
      return;
    }
    const sum = this.#memory.ext(this.word(2));
    const cells = {
      is_real: 1,
      at_weights: this.#memory.consecutiveExts(weights),
      at_values: this.#memory.consecutiveFelts(values),
      at_sum: sum.at,
      at_out: at,
    };
    this.#memory.row('dot', cells, [...weights, ...values, sum.source]);
  }

  // Bits.

  domainPoint(): void {
    if (this.#memory.isNeeded(this.word(1))) this.#domainPoints.set(this.word(2), this.word(1));
  }

  /** @param kind - bits that are all, the lowest ones of the canonical representative, or a one-hot vector. */
  bits(kind: 'all' | 'low' | 'hot'): void {
    const [out, x, count] = [this.word(1), this.#memory.felt(this.word(2)), this.word(3)];
    if (count > PROVIDED_BITS) throw new ConstraintError('LOWER', `a row has ${PROVIDED_BITS} bits, not ${count}`);
    const point = this.#domainPoints.get(out);
    const isExact = kind !== 'low';
    const cells: Record<string, number> = {
      at_x: x.at,
      at_bits: this.#memory.feltAddress(out),
      at_point: point === undefined ? 0 : this.#memory.feltAddress(point),
      is_real: 1,
      is_one_hot: kind === 'hot' ? 1 : 0,
      is_exact: isExact ? 1 : 0,
    };
    for (let i = 0; i < PROVIDED_BITS; i++) {
      const factor = isExact ? Number(i >= count) : point !== undefined && i < count ? domainFactor(i) : 0;
      cells[`factor_${i}`] = factor;
    }
    this.#memory.row('bits', cells, [x.source, kind === 'hot' ? 1 : 0, point === undefined ? 0 : count]);
  }

  // Hashes.

  permute(): void {
    const [out, added] = [this.word(1), this.word(2)];
    const wires = this.wires(3, 2 * DIGEST_LENGTH);
    const [rate, capacity] = [wires.slice(0, DIGEST_LENGTH), wires.slice(DIGEST_LENGTH)];
    this.#memory.splitDigest(out + DIGEST_LENGTH);
    const cells = {
      is_block: 1,
      at_capacity: this.#memory.digest(capacity),
      added,
      at_next: this.#memory.digestAddress(out + DIGEST_LENGTH),
      // What a row hashes to climbs on as one word.
      at_parent: this.#memory.digestAddress(out),
      at_out: this.#memory.feltAddress(out),
    };
    const operands = [this.#memory.constantFelt(0).source, ...wires, added];
    const rateCells = this.#hasPlainBlocks ? this.#plainRate(rate) : this.#rate(rate);
    this.#memory.row('node', { ...cells, ...rateCells }, operands);
  }

  #rate(rate: readonly number[]): FixedCells {
    const cells: Record<string, number> = {};
    for (const [i, wire] of rate.entries()) {
      const isOwner = this.#memory.isOwner(this.#start + 3 + i);
      cells[`at_rate_${i}`] = isOwner ? this.#memory.feltAddress(wire) : this.#memory.felt(wire).at;
      cells[`rate_count_${i}`] = isOwner ? 0 : ASSERTS;
    }
    return cells;
  }

  /** A block that brings words in provides all of its rate; what it only takes is asserted to be what it has to be. */
  #plainRate(rate: readonly number[]): FixedCells {
    const isOwner = (i: number): boolean => this.#memory.isOwner(this.#start + 3 + i);
    const owned = rate.findIndex((_, i) => isOwner(i));
    if (owned < 0) return { at_rate: this.#memory.consecutiveFelts(rate), rate_count: ASSERTS };
    const first = this.#memory.feltAddress(rate[owned]!) - owned;
    for (const [i, wire] of rate.entries()) if (!isOwner(i)) this.#baseRow(first + i, ASSERTS, 1, wire, ONE, 0, ONE);
    return { at_rate: first };
  }

  climb(): void {
    const [first, count] = [this.word(1), this.word(2)];
    for (let q = 0; q < count; q++) {
      const out = first + DIGEST_LENGTH * q;
      const [bit, ...wires] = this.wires(3 + CLIMB_WORDS * q, CLIMB_WORDS) as [number, ...number[]];
      // A step is one between two digests only because its bit is a bit: that of a row that says so.
      if (!BITS.has(this.#words[this.#memory.definitions.felt[bit]!]!))
        throw new ConstraintError('LOWER', 'a step up a path goes by what is no bit of a decomposition');
      const target = this.#mustEqual.get(out);
      if (target === undefined) this.#memory.splitDigest(out);
      const cells = {
        is_step: 1,
        at_digest: this.#memory.digest(wires.slice(0, DIGEST_LENGTH)),
        at_bit: this.#memory.felt(bit).at,
        at_parent: target ?? this.#memory.digestAddress(out),
        parent_count: target === undefined ? 0 : ASSERTS,
      };
      this.#memory.row('node', cells, [this.#memory.felt(bit).source, ...wires, 0]);
    }
  }

  selectDigest(): void {
    const [out, count] = [this.word(1), this.word(2)];
    if (count > CHOICE_BITS) throw new ConstraintError('LOWER', `a row chooses by ${CHOICE_BITS} bits, not ${count}`);
    this.#memory.splitDigest(out);
    const at = this.#memory.digestAddress(out);
    if (at === 0) return;
    const bits = this.wires(3, count);
    const cells: Record<string, number> = {
      is_real: 1,
      at_bits: this.#memory.consecutiveFelts(bits),
      at_list: this.#memory.digestList(this.wires(3 + count, DIGEST_LENGTH * 2 ** count)),
      at_out: at,
    };
    for (let i = 0; i < count; i++) cells[`is_bit_${i}`] = 1;
    const zero = this.#memory.constantFelt(0).source;
    const operands = Array.from({ length: CHOICE_BITS }, (_, i) => bits[i] ?? zero);
    this.#memory.row('choose', cells, [...operands, ...Array.from({ length: DIGEST_LENGTH }, (_, i) => out + i)]);
  }

  permuteLeaves(): void {
    const [first, count] = [this.word(1), this.word(2)];
    for (let q = 0; q < count; q++) {
      const out = first + LEAF_WIDTH * q;
      const wires = this.wires(3 + LEAF_WIDTH * q, LEAF_WIDTH);
      for (const group of [out, out + LEAF_RATE]) this.#memory.splitDigest(group);
      const isOwner = this.#memory.isOwner(this.#start + 3 + LEAF_WIDTH * q);
      this.#memory.row(
        'leaf',
        {
          is_real: 1,
          at_capacity: this.#memory.digest(wires.slice(LEAF_RATE)),
          at_next: this.#memory.digestAddress(out + LEAF_RATE),
          at_digest: this.#memory.digestAddress(out),
          at_halves: isOwner ? this.#memory.digestAddress(wires[0]!) : 0,
          at_felts: isOwner
            ? this.#memory.feltAddress(wires[0]!)
            : this.#memory.consecutiveFelts(wires.slice(0, LEAF_RATE)),
          felts_count: isOwner ? 0 : ASSERTS,
        },
        wires,
      );
    }
  }
}

const nothing = (): void => {};

/** How each operation is laid out. What is read of the proof comes in where it is hashed. */
const LAYOUT: Readonly<Record<CircuitOperation, (l: Lowering) => void>> = {
  ADD: (l) => l.sumFelts(1),
  SUB: (l) => l.sumFelts(-1),
  MUL: (l) => l.multiplyFelts(),
  ADD_EXT: (l) => l.sumExts(1),
  SUB_EXT: (l) => l.sumExts(-1),
  MUL_EXT: (l) => l.multiplyExts(),
  MUL_BASE: (l) => l.multiplyExts(),
  PACK: (l) => l.pack(),
  FOLD: (l) => l.fold(),
  INVERSE: (l) => l.invert(),
  LOW_BITS: (l) => l.bits('low'),
  BITS: (l) => l.bits('all'),
  ONE_HOT: (l) => l.bits('hot'),
  DOMAIN_POINT: (l) => l.domainPoint(),
  SELECT_ORDER: () => {
    throw new ConstraintError('LOWER', 'the program orders elements that are no step up a path of the proof');
  },
  PERMUTE: (l) => l.permute(),
  CLIMB: (l) => l.climb(),
  PERMUTE_LEAVES: (l) => l.permuteLeaves(),
  SELECT_DIGEST: (l) => l.selectDigest(),
  ASSERT_EXT: (l) => l.assertExts(),
  ASSERT: (l) => l.assertFelts(),
  READ: nothing,
  READ_ROWS: nothing,
  READ_OFFSETS: nothing,
  INPUT: nothing,
  SOURCE: nothing,
};

const LAYOUTS = OPERATION_NAMES.map((name) => LAYOUT[name]);

/**
 * Lays a program out.
 * @param heights - of tables that should be no lower and cannot be higher, so that different programs have tables of the
 * same heights; those of other chips are as low as can be.
 * @throws {ConstraintError} HEIGHT when a table has too many rows.
 * @throws {ConstraintError} LOWER for a program that hashes or orders in a way that no verifier does.
 * @throws {RangeError} when the machine's statement is not the program's inputs.
 */
export function lowerProgram(
  program: CircuitProgram,
  machine: RecursionMachine,
  heights: Heights = {},
): LoweredProgram {
  const linearRows = 2 ** (heights[machine.rows.linear.chip.name] ?? MAX_LOG_HEIGHT);
  const { lists, literalFelts, literalExts } = new Lowering(program, machine, linearRows).run();
  const all = Object.entries(lists);
  return {
    program,
    machine,
    columns: Object.fromEntries(
      all.map(([, list]) => [list.rowChip.chip.name, list.columns(heights[list.rowChip.chip.name])]),
    ),
    rows: Object.fromEntries(all.map(([, list]) => [list.rowChip.chip.name, list.count])),
    plans: Object.fromEntries(
      all.map(([kind, list]) => [kind, { rows: list.count, operands: list.operands() }]),
    ) as unknown as ByKind<FillPlan>,
    literalFelts,
    literalExts,
  };
}
