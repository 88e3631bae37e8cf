/**
 * @module Nodes of a frozen chip as polynomials in its columns: bounds and values are derived from these anew, whatever sums
 * and products the nodes are made of.
 */
import { P } from '@weft/primitives/field/base';
import type { Chip } from '../../air/chip.ts';

/** Coefficients modulo p by monomial: numbers of columns, rising, joined by commas; the empty one is the constant. */
export type Polynomial = ReadonlyMap<string, bigint>;

const p = BigInt(P);
const reduce = (x: bigint): bigint => ((x % p) + p) % p;

export function scaled(a: Polynomial, factor: bigint): Polynomial {
  return sum(new Map(), a, factor);
}

/** a + factor b */
export function sum(a: Polynomial, b: Polynomial, factor = 1n): Polynomial {
  const out = new Map(a);
  for (const [monomial, x] of b) {
    const value = reduce((out.get(monomial) ?? 0n) + factor * x);
    if (value === 0n) out.delete(monomial);
    else out.set(monomial, value);
  }
  return out;
}

const columnsOf = (monomial: string): number[] => (monomial === '' ? [] : monomial.split(',').map(Number));

function product(a: Polynomial, b: Polynomial): Polynomial {
  const out = new Map<string, bigint>();
  for (const [x, k] of a) {
    for (const [y, l] of b) {
      const monomial = [...columnsOf(x), ...columnsOf(y)].sort((i, j) => i - j).join();
      const value = reduce((out.get(monomial) ?? 0n) + k * l);
      if (value === 0n) out.delete(monomial);
      else out.set(monomial, value);
    }
  }
  return out;
}

/** The polynomials of some nodes. Others are made only as far as they need them. */
export function polynomialsOf(chip: Chip, wanted: readonly number[]): Polynomial[] {
  const known = new Map<number, Polynomial>();
  const of = (id: number): Polynomial => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const node = chip.nodes[id]!;
    let made: Polynomial;
    if (node.op === 'constant') made = node.value === 0 ? new Map() : new Map([['', BigInt(node.value)]]);
    else if (node.op === 'column') made = new Map([[`${node.column}`, 1n]]);
    else if (node.op === 'mul') made = product(of(node.a), of(node.b));
    else made = sum(of(node.a), of(node.b), node.op === 'add' ? 1n : -1n);
    known.set(id, made);
    return made;
  };
  return wanted.map(of);
}

/** Coefficients as the integers nearest to 0. */
export function integers(a: Polynomial): ReadonlyMap<string, bigint> {
  return new Map([...a].map(([monomial, x]) => [monomial, 2n * x > p ? x - p : x]));
}

/** Least and greatest value of a polynomial with integer coefficients, each monomial by itself. */
export function bounds(
  a: ReadonlyMap<string, bigint>,
  bound: (column: number) => readonly [bigint, bigint],
): [bigint, bigint] {
  let [low, high] = [0n, 0n];
  for (const [monomial, k] of a) {
    let ends = [k];
    for (const column of columnsOf(monomial)) ends = ends.flatMap((x) => bound(column).map((y) => x * y));
    ends.sort((x, y) => (x < y ? -1 : 1));
    low += ends[0]!;
    high += ends.at(-1)!;
  }
  return [low, high];
}

export function evaluate(a: ReadonlyMap<string, bigint>, columns: readonly bigint[]): bigint {
  let total = 0n;
  for (const [monomial, k] of a) total += columnsOf(monomial).reduce((x, column) => x * columns[column]!, k);
  return total;
}
