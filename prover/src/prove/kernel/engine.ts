/**
 * @module The engine of the kernels: one memory per thread, one proof at a time.
 */
import type { Ext } from '@weft/primitives/field/ext';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Kernels, kernelsFor } from '@weft/primitives/kernel/kernels';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import { committedWidths } from '../../protocol/key.ts';
import { blocksOf, packBlocks } from '../../protocol/stacking.ts';
import type {
  Commitment,
  FractionTree,
  OpeningSums,
  ProgramColumns,
  ProvingEngine,
  ProvingSession,
  SessionInput,
  ZerocheckSums,
  ZerocheckTable,
} from '../engine.ts';
import { commitDetached, commitResident } from './commit.ts';
import { KernelFractionTree } from './fractions.ts';
import { ColumnEvaluator, KernelOpening } from './opening.ts';
import { planMemory } from './plan.ts';
import { type PlacedTables, placeTables } from './tables.ts';
import { KernelZerocheck } from './zerocheck.ts';

class KernelSession implements ProvingSession {
  readonly #kernels: Kernels;
  readonly #input: SessionInput;
  readonly #placed: PlacedTables;
  /** The memory's state when the witness is committed: stages reuse what lies above. */
  #committed = 0;

  constructor(kernels: Kernels, input: SessionInput) {
    this.#kernels = kernels;
    this.#input = input;
    // All at once: a proof that does not fit says so before it starts.
    kernels.memory.ensure(planMemory(input.machine, input.shape, input.tables).peak);
    this.#placed = placeTables(kernels, input.machine, input.shape.variables, input.tables);
  }

  async commitWitness(): Promise<Commitment> {
    const commitment = commitResident(
      this.#kernels,
      this.#input.shape.witness.rounds[0]!,
      this.#placed.values,
      this.#input.onStage,
    );
    this.#committed = this.#kernels.memory.mark();
    return commitment;
  }

  async fractions(fingerprint: Fingerprint<Ext>): Promise<FractionTree> {
    this.#kernels.memory.release(this.#committed);
    return new KernelFractionTree(this.#kernels, this.#input.machine, this.#placed.tables, fingerprint);
  }

  async zerocheck(tables: readonly ZerocheckTable[], point: readonly Ext[]): Promise<ZerocheckSums> {
    this.#kernels.memory.release(this.#committed);
    const placed = this.#placed.tables.filter((t) => t !== undefined);
    return new KernelZerocheck(this.#kernels, placed, tables, point, (rho) => {
      const evaluator = new ColumnEvaluator(this.#kernels, rho);
      evaluator.contract(this.#placed.values, this.#placed.cells);
      return evaluator;
    });
  }

  async openWitness(rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums> {
    this.#kernels.memory.release(this.#committed);
    const { machine, shape, tables } = this.#input;
    const widths = committedWidths(machine);
    const logHeights = tables.map((t) => t?.logHeight);
    const { offsets } = packBlocks(widths, logHeights);
    const firstColumn = widths.map((_, k) => widths.slice(0, k).reduce((a, w) => a + w, 0));
    const columns = blocksOf(widths).flatMap((block, i) => {
      const logHeight = logHeights[block.table];
      if (logHeight === undefined) return [];
      return Array.from({ length: 1 << block.logColumns }, (_, c) => ({
        offset: offsets[i]! + c * 2 ** logHeight,
        logHeight,
        gamma: gammas[firstColumn[block.table]! + block.firstColumn + c]!,
      }));
    });
    return new KernelOpening(this.#kernels, this.#placed.values, this.#placed.cells, shape.variables, rho, columns);
  }

  async openProgram(program: ProgramColumns, rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums> {
    const { memory, hash } = this.#kernels;
    memory.release(this.#committed);
    const { logHeight } = program;
    const cells = program.values.length;
    const values = memory.allocate(4 * cells);
    memory.words.set(program.values, values / 4);
    hash.toMontgomery(values, cells);
    const columns = gammas.map((gamma, c) => ({ offset: c * 2 ** logHeight, logHeight, gamma }));
    return new KernelOpening(this.#kernels, values, cells, Math.log2(cells), rho, columns);
  }
}

export const kernelEngine: ProvingEngine = {
  commit: (suite, round, values) => {
    const kernels = kernelsFor(suite);
    return kernels.exclusive(async () => commitDetached(kernels, round, values));
  },
  session: (input, work) => {
    const kernels = kernelsFor(input.suite);
    return kernels.exclusive(
      () => work(new KernelSession(kernels, input)),
      () => void kernels.prepare(),
    );
  },
  findNonce: (suite: HashSuite, state, slot, bits) => kernelsFor(suite).hash.findNonce(state, slot, bits),
};
