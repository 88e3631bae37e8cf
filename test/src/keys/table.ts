/**
 * @module The circuits' keys as a table: names and roots.
 */
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import type { Circuit } from '@weft/recursion/circuits';
import { setupCircuit } from '@weft/recursion/prove';

/** The root of a circuit's columns, as the table has it. */
export async function rootOfCircuit({ record, heights, form, suite }: Circuit): Promise<string> {
  const prover = await setupCircuit(record().circuit, suite, heights, form);
  return bytesToHex(feltsToBytes(prover.preprocessed.key.root));
}

/** Names and roots, as they are written. */
export type Roots = ReadonlyMap<string, string>;

/** The source of the table. @param span - in the order of the key set. */
export function tableOf(span: Roots, whole: Roots, wrapping: Roots, wrap: Roots): string {
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
${table('WHOLE_ROOTS', whole)}
/** Of whole runs, of proofs that are made to be wrapped. */
${table('WRAPPING_ROOTS', wrapping)}
/** Of the smallest proofs. */
${table('WRAP_ROOTS', wrap)}`;
}
