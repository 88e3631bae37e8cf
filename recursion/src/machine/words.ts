/**
 * @module The recursion machine's memory: words of three types, each at an address of its own that exactly one row
 * provides. Rows read words over lookup buses; addresses, and how often each word is read, are columns of the key. The
 * key-generation check (`lower/check`) is what makes an address mean one word.
 */
import { DEGREE } from '@weft/primitives/field/ext';
import type { Bus, Chip, ChipBuilder, ChipOptions } from '@weft/prover/air/chip';
import { defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { FIRST_MACHINE_BUS } from '@weft/prover/kit/buses';
import type { Filled } from '@weft/prover/kit/poseidon2';

/** Elements of a digest word. */
export const DIGEST_LENGTH = 8;

/** log2 of the most rows of a table. Each more would be 23 rounds more that a circuit has to verify. */
export const LOG_ROWS = 17;

const bus = (id: number, name: string, elements: number): Bus => ({
  id: FIRST_MACHINE_BUS + id,
  name,
  kind: 'lookup',
  arity: 1 + elements,
});

/** (address, x) */
export const FELT: Bus = bus(0, 'felt', 1);
/** (address, five coefficients) */
export const EXT: Bus = bus(1, 'ext', DEGREE);
/** (address, eight elements) */
export const DIGEST: Bus = bus(2, 'digest', DIGEST_LENGTH);
/** (index, eight words of the statement) */
export const STATEMENT: Bus = bus(3, 'statement', DIGEST_LENGTH);

/** What a row's cells are filled with: a base wire, an extension wire, or a number of the lowering's. */
export interface Operand {
  readonly name: string;
  readonly kind: 'felt' | 'ext' | 'literal';
}

/** A chip whose rows the lowering lays out: all of its counts and addresses are columns of the key. */
export interface RowChip {
  readonly chip: Chip;
  /** In the order of the chip's event fields; an extension wire is five fields. */
  readonly operands: readonly Operand[];
}

/** A chip builder for rows on operands. */
export interface RowBuilder extends ChipBuilder {
  /** A column that holds a base wire. */
  felt(name: string): Filled;
  felts(name: string, count: number): Filled[];
  /** Five columns that hold an extension wire. */
  extension(name: string): Expr[];
  /** A base wire that no column holds as it is. */
  wire(name: string): Fill;
  /** A number that the lowering gives each row; no column holds it as it is. */
  number(name: string): Fill;
}

/** Records a chip of rows on operands. */
export function defineRows(
  name: string,
  options: Pick<ChipOptions, 'padding'>,
  body: (c: RowBuilder) => void,
): RowChip {
  const operands: Operand[] = [];
  const chip = defineChip(
    name,
    { maxLogHeight: LOG_ROWS, ...options, events: name, fixed: { kind: 'preprocessed' } },
    (c) => {
      const operand = (operandName: string, kind: Operand['kind']): Fill => {
        operands.push({ name: operandName, kind });
        return c.event(operandName);
      };
      const felt = (column: string): Filled => {
        const f = operand(column, 'felt');
        return { e: c.col(column, f), f };
      };
      body({
        ...c,
        felt,
        felts: (prefix, count) => Array.from({ length: count }, (_, i) => felt(`${prefix}_${i}`)),
        extension: (prefix) => {
          operands.push({ name: prefix, kind: 'ext' });
          return Array.from({ length: DEGREE }, (_, i) => c.col(`${prefix}_${i}`, c.event(`${prefix}_${i}`)));
        },
        wire: (wireName) => operand(wireName, 'felt'),
        number: (numberName) => operand(numberName, 'literal'),
      });
    },
  );
  return { chip, operands };
}

/** Names of the event fields that operands are. */
export function fieldsOf(operands: readonly Operand[]): string[] {
  return operands.flatMap(({ name, kind }) =>
    kind === 'ext' ? Array.from({ length: DEGREE }, (_, i) => `${name}_${i}`) : [name],
  );
}
