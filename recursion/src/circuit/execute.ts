/**
 * @module Running a recorded program on a proof. It rejects what the native verifier rejects, for the same reason: the
 * operations are those that the one verifier source asked for.
 */
import { VerificationError } from '@weft/primitives';
import * as base from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { permuteState, permuteStates } from '@weft/primitives/hash/permute';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { OpenedRow, TreeShape } from '@weft/prover/transcript/backend';
import {
  type CircuitOperation,
  type CircuitProgram,
  CLIMB_WORDS,
  FOLD_TERMS,
  NONE,
  OPERATION_NAMES,
} from './program.ts';

type Felt = base.Felt;
type Ext = ext.Ext;

/** Where a program's reads come from; the native backend is one. */
export interface ProofReader {
  read(count: number, what: string, presence?: Felt): Felt[];
  readRows(tree: TreeShape, positions: readonly (readonly Felt[])[]): OpenedRow<Felt>[];
  readOffsets(heights: readonly Felt[]): Felt[];
}

/** The values of all wires of a run. */
export interface CircuitValues {
  readonly felts: Uint32Array;
  /** Five elements a wire. */
  readonly exts: Uint32Array;
}

/** A run: its wires, and the operation that it has come to. */
class Machine {
  readonly #program: CircuitProgram;
  readonly suite: HashSuite;
  readonly #inputs: readonly Felt[];
  readonly #readers: readonly ProofReader[];
  #source = 0;
  readonly #felts: Uint32Array;
  readonly #exts: Uint32Array;
  readonly #onReject: (error: VerificationError) => void;
  #nextInput = 0;
  /** Start of the operation that runs. */
  #at = 0;

  constructor(
    program: CircuitProgram,
    suite: HashSuite,
    inputs: readonly Felt[],
    readers: readonly ProofReader[],
    onReject: (error: VerificationError) => void,
  ) {
    this.#onReject = onReject;
    this.#program = program;
    this.suite = suite;
    this.#inputs = inputs;
    this.#readers = readers;
    this.#felts = new Uint32Array(program.feltWires);
    this.#exts = new Uint32Array(ext.DEGREE * program.extWires);
    for (const { wire, value } of program.felts) this.#felts[wire] = value;
    for (const { wire, value } of program.exts) this.#exts.set(value, ext.DEGREE * wire);
  }

