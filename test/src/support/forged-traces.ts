/**
 * @module Honest traces, changed as a cheating prover would change them. What he can he keeps consistent; a broken constraint
 * or an unbalanced bus of the expected kind must be left.
 */
import * as asm from '@weft/executor/program/assembler';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import type { Trace } from '@weft/prover/air/trace';
import { completeLookups } from '@weft/prover/prove/fill';
import { proveTables } from '@weft/prover/prove/prove';
import { machineKey } from '@weft/rv32im/key';
import { type ShardStatement, statementWords } from '@weft/rv32im/statement';
import { everything, SYSCALL_INPUT } from './programs.ts';
import { findings, type Traced, trace, traceRun } from './traces.ts';
import { verifyShardTwice } from './twice.ts';

const { machine } = machineKey();

/** A copy of a run's traces that a cheater edits by column name. */
export class Forgery {
  readonly traces: (Trace | undefined)[];
  statement: ShardStatement<number>;
  readonly #run: Traced;

  constructor(run: Traced) {
    this.#run = run;
    this.traces = run.traces.map((t) => t && { ...t, columns: t.columns.map((c) => c.slice()) });
    this.statement = run.statement;
  }

  column(chip: string, name: string): Uint32Array {
    const k = machine.chips.findIndex((c) => c.name === chip);
    const at = machine.chips[k]!.columns.findIndex((c) => c.name === name);
    const column = this.traces[k]?.columns[at];
    if (column === undefined) throw new RangeError(`no ${chip}.${name}`);
    return column;
  }

  /** First row of the chip where the columns have these values. */
  row(chip: string, where: Readonly<Record<string, number>>): number {
    const names = Object.entries(where);
    const height = this.column(chip, names[0]![0]).length;
    for (let r = 0; r < height; r++) if (names.every(([n, v]) => this.column(chip, n)[r] === v)) return r;
    throw new RangeError(`no row of ${chip} with ${JSON.stringify(where)}`);
  }

  set(chip: string, row: number, values: Readonly<Record<string, number>>): this {
    for (const [name, v] of Object.entries(values)) this.column(chip, name)[row] = ((v % P) + P) % P;
    return this;
  }

  /** Copies a row to the chip's first padding row and returns where that is. */
  duplicate(chip: string, row: number): number {
    const k = machine.chips.findIndex((c) => c.name === chip);
    const { columns, chip: definition } = this.traces[k]!;
    let to = 0;
    while (!columns.every((c, i) => c[to] === definition.padding[i])) to++;
    for (const c of columns) c[to] = c[row]!;
    return to;
  }

  /** The reason for which both verifiers reject a proof of these traces. */
  async verdict(): Promise<string> {
    const { pk } = this.#run;
    const traces = completeLookups(machine, pk.preprocessed.columns, this.traces);
    const proof = await proveTables(pk.key, pk.preprocessed, traces, statementWords(this.statement));
    return reasonOf(() => verifyShardTwice(pk.key, pk.vk, this.statement, proof));
  }

  /** Names of broken constraints and unbalanced buses, lookups being counted again. */
  caughtBy(): string[] {
    const traces = completeLookups(machine, this.#run.pk.preprocessed.columns, this.traces);
    const { constraints, tuples } = findings(traces, this.statement);
    return [...new Set([...constraints.map((c) => `${c.chip}.${c.constraint}`), ...tuples.map((t) => t.bus)])].sort();
  }
}

/** A run that reaches every table. */
export const traceEverything = (): Promise<Traced> => traceRun(everything(), SYSCALL_INPUT);

/** One store, one load and one sum; halts with 1. */
export const SMALL: readonly number[] = [
  ...asm.li(6, asm.DATA),
  ...asm.li(7, 3),
  asm.store('SW', 7, 6, 0),
  asm.load('LW', 8, 6, 0),
  asm.i('ADDI', 9, 7, 1),
  ...asm.halt(1),
];

export const traceSmall = (): Promise<Traced> => trace(SMALL);
