/** Frozen-challenge attacks: evaluations of columns. */
import * as ext from '@weft/primitives/field/ext';
import type { NativeBackend } from '@weft/prover/transcript/native';
import { describe, it } from 'vitest';
import { addAt, freeze, kernel } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';

type Ext = ext.Ext;

// The columns that move are named, so this is the counter's.
const { instance, attack, piecesOf, hooks } = freeze(INSTANCES[0]);
const { verify, words } = instance;

/** How the zerocheck total and the opening claim move with one evaluation, by running the frozen verifier twice. */
function measure(bytes: Uint8Array, word: number): { zerocheck: Ext; opening: Ext } {
  const observe = (change: Ext): { zerocheck: Ext; opening: Ext } => {
    const trial = bytes.slice();
    addAt(trial, word, [change]);
    let zerocheck: Ext = ext.ZERO;
    let opening: Ext = ext.ZERO;
    const wrap = (backend: NativeBackend): NativeBackend => {
      backend.assertEqual = (a, b, reason) => {
        if (reason === 'zerocheck') zerocheck = ext.sub(b, a);
        if (reason === 'opening') opening = ext.sub(a, b);
      };
      return backend;
    };
    verify(trial, words, { ...hooks(), wrap });
    return { zerocheck, opening };
  };
  // The last 'opening' assertion is the program's; evaluations of the witness move the witness's final claim linearly.
  const claims: Ext[] = [];
  const wrapAll = (backend: NativeBackend): NativeBackend => {
    backend.assertEqual = (a, b, reason, what) => {
      if (reason === 'opening' && what.startsWith('witness: the final')) claims.push(ext.sub(a, b));
    };
    return backend;
  };
  for (const change of [ext.ZERO, ext.ONE]) {
    const trial = bytes.slice();
    addAt(trial, word, [change]);
    verify(trial, words, { ...hooks(), wrap: wrapAll });
  }
  const [zero, one] = [observe(ext.ZERO), observe(ext.ONE)];
  return { zerocheck: ext.sub(one.zerocheck, zero.zerocheck), opening: ext.sub(claims[1]!, claims[0]!) };
}

describe('column evaluations', () => {
  it('three columns in which both checks are linear, moved along the kernel of the two', () => {
    attack((bytes) => {
      // The square of the first table and the multiplicities of the lookup tables: the zerocheck total and the opening
      // claim are affine in them together. The coefficients are measured.
      const tables = piecesOf('evaluations');
      const places = [tables[0]!.at + 5 * 4, tables[2]!.at, tables[3]!.at];
      const coefficients = places.map((place) => measure(bytes, place));
      const change = kernel([coefficients.map((c) => c.zerocheck), coefficients.map((c) => c.opening)]);
      for (const [k, place] of places.entries()) addAt(bytes, place, [change[k]!]);
    });
  });
});
