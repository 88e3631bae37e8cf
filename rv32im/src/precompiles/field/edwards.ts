/**
 * @module Adding points of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 over a prime field (RFC 8032, 5.1.4, in affine
 * coordinates). Points of the curve have a sum always, equal and opposite ones too, because -1 is a square and d is none.
 */
import { Congruences } from '@weft/prover/kit/field/congruences';
import { inverses, mod } from '@weft/prover/kit/field/integers';
import type { Formula } from './formula.ts';

/** What the formula needs of a curve. */
export interface EdwardsCurve {
  /** A prime of at most 384 bits. */
  readonly modulus: bigint;
  /** The curve's d, in [0, modulus). */
  readonly d: bigint;
}

/**
 * (x3, y3) = ((x1 y2 + x2 y1) / (1 + h), (y1 y2 + x1 x2) / (1 - h)) with h = d x1 x2 y1 y2. Coordinates are taken modulo the
 * modulus, and nobody checks that they are on the curve: inputs with h = 1 or h = -1, which are not, have no row, because there
 * 0 = 0 would leave a coordinate free.
 */
export function edwardsAdd({ modulus, d }: EdwardsCurve): Formula {
  const system = new Congruences({
    modulus,
    numbers: {
      x1: 'any',
      y1: 'any',
      x2: 'any',
      y2: 'any',
      xx: 'hint',
      yy: 'hint',
      xxyy: 'hint',
      // Reduced, so that 1 and -1 are one number each.
      h: 'reduced',
      x3: 'reduced',
      y3: 'reduced',
    },
    congruences: {
      xx: [{ a: { x1: 1 }, b: { x2: 1 } }, { a: { xx: -1 } }],
      yy: [{ a: { y1: 1 }, b: { y2: 1 } }, { a: { yy: -1 } }],
      xxyy: [{ a: { xx: 1 }, b: { yy: 1 } }, { a: { xxyy: -1 } }],
      h: [{ a: { xxyy: 1 }, b: d }, { a: { h: -1 } }],
      x: [
        { a: { x3: 1 }, b: { h: 1 } },
        { a: { x3: 1 } },
        { a: { x1: -1 }, b: { y2: 1 } },
        { a: { x2: -1 }, b: { y1: 1 } },
      ],
      y: [{ a: { y3: 1 }, b: { h: 1 } }, { a: { xx: 1, yy: 1, y3: -1 } }],
    },
    distinct: { h_not_1: ['h', 1n], h_not_minus_1: ['h', modulus - 1n] },
  });
  return {
    system,
    inputs: ['x1', 'y1', 'x2', 'y2'],
    outputs: ['x3', 'y3'],
    solve: (inputs) => {
      const rows = inputs.map((values) => {
        const { x1, y1, x2, y2 } = values as Readonly<Record<'x1' | 'y1' | 'x2' | 'y2', bigint>>;
        const [xx, yy] = [mod(x1 * x2, modulus), mod(y1 * y2, modulus)];
        const xxyy = mod(xx * yy, modulus);
        return { x1, y1, x2, y2, xx, yy, xxyy, h: mod(d * xxyy, modulus) };
      });
      const inverse = inverses(
        '1 + h or 1 - h',
        rows.flatMap(({ h }) => [1n + h, 1n - h]),
        modulus,
      );
      return rows.map((row, i) => {
        const { x1, y1, x2, y2, xx, yy } = row;
        const x3 = mod((x1 * y2 + x2 * y1) * inverse[2 * i]!, modulus);
        return { ...row, x3, y3: mod((xx + yy) * inverse[2 * i + 1]!, modulus) };
      });
    },
  };
}
