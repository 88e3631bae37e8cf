/** Provers that permute another way and keep everything else consistent: what is left is the one check that the cheat is about. */
import type { CallMachine, SystemCall } from '@weft/executor/calls/call';
import { KECCAK_MEMORY_ROWS, KECCAK_ROWS, KECCAK_STATES, keccakPermute } from '@weft/executor/calls/keccak';
import { PRECOMPILE_ROWS } from '@weft/executor/calls/precompile';
import { KECCAK_CONSTANTS, KECCAK_ROTATIONS } from '@weft/executor/precompiles/keccak';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { describe, expect, it } from 'vitest';
import { behind, runWith, wordsAt, writeWords } from '../support/cheating-calls.ts';
import { Forgery } from '../support/forged-traces.ts';
import {
  type Cheat,
  lanesOf,
  type Permutation,
  permutation,
  permuteWords,
  STATE,
  wordsOfLanes,
} from '../support/keccak.ts';
import { judge } from '../support/rows.ts';
import { storeWords } from '../support/sha.ts';
import type { Traced } from '../support/traces.ts';

const INPUT = Array.from({ length: 50 }, (_, i) => Math.imul(0x9e3779b1, i + 3));
const PROGRAM = [...permuteWords(INPUT), ...asm.halt()];
const RHO = ['keccak_rho_0', 'keccak_rho_1', 'keccak_rho_2', 'keccak_rho_3'];
const ROWS_A_STATE = 4;

/** KECCAK_PERMUTE with these rows; the words that they end with go to memory. */
function permuteBy(rowsOf: (words: readonly number[]) => Permutation & { readonly last?: number }): SystemCall['run'] {
  const honest = keccakPermute.run;
  return (m) => {
    const { rows, states, last = KECCAK_STATES - 1 } = rowsOf(wordsAt(m, m.a0, 50));
    const after = wordsOfLanes(states[last]!);
    const next = honest(
      behind(m, (name, row, nth) => {
        if (name === KECCAK_ROWS.events) return [[row[0]!, ...rows[nth]!]];
        if (name !== KECCAK_MEMORY_ROWS.events) return [row];
        const at = KECCAK_MEMORY_ROWS.fields.indexOf('after0');
        return [row.toSpliced(at, 25, ...after.filter((_, i) => i % 2 === nth))];
      }),
    );
    if (next !== undefined) writeWords(m, m.a0, after);
    return next;
  };
}

const withCheat = (cheat: Cheat): Promise<Traced> =>
  runWith(
    PROGRAM,
    keccakPermute,
    permuteBy((words) => permutation(lanesOf(words), cheat)),
  );
const caught = (run: Traced): string[] => new Forgery(run).caughtBy();

/** The row of a state and a group, in a program's only call. */
const rowOf = (number: number, group: number): number => ROWS_A_STATE * number + group;

