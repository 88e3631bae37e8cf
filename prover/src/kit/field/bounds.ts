/**
 * @module Integer bounds of limb vectors, and how a sum of them that shall be 0 is cut into groups of positions with a carry
 * between each two. Nothing but numbers: chips take what is decided here, and `bounds.test` derives it anew from their nodes.
 */
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';

/** Least and greatest integer of each limb, lowest limb first; safe integers. */
export interface LimbBounds {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Bounds that sums are added up in. */
export interface BoundSum {
  readonly low: number[];
  readonly high: number[];
}

function addAt({ low, high }: BoundSum, position: number, least: number, most: number): void {
  low[position] = (low[position] ?? 0) + least;
  high[position] = (high[position] ?? 0) + most;
}

/** Adds the bounds of `factor` times a number. */
export function addScaled(sum: BoundSum, { low, high }: LimbBounds, factor: number): void {
  for (let i = 0; i < low.length; i++) {
    const [x, y] = [factor * low[i]!, factor * high[i]!];
    addAt(sum, i, Math.min(x, y), Math.max(x, y));
  }
}

/** Adds the bounds of a product, limb i times limb j at position i + j. */
export function addProduct(sum: BoundSum, a: LimbBounds, b: LimbBounds): void {
  for (let i = 0; i < a.low.length; i++) {
    const [aLow, aHigh] = [a.low[i]!, a.high[i]!];
    for (let j = 0; j < b.low.length; j++) {
      const [bLow, bHigh] = [b.low[j]!, b.high[j]!];
      const [w, x, y, z] = [aLow * bLow, aLow * bHigh, aHigh * bLow, aHigh * bHigh];
      addAt(sum, i + j, Math.min(w, x, y, z), Math.max(w, x, y, z));
    }
  }
}

/** The carry out of a group: an integer of [least, least + 2^bits). */
export interface Carry {
  readonly least: number;
  readonly bits: number;
}

/** Neighbouring positions of a sum. */
export interface Group {
  readonly first: number;
  readonly size: number;
  /** Absent from the last group, whose sum is 0. */
  readonly carry?: Carry;
}

/** Bits that one lookup can show of a carry. */
const MAX_CARRY_BITS = 16;

/** The least number of bits that hold `values` values, at least 1. */
export function bitsOf(values: number): number {
  return Math.max(1, Math.ceil(Math.log2(values)));
}

/**
 * The carry window of a group whose sum, the carry into it included, lies in [low, high], where `base` is the weight of what
 * comes behind the group. The window holds every carry that an honest sum has, a multiple of `base`, and is such that
 * |sum - base * carry| < p for all sums and all of the window: then the field cannot tell 0 from anything but 0.
 * @returns `undefined` if there is none.
 */
export function carryWindow(low: number, high: number, base: number): Carry | undefined {
  const [first, last] = [Math.ceil(low / base), Math.floor(high / base)];
  const bits = bitsOf(last - first + 1);
  if (bits > MAX_CARRY_BITS) return undefined;
  const values = 2 ** bits;
  // The highest with base * (least + values - 1) - low < p, and no higher than honest carries need.
  const least = Math.min(first, Math.ceil((P + low) / base) - values);
  const isSafe = high - base * least < P;
  return isSafe && least + values > last ? { least, bits } : undefined;
}

/**
 * Cuts the positions of a sum into groups, each as large as a window can be found for.
 * @param limbBits - position k has the weight 2^(limbBits k).
 * @param most - positions that a group has at most.
 * @throws {ConstraintError} BOUND when a position has no window: the field is too small for such limbs.
 */
export function groupPositions(name: string, { low, high }: LimbBounds, limbBits: number, most: number): Group[] {
  const groups: Group[] = [];
  // Bounds of the carry into the next group: of its whole window, whatever honest carries are.
  let [least, greatest] = [0, 0];
  const groupOf = (first: number, size: number): Group | undefined => {
    let [from, to] = [least, greatest];
    for (let i = 0; i < size; i++) {
      from += low[first + i]! * 2 ** (limbBits * i);
      to += high[first + i]! * 2 ** (limbBits * i);
    }
    // Also refuses what is no number, and what doubles do not hold.
    if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to))) return undefined;
    if (first + size === low.length) return -from < P && to < P ? { first, size } : undefined;
    const carry = carryWindow(from, to, 2 ** (limbBits * size));
    return carry && { first, size, carry };
  };
  for (let first = 0; first < low.length; ) {
    let group: Group | undefined;
    for (let size = Math.min(most, low.length - first); size >= 1 && group === undefined; size--)
      group = groupOf(first, size);
    if (group === undefined) {
      throw new ConstraintError(
        'BOUND',
        `${name}: position ${first} lies in [${low[first]}, ${high[first]}], for which no carry of 16 bits stays below p`,
        { position: first },
      );
    }
    groups.push(group);
    if (group.carry !== undefined)
      [least, greatest] = [group.carry.least, group.carry.least + 2 ** group.carry.bits - 1];
    first += group.size;
  }
  return groups;
}
