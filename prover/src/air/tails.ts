/**
 * @module Tails: a chip's second, lower table, so that a number of rows just above a power of two is not padded to twice as
 * many.
 */
import { type Chip, checkChip, logHeightOf, MIN_LOG_HEIGHT } from './chip.ts';

/** What a tail is at most as high as, against its head. */
const TAIL_BITS = 1;

/**
 * A chip for the rows that a table of 2^a rows of `chip` leaves over: with a tail of 2^b rows, 2^a + 2^b rows need not be
 * padded to 2^(a + 1).
 */
export function tailOf(chip: Chip): Chip {
  checkChip('chip', chip);
  return Object.freeze({ ...chip, name: `${chip.name}_tail`, maxLogHeight: chip.maxLogHeight - TAIL_BITS });
}

/** Tables smaller than this are not split: another table costs more than a few rows of padding. */
const MIN_SPLIT_LOG_HEIGHT = 12;

/** log2 of the rows of a chip's table and of its tail's, if there is one, that hold `count` rows. */
export function splitHeights(count: number): { readonly head: number; readonly tail: number | undefined } {
  const whole = logHeightOf(count);
  const rest = count - 2 ** (whole - 1);
  if (whole <= MIN_SPLIT_LOG_HEIGHT || rest <= 0) return { head: whole, tail: undefined };
  const tail = logHeightOf(rest);
  return tail < whole - 1 ? { head: whole - 1, tail } : { head: whole, tail: undefined };
}

/** Numbers of rows that {@link splitHeights} gives, up to 2^maxLogHeight, rising. */
export function splitCapacities(maxLogHeight: number): number[] {
  const capacities: number[] = [];
  for (let h = MIN_LOG_HEIGHT; h <= maxLogHeight; h++) {
    capacities.push(2 ** h);
    if (h < MIN_SPLIT_LOG_HEIGHT || h === maxLogHeight) continue;
    for (let tail = MIN_LOG_HEIGHT; tail < h; tail++) capacities.push(2 ** h + 2 ** tail);
  }
  return capacities;
}
