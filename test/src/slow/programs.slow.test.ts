/** Random programs of every instruction class, boundary heights and empty tables: all prove and verify. */

import * as asm from '@weft/executor/program/assembler';
import { EDGES } from '@weft/executor/testing';
import { seeded } from '@weft/primitives/testing';
import { proveTables } from '@weft/prover/prove/prove';
import { verifyShard } from '@weft/rv32im/run/verify';
import { fillShard } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { recordRun } from '../support/shards.ts';

/** Straight-line code over registers 16-31 with forward branches, jumps and memory traffic in a window of data. */
function randomProgram(seed: number, length: number): number[] {
  const { below: random } = seeded(seed);
  const register = (): number => (random(8) === 0 ? 0 : 16 + random(16));
  const words: number[] = [...asm.li(9, asm.DATA + 0x800)];
  for (let i = 16; i < 32; i++)
    words.push(...asm.li(i, EDGES[random(EDGES.length)]! ^ (random(4) === 0 ? random(2 ** 31) : 0)));
  const pick = <T>(xs: readonly T[]): T => xs[random(xs.length)]!;
  for (let k = 0; k < length; k++) {
    const kind = random(8);
    const offset = 4 * random(64);
    if (kind < 3) words.push(asm.r(pick(asm.registerOps), register(), register(), register()));
    else if (kind === 3) {
      const op = pick(asm.immediateOps);
      words.push(
        asm.i(op, register(), register(), ['SLLI', 'SRLI', 'SRAI'].includes(op) ? random(32) : random(4096) - 2048),
      );
    } else if (kind === 4)
      words.push(
        asm.branch(pick(asm.branchOps), register(), register(), 8),
        asm.i('ADDI', register(), register(), random(100)),
      );
    else if (kind === 5) words.push(asm.load(pick(asm.loadOps), register(), 9, offset));
    else if (kind === 6) words.push(asm.store(pick(asm.storeOps), register(), 9, offset));
    else
      words.push(
        ...[asm.lui(register(), random(1 << 20)), asm.auipc(register(), random(1 << 20)), asm.jal(register(), 4)].slice(
          0,
          1 + random(3),
        ),
      );
  }
  return [...words, asm.auipc(6, 0), asm.jalr(1, 6, 8), ...asm.halt(random(256))];
}

async function proves(words: readonly number[]): Promise<void> {
  const { pk, record, siblings } = await recordRun(asm.elf(words));
  const { traces, statement } = fillShard(pk, record, siblings);
  const proof = await proveTables(pk.key, pk.preprocessed, traces, statementWords(statement));
  verifyShard(pk.key, pk.vk, statement, proof);
}

describe('random programs', () => {
  it.each([1, 2, 3, 4, 5, 6])('number %i', async (n) => {
    await proves(randomProgram(n * 7919, 300 * n));
  });
});

describe('boundary heights of the ADDI table', () => {
  // li and halt bring their own ADDIs: two per li.
  const own = asm.halt().filter((w) => (w & 0x7f) === 0x13).length;
  it.each([127, 128, 129, 256, 257])('%i rows', async (rows) => {
    const words = [...Array.from({ length: rows - own }, (_, k) => asm.i('ADDI', 16, 16, k & 63)), ...asm.halt()];
    const { record } = await recordRun(asm.elf(words));
    expect(record.events.addi.count).toBe(rows);
    await proves(words);
  });
});
