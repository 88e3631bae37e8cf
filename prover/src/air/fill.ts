/**
 * @module Fill expressions: how a column's value follows from an event, in wrapping 32-bit arithmetic and a few field
 * operations. Like constraints they are recorded once as a graph; an evaluator runs it over blocks of events. A fill
 * gives completeness only: soundness never rests on it.
 */

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
  /** A field of the event, or `instruction.x`: field x of the event's decoded instruction. */
  | { readonly op: 'event'; readonly field: string }
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

export class FillGraph {
  readonly nodes: FillNode[] = [];
  readonly #fills: Fill[] = [];
  readonly #ids = new Map<string, number>();

  constant(value: number): Fill {
    return this.#intern({ op: 'constant', value: value >>> 0 });
  }

  event(field: string): Fill {
    return this.#intern({ op: 'event', field });
  }

  #intern(node: FillNode): Fill {
    const key = JSON.stringify(node);
    const known = this.#ids.get(key);
    if (known !== undefined) return this.#fills[known]!;
    const id = this.nodes.push(node) - 1;
    const lift = (x: Fill | number): Fill => (typeof x === 'number' ? this.constant(x) : x);
    const binary =
      (op: FillOp) =>
      (o: Fill | number): Fill =>
        this.#intern({ op, a: id, b: lift(o).id });
    const fill: Fill = {
      id,
      add: binary('add'),
      sub: binary('sub'),
      mul: binary('mul'),
      and: binary('and'),
      or: binary('or'),
      xor: binary('xor'),
      shl: binary('shl'),
      shr: binary('shr'),
      sar: binary('sar'),
      ltu: binary('ltu'),
      lts: binary('lts'),
      eq: binary('eq'),
      divu: binary('divu'),
      remu: binary('remu'),
      mulhu: binary('mulhu'),
      fadd: binary('fadd'),
      fsub: binary('fsub'),
      fmul: binary('fmul'),
      finv: () => this.#intern({ op: 'finv', a: id }),
      select: (ifOne, ifZero) => {
        // this is 0 or 1, so (a xor b) * this xor b picks without a branch.
        const [one, zero] = [lift(ifOne), lift(ifZero)];
        return one.xor(zero).mul(fill).xor(zero);
      },
    };
    this.#fills.push(fill);
    this.#ids.set(key, id);
    return fill;
  }
}
