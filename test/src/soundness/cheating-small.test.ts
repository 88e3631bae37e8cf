/** A shard of set `small`, whose lookups are answered by sparse tables: what a prover claims that a whole table would not answer is refused. */
import { elf } from '@weft/executor/program/assembler';
import { inverse, mul, P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { checkBuses } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import type { Trace } from '@weft/prover/air/trace';
import { completeLookups, fillTables } from '@weft/prover/prove/fill';
import { kernelEngine } from '@weft/prover/prove/kernel/engine';
import { proveTables } from '@weft/prover/prove/prove';
import { shapeTables } from '@weft/prover/prove/sparse';
import { riscvKeyFor } from '@weft/rv32im/key';
import { verifyShard } from '@weft/rv32im/run/verify';
import { shardTables } from '@weft/rv32im/shard/tables';
import { STATEMENT_LAYOUT, statementWords } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { SMALL } from '../support/forged-traces.ts';
import { recordRun } from '../support/shards.ts';

type Traces = readonly (Trace | undefined)[];
type Cells = Readonly<Record<string, number>>;

const { pk, record, siblings } = await recordRun(elf(SMALL), [], undefined, riscvKeyFor([]));
const shard = shardTables(pk, record, siblings);
const words = statementWords(shard.statement);
const { machine } = pk.key;
const { shape, tables } = await shapeTables(pk.key, shard.tables, kernelEngine);
const filled = fillTables(tables);
const honest: Traces = machine.chips.map((chip) => filled[shape.machine.chips.indexOf(chip)]);

const columnOf = (traces: Traces, name: string, column: string): Uint32Array => {
  const { chip, columns } = traces.find((t) => t?.chip.name === name)!;
  return columns[chip.columns.findIndex((c) => c.name === column)]!;
};

/** The traces with cells of a row changed, and what the small tables are asked counted anew. */
function changed(traces: Traces, name: string, row: number, cells: Cells): Traces {
  const edited = traces.map((trace): Trace | undefined => {
    if (trace?.chip.name !== name) return trace;
    const columns = trace.chip.columns.map((c, i) => {
      const cell = cells[c.name];
      return cell === undefined ? trace.columns[i]! : trace.columns[i]!.with(row, cell);
    });
    return { ...trace, columns };
  });
  const complete = completeLookups(machine, pk.preprocessed.columns, edited);
  return edited.map((trace, k) => (trace === undefined ? undefined : complete[k]));
}

function freeRow(traces: Traces): number {
  const [real, multiplicity] = ['real', 'multiplicity'].map((name) => columnOf(traces, 'range_sparse', name));
  return real!.findIndex((x, row) => x === 0 && multiplicity![row] === 0);
}
const answered = (traces: Traces, cells: Cells): Traces =>
  changed(traces, 'range_sparse', freeRow(traces), { real: 1, multiplicity: 1, ...cells });
const unbalanced = (traces: Traces): string[] => {
  const present = traces.filter((t) => t !== undefined);
  return [...new Set(checkBuses(present, publicTuples(STATEMENT_LAYOUT, words)).map(({ bus }) => bus))];
};
async function judge(traces: Traces): Promise<string> {
  const proof = await proveTables(pk.key, pk.preprocessed, traces, words);
  return reasonOf(() => verifyShard(pk.key, pk.vk, shard.statement, proof));
}

/** The end of the run, whose clock is said with a low limb that is larger than one, and a high limb less. */
const [low, high] = ['end_clock_lo', 'end_clock_hi'].map((name) => columnOf(honest, 'boundary', name)[0]!) as [
  number,
  number,
];
const [tooLarge, less] = [low + 2 ** 16, (high + P - 1) % P];
const asked = changed(honest, 'boundary', 0, { end_clock_lo: tooLarge, end_clock_hi: less });
/** Bits of the two limbs. */
const BITS = [16, 12] as const;
/** Without the answers that are not asked for any more. */
const lie = [low, high].reduce((traces, limb, k) => {
  const columns = ['low', 'high', 'low_bits', 'high_bits'].map((name) => columnOf(traces, 'range_sparse', name));
  const row = columns[0]!.findIndex(
    (x, i) => x + 256 * columns[1]![i]! === limb && columns[2]![i]! + columns[3]![i]! === BITS[k],
  );
  const multiplicity = columnOf(traces, 'range_sparse', 'multiplicity')[row]! - 1;
  return changed(traces, 'range_sparse', row, { multiplicity });
}, asked);

describe('a small shard', () => {
  it('has sparse tables, and is accepted where nobody cheats', async () => {
    expect(shape.set).toBe('small');
    expect(await judge(honest)).toBe('accepted');
  });
  it('with a limb that is none asks for what no row answers', async () => {
    expect(unbalanced(lie)).toEqual(['range']);
    expect(await judge(lie)).toBe('bus_balance');
  });
  const byDivision = (value: number): number => mul((value - (value % 256)) % P, inverse(256));
  it.each<[string, (value: number, bits: number) => Cells, string]>([
    ['a low part that is all of it', (low, bits) => ({ low, low_bits: 8, high_bits: bits - 8 }), 'bus_balance'],
    [
      'a high part that is too large',
      (value, bits) => ({ low: value % 256, low_bits: 8, high: byDivision(value), high_bits: bits - 8 }),
      'bus_balance',
    ],
    ['low bits alone', (low, bits) => ({ low, low_bits: bits }), 'bus_balance'],
    ['rows that check nothing', (low, bits) => ({ low, low_bits: bits, real: 0 }), 'zerocheck'],
    ['rows that answer twice', (low, bits) => ({ low, low_bits: bits, multiplicity: 2 }), 'bus_balance'],
  ])('answers it with %s in vain', async (_, cellsOf, reason) => {
    // Neither limb of the clock is in its range.
    let traces = lie;
    for (const [k, value] of [tooLarge, less].entries()) {
      const cells = cellsOf(value, BITS[k]!);
      traces = answered(traces, cells);
      // What is answered too often another row takes back.
      if (cells['multiplicity'] === 2) traces = answered(traces, { ...cells, multiplicity: P - 1 });
    }
    expect(unbalanced(traces)).toEqual(reason === 'zerocheck' ? [] : ['range_small']);
    expect(await judge(traces)).toBe(reason);
  });
  it('has the sparse table that it asks', async () => {
    const without = honest.map((trace) => (trace?.chip.name === 'range_sparse' ? undefined : trace));
    expect(await judge(without)).toBe('bus_balance');
  });
});
