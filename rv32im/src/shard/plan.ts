/**
 * @module The cut plan: which shards a run has when it is proven, found without proving anything.
 */
import { checkProgram, type Program } from '@weft/executor/program/program';
import { CUT_OPTIONS, segmentRun } from '@weft/executor/shard/segmentation';
import { ResourceError } from '@weft/primitives';
import { checkObject, checkOptions } from '@weft/primitives/arguments';
import { isSparse, type Shape } from '@weft/prover/protocol/key';
import { LOG_PARTS, provedParts } from '@weft/prover/protocol/stacking';
import { costModel, tableCells } from '../cost/cost.ts';
import { checkRiscvKey, type RiscvKey } from '../key.ts';
import { programLogHeight } from '../program.ts';
import type { CutOptions } from './cut.ts';
import { mergedRows } from './moves.ts';

/** A shard of a plan. */
export interface PlannedShard {
  /** Instructions that retire in it. */
  readonly cycles: number;
  /** Name of the set of chips that its shape belongs to, with whole lookup tables. */
  readonly set: string;
  /** log2 of the cells that its shape has room for. */
  readonly variables: number;
  /**
   * Cells of its tables, heights rounded up. At most: how many permutations of the state are alike, and how many registers idle, only
   * who proves the shard knows.
   */
  readonly cells: number;
  /** Cells that are encoded and hashed: `cells` in whole parts of the shape. */
  readonly committedCells: number;
}

/**
 * Finds the shards of a run, in order: as many as its proof has, cut at the same places. Each has the smallest shape with whole lookup tables that
 * it fits; a small one may turn out to need fewer cells with sparse ones. Follows from program, input and limits alone.
 * @param machine - has all families that the run calls.
 * @throws {ExecutionError} {@link ResourceError} as the executor's `segmentRun` does.
 * @throws {TypeError} {@link RangeError} for an argument or option that is none.
 * @throws the signal's reason when aborted.
 */
export async function planRun(
  program: Program,
  machine: RiscvKey,
  stdin: readonly Uint8Array[],
  options: CutOptions,
): Promise<PlannedShard[]> {
  checkProgram(program);
  checkRiscvKey('machine', machine);
  const checked = checkOptions('options', options, CUT_OPTIONS);
  checkObject('options', checked, 'an object', ['limits']);
  const { key, omitted, calls } = machine;
  const model = costModel(key, { logHeights: [programLogHeight(program)], root: [] }, omitted);
  const shapes = key.shapes.filter((shape) => !isSparse(shape));
  const setNames = [...new Set(shapes.map(({ set }) => set))];
  const shapeOf = (cells: number, sets: number): Shape => {
    const shape = shapes.find((s) => cells <= 2 ** s.variables && ((sets >> setNames.indexOf(s.set)) & 1) === 1);
    if (shape === undefined) throw new ResourceError('SHARD_TOO_LARGE', `no shape holds ${cells} cells`, { cells });
    return shape;
  };
  const shards: PlannedShard[] = [];
  for await (const { cycles, rows } of segmentRun(program, stdin, { ...checked, model, calls })) {
    const { cells, sets } = tableCells(model, mergedRows(key.machine, rows));
    const { set, variables } = shapeOf(cells, sets);
    const committedCells = provedParts(key.suite, cells, variables) * 2 ** (variables - LOG_PARTS);
    shards.push({ cycles, set, variables, cells, committedCells });
  }
  return shards;
}
