/**
 * Every loop that the kernels share out, with helpers that are late at times: the results of one thread. Those are held to the
 * kernels' oracles beside the kernels.
 */

import { createHash } from 'node:crypto';
import type { Ext } from '@weft/primitives/field/ext';
import { mul } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { pairTables, pairTablesBytes } from '@weft/primitives/kernel/eq';
import { type Band, type Blocks, blocksOf, halved, LEAST_RUN } from '@weft/primitives/kernel/fractions';
import { FOLD_BYTES, GRAPH_ROWS, type GraphInstruction, RING_ROWS } from '@weft/primitives/kernel/graph';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { dismiss } from '@weft/primitives/kernel/team';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { seeded } from '@weft/primitives/testing';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import { placeTables } from '@weft/prover/prove/kernel/tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookupColumns, tablesOfTwo, twoTablesKey } from '../support/lookups.ts';
import { HelperThreads } from '../support/team.ts';

/** Rows of a table: many iterations of every loop. */
const LOG_ROWS = 14;
const ROWS = 2 ** LOG_ROWS;

/** Values that a seed gives, in the memory of some kernels. */
class Bench {
  readonly kernels: Kernels;
  readonly #next: () => number;

  constructor(kernels: Kernels, seed: number) {
    this.kernels = kernels;
    this.#next = seeded(seed).word;
  }

  ext(): Ext {
    const x = (): number => this.#next() % 2 ** 30;
    return [x(), x(), x(), x(), x()];
  }

  /** Random words below the modulus. */
  random(bytes: number): number {
    const { memory } = this.kernels;
    const at = memory.allocate(bytes);
    for (let i = 0; i < bytes / 4; i++) memory.words[at / 4 + i] = this.#next() % 2 ** 30;
    return at;
  }

  zeros(bytes: number): number {
    const { memory } = this.kernels;
    const at = memory.allocate(bytes);
    memory.words.fill(0, at / 4, (at + bytes) / 4);
    return at;
  }

  /** A digest of what lies there: comparing millions of words takes seconds. */
  words(at: number, bytes: number): string {
    const words = this.kernels.memory.words.slice(at / 4, (at + bytes) / 4);
    return createHash('sha256').update(words).digest('hex');
  }

  /** Four arrays of `pairs` elements for each of `parts` parts, one after another. */
  band(parts: number, pairs: number, fill: 'random' | 'zeros' = 'random'): Band & { bytes: number } {
    const stride = VectorKernels.bytes(pairs);
    const bytes = 4 * stride * parts;
    return { base: this[fill](bytes), stride, partBytes: 4 * stride, parts, bytes };
  }
}

/** What a loop is tried with; answers with all that it wrote. */
type Trial = (bench: Bench) => readonly unknown[];

