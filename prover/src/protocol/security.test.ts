/** The security calculator against a second one, and against parameters that are weakened one field at a time. */
import { ConstraintError } from '@weft/primitives';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { describe, expect, it } from 'vitest';
import { type Bus, defineChip } from '../air/chip.ts';
import { defineMachine } from '../air/machine.ts';
import { createMachineKey, MAX_PREPROCESSED_VARIABLES, type MachineKey, type ParameterRules, shapeOf } from './key.ts';
import { openingTerms, type SecurityTerm } from './opening-terms.ts';
import {
  checkWhirParameters,
  logRows,
  lowRateParameters,
  type OpeningOptions,
  preprocessedParameters,
  TARGET_BITS,
  type WhirParameters,
  type WhirRound,
  witnessParameters,
} from './parameters.ts';
import { argumentBits, openingBits } from './security.test-support.ts';
import { proofSecurity, securityTerms } from './security.ts';

const BUS: Bus = { id: 40, name: 'squares', kind: 'lookup', arity: 2 };
const asker = defineChip('asker', {}, (c) => {
  const isReal = c.bool('is_real');
  c.send(BUS, [c.col('x'), c.col('y')], isReal, 1);
});
const table = defineChip('table', { fixed: { kind: 'preprocessed' } }, (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(BUS, [c.fixedCol('x'), c.fixedCol('y')], multiplicity, () => () => 0);
});
const machine = defineMachine('squares', [asker, table]);
const SHAPES = [12, 14, 16, 19, 20, 21, 22, 23, 24, 25];
const OPTIONS: readonly OpeningOptions[] = [{}, { laterFold: 3, firstShrink: 3 }, { laterFold: 4, queryGrinding: 20 }];
const keyWith = (rules?: ParameterRules): MachineKey =>
  createMachineKey(POSEIDON2_KOALABEAR, machine, SHAPES, { role: 'run' }, rules);
const key = keyWith();

/** Preprocessed heights for every size of their commitment: two columns. */
const HEIGHTS = Array.from({ length: 22 - 7 + 1 }, (_, i) => 7 + i);
const WITNESS_CLAIMS = 4;
const PREPROCESSED_CLAIMS = 2;

/** By name, without what stands in parentheses. */
const byName = (terms: readonly SecurityTerm[]): Map<string, number> =>
  new Map(terms.map((t) => [t.name.replace(/ \(.*\)/, ''), t.bits]));
function expectClose(actual: Map<string, number>, expected: Map<string, number>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, bits] of expected) expect(actual.get(name), name).toBeCloseTo(bits, 9);
}

/** A fraction for two cells: on a cell each, 2^24 of them leave less than the target at most low rates. */
const pairs = defineMachine('pairs', [
  defineChip('pair', {}, (c) => {
    const [x, y] = [c.bool('x'), c.col('y')];
    c.send(BUS, [y, y], x, 1);
  }),
  defineChip('table', { fixed: { kind: 'preprocessed' } }, (c) => {
    const [count] = [c.col('count'), c.col('other')];
    c.provide(BUS, [c.fixedCol('x'), c.fixedCol('y')], count, () => () => 0);
  }),
]);
/** These parameters whatever the size. */
const rulesOf = (parameters: WhirParameters): ParameterRules => ({
  witness: () => parameters,
  preprocessed: preprocessedParameters,
});

