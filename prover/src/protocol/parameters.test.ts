/** Parameters of the openings, where the design names them. */
import { describe, expect, it } from 'vitest';
import { preprocessedParameters, witnessParameters } from './parameters.ts';

describe('parameters', () => {
  it('match the table of the design for 2^26 cells', () => {
    const { rounds, finalVariables } = witnessParameters(26);
    expect(rounds.map((r) => r.queries)).toEqual([261, 77, 33, 22]);
    expect(rounds.map((r) => (r.regime.kind === 'johnson' ? r.regime.multiplicity : r.regime.kind))).toEqual([
      'unique',
      8,
      3,
      1,
    ]);
    expect(finalVariables).toBe(4);
  });
  it('the program opening folds an exact codeword of rate 1/16 with 27 queries', () => {
    expect(preprocessedParameters(17).rounds).toMatchObject([
      { logInverseRate: 4, queries: 27, queryGrinding: 16, regime: { kind: 'exact' } },
    ]);
    expect(preprocessedParameters(17).finalVariables).toBe(10);
  });
});
