#!/usr/bin/env node
import { fstatSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';
import { exitCodeOf } from '../exit-codes.ts';
import { errorLine } from '../io.ts';
import { main } from '../main.ts';
import { ClosedOutputError, createSink } from '../output.ts';

async function ask(question: string): Promise<boolean> {
  const person = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await person.question(`${question} [y/N] `)).trim());
  } finally {
    person.close();
  }
}

/** Of a terminal there is no telling what is written by which name, and nothing is lost there. */
function isOutput(path: string): boolean {
  try {
    // As bigints: the other kind leaves what it found of a pipe where Node's realpath looks, which then follows no link and has
    // the next module not find what it needs.
    const [there, ours] = [statSync(path, { bigint: true }), fstatSync(1, { bigint: true })];
    return !there.isCharacterDevice() && there.dev === ours.dev && there.ino === ours.ino;
  } catch {
    return false;
  }
}

const out = createSink(1, 'standard output');
const err = createSink(2, 'standard error');
const code = await main(process.argv.slice(2), {
  out: out.write,
  err: err.write,
  lost: out.lost,
  isOutput,
  // A terminal that moves no cursor shows no bar.
  isInteractive: isatty(2) && process.env['TERM'] !== 'dumb',
  confirm: isatty(0) && isatty(2) ? ask : undefined,
});
const unwritten = out.lost.aborted && !(out.lost.reason instanceof ClosedOutputError);
if (code === 0 && unwritten) err.write(`${errorLine(out.lost.reason)}\n`);
process.exitCode = code === 0 && unwritten ? exitCodeOf(out.lost.reason) : code;
