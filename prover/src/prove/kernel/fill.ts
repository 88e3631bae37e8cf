/**
 * @module Filling tables on the kernels: a chip's fill graph becomes a program of the block machine that reads events and
 * writes columns, and another program evaluates what the rows look up.
 */
import { add } from '@weft/primitives/field/base';
import { type GraphInstruction, type GraphProgram, RING_ROWS } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { LANES } from '@weft/primitives/wasm/extension';
import { toMontgomery } from '@weft/primitives/wasm/field';
import type { EventTable, LookupCounter, TableBase } from '../../air/trace.ts';
import { BlockPool, lower } from './compiler.ts';

/** Rows that the team works on while this thread prepares those before or after them: the other part of the rings. */
const PART_ROWS = RING_ROWS / 2;

/** Rows that the ring of a table has. */
const ringRows = (logHeight: number): number => Math.min(RING_ROWS, 2 ** logHeight);

/** Where events are copied to and read from. */
interface EventReader {
  /** The instructions that bring an event field, or one of the joined table, into a block. */
  field(op: 'event' | 'joined', name: string, out: number): GraphInstruction[];
  /** Copies events [start, start + count), one part at most, to rings. */
  copy(start: number, count: number): void;
}

/** Whole events in a ring, their fields gathered by the kernels. */
function packedReader(kernels: Kernels, { events, logHeight }: EventTable, pool: BlockPool): EventReader {
  const { memory } = kernels;
  const { fields, joined, copy } = events.packed!;
  const stride = 4 * fields.length;
  const words = fields.length * ringRows(logHeight);
  const ring = memory.allocate(4 * words);
  // Rows beyond the last event read whatever is in the ring, so it must name a row of the joined table.
  memory.words.fill(0, ring / 4, ring / 4 + words);
  const tables = new Map<string, number>();
  const gather = (name: string, out: number): GraphInstruction => {
    const offset = fields.indexOf(name);
    if (offset < 0) throw new RangeError(`events have no field ${name}`);
    return ['gatherU', ring + 4 * offset, stride, out];
  };
  return {
    field: (op, name, out) => {
      if (op === 'event') return [gather(name, out)];
      const values = joined?.columns[name];
      if (values === undefined) throw new RangeError(`no joined table has a field ${name}`);
      if (!tables.has(name)) {
        const at = memory.allocate(4 * values.length);
        memory.words.set(values, at / 4);
        tables.set(name, at);
      }
      const index = pool.take();
      pool.give(index);
      return [gather(joined!.key, index), ['lookupU', index, tables.get(name)!, out]];
    },
    copy: (start, count) => copy(start, count, memory.words, ring / 4 + fields.length * (start % RING_ROWS)),
  };
}

/** One ring per field, filled by the event source. */
function plainReader(kernels: Kernels, { events, logHeight }: EventTable): EventReader {
  const { memory } = kernels;
  const rings = { event: new Map<string, number>(), joined: new Map<string, number>() };
  return {
    field: (op, name, out) => {
      if (op === 'joined' && events.readJoined === undefined)
        throw new RangeError('no table is joined to these events');
      if (!rings[op].has(name)) rings[op].set(name, memory.allocate(4 * ringRows(logHeight)));
      return [['gatherU', rings[op].get(name)!, 4, out]];
    },
    copy: (start, count) => {
      const from = start % RING_ROWS;
      const view = (ring: number): Uint32Array => memory.words.subarray(ring / 4 + from, ring / 4 + from + count);
      for (const [name, at] of rings.event) events.read(name, start, count, view(at));
      for (const [name, at] of rings.joined) events.readJoined!(name, start, count, view(at));
    },
  };
}

/** Compiles a chip's fill graph: nodes in order, every filled column stored when its node is there. */
function fillProgram(
  kernels: Kernels,
  { chip }: EventTable,
  columns: readonly number[],
  reader: EventReader,
  pool: BlockPool,
): GraphProgram {
  const { fillNodes } = chip;
  // By node, in plain arrays: short proofs compile for a tenth of their time.
  const stores = new Array<number[] | undefined>(fillNodes.length).fill(undefined);
  const lastUse = new Int32Array(fillNodes.length).fill(-1);
  const isNeeded = new Uint8Array(fillNodes.length);
  for (const [c, { fill }] of chip.columns.entries()) {
    if (fill === undefined) continue;
    stores[fill] = [...(stores[fill] ?? []), columns[c]!];
    isNeeded[fill] = 1;
  }
  const use = (operand: number, id: number): void => {
    isNeeded[operand] = 1;
    if (lastUse[operand] === -1) lastUse[operand] = id;
  };
  for (let id = fillNodes.length - 1; id >= 0; id--) {
    const node = fillNodes[id]!;
    if (isNeeded[id] === 0 || node.op === 'constant' || 'field' in node) continue;
    use(node.a, id);
    if ('b' in node) use(node.b, id);
  }
  const instructions: GraphInstruction[] = [];
  const blocks = new Array<number>(fillNodes.length).fill(0);
  for (let id = 0; id < fillNodes.length; id++) {
    if (isNeeded[id] === 0) continue;
    const node = fillNodes[id]!;
    const block = pool.take();
    blocks[id] = block;
    if (node.op === 'constant') {
      const word = kernels.memory.allocate(4);
      kernels.memory.words[word / 4] = node.value;
      instructions.push(['fillB', word, 0, block]);
    } else if ('field' in node) {
      instructions.push(...reader.field(node.op, node.field, block));
    } else {
      const { a } = node;
      const b = 'b' in node ? node.b : a;
      instructions.push([`${node.op}U`, blocks[a]!, blocks[b]!, block]);
      // Not before the result has its own: inverses are not computed in place.
      if (lastUse[a] === id) pool.give(blocks[a]!);
      if (b !== a && lastUse[b] === id) pool.give(blocks[b]!);
    }
    for (const column of stores[id] ?? []) instructions.push(['storeU', block, 0, column]);
    if (lastUse[id] === -1) pool.give(block);
  }
  return kernels.graph.program(instructions);
}

