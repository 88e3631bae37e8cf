/**
 * @module The block machine: evaluates recorded graphs over blocks of rows. A program is a list of instructions of four
 * words, (operation, a, b, out), the last three being addresses; each operation is one small function that loops over
 * the groups of a block. Emitting straight-line code per chip instead would be 1.2 times faster once optimised, but
 * compiling megabytes of it takes longer than a small proof.
 *
 * A base block holds 16 bytes a group of four rows, an extension block 80. Every operation is called with (a, b, out,
 * groups, first group of the block in the table).
 */
import type { Felt } from '../field/base.ts';
import { DEGREE, type Ext, ZERO } from '../field/ext.ts';
import {
  type Code,
  FunctionBuilder,
  I32,
  i32,
  type KernelCalls,
  ModuleBuilder,
  V128,
  v128,
} from '../wasm/assembler.ts';
import { type ExtCode, elementCode, GROUP_BYTES, VectorExtension } from '../wasm/extension.ts';
import { toMontgomery, VectorField } from '../wasm/field.ts';
import { LOW_GROUPS } from './eq-table.ts';
import { type IntegerOperation, integerOperations } from './integers.ts';
import type { KernelMemory } from './memory.ts';

/** Rows of a block at most. Base blocks of a chip's temporaries then stay in the second-level cache. */
export const GRAPH_ROWS = 256;
const E = GROUP_BYTES;

/** `B` stands for base and `E` for extension operands, `K` for a base constant in one word. */
export type GraphOperation =
  /** out = rows of the column at a. */
  | 'loadB'
  | 'loadE'
  /** out = high - low, or 2 high - low, of the column at a whose upper half begins b bytes later. */
  | 'deltaB'
  | 'deltaE'
  | 'atTwoB'
  | 'atTwoE'
  | 'addB'
  | 'subB'
  | 'mulB'
  | 'addBK'
  | 'subBK'
  | 'subKB'
  | 'mulBK'
  | 'addE'
  | 'subE'
  | 'mulE'
  | 'addEK'
  | 'subEK'
  | 'subKE'
  | 'mulEK'
  /** The base block b times the extension block a; `add` adds to what is in out. */
  | 'mulEB'
  | 'addMulEB'
  | 'addMulE'
  /** The base block a as extension elements. */
  | 'embedB'
  /** out = constant + sum of weight * block over the terms of the list at a; see {@link GraphKernels.termList}. */
  | 'linearB'
  | 'linearE'
  /** Adds the sum of eq * block a to the total at out; b: addresses of the lower and the upper eq table. */
  | 'accumulate'
  /** Copies the extension block a to the column at out. */
  | 'storeE'
  /**
   * Adds fractions of neighbouring rows, numerators in block a and denominators in block out; b: descriptor, see
   * {@link GraphKernels.leafDescriptor}.
   */
  | 'leafSums'
  /** Writes fractions as children of a sumcheck. */
  | 'leafPairs';

export type GraphInstruction = readonly [
  operation: GraphOperation | IntegerOperation,
  a: number,
  b: number,
  out: number,
];

interface Emitter {
  readonly f: FunctionBuilder;
  readonly field: VectorField;
  readonly ext: VectorExtension;
}

const PARAMETERS = [I32, I32, I32, I32, I32] as const;

function operation(
  name: string,
  body: (e: Emitter, a: Code, b: Code, out: Code, groups: Code, first: Code) => void,
): FunctionBuilder {
  const f = new FunctionBuilder(name, PARAMETERS);
  const field = new VectorField(f);
  const [a, b, out, groups, first] = [0, 1, 2, 3, 4].map((i) => f.parameter(i)) as [Code, Code, Code, Code, Code];
  body({ f, field, ext: new VectorExtension(f, field) }, a, b, out, groups, first);
  return f;
}

/** An operation that walks its operands group by group, `sizes` bytes each (0: stays, as a constant does). */
function blockwise(
  name: string,
  sizes: readonly [a: number, b: number, out: number],
  body: (e: Emitter, a: Code, b: Code, out: Code) => void,
): FunctionBuilder {
  return operation(name, (e, a, b, out, groups) => {
    const { f } = e;
    const pointers = [a, b, out].map((p) => f.variable(p));
    f.loop(i32.constant(0), 1, groups, () => {
      const [x, y, z] = pointers.map((p) => f.get(p)) as [Code, Code, Code];
      body(e, x, y, z);
      for (const [i, p] of pointers.entries()) if (sizes[i] !== 0) f.advance(p, sizes[i]!);
    });
  });
}

