/**
 * @module Rewrites the golden files, and the tables of the documentation that are generated. Review the difference: a changed machine digest is
 * another verifying key.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from '../docs/abi.ts';
import { machineGolden, mixGolden } from './statistics.ts';
import { vkeysGolden } from './vkeys.ts';

const write = (name: string, value: unknown): void => {
  writeFileSync(new URL(`../../golden/${name}.json`, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
};
const abi = new URL('../../../docs/abi.md', import.meta.url);
writeFileSync(abi, withTable(readFileSync(abi, 'utf8')));
write('machine', machineGolden());
write('mix', await mixGolden());
write('vkeys', await vkeysGolden());
