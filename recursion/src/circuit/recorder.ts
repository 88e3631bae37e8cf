/**
 * @module The circuit backend: running the verifier on it records what the verifier does. No value is known while it
 * records, so the program is the same for every proof of a shape. Constants are folded, equal operations are
 * recorded once, and what nothing depends on is left out.
 */
import { ConstraintError, type VerificationReason } from '@weft/primitives';
import * as base from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { type HashSuite, hasOnePermutation, leafRate } from '@weft/primitives/hash/suite';
import { WordList } from '@weft/primitives/words';
import type { Backend, OpenedRow, TreeShape } from '@weft/prover/transcript/backend';
import { Names, OperationTable } from './numbering.ts';
import { CIRCUIT_OP, type CircuitOperation, type CircuitProgram, FOLD_TERMS, NONE } from './program.ts';
import { prune } from './prune.ts';

declare const FELT: unique symbol;
declare const EXT: unique symbol;
/** Number of a base wire. */
export type FeltWire = number & { readonly [FELT]: true };
/** Number of an extension wire. */
export type ExtWire = number & { readonly [EXT]: true };

/** A product of roots of unity, chosen by bits of one position: part of a domain point. */
interface DomainProduct {
  /** The first of the position's bits. */
  readonly first: FeltWire;
  readonly count: number;
  /** The bits in the product. */
  readonly mask: number;
}

/** A digest and a sibling in the order that a bit says. */
interface OrderedPair {
  readonly bit: FeltWire;
  readonly digest: readonly FeltWire[];
  readonly sibling: readonly FeltWire[];
}

/** Elements of a state of the transcript's permutation that observations overwrite. */
const TRANSCRIPT_RATE = 8;

const areEqual = (a: readonly number[], b: readonly number[]): boolean => a.every((x, i) => x === b[i]);

export class CircuitRecorder implements Backend<FeltWire, ExtWire> {
  readonly #words = new WordList();
  readonly #starts = new WordList();
  /** Constants by wire, and wires by constant. */
  readonly #feltValues = new Map<number, base.Felt>();
  readonly #feltWires = new Map<base.Felt, FeltWire>();
  readonly #extValues = new Map<number, ext.Ext>();
  readonly #extWires = new Map<string, ExtWire>();
  /** Those that are base elements. */
  readonly #baseWires = new Map<base.Felt, ExtWire>();
  readonly #known = new OperationTable();
  readonly #reasons = new Names<VerificationReason>();
  readonly #whats = new Names<string>();
  readonly #suite: HashSuite;
  readonly #blocks: number;
  // What the recorder knows of wires, so that it records one operation where the verifier asks for several.
  /** Sums of a wire and a constant. */
  readonly #offsets = new Map<number, { readonly wire: FeltWire; readonly constant: base.Felt }>();
  readonly #positionBits = new Map<number, DomainProduct>();
  readonly #domainProducts = new Map<number, DomainProduct>();
  /** Opened rows by their first wire, and their widths. */
  readonly #rows = new Map<number, number>();
  /** First wires of digests of paths that nothing has used. */
  readonly #siblings = new Set<number>();
  readonly #ordered = new Map<number, OrderedPair>();
  #felts = 0;
  #exts = 0;
  #inputs = 0;

  /**
   * @param blocks - of the stacked vector: how many offsets {@link readOffsets} gives.
   */
  constructor(suite: HashSuite, blocks: number) {
    this.#suite = suite;
    this.#blocks = blocks;
  }

  // Constants.

  felt(x: base.Felt): FeltWire {
    let wire = this.#feltWires.get(x);
    if (wire === undefined) {
      wire = this.#felts++ as FeltWire;
      this.#feltWires.set(x, wire);
      this.#feltValues.set(wire, x);
    }
    return wire;
  }

  constant(x: base.Felt): ExtWire {
    let wire = this.#baseWires.get(x);
    if (wire === undefined) {
      wire = this.#extConstant(ext.fromBase(x));
      this.#baseWires.set(x, wire);
    }
    return wire;
  }