/** An operation that reads a column from the block's first group on; b is the distance to its upper half. */
function columnwise(
  name: string,
  size: number,
  body: (e: Emitter, low: Code, high: Code) => Code | ExtCode,
): FunctionBuilder {
  return operation(name, (e, a, b, out, groups, first) => {
    const { f } = e;
    const at = f.variable(i32.add(a, i32.mul(first, i32.constant(size))));
    const target = f.variable(out);
    f.loop(i32.constant(0), 1, groups, () => {
      const high = f.keep(i32.add(f.get(at), b), I32);
      const value = body(e, f.get(at), high);
      if (size === GROUP_BYTES) e.ext.store(f.get(target), value as ExtCode);
      else f.emit(v128.store(f.get(target), value as Code));
      f.advance(at, size);
      f.advance(target, size);
    });
  });
}

/** Sum of weight * block over a list of (block, weight) pairs: wide sums of two products at a time. */
function linearBase({ f, field, ext }: Emitter, list: Code, out: Code, groups: Code): void {
  const target = f.variable(out);
  const end = f.keep(i32.add(i32.add(list, i32.constant(32)), i32.shl(i32.load(list), i32.constant(3))), I32);
  const sums = Array.from({ length: 2 * DEGREE }, () => f.local(V128));
  f.loop(i32.constant(0), 16, i32.shl(groups, i32.constant(4)), (offset) => {
    for (const s of sums) f.set(s, v128.splat(0));
    f.loop(i32.add(list, i32.constant(32)), 16, end, (entry) => {
      const values = [0, 8].map((k) => f.keep(v128.load(i32.add(i32.load(entry, k), offset))));
      const weights = [4, 12].map((k) => f.keep(i32.load(entry, k), I32));
      for (let j = 0; j < DEGREE; j++) {
        const w = weights.map((at) => f.keep(v128.loadSplat(at, 4 * j)));
        for (const [half, product] of [v128.mulLowU, v128.mulHighU].entries()) {
          const s = sums[2 * j + half]!;
          const both = v128.add64(product(values[0]!, w[0]!), product(values[1]!, w[1]!));
          f.set(s, field.narrow64(v128.add64(f.get(s), both)));
        }
      }
    });
    const constant = ext.loadScalar(list, 4);
    const value = constant.map((c, j) => field.add(c, field.reduce64(f.get(sums[2 * j]!), f.get(sums[2 * j + 1]!))));
    ext.store(f.get(target), value);
    f.advance(target, GROUP_BYTES);
  });
}

/** The same for extension blocks: one product a term, added up in memory. */
function linearExtension({ f, ext }: Emitter, list: Code, out: Code, groups: Code): void {
  const target = f.variable(out);
  f.loop(i32.constant(0), 1, groups, () => {
    ext.store(
      f.get(target),
      Array.from({ length: DEGREE }, (_, j) => f.keep(v128.loadSplat(list, 4 + 4 * j))),
    );
    f.advance(target, GROUP_BYTES);
  });
  const end = f.keep(i32.add(i32.add(list, i32.constant(32)), i32.shl(i32.load(list), i32.constant(3))), I32);
  f.loop(i32.add(list, i32.constant(32)), 8, end, (entry) => {
    const block = f.variable(i32.load(entry));
    const weight = f.keep(i32.load(entry, 4), I32);
    const rows = ext.prepare(Array.from({ length: DEGREE }, (_, j) => f.keep(v128.loadSplat(weight, 4 * j))));
    f.set(target, out);
    f.loop(i32.constant(0), 1, groups, () => {
      const product = ext.mulPrepared(ext.load(f.get(block)), rows);
      ext.store(f.get(target), ext.add(ext.load(f.get(target)), product));
      f.advance(block, GROUP_BYTES);
      f.advance(target, GROUP_BYTES);
    });
  });
}

