import { P } from '@weft/primitives/field/base';
import { hashLeaf } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { Kernels } from '@weft/primitives/kernel/kernels';
import { seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { logRows, witnessParameters } from '../../protocol/parameters.ts';
import { LOG_PARTS, provedParts } from '../../protocol/stacking.ts';
import { commitResident, keptCodeBytes, placeParts } from './commit.ts';

it.each([
  [23, true],
  [24, false],
])('rows of 2^%i cells lie under their leaves, the code being kept: %s', async (variables, isKept) => {
  const kernels = new Kernels(suite).prepare();
  const round = witnessParameters(variables).rounds[0]!;
  // Five parts and a little of a sixth.
  const cells = 5 * 2 ** (variables - LOG_PARTS) + 3;
  const { word } = seeded(variables);
  const values = new Uint32Array(cells).map(() => word() % P);
  expect(keptCodeBytes(round, provedParts(suite, cells, variables)) > 0).toBe(isKept);
  const at = placeParts(kernels, values, variables);
  const commitment = commitResident(kernels, round, at, cells, () => {});
  const count = 2 ** logRows(round);
  const indices = [0, 5, count / 2 - 1, count / 2, count / 2 + 77, count - 1];
  const rows = await commitment.rows(indices);
  for (const [i, row] of rows.entries()) {
    expect(row.length).toBe(6);
    const leaf = [...new Array<number>(2 ** LOG_PARTS - row.length).fill(0), ...row];
    expect(hashLeaf(suite, leaf)).toEqual(commitment.node(0, indices[i]!));
  }
});
