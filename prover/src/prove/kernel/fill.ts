/**
 * @module Filling tables on the kernels: a chip's fill graph becomes a program of the block machine that reads events and
 * writes columns, and another program evaluates what the rows look up.
 */
import { add } from '@weft/primitives/field/base';
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { LANES } from '@weft/primitives/wasm/extension';
import { toMontgomery } from '@weft/primitives/wasm/field';
import type { EventSource, EventTable, LookupCounter, TableBase } from '../../air/trace.ts';
import { BLOCK_ROWS, BlockPool, lower } from './compiler.ts';

/** Where events are copied to and read from. */
interface EventReader {
  /** The instructions that bring an event field, or one of the joined table, into a block. */
  field(op: 'event' | 'joined', name: string, out: number): GraphInstruction[];
  /** Copies the next events. */
  copy(start: number, count: number): void;
}

/** Whole events in a buffer, their fields gathered by the kernels. */
function packedReader(kernels: Kernels, events: EventSource, pool: BlockPool): EventReader {
  const { memory } = kernels;
  const { fields, joined, copy } = events.packed!;
  const stride = 4 * fields.length;
  const buffer = memory.allocate(stride * BLOCK_ROWS.B);
  // Rows beyond the last event read whatever is in the buffer, so it must name a row of the joined table.
  memory.words.fill(0, buffer / 4, buffer / 4 + fields.length * BLOCK_ROWS.B);
  const tables = new Map<string, number>();
  const gather = (name: string, out: number): GraphInstruction => {
    const offset = fields.indexOf(name);
    if (offset < 0) throw new RangeError(`events have no field ${name}`);
    return ['gatherU', buffer + 4 * offset, stride, out];
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
    copy: (start, count) => copy(start, count, memory.words, buffer / 4),
  };
}

/** One block per field, filled by the event source. */
function plainReader(kernels: Kernels, events: EventSource): EventReader {
  const { memory } = kernels;
  const blocks = { event: new Map<string, number>(), joined: new Map<string, number>() };
  return {
    field: (op, name, out) => {
      if (op === 'joined' && events.readJoined === undefined)
        throw new RangeError('no table is joined to these events');
      if (!blocks[op].has(name)) blocks[op].set(name, memory.allocate(4 * BLOCK_ROWS.B));
      return [['gatherU', blocks[op].get(name)!, 4, out]];
    },
    copy: (start, count) => {
      const view = (at: number): Uint32Array => memory.words.subarray(at / 4, at / 4 + count);
      for (const [name, at] of blocks.event) events.read(name, start, count, view(at));
      for (const [name, at] of blocks.joined) events.readJoined!(name, start, count, view(at));
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
  const lastUse = new Map<number, number>();
  const stores = new Map<number, number[]>();
  const needed = new Set<number>();
  for (const [c, { fill }] of chip.columns.entries()) {
    if (fill === undefined) continue;
    stores.set(fill, [...(stores.get(fill) ?? []), columns[c]!]);
    needed.add(fill);
  }
  for (let id = fillNodes.length - 1; id >= 0; id--) {
    const node = fillNodes[id]!;
    if (!needed.has(id) || node.op === 'constant' || 'field' in node) continue;
    for (const operand of 'b' in node ? [node.a, node.b] : [node.a]) {
      needed.add(operand);
      if (!lastUse.has(operand)) lastUse.set(operand, id);
    }
  }
  const instructions: GraphInstruction[] = [];
  const blocks = new Map<number, number>();
  for (const [id, node] of fillNodes.entries()) {
    if (!needed.has(id)) continue;
    if (node.op === 'constant') {
      const block = kernels.memory.allocate(pool.bytes);
      kernels.memory.words.fill(node.value, block / 4, (block + pool.bytes) / 4);
      blocks.set(id, block);
    } else if ('field' in node) {
      blocks.set(id, pool.take());
      instructions.push(...reader.field(node.op, node.field, blocks.get(id)!));
    } else {
      const operands = 'b' in node ? [node.a, node.b] : [node.a];
      const [a, b] = operands.map((o) => blocks.get(o)!);
      for (const o of new Set(operands))
        if (lastUse.get(o) === id && fillNodes[o]!.op !== 'constant') pool.give(blocks.get(o)!);
      blocks.set(id, pool.take());
      instructions.push([`${node.op}U`, a!, b ?? a!, blocks.get(id)!]);
    }
    for (const column of stores.get(id) ?? []) instructions.push(['storeU', blocks.get(id)!, 0, column]);
    if (!lastUse.has(id) && node.op !== 'constant') pool.give(blocks.get(id)!);
  }
  return kernels.graph.program(instructions);
}

/** Fills the columns, at these addresses, of a table from its events. */
export function fillColumns(kernels: Kernels, table: EventTable, columns: readonly number[]): void {
  const { memory, graph } = kernels;
  const mark = memory.mark();
  const pool = new BlockPool(kernels, 'B');
  const { events, chip, logHeight } = table;
  const reader = events.packed === undefined ? plainReader(kernels, events) : packedReader(kernels, events, pool);
  const program = fillProgram(kernels, table, columns, reader, pool);
  for (let start = 0; start < events.count; start += BLOCK_ROWS.B) {
    const count = Math.min(BLOCK_ROWS.B, events.count - start);
    reader.copy(start, count);
    graph.run(program, start / LANES, Math.ceil(count / LANES));
  }
  for (const [c, at] of columns.entries()) {
    const filled = chip.columns[c]!.fill === undefined ? 0 : events.count;
    memory.words.fill(toMontgomery(chip.padding[c]!), at / 4 + filled, at / 4 + 2 ** logHeight);
  }
  memory.release(mark);
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
  const { memory, graph } = kernels;
  const mark = memory.mark();
  const pool = new BlockPool(kernels, 'B');
  const nodes = new Set(wanted.flatMap((i) => [i.count, ...i.tuple]));
  const load = (column: number, out: number): GraphInstruction => ['loadB', columns[column]!, 0, out];
  const { instructions, blockOf } = lower(kernels, 'B', pool, chip.nodes, nodes, load);
  const canonical = new Map([...nodes].map((node) => [node, memory.allocate(pool.bytes)]));
  for (const [node, at] of canonical) instructions.push(['canonicalB', blockOf(node), blockOf(node), at]);
  const program = graph.program(instructions);
  const view = (node: number): Uint32Array => {
    const at = canonical.get(node)! / 4;
    return memory.words.subarray(at, at + BLOCK_ROWS.B);
  };
  const lookups = wanted.map((i) => ({
    counter: counters.get(i.bus.id)!,
    tuple: i.tuple.map(view),
    multiplicity: view(i.count),
  }));
  const rows = 2 ** logHeight;
  for (let start = 0; start < rows; start += BLOCK_ROWS.B) {
    const count = Math.min(BLOCK_ROWS.B, rows - start);
    graph.run(program, start / LANES, count / LANES);
    for (const { counter, tuple, multiplicity } of lookups) {
      const { counts } = counter;
      for (let row = 0; row < count; row++) {
        if (multiplicity[row] === 0) continue;
        const found = counter.findRow(tuple, row);
        if (found >= 0) counts[found] = add(counts[found]!, multiplicity[row]!);
      }
    }
  }
  memory.release(mark);
}
