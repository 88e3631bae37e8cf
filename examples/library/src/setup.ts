/**
 * @module The verifying key of a program.
 */
import { readGuest } from '@weft/guest-examples';
import { setup } from '@weft/sdk';

/** The verifying key of a program: 64 hexadecimal digits that name machine and program. */
export async function setupExample(): Promise<string> {
  const program = await setup(readGuest('fibonacci'));
  return program.vkHex;
}
