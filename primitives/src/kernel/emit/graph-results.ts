/**
 * @module Operations of the block machine whose results leave it or combine many blocks: linear combinations, totals
 * weighted with an eq table, columns and fractions.
 */
import { DEGREE } from '../../field/ext.ts';
import { type Code, type FunctionBuilder, I32, i32, THREAD_OFFSET, V128, v128 } from '../../wasm/assembler.ts';
import { GROUP_BYTES } from '../../wasm/extension.ts';
import { BLOCK_GROUPS } from '../eq-table.ts';
import { sumPairs } from './fraction-messages.ts';
import { type ArrayPointers, arraysOf, clearGroup, type Products } from './fraction-parts.ts';
import { operation } from './graph-operation.ts';
import { WideSums } from './wide-sums.ts';

const E = GROUP_BYTES;

/** Pairs (block, weight) of a list that `GraphKernels.termList` wrote: eight bytes each, after their number and a constant. */
const firstTerm = (list: Code): Code => i32.add(list, i32.constant(32));

function endOfTerms(f: FunctionBuilder, list: Code): Code {
  return f.keep(i32.add(firstTerm(list), i32.shl(i32.load(list), i32.constant(3))), I32);
}

/** `linearB`, `addLinearB` and `storeLinearB`: wide sums of two products at a time. */
function linearBase(name: 'linearB' | 'addLinearB' | 'storeLinearB'): FunctionBuilder {
  const adds = name === 'addLinearB';
  const stores = name === 'storeLinearB';
  return operation(name, [false, adds, !stores], (e, [list, added, out, groups, first]) => {
    const { f, field, ext } = e;
    const target = f.variable(stores ? i32.add(out, i32.mul(first, i32.constant(E))) : out);
    const other = f.variable(added);
    const end = endOfTerms(f, list);
    const sums = new WideSums(e);
    // From block to group, and from the owner's blocks to this thread's.
    const last = i32.add(THREAD_OFFSET, i32.shl(groups, i32.constant(4)));
    f.loop(THREAD_OFFSET, 16, last, (offset) => {
      sums.clear();
      f.loop(firstTerm(list), 16, end, (entry) => {
        const value = (at: number): Code => f.keep(v128.load(i32.add(i32.load(entry, at), offset)));
        const values = [value(0), value(8)] as const;
        const weights = [4, 12].map((at) => f.keep(i32.load(entry, at), I32));
        sums.add(values, (k, j) => v128.loadSplat(weights[k]!, 4 * j));
      });
      const constant = ext.loadScalar(list, 4);
      const value = constant.map((c, j) => field.add(c, sums.coefficient(j)));
      ext.store(f.get(target), adds ? ext.add(value, ext.load(f.get(other))) : value);
      if (adds) f.advance(other, E);
      f.advance(target, E);
    });
  });
}

/** `linearE`: one product a term, added up in memory. */
function linearExtension(): FunctionBuilder {
  return operation('linearE', [false, false, true], ({ f, ext }, [list, , out, groups]) => {
    const target = f.variable(out);
    f.loop(i32.constant(0), 1, groups, () => {
      ext.store(f.get(target), ext.loadScalar(list, 4));
      f.advance(target, E);
    });
    const end = endOfTerms(f, list);
    f.loop(firstTerm(list), 8, end, (entry) => {
      const block = f.variable(i32.add(THREAD_OFFSET, i32.load(entry)));
      const weight = f.keep(i32.load(entry, 4), I32);
      const rows = ext.prepare(ext.loadScalar(weight));
      f.set(target, out);
      f.loop(i32.constant(0), 1, groups, () => {
        const product = ext.mulPrepared(ext.load(f.get(block)), rows);
        ext.store(f.get(target), ext.add(ext.load(f.get(target)), product));
        f.advance(block, E);
        f.advance(target, E);
      });
    });
  });
}

function accumulate(): FunctionBuilder {
  return operation('accumulate', [true, false, true], ({ f, ext }, [a, b, out, groups, first]) => {
    const sums = Array.from({ length: DEGREE }, () => f.local(V128));
    for (const s of sums) f.set(s, v128.splat(0));
    const inLow = i32.and(first, i32.constant(BLOCK_GROUPS / 2 - 1));
    const low = f.variable(i32.add(i32.load(b), i32.mul(inLow, i32.constant(E))));
    const at = f.variable(a);
    f.loop(i32.constant(0), 1, groups, () => {
      const product = ext.mul(ext.load(f.get(at)), ext.load(f.get(low)));
      const total = ext.add(
        product,
        sums.map((s) => f.get(s)),
      );
      for (const [j, s] of sums.entries()) f.set(s, total[j]!);
      f.advance(at, E);
      f.advance(low, E);
    });
    const block = i32.shrU(first, i32.constant(Math.log2(BLOCK_GROUPS / 2)));
    const high = f.keep(i32.add(i32.load(b, 4), i32.mul(block, i32.constant(E))), I32);
    const scaled = ext.mul(
      sums.map((s) => f.get(s)),
      ext.load(high),
    );
    ext.store(out, ext.add(ext.load(out), scaled));
  });
}

