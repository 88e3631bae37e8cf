/**
 * @module The mutation operators: from the source of a file, every comparison decided beforehand or off by one, every
 * loop and list one short, every check, observation and bound value left out.
 */
import { type Node, type Program, parseSync, visitorKeys } from 'oxc-parser';
import { type Mutant, mutate, nameOf } from './mutant.ts';

/** A node and those that hold it, the nearest first. */
interface Place {
  readonly node: Node;
  readonly parents: readonly Node[];
}

interface Change {
  readonly operator: string;
  readonly node: Node;
  /** Makes the new text of the node out of the old text of any node. */
  readonly to: (text: (n: Node) => string) => string;
}

/** Functions whose call is a rejection. */
const REJECTIONS = new Set(['reject', 'fail', 'broken']);
/** Functions that bind all of their arguments. */
const BINDING = new Set(['observe', 'hashLeaf', 'stringify', 'concatBytes']);
const RELATIONS: ReadonlyMap<string, readonly [looser: string, shifted: (bound: string) => string]> = new Map([
  ['<', ['<=', (x: string) => `< ${x} - 1`]],
  ['<=', ['<', (x: string) => `<= ${x} + 1`]],
  ['>', ['>=', (x: string) => `> ${x} + 1`]],
  ['>=', ['>', (x: string) => `>= ${x} - 1`]],
]);

