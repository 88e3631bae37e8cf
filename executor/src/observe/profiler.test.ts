import { type GuestName, readGuest, type Sp1GuestName } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';
import { STANDARD_CALLS } from '../calls/index.ts';
import { readSymbols } from '../debug/symbols.ts';
import { type CountedExecution, execute } from '../executor.ts';
import * as asm from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import type { FunctionNames } from './function-names.ts';
import type { ProfileNode } from './profiler.ts';

/** A price of its own for each class, so that no two mistakes cancel. */
const COSTS: readonly number[] = STANDARD_CALLS.stepClasses.map((_, k) => 3 + k * k);
const price = ({ rows }: CountedExecution): number =>
  STANDARD_CALLS.stepClasses.reduce((sum, name, k) => sum + rows[name]! * COSTS[k]!, 0);
const sum = (nodes: readonly ProfileNode[], of: 'cycles' | 'cells'): number =>
  nodes.reduce((total, node) => total + node[of], 0);

/** Call paths with what was counted on them. */
function paths(nodes: readonly ProfileNode[]): Record<string, readonly [calls: number, cycles: number]> {
  const path = (node: ProfileNode): string =>
    node.parent < 0 ? node.name : `${path(nodes[node.parent]!)} ${node.name}`;
  return Object.fromEntries(nodes.map((node) => [path(node), [node.calls, node.cycles]]));
}

/** Functions of a program in the order in which they stand, by words. */
function assemble(functions: Readonly<Record<string, readonly number[]>>): { elf: Uint8Array; names: FunctionNames } {
  let address = asm.TEXT;
  const all = Object.entries(functions).map(([name, words]) => {
    const of = { name, address, size: 4 * words.length };
    address += of.size;
    return of;
  });
  return {
    elf: asm.elf(Object.values(functions).flat()),
    names: { functionAt: (pc) => all.find((one) => pc >= one.address && pc < one.address + one.size) },
  };
}

const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const RET = asm.jalr(0, 1, 0);
const [T1, S0, S1, SP] = [6, 8, 9, 2];

async function profiled({ elf, names }: ReturnType<typeof assemble>): Promise<CountedExecution> {
  const symbols = { ...names, lookup: () => undefined };
  const run = await execute(createProgram(elf), [], { profile: COSTS, symbols });
  const nodes = run.profile!.nodes;
  expect([sum(nodes, 'cycles'), sum(nodes, 'cells')]).toEqual([run.cycles, price(run)]);
  return run;
}

describe.each([
  ['interpreted', 3],
  ['as hot code', 1000],
])('%s', (_, times) => {
  it('calls from calls, in a loop', async () => {
    const halt = asm.halt();
    const n = halt.length;
    const run = await profiled(
      assemble({
        main: [
          ...asm.li(S0, times),
          asm.jal(1, 4 * (n + 3)),
          asm.i('ADDI', S0, S0, -1),
          asm.branch('BNE', S0, 0, -8),
          ...halt,
        ],
        outer: [asm.i('ADDI', S1, 1, 0), asm.jal(1, 16), asm.jal(1, 12), asm.i('ADDI', 1, S1, 0), RET],
        inner: [asm.i('ADDI', T1, 0, 1), RET],
      }),
    );
    expect(paths(run.profile!.nodes)).toEqual({
      main: [1, asm.li(S0, times).length + 3 * times + n],
      'main outer': [times, 5 * times],
      'main outer inner': [2 * times, 4 * times],
    });
  });

  it('a function that ends in another one: both are called from the same place', async () => {
    const halt = asm.halt();
    const n = halt.length;
    const run = await profiled(
      assemble({
        main: [
          ...asm.li(S0, times),
          asm.jal(1, 4 * (n + 3)),
          asm.i('ADDI', S0, S0, -1),
          asm.branch('BNE', S0, 0, -8),
          ...halt,
        ],
        first: [asm.i('ADDI', T1, 0, 1), asm.jal(0, 8), asm.EBREAK],
        second: [RET],
      }),
    );
    expect(paths(run.profile!.nodes)).toEqual({
      main: [1, asm.li(S0, times).length + 3 * times + n],
      'main first': [times, 2 * times],
      'main second': [times, times],
    });
  });

  it('recursion has a node for each depth, up to a bound', async () => {
    const halt = asm.halt();
    const run = await profiled(
      assemble({
        main: [...asm.li(SP, 0x60000), ...asm.li(S0, 2 * times), asm.jal(1, 4 * (halt.length + 1)), ...halt],
        down: [
          ...[
            asm.i('ADDI', SP, SP, -4),
            asm.store('SW', 1, SP, 0),
            asm.i('ADDI', S0, S0, -1),
            asm.branch('BEQ', S0, 0, 8),
          ],
          ...[asm.jal(1, -16), asm.load('LW', 1, SP, 0), asm.i('ADDI', SP, SP, 4), RET],
        ],
      }),
    );
    const { nodes } = run.profile!;
    expect(nodes.filter(({ name }) => name === 'down')).toHaveLength(Math.min(2 * times, 1024));
    expect(nodes.reduce((calls, node) => calls + (node.name === 'down' ? node.calls : 0), 0)).toBe(2 * times);
  });
});

