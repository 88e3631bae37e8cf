/**
 * @module A machine: chips in a fixed order, and what follows from them for the protocol. {@link defineMachine} is key
 * generation's gate: it refuses machines whose padding rows speak, or whose multiplicities could wrap modulo p.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkName, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { type Bus, type Chip, checkBus, checkChip, MAX_TUPLE, MIN_LOG_HEIGHT } from './chip.ts';
import { BASE_FIELD, evaluateNodes } from './evaluate.ts';
import { columnsOf } from './expr.ts';
import { checkLayout, EMPTY_STATEMENT, type StatementLayout } from './statement.ts';
import { checkStructured, closedForm } from './structured.ts';

export interface Machine {
  readonly name: string;
  readonly chips: readonly Chip[];
  readonly buses: readonly Bus[];
  /** What proofs say, and how it enters transcript and buses. */
  readonly statement: StatementLayout;
  /** `leafOffset[k]`: index of chip k's first leaf among all. */
  readonly leafOffset: readonly number[];
  readonly leafCount: number;
  /** Variables that number the leaves of a row: 2^leafBits >= leafCount. */
  readonly leafBits: number;
  /** `constraintOffset[k]`: power of constraintAlpha of chip k's first constraint, from 1 on, distinct over all chips. */
  readonly constraintOffset: readonly number[];
  readonly constraintCount: number;
  /** Row variables of the GKR tree and the zerocheck: the largest maximum height, or, of a machine in a proof, what its cells have room for. */
  readonly rowBits: number;
  /** Indices of the chips with preprocessed columns. */
  readonly preprocessedChips: readonly number[];
}

/** Chips are frozen: what holds of one holds in every machine that has it. */
const checkedChips = new WeakSet<Chip>();

function offsets(sizes: readonly number[], first: number): { offset: number[]; end: number } {
  let end = first;
  const offset = sizes.map((size) => {
    const at = end;
    end += size;
    return at;
  });
  return { offset, end };
}

/** @throws {TypeError} unless `value` is a machine. */
export function checkMachine(name: string, value: Machine): void {
  checkObject(name, value, 'what defineMachine returned', ['chips', 'buses', 'leafCount', 'constraintCount']);
}

/**
 * Joins chips to a machine.
 * @param statement - what proofs say; nothing by default.
 * @throws {ConstraintError} when a bus is ambiguous, a padding row breaks a constraint or takes part in a bus, the counts on
 * a bus could add up to p, the statement is laid out wrongly, or a closed form is not that of its table's rows.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function defineMachine(
  name: string,
  chips: readonly Chip[],
  statement: StatementLayout = EMPTY_STATEMENT,
): Machine {
  checkName('name', name);
  checkArray('chips', chips, checkChip);
  checkObject('statement', statement, 'the layout of a statement', ['words', 'tuples']);
  for (const { bus } of statement.tuples) checkBus('a bus of the statement', bus);
  const spoken = statement.tuples.map((t) => t.bus);
  const buses = [...new Set([...chips.flatMap((chip) => chip.interactions.map((i) => i.bus)), ...spoken])];
  const fail = (message: string): never => {
    throw new ConstraintError('MACHINE', `machine ${name}: ${message}`);
  };
  if (new Set(chips.map((c) => c.name)).size !== chips.length) fail('two chips share a name');
  if (new Set(buses.map((b) => b.id)).size !== buses.length) fail('two buses share an id');
  for (const bus of buses) {
    // An id is an element of the field, where ids that differ by p are one.
    if (bus.id < 1 || bus.id >= P || bus.arity + 1 > MAX_TUPLE)
      fail(`bus ${bus.name} has id ${bus.id} and arity ${bus.arity}`);
    // Multiplicities live modulo p: were p of them possible, they could cancel without matching.
    let reach = spoken.filter((b) => b === bus).length;
    for (const chip of chips) {
      for (const i of chip.interactions) {
        if (i.bus !== bus) continue;
        if (i.countBound === undefined) continue;
        reach += i.countBound * 2 ** chip.maxLogHeight;
      }
    }
    // So that what is no number does not pass either.
    if (!(reach < P)) fail(`counts on bus ${bus.name} can reach ${reach}, not below p`);
  }
  checkLayout(statement);
  for (const chip of chips) {
    if (checkedChips.has(chip)) continue;
    checkPadding(chip);
    if (chip.fixed.kind === 'structured' || chip.fixed.kind === 'periodic')
      checkStructured(chip.name, chip.fixed.table, closedForm(chip.fixed.table), chip.fixedColumns.length);
    checkedChips.add(chip);
  }
  return joinChips(name, chips, statement);
}

/**
 * What follows from chips, without the gate of {@link defineMachine}: for a machine that has passed it before and is known by the digest of
 * its key, which a test derives anew.
 */
