/** The site lists every command of the command itself. */
import { commandsMarkdown } from '@weft/site';
import { expect, it } from 'vitest';
import { weft } from '../support/weft.ts';

it('every command stands there with its help', async () => {
  const text = await commandsMarkdown();
  const { out } = await weft('--help');
  const names = [...out.matchAll(/^ {2}(\w+) \[options\]/gm)].map((match) => match[1]!);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(text).toContain(`\n## weft ${name}\n\n\`\`\`txt\nUsage: weft ${name} `);
});
