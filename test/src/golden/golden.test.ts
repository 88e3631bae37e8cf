/** The machine and its cost per cycle are golden files; `pnpm golden` rewrites them. */
import { readFileSync } from 'node:fs';
import { TARGET_BITS } from '@weft/prover/protocol/parameters';
import { securityTerms } from '@weft/prover/protocol/security';
import { machineKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { machineGolden, mixGolden } from './statistics.ts';
import { vkeysGolden } from './vkeys.ts';

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8'));

describe('golden', () => {
  it('machine', () => {
    expect(machineGolden()).toEqual(golden('machine'));
  });
  it('ordinary mix, within its budget', async () => {
    const mix = await mixGolden();
    expect(mix).toEqual(golden('mix'));
    expect(mix.realCellsPerCycle).toBeLessThanOrEqual(24);
    expect(mix.fractionsPerCycle).toBeLessThanOrEqual(16);
  });
});

describe('vkeys', () => {
  it('of the example guests', async () => {
    expect(await vkeysGolden()).toEqual(golden('vkeys'));
  });
});

describe('security', () => {
  it('every shape and program size has at least 120 provable bits, and 124 in every term but the hash', () => {
    const key = machineKey();
    for (const shape of key.shapes) {
      for (let logHeight = 7; logHeight <= 22; logHeight++) {
        for (const term of securityTerms(key, shape, [logHeight])) {
          expect(term.bits, `2^${shape.variables}, program 2^${logHeight}: ${term.name}`).toBeGreaterThanOrEqual(
            term.name.startsWith('hash') ? 120 : TARGET_BITS,
          );
        }
      }
    }
  });
});
