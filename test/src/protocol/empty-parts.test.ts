/** Parts of the stacked vector that hold no cell: never filled, encoded, hashed or sent, and zeros to whoever verifies. */
import { P } from '@weft/primitives/field/base';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { createMachineKey, preprocess, proveTables, verifyBytes } from '@weft/prover';
import { committedWidths } from '@weft/prover/air/machine';
import { logRows, preprocessedParameters } from '@weft/prover/protocol/parameters';
import { blocksOf, cellsOf, emptyParts, inCoefficientOrder, LOG_PARTS } from '@weft/prover/protocol/stacking';
import type { ProvingEngine } from '@weft/prover/prove/engine';
import { kernelEngine } from '@weft/prover/prove/kernel/engine';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { commitPlain } from '@weft/prover/prove/oracle/opening';
import { NativeBackend } from '@weft/prover/transcript/native';
import { executeCircuit } from '@weft/recursion';
import { describe, expect, it } from 'vitest';
import { circuitOf, outcomeOf, verifyTwice } from '../support/circuit.ts';
import { counterKey, counterMachine, counterProgram, counterTraces } from '../support/counter.ts';

const { felt } = seeded(31);
const PARTS = 2 ** LOG_PARTS;
const suite = POSEIDON2_KOALABEAR;

describe('a commitment to the last parts', () => {
  const VARIABLES = 12;
  const round = preprocessedParameters(VARIABLES).rounds[0]!;
  const perPart = 2 ** (VARIABLES - LOG_PARTS);
  it.each([
    [POSEIDON2_KOALABEAR, [1, 15, 16, 17, 64, 127, 128]],
    [POSEIDON2_KOALABEAR_16, [7, 8, 9, 121]],
  ])('is the one to all of them, and opens rows without the others (%#)', async (hashes, counts) => {
    for (const parts of counts) {
      const values = Uint32Array.from({ length: parts * perPart }, felt);
      const cells = [...new Array<number>((PARTS - parts) * perPart).fill(0), ...values];
      const whole = commitPlain(hashes, round, inCoefficientOrder(cells), 1);
      for (const engine of [kernelEngine, oracleEngine]) {
        const commitment = await engine.commit(hashes, round, values);
        expect(commitment.node(commitment.logRows, 0)).toEqual(whole.node(whole.logRows, 0));
        const asked = [0, 5, 2 ** logRows(round) - 1];
        const rows = await whole.rows(asked);
        expect(await commitment.rows(asked)).toEqual(rows.map((row) => row.slice(PARTS - parts)));
        expect(rows.every((row) => row.slice(0, PARTS - parts).every((x) => x === 0))).toBe(true);
      }
    }
  });
});

describe('proofs of every filling', () => {
  // Tables of 2^7 to 2^10 rows: from a few parts of 2^16 cells to most of 2^14.
  it.each([
    [16, [5, 3]],
    [16, [400, 100]],
    [15, [600, 200]],
    [14, [200, 100]],
  ] as const)('in 2^%i cells: kernels and oracle make the same, and it is accepted', async (variables, counts) => {
    const key = createMachineKey(suite, counterMachine, [variables], counterKey.use);
    const { traces, words } = counterTraces([...counts]);
    const program = await preprocess(key, { program: (await counterProgram()).columns[0]! });
    const proof = await proveTables(key, program, traces, words);
    expect(proof).toEqual(await proveTables(key, program, traces, words, { engine: oracleEngine }));
    expect(reasonOf(() => void verifyBytes(key, program.key, words, proof))).toBe('accepted');
  });
});

it('preprocessed commitments have empty parts too, to kernels, oracle and both verifiers', async () => {
  const key = createMachineKey(suite, counterMachine, [16], counterKey.use);
  const columns = (await counterProgram()).columns[0]!.map((column) => column.slice(0, 128));
  const { traces, words } = counterTraces([60, 40], [columns]);
  const program = await preprocess(key, { program: columns });
  expect(program.committed!.vector.values.length).toBeLessThan(2 ** program.committed!.vector.variables);
  expect((await preprocess(key, { program: columns }, oracleEngine)).key).toEqual(program.key);
  const proof = await proveTables(key, program, traces, words);
  expect(
    reasonOf(() => verifyTwice(() => verifyBytes(key, program.key, words, proof), key, program.key, words, proof)),
  ).toBe('accepted');
});

