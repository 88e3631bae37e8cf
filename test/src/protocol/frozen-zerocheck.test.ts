/** Frozen-challenge attacks: messages of the zerocheck. */
import { inverse as inverseFelt, P } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { describe, it } from 'vitest';
import { addAt, freeze, kernel } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';

type Ext = ext.Ext;

describe.each(INSTANCES)('zerocheck messages: $name', (instance) => {
  const { attack, drawn, piecesOf } = freeze(instance);
  it.each([0, 3])('sumcheck message %i', (i) => {
    attack((bytes) => {
      const rho = drawn('zerocheck/rho')[i]!;
      // Any change of g(2) and g(3) that interpolates to 0 at rho: g(0) and g(1) stay.
      const lagrange = [1, 2, 3].map((k) => {
        let value: Ext = ext.ONE;
        for (let l = 0; l < 4; l++)
          if (l !== k) value = ext.mulBase(ext.mul(value, ext.sub(rho, [l, 0, 0, 0, 0])), inverseFelt((k - l + P) % P));
        return value;
      });
      addAt(bytes, piecesOf('zerocheck/sumcheck')[i]!.at + (i === 0 ? 0 : 5), kernel([lagrange.slice(1)]));
    });
  });
});
