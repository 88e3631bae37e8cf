/**
 * @module The tree of all fractions on the kernels. Layers hold real rows only, in (p, q); what a group of four has beyond
 * them is the fraction 0/1, which changes nothing. The leaves, half the tree, are not kept while it
 * stands: the lowest sumcheck evaluates them again, when nothing else of the tree is left.
 */
import { inverse as inverseFelt, neg } from '@weft/primitives/field/base';
import { add, type Ext, equals, fromBase, mul, mulBase, sub, ZERO } from '@weft/primitives/field/ext';
import type { PairWeights } from '@weft/primitives/kernel/eq-table';
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import type { MemoryMark } from '@weft/primitives/kernel/memory';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { Chip } from '../../air/chip.ts';
import type { Node } from '../../air/expr.ts';
import type { Machine } from '../../air/machine.ts';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { Fraction, FractionTree, LayerSumcheck } from '../engine.ts';
import { bandStride, fillArrays, groupsOf, type LayerBand } from './bands.ts';
import { BLOCK_ROWS, BlockPool, lower } from './compiler.ts';
import { KernelLayer, type LeafFill } from './layer.ts';
import { PARTS, paddingDenominators, partsOf, usedOf } from './padding.ts';
import type { PlacedTable } from './tables.ts';

const HALF = inverseFelt(2);

/** Where the first array of a leaf is. */
interface LeafPlace {
  readonly leaf: number;
  readonly band: LayerBand;
  readonly at: number;
}

function placesOf(bands: readonly LayerBand[]): Map<number, LeafPlace> {
  return new Map(
    bands.flatMap((band) =>
      band.leaves.map((leaf, part) => [leaf, { leaf, band, at: band.base + part * band.partBytes }] as const),
    ),
  );
}

/** What is done with the fractions of a leaf in a block of rows. */
type LeafTaker = (place: LeafPlace, numerator: number, denominator: number) => readonly GraphInstruction[];

/** Blocks that the programs of leaves share: the two fingerprints of a leaf, and the leaf itself. */
interface LeafBlocks {
  readonly pool: BlockPool;
  readonly left: number;
  readonly right: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** Leaves whose arrays are worked on together. */
interface LeafGroup {
  readonly logHeight: number;
  /** Of the tables, in use. */
  readonly parts: number;
  readonly leaves: number[];
  /** Denominators of each leaf in rows that are not in use; empty if all are. */
  readonly padding: Ext[];
}

/** Row bits of parents whose children are there after `t` halvings. */
const rowsAt = ({ rowBits }: Machine, t: number): number => rowBits - 1 - t;

export class KernelFractionTree implements FractionTree {
  readonly roots: (Fraction | undefined)[];
  readonly #kernels: Kernels;
  readonly #machine: Machine;
  readonly #tables: readonly (PlacedTable | undefined)[];
  readonly #fingerprint: Fingerprint<Ext>;
  readonly #groups: readonly LeafGroup[];
  /** `layers[t]`: children after t halvings, and the memory's state before they were allocated. */
  readonly #layers: { bands: LayerBand[]; mark: MemoryMark }[] = [];

