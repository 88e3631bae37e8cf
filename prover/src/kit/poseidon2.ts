/**
 * @module The Poseidon2 chip, one permutation a row: every cube is a column, everything else an affine expression of them.
 */
import { checkObject } from '@weft/primitives/arguments';
import type { Felt } from '@weft/primitives/field/base';
import { add as addFelt, mul as mulFelt } from '@weft/primitives/field/base';
import type { HashSuite, Poseidon2Parameters } from '@weft/primitives/hash/suite';
import { type Chip, type ChipBuilder, defineChip } from '../air/chip.ts';
import type { Expr } from '../air/expr.ts';
import type { Fill } from '../air/fill.ts';
import { HASH } from './buses.ts';

/** Linear operations on whatever stands for a state element, and the cube, which the caller may want to record. */
interface Walker<T> {
  add(a: T, b: T): T;
  scale(a: T, factor: Felt): T;
  offset(a: T, constant: Felt): T;
  cube(a: T, name: string): T;
}

/** The permutation, in the order of `hash/poseidon2`. */
function walk<T>(w: Walker<T>, p: Poseidon2Parameters, input: readonly T[]): T[] {
  const external = (s: readonly T[]): T[] => {
    const mixed: T[] = [];
    for (let k = 0; k < p.width; k += 4) {
      const [a, b, c, d] = s.slice(k, k + 4) as [T, T, T, T];
      const all = w.add(w.add(a, b), w.add(c, d));
      mixed.push(w.add(w.add(all, a), w.scale(b, 2)), w.add(w.add(all, b), w.scale(c, 2)));
      mixed.push(w.add(w.add(all, c), w.scale(d, 2)), w.add(w.add(all, d), w.scale(a, 2)));
    }
    const sums = [0, 1, 2, 3].map((j) => mixed.filter((_, i) => i % 4 === j).reduce((x, y) => w.add(x, y)));
    return mixed.map((x, i) => w.add(x, sums[i % 4]!));
  };
  const full = (s: readonly T[], round: number): T[] =>
    external(s.map((x, i) => w.cube(w.offset(x, p.externalConstants[round * p.width + i]!), `full_${round}_${i}`)));
  let state = external(input);
  for (let round = 0; round < p.fullRounds / 2; round++) state = full(state, round);
  for (let round = 0; round < p.partialRounds; round++) {
    state[0] = w.cube(w.offset(state[0]!, p.internalConstants[round]!), `partial_${round}`);
    const sum = state.reduce((x, y) => w.add(x, y));
    state = state.map((x, i) => w.add(w.scale(x, p.internalDiagonal[i]!), sum));
  }
  for (let round = p.fullRounds / 2; round < p.fullRounds; round++) state = full(state, round);
  return state;
}

/** What a permutation's columns are made of: an expression, and how it is filled. */
export interface Filled {
  readonly e: Expr;
  readonly f: Fill;
}

/**
 * A column for every cube of one permutation of `input`, each with a constraint of its own.
 * Guarantees: what it returns is the permuted state, affine expressions of the input and the cubes.
 */
export function permutation(c: ChipBuilder, parameters: Poseidon2Parameters, input: readonly Filled[]): Filled[] {
  return walk<Filled>(
    {
      add: (a, b) => ({ e: a.e.add(b.e), f: a.f.fadd(b.f) }),
      scale: (a, factor) => ({ e: a.e.mul(factor), f: a.f.fmul(factor) }),
      offset: (a, constant) => ({ e: a.e.add(constant), f: a.f.fadd(constant) }),
      cube: (a, column) => {
        const f = a.f.fmul(a.f).fmul(a.f);
        const y = c.col(column, f);
        c.assertEqual(column, a.e.mul(a.e).mul(a.e), y);
        return { e: y, f };
      },
    },
    parameters,
    input,
  );
}

/** What the columns of {@link permutation} hold in a row that nobody asks for: the cubes of the permutation of zeros. */
export function permutationPadding(parameters: Poseidon2Parameters): Felt[] {
  const cubes: Felt[] = [];
  const numbers: Walker<Felt> = {
    add: addFelt,
    scale: mulFelt,
    offset: addFelt,
    cube: (a) => {
      const y = mulFelt(mulFelt(a, a), a);
      cubes.push(y);
      return y;
    },
  };
  walk(numbers, parameters, new Array<Felt>(parameters.width).fill(0));
  return cubes;
}

/** A table of the suite's node permutation. Provides (inputs, first eight outputs). */
export function hashChip(suite: HashSuite): Chip {
  checkObject('suite', suite, 'a hash suite', ['name', 'digestLength', 'node', 'leaf']);
  const parameters = suite.node;
  const zeros = new Array<Felt>(parameters.width).fill(0);
  return defineChip('hash', { events: 'hash', padding: [0, ...zeros, ...permutationPadding(parameters)] }, (c) => {
    const multiplicity = c.col('multiplicity', c.event('multiplicity'));
    const input = zeros.map((_, i): Filled => {
      const f = c.event(`input${i}`);
      return { e: c.col(`input_${i}`, f), f };
    });
    const state = permutation(c, parameters, input);
    c.provide(HASH, [...input.map((x) => x.e), ...state.slice(0, suite.digestLength).map((x) => x.e)], multiplicity);
  });
}
