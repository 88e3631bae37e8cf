/** A required exit code: a run that ends with another one is not proven, and a proof that says another one is rejected. */
import { reasonOf } from '@weft/primitives/testing';
import * as sdk from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, SYSCALL_INPUT } from '../support/programs.ts';

/** A guest that exits with this code, as one that panics does. */
const guest = (exitCode: number): Uint8Array => everything(exitCode);

let real: sdk.TaskRunner;
let tasks = 0;
beforeAll(async () => {
  real = await sdk.createRunner(1);
});
afterAll(() => real.close());
/** Counts what is proven. */
const counting: sdk.TaskRunner = {
  run: (...task) => {
    tasks++;
    return real.run(...task);
  },
  close: () => Promise.resolve(),
};

describe('a guest that exits with 101', () => {
  let program: sdk.Setup;
  let proof: Uint8Array;
  beforeAll(async () => {
    program = await sdk.setup(guest(101));
    ({ proof } = await sdk.prove(program, SYSCALL_INPUT, { mode: 'core', runner: real }));
  });
  it.each([0, 1, 100, 2 ** 32 - 1])('is not proven when %i is required, and nothing of it is', async (expectExit) => {
    tasks = 0;
    const failure = { name: 'ExecutionError', code: 'EXIT_CODE', details: { exitCode: 101, expectExit } };
    for (const prove of [sdk.prove, sdk.proveRun])
      await expect(prove(program, SYSCALL_INPUT, { mode: 'core', expectExit, runner: counting })).rejects.toMatchObject(
        failure,
      );
    expect(tasks).toBe(0);
  });
  it('is proven when 101 is required, or nothing', async () => {
    const { exitCode } = await sdk.proveRun(program, SYSCALL_INPUT, { mode: 'core', expectExit: 101, runner: real });
    expect(exitCode).toBe(101);
    expect(sdk.verify(program.vk, proof).exitCode).toBe(101);
    expect(sdk.verify(program.vk, proof, {}).exitCode).toBe(101);
    expect(sdk.verify(program.vk, proof, { expectExit: undefined }).exitCode).toBe(101);
    expect(sdk.verify(program.vk, proof, { expectExit: 101 }).exitCode).toBe(101);
  });
  it.each([0, 100, 102, 101 + 2 ** 16])('has no proof that is accepted when %i is required', (expectExit) => {
    expect(reasonOf(() => sdk.verify(program.vk, proof, { expectExit }))).toBe('exit_code');
  });
  it('a proof that is none is rejected for that, whatever it says', () => {
    const changed = proof.slice();
    changed[changed.length - 100]! ^= 1;
    for (const expectExit of [0, 101])
      expect(reasonOf(() => sdk.verify(program.vk, changed, { expectExit }))).not.toMatch(/accepted|exit_code/);
  });
});