describe('a prover that permutes', () => {
  it('in its own way is none if it is the right one', async () => {
    expect(caught(await withCheat({}))).toEqual([]);
  });
  it.each([1, 2, 13, 24])('with another constant before state %i', async (number) => {
    for (const bit of [1, 0x80000000]) {
      const [low, high] = KECCAK_CONSTANTS[number - 1]!;
      for (const changed of [[(low ^ bit) >>> 0, high] as const, [low, (high ^ 0x80000000) >>> 0] as const]) {
        const constants = KECCAK_CONSTANTS.with(number - 1, changed);
        expect(caught(await withCheat({ constants }))).toEqual(['keccak_group']);
      }
    }
  });
  it.each([0, 1, 12, 23, 24])('with a bit of state %i that is not what chi makes', async (number) => {
    const [group, lane, bit] = [number % 4, (7 * number) % 25, 5];
    const flip = 1n << BigInt(16 * group + bit);
    const x = lane % 5;
    const run = await withCheat({
      state: (n, right) =>
        n !== number
          ? right
          : {
              ...right,
              lanes: right.lanes.with(lane, right.lanes[lane]! ^ flip),
              parity: right.parity.with(x, right.parity[x]! ^ flip),
            },
    });
    const f = new Forgery(run);
    const row = rowOf(number, group);
    for (const name of [`state${lane}_bit${bit}`, `parity${x}_bit${bit}`])
      f.set('keccak', row, { [name]: 1 - f.column('keccak', name)[row]! });
    // Before the first round the state is memory's, which other rows say.
    expect(f.caughtBy()).toEqual([`keccak.chi${lane}_bit${bit}`, ...(number === 0 ? ['keccak_group'] : [])]);
  });
  it.each([0, 1, 12, 23])('with a parity in state %i that is none', async (number) => {
    const [group, x, bit] = [(number + 1) % 4, number % 5, 9];
    const flip = 1n << BigInt(16 * group + bit);
    const run = await withCheat({
      state: (n, right) => (n === number ? { ...right, parity: right.parity.with(x, right.parity[x]! ^ flip) } : right),
    });
    const f = new Forgery(run);
    const [row, name] = [rowOf(number, group), `parity${x}_bit${bit}`];
    f.set('keccak', row, { [name]: 1 - f.column('keccak', name)[row]! });
    expect(f.caughtBy()).toEqual([`keccak.parity${x}_bit${bit}`]);
  });
  it.each([0, 3, 11, 23, 24])(
    'with a parity beside a group of state %i that the other group has not',
    async (number) => {
      for (const group of [0, 1, 2, 3]) {
        const x = (number + group) % 5;
        const run = await withCheat({
          state: (n, right) =>
            n === number
              ? { ...right, neighbours: right.neighbours.with(group, right.neighbours[group]! ^ (1 << x)) }
              : right,
        });
        expect(caught(run)).toEqual(['keccak_parity']);
      }
    },
  );
  it('with other rotations', async () => {
    // By one bit within the rows it goes to, and by a whole group.
    const changed = (by: number): Promise<Traced> =>
      withCheat({ rotations: KECCAK_ROTATIONS.map((r, i) => (i === 13 ? (r + by) % 64 : r)) });
    for (const by of [1, 16, 32]) {
      const broken = caught(await changed(by));
      expect(broken.length).toBeGreaterThan(0);
      for (const name of broken) expect(RHO).toContain(name);
    }
  });
  it('with rows that stand for nothing, which take back what one state sent and say what the next received', async () => {
    const run = await withCheat({
      before: (number, right) => (number === 10 ? right.map((lane, i) => lane ^ (BigInt(i) << 30n)) : right),
    });
    expect(caught(run)).toEqual(RHO);
    const f = new Forgery(run);
    const { columns } = f.traces.find((t) => t?.chip.name === 'keccak')!;
    const free = rowOf(KECCAK_STATES, 0);
    for (const [i, flags] of [
      { is_real: 0, is_last: 1 },
      { is_real: 0, is_first: 1 },
    ].entries()) {
      for (let group = 0; group < ROWS_A_STATE; group++) {
        const row = rowOf(i, group) + free;
        for (const column of columns) column[row] = column[rowOf(9 + i, group)]!;
        f.set('keccak', row, flags);
      }
    }
    expect(f.caughtBy()).toEqual(['keccak.first_only_real', 'keccak.last_only_real']);
  });
  it('with a parity that differs from the sum by two, and is no bit', async () => {
    const run = await withCheat({});
    const f = new Forgery(run);
    const row = f.row('keccak', { parity2_bit3: 1, is_real: 1 });
    const { columns, fixed, chip } = f.traces.find((t) => t?.chip.name === 'keccak')!;
    f.set('keccak', row, { parity2_bit3: -1 });
    const { broken } = judge(
      undefined,
      chip,
      [...columns, ...fixed].map((c) => c[row]!),
    );
    expect(broken).toEqual(['parity2_bit3_is_bool']);
  });
  it.each([0, 1, 23])('and takes state %i for the last', async (last) => {
    const cheat = permuteBy((words) => ({ ...permutation(lanesOf(words)), last }));
    expect(caught(await runWith(PROGRAM, keccakPermute, cheat))).toEqual(['keccak_group']);
  });
  it.each([1, 12, 24])("two states, which go on with each other's rows from state %i on", async (from) => {
    const other = STATE + 0x200;
    const program = [
      ...storeWords(other, INPUT.toReversed()),
      ...permuteWords(INPUT),
      ...asm.call(SYSCALL.KECCAK_PERMUTE, other, 0),
      ...asm.halt(),
    ];
    const [a, b] = [permutation(lanesOf(INPUT)), permutation(lanesOf(INPUT.toReversed()))];
    const spliced = (first: Permutation, second: Permutation): Permutation => ({
      rows: [...first.rows.slice(0, ROWS_A_STATE * from), ...second.rows.slice(ROWS_A_STATE * from)],
      states: second.states,
    });
    const cheat = permuteBy((words) => (words[0] === INPUT[0]! >>> 0 ? spliced(a, b) : spliced(b, a)));
    expect(caught(await runWith(program, keccakPermute, cheat))).toEqual(RHO);
  });
});

