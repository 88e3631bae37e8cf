/**
 * @module Bus fingerprints. A tuple becomes busAlpha + sum over j of m_j t_j, where t_0 is the bus id and m_j the product of
 * the betas at the set bits of j: distinct tuples are distinct multilinear polynomials in the challenges, at the price
 * of log2 of the tuple length in soundness and not of the length itself.
 */
import type { Bus, FieldOperations } from '../air/chip.ts';
import { MAX_TUPLE } from '../air/chip.ts';

export const BETA_COUNT: number = Math.log2(MAX_TUPLE);

export interface Fingerprint<E> {
  readonly busAlpha: E;
  /** m_0 = 1, m_1, ..., one per slot. */
  readonly monomials: readonly E[];
}

export function createFingerprint<E>(field: FieldOperations<E>, busAlpha: E, betas: readonly E[]): Fingerprint<E> {
  let monomials = [field.constant(1)];
  for (const beta of betas) monomials = [...monomials, ...monomials.map((m) => field.mul(m, beta))];
  return { busAlpha, monomials };
}

/**
 * The denominator of a tuple given as extension elements.
 * @param first - slots to begin with: where many tuples have the same there, a circuit computes that part once.
 */
export function fingerprintOf<E>(
  field: FieldOperations<E>,
  f: Fingerprint<E>,
  bus: Bus,
  tuple: readonly E[],
  first: readonly number[] = [],
): E {
  let sum = field.add(f.busAlpha, field.constant(bus.id));
  for (const j of new Set([...first, ...tuple.keys()])) sum = field.add(sum, field.mul(f.monomials[j + 1]!, tuple[j]!));
  return sum;
}
