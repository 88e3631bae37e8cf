/**
 * @module Poseidon2 on four states at once, emitted as WASM SIMD. The oracle is `hash/poseidon2`.
 *
 * A group of four states lies in memory as `width` vectors, element i of the four states side by side. The state stays
 * in memory and only column sums live in locals, applied when the next round loads: with sixteen or more state vectors
 * in locals V8 spills so much that the kernel becomes 1.2 times slower (2.4 times when unrolled besides).
 */
import { mul } from '../field/base.ts';
import { assemble, type Code, FunctionBuilder, I32, i32, V128, v128 } from '../wasm/assembler.ts';
import { R, R_SQUARED, VectorField } from '../wasm/field.ts';
import { permute } from './poseidon2.ts';
import type { Poseidon2Parameters } from './suite.ts';

const PAGES = 8;
const CONSTANTS_AT = 64;
const STATES_AT = 65536;

function emitPermutation(parameters: Poseidon2Parameters): FunctionBuilder {
  const { width, fullRounds, partialRounds } = parameters;
  const f = new FunctionBuilder('permute', [I32, I32]);
  const field = new VectorField(f);
  const rounds = CONSTANTS_AT;
  const roundBytes = 16 * width;
  const half = rounds + (fullRounds / 2) * roundBytes;
  const internal = rounds + fullRounds * roundBytes;
  const diagonal = internal + partialRounds * 16;
  f.loop(f.parameter(0), 16 * width, i32.add(f.parameter(0), f.parameter(1)), (state) => {
    const load = (i: number): Code => f.keep(v128.load(state, 16 * i));
    const store = (i: number, value: Code): void => f.emit(v128.store(state, value, 16 * i));
    const sums = [0, 1, 2, 3].map(() => f.local(V128));
    const next = [0, 1, 2, 3].map(() => f.local(V128));
    const cube = (x: Code): Code => field.mul(field.mulSigned(x, x), x);
    /** Multiplies block k by M4, stores it and adds it to the column sums. */
    const block = (k: number, [a, b, c, d]: readonly Code[]): void => {
      const ab = field.add(a!, b!);
      const cd = field.add(c!, d!);
      const all = field.add(ab, cd);
      const allB = field.add(all, b!);
      const allD = field.add(all, d!);
      const y = [
        field.add(allB, ab),
        field.add(allB, field.add(c!, c!)),
        field.add(allD, cd),
        field.add(allD, field.add(a!, a!)),
      ];
      for (const [j, value] of y.entries()) {
        store(4 * k + j, value);
        f.set(next[j]!, k === 0 ? value : field.add(f.get(next[j]!), value));
      }
    };
    const advance = (): void => {
      for (let j = 0; j < 4; j++) f.set(sums[j]!, f.get(next[j]!));
    };
    const pending = (i: number): Code => field.add(load(i), f.get(sums[i & 3]!));
    const fullRound = (constants: Code): void => {
      for (let k = 0; k < width / 4; k++) {
        block(
          k,
          [0, 1, 2, 3].map((j) => cube(field.add(pending(4 * k + j), v128.load(constants, 16 * (4 * k + j))))),
        );
      }
      advance();
    };
    const toMontgomery = f.keep(v128.splat(R_SQUARED));
    for (let k = 0; k < width / 4; k++)
      block(
        k,
        [0, 1, 2, 3].map((j) => field.mul(load(4 * k + j), toMontgomery)),
      );
    advance();
    f.loop(i32.constant(rounds), roundBytes, i32.constant(half), fullRound);
    // Partial rounds: one pass over the state per round, with the sum for the next round gathered on the way.
    const first = f.local(V128);
    const partial = [0, 1, 2].map(() => f.local(V128));
    const gather = (i: number, x: Code): void => {
      store(i, x);
      const sum = partial[i % 3]!;
      f.set(sum, i <= 3 ? x : field.add(f.get(sum), x));
    };
    f.set(first, pending(0));
    for (let i = 1; i < width; i++) gather(i, pending(i));
    f.loop(i32.constant(internal), 16, i32.constant(diagonal), (constant) => {
      const x = cube(field.add(f.get(first), v128.load(constant)));
      const sum = field.add(field.add(f.get(partial[0]!), f.get(partial[1]!)), field.add(f.get(partial[2]!), x));
      const at = i32.constant(diagonal);
      f.set(first, field.add(field.mul(x, v128.load(at)), sum));
      for (let i = 1; i < width; i++) gather(i, field.add(field.mul(load(i), v128.load(at, 16 * i)), sum));
    });
    store(0, f.get(first));
    for (const sum of sums) f.set(sum, v128.splat(0));
    f.loop(i32.constant(half), roundBytes, i32.constant(internal), fullRound);
    const fromMontgomery = f.keep(v128.splat(1));
    for (let i = 0; i < width; i++) store(i, field.mul(pending(i), fromMontgomery));
  });
  return f;
}

