/**
 * @module Examples of what people prove: programs with an input and the answer that it must give. The answers are computed by other
 * programs, in `test/src/guests`. `docs/examples.md` is made from this list.
 */
import { readFileSync } from 'node:fs';
import type { GuestName } from './index.ts';

export interface Example {
  readonly name: GuestName;
  readonly language: 'C' | 'C++' | 'Rust';
  /** What a proof of it says, in a few words. */
  readonly title: string;
  /** Where sources, README.md and input items lie, from the folder of this package. */
  readonly folder: string;
  /** Files of the input items in `folder`, in their order. */
  readonly stdin: readonly string[];
  /** What the guest must make public, in hexadecimal. */
  readonly publicValues: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'ecdsa',
    language: 'C',
    title: 'an ECDSA signature over secp256k1 is valid',
    folder: 'ecdsa',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin'],
    publicValues:
      '028ef80085dc8074ca36023d5126c29573e455814eeb56d72d1ab5ca43ba4d0eb972dee598ae7107c671aa9000891ba396c3c93ff50de15c2bacb18be45c939ae301',
  },
  {
    name: 'ed25519',
    language: 'C',
    title: 'an Ed25519 signature is valid',
    folder: 'ed25519',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin'],
    publicValues:
      '12176ce851e2c748b47f61e5c40935702708fc78ccb904f38ec3412d1399ff7150617920323020746f20426f622c20323032362d31312d32362c206e756d62657220372e01',
  },
];

/** An example's input items. */
export function readStdin({ folder, stdin }: Example): Uint8Array[] {
  return stdin.map((file) => new Uint8Array(readFileSync(new URL(`../${folder}/${file}`, import.meta.url))));
}