const TRIALS: Readonly<Record<string, Trial>> = {
  'sums of fractions': (bench) => {
    const { fractions } = bench.kernels;
    const [from, to] = [bench.band(3, ROWS), bench.band(3, ROWS / 2, 'zeros')];
    fractions.sums(from, to, ROWS / LANES);
    const [small, smaller] = [bench.band(600, 4), bench.band(600, 4, 'zeros')];
    const read = (): unknown => bench.words(smaller.base, smaller.bytes);
    fractions.sums(small, smaller, 1);
    const last = read();
    fractions.laneSums(small, smaller);
    return [bench.words(to.base, to.bytes), last, read()];
  },
  'messages and folds of a layer, two bands at once': (bench) => {
    const { fractions, vectors, memory, team } = bench.kernels;
    const bands = [ROWS, 64].map((rows, k) => {
      const parts = k === 0 ? 2 : 70;
      const band = bench.band(parts, rows);
      return { band, weights: bench.random(VectorKernels.bytes(parts + 2)), blocks: blocksOf(rows / LANES) };
    });
    const point = Array.from({ length: LOG_ROWS - 2 }, () => bench.ext());
    const lanes = Array.from({ length: LANES }, () => bench.ext());
    const at = memory.allocate(pairTablesBytes([point.length]));
    const tables = pairTables(vectors, fractions, at, lanes, point, [point.length]).get(point.length)!;
    const [halfLambda, r] = [bench.ext(), bench.ext()];
    const { totals } = fractions;
    const out: unknown[] = [];
    const note = (count: number): void => {
      totals.gather(count);
      for (let k = 0; k < count; k++) out.push(vectors.laneSum(totals.at + GROUP_BYTES * k));
    };
    const all = (body: (band: Band, blocks: Blocks, weights: number) => void): void => {
      totals.clear(2);
      team.together(() => {
        for (const { band, blocks, weights } of bands) body(band, blocks, weights);
      });
    };
    all((band, blocks, weights) => fractions.startLeading(band, blocks, tables[0]!, weights, halfLambda));
    note(2);
    all((band, blocks, weights) => fractions.message(band, blocks, tables[0]!, weights));
    note(2);
    for (const last of [false, true, false]) {
      all((band, blocks, weights) => {
        if (last) fractions.foldPairs(band, blocks, r);
        else fractions.foldMessage(band, blocks, tables[1]!, weights, r);
      });
      note(2);
      for (const one of bands) one.blocks = halved(one.blocks);
    }
    const { band, blocks } = bands[0]!;
    fractions.gather(band, blocks);
    all(({ base, stride, partBytes, parts }) => fractions.fold(base, stride, 4, partBytes, parts, 1, r));
    totals.clear(1);
    fractions.quadratic(
      bench.band(600, 4),
      bench.random(GROUP_BYTES),
      bench.random(VectorKernels.bytes(600)),
      halfLambda,
    );
    note(1);
    return [...out, ...bands.map(({ band: { base, bytes } }) => bench.words(base, bytes))];
  },
  'programs on blocks, two at once': (bench) => {
    const { graph, vectors, fractions, memory, team } = bench.kernels;
    const groups = ROWS / LANES;
    const columns = Array.from({ length: 3 }, () => bench.random(4 * ROWS));
    const blocks = columns.map(() => memory.allocateLocal(4 * GRAPH_ROWS));
    const [a, b, c] = blocks as [number, number, number];
    const block = (): number => memory.allocateLocal((GRAPH_ROWS / LANES) * GROUP_BYTES);
    const [sum, other] = [block(), block()];
    const constant = graph.constant(5);
    const stored = bench.zeros(VectorKernels.bytes(ROWS));
    const leaves = bench.band(1, ROWS / 2, 'zeros');
    const parents = bench.band(1, ROWS / 4, 'zeros');
    const point = Array.from({ length: LOG_ROWS }, () => bench.ext());
    const lanes = Array.from({ length: LANES }, () => bench.ext());
    const at = memory.allocate(pairTablesBytes([LOG_ROWS]));
    const eq = pairTables(vectors, fractions, at, lanes, point, [LOG_ROWS]).get(LOG_ROWS)![0]!;
    const pair = memory.allocate(8);
    memory.words.set([eq.low, eq.high], pair / 4);
    const halfLambda = bench.ext();
    const weighted = (weight: Ext): (readonly [number, Ext])[] => blocks.map((x) => [x, weight] as const);
    const list = graph.termList(bench.ext(), weighted(bench.ext()), true);
    const base: GraphInstruction[] = [
      ...columns.map((x, i): GraphInstruction => ['loadB', x, 0, blocks[i]!]),
      ['mulB', a, b, a],
      ['subKB', constant, b, b],
      ['addBK', b, constant, b],
      ['linearB', list, 0, sum],
      ['embedB', c, 0, other],
      ['addMulEB', sum, a, other],
      ['leafPairs', sum, graph.leafDescriptor(leaves.base, leaves.stride, halfLambda), other],
      ['leafSums', sum, graph.leafDescriptor(parents.base, parents.stride, halfLambda), other],
      ['storeLinearB', list, 0, stored],
      ['fillB', constant, 0, a],
      ['mulEB', sum, a, sum],
      ['accumulate', sum, pair, graph.totals.at],
    ];
    const extension: GraphInstruction[] = [
      ['loadE', leaves.base, 0, sum],
      ['fillE', constant, 0, other],
      ['mulE', sum, other, sum],
      ['addMulE', sum, sum, other],
      ['linearE', graph.termList(bench.ext(), [[other, bench.ext()]], false), 0, sum],
      ['accumulate', sum, pair, graph.totals.at + GROUP_BYTES],
    ];
    const descriptor = memory.allocate(FOLD_BYTES);
    graph.putFold(descriptor, bench.ext());
    const folded = bench.zeros(VectorKernels.bytes(ROWS / 2));
    const fold: GraphInstruction[] = [['foldB', columns[0]!, descriptor, folded]];
    const inPlace: GraphInstruction[] = [['foldE', stored, descriptor, stored]];
    const products = (at: number): GraphInstruction[] => [
      ['oddE', at, 0, sum],
      ['deltaE', at, 0, other],
      ['mulE', sum, other, sum],
      ['accumulate', sum, pair, graph.totals.at + 2 * GROUP_BYTES],
    ];
    graph.totals.clear(3);
    // The second reads what the first writes.
    graph.runAll(graph.program(base), groups, GRAPH_ROWS);
    team.together(() => {
      graph.runAll(graph.program(extension), groups / 2, GRAPH_ROWS / 2);
      graph.runAll(graph.program(extension), groups / 2, GRAPH_ROWS);
      graph.runAll(graph.program(fold), groups / 2, GRAPH_ROWS, graph.program(products(folded)));
      // Whole blocks and the part of one.
      const blocks = blocksOf(groups, (groups / LEAST_RUN) * 11);
      graph.runBlocks(graph.program(inPlace), blocks, graph.program(products(stored)));
    });
    graph.totals.gather(3);
    return [
      ...[0, 1, 2].map((k) => vectors.laneSum(graph.totals.at + GROUP_BYTES * k)),
      bench.words(stored, VectorKernels.bytes(ROWS)),
      bench.words(folded, VectorKernels.bytes(ROWS / 2)),
      bench.words(leaves.base, leaves.bytes),
      bench.words(parents.base, parents.bytes),
    ];
  },
  'events to columns, and what their rows look up': (bench) => {
    const { graph, memory, team } = bench.kernels;
    const [events, table, words] = [bench.random(8 * RING_ROWS), bench.random(64), bench.random(4 * ROWS)];
    const columns = Array.from({ length: 4 }, () => bench.zeros(4 * ROWS));
    const looked = bench.zeros(4 * RING_ROWS);
    const [a, b, c] = columns.map(() => memory.allocateLocal(4 * GRAPH_ROWS)) as [number, number, number];
    memory.words[words / 4] = 15;
    const program = graph.program([
      ['gatherU', events + 4, 8, a],
      ['fillB', words, 0, b],
      ['andU', a, b, b],
      ['shlU', a, b, c],
      ['storeU', c, 0, columns[0]!],
      ['lookupU', b, table, c],
      ['storeU', c, 0, columns[1]!],
      ['remuU', a, c, c],
      ['storeU', c, 0, columns[2]!],
      ['finvU', a, 0, c],
      ['storeU', c, 0, columns[3]!],
      ['loadB', columns[2]!, 0, a],
      ['canonicalB', a, 0, looked],
    ]);
    const part = RING_ROWS / 2;
    for (let start = 0; start < ROWS; start += part) {
      team.together(() => {
        graph.run(program, start / LANES, part / LANES);
        // The other part of the ring is free meanwhile.
        const other = events + 8 * ((start + part) % RING_ROWS);
        for (let i = 0; i < 2 * part; i++)
          memory.words[other / 4 + i] = memory.words[words / 4 + ((start + i) % ROWS)]!;
      });
    }
    return [...columns.map((column) => bench.words(column, 4 * ROWS)), bench.words(looked, 4 * RING_ROWS)];
  },
  'tables of events, and what they look up': (bench) => {
    const asked = Array.from({ length: ROWS }, () => bench.ext()[0] >> 23);
    const tables = tablesOfTwo([lookupColumns.narrow, lookupColumns.squares], undefined, asked);
    const placed = placeTables(bench.kernels, twoTablesKey.machine, LOG_ROWS + 2, tables).tables;
    return placed.flatMap((table) => table!.columns.map((at) => bench.words(at, 4 * 2 ** table!.frame.logHeight)));
  },
  'long vectors': (bench) => {
    const { vectors, hash } = bench.kernels;
    const bytes = VectorKernels.bytes(ROWS);
    const joinedBytes = VectorKernels.bytes(ROWS / 4);
    const [f, w, within] = [bytes, bytes, VectorKernels.bytes(128)].map((n) => bench.random(n)) as [
      number,
      number,
      number,
    ];
    const [joined, rows, listed] = [joinedBytes, bytes, 20 * ROWS].map((n) => bench.zeros(n)) as [
      number,
      number,
      number,
    ];
    const values = bench.random(512 * (ROWS / 4));
    const powers = bench.zeros(bytes);
    vectors.powers(powers, ROWS, bench.ext(), mul);
    vectors.addScaled(powers, w, ROWS, bench.ext());
    vectors.scale(f, f, ROWS, bench.ext());
    const folded: string[] = [];
    const sums = [vectors.dot(f, w, ROWS), ...vectors.pairMessage(f, w, ROWS), vectors.dot(f, w, LANES)];
    for (const block of [LANES, ROWS / 2]) sums.push(...vectors.blockMessage(f, w, ROWS, block));
    const [left, leftWeights] = [bytes / 2, bytes / 2].map((n) => bench.zeros(n)) as [number, number];
    sums.push(...vectors.pairFold(f, w, ROWS, bench.ext(), left, leftWeights));
    for (const block of [ROWS / 8, LANES]) {
      const [a, b] = [bench.random(bytes), bench.random(bytes)];
      sums.push(...vectors.blockFold(a, b, ROWS, block, bench.ext()));
      folded.push(bench.words(a, bytes), bench.words(b, bytes));
    }
    vectors.contractHigh(values, ROWS / 4, 128, within, joined);
    vectors.contractLow(values, 128, ROWS / 4, within, rows);
    vectors.addRows(bench.random(32 * ROWS), f, ROWS);
    vectors.toRows(f, listed, ROWS);
    hash.toMontgomery(values, 128 * (ROWS / 4));
    return [
      ...sums,
      ...folded,
      ...(
        [
          [left, bytes / 2],
          [leftWeights, bytes / 2],
          [f, bytes],
          [w, bytes],
          [joined, joinedBytes],
          [rows, bytes],
          [listed, 20 * ROWS],
          [values, 512 * (ROWS / 4)],
        ] as const
      ).map(([at, n]) => bench.words(at, n)),
    ];
  },
  'a code of parts, all rows and some, and its leaves': (bench) => {
    const { transform, hash, memory } = bench.kernels;
    const [parts, logRows] = [48, LOG_ROWS - 3];
    const words = parts * 2 ** logRows;
    transform.setTable(memory.allocate(TransformKernels.tableBytes(logRows + 1)), logRows + 1);
    const from = bench.random(4 * words);
    const [all, some, digests] = [4 * words, 4 * words, 32 * 2 ** logRows].map((n) => bench.zeros(n)) as [
      number,
      number,
      number,
    ];
    transform.encodeParts(from, all, parts, logRows, 1);
    transform.encodeParts(from, some, parts, logRows, 0, [[1, 700, 2 ** logRows - 1]]);
    hash.hashLeaves(all, parts, 2 ** logRows, digests, 80);
    return [bench.words(all, 4 * words), bench.words(some, 4 * words), bench.words(digests, 32 * 2 ** logRows)];
  },
  'a transposed transform of a few rows': (bench) => {
    const { transform, memory } = bench.kernels;
    transform.setTable(memory.allocate(TransformKernels.tableBytes(LOG_ROWS)), LOG_ROWS);
    const rows = bench.zeros(32 * ROWS);
    for (const i of [3, 700, ROWS / 2, ROWS - 1])
      memory.words.fill(7 + i, (rows + 32 * i) / 4, (rows + 32 * i) / 4 + 8);
    const used = [3, 700, ROWS / 2, ROWS - 1];
    transform.transpose(rows, 32, LOG_ROWS, (first, count) => !used.some((i) => i >= first && i < first + count));
    return [bench.words(rows, 32 * ROWS)];
  },
};

