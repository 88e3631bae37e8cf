import { expect, it } from 'vitest';
import { bindingOrder } from './gkr.ts';

it.each([
  [0, 3, []],
  [1, 3, [0]],
  [3, 3, [2, 1, 0]],
  [4, 3, [0, 3, 2, 1]],
  [6, 3, [2, 1, 0, 5, 4, 3]],
  [3, 0, [2, 1, 0]],
])('%i variables, %i of them leaf bits: rows from the highest down, then leaves', (variables, leafBits, order) => {
  expect(bindingOrder(variables, leafBits)).toEqual(order);
});
