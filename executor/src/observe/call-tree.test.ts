import { describe, expect, it } from 'vitest';
import { CallTree } from './call-tree.ts';

const [MAIN, OUTER, INNER, THROWER] = [0, 1, 2, 3];
/** Return addresses, one a function. */
const FROM = [0x100, 0x200, 0x300, 0x400];
const SP = 0xf000_0000;
const holder = (pc: number): number => Math.floor(pc / 0x100) - 1;

/** Paths of functions, and the cycles of each. */
function paths(tree: CallTree): Record<string, number> {
  const nodes = tree.nodes();
  const path = (i: number): string =>
    nodes[i]!.parent < 0 ? `${nodes[i]!.number}` : `${path(nodes[i]!.parent)} ${nodes[i]!.number}`;
  return Object.fromEntries(nodes.map(({ cycles }, i) => [path(i), cycles]));
}

const spend = (tree: CallTree, cycles: number): void => {
  tree.totals[0]! += cycles;
};

/** main has called outer, that inner, and that thrower; each has a frame of 16 bytes. */
function deep(): CallTree {
  const tree = new CallTree(MAIN);
  tree.call(OUTER, FROM[MAIN]!, SP);
  tree.call(INNER, FROM[OUTER]!, SP - 16);
  tree.call(THROWER, FROM[INNER]!, SP - 32);
  return tree;
}

describe('jumps to where no call returns', () => {
  it('longjmp goes on in the function that the stack pointer and the target say', () => {
    const tree = deep();
    spend(tree, 1);
    // In outer, but not behind its call.
    tree.return(FROM[OUTER]! + 8, SP - 16, holder);
    spend(tree, 10);
    tree.return(FROM[MAIN]!, SP, holder);
    spend(tree, 100);
    expect(paths(tree)).toEqual({ 0: 100, '0 1': 10, '0 1 2': 0, '0 1 2 3': 1 });
  });

  it('in recursion the stack pointer says in which call', () => {
    const tree = new CallTree(MAIN);
    for (let i = 0; i < 5; i++) tree.call(OUTER, FROM[OUTER]!, SP - 16 * i);
    tree.return(FROM[OUTER]! + 8, SP - 32, holder);
    spend(tree, 7);
    expect(paths(tree)).toMatchObject({ '0 1 1': 7, '0 1': 0, '0 1 1 1 1 1': 0 });
  });

  it('one to a function that is not on the stack is a call of it by the frame that is left', () => {
    const tree = deep();
    tree.return(0x900, SP - 16, holder);
    spend(tree, 3);
    expect(paths(tree)).toMatchObject({ '0 1 8': 3 });
  });

  it('one to a function of the stack, but with another stack pointer, is a new call of it', () => {
    const tree = deep();
    tree.return(FROM[OUTER]! + 8, SP - 24, holder);
    spend(tree, 3);
    expect(paths(tree)).toMatchObject({ '0 1': 0, '0 1 1': 3 });
  });

  it('a return to a call that shares its stack pointer with others leaves all between', () => {
    const tree = new CallTree(MAIN);
    for (const number of [OUTER, INNER, THROWER]) tree.call(number, FROM[number - 1]!, SP);
    tree.return(FROM[OUTER]!, SP, holder);
    spend(tree, 3);
    expect(paths(tree)).toMatchObject({ '0 1': 3 });
  });
});

it('a function that lowers the stack pointer for its caller returns all the same', () => {
  const tree = new CallTree(MAIN);
  tree.call(OUTER, FROM[MAIN]!, SP);
  tree.return(FROM[MAIN]!, SP - 64, holder);
  spend(tree, 2);
  expect(paths(tree)).toEqual({ 0: 2, '0 1': 0 });
});

it.each([16, 0])('calls without end take bounded memory, and the way back is found: frames of %i bytes', (frame) => {
  const tree = new CallTree(MAIN);
  const deepest = (1 << 22) + 1000;
  for (let i = 0; i < deepest; i++) tree.call(OUTER, FROM[OUTER]!, SP - frame * i);
  expect(tree.nodes()).toHaveLength(1025);
  for (let i = deepest - 1; i >= 0; i--) tree.return(FROM[OUTER]!, SP - frame * i, holder);
  spend(tree, 5);
  const [root] = tree.nodes();
  expect(root).toMatchObject({ cycles: 5, parent: -1 });
});

it('of paths without end a bounded number is kept, and none of their cycles is lost', () => {
  const tree = new CallTree(MAIN);
  let cycles = 0;
  for (let i = 0; i < 300_000; i++) {
    tree.call(1 + i, FROM[MAIN]!, SP);
    spend(tree, 1);
    cycles++;
    tree.return(FROM[MAIN]!, SP, holder);
  }
  const nodes = tree.nodes();
  expect(nodes).toHaveLength(1 << 18);
  expect(nodes.reduce((sum, node) => sum + node.cycles, 0)).toBe(cycles);
});

it('long paths are kept up to a length of all together', () => {
  const tree = new CallTree(MAIN);
  // Each leaf is new, under a path of a thousand nodes.
  for (let i = 0; i < 1000; i++) tree.call(OUTER, FROM[OUTER]!, SP - 16 * i);
  for (let i = 0; i < 20_000; i++) {
    tree.call(100 + i, FROM[INNER]!, SP - 16_000);
    tree.return(FROM[INNER]!, SP - 16_000, holder);
  }
  expect(tree.nodes().length).toBeLessThan(1000 + (1 << 23) / 1000);
});
