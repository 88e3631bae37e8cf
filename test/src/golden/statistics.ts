/**
 * @module What the golden files hold: the machine chip by chip, and what an ordinary mix of programs costs a cycle.
 */
import { type GuestName, readGuest } from '@weft/guest-examples';
import { type ChipStatistics, chipStatistics } from '@weft/prover/air/statistics';
import { proofSecurity } from '@weft/prover/protocol/security';
import { machineKey } from '@weft/rv32im/key';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { recordRun } from '../support/shards.ts';

export interface MachineGolden {
  readonly digest: readonly number[];
  readonly interactions: number;
  /** Leaves of the fraction tree per row of every table. */
  readonly leaves: number;
  readonly constraints: number;
  readonly columns: number;
  /** Security of each shape, by log2 of its cells, with a program of 2^14 instructions. */
  readonly securityBits: Readonly<Record<string, number>>;
  readonly chips: Readonly<Record<string, ChipStatistics>>;
}

export function machineGolden(): MachineGolden {
  const key = machineKey();
  const chips = Object.fromEntries(key.machine.chips.map((chip) => [chip.name, chipStatistics(chip)]));
  return {
    digest: key.digest,
    interactions: key.machine.chips.reduce((total, chip) => total + chip.interactions.length, 0),
    leaves: key.machine.leafCount,
    constraints: key.machine.constraintCount,
    columns: Object.values(chips).reduce((n, c) => n + c.columns, 0),
    securityBits: Object.fromEntries(
      key.shapes.map((s) => [`${s.set} ${s.variables}`, proofSecurity(key, [s], [14]).bits]),
    ),
    chips,
  };
}

export interface MixGolden {
  readonly cycles: number;
  readonly realCellsPerCycle: number;
  readonly paddedCellsPerCycle: number;
  readonly committedCellsPerCycle: number;
  readonly fractionsPerCycle: number;
}

/** "name17,-42" lines, the same on every machine. */
export function textInput(lines: number): Uint8Array {
  const text = Array.from({ length: lines }, (_, i) => `name${(i * 7919) % 4001},${((i * 104729) % 20000) - 9000}`);
  return new TextEncoder().encode(`${text.join('\n')}\n`);
}

/** An ordinary mix, one shard each: sorting with parsing, and hashing. */
export const MIX: readonly (readonly [GuestName, readonly Uint8Array[]])[] = [
  ['sort-text', [textInput(1200)]],
  ['sha256', [Uint8Array.from({ length: 6000 }, (_, i) => (i * 31) & 255)]],
];

export async function mixGolden(mix: typeof MIX = MIX): Promise<MixGolden> {
  let [cycles, real, padded, committed, fractions] = [0, 0, 0, 0, 0];
  for (const [name, stdin] of mix) {
    const { pk, slice, record, siblings } = await recordRun(readGuest(name), stdin);
    const s = await shardStatistics(pk, shardTables(pk, record, siblings));
    cycles += slice.cycles;
    real += s.realCells;
    padded += s.paddedCells;
    committed += s.committedCells;
    fractions += s.fractions;
  }
  const per = (x: number): number => Math.round((100 * x) / cycles) / 100;
  return {
    cycles,
    realCellsPerCycle: per(real),
    paddedCellsPerCycle: per(padded),
    committedCellsPerCycle: per(committed),
    fractionsPerCycle: per(fractions),
  };
}
