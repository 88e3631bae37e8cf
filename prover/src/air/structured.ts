/**
 * @module What a key knows of a structured table: its closed form, operation by operation, because that is what the verifier
 * takes for the table. The rows that the prover fills in have to be the same table.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { ConstraintError } from '@weft/primitives';
import { readU32 } from '@weft/primitives/bytes';
import { add, type Felt, mul, P, sub } from '@weft/primitives/field/base';
import type { FieldOperations, StructuredTable } from './chip.ts';
import { BASE_FIELD, evaluateNodes } from './evaluate.ts';
import { type Expr, ExprGraph, type Node } from './expr.ts';

/** A closed form as a graph whose columns are the row bits, lowest first. */
export interface ClosedForm {
  readonly nodes: readonly Node[];
  /** Node of every column of the table. */
  readonly columns: readonly number[];
}

const forms = new WeakMap<StructuredTable, ClosedForm>();

/**
 * A table's formula, run once on names instead of values. The key describes it and the verifier evaluates it: what a formula
 * would do with other values has no say.
 */
export function closedForm(table: StructuredTable): ClosedForm {
  let form = forms.get(table);
  if (form === undefined) {
    form = recordForm(table);
    forms.set(table, form);
  }
  return form;
}

/** The columns' multilinear extensions at a point, one element per row bit. */
export function evaluateForm<E>(field: FieldOperations<E>, { nodes, columns }: ClosedForm, point: readonly E[]): E[] {
  const values = evaluateNodes(field, nodes, point);
  return columns.map((node) => values[node]!);
}

function recordForm(table: StructuredTable): ClosedForm {
  const graph = new ExprGraph();
  const field = {
    constant: (x: number) => graph.constant(x),
    add: (a: Expr, b: Expr) => graph.combine('add', a, b),
    sub: (a: Expr, b: Expr) => graph.combine('sub', a, b),
    mul: (a: Expr, b: Expr) => graph.combine('mul', a, b),
  };
  const bits = Array.from({ length: table.logHeight }, (_, i) => graph.column(i));
  const columns = table.formula<Expr>(field, bits).map((e) => e.id);
  return { nodes: graph.nodes, columns };
}

/**
 * Compares the closed form with the multilinear extension of the rows, at a point derived from the form: a difference passes
 * with a chance of 22 / p, and a form that agrees on rows alone, without being multilinear, differs as well. Nobody gains by
 * a difference, since the form alone is what proofs are held against; it is a mistake that would let no proof verify.
 * @param name - of the chip, for the message.
 * @param columns - how many the chip has.
 * @throws {ConstraintError} STRUCTURED when they are two tables.
 */
export function checkStructured(name: string, table: StructuredTable, form: ClosedForm, columns: number): void {
  const fail = (message: string): never => {
    throw new ConstraintError('STRUCTURED', `chip ${name}: ${message}`, { chip: name });
  };
  if (form.columns.length !== columns) fail(`the formula gives ${form.columns.length} columns, not ${columns}`);
  const seed = sha256(new TextEncoder().encode(JSON.stringify(form)));
  const point = Array.from({ length: table.logHeight }, (_, i) => readU32(sha256(Uint8Array.of(...seed, i)), 0) % P);
  const expected = evaluateForm(BASE_FIELD, form, point);
  for (const [c, value] of expected.entries())
    if (extensionAt(table, c, point) !== value) fail(`the formula of column ${c} is not that of its rows`);
}

/** The multilinear extension of column `c`, folded in place, the highest bit first. */
function extensionAt(table: StructuredTable, c: number, point: readonly Felt[]): Felt {
  const values = new Int32Array(2 ** table.logHeight);
  for (let row = 0; row < values.length; row++) values[row] = table.value(c, row);
  for (let k = point.length - 1; k >= 0; k--) {
    const [half, x] = [2 ** k, point[k]!];
    for (let i = 0; i < half; i++) values[i] = add(values[i]!, mul(x, sub(values[i + half]!, values[i]!)));
  }
  return values[0]!;
}
