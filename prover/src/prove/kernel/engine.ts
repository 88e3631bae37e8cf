/**
 * @module The engine of the kernels: one memory per thread, one proof at a time.
 */
import type { Ext } from '@weft/primitives/field/ext';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Kernels, kernelsFor } from '@weft/primitives/kernel/kernels';
import type { MemoryMark } from '@weft/primitives/kernel/memory';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
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
import { commitResident, kernelCommitter, placeParts } from './commit.ts';
import { KernelFractionTree } from './fractions.ts';
import { KernelOpening } from './opening.ts';
import { planMemory } from './plan.ts';
import { ColumnEvaluator, evaluateVector, summedBits } from './runs.ts';
import { countPlaced, type PlacedTables, placeTables } from './tables.ts';
import { KernelZerocheck } from './zerocheck.ts';

class KernelSession implements ProvingSession {
  readonly #kernels: Kernels;
  readonly #input: SessionInput;
  readonly #placed: PlacedTables;
  /** Sums of the vector's cells, from the columns' values to the opening. */
  readonly #sums: number;
  /** The memory's state when the witness is committed: stages reuse what lies above. */
  #committed: MemoryMark;

  constructor(kernels: Kernels, input: SessionInput) {
    this.#kernels = kernels;
    this.#input = input;
    // All at once: a proof that does not fit says so before it starts.
    kernels.memory.ensure(planMemory(input.suite, input.shape, input.tables).peak);
    this.#placed = placeTables(kernels, input.machine, input.shape.variables, input.tables);
    const { variables } = input.shape;
    this.#sums = kernels.memory.allocate(VectorKernels.bytes(2 ** (variables - summedBits(variables))));
    this.#committed = kernels.memory.mark();
  }

  async commitWitness(): Promise<Commitment> {
    const commitment = commitResident(
      this.#kernels,
      this.#input.shape.witness.rounds[0]!,
      this.#placed.vector.values,
      this.#placed.vector.cells,
      this.#input.onStage,
    );
    this.#committed = this.#kernels.memory.mark();
    return commitment;
  }

  async evaluate(z: Ext): Promise<Ext> {
    this.#kernels.memory.release(this.#committed);
    return evaluateVector(this.#kernels, this.#placed.vector, z);
  }

  async fractions(fingerprint: Fingerprint<Ext>): Promise<FractionTree> {
    this.#kernels.memory.release(this.#committed);
    return new KernelFractionTree(this.#kernels, this.#input.machine, this.#placed.tables, fingerprint);
  }

  async zerocheck(tables: readonly ZerocheckTable[], point: readonly Ext[]): Promise<ZerocheckSums> {
    this.#kernels.memory.release(this.#committed);
    const placed = this.#placed.tables.filter((t) => t !== undefined);
    const { vector } = this.#placed;
    const highest = Math.max(...placed.map(({ frame }) => frame.logHeight));
    return new KernelZerocheck(
      this.#kernels,
      placed,
      tables,
      point,
      (rho) => new ColumnEvaluator(this.#kernels, vector, rho, highest, this.#sums),
    );
  }

  async openWitness(rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums> {
    this.#kernels.memory.release(this.#committed);
    const { machine, shape, tables } = this.#input;
    const logHeights = tables.map((t) => t?.logHeight);
    const columns = stackedColumns(committedWidths(machine), logHeights, shape.variables).map((c) => ({
      ...c,
      gamma: gammas[c.index]!,
    }));
    return new KernelOpening(this.#kernels, this.#placed.vector, rho, columns, this.#sums);
  }

  async openPreprocessed(vector: StackedVector, rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums> {
    this.#kernels.memory.release(this.#committed);
    const { variables } = vector;
    const values = placeParts(this.#kernels, vector.values, variables);
    const columns = vector.columns.map((c) => ({ ...c, gamma: gammas[c.index]! }));
    return new KernelOpening(this.#kernels, { variables, cells: vector.values.length, values }, rho, columns);
  }
}

export const kernelEngine: ProvingEngine = {
  ...kernelCommitter,
  count: (suite, machine, tables) => {
    const kernels = kernelsFor(suite);
    return kernels.exclusive(
      async () => countPlaced(kernels, machine, tables),
      () => void kernels.prepare(),
    );
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
