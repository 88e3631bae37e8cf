/**
 * @module Arithmetic modulo a prime of at most 384 bits, and in its quadratic extension by a root of -1. Operands may be any
 * numbers of as many words as the modulus takes, as SP1 has it; results are reduced.
 */
import { Congruences } from '@weft/prover/kit/field/congruences';
import { inverses, mod } from '@weft/prover/kit/field/integers';
import type { Values } from '@weft/prover/kit/field/witness';
import { checkModulus } from './checks.ts';
import type { Formula } from './formula.ts';

/** Formulas of the prime field. */
export interface ModularFormulas {
  /** r = a b */
  readonly multiply: Formula;
  /** r = a + b */
  readonly add: Formula;
  /** r = a - b */
  readonly subtract: Formula;
  /** r a = 1; there is no row for multiples of the modulus. */
  readonly invert: Formula;
}

/** @throws {TypeError} {@link RangeError} unless `modulus` is an integer of 2 or more. */
export function modular(modulus: bigint): ModularFormulas {
  checkModulus(modulus);
  const m = modulus;
  const numbers = { a: 'any', b: 'any', r: 'reduced' } as const;
  const binary = (system: Congruences, compute: (a: bigint, b: bigint) => bigint): Formula => ({
    system,
    inputs: ['a', 'b'],
    outputs: ['r'],
    solve: (inputs) => inputs.map(({ a, b }) => ({ a: a!, b: b!, r: mod(compute(a!, b!), m) })),
  });
  // Memory's words are limbs of 16 bits already.
  const sum = (sign: 1 | -1): Congruences =>
    new Congruences({
      modulus,
      numbers,
      congruences: { sum: [{ a: { a: 1, b: sign, r: -1 } }] },
      assumed: ['a', 'b'],
    });
  return {
    multiply: binary(
      new Congruences({
        modulus,
        numbers,
        congruences: { product: [{ a: { a: 1 }, b: { b: 1 } }, { a: { r: -1 } }] },
      }),
      (a, b) => a * b,
    ),
    add: binary(sum(1), (a, b) => a + b),
    subtract: binary(sum(-1), (a, b) => a - b),
    invert: {
      system: new Congruences({
        modulus,
        numbers: { a: 'any', r: 'reduced' },
        congruences: { product: [{ a: { a: 1 }, b: { r: 1 } }, { constant: -1n }] },
      }),
      inputs: ['a'],
      outputs: ['r'],
      solve: (inputs) => {
        const r = inverses(
          'the operand',
          inputs.map(({ a }) => a!),
          m,
        );
        return inputs.map(({ a }, i) => ({ a: a!, r: r[i]! }));
      },
    },
  };
}

/** Formulas of the extension; a0 + a1 i with i^2 = -1. The modulus is 3 modulo 4, so that -1 has no root in the field. */
export interface QuadraticFormulas {
  readonly multiply: Formula;
  readonly add: Formula;
  readonly subtract: Formula;
}

/** @throws {TypeError} {@link RangeError} unless `modulus` is an integer of 2 or more. */
export function quadratic(modulus: bigint): QuadraticFormulas {
  checkModulus(modulus);
  const numbers = { a0: 'any', a1: 'any', b0: 'any', b1: 'any', r0: 'reduced', r1: 'reduced' } as const;
  const formula = (
    system: Congruences,
    compute: (a0: bigint, a1: bigint, b0: bigint, b1: bigint) => readonly [bigint, bigint],
  ): Formula => ({
    system,
    inputs: ['a0', 'a1', 'b0', 'b1'],
    outputs: ['r0', 'r1'],
    solve: (inputs) =>
      inputs.map((values): Values => {
        const { a0, a1, b0, b1 } = values as Readonly<Record<'a0' | 'a1' | 'b0' | 'b1', bigint>>;
        const [r0, r1] = compute(a0, a1, b0, b1);
        return { a0, a1, b0, b1, r0: mod(r0, modulus), r1: mod(r1, modulus) };
      }),
  });
  const sum = (sign: 1 | -1): Congruences =>
    new Congruences({
      modulus,
      numbers,
      congruences: { real: [{ a: { a0: 1, b0: sign, r0: -1 } }], imaginary: [{ a: { a1: 1, b1: sign, r1: -1 } }] },
      assumed: ['a0', 'a1', 'b0', 'b1'],
    });
  return {
    multiply: formula(
      new Congruences({
        modulus,
        numbers,
        congruences: {
          real: [{ a: { a0: 1 }, b: { b0: 1 } }, { a: { a1: -1 }, b: { b1: 1 } }, { a: { r0: -1 } }],
          imaginary: [{ a: { a0: 1 }, b: { b1: 1 } }, { a: { a1: 1 }, b: { b0: 1 } }, { a: { r1: -1 } }],
        },
      }),
      (a0, a1, b0, b1) => [a0 * b0 - a1 * b1, a0 * b1 + a1 * b0],
    ),
    add: formula(sum(1), (a0, a1, b0, b1) => [a0 + b0, a1 + b1]),
    subtract: formula(sum(-1), (a0, a1, b0, b1) => [a0 - b0, a1 - b1]),
  };
}
