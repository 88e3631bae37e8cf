/** `docs/security.md` and the README say of how many bits the weakest terms are. */
import { wholeSecurity } from '@weft/recursion/rv32im/steps';
import { expect, it } from 'vitest';
import { readPage } from './blocks.ts';

const { bits, terms } = wholeSecurity();
/** The least of some terms, rounded down. */
const least = (isMeant: (name: string) => boolean): number =>
  Math.floor(Math.min(...terms.filter(({ name }) => isMeant(name)).map((term) => term.bits)));
const isDigest = (name: string): boolean => name.startsWith('hash');
const isOpening = (name: string): boolean => /^(witness|preprocessed) round/.test(name);

it('each part of the table', () => {
  const page = readPage('docs/security.md');
  const rows = [...page.matchAll(/^\| (\w+)[^|]*\| (\d+) bits \|/gm)].map(([, part, least]) => [part, Number(least)]);
  expect(rows).toEqual([
    ['interaction', least((name) => !isDigest(name) && !isOpening(name))],
    ['opening', least(isOpening)],
    ['digest', least(isDigest)],
  ]);
  expect(page).toContain(`Hence ${bits} bits.`);
});
it('the README and the home page', () => {
  expect(readPage('README.md')).toContain(`**provable**: ${bits} bits`);
  expect(readPage('site/index.md')).toContain(`details: ${bits} bits by theorems`);
});
