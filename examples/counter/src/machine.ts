/**
 * @module The counter: a machine whose program is a list of bytes and whose run adds them up. Its state is (index, x); step
 * `index` leads to (index + 1, x + operand). Small, and yet it has every kind of table and bus.
 */
import {
  type Bus,
  type Chip,
  createMachineKey,
  defineChip,
  defineMachine,
  FIRST_MACHINE_BUS,
  type Machine,
  type MachineKey,
  POSEIDON2_KOALABEAR,
  type StatementLayout,
  type StructuredTable,
  tailOf,
} from '@weft/prover';

/** (index, x): every step receives the state before it and sends the state after it. */
export const STATE: Bus = { name: 'state', id: FIRST_MACHINE_BUS, kind: 'permutation', arity: 2 };
/** (index, operand): what the program says. */
export const PROGRAM: Bus = { name: 'program', id: FIRST_MACHINE_BUS + 1, kind: 'lookup', arity: 2 };
/** (value): value < 2^8. */
export const BYTE: Bus = { name: 'byte', id: FIRST_MACHINE_BUS + 2, kind: 'lookup', arity: 1 };

/** One row a step. The square is there for a constraint of degree 3; nothing asks for it. */
const step: Chip = defineChip('step', { events: 'step', maxLogHeight: 10 }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const [index, x] = [c.col('index', c.event('index')), c.col('x', c.event('x'))];
  const operand = c.col('operand', c.event('operand'));
  const square = c.col('square', c.event('operand').mul(c.event('operand')));
  c.assertEqual('square', operand.mul(operand).mul(isReal), square);
  c.receive(STATE, [index, x], isReal);
  c.send(STATE, [index.add(1), x.add(operand)], isReal);
  c.send(PROGRAM, [index, operand], isReal);
  c.send(BYTE, [operand], isReal);
});

/** Row i holds i, so the columns' extension is the sum of 2^k times bit k: nobody commits to this table. */
const byteRows: StructuredTable = {
  logHeight: 8,
  value: (_, row) => row,
  formula: (field, point) => [
    point.reduce((total, x, i) => field.add(total, field.mul(field.constant(2 ** i), x)), field.constant(0)),
  ],
};

const bytes: Chip = defineChip('bytes', { fixed: { kind: 'structured', table: byteRows } }, (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(BYTE, [c.fixedCol('byte')], multiplicity, () => ([value], count, found) => {
    for (let i = 0; i < count; i++) found[i] = value![i]! < 256 ? value![i]! : -1;
  });
});

/** Row i holds step i of the program; setup commits to it, and its root is the program's name. */
const program: Chip = defineChip('program', { fixed: { kind: 'preprocessed' } }, (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(
    PROGRAM,
    [c.fixedCol('index'), c.fixedCol('operand')],
    multiplicity,
    ([indices]) =>
      ([index], count, found) => {
        for (let i = 0; i < count; i++) found[i] = index![i]! < indices!.length ? index![i]! : -1;
      },
  );
});

/** What a proof says: three words, of which the verifier itself sends the first state and receives the last one. */
const statement: StatementLayout = {
  words: ['start', 'steps', 'end'],
  tuples: [
    { bus: STATE, sign: 1, tuple: [0, 'start'] },
    { bus: STATE, sign: -1, tuple: ['steps', 'end'] },
  ],
};

export const machine: Machine = defineMachine('counter', [step, tailOf(step), bytes, program], statement);

/** Proofs of this machine commit to 2^16 cells; one proof is a whole run. */
export const key: MachineKey = createMachineKey(POSEIDON2_KOALABEAR, machine, [16], { role: 'run' });
