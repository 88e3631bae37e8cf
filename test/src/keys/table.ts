/**
 * @module The circuits' keys as a table: names and roots.
 */
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import type { Digest } from '@weft/primitives/hash/modes';
import { type ChainedMachine, type Circuit, wholeCircuits, wrapCircuit } from '@weft/recursion/circuits';
import { childOfClass } from '@weft/recursion/key';
import { setupCircuit } from '@weft/recursion/prove';

/** The root of a circuit's columns, as the table has it. */
export async function rootOfCircuit({ record, heights, form, suite }: Circuit): Promise<string> {
  const prover = await setupCircuit(record().circuit, suite, heights, form);
  return bytesToHex(feltsToBytes(prover.preprocessed.key.root));
}

/** Names and roots, as they are written. */
export type Roots = ReadonlyMap<string, string>;

/** What is known of proofs of whole runs besides roots. */
export interface WholeFacts {
  /** Provable security. */
  readonly bits: number;
  /** Of the keys of machines. */
  readonly digests: Readonly<Record<'whole' | 'wrap', Digest>>;
}

/** The digests of {@link WholeFacts}, made anew. */
export function classDigests(chain: ChainedMachine): WholeFacts['digests'] {
  const digestOf = ({ suite, words, heights, form }: Circuit): Digest =>
    childOfClass(suite, words, heights, form).key.digest;
  // Which roots their circuits have constants of says nothing about their class.
  const none = new Array<number>(8).fill(0);
  return { whole: digestOf(wholeCircuits(chain, none, false)[0]!), wrap: digestOf(wrapCircuit(chain, none)) };
}

/** The source of the table. @param span - in the order of the key set. */
export function tableOf(
  { bits, digests }: WholeFacts,
  span: Roots,
  whole: Roots,
  wrapping: Roots,
  wrap: Roots,
): string {
  const table = (name: string, roots: Roots): string => {
    const rows = [...roots].map(([circuit, root]) => `  '${circuit}': '${root}',\n`);
    return `export const ${name}: Readonly<Record<string, string>> = {\n${rows.join('')}};\n`;
  };
  return `/**
 * @module Roots of the circuits' columns, and what proofs of whole runs are worth. Written by \`pnpm keys\`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Provable security of the proof of a whole run, in whole bits: the least of all proofs that may stand behind one. */
export const WHOLE_BITS = ${bits};

/** Digests of the keys of the machines of circuits of whole runs, and of the one that wraps their proofs. */
export const CLASS_DIGESTS: Readonly<Record<'whole' | 'wrap', Digest>> = {
  whole: [${digests.whole.join(', ')}],
  wrap: [${digests.wrap.join(', ')}],
};

/** Of spans, in the order of the key set. */
${table('SPAN_ROOTS', span)}
/** Of whole runs. A proof names its circuit by the place in this list. */
${table('WHOLE_ROOTS', whole)}
/** Of whole runs, of proofs that are made to be wrapped. */
${table('WRAPPING_ROOTS', wrapping)}
/** Of the smallest proofs. */
${table('WRAP_ROOTS', wrap)}`;
}

/** The source of what is known of the machine's key. */
export function machineSource(digest: Digest): string {
  return `/**
 * @module What is known of the machine's key without making it. Written by \`pnpm keys\`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [${digest.join(', ')}];
`;
}
