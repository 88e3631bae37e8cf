/**
 * @module Rows of `fold`: sums that have their weights in common share one.
 */
import { FOLD_LANES } from '../machine/arithmetic.ts';
import type { Memory } from './memory.ts';

/** One sum in a row. */
interface Lane {
  readonly atValues: number;
  readonly atSum: number;
  readonly atOut: number;
  /** Operands. */
  readonly sources: readonly number[];
}

/** Sums that wait for others with their weights. */
interface Waiting {
  readonly weights: readonly number[];
  readonly lanes: Lane[];
}

export class Folds {
  readonly #memory: Memory;
  /** By the address of the first weight. */
  readonly #waiting = new Map<number, Waiting>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Adds eight products to the word of the wire `sum`; the result's address is `atOut`. */
  add(weights: readonly number[], values: readonly number[], sum: number, atOut: number): void {
    const before = this.#memory.ext(sum);
    const atWeights = this.#memory.consecutiveExts(weights);
    const waiting = this.#waiting.get(atWeights) ?? { weights, lanes: [] };
    this.#waiting.set(atWeights, waiting);
    const atValues = this.#memory.digest(values);
    waiting.lanes.push({ atValues, atSum: before.at, atOut, sources: [...values, before.source] });
    if (waiting.lanes.length === FOLD_LANES) this.#emit(atWeights, waiting);
  }

  /** Rows for what is still waiting. */
  finish(): void {
    for (const [atWeights, waiting] of this.#waiting) if (waiting.lanes.length > 0) this.#emit(atWeights, waiting);
  }

  #emit(atWeights: number, { weights, lanes }: Waiting): void {
    const cells: Record<string, number> = { is_real: 1, at_weights: atWeights };
    const operands = weights.slice();
    for (let k = 0; k < FOLD_LANES; k++) {
      // A lane that is not needed reads what the first one reads, and provides nothing.
      const { atValues, atSum, atOut, sources } = lanes[k] ?? lanes[0]!;
      cells[`at_values_${k}`] = atValues;
      cells[`at_sum_${k}`] = atSum;
      if (k < lanes.length) cells[`at_out_${k}`] = atOut;
      operands.push(...sources);
    }
    lanes.length = 0;
    this.#memory.row('fold', cells, operands);
  }
}
