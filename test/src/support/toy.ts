/**
 * @module A toy machine for protocol tests: it has every kind of table (plain, optional, structured, program) and bus,
 * yet proves in a fraction of a second. Row i of a `step` table maps (i, x) to (i + 1, x + operand), the operand coming
 * from the program; operands are below 2^8.
 */
import type { Felt } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import {
  type Bus,
  type Chip,
  commitProgram,
  createMachineKey,
  defineChip,
  defineMachine,
  type Machine,
  type MachineKey,
  type ProgramCommitment,
  proveTables,
  type StructuredTable,
  type Trace,
  verifyBytes,
} from '@weft/prover';
import type { ProvingEngine } from '@weft/prover/prove/engine';
import type { VerifierHooks } from '@weft/prover/verify/proof';

export const STATE: Bus = { name: 'state', id: 1, kind: 'permutation', arity: 2 };
export const PROGRAM: Bus = { name: 'program', id: 2, kind: 'lookup', arity: 2 };
export const BYTE: Bus = { name: 'byte', id: 3, kind: 'lookup', arity: 1 };

const bytes: StructuredTable = {
  logHeight: 8,
  value: (_, row) => row,
  formula: (field, point) => [
    point.reduce((sum, x, i) => field.add(sum, field.mul(field.constant(2 ** i), x)), field.constant(0)),
  ],
};

function stepChip(name: string): Chip {
  return defineChip(name, { maxLogHeight: 9 }, (c) => {
    const isReal = c.bool('is_real');
    const [index, x, operand, square] = [c.col('index'), c.col('x'), c.col('operand'), c.col('square')];
    c.assertEqual('square', operand.mul(operand).mul(isReal), square);
    c.receive(STATE, [index, x], isReal);
    c.send(STATE, [index.add(1), x.add(operand)], isReal);
    c.send(PROGRAM, [index, operand], isReal);
    c.send(BYTE, [operand], isReal);
  });
}

export const toyMachine: Machine = defineMachine(
  'toy',
  [
    stepChip('step'),
    stepChip('other_step'),
    defineChip('bytes', { fixed: { kind: 'structured', table: bytes } }, (c) => {
      const multiplicity = c.col('multiplicity');
      c.provide(BYTE, [c.fixedCol('byte')], multiplicity);
    }),
    defineChip('program', { fixed: { kind: 'program' } }, (c) => {
      const multiplicity = c.col('multiplicity');
      c.provide(PROGRAM, [c.fixedCol('index'), c.fixedCol('operand')], multiplicity);
    }),
  ],
  new Map([[STATE, 2]]),
);

export const toyKey: MachineKey = createMachineKey(POSEIDON2_KOALABEAR, toyMachine, [16]);

/** A word of the statement that no tuple holds: only the transcript ties it to the proof. */
const CONTEXT = 42;

/** Operand of step i. */
const operandAt = (i: number): number => (i * 37 + 11) % 256;

export async function toyProgram(engine?: ProvingEngine): Promise<ProgramCommitment> {
  const rows = Array.from({ length: 1024 }, (_, i) => i);
  return await commitProgram(toyKey, [Uint32Array.from(rows), Uint32Array.from(rows, operandAt)], 10, engine);
}

/** Traces of `counts[0]` steps in the first table and `counts[1]` in the second, starting from (0, 5). */
export function toyTraces(counts: readonly [number, number]): { traces: (Trace | undefined)[]; words: Felt[] } {
  const multiplicities = { byte: new Uint32Array(256), program: new Uint32Array(1024) };
  let [index, x] = [0, 5];
  const tables = counts.map((count, k) => {
    if (count === 0) return undefined;
    const logHeight = Math.max(7, Math.ceil(Math.log2(count)));
    const columns = Array.from({ length: 5 }, () => new Uint32Array(2 ** logHeight));
    for (let row = 0; row < count; row++) {
      const operand = operandAt(index);
      for (const [c, value] of [1, index, x, operand, operand * operand].entries()) columns[c]![row] = value;
      multiplicities.byte[operand]!++;
      multiplicities.program[index]!++;
      index++;
      x += operand;
    }
    return { chip: toyMachine.chips[k]!, logHeight, columns, fixed: [] };
  });
  const program = {
    chip: toyMachine.chips[3]!,
    logHeight: 10,
    columns: [multiplicities.program],
    fixed: [
      Uint32Array.from({ length: 1024 }, (_, i) => i),
      Uint32Array.from({ length: 1024 }, (_, i) => operandAt(i)),
    ],
  };
  const byteRows = Uint32Array.from({ length: 256 }, (_, i) => i);
  const byteTable = { chip: toyMachine.chips[2]!, logHeight: 8, columns: [multiplicities.byte], fixed: [byteRows] };
  return { traces: [...tables, byteTable, program], words: [0, 5, index, x, CONTEXT] };
}

export async function proveToy(
  program: ProgramCommitment,
  counts: readonly [number, number],
  engine?: ProvingEngine,
): Promise<{ proof: Uint8Array; words: Felt[] }> {
  const { traces, words } = toyTraces(counts);
  return { proof: await proveTables(toyKey, program, traces, words, { engine }), words };
}

export interface ToyHooks extends VerifierHooks {
  readonly key?: MachineKey;
}

/** @throws {VerificationError} */
export function verifyToy(
  program: ProgramCommitment,
  proof: Uint8Array,
  words: readonly Felt[],
  hooks: ToyHooks = {},
): void {
  const tuples = [
    { bus: STATE, sign: 1 as const, tuple: [words[0]!, words[1]!] },
    { bus: STATE, sign: -1 as const, tuple: [words[2]!, words[3]!] },
  ];
  verifyBytes(hooks.key ?? toyKey, program.key, { words, tuples }, proof, hooks);
}
