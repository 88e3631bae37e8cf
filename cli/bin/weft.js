#!/usr/bin/env node
/**
 * @module Starts the command, or says what is missing. Plain JavaScript without imports of ours: in a fresh clone there is
 * nothing else that runs.
 */
import { existsSync } from 'node:fs';

const place = (path) => new URL(`../${path}`, import.meta.url);
const missing = !existsSync(place('node_modules/commander/package.json'))
  ? ['NOT_INSTALLED', 'the packages that Weft needs are not installed', 'pnpm install --frozen-lockfile && pnpm build']
  : existsSync(place('dist/bin/weft.js'))
    ? undefined
    : ['NOT_BUILT', 'Weft is not compiled', 'pnpm build'];

if (missing === undefined) {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  // A package manager runs scripts in its own folder; paths are meant from where it was called.
  if (npm_lifecycle_event === 'weft' && INIT_CWD !== undefined) process.chdir(INIT_CWD);
  await import(place('dist/bin/weft.js').href);
} else {
  const [code, message, remedy] = missing;
  process.stderr.write(`error[${code}]: ${message}; in the folder of the clone run: ${remedy}\n`);
  process.exitCode = 2;
}
