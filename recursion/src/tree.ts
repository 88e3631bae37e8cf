/**
 * @module How the proofs of a chain are folded into one: which of them each lift takes, and which spans each join.
 */
import { hasSingle, joinName, liftCounts, liftName } from './circuits.ts';

/** One proof about proofs. */
export interface FoldStep {
  readonly circuit: string;
  /** A lift's are indices of the chain's proofs, a join's of earlier steps; they follow each other. */
  readonly children: readonly number[];
  readonly kind: 'lift' | 'join';
}

const MOST_JOINED = 4;

/**
 * The steps for a chain, in an order in which every step comes after its children; the last one is of the whole chain. A lift takes
 * neighbours of one shape; what is left over at the end of a level goes up as it is.
 * @param variables - of each proof's shape, in the order of the chain; at least one.
 */
export function planTree(variables: readonly number[], programLogHeight: number): FoldStep[] {
  if (variables.length === 0) throw new RangeError('a chain has at least one proof');
  const steps: FoldStep[] = [];
  const isSingle = variables.length === 1 && hasSingle(programLogHeight);
  const counts = [...liftCounts(programLogHeight)].sort((a, b) => b - a);
  for (let at = 0; at < variables.length; ) {
    let same = 1;
    while (variables[at + same] === variables[at]) same++;
    const count = counts.find((c) => c <= same)!;
    steps.push({
      circuit: liftName(count, variables[at]!, programLogHeight, isSingle),
      children: Array.from({ length: count }, (_, i) => at + i),
      kind: 'lift',
    });
    at += count;
  }
  let level = steps.map((_, i) => i);
  while (level.length > 1) {
    const above: number[] = [];
    for (let at = 0; at < level.length; at += MOST_JOINED) {
      const children = level.slice(at, at + MOST_JOINED);
      if (children.length === 1) above.push(children[0]!);
      else above.push(steps.push({ circuit: joinName(children.length), children, kind: 'join' }) - 1);
    }
    level = above;
  }
  return steps;
}