/** A batch of states that are permuted together; `capacity` of them, a multiple of four. */
export class PermutationBatch {
  readonly width: number;
  readonly capacity: number;
  readonly #states: Uint32Array;
  readonly #run: (address: number, bytes: number) => void;

  constructor(parameters: Poseidon2Parameters) {
    const { memory, call } = assemble<'permute'>([emitPermutation(parameters)], PAGES);
    let at = CONSTANTS_AT / 4;
    const put = (x: number): void => {
      memory.fill(mul(x, R), at, at + 4);
      at += 4;
    };
    for (const x of parameters.externalConstants) put(x);
    for (const x of parameters.internalConstants) put(x);
    for (const x of parameters.internalDiagonal) put(x);
    this.width = parameters.width;
    this.capacity = 512;
    this.#states = memory.subarray(STATES_AT / 4, STATES_AT / 4 + this.capacity * this.width);
    this.#run = call.permute;
  }

  /** Copies `count` elements of `data` into elements [element, element + count) of a state. */
  write(state: number, element: number, data: ArrayLike<number>, start: number, count: number): void {
    const at = (state >> 2) * 4 * this.width + (state & 3);
    for (let i = 0; i < count; i++) this.#states[at + 4 * (element + i)] = data[start + i]!;
  }

  /** Copies the first `count` elements of a state to `out`. */
  read(state: number, out: Uint32Array, start: number, count: number): void {
    const at = (state >> 2) * 4 * this.width + (state & 3);
    for (let i = 0; i < count; i++) out[start + i] = this.#states[at + 4 * i]!;
  }

  /** Permutes the first `count` states, rounded up to whole groups of four. */
  permute(count: number): void {
    // Short calls: a function that is entered before it is optimised stays slow until it returns.
    const groupBytes = 16 * this.width;
    const total = Math.ceil(count / 4) * groupBytes;
    for (let at = 0; at < total; at += 16 * groupBytes)
      this.#run(STATES_AT + at, Math.min(16 * groupBytes, total - at));
  }
}

const batches = new WeakMap<Poseidon2Parameters, PermutationBatch>();

/** The kernel for these parameters, assembled on first use. Not reentrant: callers use it between two awaits. */
export function permutationBatch(parameters: Poseidon2Parameters): PermutationBatch {
  let batch = batches.get(parameters);
  if (batch === undefined) {
    batch = new PermutationBatch(parameters);
    batches.set(parameters, batch);
  }
  return batch;
}

/**
 * Permutes one state in place. Three quarters of the kernel's lanes idle, and it is still five times faster than the
 * oracle, which serves where WebAssembly SIMD does not load.
 */
export function permuteOne(parameters: Poseidon2Parameters, state: Uint32Array): void {
  if (!hasKernel) {
    permute(parameters, state);
    return;
  }
  const batch = permutationBatch(parameters);
  batch.write(0, 0, state, 0, state.length);
  batch.permute(1);
  batch.read(0, state, 0, state.length);
}

/** Whether this engine takes SIMD modules: asked once, with a module that holds one vector constant. */
const hasKernel: boolean = (() => {
  try {
    const f = new FunctionBuilder('probe', []);
    f.keep(v128.splat(1));
    assemble<'probe'>([f], 1);
    return true;
  } catch {
    return false;
  }
})();
