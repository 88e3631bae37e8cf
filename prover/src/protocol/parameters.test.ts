/** Parameters of the openings, as docs/protocol.md and ADR 10 list them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAX_PREPROCESSED_VARIABLES } from './key.ts';
import { lowRateParameters, preprocessedParameters, type WhirParameters, witnessParameters } from './parameters.ts';

/** Queries, bits of work before them and before a fold, and regime of each round. */
const summary = ({ rounds }: WhirParameters): string =>
  rounds
    .map(({ queries, queryGrinding, foldGrinding, regime }) => {
      const m = regime.kind === 'johnson' ? regime.multiplicity : regime.kind;
      return `${queries}/${queryGrinding}/${foldGrinding}/${m}`;
    })
    .join(' ');
/** Without the work before queries, where that is given. */
const shortSummary = (parameters: WhirParameters): string => summary(parameters).replaceAll(/(\d+)\/\d+\//g, '$1/');
const rows = (file: string): string => readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');

describe('parameters', () => {
  it('are those of the table in the decision record', () => {
    const adr = rows('adr/0010-johnson-rounds.md');
    for (const m of [19, 20, 21, 22, 23, 24, 25])
      expect(adr).toContain(`| witness 2^${m} | ${summary(witnessParameters(m))} |`);
    for (const m of [17, 18, 20, 22, 23, 24, 25, 26])
      expect(adr).toContain(`| preprocessed 2^${m} | ${summary(preprocessedParameters(m))} |`);
  });
  it('at low rates are those of the record about first commitments with several candidates', () => {
    const adr = rows('adr/0016-sampled-witness.md');
    const more = { queryGrinding: 20 };
    for (const [m, rate] of [
      [22, 3],
      [21, 5],
    ] as const) {
      const name = `2^${m} at 1/${2 ** rate}`;
      expect(adr).toContain(`| ${name} | ${shortSummary(lowRateParameters(m, rate))} |`);
      expect(adr).toContain(`| ${name}, 20 bits before queries | ${shortSummary(lowRateParameters(m, rate, more))} |`);
      for (const round of lowRateParameters(m, rate).rounds) expect(round.outOfDomainSamples).toBe(1);
    }
    const short = { laterFold: 3, firstShrink: 3 };
    expect(adr).toContain(`| ${shortSummary(lowRateParameters(22, 3, short))} |`);
    expect(adr).toContain(`| ${shortSummary(lowRateParameters(21, 5, { ...short, ...more }))} |`);
  });
  it('keep to the floor of the theorem, one sample, and the domain', () => {
    const all = [19, 20, 21, 22, 23, 24, 25].map(witnessParameters);
    for (let m = 7; m <= MAX_PREPROCESSED_VARIABLES; m++) all.push(preprocessedParameters(m));
    for (const { rounds } of all) {
      for (const { regime, outOfDomainSamples } of rounds) {
        if (regime.kind !== 'johnson') continue;
        expect(regime.multiplicity).toBeGreaterThanOrEqual(3);
        expect(outOfDomainSamples).toBe(1);
      }
    }
  });
  it('the program opening folds an exact codeword of rate 1/16 with 28 queries', () => {
    expect(preprocessedParameters(17).rounds).toMatchObject([
      { logInverseRate: 4, queries: 28, queryGrinding: 12, regime: { kind: 'exact' } },
    ]);
    expect(preprocessedParameters(17).finalVariables).toBe(10);
  });
});
