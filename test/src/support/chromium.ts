/**
 * @module The browser that pages are tested in: a Chromium that is installed already, by WEFT_CHROMIUM or where systems put it.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Its path; `undefined`, and a line that says so, where there is none. @throws {Error} in CI, where there must be one. */
export function findChromium(): string | undefined {
  const { WEFT_CHROMIUM: given, CI } = process.env;
  const found = given ?? PLACES.find((path) => existsSync(path));
  if (found !== undefined && existsSync(found)) return found;
  const message = `NO BROWSER: ${given ?? 'no Chromium'} is not there, so no page is tested. Install one, or name it in WEFT_CHROMIUM.`;
  if (CI !== undefined && CI !== '') throw new Error(message);
  // Past the test runner, which keeps the output of tests that are left out to itself.
  process.stderr.write(`\n${message}\n`);
  return undefined;
}

/** Starts it without a window. */
export function launchChromium(executablePath: string): Promise<Browser> {
  // In containers tests often run as root, for whom Chromium has no sandbox.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}
