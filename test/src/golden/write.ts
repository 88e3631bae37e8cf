/**
 * @module Rewrites the golden files. Review the difference: a changed machine digest is another verifying key.
 */
import { writeFileSync } from 'node:fs';
import { machineGolden, mixGolden } from './statistics.ts';
import { vkeysGolden } from './vkeys.ts';

const write = (name: string, value: unknown): void => {
  writeFileSync(new URL(`../../golden/${name}.json`, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
};
write('machine', machineGolden());
write('mix', await mixGolden());
write('vkeys', await vkeysGolden());