export function joinChips(name: string, chips: readonly Chip[], statement: StatementLayout): Machine {
  const spoken = statement.tuples.map((t) => t.bus);
  const buses = [...new Set([...chips.flatMap((chip) => chip.interactions.map((i) => i.bus)), ...spoken])];
  const leaves = offsets(
    chips.map((c) => c.leaves.length),
    0,
  );
  const constraints = offsets(
    chips.map((c) => c.constraints.length),
    1,
  );
  return Object.freeze({
    name,
    chips,
    buses,
    statement,
    leafOffset: leaves.offset,
    leafCount: leaves.end,
    // At least two, so that a layer over leaf indices fills the four lanes of the kernels.
    leafBits: Math.ceil(Math.log2(Math.max(leaves.end, 4))),
    constraintOffset: constraints.offset,
    constraintCount: constraints.end - 1,
    rowBits: Math.max(MIN_LOG_HEIGHT, ...chips.map((c) => c.maxLogHeight)),
    preprocessedChips: chips.flatMap((chip, k) => (chip.fixed.kind === 'preprocessed' ? [k] : [])),
  });
}

/** Whether a preprocessed column decides how often a row speaks. */
function isCountedByKey(chip: Chip): boolean {
  if (chip.fixed.kind !== 'preprocessed') return false;
  const counts = chip.interactions.map((i) => i.count);
  return columnsOf(chip.nodes, counts).some((column) => column >= chip.columns.length);
}

/**
 * A padding row satisfies every constraint and has count 0 on every bus, whatever the fixed columns hold there. Where the
 * key says how often a row speaks, it is padding because the key says 0: such a row is judged by fixed columns of zeros.
 */
function checkPadding(chip: Chip): void {
  for (const fixedRow of possibleFixedRows(chip)) {
    const values = evaluateNodes(BASE_FIELD, chip.nodes, [...chip.padding, ...fixedRow]);
    for (const c of chip.constraints) {
      if (values[c.node] !== 0) {
        throw new ConstraintError('PADDING', `chip ${chip.name}: the padding row breaks ${c.name}`, {
          chip: chip.name,
        });
      }
    }
    for (const i of chip.interactions) {
      if (values[i.count] !== 0) {
        throw new ConstraintError('PADDING', `chip ${chip.name}: the padding row takes part in bus ${i.bus.name}`, {
          chip: chip.name,
        });
      }
    }
  }
}

/** Fixed columns that a padding row may stand beside: all of a period, some of a larger table. */
function possibleFixedRows(chip: Chip): number[][] {
  const { fixed, fixedColumns } = chip;
  if (fixed.kind === 'structured' || fixed.kind === 'periodic') {
    const { table } = fixed;
    const rows = 2 ** table.logHeight;
    const tried = fixed.kind === 'periodic' ? Array.from({ length: rows }, (_, row) => row) : [0, 1, rows - 1];
    return tried.map((row) => fixedColumns.map((_, c) => table.value(c, row)));
  }
  const zeros = fixedColumns.map(() => 0);
  return isCountedByKey(chip) ? [zeros] : [zeros, fixedColumns.map((_, c) => 3 + c)];
}

/** Widths of the committed parts of all tables. */
export function committedWidths(machine: Machine): number[] {
  return machine.chips.map((chip) => chip.columns.length);
}

/** Numbers of preprocessed columns, per chip that has some. */
export function preprocessedWidths(machine: Machine): number[] {
  return machine.preprocessedChips.map((k) => machine.chips[k]!.fixedColumns.length);
}
