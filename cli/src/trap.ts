/**
 * @module What a stopped guest leaves for its author to look at, besides the line that says why: its calls and registers.
 */

import type { Place, TrapDetails } from '@weft/executor/debug/explain';
import { REGISTER_NAMES } from '@weft/executor/program/disassemble';
import { ExecutionError } from '@weft/primitives';

/** Places of the call stack that people are shown. */
const MOST_PLACES = 16;
const REGISTERS_PER_LINE = 4;

const hex = (x: number): string => `0x${x.toString(16)}`;

const detailsOf = (error: unknown): TrapDetails | undefined =>
  error instanceof ExecutionError && Array.isArray(error.details['registers'])
    ? (error.details as unknown as TrapDetails)
    : undefined;

/** What `--json` shows of it: addresses and registers in hexadecimal. */
export function trapJson(error: unknown): Readonly<Record<string, unknown>> | undefined {
  const trap = detailsOf(error);
  if (trap === undefined) return undefined;
  const { pc, address, registers, stack, ...rest } = trap;
  return {
    pc: hex(pc),
    ...rest,
    ...(address === undefined ? {} : { address: hex(address) }),
    registers: Object.fromEntries(registers.map((value, i) => [REGISTER_NAMES[i]!, hex(value)])),
    ...(stack === undefined ? {} : { stack: stack.map((place) => ({ ...place, pc: hex(place.pc) })) }),
  };
}

/** The same for people: lines for standard error. */
export function trapText(error: unknown): string[] {
  const trap = detailsOf(error);
  if (trap === undefined) return [];
  return [...stackText(trap), ...registerText(trap.registers)];
}

function stackText({ stack, depth = 0, ...here }: TrapDetails): string[] {
  if (stack === undefined) return [];
  const places = [here, ...stack].slice(0, MOST_PLACES).map((place, i) => `  #${i} ${describePlace(place)}`);
  const hidden = depth + 1 - places.length;
  return ['call stack:', ...places, ...(hidden > 0 ? [`  ... and ${hidden} more`] : [])];
}

function describePlace({ pc, function: name = '?', file, line }: Place): string {
  return `${hex(pc)} in ${name}${file === undefined ? '' : ` (${file}:${line})`}`;
}

function registerText(registers: readonly number[]): string[] {
  const cells = registers
    .map((value, i) => `${REGISTER_NAMES[i]!.padStart(4)} 0x${value.toString(16).padStart(8, '0')}`)
    .slice(1);
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += REGISTERS_PER_LINE)
    lines.push(` ${cells.slice(i, i + REGISTERS_PER_LINE).join(' ')}`);
  return ['registers:', ...lines];
}
