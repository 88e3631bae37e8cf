/**
 * @module Rows that stand for nothing. From its last event on, all rows of a table are its chip's padding, and so what a sum takes from
 * them is known: arrays over a table's rows are worked on in sixteenths, as far as these have rows in use.
 */
import type { Felt } from '@weft/primitives/field/base';
import { add, type Ext, fromBase, mul, mulBase, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { LEAST_RUN } from '@weft/primitives/kernel/fractions';
import type { Chip } from '../../air/chip.ts';
import { BASE_FIELD, EXT_FIELD, evaluateNodes } from '../../air/evaluate.ts';
import { type Fingerprint, fingerprintOf } from '../../protocol/fingerprint.ts';
import type { Form, Summand } from '../summand.ts';

/** When as many groups are left of a block, arrays are used whole: each part has one then. */
export const PARTS: number = LEAST_RUN;
const PART_BITS = Math.log2(PARTS);
/** Arrays of fewer groups are used whole: what is known of the rest would take longer than the rest. */
const LEAST_GROUPS = 256;

/** Parts of a table that have rows in use. */
export function partsOf(rows: number, logHeight: number): number {
  return Math.ceil((rows * PARTS) / 2 ** logHeight);
}

/** Of so many groups, those in use. @param parts - of the table. */
export function usedOf(groups: number, parts: number): number {
  return groups < LEAST_GROUPS ? groups : (groups / PARTS) * parts;
}

/** Sum of eq(point, .) over the rows of the parts that have none in use. @param point - as many coordinates as rows have bits. */
export function unusedWeight(point: readonly Ext[], parts: number): Ext {
  return eqTable(point.slice(-PART_BITS)).slice(parts).reduce(add, ZERO);
}

const known = new WeakMap<Chip, readonly Felt[]>();

/** What the nodes of a chip without fixed columns are on its padding row. */
function paddingOf(chip: Chip): readonly Felt[] {
  let values = known.get(chip);
  if (values === undefined) {
    values = evaluateNodes(BASE_FIELD, chip.nodes, chip.padding);
    known.set(chip, values);
  }
  return values;
}

/** Denominators of a chip's leaves on its padding row. Numerators are zero: `defineMachine` refuses padding that speaks. */
export function paddingDenominators(chip: Chip, fingerprint: Fingerprint<Ext>): Ext[] {
  const values = paddingOf(chip).map(fromBase);
  const of = chip.interactions.map(({ bus, tuple }) =>
    fingerprintOf(
      EXT_FIELD,
      fingerprint,
      bus,
      tuple.map((node) => values[node]!),
    ),
  );
  return chip.leaves.map(([i, j]) => (j === undefined ? of[i]! : mul(of[i]!, of[j]!)));
}

/** What the summand of a chip is on its padding row. */
export function paddingSummand(chip: Chip, { products, ...sum }: Summand): Ext {
  const values = paddingOf(chip);
  const at = ({ constant, terms }: Form): Ext =>
    terms.reduce(
      (total, { node, weight }) => (values[node] === 0 ? total : add(total, mulBase(weight, values[node]!))),
      constant,
    );
  return products.reduce((total, [a, b]) => add(total, mul(at(a), at(b))), at(sum));
}
