/**
 * @module The module `virtual:examples`: the guests that the page offers, with their ELF files as assets. What a proof of one says
 * and what it reads comes from `guest-examples`, where that knows it.
 */
import { fileURLToPath } from 'node:url';
import { type GuestName, guestPath } from '@weft/guest-examples';
import { EXAMPLES, readStdin } from '@weft/guest-examples/examples';
import type { Plugin } from 'vite';
import type { Example, ExampleItem } from '../src/model/example.ts';
import { decodeText, isText } from '../src/model/format.ts';

/** A guest of the list, and what each of its input items is. */
interface Known {
  readonly name: GuestName;
  readonly labels: readonly string[];
}

/** A guest that shows what the system does rather than what proofs are for. */
interface Own extends Omit<Example, 'url'> {
  readonly name: GuestName;
}

const PICKS: readonly (Known | Own)[] = [
  {
    name: 'fibonacci',
    language: 'C',
    sentence: 'the n-th Fibonacci number, modulo 2^32',
    items: [{ label: 'n', kind: 'text', value: '10' }],
  },
  { name: 'sha256-preimage', labels: ['digest', 'secret'] },
  { name: 'sudoku', labels: ['puzzle', 'solution'] },
  { name: 'chess-move', labels: ['position (FEN)', 'moves'] },
  { name: 'merkle-membership', labels: ['root', 'secret', 'index', 'siblings'] },
  { name: 'ecdsa', labels: ['public key', 'message digest', 'signature'] },
  { name: 'ed25519', labels: ['public key', 'message', 'signature'] },
  { name: 'regex-match', labels: ['pattern', 'salt', 'text'] },
  { name: 'word-count', labels: ['text', 'word'] },
  { name: 'lua', labels: ['script', 'input'] },
  { name: 'airdrop', labels: ['root', 'secret', 'amount', 'siblings'] },
  { name: 'json-field', labels: ['signer’s key', 'document', 'signature', 'pointer'] },
  {
    name: 'sort-text',
    language: 'C',
    sentence: 'lines of names and amounts, sorted; their count, sum and median',
    items: [{ label: 'lines', kind: 'text', value: 'Ada,1815\nKurt,1906\nAlan,1912\nEmmy,1882\nGrace,1906\n' }],
  },
  {
    name: 'loop',
    language: 'C',
    sentence: 'as many cycles as you ask for: 3 million take several shards',
    items: [{ label: 'cycles', kind: 'text', value: '3000000' }],
  },
  {
    name: 'hostile',
    language: 'C',
    sentence: 'a program that misbehaves: what a trap looks like',
    items: [{ label: 'kind, 0 to 9', kind: 'text', value: '8' }],
  },
];

const ID = 'virtual:examples';
const RESOLVED = `\0${ID}`;

export function examples(): Plugin {
  return {
    name: 'weft-examples',
    resolveId: (id) => (id === ID ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? moduleText() : undefined),
  };
}

function moduleText(): string {
  const imports = PICKS.map(
    ({ name }, i) => `import url${i} from ${JSON.stringify(`${fileURLToPath(guestPath(name))}?url`)};`,
  );
  const entries = PICKS.map((pick, i) => JSON.stringify(describe(pick)).replace(/}$/, `,"url":url${i}}`));
  return [...imports, `export const EXAMPLES = [${entries.join(',\n')}];`].join('\n');
}

function describe(pick: Known | Own): Omit<Example, 'url'> {
  if ('items' in pick) return pick;
  const example = EXAMPLES.find(({ name }) => name === pick.name)!;
  const items = readStdin(example).map((bytes, i) => itemOf(bytes, pick.labels[i] ?? `item ${i}`));
  return { name: example.name, language: example.language, sentence: example.title, items };
}

const itemOf = (bytes: Uint8Array, label: string): ExampleItem =>
  isText(bytes)
    ? { label, kind: 'text', value: decodeText(bytes) }
    : { label, kind: 'hex', value: Buffer.from(bytes).toString('hex') };
