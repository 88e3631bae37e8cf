/**
 * @module Fill expressions: how a column's value follows from an event, in wrapping 32-bit arithmetic and a few field
 * operations. Like constraints they are recorded once as a graph; an evaluator runs it over blocks of events. A fill
 * gives completeness only: soundness never rests on it.
 */

import { checkInteger, checkName, refuse } from '@weft/primitives/arguments';

export type FillOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'sar'
  | 'ltu'
  | 'lts'
  | 'eq'
  | 'divu'
  | 'remu'
  | 'mulhu'
  | 'fadd'
  | 'fsub'
  | 'fmul';

export type FillNode =
  | { readonly op: 'constant'; readonly value: number }
  /** A field of the event, or of the row that the event names in the table joined to its events. */
  | { readonly op: 'event' | 'joined'; readonly field: string }
  | { readonly op: FillOp; readonly a: number; readonly b: number }
  /** Field inverse, 0 of 0. */
  | { readonly op: 'finv'; readonly a: number };

/** A u32 value per event. */
export interface Fill {
  readonly id: number;
  add(o: Fill | number): Fill;
  sub(o: Fill | number): Fill;
  mul(o: Fill | number): Fill;
  and(o: Fill | number): Fill;
  or(o: Fill | number): Fill;
  xor(o: Fill | number): Fill;
  /** Shifts take the amount modulo 32, as RISC-V does. */
  shl(o: Fill | number): Fill;
  shr(o: Fill | number): Fill;
  sar(o: Fill | number): Fill;
  /** 1 if less, unsigned or signed, else 0. */
  ltu(o: Fill | number): Fill;
  lts(o: Fill | number): Fill;
  eq(o: Fill | number): Fill;
  /** Unsigned quotient and remainder; of a zero divisor all ones and the dividend, as RISC-V has it. */
  divu(o: Fill | number): Fill;
  remu(o: Fill | number): Fill;
  /** Upper half of the unsigned 64-bit product. */
  mulhu(o: Fill | number): Fill;
  /** Operations of KoalaBear on canonical operands. */
  fadd(o: Fill | number): Fill;
  fsub(o: Fill | number): Fill;
  fmul(o: Fill | number): Fill;
  finv(): Fill;
  /** `ifOne` where this is 1, `ifZero` where it is 0. */
  select(ifOne: Fill | number, ifZero: Fill | number): Fill;
}

class GraphFill implements Fill {
  readonly id: number;
  readonly #graph: FillGraph;

  constructor(graph: FillGraph, id: number) {
    this.#graph = graph;
    this.id = id;
  }

  add(o: Fill | number): Fill {
    return this.#graph.binary('add', this.id, o);
  }
  sub(o: Fill | number): Fill {
    return this.#graph.binary('sub', this.id, o);
  }
  mul(o: Fill | number): Fill {
    return this.#graph.binary('mul', this.id, o);
  }
  and(o: Fill | number): Fill {
    return this.#graph.binary('and', this.id, o);
  }
  or(o: Fill | number): Fill {
    return this.#graph.binary('or', this.id, o);
  }
  xor(o: Fill | number): Fill {
    return this.#graph.binary('xor', this.id, o);
  }
  shl(o: Fill | number): Fill {
    return this.#graph.binary('shl', this.id, o);
  }
  shr(o: Fill | number): Fill {
    return this.#graph.binary('shr', this.id, o);
  }
  sar(o: Fill | number): Fill {
    return this.#graph.binary('sar', this.id, o);
  }
  ltu(o: Fill | number): Fill {
    return this.#graph.binary('ltu', this.id, o);
  }
  lts(o: Fill | number): Fill {
    return this.#graph.binary('lts', this.id, o);
  }
  eq(o: Fill | number): Fill {
    return this.#graph.binary('eq', this.id, o);
  }
  divu(o: Fill | number): Fill {
    return this.#graph.binary('divu', this.id, o);
  }
  remu(o: Fill | number): Fill {
    return this.#graph.binary('remu', this.id, o);
  }
  mulhu(o: Fill | number): Fill {
    return this.#graph.binary('mulhu', this.id, o);
  }
  fadd(o: Fill | number): Fill {
    return this.#graph.binary('fadd', this.id, o);
  }
  fsub(o: Fill | number): Fill {
    return this.#graph.binary('fsub', this.id, o);
  }
  fmul(o: Fill | number): Fill {
    return this.#graph.binary('fmul', this.id, o);
  }
  finv(): Fill {
    return this.#graph.inverse(this.id);
  }
  select(ifOne: Fill | number, ifZero: Fill | number): Fill {
    // this is 0 or 1, so (a xor b) * this xor b picks without a branch.
    const [one, zero] = [this.#graph.lift(ifOne), this.#graph.lift(ifZero)];
    return one.xor(zero).mul(this).xor(zero);
  }
}

export class FillGraph {
  readonly nodes: FillNode[] = [];
  readonly #fills: Fill[] = [];
  readonly #ids = new Map<string, number>();

  constant(value: number): Fill {
    checkInteger('constant', value, -(2 ** 31), 2 ** 32 - 1);
    const word = value >>> 0;
    return this.#intern(`k${word}`, () => ({ op: 'constant', value: word }));
  }

  event(field: string): Fill {
    checkName('field', field);
    return this.#intern(`e${field}`, () => ({ op: 'event', field }));
  }

  joined(field: string): Fill {
    checkName('field', field);
    return this.#intern(`j${field}`, () => ({ op: 'joined', field }));
  }

  binary(op: FillOp, a: number, other: Fill | number): Fill {
    const b = this.lift(other).id;
    return this.#intern(`${op}${a},${b}`, () => ({ op, a, b }));
  }

  inverse(a: number): Fill {
    return this.#intern(`finv${a}`, () => ({ op: 'finv', a }));
  }

  /** @throws {TypeError} when `x` is neither a number nor of this graph. */
  lift(x: Fill | number): Fill {
    if (typeof x === 'number') return this.constant(x);
    const known = this.#fills[x?.id];
    // What has no number has no node: both are `undefined` then.
    if (known === undefined || known !== x) refuse('fill', 'a number or a fill of this chip', x);
    return x;
  }

  #intern(key: string, node: () => FillNode): Fill {
    const known = this.#ids.get(key);
    if (known !== undefined) return this.#fills[known]!;
    const fill = new GraphFill(this, this.nodes.push(node()) - 1);
    this.#fills.push(fill);
    this.#ids.set(key, fill.id);
    return fill;
  }
}
