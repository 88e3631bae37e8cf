/** Weights of columns in the committed vector. */
import { mulBase } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { NativeBackend } from '../transcript/native.ts';
import { tensor } from './stacking.ts';

const { ext } = seeded(7);

it('sums eq to one and weighs rows as tensors', () => {
  const point = [ext(), ext()];
  const table = eqTable(point);
  const backend = new NativeBackend(suite, new Uint8Array(), () => []);
  expect(tensor(backend, point)).toEqual(table);
  expect(mulBase(point[0]!, 1)).toEqual(point[0]);
});
