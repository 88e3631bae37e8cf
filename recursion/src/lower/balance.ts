/**
 * @module Counts: how often each word is read decides how often its row provides it.
 */
import { FELT } from '../machine/words.ts';
import type { Memory, Word } from './memory.ts';
import { ASSERTS, type RowList } from './rows.ts';
import type { WordUse } from './uses.ts';

/** Calls `visit` for every use of a word, with its address and where the row's cells start. */
function forEachUse(list: RowList, visit: (use: WordUse, address: number, count: number, row: number) => void): void {
  const [cells, { width, uses }] = [list.cells(), list];
  for (let row = 0; row < list.count; row++) {
    const first = row * width;
    for (const use of uses) {
      const at = cells[first + use.at]!;
      if (at !== 0) visit(use, at + use.offset, cells[first + use.count]!, row);
    }
  }
}

function countReads(memory: Memory): Readonly<Record<string, Uint32Array>> {
  const reads = Object.fromEntries(Object.entries(memory.sizes()).map(([bus, size]) => [bus, new Uint32Array(size)]));
  for (const list of Object.values(memory.lists))
    forEachUse(list, ({ bus, isSend, choice }, address, count) => {
      // Where bits choose, the row that is chosen is provided as often as the prover says.
      if (choice.length === 0 && reads[bus] !== undefined && (isSend ? count === 1 : count === ASSERTS))
        reads[bus]![address]!++;
    });
  return reads;
}

/** Calls `visit` for every word that a row provides, with the place of its count among the cells. */
function forEachProvided(
  list: RowList,
  reads: Readonly<Record<string, Uint32Array>>,
  visit: (place: number, read: number, address: number, use: WordUse, row: number) => void,
): void {
  forEachUse(list, (use, address, count, row) => {
    if (!use.isSend && !use.isFree && count !== ASSERTS)
      visit(row * list.width + use.count, reads[use.bus]![address]!, address, use, row);
  });
}

function mostReads(list: RowList, reads: Readonly<Record<string, Uint32Array>>): Map<number, number> {
  const most = new Map<number, number>();
  forEachProvided(list, reads, (place, read) => most.set(place, Math.max(most.get(place) ?? 0, read)));
  return most;
}

/**
 * Fills in the counts. Where one count is that of several words, the most that one of them is read counts for all, and rows
 * read the others as often as is missing.
 */
export function balance(memory: Memory): void {
  const missing: Word[] = [];
  const first = countReads(memory);
  // Leaves, digests and plain blocks alone have such counts, and their first operands are those words, but for a node's bit.
  for (const list of [memory.lists.leaf, memory.lists.digest, memory.lists.node]) {
    if (list === undefined) continue;
    const firstOperand = list === memory.lists.node ? 1 : 0;
    const most = mostReads(list, first);
    forEachProvided(list, first, (place, read, at, { offset, bus }, row) => {
      if (bus !== FELT.name) return;
      for (let k = read; k < most.get(place)!; k++)
        missing.push({ at, source: list.operand(row, firstOperand + offset) });
    });
  }
  const one = memory.constantFelt(1);
  for (let i = 0; i < missing.length; i += 3) {
    const [a, b, c] = [missing[i]!, missing[i + 1] ?? one, missing[i + 2] ?? one];
    memory.row('base', { at_a: a.at, at_b: b.at, at_c: c.at, is_real: 1 }, [a.source, b.source, c.source]);
  }
  const reads = countReads(memory);
  for (const list of Object.values(memory.lists)) {
    const cells = list.cells();
    for (const [place, count] of mostReads(list, reads)) cells[place] = count;
  }
}