/** Pointers to arrays 0-3 (even and odd numerators, even and odd denominators) of a descriptor, advanced to `group`. */
function childArrays(f: FunctionBuilder, descriptor: Code, group: Code): number[] {
  const first = i32.add(i32.load(descriptor), i32.mul(group, i32.constant(GROUP_BYTES)));
  const out = [f.variable(first)];
  for (let k = 1; k < 4; k++) out.push(f.variable(i32.add(f.get(out[k - 1]!), i32.load(descriptor, 4))));
  return out;
}

function accumulateOperation(): FunctionBuilder {
  return operation('accumulate', ({ f, ext }, a, b, out, groups, first) => {
    const sums = Array.from({ length: DEGREE }, () => f.local(V128));
    for (const s of sums) f.set(s, v128.splat(0));
    const inLow = i32.and(first, i32.constant(LOW_GROUPS - 1));
    const low = f.variable(i32.add(i32.load(b), i32.mul(inLow, i32.constant(GROUP_BYTES))));
    const at = f.variable(a);
    f.loop(i32.constant(0), 1, groups, () => {
      const product = ext.mul(ext.load(f.get(at)), ext.load(f.get(low)));
      const total = ext.add(
        product,
        sums.map((s) => f.get(s)),
      );
      for (const [j, s] of sums.entries()) f.set(s, total[j]!);
      f.advance(at, GROUP_BYTES);
      f.advance(low, GROUP_BYTES);
    });
    const index = f.keep(i32.shrU(first, i32.constant(Math.log2(LOW_GROUPS))), I32);
    const high = f.keep(elementCode(i32.load(b, 4), index), I32);
    const scaled = ext.mul(
      sums.map((s) => f.get(s)),
      ext.loadElement(high),
    );
    ext.store(out, ext.add(ext.load(out), scaled));
  });
}

/** Sixteen rows at a time: two groups of parents, written to the even and the odd arrays. */
function leafSumsOperation(): FunctionBuilder {
  return operation('leafSums', ({ f, ext }, a, b, out, groups, first) => {
    const targets = childArrays(f, b, f.keep(i32.shrU(first, i32.constant(2)), I32));
    const [p, q] = [f.variable(a), f.variable(out)];
    f.loop(i32.constant(0), 4, groups, () => {
      const parents = [0, 1].map((k) => {
        const pair = (x: number): [ExtCode, ExtCode] =>
          ext.deinterleave(ext.load(f.get(x), 2 * E * k), ext.load(f.get(x), 2 * E * k + E));
        const [[p0, p1], [q0, q1]] = [pair(p), pair(q)];
        return { p: ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), q: ext.mul(q0, q1) };
      });
      const [pEven, pOdd] = ext.deinterleave(parents[0]!.p, parents[1]!.p);
      const [qEven, qOdd] = ext.deinterleave(parents[0]!.q, parents[1]!.q);
      for (const [k, value] of [pEven, pOdd, qEven, qOdd].entries()) {
        ext.store(f.get(targets[k]!), value);
        f.advance(targets[k]!, E);
      }
      f.advance(p, 4 * E);
      f.advance(q, 4 * E);
    });
  });
}

/** Eight rows at a time: one group in each of the four arrays, numerators as s = p + (lambda / 2) q. */
function leafPairsOperation(): FunctionBuilder {
  return operation('leafPairs', ({ f, ext }, a, b, out, groups, first) => {
    const targets = childArrays(f, b, f.keep(i32.shrU(first, i32.constant(1)), I32));
    const factor = ext.prepare(ext.loadScalar(b, 8));
    const [p, q] = [f.variable(a), f.variable(out)];
    f.loop(i32.constant(0), 2, groups, () => {
      const numerators = ext.deinterleave(ext.load(f.get(p)), ext.load(f.get(p), E));
      const denominators = ext.deinterleave(ext.load(f.get(q)), ext.load(f.get(q), E));
      for (const k of [0, 1]) {
        ext.store(f.get(targets[k]!), ext.add(ext.mulPrepared(denominators[k]!, factor), numerators[k]!));
        ext.store(f.get(targets[2 + k]!), denominators[k]!);
      }
      for (const t of targets) f.advance(t, E);
      f.advance(p, 2 * E);
      f.advance(q, 2 * E);
    });
  });
}