it('tables that do not fit together are refused, wherever their blocks are said to be', async () => {
  // At their greatest heights the two tables of steps take 8960 cells with the others.
  const key = createMachineKey(suite, counterMachine, [13], counterKey.use);
  const { traces, words } = counterTraces([20, 5]);
  const program = await preprocess(key, { program: (await counterProgram()).columns[0]! });
  const proof = await proveTables(key, program, traces, words);
  const { program: circuit } = circuitOf(key, 0, program.key.logHeights);
  /** Verifies by the circuit with offsets that overlap as they like. */
  const judge = (codes: readonly [number, number]): string => {
    const bytes = proof.slice();
    for (const [k, code] of codes.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * k, code, true);
    const blocks = blocksOf(committedWidths(key.machine)).length;
    const reader = new NativeBackend(suite, bytes, () => ({ offsets: new Array(blocks).fill(0), emptyParts: 0 }));
    return outcomeOf(() => executeCircuit(circuit, suite, [...program.key.root, ...words], [reader])).reason;
  };
  expect(judge([4, 3])).toBe('stacking');
  // The next smaller ones fit: what is wrong with them shows later.
  expect(judge([4, 2])).not.toBe('stacking');
});

describe('a prover that puts something into an empty part', () => {
  const VARIABLES = 16;
  const key = createMachineKey(suite, counterMachine, [VARIABLES], counterKey.use);
  const { traces, words } = counterTraces([20, 5]);
  const cells = cellsOf(
    committedWidths(key.machine),
    traces.map((t) => t?.logHeight),
  );
  const empty = emptyParts(cells, VARIABLES);
  /** Commits to the honest codeword but for one column, which has a codeword of its own. */
  const withColumn = (part: number, sends: boolean): ProvingEngine => ({
    ...kernelEngine,
    session: (input, work) =>
      kernelEngine.session(input, (session) => {
        const round = input.shape.witness.rounds[0]!;
        const commitWitness = async () => {
          const honest = await session.commitWitness();
          const all = Array.from({ length: 2 ** honest.logRows }, (_, i) => i);
          const rows = (await honest.rows(all)).map((row) => [
            ...new Array<number>(PARTS - row.length).fill(0),
            ...row,
          ]);
          // A constant polynomial is a codeword too.
          const lie = felt();
          for (const row of rows) row[part] = (row[part]! + lie) % P;
          const tree = buildMerkleTree(input.suite, Uint32Array.from(rows.flat()), logRows(round), PARTS);
          return {
            logRows: honest.logRows,
            rows: async (indices: readonly number[]) => indices.map((i) => rows[i]!.slice(sends ? 0 : empty)),
            node: (level: number, i: number) => tree.levels[level]![i]!,
          };
        };
        return work(
          new Proxy(session, {
            get: (target, name) => {
              if (name === 'commitWitness') return commitWitness;
              const value: unknown = Reflect.get(target, name);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          }),
        );
      }),
  });
  const judge = async (part: number, sends = false): Promise<string> => {
    const program = await preprocess(key, { program: (await counterProgram()).columns[0]! });
    const proof = await proveTables(key, program, traces, words, { engine: withColumn(part, sends) });
    return reasonOf(() => void verifyBytes(key, program.key, words, proof));
  };
  it('has rows that do not hash to its commitment: the verifier puts zeros there', async () => {
    expect(empty).toBeGreaterThan(1);
    expect(await judge(0)).toBe('merkle');
    expect(await judge(empty - 1)).toBe('merkle');
  });
  it('does no better by sending them whole', async () => {
    expect(await judge(0, true)).not.toBe('accepted');
  });
  it('and in a part that is sent is refused by the opening', async () => {
    expect(await judge(empty)).toBe('opening');
  });
});
