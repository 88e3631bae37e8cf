/** Lua in a guest says what Lua says on Linux, and nothing that another run would not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';
import { text } from '../support/values.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../guest-examples/lua/${name}`, import.meta.url)));

/** What a script makes public behind its hash. */
function said(script: Uint8Array, input = ''): string {
  const { exitCode, publicValues } = runGuest('lua', [script, text(input)]);
  expect(exitCode).toBe(0);
  return new TextDecoder().decode(publicValues.subarray(32));
}

describe('lua', () => {
  it('goes on the tour', () => {
    expect(said(fixture('tour.lua'))).toBe(new TextDecoder().decode(fixture('tour.txt')));
  });
  it('has no files, no clock and no way around them', () => {
    const names = ['io', 'os', 'debug', 'package', 'require', 'dofile', 'loadfile'];
    expect(said(text(`public(tostring(${names.join(' or ')}))`))).toBe('nil');
  });
  it('draws numbers and orders tables alike whatever the input, the numbers by the seed', () => {
    const draw = 'for i = 1, 5 do public(math.random(1000) .. " ") end';
    const order = 'for k in pairs({ a = 1, b = 2, c = 3, d = 4, e = 5 }) do public(k) end';
    // Another input moves what is allocated after it.
    for (const script of [draw, order]) expect(said(text(script), 'x'.repeat(5000))).toBe(said(text(script)));
    expect(said(text(`math.randomseed(7) ${draw}`))).not.toBe(said(text(draw)));
  });
  it('reads and makes public any bytes', () => {
    expect(said(text('public(input:reverse())'), 'abc\0def')).toBe('fed\0cba');
  });
});
