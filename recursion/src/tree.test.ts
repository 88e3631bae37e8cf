/** Plans of folding: every proof once, neighbours only, and one step at the end. */
import { describe, expect, it } from 'vitest';
import type { FoldedShape } from './circuits.ts';
import { planTree, TreePlanner } from './tree.ts';

const plain = (variables: number): FoldedShape => ({ name: `${variables}`, most: 4 });

/** What a step covers: first proof and the one behind the last, checked on the way. */
function spanOf(steps: ReturnType<typeof planTree>, index: number): [number, number] {
  const { kind, children } = steps[index]!;
  if (kind === 'lift' || kind === 'single') {
    for (const [i, child] of children.entries()) expect(child).toBe(children[0]! + i);
    return [children[0]!, children.at(-1)! + 1];
  }
  for (const child of children) expect(child).toBeLessThan(index);
  if (kind === 'whole') expect(children).toHaveLength(1);
  const spans = children.map((child) => spanOf(steps, child));
  for (let i = 1; i < spans.length; i++) expect(spans[i]![0]).toBe(spans[i - 1]![1]);
  return [spans[0]![0], spans.at(-1)![1]];
}

describe('a plan', () => {
  it.each([1, 2, 3, 4, 5, 7, 16, 17, 33, 64, 65, 586])('of %i proofs covers each of them once', (count) => {
    const shapes = [plain(25), plain(25), { name: 'a-25', most: 2 }, { name: 'b-25', most: 1 }] as const;
    for (const [i, shape] of shapes.entries()) {
      const steps = planTree(new Array<FoldedShape>(count).fill(shape), i === 0 ? 20 : 10);
      expect(spanOf(steps, steps.length - 1)).toEqual([0, count]);
      const used = steps.filter((s) => s.kind === 'join' || s.kind === 'whole').flatMap((s) => s.children);
      // Every step but the last is the child of exactly one.
      expect([...used].sort((a, b) => a - b)).toEqual(steps.slice(0, -1).map((_, i) => i));
    }
  });
  it('lifts proofs of one shape together, and others apart', () => {
    const lifts = planTree(
      [plain(25), plain(25), plain(25), plain(25), plain(25), plain(25), plain(25), plain(20)],
      10,
    ).filter((s) => s.kind === 'lift');
    expect(lifts.map((s) => s.circuit)).toEqual(['lift-4-25-10', 'lift-2-25-10', 'lift-1-25-10', 'lift-1-20-10']);
    expect(planTree([plain(25), plain(25), plain(25), plain(25)], 20).map((s) => s.circuit)).toEqual([
      'lift-2-25-20',
      'lift-2-25-20',
      'join-2',
      'whole',
    ]);
  });
  it('has tables of its own for the only proof of a run', () => {
    expect(planTree([plain(20)], 10).map((s) => s.circuit)).toEqual(['single-20-10']);
    expect(planTree([plain(20)], 20).map((s) => s.circuit)).toEqual(['lift-1-20-20', 'whole']);
    // Shapes of large sets have none.
    for (const most of [1, 2] as const)
      expect(planTree([{ name: 'a-20', most }], 10).map((s) => s.circuit)).toEqual(['lift-1-a-20-10', 'whole']);
  });
  it('16 full shards are four lifts and a join', () => {
    expect(planTree(new Array<FoldedShape>(16).fill(plain(25)), 13).map((s) => s.circuit)).toEqual([
      ...new Array<string>(4).fill('lift-4-25-13'),
      'join-4',
      'whole',
    ]);
  });
  it('is found step by step: a step when its last proof is known, or when it is known that no more of its kind follow', () => {
    const planner = new TreePlanner(10);
    const found = new Array<FoldedShape>(17).fill(plain(25)).map((v) => planner.add(v).map((s) => s.circuit));
    expect(found.map((circuits) => circuits.length)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0]);
    expect(found[15]).toEqual(['lift-4-25-10', 'join-4']);
    expect(planner.add(plain(20)).map((s) => s.circuit)).toEqual(['lift-1-25-10']);
    expect(planner.finish().map((s) => s.circuit)).toEqual(['lift-1-20-10', 'join-2', 'join-2', 'whole']);
  });
  it('is wrapped at the end: of a proof that was made for it', () => {
    expect(planTree([plain(20)], 10, true)).toEqual([
      { circuit: 'wrapping-single-20-10', kind: 'single', children: [0] },
      { circuit: 'wrap', kind: 'wrap', children: [0] },
    ]);
    const steps = planTree(new Array<FoldedShape>(17).fill(plain(25)), 10, true);
    expect(steps.at(-2)).toMatchObject({ circuit: 'wrapping-whole', kind: 'whole' });
    expect(steps.at(-1)).toEqual({ circuit: 'wrap', kind: 'wrap', children: [steps.length - 2] });
    // The steps before the last two do not know.
    expect(steps.slice(0, -2)).toEqual(planTree(new Array<FoldedShape>(17).fill(plain(25)), 10).slice(0, -1));
  });
  it('of nothing there is none', () => {
    expect(() => planTree([], 10)).toThrow(RangeError);
  });
});
