/** Traces and commitments that a cheating prover might try, on the toy machine; each is rejected for its own reason. */
import { P } from '@weft/primitives/field/base';
import { type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { type Chip, defineChip } from '@weft/prover/air/chip';
import { defineMachine } from '@weft/prover/air/machine';
import type { WhirParameters } from '@weft/prover/protocol/parameters';
import {
  blocksOf,
  evaluateStackWeight,
  inCoefficientOrder,
  joinColumns,
  packBlocks,
  packingRule,
  runningSums,
} from '@weft/prover/protocol/stacking';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { commitPlain, OracleOpening } from '@weft/prover/prove/oracle/opening';
import { proveTables } from '@weft/prover/prove/prove';
import { proveWhir } from '@weft/prover/prove/whir';
import type { Backend } from '@weft/prover/transcript/backend';
import { ProverChannel, VerifierChannel } from '@weft/prover/transcript/channel';
import { NativeBackend } from '@weft/prover/transcript/native';
import { verifyWhir } from '@weft/prover/verify/whir';
import { type CircuitProgram, executeCircuit } from '@weft/recursion';
import { CircuitRecorder } from '@weft/recursion/circuit/recorder';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../support/circuit.ts';
import {
  BYTE,
  counterKey,
  counterMachine,
  counterProgram,
  counterTraces,
  PROGRAM,
  STATE,
  verifyCounter,
} from '../support/counter.ts';

const program = await counterProgram();

/** Proves traces changed by `cheat` and returns why the verifier rejects them. */
async function verdict(cheat: (columns: readonly Uint32Array[], words: number[]) => void): Promise<string> {
  const { traces, words } = counterTraces([20, 5]);
  const statement = words.slice();
  cheat(traces[0]!.columns as Uint32Array[], statement);
  const proof = await proveTables(counterKey, program, traces, statement);
  return reasonOf(() => verifyCounter(program, proof, statement));
}
const [IS_REAL, X, OPERAND, SQUARE] = [0, 2, 3, 4];

describe('bus messages', () => {
  const setAll = (c: readonly Uint32Array[], to: number, values: (column: Uint32Array) => number): void => {
    for (const column of c) column[to] = values(column);
  };
  it('the honest traces pass', async () => {
    expect(await verdict(() => {})).toBe('accepted');
  });
  it('dropped', async () => {
    expect(await verdict((c) => setAll(c, 3, () => 0))).toBe('bus_balance');
  });
  it('duplicated', async () => {
    expect(await verdict((c) => setAll(c, 50, (column) => column[3]!))).toBe('bus_balance');
  });
  it('negated: a count of -1 balances what it should not, so only the boolean constraint can object', async () => {
    const negate = (c: readonly Uint32Array[]): void => {
      setAll(c, 50, (column) => column[3]!);
      setAll(c, 51, (column) => column[3]!);
      c[IS_REAL]![51] = P - 1;
      c[SQUARE]![51] = P - c[SQUARE]![3]!;
    };
    expect(await verdict(negate)).toBe('zerocheck');
  });
  it('with another value', async () => {
    expect(await verdict((c) => void c[X]![3]!++)).toBe('bus_balance');
  });
  it('of a row that should be padding', async () => {
    expect(await verdict((c) => setAll(c, 100, (column) => (column === c[IS_REAL] ? 1 : 0)))).toBe('bus_balance');
  });
  it('for an instruction that the program does not hold, though the whole run agrees on it', async () => {
    const forged = (c: readonly Uint32Array[], words: number[]): void => {
      c[OPERAND]![19]! += 1;
      c[SQUARE]![19] = c[OPERAND]![19]! ** 2;
      words[3]! += 1;
    };
    expect(await verdict(forged)).toBe('bus_balance');
  });
  it('for the end state of another run', async () => {
    expect(await verdict((_, words) => void words[2]!++)).toBe('bus_balance');
  });
});

describe('rows that break a constraint, which no bus tells', () => {
  // The third bit of a row says in which of the two sums of the zerocheck it is.
  it.each([
    ['where the third bit is 0', [3]],
    ['where it is 1', [5]],
    ['in both halves, by amounts that add up to 0', [3, 7]],
  ] as const)('%s', async (_, rows) => {
    const spoil = (c: readonly Uint32Array[]): void => {
      for (const [i, row] of rows.entries()) c[SQUARE]![row] = (c[SQUARE]![row]! + (i === 0 ? 1 : P - 1)) % P;
    };
    expect(await verdict(spoil)).toBe('zerocheck');
  });
});

it('fractions joined to other pairs than the key says: the sum is right, the leaves are not', async () => {
  const { traces, words } = counterTraces([20, 5]);
  const prove = async (leaves: Chip['leaves']): Promise<string> => {
    const chips = counterMachine.chips.map((chip, k) => (k === 0 ? { ...chip, leaves } : chip));
    const tables = traces.map((t, k) => t && { ...t, chip: chips[k]! });
    const machine = { ...counterMachine, chips };
    const key = { ...counterKey, machine, shapes: counterKey.shapes.map((shape) => ({ ...shape, machine })) };
    const proof = await proveTables(key, program, tables, words);
    return reasonOf(() => verifyCounter(program, proof, words));
  };
  const honest = counterMachine.chips[0]!.leaves;
  expect(honest).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(await prove(honest)).toBe('accepted');
  expect(
    await prove([
      [0, 2],
      [1, 3],
    ]),
  ).toBe('zerocheck');
});

describe('key generation refuses', () => {
  it('a padding row that breaks a constraint', () => {
    const chip = defineChip('bad', {}, (c) => c.assertZero('one', c.col('x').sub(1)));
    expect(() => defineMachine('m', [chip])).toThrow(/padding row breaks one/);
  });
  it('a padding row that speaks', () => {
    const chip = defineChip('bad', {}, (c) => c.send(BYTE, [c.col('x')], 1));
    expect(() => defineMachine('m', [chip])).toThrow(/takes part in bus byte/);
  });
  it('a padding row that speaks when the key does not say that it does', () => {
    const preprocessed = { fixed: { kind: 'preprocessed' } } as const;
    // The key's own columns hold 0 in a row that stands for nothing: what they count is quiet there.
    const counted = defineChip('counted', preprocessed, (c) => c.send(BYTE, [c.col('x')], c.fixedCol('count')));
    expect(() => defineMachine('m', [counted])).not.toThrow();
    const loud = defineChip('loud', preprocessed, (c) => c.send(BYTE, [c.col('x')], c.fixedCol('count').add(1)));
    expect(() => defineMachine('m', [loud])).toThrow(/takes part in bus byte/);
    // Where the prover counts, a padding row is quiet beside any cells of the key.
    const both = defineChip('both', preprocessed, (c) => {
      const [x, y] = [c.col('x'), c.fixedCol('y')];
      c.assertZero('product', x.sub(y));
      c.provide(BYTE, [y], x);
    });
    expect(() => defineMachine('m', [both])).toThrow(/padding row breaks product/);
  });
  it('counts that could add up to p', () => {
    const chip = defineChip('bad', {}, (c) => c.send(BYTE, [c.col('x')], c.col('n'), 2 ** 10));
    expect(() => defineMachine('m', [chip])).toThrow(/not below p/);
  });
  it('two buses of one id, and buses without one', () => {
    const other = { ...PROGRAM, id: STATE.id };
    const chip = (bus: typeof BYTE) =>
      defineChip('c', {}, (c) => {
        const x = c.col('x');
        c.send(bus, [x], x);
      });
    const both = defineChip('d', {}, (c) => {
      const x = c.col('x');
      c.send(other, [x, x], x);
      c.send(STATE, [x, x], x);
    });
    expect(() => defineMachine('m', [both])).toThrow(/share an id/);
    expect(() => defineMachine('m', [chip({ ...BYTE, id: 0 })])).toThrow(/bus.id must be .* got 0/);
  });
  it('joins linear interactions in pairs and leaves others alone', () => {
    const chip = defineChip('c', {}, (c) => {
      const [x, y] = [c.col('x'), c.col('y')];
      c.send(BYTE, [x], y);
      c.send(BYTE, [x.mul(y)], y);
      c.send(BYTE, [y], x);
      c.send(BYTE, [x], x.mul(y));
      c.send(BYTE, [x.add(y)], y);
    });
    expect(chip.leaves).toEqual([[1], [0, 2], [3], [4]]);
  });
  it('degrees above 3, tuples that do not fit, names that repeat', () => {
    expect(() =>
      defineChip('c', {}, (c) => {
        const x = c.col('x');
        c.assertZero('d', x.mul(x).mul(x).mul(x));
      }),
    ).toThrow(/degree 4/);
    expect(() => defineChip('c', {}, (c) => c.send(STATE, [c.col('x')], 1))).toThrow(/takes 2 elements/);
    expect(() =>
      defineChip('c', {}, (c) => {
        c.col('x');
        c.col('x');
      }),
    ).toThrow(/two columns are named x/);
  });
});

const { felt: random, ext: randomExt } = seeded(99);

/** One round with few queries and no work, so that cheating has a chance worth measuring. */
function tiny(queries: number): WhirParameters {
  const round = {
    variables: 10,
    fold: 7,
    logInverseRate: 1,
    regime: { kind: 'unique' as const },
    outOfDomainSamples: 0,
    queries,
    queryGrinding: 0,
    foldGrinding: 0,
    logCap: 0,
  };
  return { rounds: [round], finalVariables: 3 };
}

/** Commits to a codeword with `corrupt` rows of 16 changed, then proves the true claim; natively and as a circuit. */
async function corruptedOpening(queries: number, corrupt: number): Promise<string> {
  const parameters = tiny(queries);
  const values = Uint32Array.from({ length: 1024 }, random);
  const point = Array.from({ length: 10 }, randomExt);
  const corrupted = commitPlain(suite, parameters.rounds[0]!, values, 1, (codeword) => {
    for (let row = 0; row < corrupt; row++) codeword[row * 128 + 5] = (codeword[row * 128 + 5]! + 1) % P;
  });
  const channel = new ProverChannel(suite, oracleEngine.findNonce);
  channel.sendCap('cap', corrupted, 0);
  const claim = evaluateBase(values, point);
  channel.sendExt('claim', [claim]);
  await proveWhir(channel, parameters, 'w', corrupted, new OracleOpening(suite, values, eqTable(point)), []);
  const inputs = point.flat();
  const proof = (): NativeBackend => new NativeBackend(suite, channel.bytes(), () => ({ offsets: [], emptyParts: 0 }));
  const native = outcomeOf(() => verifyOpening(proof(), parameters, inputs)).reason;
  const circuit = outcomeOf(() => executeCircuit(openingCircuit(queries), suite, inputs, [proof()])).reason;
  expect(circuit, 'the recorded opening').toBe(native);
  return native;
}

/** Verifies an opening at the point of these coefficients; the proof begins with cap and claim. */
function verifyOpening<F, E>(b: Backend<F, E>, parameters: WhirParameters, coefficients: readonly F[]): void {
  const channel = new VerifierChannel<F, E>(b);
  const cap = channel.receiveCap('cap', 8, 0);
  const [claim] = channel.receiveExt('claim', 1);
  const point = Array.from({ length: 10 }, (_, i) => b.ext(coefficients.slice(5 * i, 5 * i + 5)));
  const one = b.constant(1);
  // The sum of eq(point, x) eq(z, x) over the hypercube is eq(point, z).
  verifyWhir(channel, parameters, 'w', cap, 0, claim!, [], (z) =>
    point.reduce((product, p, i) => {
      const both = b.mul(p, z[i]!);
      return b.mul(product, b.add(b.sub(b.sub(one, p), z[i]!), b.add(both, both)));
    }, one),
  );
}

const openingCircuits = new Map<number, CircuitProgram>();

function openingCircuit(queries: number): CircuitProgram {
  let program = openingCircuits.get(queries);
  if (program === undefined) {
    const recorder = new CircuitRecorder(suite, 0);
    verifyOpening(recorder, tiny(queries), recorder.input(50));
    openingCircuits.set(queries, (program = recorder.finish()));
  }
  return program;
}

describe('words far from the code', () => {
  it.each([
    [1, 8],
    [2, 8],
    [3, 4],
  ])('pass %i queries with %i of 16 rows wrong as often as theory says', async (queries, corrupt) => {
    const trials = 300;
    let accepted = 0;
    for (let i = 0; i < trials; i++) {
      const verdict = await corruptedOpening(queries, corrupt);
      expect(['accepted', 'opening']).toContain(verdict);
      if (verdict === 'accepted') accepted++;
    }
    const rate = (1 - corrupt / 16) ** queries;
    const deviation = Math.sqrt(trials * rate * (1 - rate));
    expect(Math.abs(accepted - trials * rate)).toBeLessThan(4 * deviation);
  });
  it('an honest word passes though queries repeat: 261 of them on 16 rows', async () => {
    expect(await corruptedOpening(261, 0)).toBe('accepted');
  });
  it('never pass the real number of queries', async () => {
    for (let i = 0; i < 20; i++) expect(await corruptedOpening(261, 4)).toBe('opening');
  });
});

describe('stacking', () => {
  const widths = [5, 18, 1];
  const logHeights = [8, 7, undefined];
  const tables = logHeights.map((logHeight, k) => ({
    logHeight,
    columns:
      logHeight === undefined
        ? [new Uint32Array()]
        : Array.from({ length: widths[k]! }, () => Uint32Array.from({ length: 2 ** logHeight }, random)),
  }));
  const variables = 13;
  const rho = Array.from({ length: 9 }, randomExt);
  const gamma = randomExt();
  const bits = (x: number, n: number): number[] => Array.from({ length: n }, (_, i) => (x >> i) & 1);
  const data = (offsets: readonly number[]) => ({
    heights: [
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
    offsetBits: offsets.map((o) => bits(o / 128, variables - 7)),
  });
  const backend = new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 }));
  /** gamma to the number of each column. */
  const coefficients = [ONE];
  while (coefficients.length < 24) coefficients.push(backend.mul(coefficients.at(-1)!, gamma));

  it('the packed vector against its weight gives the sum of the columns', () => {
    const values = new Uint32Array(2 ** variables);
    const weights = new Array<Ext>(2 ** variables).fill(ZERO);
    const offsets = packBlocks(widths, logHeights, variables);
    for (const [i, block] of blocksOf(widths).entries()) {
      const { logHeight, columns } = tables[block.table]!;
      for (let c = 0; logHeight !== undefined && c < 1 << block.logColumns; c++) {
        const column = block.firstColumn + c;
        const first = offsets[i]! + c * 2 ** logHeight;
        values.set(columns[column]!, first);
        const coefficient = coefficients[runningSums(widths)[block.table]! + column]!;
        for (const [x, eq] of eqTable(rho.slice(0, logHeight)).entries())
          weights[first + x] = backend.mul(coefficient, eq);
      }
    }
    let expected: Ext = ZERO;
    let c = 0;
    for (const [k, t] of tables.entries()) {
      for (const column of t.columns) {
        if (t.logHeight !== undefined)
          expected = backend.add(
            expected,
            backend.mul(coefficients[c]!, evaluateBase(column, rho.slice(0, t.logHeight))),
          );
        c++;
      }
      expect(t.columns.length).toBe(widths[k]);
    }
    let sum: Ext = ZERO;
    for (const [x, weight] of weights.entries()) sum = backend.add(sum, backend.mulBase(weight, values[x]!));
    expect(sum).toEqual(expected);
    const evaluations = tables.map(({ columns, logHeight }) =>
      columns.map((column) => (logHeight === undefined ? ZERO : evaluateBase(column, rho.slice(0, logHeight)))),
    );
    expect(joinColumns(backend, evaluations, gamma).reduce((a, x) => backend.add(a, x))).toEqual(expected);
    const z = Array.from({ length: variables }, randomExt);
    const direct = evaluateStackWeight(backend, widths, data(offsets), rho, z, gamma);
    let folded: Ext = ZERO;
    const ordered = inCoefficientOrder(weights);
    for (const [x, eq] of eqTable(z).entries()) folded = backend.add(folded, backend.mul(eq, ordered[x]!));
    expect(direct).toEqual(folded);
  });
  /** Why the weight is refused: natively, and by a circuit to which heights and offsets are inputs. */
  function refusal({ heights, offsetBits }: ReturnType<typeof data>, z: readonly Ext[]): string {
    const given = { heights, offsetBits };
    const native = outcomeOf(() => evaluateStackWeight(backend, widths, given, rho, z, gamma)).reason;
    const recorder = new CircuitRecorder(suite, 0);
    const inputs = (lists: readonly (readonly number[])[]) => lists.map((list) => recorder.input(list.length));
    const constants = (list: readonly Ext[]) => list.map((e) => recorder.ext(e.map((x) => recorder.felt(x))));
    const wires = { heights: inputs(heights), offsetBits: inputs(offsetBits) };
    evaluateStackWeight(recorder, widths, wires, constants(rho), constants(z), constants([gamma])[0]!);
    const values = [heights, offsetBits].flat(2);
    expect(outcomeOf(() => executeCircuit(recorder.finish(), suite, values, [])).reason).toBe(native);
    return native;
  }
  it('rejects an offset that is not a multiple of the block, and a block that does not fit', () => {
    const offsets = packBlocks(widths, logHeights, variables);
    const z = Array.from({ length: variables }, randomExt);
    expect(refusal(data(offsets), z)).toBe('accepted');
    expect(refusal(data(offsets.map((o, i) => (i === 0 ? o + 128 : o))), z)).toBe('stacking');
    const small = { heights: data(offsets).heights, offsetBits: offsets.map(() => bits(0, 2)) };
    expect(refusal(small, z.slice(0, 9))).toBe('stacking');
    expect(reasonOf(() => void packingRule(widths, 10)([2, 1, 0]))).toBe('stacking');
  });
});

describe('heights', () => {
  it("above a table's maximum, and tables beyond the commitment", async () => {
    const { traces, words } = counterTraces([20, 5]);
    const proof = await proveTables(counterKey, program, traces, words);
    const patch = (word: number, value: number): string => {
      const bytes = proof.slice();
      new DataView(bytes.buffer).setUint32(4 * word, value, true);
      return reasonOf(() => verifyCounter(program, bytes, words));
    };
    // Word 0 is the shape; words 1 and 2 are the heights of the two optional tables.
    // At most 2^10 and 2^9 rows: codes 1 to 4, and 1 to 3.
    expect(patch(1, 5)).toBe('height');
    expect(patch(2, 4)).toBe('height');
    expect(patch(1, P - 1)).toBe('height');
    expect(patch(1, 2)).not.toBe('accepted');
    expect(patch(2, 0)).not.toBe('accepted');
    expect(patch(1, P)).toBe('format');
  });
});
