/**
 * @module How the proofs of a chain are folded into one: which of them each lift takes, and which spans each join.
 */
import {
  type FoldedShape,
  hasSingle,
  joinName,
  liftCounts,
  liftName,
  singleName,
  WHOLE,
  WRAP,
  wrappingName,
} from './circuits.ts';

/** One proof about proofs. */
export interface FoldStep {
  readonly circuit: string;
  /**
   * What it is about: proofs of the chain that follow each other, spans that do, the only proof, the span of all, or the proof of the
   * whole chain.
   */
  readonly kind: 'lift' | 'join' | 'single' | 'whole' | 'wrap';
  /** Indices of the chain's proofs for `lift` and `single`, else of earlier steps. */
  readonly children: readonly number[];
}

const MOST_JOINED = 4;

/**
 * Finds the steps while the proofs of a chain become known one by one: a step as soon as it is certain. Which steps there are, and
 * their order, follows from the shapes of the proofs alone. Every step comes after its children; the last one is of the whole chain.
 *
 * A lift takes neighbours of one shape; what is left over at the end of a level goes up as it is.
 */
export class TreePlanner {
  readonly #programLogHeight: number;
  readonly #isWrapped: boolean;
  /** Proofs of one shape that no lift has taken yet. */
  #waiting: { readonly from: number; readonly shape: FoldedShape; readonly count: number } | undefined;
  /** Steps that no join has taken yet, by level. */
  readonly #levels: number[][] = [];
  #proofs = 0;
  #steps = 0;

  /**
   * @param programLogHeight - of the preprocessed table of the program that the chain is of.
   * @param isWrapped - whether the last step is a wrap.
   */
  constructor(programLogHeight: number, isWrapped = false) {
    this.#programLogHeight = programLogHeight;
    this.#isWrapped = isWrapped;
  }

  /**
   * @param shape - of the next proof of the chain.
   * @returns the steps that are certain now, in their order.
   */
  add(shape: FoldedShape): FoldStep[] {
    const steps: FoldStep[] = [];
    if (this.#waiting?.shape.name !== shape.name) this.#lift(steps);
    const { from = this.#proofs, count = 0 } = this.#waiting ?? {};
    this.#waiting = { from, shape, count: count + 1 };
    this.#proofs++;
    if (count + 1 === this.#counts(shape)[0]) this.#lift(steps);
    return steps;
  }

  /** Numbers of proofs that a lift takes, falling. */
  #counts(shape: FoldedShape): number[] {
    return liftCounts(shape, this.#programLogHeight).toReversed();
  }

  /** @returns the steps that are left when there are no more proofs. @throws {RangeError} when there was none. */
  finish(): FoldStep[] {
    if (this.#proofs === 0) throw new RangeError('a chain has at least one proof');
    const waiting = this.#waiting;
    // A proof of a shape of which a lift takes one alone does not wait, nor has it such a circuit.
    if (this.#proofs === 1 && waiting !== undefined && hasSingle(waiting.shape, this.#programLogHeight)) {
      const circuit = this.#whole(singleName(waiting.shape, this.#programLogHeight));
      return this.#wrapped([{ circuit, kind: 'single', children: [0] }], 0);
    }
    const steps: FoldStep[] = [];
    let last = 0;
    this.#lift(steps);
    for (let level = 0; level < this.#levels.length; level++) {
      const left = this.#levels[level]!;
      this.#levels[level] = [];
      const isTop = this.#levels.every((steps) => steps.length === 0);
      if (left.length > 1) this.#join(steps, left, level);
      else if (left.length === 1 && isTop)
        last = this.#emit(steps, { circuit: this.#whole(WHOLE), kind: 'whole', children: left });
      else if (left.length === 1) this.#place(steps, left[0]!, level + 1);
    }
    return this.#wrapped(steps, last);
  }

  #whole(circuit: string): string {
    return this.#isWrapped ? wrappingName(circuit) : circuit;
  }

  #wrapped(steps: FoldStep[], last: number): FoldStep[] {
    return this.#isWrapped ? [...steps, { circuit: WRAP, kind: 'wrap', children: [last] }] : steps;
  }

  #emit(steps: FoldStep[], step: FoldStep): number {
    steps.push(step);
    return this.#steps++;
  }

  /** Lifts what waits. */
  #lift(steps: FoldStep[]): void {
    if (this.#waiting === undefined) return;
    let { from, count } = this.#waiting;
    const { shape } = this.#waiting;
    this.#waiting = undefined;
    while (count > 0) {
      const most = count;
      const taken = this.#counts(shape).find((c) => c <= most)!;
      const children = Array.from({ length: taken }, (_, i) => from + i);
      const circuit = liftName(taken, shape, this.#programLogHeight);
      this.#place(steps, this.#emit(steps, { circuit, kind: 'lift', children }), 0);
      from += taken;
      count -= taken;
    }
  }

  /** Puts a step where a join of its level will take it. */
  #place(steps: FoldStep[], step: number, level: number): void {
    const waiting = [...(this.#levels[level] ?? []), step];
    this.#levels[level] = waiting;
    if (waiting.length < MOST_JOINED) return;
    this.#levels[level] = [];
    this.#join(steps, waiting, level);
  }

  #join(steps: FoldStep[], children: readonly number[], level: number): void {
    const step = this.#emit(steps, { circuit: joinName(children.length), kind: 'join', children });
    this.#place(steps, step, level + 1);
  }
}

/**
 * The steps for a whole chain, as {@link TreePlanner} finds them.
 * @param shapes - of the proofs, in the order of the chain; at least one.
 */
export function planTree(shapes: readonly FoldedShape[], programLogHeight: number, isWrapped = false): FoldStep[] {
  const planner = new TreePlanner(programLogHeight, isWrapped);
  return [...shapes.flatMap((shape) => planner.add(shape)), ...planner.finish()];
}
