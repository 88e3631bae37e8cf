#!/usr/bin/env node
import { isatty } from 'node:tty';
import { exitCodeOf } from '../exit-codes.ts';
import { errorLine } from '../io.ts';
import { main } from '../main.ts';
import { ClosedOutputError, createSink } from '../output.ts';

const out = createSink(1, 'standard output');
const err = createSink(2, 'standard error');
const code = await main(process.argv.slice(2), {
  out: out.write,
  err: err.write,
  lost: out.lost,
  isInteractive: isatty(2),
});
const unwritten = out.lost.aborted && !(out.lost.reason instanceof ClosedOutputError);
if (code === 0 && unwritten) err.write(`${errorLine(out.lost.reason)}\n`);
process.exitCode = code === 0 && unwritten ? exitCodeOf(out.lost.reason) : code;
