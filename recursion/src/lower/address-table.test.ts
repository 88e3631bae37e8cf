/** The table of addresses against a map: neighbours, addresses that fall on one slot, first and last slot, growth. */
import { P } from '@weft/primitives/field/base';
import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { AddressTable, FREE, NOBODY } from './address-table.ts';

const { word } = seeded(11);

/** Fills a table and a map alike, and compares them. */
function compare(addresses: readonly number[]): void {
  const table = new AddressTable();
  const known = new Map<number, number>();
  for (const [i, address] of addresses.entries()) {
    const slot = table.slot(address);
    if (!known.has(address)) expect([table.provided[slot], table.reads[slot]]).toEqual([NOBODY, 0]);
    else expect(table.rows[slot]).toBe(known.get(address));
    known.set(address, i);
    table.provided[slot] = i % 3 === 0 ? FREE : i;
    table.reads[slot] = 2 * i;
    table.chips[slot] = i % 60_000;
    table.rows[slot] = i;
  }
  const found = new Map([...table.entries()].map(([slot, address]) => [address, slot]));
  expect([...found.keys()].sort((a, b) => a - b)).toEqual([...known.keys()].sort((a, b) => a - b));
  for (const [address, i] of known) {
    const slot = found.get(address)!;
    expect(table.slot(address)).toBe(slot);
    expect([table.provided[slot], table.reads[slot], table.chips[slot], table.rows[slot]]).toEqual([
      i % 3 === 0 ? FREE : i,
      2 * i,
      i % 60_000,
      i,
    ]);
    expect(table.isFree(address)).toBe(i % 3 === 0);
  }
}

describe('the table of addresses', () => {
  it.each<[string, readonly number[]]>([
    ['one', [7]],
    ['neighbours', Array.from({ length: 3000 }, (_, i) => i + 1)],
    ['the first and the last slot', [1024, 1023, 2048, 2047, 1022, 1]],
    ['addresses of one slot', Array.from({ length: 600 }, (_, i) => 1024 * (i + 1))],
    ['addresses of the last slot, around the end', Array.from({ length: 900 }, (_, i) => 1024 * i + 1023)],
    ['half full, and one more', Array.from({ length: 513 }, (_, i) => 5 * i + 3)],
    ['any elements, some of them again', Array.from({ length: 20_000 }, () => 1 + ((word() % (P - 1)) % 15_000))],
    ['large elements', Array.from({ length: 5000 }, () => P - 1 - (word() % 100_000))],
  ])('%s', (_, addresses) => compare(addresses));
  it('knows nothing of an address that it was never asked for', () => {
    const table = new AddressTable();
    table.provided[table.slot(5)] = FREE;
    expect([table.isFree(5), table.isFree(6), table.isFree(1029)]).toEqual([true, false, false]);
    expect([...table.entries()].map(([, address]) => address)).toEqual([5]);
  });
});
