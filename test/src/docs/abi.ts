/**
 * @module The generated part of `docs/abi.md`: every system call with its code, the memory that it accesses and what it costs. All of it is asked
 * of the code, so that the page cannot say otherwise.
 */
import { CALLS } from '@weft/executor';
import type { CallMachine, CallWords, SystemCall } from '@weft/executor/calls/call';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import type { MachineKey } from '@weft/prover/protocol/key';
import { machineKey } from '@weft/rv32im/key';

/** Around the table in the page. */
const TABLE_MARKS = ['<!-- calls: pnpm golden -->\n', '<!-- /calls -->'] as const;

/** A fraction of the lookup argument counts this many cells. */
const CELLS_PER_INTERACTION = 2.5;

/** Where calls are told that their arguments point to, by register; far from each other. */
const POINTERS: Readonly<Record<'a0' | 'a1' | 'a2' | 'a3', number>> = {
  a0: 0x1000000,
  a1: 0x2000000,
  a2: 0x3000000,
  a3: 0x4000000,
};
const A3 = 13;

/** Memory of calls that are no precompiles. */
const OTHER_MEMORY: Readonly<Record<string, string>> = {
  WRITE: 'a1: a2 bytes read, by the host alone',
  HINT_READ: 'a0: a1 bytes changed, up to the end of the last word',
};

/** The words of a precompile: it is asked to run by a machine that has no room for it, so that nothing happens. */
function wordsOf(call: SystemCall): readonly CallWords[] {
  const registers = new Int32Array(32);
  registers[A3] = POINTERS.a3;
  let found: readonly CallWords[] = [];
  const machine: Partial<CallMachine> = {
    ...POINTERS,
    program: createProgram(asm.elf(asm.halt())),
    registers,
    refuse: () => {},
    take: (_rows, words) => {
      found = words;
      return false;
    },
  };
  call.run(machine as CallMachine);
  return found;
}

function describeWords({ address, count, kept }: CallWords): string {
  const [register, pointer] = Object.entries(POINTERS).findLast(([, at]) => at <= address)!;
  const where = address === pointer ? register : `${register} + ${address - pointer}`;
  if (kept === count) return `${where}: ${count} read`;
  return kept === 0 ? `${where}: ${count} changed` : `${where}: ${kept} read, ${count - kept} behind them changed`;
}

const grouped = (n: number): string => `${n}`.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Cells of the rows that a call leaves: columns, and interactions as fractions. What its words cost in the state tree is not among them. */
function cellsOf(call: SystemCall, { machine }: MachineKey = machineKey()): number {
  const tables = call.precompile?.tables ?? [call.rows ?? { events: 'ecall' }];
  return tables.reduce((sum, table) => {
    const chip = machine.chips.find(({ events }) => events === table.events)!;
    const rows = 'rows' in table ? (table.rows as number) : 1;
    return sum + rows * (chip.columns.length + CELLS_PER_INTERACTION * chip.interactions.length);
  }, 0);
}

/** The first set of chips that has a call's. */
function setOf(call: SystemCall, { shapes }: MachineKey): string {
  const tables = call.precompile?.tables ?? [];
  return shapes.find(({ machine }) => tables.every((t) => machine.chips.some((c) => c.events === t.events)))!.set;
}

/** The table, a line for each call, in the order of the executor's list. */
function callTable(): string {
  const key = machineKey();
  const lines = CALLS.map((call) => {
    const memory =
      call.precompile === undefined ? (OTHER_MEMORY[call.name] ?? '') : wordsOf(call).map(describeWords).join('; ');
    // It ends what the proven run skips.
    const cells = call.name === 'EXIT_UNCONSTRAINED' ? 0 : Math.round(cellsOf(call, key));
    const each = call.rows === undefined ? '' : ' a word';
    const code = `0x${call.code.toString(16).padStart(8, '0')}`;
    const block = call.isUnconstrained === true ? 'yes' : '';
    return `| ${call.name} | \`${code}\` | ${memory} | ${grouped(cells)}${each} | ${setOf(call, key)} | ${block} |`;
  });
  return [
    '| call | t0 | memory, in words | cells | set | in a block |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** The page with the table as it is now. @throws {Error} when the page has no marks. */
export function withTable(page: string): string {
  const [open, close] = TABLE_MARKS;
  const [from, to] = [page.indexOf(open) + open.length, page.indexOf(close)];
  if (!page.includes(open) || to < from) throw new Error('docs/abi.md has no marks for the table');
  return page.slice(0, from) + callTable() + page.slice(to);
}