describe('two calculators agree, term by term', () => {
  it('on a whole proof, for every shape and program height', () => {
    for (const shape of key.shapes) {
      for (const logHeight of HEIGHTS) {
        const preprocessed = preprocessedParameters(logHeight + 1);
        const expected = new Map([
          ...argumentBits(machine, shape.variables),
          ...openingBits('witness', witnessParameters(shape.variables), WITNESS_CLAIMS, false),
          ...openingBits('preprocessed', preprocessed, PREPROCESSED_CLAIMS, true),
        ]);
        const actual = byName(securityTerms(key, shape, [logHeight]));
        expect(actual.get('hash collisions')).toBeCloseTo((8 * Math.log2(2130706433) - 2) / 2, 6);
        actual.delete('hash collisions');
        expectClose(actual, expected);
      }
    }
  });
  it('on openings at other rates, with other folds and work', () => {
    for (const variables of [19, 21, 22])
      for (const rate of [1, 3, 5, 6])
        for (const options of OPTIONS) {
          const parameters = lowRateParameters(variables, rate, options);
          expect(parameters.rounds[0]).toMatchObject({ logInverseRate: rate });
          expect(parameters.rounds[1]!.logInverseRate).toBe(rate + 7 - (options.firstShrink ?? 5));
          expect(parameters.rounds[1]!.fold).toBe(options.laterFold ?? 5);
          for (const { queryGrinding } of parameters.rounds) expect(queryGrinding).toBe(options.queryGrinding ?? 16);
          const actual = byName(openingTerms({ name: 'witness', parameters, claims: 9, recomputed: false }));
          expectClose(actual, openingBits('witness', parameters, 9, false));
          expect(Math.min(...actual.values())).toBeGreaterThanOrEqual(TARGET_BITS);
          const known = preprocessedParameters(variables, rate, options);
          const opened = byName(openingTerms({ name: 'preprocessed', parameters: known, claims: 9, recomputed: true }));
          expectClose(opened, openingBits('preprocessed', known, 9, true));
          expect(Math.min(...opened.values())).toBeGreaterThanOrEqual(TARGET_BITS);
        }
    const wide = { witness: (m: number) => lowRateParameters(m, 9), preprocessed: preprocessedParameters };
    expect(() => keyWith(wide)).toThrow('the rows have a subgroup for their domain');
  });
  it('on a whole proof whose commitment has several candidates until it is sampled', () => {
    for (const m of [12, 16, 21, 22, 23, 24])
      for (const rate of [2, 3, 4, 5, 6]) {
        const parameters = lowRateParameters(m, rate);
        const sampled = createMachineKey(POSEIDON2_KOALABEAR, pairs, [m], { role: 'run' }, rulesOf(parameters));
        const { regime, outOfDomainSamples } = parameters.rounds[0]!;
        expect([regime.kind, outOfDomainSamples >= 1]).toEqual(['johnson', true]);
        const list = ((regime as { multiplicity: number }).multiplicity + 1 / 2) * Math.sqrt(2 ** rate);
        const expected = new Map([
          ...argumentBits(pairs, m, list),
          ...openingBits('witness', parameters, WITNESS_CLAIMS, false),
          ...openingBits('preprocessed', preprocessedParameters(11), PREPROCESSED_CLAIMS, true),
        ]);
        const actual = byName(securityTerms(sampled, sampled.shapes[0]!, [10]));
        actual.delete('hash collisions');
        expectClose(actual, expected);
        for (const [name, bits] of expected)
          expect(bits, `2^${m} at 2^-${rate}: ${name}`).toBeGreaterThanOrEqual(TARGET_BITS);
      }
  });
  it('on a table that takes no cells of the commitment, but adds its fractions', () => {
    const given = defineChip('given', { maxLogHeight: 22, fixed: { kind: 'preprocessed' } }, (c) => {
      const [x, y, count] = [c.fixedCol('x'), c.fixedCol('y'), c.fixedCol('count')];
      c.provide(BUS, [x, y], count);
    });
    const beside = defineMachine('beside', [asker, table, given]);
    const other = createMachineKey(POSEIDON2_KOALABEAR, beside, [12], { role: 'run' });
    const actual = byName(securityTerms(other, other.shapes[0]!, [7, 7]));
    const expected = argumentBits(beside, 12);
    for (const [name, bits] of expected) expect(actual.get(name), name).toBeCloseTo(bits, 9);
    // Its 2^22 rows are far more than the fractions of 2^12 cells.
    expect(actual.get('bus fingerprints')).toBeCloseTo(154.9434 - 22 - Math.log2(6), 2);
  });
  it('on every size of preprocessed commitment that a key has', () => {
    for (let m = 7; m <= MAX_PREPROCESSED_VARIABLES; m++) {
      const parameters = key.preprocessed[m - 7]!;
      expect(parameters).toEqual(preprocessedParameters(m));
      const opening = { name: 'p', parameters, claims: 7, recomputed: true };
      expectClose(byName(openingTerms(opening)), openingBits('p', parameters, 7, true));
    }
  });
  it('on parameters that no key has', () => {
    for (const [name, parameters, recomputed] of [...mutants(25, false), ...mutants(26, true)]) {
      const opening = { name: 'p', parameters, claims: 9, recomputed };
      const expected = openingBits('p', parameters, 9, recomputed);
      const actual = byName(openingTerms(opening));
      for (const [term, bits] of actual) expect(bits, `${name}: ${term}`).toBeCloseTo(expected.get(term)!, 9);
    }
  });
});

