/**
 * @module The chip language. {@link defineChip} runs a chip's body once and freezes what it recorded: columns with
 * their fills, named constraints, bus interactions, one padding row. Rows never see their neighbours; they talk over
 * buses.
 */
import { ConstraintError } from '@weft/primitives';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkMethods,
  checkName,
  checkObject,
  checkOptions,
  type OptionChecks,
} from '@weft/primitives/arguments';
import { type Felt, P } from '@weft/primitives/field/base';
import { type Expr, ExprGraph, type Node } from './expr.ts';
import { type Fill, FillGraph, type FillNode } from './fill.ts';
import { pairInteractions } from './pairs.ts';

/** Constraints, counts and tuple elements have at most this degree, so a zerocheck message has 4 coefficients. */
export const MAX_DEGREE = 3;
/** Every table has at least 2^7 rows: 7 row bits fold away first in the opening. */
export const MIN_LOG_HEIGHT = 7;
/** No table has more than 2^22 rows. */
export const MAX_LOG_HEIGHT = 22;
/** log2 of the rows that `count` rows in use take. */
export function logHeightOf(count: number): number {
  return Math.max(MIN_LOG_HEIGHT, Math.ceil(Math.log2(Math.max(count, 1))));
}

/** Elements of a bus tuple, the bus id included. */
export const MAX_TUPLE = 32;

/**
 * A channel. On a `permutation` bus sends and receives of each tuple must match; on a `lookup` bus a table receives
 * each of its tuples as often as others sent it.
 */
export interface Bus {
  readonly name: string;
  /** Non-zero and unique in a machine: it fills the tuple's own slot 0, so tuples of two buses never collide. */
  readonly id: number;
  readonly kind: 'permutation' | 'lookup';
  readonly arity: number;
}

export interface Column {
  readonly name: string;
  /** Node of the fill graph; absent for columns filled by a custom filler. */
  readonly fill: number | undefined;
}

/**
 * Writes to `rows[i]`, for i < `count`, the row of a lookup table that holds tuple i of these columns, or -1 when none does; also of tuples
 * that nobody asks for. Many at a time: a call for each takes several times as long.
 */
export type FindRows = (tuple: readonly Uint32Array[], count: number, rows: Int32Array) => void;

/** Makes a {@link FindRows} from a table's fixed columns. The inverse of the table's rows; only the prover needs it. */
export type RowFinder = (fixed: readonly Uint32Array[]) => FindRows;

export interface Constraint {
  readonly name: string;
  readonly node: number;
}

export interface Interaction {
  readonly bus: Bus;
  /** +1 for a send, -1 for a receive. */
  readonly sign: 1 | -1;
  readonly tuple: readonly number[];
  readonly count: number;
  /** Static bound on the count; `undefined` for the free multiplicity with which a lookup table receives. */
  readonly countBound: number | undefined;
  /** For a lookup table's receive: how to find the rows of tuples. */
  readonly findRows?: RowFinder | undefined;
}

/**
 * One leaf per row of the fraction tree: the fraction of an interaction, or the sum of two. Indices of interactions.
 */
export type Leaf = readonly [number] | readonly [number, number];

/** Where a chip's fixed (not committed by the prover) columns come from. */
export type FixedSource =
  | { readonly kind: 'none' }
  /** Committed at setup and opened apart; the key that setup derives gives contents and height. */
  | { readonly kind: 'preprocessed' }
  /** A closed form: `value(column, row)` for the prover, `formula` for the verifier. */
  | { readonly kind: 'structured'; readonly table: StructuredTable }
  /** A closed form of at most 2^7 rows, over and over, whatever the height; see `air/periodic`. */
  | { readonly kind: 'periodic'; readonly table: StructuredTable };

/** A table whose multilinear extension has a short formula over the row bits. */
export interface StructuredTable {
  readonly logHeight: number;
  value(column: number, row: number): Felt;
  /** The columns' multilinear extensions at `point` (one element per row bit, lowest first). */
  formula<E>(field: FieldOperations<E>, point: readonly E[]): E[];
}

/** What closed forms and constraint evaluation need of a field, for any representation of its elements. */
export interface FieldOperations<E> {
  constant(x: Felt): E;
  add(a: E, b: E): E;
  sub(a: E, b: E): E;
  mul(a: E, b: E): E;
}

/** A frozen chip. Column indices: committed columns first, then the fixed ones. */
export interface Chip {
  readonly name: string;
  /** Name of the event class whose events are this chip's rows, if it has one. */
  readonly events: string | undefined;
  /**
   * Name of the lookup table in whose place it answers, if it is a sparse one: its rows are those of that table which are asked for, and it
   * has to check what they say. See `prove/sparse`.
   */
  readonly sparse: string | undefined;
  readonly maxLogHeight: number;
  readonly columns: readonly Column[];
  readonly fixedColumns: readonly string[];
  readonly fixed: FixedSource;
  readonly nodes: readonly Node[];
  readonly fillNodes: readonly FillNode[];
  readonly constraints: readonly Constraint[];
  readonly interactions: readonly Interaction[];
  /** Every interaction in one leaf. */
  readonly leaves: readonly Leaf[];
  /** Committed columns of a row that stands for nothing. */
  readonly padding: readonly Felt[];
}

