/**
 * @module The engine of the kernels: one memory per thread, one proof at a time.
 */
import type { Ext } from '@weft/primitives/field/ext';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Kernels, kernelsFor } from '@weft/primitives/kernel/kernels';
import type { MemoryMark } from '@weft/primitives/kernel/memory';
import { committedWidths } from '../../air/machine.ts';
import type { Fingerprint } from '../../protocol/fingerprint.ts';
import { stackedColumns } from '../../protocol/stacking.ts';
import type {
  Commitment,
  FractionTree,
  OpeningSums,
  ProvingEngine,
  ProvingSession,
  SessionInput,
  StackedVector,
  ZerocheckSums,
  ZerocheckTable,
} from '../engine.ts';
import { commitResident, kernelCommitter } from './commit.ts';
import { KernelFractionTree } from './fractions.ts';
import { ColumnEvaluator, evaluateVector, KernelOpening } from './opening.ts';
import { planMemory } from './plan.ts';
import { type PlacedTables, placeTables } from './tables.ts';
import { KernelZerocheck } from './zerocheck.ts';

class KernelSession implements ProvingSession {
  readonly #kernels: Kernels;
  readonly #input: SessionInput;
  readonly #placed: PlacedTables;
  /** The memory's state when the witness is committed: stages reuse what lies above. */
  #committed: MemoryMark;

  constructor(kernels: Kernels, input: SessionInput) {
    this.#kernels = kernels;
    this.#input = input;
    // All at once: a proof that does not fit says so before it starts.
    kernels.memory.ensure(planMemory(input.machine, input.shape, input.tables).peak);
    this.#placed = placeTables(kernels, input.machine, input.shape.variables, input.tables);
    this.#committed = kernels.memory.mark();
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

  async evaluate(z: Ext): Promise<Ext> {
    this.#kernels.memory.release(this.#committed);
    const { values, cells } = this.#placed;
    return evaluateVector(this.#kernels, values, cells, this.#input.shape.variables, z);
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
    const logHeights = tables.map((t) => t?.logHeight);
    const columns = stackedColumns(committedWidths(machine), logHeights).map((c) => ({
      ...c,
      gamma: gammas[c.index]!,
    }));
    return new KernelOpening(this.#kernels, this.#placed.values, this.#placed.cells, shape.variables, rho, columns);
  }

  async openPreprocessed(vector: StackedVector, rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums> {
    const { memory, hash } = this.#kernels;
    memory.release(this.#committed);
    const cells = vector.values.length;
    const values = memory.allocate(4 * cells);
    memory.words.set(vector.values, values / 4);
    hash.toMontgomery(values, cells);
    const columns = vector.columns.map((c) => ({ ...c, gamma: gammas[c.index]! }));
    return new KernelOpening(this.#kernels, values, cells, Math.log2(cells), rho, columns);
  }
}

export const kernelEngine: ProvingEngine = {
  ...kernelCommitter,
  session: (input, work) => {
    const kernels = kernelsFor(input.suite);
    return kernels.exclusive(
      () => work(new KernelSession(kernels, input)),
      () => void kernels.prepare(),
    );
  },
  findNonce: (suite: HashSuite, state, slot, bits) => kernelsFor(suite).hash.findNonce(state, slot, bits),
};
