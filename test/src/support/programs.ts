/**
 * @module Test programs that reach every instruction class, with edge operands and aliased registers.
 */
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { FEW_EDGES } from '@weft/executor/testing';

const [X, Y, Z, BASE] = [6, 7, 28, 9];

/**
 * Each operation on all pairs of `operands`, results thrown into registers; branches with both outcomes; memory at every
 * offset. Needs a segment in the page at null, where an address that wraps around comes out.
 */
export function everyInstruction(operands: readonly number[]): number[] {
  const words: number[] = [...asm.li(BASE, asm.DATA + 0x400)];
  for (const a of operands) {
    for (const b of operands) {
      words.push(...asm.li(X, a), ...asm.li(Y, b));
      for (const op of asm.registerOps) words.push(asm.r(op, Z, X, Y));
      for (const op of asm.branchOps) words.push(asm.branch(op, X, Y, 8), asm.i('ADDI', Z, Z, 1));
    }
    for (const imm of [0, 1, -1, 2047, -2048]) {
      words.push(...asm.li(X, a));
      for (const op of asm.immediateOps)
        words.push(asm.i(op, Z, X, op.startsWith('S') && op.length === 4 && op !== 'SLTI' ? imm & 31 : imm));
    }
    for (const offset of [0, 1, 2, 3, -1, -4]) {
      words.push(...asm.li(X, a));
      for (const op of asm.storeOps) if (aligned(op, offset)) words.push(asm.store(op, X, BASE, offset));
      for (const op of asm.loadOps) if (aligned(op, offset)) words.push(asm.load(op, Z, BASE, offset));
    }
    // Aliasing, and x0 as destination and operand.
    words.push(...asm.li(Z, a));
    for (const op of asm.registerOps)
      words.push(asm.r(op, Z, Z, Z), asm.r(op, 0, Z, X), asm.r(op, X, 0, X), asm.r(op, X, X, 0), asm.r(op, Z, X, Z));
    for (const op of asm.branchOps)
      words.push(asm.branch(op, Z, 0, 8), asm.i('ADDI', X, Z, 0), asm.branch(op, 0, Z, 8), asm.i('ADDI', Z, 0, -1));
    words.push(asm.i('ADDI', Z, Z, 0), asm.i('ADDI', 0, Z, 0), asm.i('ADDI', 0, 0, 3));
  }
  // An address that wraps around 2^32.
  words.push(...asm.li(X, 0xfffff901), asm.store('SW', Y, X, 0x7ff), asm.load('LW', Z, X, 0x7ff));
  words.push(asm.auipc(X, 0), asm.jalr(1, X, 9), asm.jal(0, 4), asm.FENCE, asm.lui(0, 5), asm.jal(1, 4));
  return words;
}

function aligned(op: asm.LoadOp | asm.StoreOp, offset: number): boolean {
  const size = op.includes('W') ? 4 : op.includes('H') ? 2 : 1;
  return offset % size === 0;
}

/** SHA-256 of nothing, as words: what a guest commits that makes nothing public. */
export const EMPTY_DIGEST: readonly number[] = [
  0x42c4b0e3, 0x141cfc98, 0xc8f4fb9a, 0x24b96f99, 0xe441ae27, 0x4c939b64, 0x1b9995a4, 0x55b85278,
];

/** Reads items of 0, 1, 2, 3, 4, 5 and 9 bytes, enters and skips an unconstrained block, writes and halts. */
export const SYSCALL_INPUT: readonly Uint8Array[] = [0, 1, 2, 3, 4, 5, 9].map((n) =>
  Uint8Array.from({ length: n }, (_, i) => 200 + i + n),
);

export function everySyscall(): number[] {
  return [
    ...SYSCALL_INPUT.flatMap((item, i) => [
      ...asm.call(SYSCALL.HINT_LEN),
      ...asm.call(SYSCALL.HINT_READ, asm.DATA + 0x100 + 16 * i, item.length),
    ]),
    ...asm.call(SYSCALL.HINT_LEN),
    ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
    asm.branch('BEQ', 5, 0, 4 * 12),
    ...asm.li(X, 99),
    ...asm.call(SYSCALL.EXIT_UNCONSTRAINED),
    ...EMPTY_DIGEST.flatMap((word, i) => asm.call(SYSCALL.COMMIT, i, word)),
    ...asm.call(SYSCALL.COMMIT_DEFERRED_PROOFS, 3, 0),
    ...asm.call(SYSCALL.WRITE, 1, asm.DATA, 3),
  ];
}

/**
 * A loop long enough that cells idle for more than 2^16 ticks are used again, and that its instructions have tables of their own, not
 * among those of others.
 */
function idleCells(): number[] {
  return [
    ...asm.li(BASE, asm.DATA),
    ...asm.li(20, 77),
    asm.store('SW', 20, BASE, 0),
    ...asm.li(X, 4200),
    asm.i('ADDI', X, X, -1),
    asm.r('ADD', Z, Z, X),
    asm.r('XOR', Z, X, Z),
    asm.i('ADDI', 21, Z, 0),
    asm.branch('BNE', X, 0, -16),
    asm.i('ADDI', 20, 20, 1),
    asm.load('LW', Y, BASE, 0),
  ];
}

/** An ELF file that does all of the above and ends with `exitCode`. */
export function everything(exitCode = 5): Uint8Array {
  const words = [...everyInstruction(FEW_EDGES), ...everySyscall(), ...idleCells(), ...asm.halt(exitCode)];
  return asm.elf(words, { lowMemory: true });
}
