/** Field arithmetic on vectors: every operation against plain integers, on extreme and random values. */
import { describe, expect, it } from 'vitest';
import { add as addFelt, inverse, mul as mulFelt, sub as subFelt } from '../field/base.ts';
import { EDGES, kernels, random } from '../kernel/kernels.test-support.ts';
import { FunctionBuilder, I32, ModuleBuilder, v128 } from './assembler.ts';
import { toMontgomery, VectorField } from './field.ts';

const { memory } = kernels;

describe('field', () => {
  const operations: Record<
    string,
    [(f: VectorField, a: number[], b: number[]) => readonly number[], (a: number, b: number) => number]
  > = {
    add: [(f, a, b) => f.add(a, b), addFelt],
    sub: [(f, a, b) => f.sub(a, b), subFelt],
    mul: [(f, a, b) => f.mul(a, b), (a, b) => mulFelt(mulFelt(a, b), inverse(toMontgomery(1)))],
    dot6: [
      (f, a, b) => f.dot([a, a, a, a, a, a], [b, b, b, b, b, b]),
      (a, b) => mulFelt(mulFelt(mulFelt(a, b), 6), inverse(toMontgomery(1))),
    ],
    halve1: [(f, a) => f.halve(a, 1), (a) => mulFelt(a, inverse(2))],
    halve24: [(f, a) => f.halve(a, 24), (a) => mulFelt(a, inverse(2 ** 24))],
  };
  it.each(Object.keys(operations))('%s on all pairs of edges and random values', (name) => {
    const [emit, oracle] = operations[name]!;
    const f = new FunctionBuilder('run', [I32, I32, I32]);
    const load = (i: number): number[] => f.keep(v128.load(f.parameter(i))) as number[];
    f.emit(v128.store(f.parameter(2), emit(new VectorField(f), load(0), load(1))));
    const module = new ModuleBuilder();
    module.add(f);
    const call = module.instantiate<'run'>(memory);
    const [a, b, out] = [memory.allocate(16), memory.allocate(16), memory.allocate(16)];
    const values = [...EDGES, ...Array.from({ length: 40 }, random)];
    for (const x of values) {
      for (let i = 0; i < values.length; i += 4) {
        const y = [0, 1, 2, 3].map((k) => values[(i + k) % values.length]!);
        memory.words.fill(x, a / 4, a / 4 + 4);
        memory.words.set(y, b / 4);
        call.run(a, b, out);
        expect(Array.from(memory.words.subarray(out / 4, out / 4 + 4))).toEqual(y.map((v) => oracle(x, v)));
      }
    }
  });
});