function results(kernels: Kernels, trial: Trial, seed: number): readonly unknown[] {
  const mark = kernels.memory.mark();
  const out = trial(new Bench(kernels, seed));
  kernels.memory.release(mark);
  return out;
}

const alone = new Kernels(suite, KernelMemory.own()).prepare();
const SEEDS = [0, 1, 2];
const expected = Object.fromEntries(
  Object.entries(TRIALS).map(([name, trial]) => [name, SEEDS.map((seed) => results(alone, trial, seed))]),
);

describe.each([
  [1, 0],
  [2, 1],
  [3, 0],
  [7, 1],
])('%i helpers, late by up to %i ms', (count, sleep) => {
  const helpers = new HelperThreads();
  const kernels = new Kernels(suite).prepare();
  beforeAll(() => helpers.startAll(kernels.team.invite()!, count, sleep));
  afterAll(() => helpers.stop());
  it.each(Object.keys(TRIALS))('%s', (name) => {
    for (const seed of SEEDS) expect(results(kernels, TRIALS[name]!, seed)).toEqual(expected[name]![seed]);
  });
});

describe('sums over several loops', () => {
  const helpers = new HelperThreads();
  afterAll(() => helpers.stop());
  /** The two totals after messages of three bands; `between` runs before the second and the third. */
  async function messages(kernels: Kernels, between: (i: number) => Promise<void>): Promise<readonly Ext[]> {
    const bench = new Bench(kernels, 9);
    const { fractions, vectors, memory } = kernels;
    const { totals } = fractions;
    const mark = memory.mark();
    const point = Array.from({ length: LOG_ROWS }, () => bench.ext());
    const lanes = Array.from({ length: LANES }, () => bench.ext());
    const length = LOG_ROWS - 2;
    const at = memory.allocate(pairTablesBytes([length]));
    const eq = pairTables(vectors, fractions, at, lanes, point.slice(2), [length]).get(length)![0]!;
    const weights = bench.random(VectorKernels.bytes(2));
    const bands = [1, 2, 3].map(() => bench.band(2, ROWS));
    totals.clear(2);
    for (const [i, band] of bands.entries()) {
      if (i > 0) await between(i);
      fractions.message(band, blocksOf(ROWS / LANES), eq, weights);
    }
    totals.gather(2);
    memory.release(mark);
    return [0, 1].map((k) => vectors.laneSum(totals.at + GROUP_BYTES * k));
  }
  it('count what each thread added, those that came late or left too', async () => {
    const kernels = new Kernels(suite).prepare();
    const want = await messages(alone, async () => {});
    for (let round = 0; round < 2; round++) {
      const invitation = kernels.team.invite()!;
      helpers.start(invitation, 1);
      await helpers.joined(invitation, 1);
      const sums = await messages(kernels, async (i) => {
        if (i === 1) {
          helpers.start(invitation, 2);
          return helpers.joined(invitation, 2);
        }
        dismiss(invitation.control, 1);
        return helpers.joined(invitation, 1);
      });
      expect(sums).toEqual(want);
      dismiss(invitation.control, 2);
      await helpers.joined(invitation, 0);
      // Nobody is there any more, but what was added before must not be added again.
      kernels.team.close();
      expect(await messages(kernels, async () => {})).toEqual(want);
    }
  });
  it('a round that fails leaves no loops behind', async () => {
    const kernels = new Kernels(suite).prepare();
    const { team, fractions, memory } = kernels;
    await helpers.startAll(team.invite()!, 2, 1);
    const want = await messages(alone, async () => {});
    for (let k = 0; k < 4; k++) {
      const mark = memory.mark();
      const bench = new Bench(kernels, k);
      const band = bench.band(2, ROWS);
      const failing = (): void =>
        team.together(() => {
          fractions.foldPairs(band, blocksOf(ROWS / LANES), [1, 2, 3, 4, 5]);
          throw new RangeError('on purpose');
        });
      expect(failing).toThrow('on purpose');
      const left = bench.words(band.base, band.bytes);
      team.together(() => {});
      expect(bench.words(band.base, band.bytes)).toBe(left);
      memory.release(mark);
      expect(await messages(kernels, async () => {})).toEqual(want);
    }
  });
});
