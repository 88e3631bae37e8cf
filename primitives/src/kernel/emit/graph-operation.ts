/**
 * @module The block machine's operations on field elements, and the loop that calls a program's operations one by one. All
 * take (a, b, out, groups, first group of the block in the table).
 */
import { type Code, FunctionBuilder, I32, i32, type ModuleBuilder, THREAD_OFFSET } from '../../wasm/assembler.ts';
import { type Emitter, kernel, type ParameterCodes } from '../../wasm/extension.ts';

/** `B` stands for base and `E` for extension operands, `K` for a base constant in one word. */
export type GraphOperation =
  /** out = rows of the column at a. */
  | 'loadB'
  | 'loadE'
  /**
   * What pairs of neighbouring groups of the column at a are at 0, at 1, in the coefficient of X and at 2, X being the lowest bit of a
   * group's number. A block's groups are pairs of the column's.
   */
  | 'evenB'
  | 'oddB'
  | 'oddE'
  | 'deltaB'
  | 'deltaE'
  | 'atTwoB'
  | 'atTwoE'
  /**
   * Bind that variable of the column at a: a base column into one of extension elements at out, one of extension elements in place,
   * towards the start of the block that `GraphKernels.runBlocks` is at; b: see `GraphKernels.putFold`.
   */
  | 'foldB'
  | 'foldE'
  /** out = the constant at a. */
  | 'fillB'
  | 'fillE'
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
  /** out = constant + sum of weight * block over the terms of the list at a; see `GraphKernels.termList`. */
  | 'linearB'
  | 'linearE'
  /** The same of base blocks, and the extension block b. */
  | 'addLinearB'
  /** The same of base blocks, to the column at out. */
  | 'storeLinearB'
  /**
   * Adds the sum of eq * block a to the total at out, the block's groups being pairs of groups; b: addresses of the two factors of
   * `PairWeights`, one after the other.
   */
  | 'accumulate'
  /**
   * Adds fractions of neighbouring groups, numerators in block a and denominators in block out; b: descriptor, see
   * `GraphKernels.leafDescriptor`.
   */
  | 'leafSums'
  /** Writes fractions as children of a sumcheck. */
  | 'leafPairs'
  /** Adds what the block's children, as `leafPairs` wrote them, add to the sumcheck's first message to the total at out; a: descriptor. */
  | 'leafLeading';

/** Which operands are blocks or totals. Others are columns, constants, lists or distances. */
export type BlockOperands = readonly [a: boolean, b: boolean, out: boolean];

/** An operation whose code is given this thread's blocks where the program names those of the memory's owner. */
export function operation(
  name: GraphOperation,
  blocks: BlockOperands,
  body: (e: Emitter, parameters: ParameterCodes<5>) => void,
): FunctionBuilder {
  return kernel(name, 5, (e, [a, b, out, groups, first]) => {
    const own = [a, b, out].map((p, i) => (blocks[i] ? e.f.keep(i32.add(THREAD_OFFSET, p), I32) : p));
    const [x, y, z] = own as [Code, Code, Code];
    body(e, [x, y, z, groups, first]);
  });
}

/** run(program, end of program, groups, first group). @param type - index of the type that all operations have. */
export function emitRun(module: ModuleBuilder, type: number): void {
  const f = new FunctionBuilder('run', [I32, I32, I32, I32]);
  f.loop(f.parameter(0), 16, f.parameter(1), (at) => {
    const operands = [4, 8, 12].map((k) => i32.load(at, k));
    f.callIndirect(type, i32.load(at), ...operands, f.parameter(2), f.parameter(3));
  });
  module.add(f);
}
