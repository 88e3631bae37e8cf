/**
 * @module The degree-5 extension on four lanes. In kernel memory four neighbouring elements form a group of five vectors,
 * coefficient by coefficient: 80 bytes, one stream per operand instead of five, and no power-of-two distance between
 * coefficients.
 */
import { DEGREE } from '../field/ext.ts';
import { type Code, FunctionBuilder, I32, i32, type ModuleBuilder, v128 } from './assembler.ts';
import { VectorField } from './field.ts';

/** Elements of a group. */
export const LANES = 4;
/** Bytes of a group of extension elements. */
export const GROUP_BYTES: number = 16 * DEGREE;

/** Five vectors. */
export type ExtCode = readonly Code[];

export class VectorExtension {
  readonly #f: FunctionBuilder;
  readonly #field: VectorField;

  constructor(f: FunctionBuilder, field: VectorField) {
    this.#f = f;
    this.#field = field;
  }

  load(address: Code, offset = 0): ExtCode {
    return Array.from({ length: DEGREE }, (_, j) => this.#f.keep(v128.load(address, offset + 16 * j)));
  }

  /** Five neighbouring words, each in all lanes: a scalar. */
  loadScalar(address: Code, offset = 0): ExtCode {
    return Array.from({ length: DEGREE }, (_, j) => this.#f.keep(v128.loadSplat(address, offset + 4 * j)));
  }

  /** One element of a vector, at the address that {@link elementAt} gives, in all lanes. */
  loadElement(address: Code): ExtCode {
    return Array.from({ length: DEGREE }, (_, j) => this.#f.keep(v128.loadSplat(address, 16 * j)));
  }

  /** Even and odd elements of two groups. */
  deinterleave(x: ExtCode, y: ExtCode): [ExtCode, ExtCode] {
    const pick = (lanes: readonly number[]): ExtCode => x.map((v, j) => this.#f.keep(v128.shuffle(v, y[j]!, lanes)));
    return [pick([0, 2, 4, 6]), pick([1, 3, 5, 7])];
  }

  store(address: Code, value: ExtCode, offset = 0): void {
    for (const [j, v] of value.entries()) this.#f.emit(v128.store(address, v, offset + 16 * j));
  }

  add(a: ExtCode, b: ExtCode): ExtCode {
    return a.map((x, j) => this.#field.add(x, b[j]!));
  }

  sub(a: ExtCode, b: ExtCode): ExtCode {
    return a.map((x, j) => this.#field.sub(x, b[j]!));
  }

  /**
   * Each coefficient of the product is one inner product of a with a rearrangement of b (x^5 = 1 - x^2), reduced once: 25
   * wide products and 5 reductions. 6.9 ns an element; with a local for every partial sum it was 7.5 to 10.
   */
  mul(a: ExtCode, b: ExtCode): ExtCode {
    return this.mulPrepared(a, this.prepare(b));
  }

  /** The rearrangements of b; worth keeping when b is a constant. */
  prepare(b: ExtCode): Code[][] {
    const [b0, b1, b2, b3, b4] = b as [Code, Code, Code, Code, Code];
    const field = this.#field;
    const b14 = field.sub(b1, b4);
    const b03 = field.sub(b0, b3);
    const b42 = field.sub(b4, b2);
    const b314 = field.sub(b3, b14);
    return [
      [b0, b4, b3, b2, b14],
      [b1, b0, b4, b3, b2],
      [b2, b14, b03, b42, b314],
      [b3, b2, b14, b03, b42],
      [b4, b3, b2, b14, b03],
    ];
  }

  mulPrepared(a: ExtCode, rows: readonly (readonly Code[])[]): ExtCode {
    return rows.map((row) => this.#field.dot(a, row));
  }

  /** a times a base-field vector. */
  mulBase(a: ExtCode, b: Code): ExtCode {
    return a.map((x) => this.#field.mul(x, b));
  }
}

/** Address of element `index` of an extension vector, for lane-wise access. */
export function elementAt(base: number, index: number): number {
  return base + GROUP_BYTES * (index >>> 2) + 4 * (index & 3);
}

/** Code for the address of an element whose index is held in a local; see {@link elementAt}. */
export function elementCode(base: Code, index: Code): Code {
  const group = i32.mul(i32.shrU(index, i32.constant(2)), i32.constant(GROUP_BYTES));
  return i32.add(base, i32.add(group, i32.shl(i32.and(index, i32.constant(3)), i32.constant(2))));
}

/** Transposes four vectors. */
export function transpose(f: FunctionBuilder, [a, b, c, d]: readonly Code[]): Code[] {
  const [ab, cd] = [f.keep(v128.shuffle(a!, b!, [0, 4, 1, 5])), f.keep(v128.shuffle(c!, d!, [0, 4, 1, 5]))];
  const [AB, CD] = [f.keep(v128.shuffle(a!, b!, [2, 6, 3, 7])), f.keep(v128.shuffle(c!, d!, [2, 6, 3, 7]))];
  return [
    v128.shuffle(ab, cd, [0, 1, 4, 5]),
    v128.shuffle(ab, cd, [2, 3, 6, 7]),
    v128.shuffle(AB, CD, [0, 1, 4, 5]),
    v128.shuffle(AB, CD, [2, 3, 6, 7]),
  ];
}

/** What one kernel is written with: its code, and field and extension arithmetic in it. */
export interface Emitter {
  readonly f: FunctionBuilder;
  readonly field: VectorField;
  readonly ext: VectorExtension;
}

/** The codes of `Count` parameters. */
export type ParameterCodes<Count extends number, Codes extends Code[] = []> = Codes['length'] extends Count
  ? Codes
  : ParameterCodes<Count, [...Codes, Code]>;

/** A kernel whose parameters are all words or addresses. */
export function kernel<const Count extends number>(
  name: string,
  parameters: Count,
  body: (e: Emitter, parameters: ParameterCodes<Count>) => void,
): FunctionBuilder {
  const f = new FunctionBuilder(name, new Array<typeof I32>(parameters).fill(I32));
  const field = new VectorField(f);
  const codes = Array.from({ length: parameters }, (_, i) => f.parameter(i)) as ParameterCodes<Count>;
  body({ f, field, ext: new VectorExtension(f, field) }, codes);
  return f;
}

/** Adds a kernel to a module; returns the index by which others call it. */
export function defineKernel<const Count extends number>(
  module: ModuleBuilder,
  name: string,
  parameters: Count,
  body: (e: Emitter, parameters: ParameterCodes<Count>) => void,
): number {
  return module.add(kernel(name, parameters, body));
}