type Mutant = readonly [name: string, parameters: WhirParameters, recomputed: boolean];

/** Every field of every round made weaker or wrong, one at a time. */
function mutants(
  variables: number,
  recomputed: boolean,
  honest = recomputed ? preprocessedParameters(variables) : witnessParameters(variables),
): Mutant[] {
  const role = recomputed ? 'preprocessed' : 'witness';
  const bits = openingBits('o', honest, 1, recomputed);
  return honest.rounds.flatMap((round, at) => {
    // A query of the lowest rates is worth several bits, so that its round has some to spare.
    const spare = Math.floor(bits.get(`o round ${at}: queries`)! - TARGET_BITS);
    const changes: [string, Partial<WhirRound>][] = [
      ['a query less', { queries: round.queries - 1 }],
      ['no queries', { queries: 0 }],
      ['a bit of query work less', { queryGrinding: round.queryGrinding - 1 - spare }],
      ['no query work', { queryGrinding: 0 }],
      ['a higher rate', { logInverseRate: round.logInverseRate - 1 }],
    ];
    if (round.foldGrinding > 0) {
      changes.push(['a bit of fold work less', { foldGrinding: round.foldGrinding - 1 }]);
      changes.push(['no fold work', { foldGrinding: 0 }]);
    }
    const { regime } = round;
    if (regime.kind === 'johnson') {
      changes.push(['no out-of-domain samples', { outOfDomainSamples: 0 }], ['unique', { regime: { kind: 'unique' } }]);
      for (const multiplicity of new Set([1, 2, regime.multiplicity - 1]))
        changes.push([`m = ${multiplicity}`, { regime: { kind: 'johnson', multiplicity } }]);
    } else changes.push(['johnson', { regime: { kind: 'johnson', multiplicity: 9 } }]);
    if (regime.kind === 'exact') changes.push(['unique', { regime: { kind: 'unique' } }]);
    else changes.push(['exact', { regime: { kind: 'exact' } }]);
    return changes.map(([what, change]): Mutant => {
      const rounds = honest.rounds.map((r, i) => (i === at ? { ...r, ...change } : r));
      return [`${role} 2^${variables} round ${at}, ${what}`, { ...honest, rounds }, recomputed];
    });
  });
}

/** Fields that only keep rounds together: a change makes no weaker proof, but one that cannot be. */
function misfits(variables: number, recomputed: boolean): Mutant[] {
  const honest = recomputed ? preprocessedParameters(variables) : witnessParameters(variables);
  return honest.rounds.flatMap((round, at) =>
    (
      [
        ['variables', round.variables + 1],
        ['variables', round.variables - 1],
        ['fold', round.fold + 1],
        ['fold', round.fold - 1],
        ['logInverseRate', 25],
        ['queries', round.queries + 0.5],
        ['outOfDomainSamples', -1],
      ] as const
    ).map(([field, value]): Mutant => {
      const rounds = honest.rounds.map((r, i) => (i === at ? { ...r, [field]: value } : r));
      return [`round ${at}, ${field} = ${value}`, { ...honest, rounds }, recomputed];
    }),
  );
}

const least = (parameters: WhirParameters, recomputed: boolean): number =>
  Math.min(...openingTerms({ name: 'o', parameters, claims: 1, recomputed }).map((t) => t.bits));
/** Key generation with these parameters in place of its own. */
function generate([, parameters, recomputed]: Mutant, variables: number): void {
  keyWith({
    witness: (m) => (!recomputed && m === variables ? parameters : witnessParameters(m)),
    preprocessed: (m) => (recomputed && m === variables ? parameters : preprocessedParameters(m)),
  });
}

