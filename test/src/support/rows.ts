/**
 * @module A row's verdict without a proof: its constraints, and its bus messages. A changed row gets away with it only if
 * every constraint holds, it says the same on permutation buses as before, and every lookup is in its table.
 */
import { P } from '@weft/primitives/field/base';
import { hashNode } from '@weft/primitives/hash/modes';
import type { Chip } from '@weft/prover/air/chip';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import type { ProvingKey } from '@weft/rv32im/setup';

export interface Verdict {
  readonly broken: readonly string[];
  /** Messages on permutation buses and what the row provides on lookup buses, sorted. */
  readonly messages: string;
  /** Lookups that their table does not hold: bus and index of the interaction. */
  readonly misses: readonly string[];
  /** Every count is 0: the row takes part in nothing, whatever its cells hold. */
  readonly silent: boolean;
}

/** Whether a lookup table holds a tuple; multiplicities other than 0 and 1 never pass. */
function holds(pk: ProvingKey | undefined, bus: string, tuple: readonly number[]): boolean {
  switch (bus) {
    case 'range':
      return tuple[1]! <= 16 && tuple[0]! < 2 ** tuple[1]!;
    case 'byte_xor':
      return tuple[0]! < 256 && tuple[1]! < 256 && (tuple[0]! ^ tuple[1]!) === tuple[2]!;
    case 'byte_pair':
      return tuple[0]! < 256 && tuple[1]! < 256;
    case 'program': {
      const table = pk!.preprocessed.columns[0]!;
      // Rows that are not in use pad the table with operation 0.
      const row = table[0]!.findIndex((pc, i) => pc === tuple[0] && table[1]![i] !== 0);
      return row >= 0 && table.every((column, c) => column[row] === tuple[c]);
    }
    case 'hash':
      return hashNode(pk!.key.suite, tuple.slice(0, 8), tuple.slice(8, 16)).every((x, i) => x === tuple[16 + i]);
    default:
      throw new RangeError(`no lookup table ${bus}`);
  }
}

/** @param pk - needed by rows that ask for instructions or hashes. */
export function judge(pk: ProvingKey | undefined, chip: Chip, row: readonly number[]): Verdict {
  const values = evaluateNodes(BASE_FIELD, chip.nodes, row);
  const broken = chip.constraints.filter((c) => values[c.node] !== 0).map((c) => c.name);
  const messages: string[] = [];
  const misses: string[] = [];
  let silent = true;
  for (const [index, i] of chip.interactions.entries()) {
    const count = values[i.count]!;
    if (count === 0) continue;
    const tuple = i.tuple.map((t) => values[t]!);
    silent = false;
    if (i.bus.kind === 'lookup' && i.sign === 1) {
      if (count !== 1 || !holds(pk, i.bus.name, tuple)) misses.push(`${i.bus.name} ${index}`);
    } else messages.push(`${i.sign === 1 ? count : P - count} ${i.bus.name} ${tuple.join()}`);
  }
  return { broken, messages: messages.sort().join('\n'), misses, silent };
}

/** Whether `changed` would pass, and matter, in place of a row that gave `honest`. */
export function passes(honest: Verdict, changed: Verdict): boolean {
  if (honest.silent && changed.silent) return false;
  return changed.broken.length === 0 && changed.misses.length === 0 && changed.messages === honest.messages;
}
