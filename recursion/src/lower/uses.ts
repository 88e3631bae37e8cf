/**
 * @module What the rows of a chip do with words, read off the chip's own graph: which fixed columns say where, and how often.
 */
import type { Chip } from '@weft/prover/air/chip';

/** A bus message of every row of a chip. */
export interface WordUse {
  readonly bus: string;
  /** A row reads by sending with count 1, or by providing with count -1. */
  readonly isSend: boolean;
  /** The address is the cell of this fixed column, plus an offset. */
  readonly at: number;
  readonly offset: number;
  /** The fixed column of the count. */
  readonly count: number;
}

/** @throws {TypeError} for a chip whose addresses or counts are something else than fixed columns. */
export function wordUses(chip: Chip): WordUse[] {
  const first = chip.columns.length;
  const fixed = (id: number): number => {
    const node = chip.nodes[id]!;
    if (node.op !== 'column' || node.column < first) throw new TypeError(`chip ${chip.name}: not a fixed column`);
    return node.column - first;
  };
  return chip.interactions.map(({ bus, sign, tuple, count }) => {
    const address = chip.nodes[tuple[0]!]!;
    const offset = address.op === 'add' ? chip.nodes[address.b]! : undefined;
    const isOffset = address.op === 'add' && offset?.op === 'constant';
    return {
      bus: bus.name,
      isSend: sign === 1,
      at: fixed(isOffset ? address.a : tuple[0]!),
      offset: isOffset ? offset.value : 0,
      count: fixed(count),
    };
  });
}
