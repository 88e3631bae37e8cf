/**
 * @module Adding and doubling affine points of y^2 = x^3 + a x + b over a prime field. That a point is on the curve is not
 * checked: the formulas do not need b, and SP1 does not check it either.
 */
import { Congruences } from '@weft/prover/kit/field/congruences';
import { inverses, mod } from '@weft/prover/kit/field/integers';
import { checkWeierstrass } from './checks.ts';
import type { Formula } from './formula.ts';

/** What the formulas need of a curve. */
export interface WeierstrassCurve {
  /** A prime above 3 of at most 384 bits. */
  readonly modulus: bigint;
  /** The curve's a, preferably small: -3 rather than modulus - 3. */
  readonly a: bigint;
}

/**
 * (x3, y3) = (x1, y1) + (x2, y2) for x1 != x2. The x coordinates must be reduced, y1 and y2 are taken modulo the modulus.
 * Neither equal points nor opposite ones have a row: there 0 = 0 would leave the slope free.
 */
export function weierstrassAdd(curve: WeierstrassCurve): Formula {
  checkWeierstrass(curve);
  const { modulus } = curve;
  const system = new Congruences({
    modulus,
    numbers: {
      // Reduced, so that numbers that differ differ modulo the modulus, and the slope is the only one.
      x1: 'reduced',
      y1: 'any',
      x2: 'reduced',
      y2: 'any',
      slope: 'hint',
      x3: 'reduced',
      y3: 'reduced',
    },
    congruences: {
      chord: [{ a: { slope: 1 }, b: { x2: 1, x1: -1 } }, { a: { y1: 1, y2: -1 } }],
      x: [{ a: { slope: 1 }, b: { slope: 1 } }, { a: { x1: -1, x2: -1, x3: -1 } }],
      y: [{ a: { slope: 1 }, b: { x1: 1, x3: -1 } }, { a: { y1: -1, y3: -1 } }],
    },
    distinct: { other_x: ['x1', 'x2'] },
  });
  return {
    system,
    inputs: ['x1', 'y1', 'x2', 'y2'],
    outputs: ['x3', 'y3'],
    solve: (inputs) => {
      const inverse = inverses(
        'x2 - x1',
        inputs.map(({ x1, x2 }) => x2! - x1!),
        modulus,
      );
      return inputs.map((values, i) => {
        const { x1, y1, x2, y2 } = values as Readonly<Record<'x1' | 'y1' | 'x2' | 'y2', bigint>>;
        const slope = mod((y2 - y1) * inverse[i]!, modulus);
        const x3 = mod(slope * slope - x1 - x2, modulus);
        return { x1, y1, x2, y2, slope, x3, y3: mod(slope * (x1 - x3) - y1, modulus) };
      });
    },
  };
}

/**
 * (x3, y3) = 2 (x1, y1) for y1 != 0, reduced; x1 is taken modulo the modulus. Points of order 2 have no row, nor has (0, 0):
 * there 0 = 0 would leave the slope free.
 */
export function weierstrassDouble(curve: WeierstrassCurve): Formula {
  checkWeierstrass(curve);
  const { modulus, a } = curve;
  const system = new Congruences({
    modulus,
    // y1 is reduced, so that 0 is the only multiple of the modulus that it could be.
    numbers: { x1: 'any', y1: 'reduced', slope: 'hint', x3: 'reduced', y3: 'reduced' },
    congruences: {
      tangent: [{ a: { slope: 2 }, b: { y1: 1 } }, { a: { x1: -3 }, b: { x1: 1 } }, { constant: -a }],
      x: [{ a: { slope: 1 }, b: { slope: 1 } }, { a: { x1: -2, x3: -1 } }],
      y: [{ a: { slope: 1 }, b: { x1: 1, x3: -1 } }, { a: { y1: -1, y3: -1 } }],
    },
    distinct: { y1_not_0: ['y1', 0n] },
  });
  return {
    system,
    inputs: ['x1', 'y1'],
    outputs: ['x3', 'y3'],
    solve: (inputs) => {
      const inverse = inverses(
        '2 y1',
        inputs.map(({ y1 }) => 2n * y1!),
        modulus,
      );
      return inputs.map((values, i) => {
        const { x1, y1 } = values as Readonly<Record<'x1' | 'y1', bigint>>;
        const slope = mod((3n * x1 * x1 + a) * inverse[i]!, modulus);
        const x3 = mod(slope * slope - 2n * x1, modulus);
        return { x1, y1, slope, x3, y3: mod(slope * (x1 - x3) - y1, modulus) };
      });
    },
  };
}