export interface ChipBuilder {
  /** A field of the event. */
  event(field: string): Fill;
  /** A field of the row that the event names in the table joined to its events; see `PackedEvents.joined`. */
  joined(field: string): Fill;
  literal(value: number): Fill;
  constant(value: number): Expr;
  /** A committed column and how to fill it. */
  col(name: string, fill?: Fill): Expr;
  /** A committed column that is 0 or 1. */
  bool(name: string, fill?: Fill): Expr;
  /** A fixed column. */
  fixedCol(name: string): Expr;
  assertZero(name: string, e: Expr): void;
  assertEqual(name: string, a: Expr, b: Expr | number): void;
  assertBool(name: string, e: Expr): void;
  /** `count` must be bounded by `countBound` on every row that satisfies the constraints. */
  send(bus: Bus, tuple: readonly (Expr | number)[], count: Expr | number, countBound?: number): void;
  receive(bus: Bus, tuple: readonly (Expr | number)[], count: Expr | number, countBound?: number): void;
  /**
   * A lookup table's receive: any multiplicity is sound, because only the senders' counts must not wrap.
   * @param findRows - needed where the multiplicity is a column that counts what other tables ask for.
   */
  provide(bus: Bus, tuple: readonly (Expr | number)[], multiplicity: Expr, findRows?: RowFinder): void;
}

export interface ChipOptions {
  readonly events?: string;
  /** The table in whose place it answers; its events have that table's columns for fields. */
  readonly sparse?: string;
  readonly maxLogHeight?: number;
  readonly fixed?: FixedSource;
  /** Defaults to the zero row. */
  readonly padding?: readonly Felt[];
}

/** @throws {TypeError} {@link RangeError} unless `value` is a bus. */
export function checkBus(name: string, value: unknown): void {
  checkObject(name, value, 'a bus', ['name', 'id', 'kind', 'arity']);
  const bus = value as Bus;
  checkName(`${name}.name`, bus.name);
  checkInteger(`${name}.id`, bus.id, 1, P - 1);
  checkInteger(`${name}.arity`, bus.arity, 0, MAX_TUPLE - 1);
  if (bus.kind !== 'permutation' && bus.kind !== 'lookup')
    throw new RangeError(`${name}.kind must be permutation or lookup, got ${bus.kind}`);
}

/** @throws {TypeError} unless `value` is a chip. */
export function checkChip(name: string, value: unknown): void {
  checkObject(name, value, 'what defineChip returned', [
    'name',
    'columns',
    'nodes',
    'interactions',
    'leaves',
    'padding',
  ]);
}

function checkFixedSource(name: string, value: unknown): void {
  checkObject(name, value, 'a source of fixed columns', ['kind']);
  const source = value as FixedSource;
  if (source.kind === 'none' || source.kind === 'preprocessed') return;
  if (source.kind !== 'structured' && source.kind !== 'periodic')
    throw new RangeError(
      `${name}.kind must be none, preprocessed, structured or periodic, got ${(source as FixedSource).kind}`,
    );
  checkMethods(`${name}.table`, source.table, 'a structured table', ['value', 'formula']);
  // A period divides every height.
  const [least, most] = source.kind === 'periodic' ? [0, MIN_LOG_HEIGHT] : [MIN_LOG_HEIGHT, MAX_LOG_HEIGHT];
  checkInteger(`${name}.table.logHeight`, source.table.logHeight, least, most);
}

const OPTIONS: OptionChecks<ChipOptions> = {
  events: checkName,
  sparse: checkName,
  maxLogHeight: (name, value) => checkInteger(name, value, MIN_LOG_HEIGHT, MAX_LOG_HEIGHT),
  fixed: checkFixedSource,
  padding: (name, value) => checkArray(name, value, (item, x) => checkInteger(item, x, 0, P - 1)),
};

/**
 * Records a chip.
 * @throws {TypeError} {@link RangeError} for an argument that is none, such as an expression of another chip.
 * @throws {ConstraintError} when a degree exceeds 3, a tuple does not fit its bus, a name repeats, or a bus is misused.
 */
