/**
 * @module From a run's wires to the tables of a proof: rows become events, whose columns the prover's engine computes.
 */
import { DEGREE } from '@weft/primitives/field/ext';
import type { EventSource, Table } from '@weft/prover/air/trace';
import type { CircuitValues } from '../circuit/execute.ts';
import type { RowKind } from '../machine/machine.ts';
import { fieldsOf, type Operand, type RowChip } from '../machine/words.ts';
import { CHOICE_BITS } from '../machine/words-chips.ts';
import type { FillPlan, LoweredProgram } from './layout.ts';

/** The rows of one chip as events: an operand's fields are the elements of its wire. */
class RowEvents implements EventSource {
  readonly count: number;
  readonly packed: NonNullable<EventSource['packed']>;
  readonly #operands: readonly Operand[];
  readonly #plan: FillPlan;
  readonly #values: CircuitValues;

  constructor(operands: readonly Operand[], plan: FillPlan, values: CircuitValues) {
    this.#operands = operands;
    this.#plan = plan;
    this.#values = values;
    this.count = plan.rows;
    this.packed = {
      fields: fieldsOf(operands),
      copy: (start, count, out, at) => this.#copy(start, count, out, at),
    };
  }

  read(name: string, start: number, count: number, out: Uint32Array): void {
    const { fields } = this.packed;
    const place = fields.indexOf(name);
    const row = new Uint32Array(fields.length);
    for (let i = 0; i < count; i++) {
      this.#copy(start + i, 1, row, 0);
      out[i] = row[place]!;
    }
  }

  #copy(start: number, count: number, out: Uint32Array, at: number): void {
    const { felts, exts } = this.#values;
    const { operands } = this.#plan;
    const width = this.#operands.length;
    let place = at;
    for (let row = start; row < start + count; row++) {
      for (const [i, { kind }] of this.#operands.entries()) {
        const operand = operands[row * width + i]!;
        if (kind === 'felt') out[place++] = felts[operand]!;
        else if (kind === 'literal') out[place++] = operand;
        else for (let c = 0; c < DEGREE; c++) out[place++] = exts[DEGREE * operand + c]!;
      }
    }
  }
}

/** The plan of the digests that positions choose from, with how often each is chosen. */
function countChoices({ plans, columns, machine }: LoweredProgram, values: CircuitValues): FillPlan {
  const { cap, choose } = machine.rows;
  const column = ({ chip }: RowChip, name: string): Uint32Array =>
    columns[chip.name]![chip.fixedColumns.indexOf(name)]!;
  const counts = new Map<number, number>();
  const [lists, width] = [column(choose, 'at_list'), choose.operands.length];
  for (let row = 0; row < plans.choose.rows; row++) {
    const bits = plans.choose.operands.subarray(row * width, row * width + CHOICE_BITS);
    const at = bits.reduce((address, wire, i) => address + values.felts[wire]! * 2 ** i, lists[row]!);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const operands = plans.cap.operands.slice();
  const last = cap.operands.length - 1;
  for (const [row, at] of column(cap, 'at_digest').subarray(0, plans.cap.rows).entries())
    operands[row * cap.operands.length + last] = counts.get(at) ?? 0;
  return { rows: plans.cap.rows, operands };
}

/** All chips' tables for a run of the program that gave these values. */
export function circuitTables(lowered: LoweredProgram, values: CircuitValues): Table[] {
  const { machine, columns, literalFelts, literalExts } = lowered;
  const all: CircuitValues = {
    felts: new Uint32Array(values.felts.length + literalFelts.length),
    exts: new Uint32Array(values.exts.length + DEGREE * literalExts.length),
  };
  all.felts.set(values.felts);
  all.felts.set(literalFelts, values.felts.length);
  all.exts.set(values.exts);
  all.exts.set(literalExts.flat(), values.exts.length);
  const plans = { ...lowered.plans, cap: countChoices(lowered, all) };
  return Object.entries(machine.rows).map(([kind, { chip, operands }]): Table => {
    const plan = plans[kind as RowKind]!;
    const fixed = columns[chip.name]!;
    const frame = { chip, logHeight: Math.log2(fixed[0]!.length), fixed };
    // Every table of a key is there, rows or none.
    if (plan.rows === 0)
      return { ...frame, columns: chip.padding.map((x) => new Uint32Array(2 ** frame.logHeight).fill(x)) };
    const events = new RowEvents(operands, plan, all);
    return { ...frame, events };
  });
}
