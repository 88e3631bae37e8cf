/**
 * @module Execution records: for every event class a flat array of events. A field ending in `Ts` is the timestamp of the
 * cell's previous access, `old` the value it had.
 */
import { ECALL_ROWS } from '../calls/call.ts';
import type { InstructionClass } from '../program/isa.ts';

/** Name of an event class: an instruction's, a call's with rows of its own, or `bump`. */
export type EventClass = string;

/** Fields of events that no call has rows of, in order. `index` is the instruction's index in the code, `clk` the clock of the cycle. */
export const EVENT_FIELDS: Readonly<Record<EventClass, readonly string[]>> = (() => {
  const register = ['index', 'clk', 'a', 'b', 'old', 'aTs', 'bTs', 'rdTs'];
  const registerInPlace = ['index', 'clk', 'a', 'b', 'bTs', 'rdTs'];
  const immediate = ['index', 'clk', 'a', 'old', 'aTs', 'rdTs'];
  const branch = ['index', 'clk', 'a', 'b', 'aTs', 'bTs'];
  const load = ['index', 'clk', 'a', 'word', 'old', 'aTs', 'memoryTs', 'rdTs'];
  const store = ['index', 'clk', 'a', 'b', 'old', 'aTs', 'bTs', 'memoryTs'];
  return {
    add: register,
    addi: immediate,
    const: ['index', 'clk', 'old', 'rdTs'],
    bitwise: register,
    bitwise_imm: immediate,
    slt: register,
    slt_imm: immediate,
    shift: register,
    shift_imm: immediate,
    branch_eq: branch,
    branch_lt: branch,
    load_word: load,
    store_word: store,
    load_sub: load,
    store_sub: store,
    jalr: immediate,
    mul: register,
    mulh: register,
    divrem: register,
    add_in_place: registerInPlace,
    addi_in_place: ['index', 'clk', 'a', 'rdTs'],
    branch_zero: ['index', 'clk', 'a', 'aTs'],
    move: immediate,
    bitwise_in_place: registerInPlace,
    [ECALL_ROWS.events]: ECALL_ROWS.fields,
    bump: ['space', 'address', 'value', 'fromTs', 'toTs'],
  };
})();

/** Words of a chunk: 1 MiB. */
const CHUNK_WORDS = 1 << 18;

/**
 * Chunks of event memory to use again: fresh memory faults on every page, so who records run after run keeps one of these.
 */
export class ChunkPool {
  readonly #free: Uint32Array[] = [];

  take(): Uint32Array {
    return this.#free.pop() ?? new Uint32Array(CHUNK_WORDS);
  }

  /** Takes back the chunks of a record, which must not be used any more. */
  release(record: ExecutionRecord): void {
    for (const buffer of Object.values(record.events)) this.#free.push(...buffer.chunks.splice(0));
  }
}

/** A growing list of events, a word for each field, in chunks: growing by copying would touch fresh memory twice. */
export class EventBuffer {
  readonly fields: readonly string[];
  readonly stride: number;
  readonly chunks: Uint32Array[] = [];
  /** The chunk being filled, and the words used in it. */
  data: Uint32Array = new Uint32Array(0);
  used: number = 0;
  /** Words of it that hold whole events. */
  capacity: number = 0;
  readonly #pool: ChunkPool;
  readonly #eventsPerChunk: number;

  constructor(fields: readonly string[], pool: ChunkPool) {
    const stride = fields.length;
    this.fields = fields;
    this.stride = stride;
    this.#pool = pool;
    this.#eventsPerChunk = Math.floor(CHUNK_WORDS / stride);
  }

  get count(): number {
    return Math.max(0, this.chunks.length - 1) * this.#eventsPerChunk + this.used / this.stride;
  }

  /** Makes room for one more event in `data` and returns where it starts. */
  reserve(): number {
    if (this.used === this.capacity) {
      this.data = this.#pool.take();
      this.chunks.push(this.data);
      this.capacity = this.#eventsPerChunk * this.stride;
      this.used = 0;
    }
    const at = this.used;
    this.used = at + this.stride;
    return at;
  }

  /** Copies events [start, start + count) to `out` from word `at` on. */
  copy(start: number, count: number, out: Uint32Array, at: number): void {
    for (let done = 0; done < count; ) {
      const chunk = Math.floor((start + done) / this.#eventsPerChunk);
      const first = start + done - chunk * this.#eventsPerChunk;
      const events = Math.min(count - done, this.#eventsPerChunk - first);
      const words = this.chunks[chunk]!.subarray(first * this.stride, (first + events) * this.stride);
      out.set(words, at + done * this.stride);
      done += events;
    }
  }

  /** Word `offset` of event `i`. */
  field(i: number, offset: number): number {
    const chunk = Math.floor(i / this.#eventsPerChunk);
    return this.chunks[chunk]![(i - chunk * this.#eventsPerChunk) * this.stride + offset]!;
  }
}

export interface ExecutionRecord {
  readonly events: EventBuffers;
  /** Indices of the leaves of the state tree that the shard touches, rising, all register leaves last. */
  readonly leaves: Uint32Array;
  /** `LEAF_WORDS` per leaf: what it holds before and after, and when each word was last accessed (0: never). */
  readonly initial: Uint32Array;
  readonly final: Uint32Array;
  readonly clocks: Uint32Array;
  /** The cells that the boundary reads at the end, with their timestamps before that. */
  readonly outputs: readonly { readonly cell: number; readonly value: number; readonly previous: number }[];
  readonly startPc: number;
  readonly endPc: number;
  /** The clock after the last cycle. */
  readonly endClock: number;
}

/** The events of every class. */
export type EventBuffers = Readonly<Record<InstructionClass | 'bump', EventBuffer>> &
  Readonly<Record<EventClass, EventBuffer>>;

/** @param callClasses - classes of rows that are calls' own, and their fields. */
export function createEventBuffers(
  callClasses: Iterable<readonly [string, readonly string[]]>,
  pool: ChunkPool,
): EventBuffers {
  const classes = [...Object.entries(EVENT_FIELDS), ...callClasses];
  const buffers = classes.map(([name, fields]) => [name, new EventBuffer(fields, pool)]);
  return Object.fromEntries(buffers) as EventBuffers;
}
