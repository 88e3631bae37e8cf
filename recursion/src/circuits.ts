/**
 * @module The circuits that proofs of a chain are folded with: lifts of one, two or four proofs of every shape and program height, joins of
 * two to four. Each has a name; its key is the root of its columns.
 */
import { committedWidths } from '@weft/prover/air/machine';
import { givenLogHeights, type MachineKey, type Shape } from '@weft/prover/protocol/key';
import { packBlocks } from '@weft/prover/protocol/stacking';
import type { Child } from './circuit/verifier.ts';
import { SINGLE, TREE } from './classes.ts';
import { childOfClass } from './key.ts';
import type { Heights } from './lower/layout.ts';
import { join } from './programs/join.ts';
import { lift } from './programs/lift.ts';
import { recordSpanProgram, type SpanProgram } from './programs/record.ts';
import { type ChainLayout, spanWordNames } from './programs/span.ts';

/** A machine whose proofs form chains, with one preprocessed table. */
export interface ChainedMachine {
  readonly key: MachineKey;
  readonly layout: ChainLayout;
  /** Heights that its preprocessed table may have. */
  readonly programLogHeights: readonly number[];
}

/** A circuit, not yet recorded. */
export interface Circuit {
  readonly name: string;
  /** Of its tables. */
  readonly heights: Heights;
  /** What its proofs are of. */
  child(): Child;
  /** How many words a statement has. */
  readonly inputs: number;
  record(): SpanProgram;
}

/** Program heights up to which a lift of four proofs fits the tables of {@link TREE}, and one of one those of {@link SINGLE}. */
const SMALL_PROGRAM = 13;
const JOINS: readonly number[] = [2, 3, 4];

/** Name of a lift of `count` proofs of a shape of 2^variables cells. `single`: the only proof of its run. */
export function liftName(count: number, variables: number, programLogHeight: number, isSingle: boolean): string {
  return `${isSingle ? 'single' : 'lift'}-${count}-${variables}-${programLogHeight}`;
}

export function joinName(count: number): string {
  return `join-${count}`;
}

/** Numbers of proofs that one lift can take. */
export function liftCounts(programLogHeight: number): readonly number[] {
  return programLogHeight <= SMALL_PROGRAM ? [1, 2, 4] : [1, 2];
}

/** Whether the lift of a run of one proof has tables of its own. */
export function hasSingle(programLogHeight: number): boolean {
  return programLogHeight <= SMALL_PROGRAM;
}

function liftCircuit(machine: ChainedMachine, shape: number, height: number, count: number, single: boolean): Circuit {
  const { key, layout } = machine;
  const child = { key, shape: key.shapes[shape]!, logHeights: [height] };
  return {
    name: liftName(count, child.shape.variables, height, single),
    heights: single ? SINGLE : TREE,
    child: () => child,
    inputs: spanWordNames(layout, key.suite.digestLength).length,
    record: () => recordSpanProgram(child, layout, (b, span) => lift(b, { child, layout, count }, span)),
  };
}

/** Whether a shape holds the tables whose heights are given. No proof has such a shape otherwise. */
function holds({ machine }: MachineKey, { variables }: Shape, programLogHeight: number): boolean {
  const given = givenLogHeights(machine, { logHeights: [programLogHeight], root: [] });
  return packBlocks(committedWidths(machine), given).cells <= 2 ** variables;
}

/** All circuits for a machine, in the order of the key set. */
export function circuitsOf(machine: ChainedMachine): Circuit[] {
  const { key, layout, programLogHeights } = machine;
  const words = spanWordNames(layout, key.suite.digestLength).length;
  const lifts = key.shapes.flatMap((shape) =>
    programLogHeights
      .filter((height) => holds(key, shape, height))
      .flatMap((height) => [
        ...(hasSingle(height) ? [liftCircuit(machine, shape.index, height, 1, true)] : []),
        ...liftCounts(height).map((count) => liftCircuit(machine, shape.index, height, count, false)),
      ]),
  );
  const child = (): Child => childOfClass(key.suite, words, TREE);
  const joins = JOINS.map(
    (count): Circuit => ({
      name: joinName(count),
      heights: TREE,
      child,
      inputs: words,
      record: () => recordSpanProgram(child(), layout, (b, span) => join(b, { child: child(), layout, count }, span)),
    }),
  );
  return [...lifts, ...joins];
}
