/**
 * @module Which system calls a program may make, read from its code without running it.
 */
import { SYSCALL, T0 } from '../program/abi.ts';
import { CLASS_BY_OP, OP } from '../program/isa.ts';
import type { Program } from '../program/program.ts';

export interface CallsOfProgram {
  /** Codes of calls whose t0 is a constant, rising. */
  readonly codes: readonly number[];
  /** Whether some ECALL takes its code from elsewhere, so that it may be any. */
  readonly hasOthers: boolean;
}

/** Instructions looked at before an ECALL, for what sets its code. */
const REACH = 64;
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(SYSCALL).map(([name, code]) => [code, name] as const),
);

/** The name of a call that Weft proves. */
export const callName = (code: number): string | undefined => NAMES.get(code);

export function callsOf({ code }: Program): CallsOfProgram {
  const { op, base, length, target } = code;
  // What may be reached by a jump may have another t0 than the line before it.
  const isTarget = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const isJump = CLASS_BY_OP[op[i]!]?.startsWith('branch') === true || op[i] === OP.CONST;
    const to = (target[i]! - base) / 4;
    if (isJump && to !== i + 1 && to >= 0 && to < length) isTarget[to] = 1;
  }
  const codes = new Set<number>();
  let hasOthers = false;
  for (let i = 0; i < length; i++) {
    if (op[i] !== OP.ECALL) continue;
    const value = constantBefore(code, i, isTarget);
    if (value === undefined) hasOthers = true;
    else codes.add(value);
  }
  return { codes: [...codes].sort((a, b) => a - b), hasOthers };
}

/** What t0 holds before instruction `end`, if the instructions in front of it, run one after another, make it a constant. */
function constantBefore(
  { op, rd, rs1, imm, target, base }: Program['code'],
  end: number,
  isTarget: Uint8Array,
): number | undefined {
  let added = 0;
  for (let i = end - 1; i >= Math.max(0, end - REACH); i--) {
    if (isTarget[i + 1] === 1) return undefined;
    const isJump = op[i] === OP.JALR || (op[i] === OP.CONST && target[i] !== base + 4 * (i + 1));
    // A call sets t0 itself, as an ECALL or a function may.
    if (isJump || op[i] === OP.INVALID || op[i] === OP.ECALL) return undefined;
    if (rd[i] !== T0) continue;
    if (op[i] === OP.CONST) return (imm[i]! + added) >>> 0;
    if (op[i] !== OP.ADDI || rs1[i] !== T0) return undefined;
    added += imm[i]!;
  }
  return undefined;
}
