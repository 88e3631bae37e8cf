/**
 * @module The circuits' keys as a table: names and roots.
 */
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import type { Circuit } from '@weft/recursion/circuits';
import { setupCircuit } from '@weft/recursion/prove';

/** The root of a circuit's columns, as the table has it. */
export async function rootOfCircuit({ record, heights, form }: Circuit): Promise<string> {
  const prover = await setupCircuit(record().circuit, POSEIDON2_KOALABEAR, heights, form);
  return bytesToHex(feltsToBytes(prover.preprocessed.key.root));
}

/** Names and roots, as they are written. */
export type Roots = ReadonlyMap<string, string>;

/** The source of the table. @param span - in the order of the key set. */
export function tableOf(span: Roots, whole: Roots): string {
  const table = (name: string, roots: Roots): string => {
    const rows = [...roots].map(([circuit, root]) => `  '${circuit}': '${root}',\n`);
    return `export const ${name}: Readonly<Record<string, string>> = {\n${rows.join('')}};\n`;
  };
  return `/**
 * @module Roots of the circuits' columns. Written by \`pnpm keys\`.
 */

/** Of spans, in the order of the key set. */
${table('SPAN_ROOTS', span)}
/** Of whole runs. A proof names its circuit by the place in this list. */
${table('WHOLE_ROOTS', whole)}`;
}
