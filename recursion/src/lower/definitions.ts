/**
 * @module Where the wires of a program come from and how often operations use them, and wires as multiples of other wires:
 * a constant factor is a coefficient of whatever row reads the wire.
 */
import { add, type Felt, mul, neg } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { CIRCUIT_OP, type CircuitProgram, wiresOf } from '../circuit/program.ts';

/** The wire of the constant 1 of either kind. */
export const ONE = -1;

/** factor times a wire. */
export interface Multiple {
  readonly wire: number;
  readonly factor: Felt;
}

/** Whether an element of the extension is one of the base field. */
const isBase = (x: readonly Felt[]): boolean => x.every((c, i) => i === 0 || c === 0);

/** Single operands of a product. */
export interface Product {
  readonly code: number;
  readonly a: number;
  readonly b: number;
}

export class Definitions {
  readonly words: Uint32Array;
  /** Start of the operation that a wire is a result of; -1 for constants. */
  readonly felt: Int32Array;
  readonly ext: Int32Array;
  /** Operands that a wire is. */
  readonly feltUses: Uint32Array;
  readonly #extUses: Uint32Array;
  readonly feltConstants: ReadonlyMap<number, Felt>;
  readonly extConstants: ReadonlyMap<number, Ext>;

  constructor(program: CircuitProgram) {
    const { words, starts, feltWires, extWires } = program;
    this.words = words;
    this.felt = new Int32Array(feltWires).fill(-1);
    this.ext = new Int32Array(extWires).fill(-1);
    this.feltUses = new Uint32Array(feltWires);
    this.#extUses = new Uint32Array(extWires);
    for (const start of starts) {
      const { out, feltsOut, extsOut, firstFelt, feltsIn, firstExt, extsIn } = wiresOf(words, start);
      if (feltsOut > 0) this.felt.fill(start, out, out + feltsOut);
      if (extsOut > 0) this.ext[out] = start;
      for (let i = 0; i < feltsIn; i++) this.feltUses[words[start + firstFelt + i]!]!++;
      for (let i = 0; i < extsIn; i++) this.#extUses[words[start + firstExt + i]!]!++;
    }
    this.feltConstants = new Map(program.felts.map(({ wire, value }) => [wire, value]));
    this.extConstants = new Map(program.exts.map(({ wire, value }) => [wire, value as unknown as Ext]));
  }

  feltMultiple(wire: number): Multiple {
    const { words } = this;
    for (let [at, factor] = [wire, 1]; ; ) {
      const value = this.feltConstants.get(at);
      if (value !== undefined) return { wire: ONE, factor: mul(factor, value) };
      const start = this.felt[at]!;
      const [a, b] = [words[start + 2]!, words[start + 3]!];
      switch (words[start]) {
        case CIRCUIT_OP.MUL: {
          const [x, y] = [this.feltConstants.get(a), this.feltConstants.get(b)];
          if (x === undefined && y === undefined) return { wire: at, factor };
          factor = mul(factor, (x ?? y)!);
          at = x === undefined ? a : b;
          break;
        }
        case CIRCUIT_OP.SUB:
          if (this.feltConstants.get(a) !== 0) return { wire: at, factor };
          factor = neg(factor);
          at = b;
          break;
        default:
          return { wire: at, factor };
      }
    }
  }

  extMultiple(wire: number): Multiple {
    const { words } = this;
    for (let [at, factor] = [wire, 1]; ; ) {
      const value = this.extConstants.get(at);
      if (value !== undefined)
        return isBase(value) ? { wire: ONE, factor: mul(factor, value[0]) } : { wire: at, factor };
      const start = this.ext[at]!;
      const [a, b] = [words[start + 2]!, words[start + 3]!];
      switch (words[start]) {
        case CIRCUIT_OP.MUL_EXT: {
          const [x, y] = [this.#baseConstant(a), this.#baseConstant(b)];
          if (x === undefined && y === undefined) return { wire: at, factor };
          factor = mul(factor, (x ?? y)!);
          at = x === undefined ? a : b;
          break;
        }
        case CIRCUIT_OP.MUL_BASE: {
          const x = this.feltConstants.get(b);
          if (x === undefined) return { wire: at, factor };
          factor = mul(factor, x);
          at = a;
          break;
        }
        case CIRCUIT_OP.ADD_EXT:
          if (a !== b) return { wire: at, factor };
          factor = add(factor, factor);
          at = a;
          break;
        case CIRCUIT_OP.SUB_EXT:
          if (this.#baseConstant(a) !== 0) return { wire: at, factor };
          factor = neg(factor);
          at = b;
          break;
        default:
          return { wire: at, factor };
      }
    }
  }

  #baseConstant(wire: number): Felt | undefined {
    const value = this.extConstants.get(wire);
    return value !== undefined && isBase(value) ? value[0] : undefined;
  }

  /** The product that a base wire is, when only one operation uses it: that one's row can compute it. */
  ownFeltProduct(wire: number): Product | undefined {
    if (wire === ONE || this.feltUses[wire] !== 1) return undefined;
    return this.#product(this.felt[wire]!, [CIRCUIT_OP.MUL]);
  }

  ownExtProduct(wire: number): Product | undefined {
    if (wire === ONE || this.#extUses[wire] !== 1) return undefined;
    return this.#product(this.ext[wire]!, [CIRCUIT_OP.MUL_EXT, CIRCUIT_OP.MUL_BASE]);
  }

  #product(start: number, codes: readonly number[]): Product | undefined {
    const code = this.words[start];
    if (code === undefined || !codes.includes(code)) return undefined;
    return { code, a: this.words[start + 2]!, b: this.words[start + 3]! };
  }
}
