/**
 * @module Poseidon2 on four states at once. The oracle is `hash/poseidon2`.
 *
 * A group of four states lies in memory as `width` vectors, element i of the four states side by side. The state stays
 * in memory and only column sums live in locals, applied when the next round loads: with sixteen or more state vectors
 * in locals V8 spills so much that the kernel becomes 1.2 times slower (2.4 times when unrolled besides).
 */
import { inverse, P, sub } from '../../field/base.ts';
import type { Poseidon2Parameters } from '../../hash/suite.ts';
import { type Code, FunctionBuilder, I32, i32, type ModuleBuilder, V128, v128 } from '../../wasm/assembler.ts';
import { toMontgomery, VectorField } from '../../wasm/field.ts';
import type { KernelMemory } from '../memory.ts';

/** Where a permutation's constants lie. */
interface Constants {
  /** p less than each external constant, as signed words: their sum with a canonical element needs no correction. */
  readonly external: number;
  readonly internal: number;
  readonly diagonal: number;
}

function placeConstants(memory: KernelMemory, p: Poseidon2Parameters): Constants {
  const place = (values: readonly number[]): number => {
    const at = memory.allocate(16 * values.length);
    for (const [i, x] of values.entries()) memory.words.fill(x, at / 4 + 4 * i, at / 4 + 4 * i + 4);
    return at;
  };
  const belowZero = (x: number): number => toMontgomery(x) - P;
  return {
    external: place(p.externalConstants.map(belowZero)),
    internal: place(p.internalConstants.map(belowZero)),
    diagonal: place(p.internalDiagonal.map(toMontgomery)),
  };
}

/** s + d x, cheaply where d is plus or minus a small number or a power of 1/2. */
function addMultiple(field: VectorField, s: Code, x: Code, d: number, general: () => Code): Code {
  const signed = d > P / 2 ? d - P : d;
  const signedSum = (y: Code, negative: boolean): Code => (negative ? field.sub(s, y) : field.add(s, y));
  const twice = (y: Code): Code => field.add(y, y);
  const small = [() => x, () => twice(x), () => field.add(twice(x), x), () => twice(twice(x))][Math.abs(signed) - 1];
  if (small !== undefined) return signedSum(small(), signed < 0);
  for (let k = 1; k <= 24; k++) {
    const power = inverse(2 ** k);
    if (d === power || d === sub(0, power)) return signedSum(field.halve(x, k), d !== power);
  }
  return field.add(s, general());
}

/** One group of states while a permutation's code is written. */
class StateCode {
  readonly #f: FunctionBuilder;
  readonly #field: VectorField;
  readonly #address: Code;
  readonly #width: number;
  /** Column sums to add to what is in memory, and those of the round under way. */
  readonly #sums: readonly number[];
  readonly #next: readonly number[];

  constructor(f: FunctionBuilder, field: VectorField, address: Code, width: number) {
    this.#f = f;
    this.#field = field;
    this.#address = address;
    this.#width = width;
    this.#sums = [0, 1, 2, 3].map(() => f.local(V128));
    this.#next = [0, 1, 2, 3].map(() => f.local(V128));
  }

  load(i: number): Code {
    return this.#f.keep(v128.load(this.#address, 16 * i));
  }

  store(i: number, value: Code): void {
    this.#f.emit(v128.store(this.#address, value, 16 * i));
  }

  /** Element i with its column sum. */
  pending(i: number): Code {
    return this.#field.add(this.load(i), this.#f.get(this.#sums[i & 3]!));
  }