describe('weaker parameters', () => {
  const all = [
    ...SHAPES.map((m) => [m, false] as const),
    ...Array.from({ length: MAX_PREPROCESSED_VARIABLES - 10 }, (_, i) => [11 + i, true] as const),
  ];
  it('of every round of every opening lower the figure, and key generation refuses them', () => {
    for (const [variables, recomputed] of all) {
      for (const mutant of mutants(variables, recomputed)) {
        const [name, parameters] = mutant;
        const honest = recomputed ? preprocessedParameters(variables) : witnessParameters(variables);
        expect(least(honest, recomputed)).toBeGreaterThanOrEqual(TARGET_BITS);
        // An unjustified `exact` counts as unique, so the witness's own queries stay what they are worth.
        const same = !recomputed && name.endsWith('round 0, exact');
        if (same) expect(least(parameters, recomputed), name).toBe(least(honest, recomputed));
        else expect(least(parameters, recomputed), name).toBeLessThan(TARGET_BITS);
        expect(() => generate(mutant, variables), name).toThrow(ConstraintError);
      }
    }
  });
  it('of an opening that is sampled at first, likewise', () => {
    for (const [variables, rate] of [
      [21, 5],
      [22, 3],
      [24, 2],
    ] as const) {
      const honest = lowRateParameters(variables, rate, { laterFold: 3, firstShrink: 3 });
      expect(honest.rounds[0]!.regime.kind).toBe('johnson');
      expect(least(honest, false)).toBeGreaterThanOrEqual(TARGET_BITS);
      // A wider list than need be costs a few queries' worth, which some rounds have to spare.
      for (const mutant of mutants(variables, false, honest).filter(([name]) => !/m = \d+$/.test(name))) {
        const [name, parameters] = mutant;
        expect(least(parameters, false), name).toBeLessThan(TARGET_BITS);
        expect(() => generate(mutant, SHAPES[0]!), name).toThrow(ConstraintError);
      }
      expect(() => checkWhirParameters(honest, false)).not.toThrow();
      expect(() => checkWhirParameters(honest, true)).toThrow(/recomputes is not sampled/);
    }
  });
  it('have no key either where a list leaves too little of what is argued before the opening', () => {
    const chatty = defineChip('chatty', {}, (c) => {
      const x = c.bool('x');
      for (let k = 0; k < 4; k++) c.send(BUS, [x, x], x, 1);
    });
    const fractions = defineMachine('fractions', [chatty]);
    const keyOf = (parameters: WhirParameters): MachineKey =>
      createMachineKey(POSEIDON2_KOALABEAR, fractions, [24], { role: 'run' }, rulesOf(parameters));
    // 154.94 - 24 - log2 of 4 fractions a cell and 6: 126.36 bits, of which a list of 21 takes 4.4.
    expect(() => keyOf(witnessParameters(24))).not.toThrow();
    expect(() => keyOf(lowRateParameters(24, 3))).toThrow(/bus fingerprints has 12\d\.\d\d bits, fewer than 124/);
  });
  it('that do not fit together are refused, the last polynomial included', () => {
    for (const [variables, recomputed] of all) {
      for (const mutant of misfits(variables, recomputed))
        expect(() => generate(mutant, variables), mutant[0]).toThrow(/round \d of an opening: /);
    }
    const honest = witnessParameters(19);
    expect(() => checkWhirParameters({ ...honest, finalVariables: 6 }, false)).toThrow(/into 2\^6/);
    const [first, ...later] = honest.rounds as [WhirRound, ...WhirRound[]];
    const withCap = (logCap: number) => () =>
      checkWhirParameters({ ...honest, rounds: [{ ...first, logCap }, ...later] }, false);
    expect(withCap(logRows(first))).not.toThrow();
    expect(withCap(logRows(first) + 1)).toThrow(/a cap is a level of the tree/);
    for (const logCap of [-1, 0.5, Number.NaN]) expect(withCap(logCap)).toThrow(/counts are whole/);
    expect(() => checkWhirParameters({ ...honest, rounds: [] }, false)).toThrow(/at least one round/);
    expect(() => checkWhirParameters(honest, false)).not.toThrow();
  });
  it('show in the figure of a proof, wherever they are in the key', () => {
    const shape = key.shapes.at(-1)!;
    const figure = (k: MachineKey): number => proofSecurity(k, [k.shapes.at(-1)!], [20]).bits;
    const bits = figure(key);
    expect(bits).toBe(122);
    for (const [name, witness] of mutants(shape.variables, false)) {
      if (!/no |unique|johnson|m = 1$/.test(name)) continue;
      const weak = { ...key, shapes: [...key.shapes.slice(0, -1), { ...shape, witness }] };
      expect(figure(weak), name).toBeLessThan(bits);
    }
    for (const [name, parameters] of mutants(21, true)) {
      if (!/no |unique|johnson|m = 1$/.test(name)) continue;
      const weak = { ...key, preprocessed: key.preprocessed.map((p, i) => (i === 21 - 7 ? parameters : p)) };
      expect(figure(weak), name).toBeLessThan(bits);
    }
  });
  it('a list without samples is worth nothing; exact holds only where the word is recomputed', () => {
    const rounds = witnessParameters(25).rounds.map((r, i) => (i === 1 ? { ...r, outOfDomainSamples: 0 } : r));
    expect(least({ rounds, finalVariables: 8 }, false)).toBe(0);
    const first = witnessParameters(25).rounds[0]!;
    const listed = { ...first, regime: { kind: 'johnson', multiplicity: 9 }, outOfDomainSamples: 3 } as const;
    expect(least({ rounds: [listed], finalVariables: 18 }, false)).toBeGreaterThan(0);
    expect(least({ rounds: [{ ...listed, outOfDomainSamples: 0 }], finalVariables: 18 }, false)).toBe(0);
    // Nobody asks for samples of what setup recomputes.
    expect(least({ rounds: [listed], finalVariables: 18 }, true)).toBe(0);
    const claimed = { ...preprocessedParameters(17), finalVariables: 10 };
    expect(least(claimed, true)).toBe(124);
    // 28 queries at agreement 17/32, and the work.
    expect(least(claimed, false)).toBeCloseTo(28 * Math.log2(32 / 17) + 12, 6);
    const idle = claimed.rounds.map((r) => ({ ...r, queryGrinding: 0 }));
    expect(least({ ...claimed, rounds: idle }, true)).toBe(112);
  });
});

