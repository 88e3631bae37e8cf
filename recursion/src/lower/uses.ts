/**
 * @module What the rows of a chip do with words, read off the chip's own graph: which fixed columns say where, and how often.
 */
import type { Chip } from '@weft/prover/air/chip';

/** A bus message of every row of a chip. */
export interface WordUse {
  readonly bus: string;
  /** A row reads by sending with count 1, or by providing with count -1. */
  readonly isSend: boolean;
  /** The address is the cell of this fixed column, plus an offset. */
  readonly at: number;
  readonly offset: number;
  /** Columns of bits that choose the address, each adding its weight where its flag, a fixed column, is 1. */
  readonly choice: readonly { readonly bit: number; readonly flag: number; readonly weight: number }[];
  /** The fixed column of the count. */
  readonly count: number;
  /** The count is a committed column where that one is 1, and 0 elsewhere. */
  readonly isFree: boolean;
}

/** @throws {TypeError} for a chip whose addresses or counts are none of these. */
export function wordUses(chip: Chip): WordUse[] {
  const first = chip.columns.length;
  const fail = (): never => {
    throw new TypeError(`chip ${chip.name}: the key does not decide an address or a count`);
  };
  const column = (id: number): number => {
    const node = chip.nodes[id]!;
    return node.op === 'column' ? node.column : fail();
  };
  const fixed = (id: number): number => (column(id) >= first ? column(id) - first : fail());
  const constant = (id: number): number => {
    const node = chip.nodes[id]!;
    return node.op === 'constant' ? node.value : fail();
  };
  /** weight times (bit times flag) */
  const choiceOf = (id: number): WordUse['choice'][number] => {
    const product = chip.nodes[id]!;
    if (product.op !== 'mul') return fail();
    const inner = chip.nodes[product.a]!;
    const isWeighted = inner.op === 'mul';
    const [pair, weight] = isWeighted ? [inner, constant(product.b)] : [product, 1];
    if (column(pair.a) >= first || !isBoolean(chip, pair.a)) fail();
    return { bit: column(pair.a), flag: fixed(pair.b), weight };
  };
  return chip.interactions.map(({ bus, sign, tuple, count }) => {
    const choice: WordUse['choice'][number][] = [];
    let [at, offset] = [tuple[0]!, 0];
    for (let node = chip.nodes[at]!; node.op === 'add'; node = chip.nodes[at]!) {
      if (chip.nodes[node.b]!.op === 'constant') offset += constant(node.b);
      else choice.push(choiceOf(node.b));
      at = node.a;
    }
    const product = chip.nodes[count]!;
    const isFree = product.op === 'mul';
    if (isFree && (column(product.a) >= first || sign === 1)) fail();
    if (choice.length > 0 && sign !== 1) fail();
    return {
      bus: bus.name,
      isSend: sign === 1,
      at: fixed(at),
      offset,
      choice,
      count: fixed(isFree ? product.b : count),
      isFree,
    };
  });
}

/** Whether a constraint x (x - 1) = 0 says that the node is 0 or 1. */
function isBoolean({ nodes, constraints }: Chip, x: number): boolean {
  return constraints.some((constraint) => {
    const product = nodes[constraint.node]!;
    if (product.op !== 'mul' || product.a !== x) return false;
    const less = nodes[product.b]!;
    if (less.op !== 'sub' || less.a !== x) return false;
    const one = nodes[less.b]!;
    return one.op === 'constant' && one.value === 1;
  });
}
