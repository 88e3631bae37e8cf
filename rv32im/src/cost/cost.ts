/**
 * @module What shards cost: the model by which the executor meters them, and the shape that a memory limit allows.
 */
import type { CostModel, ShardLimits, TableCost } from '@weft/executor/observe/budget';
import { ResourceError } from '@weft/primitives';
import { checkInteger } from '@weft/primitives/arguments';
import { type Chip, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { splitCapacities } from '@weft/prover/air/tails';
import {
  checkMachineKey,
  givenLogHeights,
  isSparse,
  type MachineKey,
  type PreprocessedKey,
} from '@weft/prover/protocol/key';
import { LOG_PARTS, provedParts } from '@weft/prover/protocol/stacking';

/**
 * What the tables of a shard with whole lookup tables cost, for a program whose preprocessed tables have these heights. How many rows
 * sparse ones would have only who proves the shard knows.
 * @param omitted - classes of events that the key has no chips for: there is room for none of them.
 */
export function costModel(key: MachineKey, preprocessed: PreprocessedKey, omitted: readonly string[] = []): CostModel {
  const { machine } = key;
  const shapes = key.shapes.filter((shape) => !isSparse(shape));
  const sets = [...new Set(shapes.map(({ set }) => set))].map((set) => shapes.find((s) => s.set === set)!.machine);
  const setsOf = (chip: Chip): number =>
    sets.reduce((bits, { chips }, i) => bits + (chips.includes(chip) ? 2 ** i : 0), 0);
  const given = givenLogHeights(machine, preprocessed);
  const none: TableCost = { cells: 0, fractions: 0, capacities: [], sets: 0 };
  const tables: Record<string, TableCost> = {};
  let [cells, fractions] = [0, 0];
  for (const [k, chip] of machine.chips.entries()) {
    if (setsOf(chip) === 0 && key.shapes.some((shape) => shape.machine.chips.includes(chip))) continue;
    // A table that has its height from the key, or no choice of one, costs the same in every shard.
    const fixedLogHeight = given[k] ?? (chip.maxLogHeight === MIN_LOG_HEIGHT ? MIN_LOG_HEIGHT : undefined);
    if (fixedLogHeight !== undefined) {
      cells += 2 ** fixedLogHeight * chip.columns.length;
      fractions += 2 ** fixedLogHeight * chip.leaves.length;
      continue;
    }
    // A tail costs what its head costs, so the head speaks for both.
    if (chip.events === undefined || chip.events in tables) continue;
    const hasTail = machine.chips.filter((c) => c.events === chip.events).length > 1;
    const powers = splitCapacities(chip.maxLogHeight).filter((c) => hasTail || Number.isInteger(Math.log2(c)));
    tables[chip.events] = {
      cells: chip.columns.length,
      fractions: chip.leaves.length,
      capacities: powers,
      sets: setsOf(chip),
    };
  }
  for (const name of omitted) tables[name] = none;
  return { tables, fixed: { cells, fractions }, price: priceFor(key) };
}

/** Time of a cell that is filled and checked, and of a fraction, over that of one that is encoded, hashed and opened. */
const FILLED_CELL = 0.55;
const FRACTION = 1.05;
/** What is the same in every proof: proofs of work, and rounds. */
const PROOF_CELLS = 1.9e6;

/** What proofs cost, in committed cells. */
function priceFor({ shapes, suite }: MachineKey): CostModel['price'] {
  const sizes = [...new Set(shapes.map(({ variables }) => variables))].sort((a, b) => a - b);
  return (cells, fractions) => {
    const variables = sizes.find((m) => cells <= 2 ** m) ?? sizes.at(-1)!;
    const committed = provedParts(suite, Math.min(cells, 2 ** variables), variables) * 2 ** (variables - LOG_PARTS);
    return PROOF_CELLS + committed + FILLED_CELL * cells + FRACTION * fractions;
  };
}

/** Bytes that a worker needs at most to prove a shard of 2^variables cells, its engine and events included. */
export function workerBytes(variables: number): number {
  return Math.round(WORKER_BASE + WORKER_BYTES_PER_CELL * 2 ** variables);
}

const MEGABYTE = 2 ** 20;
/** A worker's heap and kernels before the first proof, its guest memory. */
const WORKER_BASE = 100 * MEGABYTE;
/** Stacked vector, tree, fractions, folded columns and events; `e2e/memory-plan` holds shards against it. */
const WORKER_BYTES_PER_CELL = 22;
/**
 * Cells of a shard for each of its fractions at least. The leaves' sumcheck takes 40 bytes for a fraction, which is a proof's peak: what
 * {@link WORKER_BYTES_PER_CELL} counts on. Instruction chips have two to three cells for a fraction.
 */
const CELLS_PER_FRACTION = 3;
/** log2 of the cells of shapes from which that is a limit. */
const LARGE_VARIABLES = 24;
/** A thread that only helps others: its heap, and kernels over their memory. */
const HELPER_BYTES = 56 * MEGABYTE;
/** The coordinator: heap, guest memory of 64 MiB with its clocks and state tree, queue. */
const COORDINATOR_BASE = 320 * MEGABYTE;

/** Milliseconds of a proof of so many cells on the machine of `docs/performance.md`. */
export function proofMs(cells: number): number {
  return 190 + (210 * cells) / 1e6;
}

/** Cells of a full shard that hold rows of instructions: no lookup tables, no least heights, some padding and state. */
function instructionCells(cells: number): number {
  return FULL_SHARD_USE * Math.max(0, cells - SHARD_OVERHEAD);
}

/** Lookup tables, and tables of 2^7 rows that are hardly used. */
const SHARD_OVERHEAD = 350_000;
/** Share of the rest that holds rows of instructions in ordinary shards. */
const FULL_SHARD_USE = 0.8;

/** What a memory limit allows. */
export interface MemoryPlan {
  /** log2 of the cells of a full shard. */
  readonly variables: number;
  readonly limits: ShardLimits;
  /** Workers that fit at once. */
  readonly maxWorkers: number;
  /** Threads that fit: as many workers, and what else can help them with a proof. */
  readonly maxThreads: number;
}

/** What else workers do with the shards that they prove. */
export interface ExtraWork {
  /** log2 of the cells of the smallest shards that are worth it. */
  readonly leastVariables: number;
  /** What it costs for a shard, in cells of its proof. */
  readonly cellsPerShard: number;
  /** Bytes that a worker needs for it at least, and bytes that it holds besides whatever it works on. */
  readonly workerBytes: number;
  readonly heldBytes: number;
}

/**
 * The plan for a memory limit: the shape of which one proof, or two at once, get most done.
 * @param bytes - of all threads together.
 * @param extra - for proofs that are not the end of it.
 * @throws {ResourceError} MEMORY_LIMIT when no shape fits.
 * @throws {TypeError} {@link RangeError} when `bytes` is no whole number.
 */
export function planMemoryLimit(key: MachineKey, bytes: number, extra?: ExtraWork): MemoryPlan {
  checkMachineKey('key', key);
  const sizes = key.shapes.filter((shape) => !isSparse(shape)).map((shape) => shape.variables);
  return planMemory(sizes, bytes, extra);
}

/** As {@link planMemoryLimit}, without a key. @param all - log2 of the cells of the shapes. */
export function planMemory(all: readonly number[], bytes: number, extra?: ExtraWork): MemoryPlan {
  checkInteger('bytes', bytes, 1);
  const room = bytes - COORDINATOR_BASE;
  const {
    leastVariables,
    workerBytes: least,
    heldBytes,
  } = extra ?? { leastVariables: 0, workerBytes: 0, heldBytes: 0 };
  const needs = (m: number): number => Math.max(workerBytes(m), least) + heldBytes;
  const workersOf = (m: number): number => Math.floor(room / needs(m));
  // Not more than two, so that neither cores nor `--workers` have a say: both must not change the proof.
  const speed = (m: number): number => (Math.min(2, workersOf(m)) * instructionCells(2 ** m)) / proofMs(2 ** m);
  const shapes = all.filter((m) => m >= leastVariables);
  const sizes = shapes.filter((m) => workersOf(m) > 0);
  if (sizes.length === 0) {
    const needed = COORDINATOR_BASE + needs(shapes[0]!);
    const shardAlone = COORDINATOR_BASE + workerBytes(all[0]!);
    const hint = extra === undefined ? '' : `, and mode core, a proof per shard, needs ${shardAlone}`;
    const message = `a memory limit of ${bytes} bytes is too low: proving needs ${needed}${hint}`;
    const core = extra === undefined ? {} : { core: shardAlone };
    throw new ResourceError('MEMORY_LIMIT', message, { bytes, least: needed, ...core });
  }
  const variables = sizes.reduce((best, m) => (speed(m) > speed(best) ? m : best));
  const cells = 2 ** variables;
  // In the smallest shapes lookup tables are most of what there is.
  const fractions = variables < LARGE_VARIABLES ? cells / 2 : Math.floor(cells / CELLS_PER_FRACTION);
  const limits = { cells, fractions, overhead: extra?.cellsPerShard ?? 0 };
  const maxWorkers = workersOf(variables);
  const spare = room - maxWorkers * needs(variables);
  return { variables, limits, maxWorkers, maxThreads: maxWorkers + Math.floor(spare / HELPER_BYTES) };
}

/** Without `--memory`. */
export const DEFAULT_MEMORY: number = 4 * 2 ** 30;

/**
 * Cells of a shard's tables, padding included, and which sets have them all, bit i for set i.
 * @param rows - by class of events and by table of the state.
 * @returns infinitely many cells where a table cannot have so many rows.
 */
export function tableCells(
  { tables, fixed }: CostModel,
  rows: Readonly<Record<string, number>>,
): { readonly cells: number; readonly sets: number } {
  let [total, having] = [fixed.cells, -1];
  for (const [name, count] of Object.entries(rows)) {
    if (count === 0) continue;
    const { cells, capacities, sets } = tables[name]!;
    total += cells * (capacities.find((c) => c >= count) ?? Number.POSITIVE_INFINITY);
    having &= sets;
  }
  return { cells: total, sets: having };
}

/** Rows of one class of instructions or calls, and their cells. */
export interface ClassCost {
  readonly name: string;
  readonly rows: number;
  readonly cells: number;
}

/** What the rows of a run cost by their class, most first; classes without rows are left out. */
export function cellsByClass({ tables }: CostModel, rows: Readonly<Record<string, number>>): ClassCost[] {
  return Object.entries(rows)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => ({ name, rows: n, cells: n * tables[name]!.cells }))
    .sort((a, b) => b.cells - a.cells);
}

/** Peak of a job whose shards have so many cells each, in bytes. @param helpers - threads besides the workers. */
export function predictMemory(cellsPerShard: number, workers: number, helpers: number, pages: number): number {
  const worker = workerBytes(Math.log2(cellsPerShard));
  const threads = workers * worker + helpers * HELPER_BYTES;
  return Math.round(PROCESS_BASE + GUEST_BYTES_PER_BYTE * 2 ** 12 * pages + threads);
}

/**
 * Time of a proof that several threads work on, over that of one.
 * @param shared - share of the work that helpers take part in.
 */
export function helpedTime(threads: number, shared: number): number {
  return 1 - shared + shared / Math.max(1, threads);
}

/** Encoding, hashing and proof of work, of a shard's proof. */
export const SHARED_WORK = 0.5;

/** A page, its clocks and its part of the state tree. */
const GUEST_BYTES_PER_BYTE = 4;
/** Heap and code of the coordinator. */
const PROCESS_BASE = 110 * MEGABYTE;