  clearSums(): void {
    for (const sum of this.#sums) this.#f.set(sum, v128.splat(0));
  }

  sbox(x: Code, constant: Code): Code {
    const y = this.#f.keep(v128.add(x, constant));
    return this.#field.mul(this.#field.mulSigned(y, y), y);
  }

  /** The external linear layer on what `element` gives. */
  externalLayer(element: (i: number) => Code): void {
    for (let k = 0; k < this.#width / 4; k++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((j) => element(4 * k + j));
      this.#mixBlock(k, a!, b!, c!, d!);
    }
    for (let j = 0; j < 4; j++) this.#f.set(this.#sums[j]!, this.#f.get(this.#next[j]!));
  }

  /** Multiplies block k by M4, stores it and adds it to the column sums. */
  #mixBlock(k: number, a: Code, b: Code, c: Code, d: Code): void {
    const [f, field] = [this.#f, this.#field];
    const ab = field.add(a, b);
    const cd = field.add(c, d);
    const all = field.add(ab, cd);
    const allB = field.add(all, b);
    const allD = field.add(all, d);
    const y = [
      field.add(allB, ab),
      field.add(allB, field.add(c, c)),
      field.add(allD, cd),
      field.add(allD, field.add(a, a)),
    ];
    for (const [j, value] of y.entries()) {
      this.store(4 * k + j, value);
      f.set(this.#next[j]!, k === 0 ? value : field.add(f.get(this.#next[j]!), value));
    }
  }

  /** A full round whose constants lie at `constants`. */
  fullRound(constants: Code): void {
    this.externalLayer((i) => this.sbox(this.pending(i), v128.load(constants, 16 * i)));
  }
}

/** All partial rounds: one pass over the state per round, with the sum for the next round gathered on the way. */
function emitPartialRounds(
  f: FunctionBuilder,
  field: VectorField,
  state: StateCode,
  { width, partialRounds, internalDiagonal }: Poseidon2Parameters,
  constants: Constants,
): void {
  const first = f.local(V128);
  const partial = [0, 1, 2].map(() => f.local(V128));
  const gather = (i: number, x: Code): void => {
    state.store(i, x);
    const sum = partial[i % 3]!;
    f.set(sum, i <= 3 ? x : field.add(f.get(sum), x));
  };
  f.set(first, state.pending(0));
  for (let i = 1; i < width; i++) gather(i, state.pending(i));
  f.loop(i32.constant(constants.internal), 16, i32.constant(constants.internal + 16 * partialRounds), (at) => {
    const x = state.sbox(f.get(first), v128.load(at));
    const sum = field.add(field.add(f.get(partial[0]!), f.get(partial[1]!)), field.add(f.get(partial[2]!), x));
    const multiple = (i: number, value: Code): Code =>
      addMultiple(field, sum, value, internalDiagonal[i]!, () =>
        field.mul(value, v128.load(i32.constant(constants.diagonal), 16 * i)),
      );
    f.set(first, multiple(0, x));
    for (let i = 1; i < width; i++) gather(i, multiple(i, state.load(i)));
  });
  state.store(0, f.get(first));
}

/** A function that permutes groups of states: takes the address of the first group and the bytes of all. */
export interface Permutation {
  /** By which other functions of the module call it. */
  readonly index: number;
  readonly width: number;
}

/** Emits a permutation and places its constants in `memory` for good. */
export function emitPermutation(
  module: ModuleBuilder,
  name: string,
  parameters: Poseidon2Parameters,
  memory: KernelMemory,
): Permutation {
  const constants = placeConstants(memory, parameters);
  const { width, fullRounds } = parameters;
  const f = new FunctionBuilder(name, [I32, I32]);
  const field = new VectorField(f);
  const roundBytes = 16 * width;
  const half = constants.external + (fullRounds / 2) * roundBytes;
  const end = half + (fullRounds / 2) * roundBytes;
  f.loop(f.parameter(0), roundBytes, i32.add(f.parameter(0), f.parameter(1)), (address) => {
    const state = new StateCode(f, field, address, width);
    const fullRound = (at: Code): void => state.fullRound(at);
    state.externalLayer((i) => state.load(i));
    f.loop(i32.constant(constants.external), roundBytes, i32.constant(half), fullRound);
    emitPartialRounds(f, field, state, parameters, constants);
    state.clearSums();
    f.loop(i32.constant(half), roundBytes, i32.constant(end), fullRound);
    for (let i = 0; i < width; i++) state.store(i, state.pending(i));
  });
  return { index: module.add(f), width };
}
