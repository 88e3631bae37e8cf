/** Which ids buses have. */
import { expect, it } from 'vitest';
import { FIRST_FAMILY_BUS } from './buses.ts';
import { machineKey } from './key.ts';

it('families from outside share no bus with the machine', () => {
  const ids = machineKey().machine.chips.flatMap(({ interactions }) => interactions.map(({ bus }) => bus.id));
  expect(Math.max(...ids)).toBeLessThan(FIRST_FAMILY_BUS);
});
