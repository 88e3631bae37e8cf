/** One program over much of C, by every compiler and at every level: each build makes public what the Linux build of its source prints. */
import { readFileSync } from 'node:fs';
import { execute } from '@weft/executor';
import { createProgram } from '@weft/executor/program/program';
import { CONFORMANCE_BUILDS, conformancePath, readConformance } from '@weft/guest-examples';
import { expect, it } from 'vitest';
import { CONFORMANCE_EXIT } from '../support/conformance.ts';

const stdout = readFileSync(new URL('stdout.txt', conformancePath()), 'utf8');
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it.each(CONFORMANCE_BUILDS)('%s', async (build) => {
  let written = '';
  const { exitCode, publicValues } = await execute(createProgram(readConformance(build)), [], {
    onOutput: (_, bytes) => {
      written += decode(bytes);
    },
  });
  expect([decode(publicValues), written, exitCode]).toEqual([stdout, stdout, CONFORMANCE_EXIT]);
});