it('a return to a call further out leaves all between', async () => {
  const halt = asm.halt();
  const n = halt.length;
  const run = await profiled(
    assemble({
      main: [asm.jal(1, 4 * (n + 1)), ...halt],
      outer: [asm.i('ADDI', S1, 1, 0), asm.jal(1, 8), asm.EBREAK],
      thrower: [asm.i('ADDI', 1, S1, 0), RET],
    }),
  );
  expect(paths(run.profile!.nodes)).toEqual({
    main: [1, 1 + n],
    'main outer': [1, 2],
    'main outer thrower': [1, 2],
  });
});

it('functions without names are named by their address', async () => {
  const halt = asm.halt();
  const elf = asm.elf([asm.jal(1, 4 * (halt.length + 1)), ...halt, RET]);
  const { profile } = await execute(createProgram(elf), [], { profile: COSTS });
  expect(profile!.nodes.map(({ name }) => name)).toEqual([
    '0x10000',
    `0x${(asm.TEXT + 4 * (halt.length + 1)).toString(16)}`,
  ]);
});

it('without symbols jumps stay in the function that the last call went to, also one that no instruction names', async () => {
  const halt = asm.halt();
  // main: la t1, hidden; jalr ra, t1; jal ra, named. A jump forth and back lies in each function.
  const words = [
    ...asm.li(T1, asm.TEXT + 4 * (4 + halt.length)),
    ...[asm.jalr(1, T1, 0), asm.jal(1, 4 * (halt.length + 6)), ...halt],
    ...[asm.jal(0, 8), RET, asm.jal(0, -4), asm.EBREAK, asm.EBREAK],
    ...[asm.jal(0, 8), RET, asm.jal(0, -4)],
  ];
  expect(words).toHaveLength(4 + halt.length + 8);
  const { profile } = await execute(createProgram(asm.elf(words)), [], { profile: COSTS });
  const hex = (word: number): string => `0x${(asm.TEXT + 4 * word).toString(16)}`;
  expect(profile!.nodes.map(({ name, calls, cycles }) => [name, calls, cycles])).toEqual([
    [hex(0), 1, 4 + halt.length],
    [hex(4 + halt.length), 1, 3],
    [hex(9 + halt.length), 1, 3],
  ]);
});

it('an exception goes on in the function that catches it', async () => {
  const elf = readGuest('cxx-library');
  const { profile } = await execute(createProgram(elf), [text('the quick brown fox')], {
    profile: COSTS,
    symbols: readSymbols(elf),
  });
  const { nodes } = profile!;
  expect(nodes.some(({ name }) => name.startsWith('_Unwind_'))).toBe(true);
  expect(nodes.filter(({ name }) => name === 'main')).toHaveLength(1);
  // What catches is called by what caught, not by what unwinds.
  const begin = nodes.filter(({ name }) => name === '__cxa_begin_catch');
  expect(begin.map(({ parent }) => nodes[parent]!.name)).toEqual(['main']);
});

it.each<[GuestName | Sp1GuestName, readonly Uint8Array[]]>([
  ['sort-words', [text('300')]],
  ['recursion', [text('12')]],
  ['sha256-calls', [text('some words')]],
  ['keccak-rust', [text('some words')]],
  ['cxx-library', [text('the quick brown fox')]],
  ['sp1-unconstrained', []],
])('%s: what functions have together is what the run has', async (name, stdin) => {
  const elf = readGuest(name);
  const plain = await execute(createProgram(elf), stdin);
  const run = await execute(createProgram(elf), stdin, { profile: COSTS, symbols: readSymbols(elf) });
  expect([run.cycles, run.rows, run.publicValues]).toEqual([plain.cycles, plain.rows, plain.publicValues]);
  const { nodes } = run.profile!;
  expect([sum(nodes, 'cycles'), sum(nodes, 'cells')]).toEqual([run.cycles, price(run)]);
});

it('rows of a precompile are those of a function of its name, below the one that calls it', async () => {
  const elf = readGuest('keccak-rust');
  const { profile, rows } = await execute(createProgram(elf), [text('some words')], {
    profile: COSTS,
    symbols: readSymbols(elf),
  });
  const node = profile!.nodes.find(({ name }) => name === 'KECCAK_PERMUTE')!;
  expect([node.calls, node.cycles, node.address]).toEqual([1, 0, undefined]);
  expect(profile!.nodes[node.parent]!.name).toBe('main');
  const own = Object.entries(rows).filter(([name]) => name.startsWith('keccak') || name === 'precompile');
  expect(node.cells).toBe(
    own.reduce((cells, [name, count]) => cells + count * COSTS[STANDARD_CALLS.classNumber(name)]!, 0),
  );
});
