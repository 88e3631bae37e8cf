import { expect, it } from 'vitest';
import { bindingOrder } from './gkr.ts';

it.each([
  [0, 3, []],
  [1, 3, [0]],
  [3, 3, [0, 1, 2]],
  [4, 3, [1, 2, 3, 0]],
  [6, 3, [2, 3, 4, 5, 0, 1]],
  [7, 3, [2, 3, 4, 5, 6, 0, 1]],
  [3, 0, [2, 0, 1]],
])(
  '%i variables, %i of them leaf bits: from the lowest up, the first two row bits last',
  (variables, leafBits, order) => {
    expect(bindingOrder(variables, leafBits)).toEqual(order);
  },
);
