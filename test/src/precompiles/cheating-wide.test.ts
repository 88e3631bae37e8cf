/**
 * Provers of U256XU2048_MUL that multiply otherwise in the pass that cuts and in the replay, so that memory, state and statement follow
 * from what they made up. What is left is the one check that the cheat is about, and no other.
 */
import type { SystemCall } from '@weft/executor/calls/call';
import {
  multiplyWide,
  PART_WORDS,
  WIDE_CALL_ROWS,
  WIDE_PART_ROWS,
  WIDE_PARTS,
} from '@weft/executor/calls/multiply-wide';
import { FURTHER_ARGUMENTS } from '@weft/executor/calls/precompile';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { REGISTER_SPACE } from '@weft/executor/program/layout';
import { seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { behind, runWith, wordsAt, writeWords } from '../support/cheating-calls.ts';
import { Forgery } from '../support/forged-traces.ts';
import { digits, numberOfWords } from '../support/formulas.ts';
import { storeWords } from '../support/sha.ts';
import { findings } from '../support/traces.ts';

const { DATA } = asm;
const [FACTORS, LONG, LOW, HIGHS] = [DATA, DATA + 0x100, DATA + 0x400, DATA + 0x800];
const { word } = seeded(5);
const random = (count: number): number[] => Array.from({ length: count }, () => word() >>> 0);
const CALLS = [0, 1];
/** Two calls with one long factor and one place for the product: rows of their parts differ by clock and short factor. */
const PROGRAM = [
  ...storeWords(FACTORS, random(CALLS.length * PART_WORDS)),
  ...storeWords(LONG, random(WIDE_PARTS * PART_WORDS)),
  ...CALLS.flatMap((k) => [
    ...asm.li(FURTHER_ARGUMENTS.a3, HIGHS + 32 * k),
    ...asm.call(SYSCALL.U256XU2048_MUL, FACTORS + 32 * k, LONG, LOW),
  ]),
  ...asm.halt(),
];
const callAt = (factor: number): number => (factor - FACTORS) / 32;
const ROW_BITS = BigInt(32 * PART_WORDS);

/** Numbers of a row from which its others follow. */
type Given = Readonly<Record<'a' | 'b' | 'carry', bigint>>;

interface Product {
  /** The row that takes the place of the right one. */
  readonly row?: (part: number, right: Given, call: number) => Given;
  /** What is written behind the product, given the last carry. */
  readonly end?: (carry: bigint) => bigint;
}

/** U256XU2048_MUL with other rows. Their sums are right. */
function multiplyBy({ row = (_, right) => right, end = (carry) => carry }: Product): SystemCall['run'] {
  const honest = multiplyWide.run;
  return (m) => {
    const [factor, long] = [wordsAt(m, m.a0, PART_WORDS), wordsAt(m, m.a1, WIDE_PARTS * PART_WORDS)];
    const rows: Readonly<Record<string, bigint>>[] = [];
    let carry = 0n;
    for (let part = 0; part < WIDE_PARTS; part++) {
      const b = numberOfWords(long.slice(PART_WORDS * part, PART_WORDS * (part + 1)));
      const given = row(part, { a: numberOfWords(factor), b, carry }, callAt(m.a0));
      const sum = given.a * given.b + given.carry;
      carry = sum >> ROW_BITS;
      rows.push({ ...given, low: BigInt.asUintN(Number(ROW_BITS), sum), high: carry });
    }
    const high = digits(end(carry), PART_WORDS);
    const next = honest(
      behind(m, (name, words, nth) => {
        const put = ({ fields }: typeof WIDE_PART_ROWS, numbers: Readonly<Record<string, bigint>>): number[] => {
          const made = new Map<string, number>(
            Object.entries(numbers).flatMap(([of, x]) =>
              digits(x, PART_WORDS).map((v, i) => [`${of}_${i}`, v] as const),
            ),
          );
          return words.map((w, i) => made.get(fields[i]!) ?? w);
        };
        if (name === WIDE_PART_ROWS.events) return [put(WIDE_PART_ROWS, rows[nth]!)];
        return [name === WIDE_CALL_ROWS.events ? put(WIDE_CALL_ROWS, { high: numberOfWords(high) }) : words];
      }),
    );
    if (next !== undefined) {
      for (const [part, { low }] of rows.entries()) writeWords(m, m.a2 + 32 * part, digits(low!, PART_WORDS));
      writeWords(m, m.registers[FURTHER_ARGUMENTS.a3]! >>> 0, high);
    }
    return next;
  };
}

const caught = async (run: SystemCall['run']): Promise<string[]> =>
  new Forgery(await runWith(PROGRAM, multiplyWide, run)).caughtBy();

it('nothing is found where nothing is made up', async () => {
  expect(await caught(multiplyBy({}))).toEqual([]);
});
it.each([0, 1, 7])('part %i takes another carry than the one before it handed on', async (at) => {
  const row: Product['row'] = (part, right) => (part === at ? { ...right, carry: right.carry ^ 1n } : right);
  expect(await caught(multiplyBy({ row }))).toEqual(['wide_carry']);
});
it('another carry than the last is written behind the product', async () => {
  expect(await caught(multiplyBy({ end: (carry) => carry ^ (1n << 255n) }))).toEqual(['wide_carry']);
});
it.each([0, 4, 7])('part %i is multiplied by another factor', async (at) => {
  const row: Product['row'] = (part, right) => (part === at ? { ...right, a: right.a ^ (1n << 255n) } : right);
  expect(await caught(multiplyBy({ row }))).toEqual(['wide_factor']);
});
it.each([1, 4, 7])("two calls go on with each other's carries from part %i on", async (from) => {
  const honest: Given[][] = [[], []];
  await runWith(PROGRAM, multiplyWide, multiplyBy({ row: (part, right, call) => (honest[call]![part] = right) }));
  expect(honest.map((rows) => rows.length)).toEqual([WIDE_PARTS, WIDE_PARTS]);
  const carries: Product['row'] = (part, right, call) =>
    part === from ? { ...right, carry: honest[1 - call]![part]!.carry } : right;
  // Both chains have all that the bus has of either, but for the clocks.
  expect(await caught(multiplyBy({ row: carries }))).toEqual(['wide_carry']);
  const factors: Product['row'] = (part, right, call) =>
    part < from ? right : { ...right, a: honest[1 - call]![part]!.a };
  expect(await caught(multiplyBy({ row: factors }))).toEqual(['wide_factor']);
});
it('another part of the long factor than the one in memory is multiplied', async () => {
  const row: Product['row'] = (part, right) => (part === 5 ? { ...right, b: right.b ^ 1n } : right);
  expect(await caught(multiplyBy({ row }))).toEqual(['memory']);
});
it.each(['a2', 'a3'] as const)('words go elsewhere than %s says', async (name) => {
  const honest = multiplyWide.run;
  const elsewhere: SystemCall['run'] = (m) => {
    if (name === 'a2') return honest({ ...m, a2: m.a2 + 0x200 });
    const registers = m.registers.slice();
    registers[FURTHER_ARGUMENTS.a3]! += 0x200;
    return honest({ ...m, registers });
  };
  const { traces, statement } = await runWith(PROGRAM, multiplyWide, elsewhere);
  const { constraints, tuples } = findings(traces, statement);
  expect(constraints).toEqual([]);
  // All words are where the row says: only the register does not hold what the row says of it.
  expect(new Set(tuples.map(({ bus, tuple }) => `${bus} ${tuple.slice(0, 2)}`))).toEqual(
    new Set([`memory ${[REGISTER_SPACE, FURTHER_ARGUMENTS[name]]}`]),
  );
});