  run(): CircuitValues {
    for (const start of this.#program.starts) {
      this.#at = start;
      STEPS[this.word(0)]!(this);
    }
    return { felts: this.#felts, exts: this.#exts };
  }

  word(i: number): number {
    return this.#program.words[this.#at + i]!;
  }

  /** The base wire that operand i names. */
  felt(i: number): Felt {
    return this.#felts[this.word(i)]!;
  }

  feltList(first: number, count: number): Felt[] {
    return Array.from({ length: count }, (_, k) => this.felt(first + k));
  }

  /** Lists of `width` wires, one after another. */
  feltLists(first: number, count: number, width: number): Felt[][] {
    return Array.from({ length: count }, (_, k) => this.feltList(first + width * k, width));
  }

  /** `count` wires from the one that operand i names. */
  results(i: number, count: number): Felt[] {
    const first = this.word(i);
    return Array.from(this.#felts.subarray(first, first + count));
  }

  /** The extension wire that operand i names. */
  ext(i: number): Ext {
    const at = ext.DEGREE * this.word(i);
    const e = this.#exts;
    return [e[at]!, e[at + 1]!, e[at + 2]!, e[at + 3]!, e[at + 4]!];
  }

  /** Writes the operation's results. */
  set(values: readonly Felt[]): void {
    this.#felts.set(values, this.word(1));
  }

  setExt(value: Ext): void {
    this.#exts.set(value, ext.DEGREE * this.word(1));
  }

  /** @param reason - the operand that names it. */
  reject(reason: number, message: string): void {
    this.#onReject(new VerificationError(this.#program.reasons[this.word(reason)]!, message));
  }

  /** What the operand says that is being read or asserted. */
  what(i: number): string {
    return this.#program.whats[this.word(i)]!;
  }

  get reader(): ProofReader {
    return this.#readers[this.#source]!;
  }

  setSource(index: number): void {
    this.#source = index;
  }

  takeInputs(count: number): void {
    this.set(this.#inputs.slice(this.#nextInput, this.#nextInput + count));
    this.#nextInput += count;
  }
}

/** Where the transcript's capacity starts. */
const CAPACITY = 8;

/** Bit i of a position, in bit-reversed order of the exponent, stands for a root of unity of order 2^(i + 1). */
const domainPoint = (position: readonly Felt[]): Felt =>
  position.reduce((y, bit, i) => (bit === 1 ? base.mul(y, base.rootOfUnity(i + 1)) : y), 1);

const bitsOf = (x: Felt, count: number): Felt[] => Array.from({ length: count }, (_, i) => (x >>> i) & 1);

/** What each operation does; operands as `program` lays them out. */
const OPERATIONS: Readonly<Record<CircuitOperation, (m: Machine) => void>> = {
  ADD: (m) => m.set([base.add(m.felt(2), m.felt(3))]),
  SUB: (m) => m.set([base.sub(m.felt(2), m.felt(3))]),
  MUL: (m) => m.set([base.mul(m.felt(2), m.felt(3))]),
  ADD_EXT: (m) => m.setExt(ext.add(m.ext(2), m.ext(3))),
  SUB_EXT: (m) => m.setExt(ext.sub(m.ext(2), m.ext(3))),
  MUL_EXT: (m) => m.setExt(ext.mul(m.ext(2), m.ext(3))),
  MUL_BASE: (m) => m.setExt(ext.mulBase(m.ext(2), m.felt(3))),
  PACK: (m) => m.setExt(m.feltList(2, ext.DEGREE) as unknown as Ext),
  FOLD: (m) => {
    const weights = Array.from({ length: FOLD_TERMS }, (_, k) => m.ext(3 + k));
    m.setExt(ext.add(m.ext(2), ext.dotBase(weights, m.feltList(3 + FOLD_TERMS, FOLD_TERMS))));
  },
  INVERSE: (m) => {
    const a = m.ext(2);
    const isZero = ext.isZero(a);
    if (isZero) m.reject(3, 'a denominator is zero');
    m.setExt(isZero ? ext.ZERO : ext.inverse(a));
  },
  LOW_BITS: (m) => m.set(bitsOf(m.felt(2), m.word(3))),
  BITS: (m) => {
    const [x, count] = [m.felt(2), m.word(3)];
    if (x >= 2 ** count) m.reject(4, `${x} has more than ${count} bits`);
    m.set(bitsOf(x, count));
  },
  ONE_HOT: (m) => {
    const [x, size] = [m.felt(2), m.word(3)];
    if (x > size) m.reject(4, `${x} exceeds ${size}`);
    m.set(Array.from({ length: size }, (_, i) => (x === i + 1 ? 1 : 0)));
  },
  DOMAIN_POINT: (m) => m.set([domainPoint(m.results(2, m.word(3)))]),
  SELECT_ORDER: (m) => {
    const n = m.word(2);
    const [a, b] = [m.feltList(4, n), m.feltList(4 + n, n)];
    m.set(m.felt(3) === 1 ? [...b, ...a] : [...a, ...b]);
  },
  PERMUTE: (m) => {
    const state = m.feltList(3, m.suite.node.width);
    state[CAPACITY] = base.add(state[CAPACITY]!, m.word(2));
    m.set(permuteState(m.suite, 'node', state));
  },
  CLIMB: (m) => {
    const length = m.suite.digestLength;
    const pairs = m.feltLists(3, m.word(2), CLIMB_WORDS).map(([bit, ...pair]) => {
      const [digest, sibling] = [pair.slice(0, length), pair.slice(length)];
      return bit === 1 ? [...sibling, ...digest] : [...digest, ...sibling];
    });
    m.set(permuteStates(m.suite, 'node', pairs).flatMap((state) => state.slice(0, length)));
  },
  PERMUTE_LEAVES: (m) => m.set(permuteStates(m.suite, 'leaf', m.feltLists(3, m.word(2), m.suite.leaf.width)).flat()),
  SELECT_DIGEST: (m) => {
    const count = m.word(2);
    const index = m.feltList(3, count).reduce((number, bit, i) => number + bit * 2 ** i, 0);
    const length = m.suite.digestLength;
    m.set(m.feltList(3 + count + length * index, length));
  },
  ASSERT_EXT: (m) => {
    if (!ext.equals(m.ext(1), m.ext(2))) m.reject(3, `${m.what(4)} does not hold`);
  },
  ASSERT: (m) => {
    if (m.felt(1) !== m.felt(2)) m.reject(3, `${m.what(4)} does not hold`);
  },
  READ: (m) => m.set(m.reader.read(m.word(2), m.what(3), m.word(4) === NONE ? 1 : m.felt(4))),
  READ_ROWS: (m) => {
    const [logRows, logCap, rowWidth, count] = [m.word(2), m.word(3), m.word(4), m.word(5)];
    const zeros = m.word(6) === NONE ? 'packing' : m.word(6);
    const opened = m.reader.readRows({ logRows, logCap, rowWidth, zeros }, m.feltLists(7, count, logRows));
    m.set(opened.flatMap(({ row, path }) => [...row, ...path.flat()]));
  },
  READ_OFFSETS: (m) => m.set(m.reader.readOffsets(m.feltList(4, m.word(3)))),
  INPUT: (m) => m.takeInputs(m.word(2)),
  SOURCE: (m) => m.setSource(m.word(1)),
};

const STEPS: readonly ((m: Machine) => void)[] = OPERATION_NAMES.map((name) => OPERATIONS[name]);

const refuse = (error: VerificationError): never => {
  throw error;
};

/**
 * Runs a program.
 * @param inputs - its public inputs.
 * @param readers - the sources of its reads, in order.
 * @param onReject - what is done when the proof does not hold; a test goes on with wires that break an assertion.
 * @returns the values of its wires.
 * @throws {VerificationError} with the verifier's reason when the proof does not hold.
 * @throws {RangeError} for another number of inputs.
 */
export function executeCircuit(
  program: CircuitProgram,
  suite: HashSuite,
  inputs: readonly Felt[],
  readers: readonly ProofReader[],
  onReject: (error: VerificationError) => void = refuse,
): CircuitValues {
  if (inputs.length !== program.inputs)
    throw new RangeError(`the program takes ${program.inputs} public inputs, got ${inputs.length}`);
  return new Machine(program, suite, inputs, readers, onReject).run();
}