describe('a prover that answers another call', () => {
  /** The call with other arguments than it has; its row says what the guest asked for. */
  const withArguments = (other: Partial<Pick<CallMachine, 'a0' | 'a1'>>): SystemCall['run'] => {
    const honest = keccakPermute.run;
    return (m) => {
      const asked: Readonly<Record<string, number>> = { a: m.a0, b: m.a1 };
      const said = behind(m, (name, row) => [
        name === PRECOMPILE_ROWS.events ? row.map((x, i) => asked[PRECOMPILE_ROWS.fields[i]!] ?? x) : row,
      ]);
      return honest({ ...said, ...other });
    };
  };
  it('with a state elsewhere', async () => {
    for (const a0 of [STATE + 4, STATE - 4, STATE + 0x200])
      expect(caught(await runWith(PROGRAM, keccakPermute, withArguments({ a0 })))).toEqual(['call']);
  });
  it('with a second argument', async () => {
    for (const a1 of [1, 2 ** 16]) {
      const program = [...storeWords(STATE, INPUT), ...asm.call(SYSCALL.KECCAK_PERMUTE, STATE, a1), ...asm.halt()];
      expect(caught(await runWith(program, keccakPermute, withArguments({ a1: 0 })))).toEqual(['call']);
    }
  });
  it('by the tables of another code', async () => {
    const honest = keccakPermute.run;
    const cheat: SystemCall['run'] = (m) => {
      const at = PRECOMPILE_ROWS.fields.indexOf('code');
      return honest(
        behind(m, (name, row) => [name === PRECOMPILE_ROWS.events ? row.with(at, SYSCALL.SHA_EXTEND) : row]),
      );
    };
    // T0 holds another code than the row says.
    expect(caught(await runWith(PROGRAM, keccakPermute, cheat))).toEqual(['call', 'memory']);
  });
  it('with the upper words of another state', async () => {
    const other = STATE + 0x200;
    const distance = other - STATE;
    const program = [...storeWords(other, INPUT), ...permuteWords(INPUT), ...asm.halt()];
    const honest = keccakPermute.run;
    const cheat: SystemCall['run'] = (m) => {
      const said = behind(m, (name, row, nth) => [
        name === KECCAK_MEMORY_ROWS.events && nth === 1
          ? row.with(KECCAK_MEMORY_ROWS.fields.indexOf('pointer'), other / 4)
          : row,
      ]);
      const isUpper = (address: number): boolean => ((address - m.a0) / 4) % 2 === 1;
      const recorder = said.recorder && {
        ...said.recorder,
        touchMemory: (address: number, value: number, clock: number, slot: number) =>
          m.recorder!.touchMemory(isUpper(address) ? address + distance : address, value, clock, slot),
      };
      const take: CallMachine['take'] = (rows, words) =>
        m.take(rows, [...words, ...words.map((w) => ({ ...w, address: w.address + distance }))]);
      const before = wordsAt(m, m.a0, 50);
      const next = honest({ ...said, recorder, take });
      if (next !== undefined) {
        const after = wordsAt(m, m.a0, 50);
        const halves = (lower: readonly number[], upper: readonly number[]): number[] =>
          lower.map((word, i) => (i % 2 === 0 ? word : upper[i]!));
        writeWords(m, m.a0, halves(after, before));
        writeWords(m, other, halves(before, after));
      }
      return next;
    };
    expect(caught(await runWith(program, keccakPermute, cheat))).toEqual(['keccak_halves']);
  });
});
