/**
 * @module Running a program without proving it.
 */
import { readGuest } from '@weft/guest-examples';
import { execute } from '@weft/sdk';

/** Runs a guest on one input item and returns what it printed. */
export async function executeExample(): Promise<{ printed: string; cycles: number }> {
  let printed = '';
  const { cycles } = await execute(readGuest('fibonacci'), [new TextEncoder().encode('20')], {
    onOutput: (_, bytes) => {
      printed += new TextDecoder().decode(bytes);
    },
  });
  return { printed, cycles };
}