export function defineChip(name: string, given: ChipOptions, body: (c: ChipBuilder) => void): Chip {
  checkName('name', name);
  const options = checkOptions(`options of ${name}`, given, OPTIONS);
  checkFunction('body', body);
  const graph = new ExprGraph();
  const fillGraph = new FillGraph();
  const columns: Column[] = [];
  const columnNames = new Set<string>();
  const fixedColumns: string[] = [];
  const constraints: Constraint[] = [];
  const constraintNames = new Set<string>();
  const interactions: Interaction[] = [];
  /** Largest degree in each interaction. */
  const degrees: number[] = [];
  const fail = (message: string): never => {
    throw new ConstraintError('CHIP', `chip ${name}: ${message}`, { chip: name });
  };
  const checkDegree = (what: string, e: Expr): void => {
    if (e.degree > MAX_DEGREE) fail(`${what} has degree ${e.degree}, more than ${MAX_DEGREE}`);
  };
  const interact = (
    bus: Bus,
    sign: 1 | -1,
    tuple: readonly (Expr | number)[],
    count: Expr | number,
    bound?: number,
    findRows?: RowFinder,
  ): void => {
    checkBus('bus', bus);
    checkArray('tuple', tuple);
    const elements = tuple.map((e) => graph.lift(e));
    const multiplicity = graph.lift(count);
    // The machine adds bounds up: one that is no number would let the sum pass.
    if (bound !== undefined) checkInteger('countBound', bound, 0);
    if (findRows !== undefined) checkFunction('findRows', findRows);
    if (elements.length !== bus.arity) fail(`bus ${bus.name} takes ${bus.arity} elements, got ${elements.length}`);
    for (const e of elements) checkDegree(`a tuple element on bus ${bus.name}`, e);
    checkDegree(`a count on bus ${bus.name}`, multiplicity);
    const ids = elements.map((e) => e.id);
    interactions.push({ bus, sign, tuple: ids, count: multiplicity.id, countBound: bound, findRows });
    degrees.push(Math.max(multiplicity.degree, ...elements.map((e) => e.degree)));
  };
  const builder: ChipBuilder = {
    event: (field) => fillGraph.event(field),
    joined: (field) => fillGraph.joined(field),
    literal: (value) => fillGraph.constant(value),
    constant: (value) => graph.constant(value),
    col: (column, fill) => {
      checkName('column', column);
      if (fixedColumns.length > 0) fail('committed columns come before fixed ones');
      if (columnNames.has(column)) fail(`two columns are named ${column}`);
      columnNames.add(column);
      return graph.column(
        columns.push({ name: column, fill: fill === undefined ? undefined : fillGraph.lift(fill).id }) - 1,
      );
    },
    bool: (column, fill) => {
      const e = builder.col(column, fill);
      builder.assertBool(`${column}_is_bool`, e);
      return e;
    },
    fixedCol: (column) => {
      checkName('column', column);
      return graph.column(columns.length + fixedColumns.push(column) - 1);
    },
    assertZero: (constraint, given) => {
      checkName('constraint', constraint);
      const e = graph.lift(given);
      checkDegree(`constraint ${constraint}`, e);
      if (constraintNames.has(constraint)) fail(`two constraints are named ${constraint}`);
      constraintNames.add(constraint);
      constraints.push({ name: constraint, node: e.id });
    },
    assertEqual: (constraint, a, b) => {
      checkMethods('the left side', a, 'an expression', ['sub']);
      builder.assertZero(constraint, a.sub(b));
    },
    assertBool: (constraint, e) => {
      checkMethods('the bit', e, 'an expression', ['mul', 'sub']);
      builder.assertZero(constraint, e.mul(e.sub(1)));
    },
    send: (bus, tuple, count, bound = 1) => interact(bus, 1, tuple, count, bound),
    receive: (bus, tuple, count, bound = 1) => interact(bus, -1, tuple, count, bound),
    provide: (bus, tuple, multiplicity, findRows) => {
      checkBus('bus', bus);
      if (bus.kind !== 'lookup') fail(`bus ${bus.name} is no lookup bus`);
      interact(bus, -1, tuple, multiplicity, undefined, findRows);
    },
  };
  body(builder);
  const fixed = options.fixed ?? { kind: 'none' };
  const maxLogHeight = fixed.kind === 'structured' ? fixed.table.logHeight : (options.maxLogHeight ?? MAX_LOG_HEIGHT);
  if (maxLogHeight > MAX_LOG_HEIGHT || maxLogHeight < MIN_LOG_HEIGHT)
    fail(`maximum height 2^${maxLogHeight} is out of range`);
  const padding = options.padding ?? columns.map(() => 0);
  if (padding.length !== columns.length) fail(`${columns.length} columns and a padding row of ${padding.length}`);
  return Object.freeze({
    name,
    events: options.events,
    sparse: options.sparse,
    maxLogHeight,
    columns,
    fixedColumns,
    fixed,
    nodes: graph.nodes,
    fillNodes: fillGraph.nodes,
    constraints,
    interactions,
    leaves: pairInteractions(interactions, degrees),
    padding: [...padding],
  });
}
