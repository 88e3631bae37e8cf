import { expect, it } from 'vitest';
import { bindingOrder, childVariable } from './gkr.ts';

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

it.each([
  [1, 3, 0],
  [3, 3, 0],
  // The first two row bits are bound last, so that these layers combine children at a point.
  [4, 3, 0],
  [5, 3, 0],
  [6, 3, 2],
  [9, 3, 2],
])('%i variables, %i of them leaf bits: children differ in variable %i', (variables, leafBits, variable) => {
  expect(childVariable(variables, leafBits)).toBe(variable);
  const isFirst = bindingOrder(variables, leafBits)[0] === variable;
  expect(isFirst).toBe(![leafBits + 1, leafBits + 2].includes(variables));
});
