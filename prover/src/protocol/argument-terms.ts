/**
 * @module The soundness terms of what a proof argues before it opens anything: buses, GKR, constraints. Each bounds the chance
 * that a challenge saves one false witness; a prover whose commitment leaves a list of them has that chance with each.
 */
import { LOG_EXT_ORDER } from '@weft/primitives/field/ext';
import { type Chip, MAX_DEGREE } from '../air/chip.ts';
import type { Machine } from '../air/machine.ts';
import { BETA_COUNT } from './fingerprint.ts';
import { ofList, type SecurityTerm } from './opening-terms.ts';
import { logListSize, type WhirRound } from './parameters.ts';

/**
 * @param variables - log2 of the cells of the stacked commitment.
 * @param first - the round that this commitment is queried in.
 */
export function argumentTerms(machine: Machine, variables: number, first: WhirRound): SecurityTerm[] {
  const logList = logListSize(first);
  const list = ofList(logList);
  const term = (name: string, count: number, formula: string): SecurityTerm => ({
    name,
    bits: LOG_EXT_ORDER - logList - Math.log2(count),
    formula,
  });
  const fractions = mostFractions(machine, variables);
  const { constraintCount, rowBits, leafBits } = machine;
  return [
    term('bus fingerprints', fractions * (1 + BETA_COUNT), `${fractions} (1 + ${BETA_COUNT})${list} / q`),
    term('GKR sumcheck round', 3, `3${list} / q`),
    term('GKR layer', 2, `2${list} / q in each of ${rowBits + leafBits} layers`),
    term('constraint batching', constraintCount + rowBits + 2, `(${constraintCount} + ${rowBits} + 2)${list} / q`),
    term('zerocheck round', MAX_DEGREE + 1, `${MAX_DEGREE + 1}${list} / q`),
  ];
}

/**
 * A row of w committed cells carries i fractions, and all cells fit the shape. A table without committed columns takes none of
 * them, however high it is.
 */
function mostFractions({ chips }: Machine, variables: number): number {
  const rows = (c: Chip): number => c.interactions.length * 2 ** c.maxLogHeight;
  const densest = Math.max(
    0,
    ...chips.map((c) => (c.columns.length === 0 ? 0 : c.interactions.length / c.columns.length)),
  );
  return 2 ** variables * densest + chips.reduce((sum, c) => sum + (c.columns.length === 0 ? rows(c) : 0), 0);
}
