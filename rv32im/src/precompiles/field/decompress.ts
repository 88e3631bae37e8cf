/**
 * @module One coordinate of a point from the other and a bit. A number that no point has for it has no row: its square would be one that
 * nothing squares to.
 */

import { ED25519 } from '@weft/executor/precompiles/curves';
import { xOf } from '@weft/executor/precompiles/edwards';
import { yOf } from '@weft/executor/precompiles/weierstrass';
import { ConstraintError } from '@weft/primitives';
import { Congruences } from '@weft/prover/kit/field/congruences';
import { mod } from '@weft/prover/kit/field/integers';
import { assertAbove } from '@weft/prover/kit/field/relation';
import type { Values } from '@weft/prover/kit/field/witness';
import { assertParity, assertParityUnlessZero } from './flags.ts';
import type { Formula } from './formula.ts';
import type { WeierstrassCurve } from './weierstrass.ts';

/** What the flag asks for: the odd y, or the one that is greater than its negative. */
export type Choice = 'odd' | 'greater';

const FLAG = 'sign';

/** The root or its negative that the flag asks for. */
function chosen(root: bigint | undefined, modulus: bigint, isAskedFor: (root: bigint) => boolean): bigint {
  if (root === undefined) throw new ConstraintError('OPERAND', 'there is no such point');
  return isAskedFor(root) ? root : mod(-root, modulus);
}

/**
 * y of a point of y^2 = x^3 + a x + b from its x, which must be reduced, and a bit. No curve of an odd number of points has one with
 * y = 0. Whether the point is in a subgroup is not checked.
 */
export function weierstrassDecompress(curve: WeierstrassCurve & { readonly b: bigint }, choice: Choice): Formula {
  const { modulus, a, b } = curve;
  const system = new Congruences({
    modulus,
    // Both reduced: another number of the same residue would be another result, or have another parity.
    numbers: { x: 'reduced', y: 'reduced', xx: 'hint' },
    congruences: {
      xx: [{ a: { x: 1 }, b: { x: 1 } }, { a: { xx: -1 } }],
      curve: [
        { a: { y: 1 }, b: { y: 1 } },
        { a: { xx: -1 }, b: { x: 1 } },
        ...(a === 0n ? [] : [{ a: { x: -1 }, b: a }]),
        { constant: -b },
      ],
    },
  });
  return {
    system,
    inputs: ['x'],
    outputs: ['y'],
    flag: FLAG,
    assert: (c, real, numbers, flag) => {
      const { bit, fill } = flag!;
      if (choice === 'odd') assertParity(c, real, numbers['y']!, bit);
      else assertAbove(c, 'greater', numbers['y']!, modulus / 2n, bit, fill, real);
    },
    solve: (inputs) =>
      inputs.map((values): Values => {
        const x = values['x']!;
        const bit = values[FLAG]!;
        const y = chosen(yOf({ ...curve, name: '' }, x), modulus, (root) =>
          choice === 'odd' ? root % 2n === bit : (2n * root > modulus ? 1n : 0n) === bit,
        );
        return { x, y, xx: mod(x * x, modulus) };
      }),
  };
}

/**
 * x of a point of -x^2 + y^2 = 1 + d x^2 y^2 over the field of edwards25519 from its y, which must be reduced, and the parity of x. x = 0
 * is its own negative: the bit has no say.
 */
export function edwardsDecompress(): Formula {
  const { modulus, d } = ED25519;
  const system = new Congruences({
    modulus,
    // Both reduced, as above.
    numbers: { y: 'reduced', x: 'reduced', xy: 'hint', dxy: 'hint' },
    congruences: {
      xy: [{ a: { x: 1 }, b: { y: 1 } }, { a: { xy: -1 } }],
      dxy: [{ a: { xy: 1 }, b: d }, { a: { dxy: -1 } }],
      // x^2 (1 + d y^2) = y^2 - 1, where the factor of x^2 is never 0: -d has no root.
      curve: [
        { a: { y: 1 }, b: { y: 1 } },
        { a: { x: -1 }, b: { x: 1 } },
        { a: { dxy: -1 }, b: { xy: 1 } },
        { constant: -1n },
      ],
    },
  });
  return {
    system,
    inputs: ['y'],
    outputs: ['x'],
    flag: FLAG,
    assert: (c, real, numbers, flag) => assertParityUnlessZero(c, 'parity', real, numbers['x']!, flag!),
    solve: (inputs) =>
      inputs.map((values): Values => {
        const y = values['y']!;
        const x = chosen(xOf(y), modulus, (root) => root % 2n === values[FLAG]!);
        const xy = mod(x * y, modulus);
        return { y, x, xy, dxy: mod(d * xy, modulus) };
      }),
  };
}