/** Fills the columns, at these addresses, of a table from its events. */
export function fillColumns(kernels: Kernels, table: EventTable, columns: readonly number[]): void {
  const { memory, graph, team } = kernels;
  const mark = memory.mark();
  const pool = new BlockPool(kernels, 'B');
  const { events, chip, logHeight } = table;
  const reader = events.packed === undefined ? plainReader(kernels, table) : packedReader(kernels, table, pool);
  const program = fillProgram(kernels, table, columns, reader, pool);
  const countFrom = (start: number): number => Math.min(PART_ROWS, events.count - start);
  reader.copy(0, countFrom(0));
  for (let start = 0; start < events.count; start += PART_ROWS) {
    team.together(() => {
      graph.run(program, start / LANES, Math.ceil(countFrom(start) / LANES));
      const next = start + PART_ROWS;
      if (next < events.count) reader.copy(next, countFrom(next));
    });
  }
  for (const [c, at] of columns.entries()) {
    const filled = chip.columns[c]!.fill === undefined ? 0 : events.count;
    memory.words.fill(toMontgomery(chip.padding[c]!), at / 4 + filled, at / 4 + 2 ** logHeight);
  }
  memory.release(mark);
}

/** Adds multiplicities to the counts of the rows that are found; the rest shows up as an unbalanced bus. */
function addFound(counts: Uint32Array, found: Int32Array, multiplicity: Uint32Array): void {
  for (let i = 0; i < multiplicity.length; i++) {
    const row = found[i]!;
    if (row >= 0) counts[row] = add(counts[row]!, multiplicity[i]!);
  }
}

/** Adds a filled table's lookups to the counters of their buses. */
export function countTableLookups(
  kernels: Kernels,
  { chip, logHeight }: TableBase,
  columns: readonly number[],
  counters: ReadonlyMap<number, LookupCounter>,
): void {
  const wanted = chip.interactions.filter((i) => i.sign === 1 && counters.has(i.bus.id));
  if (wanted.length === 0) return;
  const { memory, graph, team } = kernels;
  const mark = memory.mark();
  const pool = new BlockPool(kernels, 'B');
  const rows = 2 ** logHeight;
  const part = Math.min(PART_ROWS, rows);
  const asked = new Set(wanted.flatMap((i) => [i.count, ...i.tuple]));
  const nodes = [...asked].filter((node) => chip.nodes[node]!.op !== 'constant');
  const load = (column: number, out: number): GraphInstruction => ['loadB', columns[column]!, 0, out];
  const { instructions, blockOf } = lower(kernels, 'B', pool, chip.nodes, nodes, load);
  /** What each node is in the part of the table from some row on. */
  const values = new Map<number, (start: number) => Uint32Array>();
  for (const id of asked) {
    const node = chip.nodes[id]!;
    if (node.op === 'constant') {
      const all = new Uint32Array(part).fill(node.value);
      values.set(id, () => all);
      continue;
    }
    const ring = memory.allocate(4 * ringRows(logHeight));
    instructions.push(['canonicalB', blockOf(id), 0, ring]);
    values.set(id, (start) => {
      const at = ring / 4 + (start % RING_ROWS);
      return memory.words.subarray(at, at + part);
    });
  }
  const program = graph.program(instructions);
  const evaluate = (start: number): void => graph.run(program, start / LANES, part / LANES);
  const found = new Int32Array(part);
  evaluate(0);
  for (let start = 0; start < rows; start += part) {
    team.together(() => {
      if (start + part < rows) evaluate(start + part);
      for (const { bus, tuple, count } of wanted) {
        const { counts, findRows } = counters.get(bus.id)!;
        const [multiplicity, ...elements] = [count, ...tuple].map((id) => values.get(id)!(start));
        findRows(elements, part, found);
        addFound(counts, found, multiplicity!);
      }
    });
  }
  memory.release(mark);
}