  constructor(
    kernels: Kernels,
    machine: Machine,
    tables: readonly (PlacedTable | undefined)[],
    fingerprint: Fingerprint<Ext>,
  ) {
    this.#kernels = kernels;
    this.#machine = machine;
    this.#tables = tables;
    this.#fingerprint = fingerprint;
    this.#groups = this.#groupLeaves();
    const { memory, team, fractions } = kernels;
    this.#layers.push({ bands: [], mark: memory.mark() });
    for (let t = 1; t < machine.rowBits; t++) {
      const mark = memory.mark();
      const bands = this.#allocateBands(t);
      this.#layers.push({ bands, mark });
      if (t === 1) {
        this.#evaluateLeaves(bands, ({ at, band }, numerator, denominator) => [
          ['leafSums', numerator, kernels.graph.leafDescriptor(at, band.stride, ZERO), denominator],
        ]);
        continue;
      }
      team.together(() => {
        for (const [i, band] of bands.entries()) {
          const below = this.#layers[t - 1]!.bands[i]!;
          if (rowsAt(machine, t) < LANE_BITS) fractions.laneSums(below, band);
          else fractions.sums(below, band, below.used);
          if (below.padding.length > 0 && band.padding.length === 0) this.#fillPadding(below, band);
        }
      });
    }
    this.roots = this.#sumRoots();
  }

  #groupLeaves(): LeafGroup[] {
    const groups = new Map<string, LeafGroup>();
    for (const [k, table] of this.#tables.entries()) {
      if (table === undefined) continue;
      const { chip, logHeight } = table.frame;
      const parts = leafParts(table);
      const name = `${logHeight} ${parts}`;
      const group = groups.get(name) ?? { logHeight, parts, leaves: [], padding: [] };
      groups.set(name, group);
      for (const l of chip.leaves.keys()) group.leaves.push(this.#machine.leafOffset[k]! + l);
      if (parts < PARTS) group.padding.push(...paddingDenominators(chip, this.#fingerprint));
    }
    return [...groups.values()];
  }

  /** Arrays for the children after `t` halvings. */
  #allocateBands(t: number): LayerBand[] {
    return this.#groups.map(({ logHeight, parts, leaves, padding }) => {
      const logPairs = Math.max(Math.min(rowsAt(this.#machine, t), LANE_BITS), logHeight - t - 1);
      const stride = bandStride(logPairs);
      const partBytes = 4 * stride;
      const base = this.#kernels.memory.allocate(partBytes * leaves.length);
      const used = usedOf(groupsOf(logPairs), parts);
      const children = used === groupsOf(logPairs) ? [] : padding.map((q) => power(q, t));
      return { base, stride, partBytes, parts: leaves.length, leaves, logPairs, used, padding: children };
    });
  }

  /** Writes the sums of what is not in use below, where all is in use. */
  #fillPadding(below: LayerBand, band: LayerBand): void {
    const { vectors } = this.#kernels;
    const first = below.used / 2;
    const children = below.padding.map((q) => [ZERO, mul(q, q)] as const);
    fillArrays(vectors, band, [first, band.used - first], children);
  }

  /** Evaluates all leaves over all rows that their bands have. */
  #evaluateLeaves(bands: readonly LayerBand[], take: LeafTaker): void {
    const { memory, graph, team } = this.#kernels;
    const place = placesOf(bands);
    const mark = memory.mark();
    const block = (): number => memory.allocateLocal((BLOCK_ROWS.B / LANES) * GROUP_BYTES);
    const blocks: LeafBlocks = {
      pool: new BlockPool(this.#kernels, 'B'),
      left: block(),
      right: block(),
      numerator: block(),
      denominator: block(),
    };
    // Other threads are at one table's program while this one compiles the next.
    team.together(() => {
      for (const [k, table] of this.#tables.entries()) {
        if (table === undefined) continue;
        if (table.frame.chip.leaves.length === 0) continue;
        const { band } = place.get(this.#machine.leafOffset[k]!)!;
        const program = this.#compileLeaves(k, table, place, take, blocks);
        const rows = 2 ** table.frame.logHeight * (band.used / groupsOf(band.logPairs));
        graph.runAll(program, rows / LANES, BLOCK_ROWS.B);
      }
    });
    memory.release(mark);
  }

  #compileLeaves(
    k: number,
    { frame, columns }: PlacedTable,
    places: ReadonlyMap<number, LeafPlace>,
    take: LeafTaker,
    { pool, left, right, numerator, denominator }: LeafBlocks,
  ): GraphProgram {
    const { graph } = this.#kernels;
    const { chip } = frame;
    const { nodes, numerators } = signedCounts(chip);
    const forms = chip.interactions.map((i) => fingerprintForm(this.#fingerprint, i, nodes));
    const wanted = [...numerators, ...forms.flatMap(({ weights }) => [...weights.keys()])];
    const load = (column: number, out: number): GraphInstruction => ['loadB', columns[column]!, 0, out];
    const { instructions, blockOf, release } = lower(this.#kernels, 'B', pool, nodes, wanted, load);
    const list = ({ constant, weights }: NodeForm): number => {
      const terms = [...weights].map(([node, weight]) => [blockOf(node), weight] as const);
      return graph.termList(constant, terms, true);
    };
    const put = (form: NodeForm, out: number): void => void instructions.push(['linearB', list(form), 0, out]);
    const count = (i: number): number => blockOf(numerators[i]!);
    for (const [l, [i, j]] of chip.leaves.entries()) {
      if (j === undefined) {
        put(forms[i]!, denominator);
        instructions.push(['embedB', count(i), 0, numerator]);
      } else {
        put(forms[i]!, left);
        // A word is received as it was and sent with another clock: often most of two tuples is the same.
        const rest = difference(forms[j]!, forms[i]!);
        if (pairs(rest) < pairs(forms[j]!)) instructions.push(['addLinearB', list(rest), left, right]);
        else put(forms[j]!, right);
        instructions.push(['mulEB', right, count(i), numerator], ['addMulEB', left, count(j), numerator]);
        instructions.push(['mulE', left, right, denominator]);
      }
      instructions.push(...take(places.get(this.#machine.leafOffset[k]! + l)!, numerator, denominator));
    }
    release();
    return graph.program(instructions);
  }

  #sumRoots(): (Fraction | undefined)[] {
    const { vectors } = this.#kernels;
    const roots = new Array<Fraction | undefined>(this.#machine.leafCount).fill(undefined);
    for (const band of this.#layers.at(-1)!.bands) {
      for (const [part, leaf] of band.leaves.entries()) {
        const base = band.base + part * band.partBytes;
        const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => vectors.get(base + k * band.stride, 0)) as [
          Ext,
          Ext,
          Ext,
          Ext,
        ];
        roots[leaf] = { numerator: add(mul(p0, q1), mul(p1, q0)), denominator: mul(q0, q1) };
      }
    }
    return roots;
  }

  async layer(rows: number, lambda: Ext, point: readonly Ext[]): Promise<LayerSumcheck> {
    const t = this.#machine.rowBits - 1 - rows;
    const halfLambda = mulBase(lambda, HALF);
    const above = this.#layers[t + 1];
    if (above !== undefined) this.#kernels.memory.release(above.mark);
    const { bands } = this.#layers[t]!;
    if (t > 0) return new KernelLayer(this.#kernels, bands, undefined, halfLambda, point, rows);
    bands.push(...this.#allocateBands(0));
    const fill: LeafFill = (eq, weightAt) => this.#fillLeaves(bands, halfLambda, eq, weightAt);
    return new KernelLayer(this.#kernels, bands, fill, halfLambda, point, rows);
  }

  /** Writes the leaves' children, and sums the leading coefficient of their first message while they are in the cache. */
  #fillLeaves(bands: readonly LayerBand[], halfLambda: Ext, eq: PairWeights, weightAt: (leaf: number) => number): Ext {
    const { graph, vectors } = this.#kernels;
    graph.totals.clear(1);
    this.#evaluateLeaves(bands, ({ leaf, at, band: { stride } }, numerator, denominator) => [
      ['leafPairs', numerator, graph.leafDescriptor(at, stride, halfLambda), denominator],
      ['leafLeading', graph.messageDescriptor(at, stride, eq, weightAt(leaf)), 0, graph.totals.at],
    ]);
    graph.totals.gather(1);
    return vectors.laneSum(graph.totals.at);
  }
}

/** Parts of a table's arrays that are in use, of which its leaves' are the largest. */
function leafParts({ frame: { logHeight }, used }: PlacedTable): number {
  const [groups, parts] = [groupsOf(logHeight - 1), partsOf(used, logHeight)];
  return usedOf(groups, parts) === groups ? PARTS : parts;
}

/** x^(2^t) */
function power(x: Ext, t: number): Ext {
  let product = x;
  for (let i = 0; i < t; i++) product = mul(product, product);
  return product;
}

/** A constant and weighted nodes: what a fingerprint is of a row. */
interface NodeForm {
  readonly constant: Ext;
  readonly weights: ReadonlyMap<number, Ext>;
}

/** Products are taken in pairs. */
const pairs = ({ weights }: NodeForm): number => Math.ceil(weights.size / 2);

function fingerprintForm(
  { busAlpha, monomials }: Fingerprint<Ext>,
  { bus, tuple }: Chip['interactions'][number],
  nodes: readonly Node[],
): NodeForm {
  let constant = add(busAlpha, fromBase(bus.id));
  const weights = new Map<number, Ext>();
  for (const [j, id] of tuple.entries()) {
    const [node, weight] = [nodes[id]!, monomials[j + 1]!];
    if (node.op === 'constant') constant = add(constant, mulBase(weight, node.value));
    else weights.set(id, add(weights.get(id) ?? ZERO, weight));
  }
  return { constant, weights };
}

function difference(a: NodeForm, b: NodeForm): NodeForm {
  const weights = new Map(a.weights);
  for (const [node, weight] of b.weights) {
    const rest = sub(weights.get(node) ?? ZERO, weight);
    if (equals(rest, ZERO)) weights.delete(node);
    else weights.set(node, rest);
  }
  return { constant: sub(a.constant, b.constant), weights };
}

/** The chip's graph with its receives' counts negated. */
function signedCounts(chip: { nodes: readonly Node[]; interactions: readonly { sign: 1 | -1; count: number }[] }): {
  nodes: readonly Node[];
  numerators: number[];
} {
  const nodes: Node[] = [...chip.nodes, { op: 'constant', value: 0 }];
  const zero = nodes.length - 1;
  const numerators = chip.interactions.map(({ sign, count }) => {
    const node = chip.nodes[count]!;
    if (sign === 1) return count;
    if (node.op === 'constant') return nodes.push({ op: 'constant', value: neg(node.value) }) - 1;
    return nodes.push({ op: 'sub', a: zero, b: count }) - 1;
  });
  return { nodes, numerators };
}