function operations(): FunctionBuilder[] {
  const scalar = (f: FunctionBuilder, at: Code): Code => f.keep(v128.loadSplat(at));
  const load = (f: FunctionBuilder, at: Code): Code => f.keep(v128.load(at));
  const twice = (field: VectorField, low: Code, high: Code): Code => field.add(high, field.sub(high, low));
  const base = (name: string, op: (field: VectorField, x: Code, y: Code) => Code): FunctionBuilder =>
    blockwise(name, [16, 16, 16], ({ f, field }, a, b, out) =>
      f.emit(v128.store(out, op(field, load(f, a), load(f, b)))),
    );
  const baseConstant = (
    name: string,
    sizes: [number, number, number],
    op: (field: VectorField, x: Code, k: Code) => Code,
  ): FunctionBuilder =>
    blockwise(name, sizes, ({ f, field }, a, b, out) => f.emit(v128.store(out, op(field, load(f, a), scalar(f, b)))));
  const extension = (name: string, op: (ext: VectorExtension, x: ExtCode, y: ExtCode) => ExtCode): FunctionBuilder =>
    blockwise(name, [E, E, E], ({ ext }, a, b, out) => ext.store(out, op(ext, ext.load(a), ext.load(b))));
  return [
    columnwise('loadB', 16, ({ f }, low) => load(f, low)),
    columnwise('deltaB', 16, ({ f, field }, low, high) => field.sub(load(f, high), load(f, low))),
    columnwise('atTwoB', 16, ({ f, field }, low, high) => twice(field, load(f, low), load(f, high))),
    columnwise('loadE', E, ({ ext }, low) => ext.load(low)),
    columnwise('deltaE', E, ({ ext }, low, high) => ext.sub(ext.load(high), ext.load(low))),
    columnwise('atTwoE', E, ({ field, ext }, low, high) => {
      const [l, h] = [ext.load(low), ext.load(high)];
      return h.map((x, j) => twice(field, l[j]!, x));
    }),
    base('addB', (field, x, y) => field.add(x, y)),
    base('subB', (field, x, y) => field.sub(x, y)),
    base('mulB', (field, x, y) => field.mul(x, y)),
    baseConstant('addBK', [16, 0, 16], (field, x, k) => field.add(x, k)),
    baseConstant('subBK', [16, 0, 16], (field, x, k) => field.sub(x, k)),
    baseConstant('mulBK', [16, 0, 16], (field, x, k) => field.mul(x, k)),
    blockwise('subKB', [0, 16, 16], ({ f, field }, a, b, out) =>
      f.emit(v128.store(out, field.sub(scalar(f, a), load(f, b)))),
    ),
    extension('addE', (ext, x, y) => ext.add(x, y)),
    extension('subE', (ext, x, y) => ext.sub(x, y)),
    extension('mulE', (ext, x, y) => ext.mul(x, y)),
    blockwise('addEK', [E, 0, E], ({ f, field, ext }, a, b, out) => {
      const [x0, ...rest] = ext.load(a);
      ext.store(out, [field.add(x0!, scalar(f, b)), ...rest]);
    }),
    blockwise('subEK', [E, 0, E], ({ f, field, ext }, a, b, out) => {
      const [x0, ...rest] = ext.load(a);
      ext.store(out, [field.sub(x0!, scalar(f, b)), ...rest]);
    }),
    blockwise('subKE', [0, E, E], ({ f, field, ext }, a, b, out) => {
      const zero = v128.splat(0);
      ext.store(
        out,
        ext.load(b).map((x, j) => field.sub(j === 0 ? scalar(f, a) : zero, x)),
      );
    }),
    blockwise('mulEK', [E, 0, E], ({ f, ext }, a, b, out) => ext.store(out, ext.mulBase(ext.load(a), scalar(f, b)))),
    blockwise('mulEB', [E, 16, E], ({ f, ext }, a, b, out) => ext.store(out, ext.mulBase(ext.load(a), load(f, b)))),
    blockwise('addMulEB', [E, 16, E], ({ f, ext }, a, b, out) =>
      ext.store(out, ext.add(ext.load(out), ext.mulBase(ext.load(a), load(f, b)))),
    ),
    blockwise('addMulE', [E, E, E], ({ ext }, a, b, out) =>
      ext.store(out, ext.add(ext.mul(ext.load(a), ext.load(b)), ext.load(out))),
    ),
    blockwise('embedB', [16, 0, E], ({ f, ext }, a, _, out) => {
      const zero = f.keep(v128.splat(0));
      ext.store(out, [load(f, a), zero, zero, zero, zero]);
    }),
    operation('linearB', (e, a, _, out, groups) => linearBase(e, a, out, groups)),
    operation('linearE', (e, a, _, out, groups) => linearExtension(e, a, out, groups)),
    accumulateOperation(),
    operation('storeE', ({ f, ext }, a, _, out, groups, first) => {
      const at = f.variable(a);
      const target = f.variable(i32.add(out, i32.mul(first, i32.constant(E))));
      f.loop(i32.constant(0), 1, groups, () => {
        ext.store(f.get(target), ext.load(f.get(at)));
        f.advance(at, E);
        f.advance(target, E);
      });
    }),
    leafSumsOperation(),
    leafPairsOperation(),
  ];
}

