/** Guests that ask for too much or end in odd ways: a typed error in every pass, or a run that has a proof (`slow/hostile` makes them). */
import { execute } from '@weft/executor';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { segmentRun } from '@weft/executor/shard/segmentation';
import { codeOf } from '@weft/primitives/testing';
import { costModel } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROVABLE, TRAPPING } from '../support/hostile.ts';
import { ONE_SHARD } from '../support/shards.ts';
import { sameBytes } from '../support/values.ts';

let model: ReturnType<typeof costModel>;
beforeAll(async () => {
  const { key, vk } = await setupProgram(createProgram(asm.elf(asm.halt())));
  model = costModel(key, vk.preprocessed);
});

/** The pass that cuts a run into shards, to its end. */
async function cut(...[program, stdin, options]: Parameters<typeof execute>): Promise<void> {
  const { maxCycles, maxOutput } = options ?? {};
  for await (const shard of segmentRun(program, stdin, { model, limits: ONE_SHARD, maxCycles, maxOutput }))
    expect(shard.cycles).toBeGreaterThan(0);
}

describe('ends in an error, in the same in both passes', () => {
  it.each(TRAPPING.map((guest) => [guest.what, guest] as const))('%s', async (_, { elf, stdin, code, options }) => {
    const program = createProgram(elf);
    expect(await codeOf(() => execute(program, stdin, options))).toBe(code);
    expect(await codeOf(() => cut(program, stdin, options))).toBe(code);
  });
});

describe('ends well, in both passes', () => {
  it.each(PROVABLE.map((guest) => [guest.what, guest] as const))('%s', async (_, guest) => {
    const program = createProgram(guest.elf);
    const { exitCode, publicValues } = await execute(program, guest.stdin);
    expect([exitCode, sameBytes(publicValues, guest.publicValues)]).toEqual([guest.exitCode, true]);
    await cut(program, guest.stdin);
  });
});

it('a guest that keeps its host busy with hooks is aborted at once all the same', async () => {
  const { elf, stdin } = TRAPPING.find(({ what }) => what === 'questions to the dearest hook without end')!;
  // Its own cycles would reach the next turn after hours.
  const signal = AbortSignal.timeout(100);
  await expect(execute(createProgram(elf), stdin, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
});
