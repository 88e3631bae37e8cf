#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { main } from '../main.ts';

async function ask(question: string): Promise<boolean> {
  const person = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await person.question(`${question} [y/N] `)).trim());
  } finally {
    person.close();
  }
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  confirm: process.stdin.isTTY === true && process.stderr.isTTY === true ? ask : undefined,
});