export class GraphKernels {
  readonly #memory: KernelMemory;
  readonly #call: KernelCalls<'run'>;
  readonly #slots = new Map<string, number>();

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    const module = new ModuleBuilder();
    let type = 0;
    for (const f of [...operations(), ...integerOperations()]) {
      type = module.add(f);
      this.#slots.set(f.name, module.addToTable(type));
    }
    // run(program, end of program, groups, first group)
    const run = new FunctionBuilder('run', [I32, I32, I32, I32]);
    run.loop(run.parameter(0), 16, run.parameter(1), (at) => {
      const operands = [4, 8, 12].map((k) => i32.load(at, k));
      run.callIndirect(type, i32.load(at), ...operands, run.parameter(2), run.parameter(3));
    });
    module.add(run);
    this.#call = module.instantiate(memory.memory);
  }

  /** Writes a program to memory; it stays until the memory is released. */
  program(instructions: readonly GraphInstruction[]): GraphProgram {
    const at = this.#memory.allocate(16 * instructions.length);
    const { words } = this.#memory;
    for (const [i, [name, a, b, out]] of instructions.entries()) {
      words.set([this.#slots.get(name)!, a, b, out], at / 4 + 4 * i);
    }
    return { at, end: at + 16 * instructions.length };
  }

  /**
   * The terms of `linearB` and `linearE`.
   * Base terms are taken in pairs; the partner that an odd one lacks is itself with a weight of zero.
   * @param terms - blocks' addresses with their weights.
   */
  termList(constant: Ext, terms: readonly (readonly [block: number, weight: Ext])[], paired: boolean): number {
    const padded = paired && terms.length % 2 === 1 ? [...terms, [terms[0]![0], ZERO] as const] : terms;
    const at = this.#memory.allocate(32 + (8 + 4 * DEGREE) * padded.length);
    const { words } = this.#memory;
    words.set([padded.length, ...constant.map(toMontgomery)], at / 4);
    const weights = at + 32 + 8 * padded.length;
    for (const [i, [block, weight]] of padded.entries()) {
      words.set([block, weights + 4 * DEGREE * i], at / 4 + 8 + 2 * i);
      words.set(weight.map(toMontgomery), weights / 4 + DEGREE * i);
    }
    return at;
  }

  /** A constant for the operations with `K`. */
  constant(value: Felt): number {
    const at = this.#memory.allocate(4);
    this.#memory.words[at / 4] = toMontgomery(value);
    return at;
  }

  /** Replaces an instruction but for its result: columns halve from round to round, and are read at several points. */
  patch(program: GraphProgram, index: number, operation: GraphInstruction[0], a: number, b: number): void {
    this.#memory.words.set([this.#slots.get(operation)!, a, b], program.at / 4 + 4 * index);
  }

  /** What `leafSums` and `leafPairs` write to: four arrays from `base` on, `stride` bytes apart; lambda / 2 if needed. */
  leafDescriptor(base: number, stride: number, halfLambda: Ext): number {
    const at = this.#memory.allocate(28);
    this.#memory.words.set([base, stride, ...halfLambda.map(toMontgomery)], at / 4);
    return at;
  }

  /** Runs a program over rows [4 first, 4 (first + groups)) of its table; `groups` * 4 <= {@link GRAPH_ROWS}. */
  run(program: GraphProgram, first: number, groups: number): void {
    this.#call.run(program.at, program.end, groups, first);
  }
}

/** A program in kernel memory. */
export interface GraphProgram {
  readonly at: number;
  readonly end: number;
}
