/**
 * @module The degree-5 extension on four lanes. In kernel memory four neighbouring elements form a group of five vectors,
 * coefficient by coefficient: 80 bytes, one stream per operand instead of five, and no power-of-two distance between
 * coefficients.
 */
import { DEGREE } from '../field/ext.ts';
import { type Code, type FunctionBuilder, v128 } from './assembler.ts';
import type { VectorField } from './field.ts';

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
