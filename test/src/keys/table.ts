/**
 * @module The circuits' keys as a table: names and roots.
 */
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import type { Circuit } from '@weft/recursion/circuits';
import { setupCircuit } from '@weft/recursion/prove';

/** The root of a circuit's columns, as the table has it. */
export async function rootOfCircuit({ record, heights }: Circuit): Promise<string> {
  const prover = await setupCircuit(record().circuit, POSEIDON2_KOALABEAR, heights);
  return bytesToHex(feltsToBytes(prover.preprocessed.key.root));
}

/** The source of the table. */
export function tableOf(roots: ReadonlyMap<string, string>): string {
  const rows = [...roots].map(([name, root]) => `  '${name}': '${root}',\n`);
  return `/**
 * @module Roots of the circuits' columns, in the order of the key set. Written by \`pnpm keys\`.
 */

export const CIRCUIT_ROOTS: Readonly<Record<string, string>> = {
${rows.join('')}};
`;
}
