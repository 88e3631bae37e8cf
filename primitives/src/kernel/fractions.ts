/**
 * @module Sums of fractions and their sumcheck (LogUp-GKR). The oracle is the prover's plain implementation.
 *
 * A layer of one leaf index lies in four arrays: numerators and denominators of the two children of every parent, p0, p1,
 * q0, q1, `stride` bytes apart; those of the layer above are told apart by the lowest bit of a group's number, then by lanes.
 * Leaves of one height follow each other, `partBytes` apart, so that one call serves
 * many small ones. With s = p + (lambda / 2) q, the summand p0 q1 + p1 q0 + lambda q0 q1 is s0 q1 + s1 q0.
 *
 * A sumcheck binds the variables of an array's group number from the lowest up: an iteration takes whole blocks of the arrays, folds
 * neighbouring groups towards the start of each, and sums the next message while they are in the cache. When little of every block is
 * left, all that is left is moved together.
 */
import { DEGREE, type Ext, ONE } from '../field/ext.ts';
import { instantiateKept, type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { elementAt, GROUP_BYTES } from '../wasm/extension.ts';
import { R, toMontgomery } from '../wasm/field.ts';
import {
  emitExpand,
  emitFold,
  emitFoldPairs,
  emitGather,
  emitGrow,
  emitPlace,
  emitSplit,
  emitStart,
} from './emit/fraction-arrays.ts';
import { emitMessage, emitQuadratic } from './emit/fraction-messages.ts';
import { emitProducts, SCRATCH_GROUPS } from './emit/fraction-parts.ts';
import { emitLaneSums, emitLastSums, emitSums } from './emit/fraction-sums.ts';
import { BLOCK_GROUPS, type PairWeights } from './eq-table.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';
import { Totals } from './totals.ts';

type Names =
  | 'sums'
  | 'lastSums'
  | 'laneSums'
  | 'start'
  | 'quadratic'
  | 'message'
  | 'leading'
  | 'fold'
  | 'foldPairs'
  | 'gather'
  | 'place'
  | 'split'
  | 'expand'
  | 'grow';

/** Equal-sized parts of a layer. */
export interface Band {
  /** First array of the first part. */
  readonly base: number;
  readonly stride: number;
  readonly partBytes: number;
  readonly parts: number;
}

/** Groups that one iteration works on: some 50 us. */
const GROUPS_PER_CALL = 256;
/** Groups that are left of a block when what is left is moved together. */
export const LEAST_RUN = 16;
const E = GROUP_BYTES;
const BLOCK_BYTES = BLOCK_GROUPS * E;

/**
 * What is left of an array: the first `groups` groups of each of `count` blocks, both powers of two. From `used` groups on, counted through
 * all blocks, elements of an array are the same, and are nowhere written, read or bound.
 */
export interface Blocks {
  readonly count: number;
  readonly groups: number;
  readonly used: number;
}

/**
 * An array of so many groups, a power of two.
 * @param used - groups, a multiple of `groups` / {@link LEAST_RUN} unless it is all of them.
 */
export const blocksOf = (groups: number, used: number = groups): Blocks => ({
  count: Math.max(1, groups / BLOCK_GROUPS),
  groups: Math.min(groups, BLOCK_GROUPS),
  used,
});

/** What is left of the blocks when a variable is bound. */
export const halved = ({ count, groups, used }: Blocks): Blocks => ({ count, groups: groups / 2, used: used / 2 });

/** Groups that are left of all blocks together. */
export const leftOf = ({ count, groups }: Blocks): number => count * groups;

/** Whether all of them are in use. */
export const isWhole = (blocks: Blocks): boolean => blocks.used === leftOf(blocks);

/** Whether so little is left of every block that it is to be moved together, or that all groups are to be used from here on. */
export const isScattered = (blocks: Blocks): boolean =>
  blocks.groups === LEAST_RUN && (blocks.count > 1 || !isWhole(blocks));

/** Blocks of which as many groups are used: those that are used whole, and the rest of the last one. */
export function usedBlocks({ groups, used }: Blocks): (readonly [first: number, count: number, groups: number])[] {
  const [whole, rest] = [Math.floor(used / groups), used % groups];
  const runs = [[0, whole, groups] as const, [whole, 1, rest] as const];
  return runs.filter(([, count, left]) => count * left > 0);
}

/** What one iteration does: groups [first, first + groups) of parts [part, part + parts). */
type Chunk = readonly [part: number, parts: number, first: number, groups: number];

/** Whole parts that one iteration does, if they are short: a power of two, as their weights begin with a group or lie in one. */
const partsPerCall = (groups: number, atOnce: number): number =>
  2 ** Math.max(0, Math.floor(Math.log2(atOnce / groups)));

/** Iterations that work on `parts` parts of `groups` groups takes. @param atOnce - groups of an iteration. */
const chunks = (parts: number, groups: number, atOnce = GROUPS_PER_CALL): number =>
  Math.ceil(parts / partsPerCall(groups, atOnce)) * Math.ceil(groups / atOnce);

function chunk(i: number, parts: number, groups: number, atOnce = GROUPS_PER_CALL): Chunk {
  const perPart = Math.ceil(groups / atOnce);
  const step = partsPerCall(groups, atOnce);
  const part = Math.floor(i / perPart) * step;
  const first = (i % perPart) * atOnce;
  return [part, Math.min(step, parts - part), first, Math.min(atOnce, groups - first)];
}

/** Blocks, of `groups` groups in each array of a part, that one iteration works on. */
const blocksPerCall = (groups: number): number => Math.max(1, Math.floor((2 * GROUPS_PER_CALL) / groups));

function buildModule(scratch: number): ModuleBuilder {
  const module = new ModuleBuilder();
  const products = emitProducts(module, scratch);
  emitSums(module, products);
  emitLastSums(module, products);
  emitLaneSums(module, products);
  emitStart(module);
  emitMessage(module, 'message', products);
  emitMessage(module, 'leading', products);
  emitQuadratic(module, products);
  emitFold(module);
  emitFoldPairs(module);
  emitGather(module);
  emitPlace(module);
  emitSplit(module);
  emitExpand(module);
  emitGrow(module);
  return module;
}

export class FractionKernels {
  /** What messages and {@link quadratic} add to: two groups at most. */
  readonly totals: Totals;
  readonly #call: KernelCalls<Names>;
  readonly #memory: KernelMemory;
  /** Parameters of the current calls, the same for all threads. */
  readonly #scalars: number;
  readonly #sums: Loop;
  readonly #message: Loop;
  readonly #startLeading: Loop;
  readonly #fold: Loop;
  readonly #foldPairs: Loop;
  readonly #foldMessage: Loop;
  readonly #gather: Loop;

  constructor(team: Team) {
    const { memory } = team;
    this.#memory = memory;
    this.#scalars = memory.allocate(64);
    this.totals = new Totals(team, 2);
    const scratch = memory.allocateLocal(SCRATCH_GROUPS * E) - memory.threadOffset;
    const call = instantiateKept<Names>(`fractions, scratch ${scratch}`, memory, () => buildModule(scratch));
    this.#call = call;
    const [scalars, totals] = [this.#scalars, this.totals.at];
    this.#sums = team.loop((i, [base, stride, partBytes, parts, toBase, toStride, toPartBytes, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const [source, target] = [base! + part * partBytes!, toBase! + part * toPartBytes!];
      call.sums(source, stride!, partBytes!, target, toStride!, toPartBytes!, count, first, length);
    });
    this.#fold = team.loop((i, [base, stride, arrays, partBytes, parts, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const at = base! + part * partBytes!;
      call.fold(at, stride!, arrays!, partBytes!, count, groups! * E, first, length, scalars);
    });
    /** Does something before it sums, if anything, to the blocks that it sums. */
    const message = (before: 'start' | 'fold' | undefined): Loop =>
      team.loop((i, [base, stride, partBytes, parts, blocks, groups, low, high, weights]) => {
        const [part, count, first, length] = chunk(i, parts!, blocks!, blocksPerCall(groups!));
        const at = base! + part * partBytes! + first * BLOCK_BYTES;
        let pairs = groups! / 2;
        if (before === 'start') {
          call.start(at, stride!, partBytes!, count, 0, length * groups!, scalars);
        } else if (before === 'fold') {
          call.foldPairs(at, stride!, 4, partBytes!, count, length, BLOCK_BYTES, pairs, scalars);
          pairs /= 2;
        }
        const [eq, weight] = [high! + first * E, elementAt(weights!, part)];
        const sum = before === 'start' ? call.leading : call.message;
        sum(at, stride!, partBytes!, count, length, BLOCK_BYTES, pairs, low!, eq, weight, totals);
      });
    this.#message = message(undefined);
    this.#startLeading = message('start');
    this.#foldMessage = message('fold');
    this.#foldPairs = team.loop((i, [base, stride, partBytes, parts, blocks, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, blocks!, blocksPerCall(groups!));
      const at = base! + part * partBytes! + first * BLOCK_BYTES;
      call.foldPairs(at, stride!, 4, partBytes!, count, length, BLOCK_BYTES, groups! / 2, scalars);
    });
    this.#gather = team.loop((i, [base, stride, arrays, partBytes, blocks, groups]) => {
      call.gather(base! + i * partBytes!, stride!, arrays!, partBytes!, 1, blocks!, BLOCK_BYTES, groups!);
    });
  }

  /** Loops that are run together have the same scalars. */
  #put(...scalars: readonly Ext[]): number {
    const { words } = this.#memory;
    for (const [i, x] of scalars.entries()) {
      for (let j = 0; j < DEGREE; j++) words[this.#scalars / 4 + DEGREE * i + j] = toMontgomery(x[j]!);
    }
    return this.#scalars;
  }

  /**
   * Adds pairs of children: their parents are those of the next layer, told apart by the lowest bit of a group's number, and where there is
   * one group only, beside what stands for the fraction 0/1.
   * @param groups - of each array, a power of two.
   */
  sums(from: Band, to: Band, groups: number): void {
    const { base, stride, partBytes, parts } = from;
    if (groups === 1) this.#call.lastSums(base, to.base, parts, R);
    else {
      const half = groups / 2;
      this.#sums(chunks(parts, half), base, stride, partBytes, parts, to.base, to.stride, to.partBytes, half);
    }
  }

  /** The same of one group an array, parents being told apart by the lowest bit of a lane's number; other lanes are 0/1. */
  laneSums({ base, parts }: Band, to: Band): void {
    this.#call.laneSums(base, to.base, parts, R);
  }

  /** Turns numerators p of one group an array into s = p + halfLambda q. */
  start({ base, stride, partBytes, parts }: Band, halfLambda: Ext): void {
    this.#call.start(base, stride, partBytes, parts, 0, 1, this.#put(halfLambda));
  }

  /** Adds weight * eq * (the part that is quadratic in s - halfLambda and q - 1), of the first group of each array. */
  quadratic({ base, stride, partBytes, parts }: Band, eq: number, weights: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda, ONE);
    this.#call.quadratic(base, stride, partBytes, parts, eq, weights, this.totals.at, scalars);
  }

  /**
   * Adds the sums of weight * eq * (s0 q1 + s1 q0) at X = 1 and their leading coefficients to the two totals, X being the lowest
   * variable of what is left of the arrays.
   * @param weights - vector with an element for each part.
   */
  message(band: Band, blocks: Blocks, eq: PairWeights, weights: number): void {
    this.#sumPairs(this.#message, band, blocks, eq, weights);
  }

  /** {@link start}, and adds the leading coefficient alone of the first {@link message} to the first total. */
  startLeading(band: Band, blocks: Blocks, eq: PairWeights, weights: number, halfLambda: Ext): void {
    this.#put(halfLambda);
    this.#sumPairs(this.#startLeading, band, blocks, eq, weights);
  }

  /** {@link foldPairs} and the next {@link message}. */
  foldMessage(band: Band, blocks: Blocks, eq: PairWeights, weights: number, r: Ext): void {
    this.#put(r);
    this.#sumPairs(this.#foldMessage, band, blocks, eq, weights);
  }

  #sumPairs(
    loop: Loop,
    { base, stride, partBytes, parts }: Band,
    blocks: Blocks,
    { low, high }: PairWeights,
    weights: number,
  ): void {
    for (const [first, count, groups] of usedBlocks(blocks)) {
      const iterations = chunks(parts, count, blocksPerCall(groups));
      const [at, eq] = [base + first * BLOCK_BYTES, high + first * E];
      loop(iterations, at, stride, partBytes, parts, count, groups, low, eq, weights);
    }
  }

  /** Binds the lowest variable of a band's arrays in place: half as many groups are left of each block. */
  foldPairs({ base, stride, partBytes, parts }: Band, blocks: Blocks, r: Ext): void {
    this.#put(r);
    for (const [first, count, groups] of usedBlocks(blocks)) {
      const at = base + first * BLOCK_BYTES;
      this.#foldPairs(chunks(parts, count, blocksPerCall(groups)), at, stride, partBytes, parts, count, groups);
    }
  }

  /**
   * Moves what is used of a band's arrays together. Those that are not used whole are to be filled then.
   * @param arrays - of each part.
   */
  gather({ base, stride, partBytes, parts }: Band, { groups, used }: Blocks, arrays = 4): void {
    this.#gather(parts, base, stride, arrays, partBytes, Math.ceil(used / groups), groups);
  }

  /** Binds the highest variable of `arrays` vectors per part, in place. */
  fold(
    base: number,
    stride: number,
    arrays: number,
    partBytes: number,
    parts: number,
    halfGroups: number,
    r: Ext,
  ): void {
    this.#put(r);
    this.#fold(chunks(parts, halfGroups), base, stride, arrays, partBytes, parts, halfGroups);
  }

  /** Writes c v + k of each part's one group per array to the group that `list` has for it, of vectors `outStride` bytes apart. */
  place(band: Band, [c, s, q]: readonly [c: Ext, s: Ext, q: Ext], out: number, outStride: number, list: number): void {
    const { base, stride, partBytes, parts } = band;
    this.#call.place(base, stride, partBytes, parts, this.#put(c, s, q), out, outStride, list);
  }

  /** Moves the odd ones of a vector's 4 or 2 elements to a group of their own, for each of `arrays` vectors. */
  split(base: number, stride: number, arrays: number, length: 2 | 4): void {
    this.#call.split(base, stride, arrays, length === 4 ? 1 : 0);
  }

  /** An eq table of `groups` groups over one more variable, which becomes the lowest bit of a group's number. */
  grow(from: number, to: number, groups: number, r: Ext): void {
    this.#call.grow(from, to, groups, this.#put(r));
  }

  /** Doubles an eq table of `groups` groups. */
  expand(from: number, to: number, groups: number, r: Ext): void {
    const scalars = this.#put(r);
    this.#call.expand(from, to, groups, scalars);
  }
}
