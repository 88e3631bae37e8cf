/** The instruction tests' programs against QEMU's user-mode emulator, with everything beyond RV32IM switched off. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as asm from '../program/assembler.ts';
import { EDGES } from '../testing.ts';
import { interpret } from './interpret.test-support.ts';

const available = spawnSync('qemu-riscv32', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'weft-qemu-'));

/** Linux system calls, which QEMU serves: write(1, DATA, n) and exit(0). */
const linuxEnd = (bytes: number): number[] => [
  ...asm.li(10, 1), ...asm.li(11, asm.DATA), ...asm.li(12, bytes), ...asm.li(17, 64), asm.ECALL,
  ...asm.li(10, 0), ...asm.li(17, 93), asm.ECALL,
]; // biome-ignore format: one call per line

let count = 0;
function qemu(words: readonly number[]): { status: number | null; out: Uint8Array } {
  const path = join(folder, `${count++}.elf`);
  writeFileSync(path, asm.elf(words, { dataMemory: 0x40000 }));
  chmodSync(path, 0o755);
  const cpu = 'rv32,c=false,f=false,d=false,a=false';
  const { status, stdout } = spawnSync('qemu-riscv32', ['-cpu', cpu, path], { maxBuffer: 1 << 24 });
  return { status, out: new Uint8Array(stdout) };
}

/** Results of the cases, left in x28, as QEMU and as Weft compute them. */
function compare(bodies: readonly (readonly number[])[]): void {
  const prologue = asm.li(8, asm.DATA);
  const program = bodies.flatMap((body) => [...body, asm.store('SW', 28, 8, 0), asm.i('ADDI', 8, 8, 4)]);
  const { status, out } = qemu([...prologue, ...program, ...linuxEnd(4 * bodies.length)]);
  expect(status).toBe(0);
  const machine = interpret([...prologue, ...program, ...asm.halt()]);
  expect(out).toEqual(machine.memory.bytes(asm.DATA, 4 * bodies.length));
}

const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const));

describe.skipIf(!available)('agrees with qemu-riscv32', () => {
  it.each(asm.registerOps)('%s', (op) => {
    compare(pairs.map(([a, b]) => [...asm.li(6, a), ...asm.li(7, b), asm.r(op, 28, 6, 7)]));
    compare(
      EDGES.flatMap((a) => [
        [...asm.li(28, a), asm.r(op, 28, 28, 28)],
        [...asm.li(6, a), asm.r(op, 0, 6, 6), asm.r('ADD', 28, 0, 0)],
      ]),
    );
  });
  it.each(asm.immediateOps)('%s', (op) => {
    const immediates = op.startsWith('S') && !op.startsWith('SLT') ? [0, 1, 15, 16, 31] : [0, 1, -1, 2047, -2048];
    compare(EDGES.flatMap((a) => immediates.map((imm) => [...asm.li(6, a), asm.i(op, 28, 6, imm)])));
  });
  it.each(asm.branchOps)('%s', (op) => {
    compare(
      pairs.map(([a, b]) => [
        ...asm.li(6, a),
        ...asm.li(7, b),
        asm.i('ADDI', 28, 0, 1),
        asm.branch(op, 6, 7, 8),
        asm.i('ADDI', 28, 0, 0),
      ]),
    );
  });
  it('loads and stores', () => {
    const at = asm.DATA + 0x20000;
    const cases = asm.storeOps.flatMap((store) =>
      asm.loadOps.flatMap((load) =>
        [0, 1, 2, 3].flatMap((s) =>
          [0, 1, 2, 3].flatMap((l) => {
            const size = (op: string): number => (op.includes('W') ? 4 : op.includes('H') ? 2 : 1);
            if (s % size(store) !== 0 || l % size(load) !== 0) return [];
            return [
              [
                ...asm.li(6, at),
                ...asm.li(7, 0x8192a3b4),
                asm.store('SW', 7, 6, 0),
                ...asm.li(7, 0xc5d6e7f8),
                asm.store(store, 7, 6, s),
                asm.load(load, 28, 6, l),
              ],
            ];
          }),
        ),
      ),
    );
    compare(cases);
  });
  it('both refuse what is not RV32IM', () => {
    for (const word of [0x00000001, 0x0000202f, 0x00007053, 0x30002573]) {
      expect(qemu([word, ...linuxEnd(0)]).status).not.toBe(0);
      expect(() => interpret([word])).toThrow(/illegal instruction/);
    }
  });
});
