/**
 * @module The generated part of the page of commands: what `weft COMMAND --help` prints, asked of the command itself.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { main } from '@weft/cli';
import { GENERATED, ROOT } from './pages.ts';

async function help(...args: string[]): Promise<string> {
  let text = '';
  const code = await main([...args, '--help'], {
    out: (part) => void (text += String(part)),
    err: (part) => void (text += String(part)),
    isInteractive: false,
  });
  if (code !== 0) throw new Error(`weft ${args.join(' ')} --help ends with ${code}: ${text}`);
  return text;
}

/** Every command in the order of the help, with its help. */
export async function commandsMarkdown(): Promise<string> {
  const overview = await help();
  const listed = overview.slice(overview.indexOf('\nCommands:\n'));
  const names = [...listed.matchAll(/^ {2}([a-z-]+)(?: \[| <| {2})/gm)].map((match) => match[1]!);
  const sections = ['## weft', ['```txt', overview.trimEnd(), '```'].join('\n')];
  for (const name of names.filter((n) => n !== 'help')) {
    sections.push(`## weft ${name}`, ['```txt', (await help(name)).trimEnd(), '```'].join('\n'));
  }
  return `${sections.join('\n\n')}\n`;
}

/** Writes the part that the page includes. */
export async function writeCommands(): Promise<void> {
  mkdirSync(`${ROOT}${GENERATED}`, { recursive: true });
  writeFileSync(`${ROOT}${GENERATED}/commands.md`, await commandsMarkdown());
}