/** Pointers to the four arrays that a `GraphKernels.leafDescriptor` names, advanced to `group`. */
function leafArrays(f: FunctionBuilder, descriptor: Code, group: Code): ArrayPointers {
  return arraysOf(f, i32.load(descriptor), i32.load(descriptor, 4), group);
}

/** `leafSums`, sixteen rows at a time: of each pair of neighbouring groups the parents, one group in each of the four arrays. */
function leafSums({ cross }: Products): FunctionBuilder {
  return operation('leafSums', [true, false, true], ({ f, ext }, [a, b, out, groups, first]) => {
    const [p, q] = [f.variable(a), f.variable(out)];
    const targets = leafArrays(f, b, f.keep(i32.shrU(first, i32.constant(2)), I32));
    f.loop(i32.constant(0), 4, groups, () => {
      for (const k of [0, 1]) {
        const at = (x: number, group: number): Code => i32.add(f.get(x), i32.constant((2 * k + group) * E));
        f.call(cross, at(p, 0), at(q, 1), at(p, 1), at(q, 0), f.get(targets[k]!));
        ext.store(f.get(targets[2 + k]!), ext.mul(ext.load(at(q, 0)), ext.load(at(q, 1))));
      }
      for (const t of targets) f.advance(t, E);
      for (const x of [p, q]) f.advance(x, 4 * E);
    });
  });
}

/** `leafPairs`, eight rows at a time: one group in each of the four arrays, numerators as s = p + (lambda / 2) q. */
function leafPairs(): FunctionBuilder {
  return operation('leafPairs', [true, false, true], ({ f, ext }, [a, b, out, groups, first]) => {
    const targets = leafArrays(f, b, f.keep(i32.shrU(first, i32.constant(1)), I32));
    const factor = ext.prepare(ext.loadScalar(b, 8));
    const [p, q] = [f.variable(a), f.variable(out)];
    f.loop(i32.constant(0), 2, groups, () => {
      for (const k of [0, 1]) {
        const denominators = ext.load(f.get(q), k * E);
        ext.store(f.get(targets[k]!), ext.add(ext.mulPrepared(denominators, factor), ext.load(f.get(p), k * E)));
        ext.store(f.get(targets[2 + k]!), denominators);
      }
      for (const t of targets) f.advance(t, E);
      f.advance(p, 2 * E);
      f.advance(q, 2 * E);
    });
  });
}

/** `leafLeading`: sixteen rows are a pair of groups of children. */
function leafLeading(products: Products): FunctionBuilder {
  const { slot, addProduct, addScaled } = products;
  return operation('leafLeading', [false, false, true], (e, [descriptor, , out, groups, first]) => {
    const { f } = e;
    const [base, stride, low, high, weight] = [0, 4, 8, 12, 16].map((k) => f.keep(i32.load(descriptor, k), I32)) as [
      Code,
      Code,
      Code,
      Code,
      Code,
    ];
    const pair = f.keep(i32.shrU(first, i32.constant(2)), I32);
    const inBlock = i32.and(pair, i32.constant(BLOCK_GROUPS / 2 - 1));
    const eqLow = i32.add(low, i32.mul(inBlock, i32.constant(E)));
    const block = i32.shrU(pair, i32.constant(Math.log2(BLOCK_GROUPS / 2)));
    const eqHigh = f.keep(i32.add(high, i32.mul(block, i32.constant(E))), I32);
    const at = arraysOf(f, base, stride, f.keep(i32.shl(pair, i32.constant(1)), I32));
    sumPairs(e, products, at, eqLow, i32.shrU(groups, i32.constant(2)), { one: undefined, leading: 5 });
    clearGroup(f, slot(7));
    f.call(addProduct, slot(5), eqHigh, slot(7));
    f.call(addScaled, slot(7), weight, out);
  });
}

/** @param products - functions of the same module. */
export function resultOperations(products: Products): FunctionBuilder[] {
  return [
    linearBase('linearB'),
    linearBase('addLinearB'),
    linearBase('storeLinearB'),
    linearExtension(),
    accumulate(),
    leafSums(products),
    leafPairs(),
    leafLeading(products),
  ];
}
