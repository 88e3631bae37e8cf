/**
 * @module Constraint expressions. A chip's body runs once and leaves a graph of additions, subtractions and
 * multiplications over its columns; everyone who needs the chip (prover, verifier, debugger, statistics) reads the
 * graph. Equal subexpressions share one node, and nodes are stored in evaluation order.
 */
import { checkInteger, checkMethods, refuse } from '@weft/primitives/arguments';
import { add, type Felt, mul, sub, toFelt } from '@weft/primitives/field/base';

export type Node =
  | { readonly op: 'constant'; readonly value: Felt }
  | { readonly op: 'column'; readonly column: number }
  | { readonly op: Operator; readonly a: number; readonly b: number };

type Operator = 'add' | 'sub' | 'mul';

/** A node of one chip's graph. Arithmetic returns new nodes of the same graph; plain integers are taken modulo p. */
export interface Expr {
  readonly id: number;
  /** Total degree in the chip's columns. */
  readonly degree: number;
  add(other: Expr | number): Expr;
  sub(other: Expr | number): Expr;
  mul(other: Expr | number): Expr;
}

/** A class, not closures: machines have ten thousand nodes, and every process builds them. */
class GraphExpr implements Expr {
  readonly id: number;
  readonly degree: number;
  readonly #graph: ExprGraph;

  constructor(graph: ExprGraph, id: number, degree: number) {
    this.#graph = graph;
    this.id = id;
    this.degree = degree;
  }

  add(other: Expr | number): Expr {
    return this.#graph.combine('add', this, other);
  }

  sub(other: Expr | number): Expr {
    return this.#graph.combine('sub', this, other);
  }

  mul(other: Expr | number): Expr {
    return this.#graph.combine('mul', this, other);
  }
}

/** More than a graph ever has: a pair of nodes is one exact number. */
const MAX_NODES = 2 ** 26;

/** Builds nodes for one chip, folding constants and sharing equal nodes. */
export class ExprGraph {
  readonly nodes: Node[] = [];
  readonly #exprs: Expr[] = [];
  /** Numbers of nodes: of constants and columns by what they are, of operations by operands, one map an operator. */
  readonly #ids: Readonly<Record<Node['op'], Map<number, number>>> = {
    constant: new Map(),
    column: new Map(),
    add: new Map(),
    sub: new Map(),
    mul: new Map(),
  };

  constant(value: number): Expr {
    checkInteger('constant', value, Number.MIN_SAFE_INTEGER);
    const felt = toFelt(value);
    return this.#known('constant', felt) ?? this.#intern({ op: 'constant', value: felt }, felt, 0);
  }

  column(column: number): Expr {
    return this.#known('column', column) ?? this.#intern({ op: 'column', column }, column, 1);
  }

  #known(op: Node['op'], key: number): Expr | undefined {
    const id = this.#ids[op].get(key);
    return id === undefined ? undefined : this.#exprs[id]!;
  }

  #intern(node: Node, key: number, degree: number): Expr {
    const expr = new GraphExpr(this, this.nodes.push(node) - 1, degree);
    this.#exprs.push(expr);
    this.#ids[node.op].set(key, expr.id);
    return expr;
  }

  /**
   * The node of a value. Numbers of nodes mean nothing in another chip: one of there would stand for something else here.
   * @throws {TypeError} when `e` is neither a number nor of this graph.
   */
  lift(e: Expr | number): Expr {
    if (typeof e === 'number') return this.constant(e);
    const known = this.#exprs[e?.id];
    // What has no number has no node: both are `undefined` then.
    if (known === undefined || known !== e) refuse('expression', 'a number or an expression of this chip', e);
    return e;
  }

  combine(op: Operator, a: Expr, other: Expr | number): Expr {
    const b = this.lift(other);
    const x = this.#value(a);
    const y = this.#value(b);
    if (x !== undefined && y !== undefined) {
      return this.constant(op === 'add' ? add(x, y) : op === 'sub' ? sub(x, y) : mul(x, y));
    }
    if (y === 0) return op === 'mul' ? b : a;
    if (x === 0 && op !== 'sub') return op === 'mul' ? a : b;
    if (op === 'mul' && y === 1) return a;
    if (op === 'mul' && x === 1) return b;
    const key = a.id * MAX_NODES + b.id;
    return this.#known(op, key) ?? this.#intern({ op, a: a.id, b: b.id }, key, degreeOf(op, a.degree, b.degree));
  }

  #value(e: Expr): Felt | undefined {
    const node = this.nodes[e.id]!;
    return node.op === 'constant' ? node.value : undefined;
  }
}

/** The sum of any number of expressions, at least one. */
export function sum(first: Expr, ...rest: readonly Expr[]): Expr {
  checkMethods('the first summand', first, 'an expression', ['add']);
  return rest.reduce((total, e) => total.add(e), first);
}

/** Degree of a node in the columns, from its operands'. */
function degreeOf(op: Operator, a: number, b: number): number {
  return op === 'mul' ? a + b : Math.max(a, b);
}

/** Degree of every node in the columns. */
export function nodeDegrees(nodes: readonly Node[]): number[] {
  const degrees: number[] = [];
  for (const node of nodes) {
    if (node.op === 'constant') degrees.push(0);
    else if (node.op === 'column') degrees.push(1);
    else degrees.push(degreeOf(node.op, degrees[node.a]!, degrees[node.b]!));
  }
  return degrees;
}

/** The columns that some nodes read, rising. */
export function columnsOf(nodes: readonly Node[], wanted: readonly number[]): number[] {
  const seen = new Set<number>();
  const columns = new Set<number>();
  const visit = (id: number): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const node = nodes[id]!;
    if (node.op === 'column') columns.add(node.column);
    else if (node.op !== 'constant') {
      visit(node.a);
      visit(node.b);
    }
  };
  for (const node of wanted) visit(node);
  return [...columns].sort((a, b) => a - b);
}
