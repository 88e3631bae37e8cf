/**
 * @module The base fields of BN254 and BLS12-381 and their quadratic extensions, by a root of -1. What is at a0 becomes the result of it and
 * what is at a1. Operands are any numbers of as many words as the modulus takes, results are reduced.
 */
import { SYSCALL } from '../program/abi.ts';
import { BLS12_381, BN254, fieldWords } from './curves.ts';
import { mod, numberOf, wordsOf } from './integers.ts';
import type { Operation } from './operation.ts';

/** Coefficients of 1 and of the root, where there is one. */
type Element = readonly bigint[];

function operation(
  name: string,
  code: number,
  modulus: bigint,
  degree: 1 | 2,
  compute: (a: Element, b: Element) => Element,
): Operation {
  const size = fieldWords(modulus);
  const count = degree * size;
  const elementOf = (words: Uint32Array): Element =>
    Array.from({ length: degree }, (_, k) => numberOf(words.subarray(size * k, size * (k + 1))));
  return {
    name,
    code,
    spans: [
      { pointer: 'a1', count, access: 'read' },
      { pointer: 'a0', count, access: 'update' },
    ],
    run: ([b, a]) => {
      const out = new Uint32Array(count);
      const result = compute(elementOf(a!), elementOf(b!));
      for (const [k, value] of result.entries()) out.set(wordsOf(mod(value, modulus), size), size * k);
      return [out];
    },
  };
}

const sum = (a: Element, b: Element): Element => a.map((value, k) => value + b[k]!);
const difference = (a: Element, b: Element): Element => a.map((value, k) => value - b[k]!);
const product = ([a]: Element, [b]: Element): Element => [a! * b!];
const extensionProduct = ([a0, a1]: Element, [b0, b1]: Element): Element => [
  a0! * b0! - a1! * b1!,
  a0! * b1! + a1! * b0!,
];

export const MODULAR: readonly Operation[] = ([BN254, BLS12_381] as const).flatMap(({ name, modulus }) => {
  const codeOf = (of: string): number => SYSCALL[`${name}_${of}` as keyof typeof SYSCALL];
  const make = (of: string, degree: 1 | 2, compute: (a: Element, b: Element) => Element): Operation =>
    operation(`${name}_${of}`, codeOf(of), modulus, degree, compute);
  return [
    make('FP_ADD', 1, sum),
    make('FP_SUB', 1, difference),
    make('FP_MUL', 1, product),
    make('FP2_ADD', 2, sum),
    make('FP2_SUB', 2, difference),
    make('FP2_MUL', 2, extensionProduct),
  ];
});
