/** Every example is proven and verified, as one proof of the whole run. */
import { readGuest } from '@weft/guest-examples';
import { EXAMPLES, readStdin } from '@weft/guest-examples/examples';
import { prove, setup, verify } from '@weft/sdk';
import { expect, it } from 'vitest';

it.each(EXAMPLES)('$name', async (example) => {
  const program = await setup(readGuest(example.name));
  const { proof } = await prove(program, readStdin(example));
  const { mode, exitCode, publicValues } = verify(program.vk, proof);
  expect([mode, exitCode, Buffer.from(publicValues).toString('hex')]).toEqual(['compressed', 0, example.publicValues]);
});