describe('the figure of a proof', () => {
  it('is the least over the shapes of its shards, not of all that the key has', () => {
    const rounds = key.shapes[1]!.witness.rounds.map((r) => ({ ...r, queries: 50 }));
    const weak = { ...key.shapes[1]!, witness: { ...key.shapes[1]!.witness, rounds } };
    const [strong] = key.shapes;
    const alone = proofSecurity(key, [strong!], [10]);
    const weakest = proofSecurity(key, [weak], [10]);
    expect(weakest.bits).toBeLessThan(alone.bits);
    expect(proofSecurity(key, [strong!, weak, strong!], [10])).toEqual(weakest);
    expect(proofSecurity(key, [weak, strong!], [10])).toEqual(weakest);
    expect(proofSecurity({ ...key, shapes: [strong!, weak] }, [strong!], [10])).toEqual(alone);
    expect(() => proofSecurity(key, [], [10])).toThrow(RangeError);
  });
  it('is rounded down', () => {
    const { bits, terms } = proofSecurity(key, key.shapes, [10]);
    const exact = Math.min(...terms.map((t) => t.bits));
    expect(exact).toBeCloseTo(122.955, 3);
    expect(bits).toBe(122);
  });
  it('goes by the shape that a proof names, if there is one', () => {
    const head = (index: number): Uint8Array => new Uint8Array(Uint32Array.of(0, index).buffer).subarray(4);
    expect(shapeOf(key, head(3))).toBe(key.shapes[3]);
    expect(shapeOf(key, head(SHAPES.length))).toBeUndefined();
    expect(shapeOf(key, head(2 ** 31))).toBeUndefined();
    expect(shapeOf(key, head(0).subarray(0, 3))).toBeUndefined();
  });
});
