/**
 * @module The circuits that proofs of a chain are folded with: lifts of one, two or four proofs of every shape and program height, joins of
 * two to four; and those that say of a span, or of one proof, that it is the whole chain. Each has a name; its key is the root of its columns.
 */
import type { Digest } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { committedWidths } from '@weft/prover/air/machine';
import { givenLogHeights, type MachineKey, type Shape } from '@weft/prover/protocol/key';
import { cellsOf } from '@weft/prover/protocol/stacking';
import type { Child } from './circuit/verifier.ts';
import { COMPRESSED, FINAL, TREE, WRAPPED, WRAPPED_TABLES, WRAPPING } from './classes.ts';
import { type CircuitForm, childOfClass, ORDINARY } from './key.ts';
import type { Heights } from './lower/layout.ts';
import { join } from './programs/join.ts';
import { lift } from './programs/lift.ts';
import { type ProofProgram, recordSpanProgram, recordWholeProgram } from './programs/record.ts';
import { type ChainLayout, spanWordNames } from './programs/span.ts';
import { whole, wholeLength, wholeLift } from './programs/whole.ts';
import { wrap } from './programs/wrap.ts';

/** A machine whose proofs form chains, with one preprocessed table. */
export interface ChainedMachine {
  readonly key: MachineKey;
  readonly layout: ChainLayout;
  /** Heights that its preprocessed table may have. */
  readonly programLogHeights: readonly number[];
  /** Most proofs that one lift takes, by their set of chips. */
  readonly mostLifted: ReadonlyMap<string, LiftCount>;
}

/** Numbers of proofs that a lift can take. */
export type LiftCount = 1 | 2 | 4;

/** A circuit, not yet recorded. */
export interface Circuit {
  readonly name: string;
  /** Of its tables. */
  readonly heights: Heights;
  readonly form: CircuitForm;
  /** Of the proofs that it verifies. */
  readonly suite: HashSuite;
  /** Words of its statement. */
  readonly words: number;
  /** What it verifies proofs of. */
  child(): Child;
  record(): ProofProgram;
}

/** Program heights up to which a lift of four proofs fits the tables of {@link TREE}, and one of one those of {@link FINAL}. */
const SMALL_PROGRAM = 13;
const JOINS: readonly number[] = [2, 3, 4];
const LIFT_COUNTS: readonly LiftCount[] = [1, 2, 4];

/** A shape as folding sees it. */
export interface FoldedShape {
  /** In names of circuits: those of the key's first set go by the size of their commitment alone. */
  readonly name: string;
  /** Most of its proofs that one lift takes. */
  readonly most: LiftCount;
}

export function foldedShape(
  { key, mostLifted }: ChainedMachine,
  { set, variables }: Pick<Shape, 'set' | 'variables'>,
): FoldedShape {
  const name = set === key.shapes[0]!.set ? `${variables}` : `${set}-${variables}`;
  return { name, most: mostLifted.get(set)! };
}

/** Name of a lift of `count` proofs of a shape. */
export function liftName(count: number, { name }: FoldedShape, programLogHeight: number): string {
  return `lift-${count}-${name}-${programLogHeight}`;
}

/** Name of the lift of a chain of one proof. */
export function singleName({ name }: FoldedShape, programLogHeight: number): string {
  return `single-${name}-${programLogHeight}`;
}

/** Name of the circuit that says of a span that it is a whole chain. */
export const WHOLE = 'whole';
/** Name of the circuit whose proofs are the smallest. */
export const WRAP = 'wrap';

export function joinName(count: number): string {
  return `join-${count}`;
}

/** Numbers of proofs that one lift can take, rising. */
export function liftCounts({ most }: FoldedShape, programLogHeight: number): readonly LiftCount[] {
  const fitting = programLogHeight <= SMALL_PROGRAM ? 4 : 2;
  return LIFT_COUNTS.filter((count) => count <= most && count <= fitting);
}

/** Whether a chain of one proof needs no span. */
export function hasSingle({ most }: FoldedShape, programLogHeight: number): boolean {
  return most === 4 && programLogHeight <= SMALL_PROGRAM;
}

