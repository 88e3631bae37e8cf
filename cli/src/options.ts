/**
 * @module Options of several commands, and what their words may be.
 */
import { hexToBytes } from '@weft/primitives';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSize } from './format.ts';
import { readInput, readStandardInput, STANDARD_INPUT } from './io.ts';

/** A parser of whole numbers within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const n = Number(text);
    if (!/^\d+$/.test(text) || n < least || n > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return n;
  };

/** Exit codes have 32 bits, unsigned. */
export const exitCode: (text: string) => number = wholeNumber(0, 2 ** 32 - 1);

export function sizeUpTo2GB(text: string): number {
  const bytes = parseSize(text);
  if (bytes > 2 ** 31) throw new InvalidArgumentError('a size of at most 2GB');
  return bytes;
}

/** Input items as the command line names them. */
export interface InputItems {
  /** Reads them; once, for pipes give what they hold once. @throws {UsageError} */
  readonly read: () => Promise<Uint8Array[]>;
  /** Of those that come from files. */
  readonly paths: readonly string[];
}

/** Items from files and literals share one list, which keeps the order of the command line. */
export function stdinOptions(command: Command): InputItems {
  const items: (() => Uint8Array | Promise<Uint8Array>)[] = [];
  const paths: string[] = [];
  let takesStandardInput = false;
  command.addOption(
    new Option('--stdin <file>', 'input item from a file, - for standard input; repeatable').argParser(
      (path: string) => {
        if (path !== '-') {
          paths.push(path);
          items.push(() => readInput(path));
          return;
        }
        if (takesStandardInput) throw new InvalidArgumentError('standard input is one item, and was given already');
        takesStandardInput = true;
        paths.push(STANDARD_INPUT);
        items.push(readStandardInput);
      },
    ),
  );
  command.addOption(
    new Option('--stdin-hex <hex>', 'input item from hexadecimal digits; repeatable').argParser((text: string) => {
      let bytes: Uint8Array;
      try {
        bytes = hexToBytes(text);
      } catch {
        throw new InvalidArgumentError('an even number of hexadecimal digits');
      }
      items.push(() => bytes);
    }),
  );
  command.option('--stdin-text <text>', 'input item from the text itself; repeatable', (text: string) => {
    items.push(() => new TextEncoder().encode(text));
  });
  const read = async (): Promise<Uint8Array[]> => {
    const done: Uint8Array[] = [];
    for (const item of items) done.push(await item());
    return done;
  };
  return { read, paths };
}
