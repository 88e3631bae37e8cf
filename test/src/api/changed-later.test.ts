/**
 * What is done to a buffer after a call, in the same turn, changes nothing of what the call does; and what a call hands out
 * is a copy, so that changing it changes nothing of a later call.
 */
import * as executor from '@weft/executor';
import { readGuest } from '@weft/guest-examples';
import { cutRun, machineKey, planMemoryLimit } from '@weft/rv32im';
import * as sdk from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sameBytes, text } from '../support/values.ts';

const FILE = readGuest('fibonacci');
const { limits } = planMemoryLimit(machineKey(), 2 ** 30);

/** Buffers with these bytes, of every kind that counts as a `Uint8Array`. */
const KINDS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['a Uint8Array', (bytes) => bytes.slice()],
  ['a part of a larger buffer', (bytes) => Uint8Array.of(1, 2, 3, ...bytes, 4, 5).subarray(3, 3 + bytes.length)],
  ['a pooled Buffer', (bytes) => Buffer.from(bytes)],
  [
    'shared memory',
    (bytes) => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
  ],
];

let runner: sdk.TaskRunner;
let setup: sdk.Setup;
let honest: sdk.Proof;
beforeAll(async () => {
  runner = await sdk.createRunner(1);
  setup = await sdk.setup(FILE);
  honest = await sdk.prove(setup, [text('10')], { mode: 'core', runner });
});
afterAll(() => runner.close());

describe.each(KINDS)('%s that is overwritten after the call', (_, make) => {
  /** Calls with fresh buffers, then overwrites them and the list. */
  function call<T>(work: (elf: Uint8Array, stdin: Uint8Array[]) => T): T {
    const [elf, item] = [make(FILE), make(text('10'))];
    const stdin = [item];
    const result = work(elf, stdin);
    elf.fill(0);
    item.fill(0x39);
    stdin.push(item);
    return result;
  }
  const seen = { exitCode: 0, cycles: 6592, publicValues: Uint8Array.of(10, 0, 0, 0, 55, 0, 0, 0) };
  it('changes no setup', async () => {
    const { vkHex, elf } = await call((file) => sdk.setup(file));
    expect(vkHex).toBe(setup.vkHex);
    expect(sameBytes(elf, FILE)).toBe(true);
  });
  it('changes no run', async () => {
    expect(await call((elf, stdin) => sdk.execute(elf, stdin))).toMatchObject(seen);
    expect(await call((elf, stdin) => sdk.estimateRun(elf, stdin))).toMatchObject(seen);
    const program = call((elf) => executor.createProgram(elf));
    expect(await call((elf, stdin) => executor.execute(executor.createProgram(elf), stdin))).toMatchObject(seen);
    expect(await executor.execute(program, [text('10')])).toMatchObject(seen);
  });
  it('changes no image', () => {
    expect(call((elf) => executor.loadElf(elf))).toEqual(executor.loadElf(FILE));
  });
  it('changes no cut', async () => {
    const first = async (pass: ReturnType<typeof cutRun>) => (await pass.next()).value;
    const changed = await first(call((_elf, stdin) => cutRun(setup.provingKey, stdin, { limits })));
    expect(changed).toEqual(await first(cutRun(setup.provingKey, [text('10')], { limits })));
  });
  it('changes no proof', async () => {
    const { proof } = await call((elf, stdin) => sdk.prove(elf, stdin, { mode: 'core', runner }));
    expect(sameBytes(proof, honest.proof)).toBe(true);
  });
});

it('options that are changed after the call are those of the call', async () => {
  const options: sdk.ProveOptions & { expectExit: number; runner: sdk.TaskRunner | undefined } = {
    mode: 'core',
    expectExit: 0,
    runner,
  };
  const proving = sdk.prove(setup, [text('10')], options);
  options.expectExit = 7;
  options.runner = undefined;
  expect(sameBytes((await proving).proof, honest.proof)).toBe(true);
});

describe('what is handed out', () => {
  it('of a setup is not what is proven', async () => {
    const program = await sdk.setup(FILE);
    program.elf.fill(0);
    program.vk.fill(0);
    expect(() => Object.assign(program, { vk: new Uint8Array(32) })).toThrow(TypeError);
    const { proof, vk } = await sdk.prove(program, [text('10')], { mode: 'core', runner });
    expect(sameBytes(proof, honest.proof)).toBe(true);
    expect(sameBytes(vk, setup.vk)).toBe(true);
  });
  it('of a proven run is not what its proof is made of', async () => {
    const run = await sdk.proveRun(setup, [text('10')], { mode: 'core', runner });
    run.publicValues.fill(0);
    run.vk.fill(0);
    const parts: Uint8Array[] = [];
    for await (const part of run.proof()) parts.push(part);
    expect(sameBytes(Buffer.concat(parts), honest.proof)).toBe(true);
  });
  it('of a verification does not change with the proof', () => {
    const [proof, vk] = [honest.proof.slice(), setup.vk.slice()];
    const verified = sdk.verify(vk, proof);
    proof.fill(0);
    vk.fill(0);
    expect(verified.publicValues).toEqual(Uint8Array.of(10, 0, 0, 0, 55, 0, 0, 0));
    expect(sameBytes(verified.vk, setup.vk)).toBe(true);
  });
});