  #extConstant(value: ext.Ext): ExtWire {
    const key = value.join();
    let wire = this.#extWires.get(key);
    if (wire === undefined) {
      wire = this.#exts++ as ExtWire;
      this.#extWires.set(key, wire);
      this.#extValues.set(wire, value);
    }
    return wire;
  }

  // Recording.

  #emit(op: CircuitOperation, operands: readonly number[]): void {
    this.#starts.push(this.#words.length);
    this.#words.push(CIRCUIT_OP[op]);
    this.#words.append(operands);
  }

  /** The result of an operation that was recorded with these operands. */
  #find(op: CircuitOperation, operands: readonly number[]): number | undefined {
    const { words } = this.#words;
    const start = this.#known.find(words, op, operands);
    return start === undefined ? undefined : words[start + 1]!;
  }

  /** Records a pure operation that {@link #find} has not found. */
  #emitPure(op: CircuitOperation, out: number, operands: readonly number[]): void {
    this.#known.keep(this.#words.length);
    this.#starts.push(this.#words.length);
    this.#words.push(CIRCUIT_OP[op]);
    this.#words.push(out);
    this.#words.append(operands);
  }

  /** Records a pure operation, or finds it: its results are base wires from the returned one on. */
  #pureFelts(op: CircuitOperation, count: number, operands: readonly number[]): FeltWire {
    const known = this.#find(op, operands);
    if (known !== undefined) return known as FeltWire;
    const out = this.#freshFelts(count);
    this.#emitPure(op, out, operands);
    return out;
  }

  #pureExt(op: CircuitOperation, operands: readonly number[]): ExtWire {
    const known = this.#find(op, operands);
    if (known !== undefined) return known as ExtWire;
    const out = this.#exts++ as ExtWire;
    this.#emitPure(op, out, operands);
    return out;
  }

  /** Records an operation whose operands are hardly ever those of another: looking would take longer than it saves. */
  #newFelts(op: CircuitOperation, count: number, operands: readonly number[]): FeltWire {
    const out = this.#freshFelts(count);
    this.#emit(op, [out, ...operands]);
    return out;
  }

  #freshFelts(count: number): FeltWire {
    const out = this.#felts as FeltWire;
    this.#felts += count;
    // Far more than any table holds; beyond, numbers of wires would leave the words of a program.
    if (this.#felts >= 2 ** 26) throw new ConstraintError('CIRCUIT', 'the circuit has too many wires');
    return out;
  }

  #range(first: FeltWire, count: number): FeltWire[] {
    return Array.from({ length: count }, (_, i) => (first + i) as FeltWire);
  }

  // Base elements.

  #binaryFelt(
    op: 'ADD' | 'SUB' | 'MUL',
    a: FeltWire,
    b: FeltWire,
    fold: (x: base.Felt, y: base.Felt) => base.Felt,
  ): FeltWire {
    const [x, y] = [this.#feltValues.get(a), this.#feltValues.get(b)];
    if (x !== undefined && y !== undefined) return this.felt(fold(x, y));
    if (op === 'MUL') {
      if (x === 0 || y === 1) return a;
      if (y === 0 || x === 1) return b;
    } else {
      if (y === 0) return a;
      if (op === 'ADD' && x === 0) return b;
      if (op === 'SUB' && a === b) return this.felt(0);
    }
    // Addition and multiplication are known in either order.
    return this.#pureFelts(op, 1, op !== 'SUB' && a > b ? [b, a] : [a, b]);
  }

  addFelt(a: FeltWire, b: FeltWire): FeltWire {
    const sum = this.#binaryFelt('ADD', a, b, base.add);
    const [x, y] = [this.#feltValues.get(a), this.#feltValues.get(b)];
    if (y !== undefined && x === undefined) this.#offsets.set(sum, { wire: a, constant: y });
    return sum;
  }
  subFelt(a: FeltWire, b: FeltWire): FeltWire {
    return this.#binaryFelt('SUB', a, b, base.sub);
  }
  mulFelt(a: FeltWire, b: FeltWire): FeltWire {
    const [p, q] = [this.#domainProducts.get(a), this.#domainProducts.get(b)];
    if (p === undefined || q === undefined || p.first !== q.first || (p.mask & q.mask) !== 0)
      return this.#binaryFelt('MUL', a, b, base.mul);
    const product = { ...p, mask: p.mask | q.mask };
    if (product.mask === 2 ** p.count - 1) return this.#pureFelts('DOMAIN_POINT', 1, [p.first, p.count]);
    const wire = this.#binaryFelt('MUL', a, b, base.mul);
    this.#domainProducts.set(wire, product);
    return wire;
  }

  // Extension elements.

  #binaryExt(
    op: 'ADD_EXT' | 'SUB_EXT' | 'MUL_EXT',
    a: ExtWire,
    b: ExtWire,
    fold: (x: ext.Ext, y: ext.Ext) => ext.Ext,
  ): ExtWire {
    const [x, y] = [this.#extValues.get(a), this.#extValues.get(b)];
    if (x !== undefined && y !== undefined) return this.#extConstant(fold(x, y));
    const [zero, one] = [this.constant(0), this.constant(1)];
    if (op === 'MUL_EXT') {
      if (a === zero || b === one) return a;
      if (b === zero || a === one) return b;
    } else {
      if (b === zero) return a;
      if (op === 'ADD_EXT' && a === zero) return b;
      if (op === 'SUB_EXT' && a === b) return zero;
    }
    return this.#pureExt(op, op !== 'SUB_EXT' && a > b ? [b, a] : [a, b]);
  }

  add(a: ExtWire, b: ExtWire): ExtWire {
    return this.#binaryExt('ADD_EXT', a, b, ext.add);
  }
  sub(a: ExtWire, b: ExtWire): ExtWire {
    return this.#binaryExt('SUB_EXT', a, b, ext.sub);
  }
  mul(a: ExtWire, b: ExtWire): ExtWire {
    return this.#binaryExt('MUL_EXT', a, b, ext.mul);
  }

  mulBase(a: ExtWire, b: FeltWire): ExtWire {
    const [x, y] = [this.#extValues.get(a), this.#feltValues.get(b)];
    if (x !== undefined && y !== undefined) return this.#extConstant(ext.mulBase(x, y));
    if (a === this.constant(0) || y === 1) return a;
    if (y === 0) return this.constant(0);
    return this.#pureExt('MUL_BASE', [a, b]);
  }

  ext(coefficients: readonly FeltWire[]): ExtWire {
    const values = coefficients.map((c) => this.#feltValues.get(c));
    if (values.every((x) => x !== undefined)) return this.#extConstant(values as unknown as ext.Ext);
    return this.#pureExt('PACK', coefficients);
  }

  dotBase(weights: readonly ExtWire[], values: readonly FeltWire[]): ExtWire {
    let sum = this.constant(0);
    if (this.#rows.get(values[0]!) === values.length && values.length % FOLD_TERMS === 0) {
      for (let i = 0; i < values.length; i += FOLD_TERMS)
        sum = this.#pureExt('FOLD', [sum, ...weights.slice(i, i + FOLD_TERMS), ...values.slice(i, i + FOLD_TERMS)]);
      return sum;
    }
    for (const [i, weight] of weights.entries()) sum = this.add(sum, this.mulBase(weight, values[i]!));
    return sum;
  }

  inverse(a: ExtWire, reason: VerificationReason): ExtWire {
    const x = this.#extValues.get(a);
    if (x !== undefined) {
      if (ext.isZero(x)) throw new ConstraintError('CIRCUIT', 'the circuit divides by the constant 0');
      return this.#extConstant(ext.inverse(x));
    }
    return this.#pureExt('INVERSE', [a, this.#reasons.index(reason)]);
  }

  // Bits.

  lowBits(x: FeltWire, count: number): FeltWire[] {
    const value = this.#feltValues.get(x);
    if (value !== undefined) return Array.from({ length: count }, (_, i) => this.felt((value >>> i) & 1));
    const first = this.#pureFelts('LOW_BITS', count, [x, count]);
    const bits = this.#range(first, count);
    for (const [i, bit] of bits.entries()) this.#positionBits.set(bit, { first, count, mask: 1 << i });
    return bits;
  }

  bits(x: FeltWire, count: number, reason: VerificationReason): FeltWire[] {
    const value = this.#feltValues.get(x);
    if (value !== undefined) {
      if (value >= 2 ** count)
        throw new ConstraintError('CIRCUIT', `the constant ${value} has more than ${count} bits`);
      return Array.from({ length: count }, (_, i) => this.felt((value >>> i) & 1));
    }
    return this.#range(this.#pureFelts('BITS', count, [x, count, this.#reasons.index(reason)]), count);
  }

  oneHot(x: FeltWire, size: number, reason: VerificationReason): FeltWire[] {
    return this.#range(this.#pureFelts('ONE_HOT', size, [x, size, this.#reasons.index(reason)]), size);
  }

  selectFelt(bit: FeltWire, ifOne: FeltWire, ifZero: FeltWire): FeltWire {
    const selected = this.addFelt(this.mulFelt(bit, this.subFelt(ifOne, ifZero)), ifZero);
    const position = this.#positionBits.get(bit);
    if (position !== undefined && ifZero === this.felt(1)) {
      const root = base.rootOfUnity(32 - Math.clz32(position.mask));
      if (this.#feltValues.get(ifOne) === root) this.#domainProducts.set(selected, position);
    }
    return selected;
  }

  selectOrder(bit: FeltWire, a: readonly FeltWire[], b: readonly FeltWire[]): FeltWire[] {
    const value = this.#feltValues.get(bit);
    if (value !== undefined) return value === 1 ? [...b, ...a] : [...a, ...b];
    const first = this.#newFelts('SELECT_ORDER', 2 * a.length, [a.length, bit, ...a, ...b]);
    if (a.length === this.#suite.digestLength) this.#ordered.set(first, { bit, digest: a, sibling: b });
    return this.#range(first, 2 * a.length);
  }

  // Hashes.

  permuteNode(state: readonly FeltWire[]): FeltWire[] {
    const offset = this.#offsets.get(state[TRANSCRIPT_RATE]!);
    const plain = offset === undefined ? state : state.with(TRANSCRIPT_RATE, offset.wire);
    return this.#range(this.#newFelts('PERMUTE', state.length, [offset?.constant ?? 0, ...plain]), state.length);
  }

  #digests(first: FeltWire, count: number): FeltWire[][] {
    const length = this.#suite.digestLength;
    return Array.from({ length: count }, (_, i) => this.#range((first + length * i) as FeltWire, length));
  }

  hashNodes(pairs: readonly (readonly FeltWire[])[]): FeltWire[][] {
    const ordered = pairs.map((pair) => this.#stepOf(pair));
    if (!ordered.every((step) => step !== undefined))
      return pairs.map((pair) => this.permuteNode(pair).slice(0, this.#suite.digestLength));
    // Each sibling is one step's own, so that it need not be a word that others can read.
    for (const { sibling } of ordered) this.#siblings.delete(sibling[0]!);
    const operands = ordered.flatMap(({ bit, digest, sibling }) => [bit, ...digest, ...sibling]);
    const first = this.#newFelts('CLIMB', this.#suite.digestLength * pairs.length, [pairs.length, ...operands]);
    return this.#digests(first, pairs.length);
  }

  /** The step up a path that a pair is, if it is one: a digest and an unused sibling, in the order that a bit says. */
  #stepOf(pair: readonly FeltWire[]): OrderedPair | undefined {
    const step = this.#ordered.get(pair[0]!);
    if (step === undefined || !areEqual(pair, this.#range(pair[0]!, pair.length))) return undefined;
    const first = step.sibling[0]!;
    const isPath = this.#siblings.has(first) && areEqual(step.sibling, this.#range(first, step.sibling.length));
    return isPath ? step : undefined;
  }

  /**
   * The digest whose number these bits are, lowest first.
   * @param digests - one for each number.
   */
  selectDigest(bits: readonly FeltWire[], digests: readonly (readonly FeltWire[])[]): FeltWire[] {
    if (bits.length === 0) return [...digests[0]!];
    const operands = [bits.length, ...bits, ...digests.flat()];
    return this.#range(this.#newFelts('SELECT_DIGEST', this.#suite.digestLength, operands), this.#suite.digestLength);
  }

  hashRows(rows: readonly (readonly FeltWire[])[]): FeltWire[][] {
    const { width } = this.#suite.leaf;
    const rate = leafRate(this.#suite);
    const length = rows[0]!.length;
    if (hasOnePermutation(this.#suite)) return rows.map((row) => this.#hashRow(row));
    // The sponge of `hash/modes`, block by block for all rows at once.
    let states = rows.map(() => Array.from({ length: width }, (_, i) => this.felt(i === rate ? length : 0)));
    for (let at = 0; at < length; at += rate) {
      const blocks = rows.map((row, q) => [
        ...row.slice(at, at + rate),
        ...states[q]!.slice(Math.min(rate, length - at)),
      ]);
      const first = this.#newFelts('PERMUTE_LEAVES', width * rows.length, [rows.length, ...blocks.flat()]);
      states = rows.map((_, q) => this.#range((first + width * q) as FeltWire, width));
    }
    return states.map((state) => state.slice(0, this.#suite.digestLength));
  }

  /** The sponge of `hash/modes` on the node permutation: to whoever lays it out, blocks as those of a transcript. */
  #hashRow(row: readonly FeltWire[]): FeltWire[] {
    const { width } = this.#suite.node;
    let state: readonly FeltWire[] = new Array<FeltWire>(width).fill(this.felt(0));
    for (let at = 0; at < row.length; at += TRANSCRIPT_RATE) {
      const block = row.slice(at, at + TRANSCRIPT_RATE);
      const operands = [at === 0 ? row.length : 0, ...block, ...state.slice(block.length)];
      state = this.#range(this.#newFelts('PERMUTE', width, operands), width);
    }
    return state.slice(0, this.#suite.digestLength);
  }

  // Assertions.

  assertEqual(a: ExtWire, b: ExtWire, reason: VerificationReason, what: string): void {
    if (a === b) return;
    if (this.#extValues.has(a) && this.#extValues.has(b))
      throw new ConstraintError('CIRCUIT', `the circuit can never hold: ${what}`);
    this.#emit('ASSERT_EXT', [a, b, this.#reasons.index(reason), this.#whats.index(what)]);
  }

  assertEqualFelt(a: FeltWire, b: FeltWire, reason: VerificationReason, what: string): void {
    if (a === b) return;
    if (this.#feltValues.has(a) && this.#feltValues.has(b))
      throw new ConstraintError('CIRCUIT', `the circuit can never hold: ${what}`);
    this.#emit('ASSERT', [a, b, this.#reasons.index(reason), this.#whats.index(what)]);
  }

  // Proofs, and what they are about. These are never shared: each takes the next values.

  source(index: number): void {
    this.#emit('SOURCE', [index]);
  }

  read(count: number, what: string, presence?: FeltWire): FeltWire[] {
    // A chip without committed columns: no wires, and so no operation that writes some.
    if (count === 0) return [];
    const out = this.#freshFelts(count);
    this.#emit('READ', [out, count, this.#whats.index(what), presence ?? NONE]);
    return this.#range(out, count);
  }

  readRows(tree: TreeShape, positions: readonly (readonly FeltWire[])[]): OpenedRow<FeltWire>[] {
    const { logRows, logCap, rowWidth, zeros } = tree;
    const levels = logRows - logCap;
    const stride = rowWidth + this.#suite.digestLength * levels;
    const out = this.#freshFelts(stride * positions.length);
    const absent = zeros === 'packing' ? NONE : zeros;
    this.#emit('READ_ROWS', [out, logRows, logCap, rowWidth, positions.length, absent, ...positions.flat()]);
    return positions.map((_, q) => {
      const first = out + stride * q;
      const path = this.#digests((first + rowWidth) as FeltWire, levels);
      this.#rows.set(first, rowWidth);
      for (const digest of path) this.#siblings.add(digest[0]!);
      return { row: this.#range(first as FeltWire, rowWidth), path };
    });
  }

  readOffsets(heights: readonly FeltWire[]): FeltWire[] {
    const out = this.#freshFelts(this.#blocks);
    this.#emit('READ_OFFSETS', [out, this.#blocks, heights.length, ...heights]);
    return this.#range(out, this.#blocks);
  }

  /** Wires for the next public inputs of the program. */
  input(count: number): FeltWire[] {
    const out = this.#freshFelts(count);
    this.#emit('INPUT', [out, count]);
    this.#inputs += count;
    return this.#range(out, count);
  }

  /** The program so far, without what nothing depends on, its wires numbered anew. */
  finish(): CircuitProgram {
    return prune({
      words: this.#words.words,
      starts: this.#starts.words,
      feltWires: this.#felts,
      extWires: this.#exts,
      felts: this.#feltValues,
      exts: this.#extValues,
      inputs: this.#inputs,
      reasons: this.#reasons.list.slice(),
      whats: this.#whats.list.slice(),
    });
  }
}