/** Whether a shape holds the tables whose heights are given. No proof has such a shape otherwise. */
function holds({ machine, variables }: Shape, programLogHeight: number): boolean {
  const given = givenLogHeights(machine, { logHeights: [programLogHeight] });
  return cellsOf(committedWidths(machine), given) <= 2 ** variables;
}

/** Shapes and program heights of a machine's proofs. */
function childrenOf({ key, programLogHeights }: ChainedMachine): Child[] {
  return key.shapes.flatMap((shape) =>
    programLogHeights.filter((height) => holds(shape, height)).map((height) => ({ key, shape, logHeights: [height] })),
  );
}

/** Circuits whose proofs are of spans, in the order of the key set. */
export function spanCircuits(machine: ChainedMachine): Circuit[] {
  const { key, layout } = machine;
  const words = spanWordNames(layout, key.suite.digestLength).length;
  const lifts = childrenOf(machine).flatMap((child) =>
    liftCounts(foldedShape(machine, child.shape), child.logHeights[0]!).map(
      (count): Circuit => ({
        name: liftName(count, foldedShape(machine, child.shape), child.logHeights[0]!),
        heights: TREE,
        form: ORDINARY,
        suite: key.suite,
        words,
        child: () => child,
        record: () => recordSpanProgram(child, layout, (b, span) => lift(b, { child, layout, count }, span)),
      }),
    ),
  );
  const span = (): Child => childOfClass(key.suite, words, TREE);
  const joins = JOINS.map(
    (count): Circuit => ({
      name: joinName(count),
      heights: TREE,
      form: ORDINARY,
      suite: key.suite,
      words,
      child: span,
      record: () => recordSpanProgram(span(), layout, (b, s) => join(b, { child: span(), layout, count }, s)),
    }),
  );
  return [...lifts, ...joins];
}

/** Name of the circuit of a whole chain whose proofs are made to be wrapped: cheap to verify in a circuit, not to make. */
export function wrappingName(circuit: string): string {
  return `wrapping-${circuit}`;
}

/**
 * Circuits whose proofs are of whole chains.
 * @param keySet - root of the set of the keys of {@link spanCircuits}.
 * @param isWrapping - whether their proofs are made to be wrapped.
 */
export function wholeCircuits(machine: ChainedMachine, keySet: Digest, isWrapping: boolean): Circuit[] {
  const form = isWrapping ? WRAPPING : COMPRESSED;
  const name = isWrapping ? wrappingName : (circuit: string): string => circuit;
  const { key, layout } = machine;
  const { suite, digest } = key;
  const words = wholeLength(layout, suite.digestLength);
  const singles = childrenOf(machine)
    .filter(({ shape, logHeights }) => hasSingle(foldedShape(machine, shape), logHeights[0]!))
    .map(
      (child): Circuit => ({
        name: name(singleName(foldedShape(machine, child.shape), child.logHeights[0]!)),
        heights: FINAL,
        form,
        suite,
        words,
        child: () => child,
        record: () => recordWholeProgram(child, layout, (b, w) => wholeLift(b, { child, layout, count: 1 }, w)),
      }),
    );
  const span = (): Child => childOfClass(suite, spanWordNames(layout, suite.digestLength).length, TREE);
  const ofSpan: Circuit = {
    name: name(WHOLE),
    heights: FINAL,
    form,
    suite,
    words,
    child: span,
    record: () => {
      const spec = { child: span(), layout, chain: { digest, suite }, keySet };
      return recordWholeProgram(spec.child, layout, (b, w) => whole(b, spec, w));
    },
  };
  return [...singles, ofSpan];
}

/**
 * The circuit of the smallest proofs.
 * @param keySet - root of the set of the keys of {@link wholeCircuits}, hashed by the suite of their proofs.
 */
export function wrapCircuit({ key, layout }: ChainedMachine, keySet: Digest): Circuit {
  const words = wholeLength(layout, key.suite.digestLength);
  const child = (): Child => childOfClass(key.suite, words, FINAL, WRAPPING);
  return {
    name: WRAP,
    heights: WRAPPED_TABLES,
    form: WRAPPED,
    suite: WRAPPING.suite!,
    words,
    child,
    record: () => recordWholeProgram(child(), layout, (b, w) => wrap(b, { child: child(), keySet }, w)),
  };
}