function calleeName(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

function rejects(statement: Node): boolean {
  if (statement.type === 'ThrowStatement') return true;
  if (statement.type === 'BlockStatement') return statement.body.some(rejects);
  if (statement.type === 'ExpressionStatement') return REJECTIONS.has(calleeName(statement.expression) ?? '');
  if (statement.type !== 'ReturnStatement' || statement.argument === null) return false;
  return REJECTIONS.has(calleeName(statement.argument) ?? '') || statement.argument.type === 'TemplateLiteral';
}

const isRelation = (node: Node): boolean => node.type === 'BinaryExpression' && RELATIONS.has(node.operator);
const isComparison = (node: Node): boolean =>
  node.type === 'BinaryExpression' && (isRelation(node) || ['===', '!=='].includes(node.operator));
/** Conditions whose parts are mutated in their place. */
const isCompound = (node: Node): boolean =>
  isComparison(node) || (node.type === 'LogicalExpression' && node.operator !== '??');

/** The condition decides whether to reject, and to be true is enough for it. */
function isGuard({ node, parents }: Place): boolean {
  let below = node;
  for (const parent of parents) {
    if (parent.type === 'IfStatement') return parent.test === below && rejects(parent.consequent);
    if (parent.type === 'LogicalExpression' ? parent.operator !== '||' : parent.type !== 'ParenthesizedExpression')
      return false;
    below = parent;
  }
  return false;
}

/** Decides a condition beforehand. To reject everything is no fault that anyone would miss. */
function decided(place: Place, operator: string): Change[] {
  const { node } = place;
  const never: Change = { operator: `${operator} never`, node, to: () => 'false' };
  const always: Change = { operator: `${operator} always`, node, to: () => 'true' };
  return isGuard(place) ? [never] : [never, always];
}

function comparisons(place: Place): Change[] {
  const { node, parents } = place;
  if (node.type !== 'BinaryExpression') return [];
  const changes: Change[] = [];
  const relation = RELATIONS.get(node.operator);
  const [parent] = parents;
  const isLoop = parent?.type === 'ForStatement' && parent.test === node;
  if (relation !== undefined) {
    const [other, shifted] = relation;
    const { left, right } = node;
    changes.push(
      { operator: 'bound by one', node, to: (text) => `${text(left)} ${other} ${text(right)}` },
      { operator: 'bound by one', node, to: (text) => `${text(left)} ${shifted(text(right))}` },
    );
  }
  if (isComparison(node) && !isLoop) changes.push(...decided(place, 'holds'));
  return changes;
}

function conditions(place: Place): Change[] {
  const { node, parents } = place;
  const [parent] = parents;
  if (parent === undefined || isCompound(node) || node.type === 'ParenthesizedExpression') return [];
  if (parent.type === 'IfStatement' && parent.test === node) return decided(place, 'holds');
  if (parent.type === 'ConditionalExpression' && parent.test === node) return decided(place, 'holds');
  if (parent.type === 'LogicalExpression' && parent.operator !== '??') {
    return [{ operator: 'operand left out', node, to: () => (parent.operator === '&&' ? 'true' : 'false') }];
  }
  return [];
}

function loops({ node }: Place): Change[] {
  if (node.type !== 'ForOfStatement') return [];
  const { right } = node;
  return [
    { operator: 'first left out', node: right, to: (text) => `[...${text(right)}].slice(1)` },
    { operator: 'last left out', node: right, to: (text) => `[...${text(right)}].slice(0, -1)` },
  ];
}

/** `some` and `every`: without one element, and in the place of each other. */
function quantifiers({ node }: Place): Change[] {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return [];
  const { property } = node.callee;
  const name = calleeName(node);
  const [callback] = node.arguments;
  if ((name !== 'some' && name !== 'every') || callback === undefined) return [];
  const without = (keep: string) => (text: (n: Node) => string) =>
    name === 'some'
      ? `((...a) => ${keep} && (${text(callback)})(...a))`
      : `((...a) => !(${keep}) || (${text(callback)})(...a))`;
  return [
    { operator: 'first left out', node: callback, to: without('a[1] > 0') },
    { operator: 'last left out', node: callback, to: without('a[1] < a[2].length - 1') },
    { operator: 'quantifier', node: property, to: () => (name === 'some' ? 'every' : 'some') },
  ];
}

/** Lists made one short: `Array.from({ length })`, the end of a slice, the lesser of two bounds. */
function lengths({ node }: Place): Change[] {
  if (node.type !== 'CallExpression') return [];
  const name = calleeName(node);
  const [first, second] = node.arguments;
  if (name === 'from' && first?.type === 'ObjectExpression') {
    const [length] = first.properties;
    if (length?.type !== 'Property') return [];
    const { value } = length;
    return [{ operator: 'one short', node: length, to: (text) => `length: Math.max(0, ${text(value)} - 1)` }];
  }
  if (name === 'slice' && second !== undefined)
    return [{ operator: 'one short', node: second, to: (text) => `${text(second)} - 1` }];
  if ((name === 'min' || name === 'max') && first !== undefined && second !== undefined)
    return [first, second].map((x) => ({ operator: 'bound left out', node, to: (text) => text(x) }));
  return [];
}

/** Statements that are calls: assertions, observations, nested checks. */
function statements({ node, parents }: Place): Change[] {
  if (node.type !== 'ExpressionStatement') return [];
  const call = node.expression.type === 'AwaitExpression' ? node.expression.argument : node.expression;
  const name = calleeName(call);
  if (call.type !== 'CallExpression' || name === undefined) return [];
  // A rejection behind a condition is left out when the condition never holds.
  if (rejects(node) && parents[0]?.type === 'IfStatement') return [];
  const changes: Change[] = [{ operator: 'call left out', node, to: () => 'void 0;' }];
  const values = call.arguments[1];
  if (name === 'observe' && values !== undefined) {
    changes.push(
      { operator: 'first left out', node: values, to: (text) => `(${text(values)}).slice(1)` },
      { operator: 'last left out', node: values, to: (text) => `(${text(values)}).slice(0, -1)` },
    );
  }
  return changes;
}

/** Elements of lists that are observed, hashed, described or made of other lists. */
function elements({ node, parents }: Place): Change[] {
  if (node.type !== 'ArrayExpression' || node.elements.length < 2) return [];
  const spreads = node.elements.some((e) => e?.type === 'SpreadElement');
  const bound = parents.some(
    (p) =>
      BINDING.has(calleeName(p) ?? '') ||
      (p.type === 'FunctionDeclaration' && p.id !== null && p.id.name.startsWith('describe')),
  );
  if (!spreads && !bound) return [];
  return node.elements.flatMap((left, i): Change[] => {
    // A constant word tells kinds apart that their lengths or places tell apart already: it binds nothing.
    if (left === null || (left.type === 'Literal' && typeof left.value === 'string')) return [];
    const rest = node.elements.filter((e, k): e is NonNullable<typeof e> => e !== null && k !== i);
    return [{ operator: 'element left out', node, to: (text) => `[${rest.map(text).join(', ')}]` }];
  });
}

/** The name of the nearest function that has one. */
function withinOf(parents: readonly Node[]): string {
  for (const p of parents) {
    if (p.type === 'FunctionDeclaration' && p.id !== null) return p.id.name;
    if (p.type === 'MethodDefinition' && 'name' in p.key) return `${p.key.name}`;
  }
  return 'module';
}

/** Calls `visit` for everything that is not a type. */
function walk(node: Node, parents: readonly Node[], visit: (place: Place) => void): void {
  visit({ node, parents });
  // What a rejection says is no matter.
  if (node.type === 'ThrowStatement' || REJECTIONS.has(calleeName(node) ?? '')) return;
  const inner = [node, ...parents];
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    for (const child of (Array.isArray(value) ? value : [value]) as (Node | null | undefined)[]) {
      if (!child || (child.type.startsWith('TS') && !/^TS(As|NonNull|Satisfies)/.test(child.type))) continue;
      walk(child, inner, visit);
    }
  }
}

const OPERATORS = [comparisons, conditions, loops, quantifiers, lengths, statements, elements];

/**
 * All mutants of a file, in order.
 * @throws {SyntaxError} when the file is no TypeScript.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]!.message}`);
  const text = (n: Node): string => source.slice(n.start, n.end);
  const mutants = new Map<string, Mutant>();
  const names = new Map<string, number>();
  walk(program as Program, [], (place) => {
    for (const operator of OPERATORS) {
      for (const change of operator(place)) {
        const { start, end } = change.node;
        const within = withinOf(place.parents);
        const replacement = change.to(text);
        const mutant = mutate(file, source, { within, operator: change.operator, start, end, replacement });
        // Two ways to one text are one mutant.
        if (mutant.source === source || mutants.has(mutant.source)) continue;
        const times = (names.get(nameOf(mutant)) ?? 0) + 1;
        names.set(nameOf(mutant), times);
        mutants.set(mutant.source, times === 1 ? mutant : { ...mutant, within: `${within} (${times})` });
      }
    }
  });
  return [...mutants.values()].sort((a, b) => a.line - b.line);
}
