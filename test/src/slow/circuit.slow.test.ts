/** Thousands of mutated proofs: the recorded verifier and the native one differ nowhere. */
import { reasonOf, seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { INSTANCES } from '../support/instances.ts';

/** Mutations per machine: a verification of the counter takes a fifth of one of RV32IM. */
const MUTATIONS = { counter: 4000, rv32im: 1000 } as const;

it.each(INSTANCES)('$name', ({ name, proof, words, verify }) => {
  const { below, word } = seeded(20261126);
  const reasons = new Map<string, number>();
  for (let k = 0; k < MUTATIONS[name as keyof typeof MUTATIONS]; k++) {
    const bytes = proof.slice();
    const view = new DataView(bytes.buffer);
    // Most of a proof is rows and paths; half of the changes are in the messages before them.
    const at = 4 * below(k % 2 === 0 ? proof.length / 4 : 4000);
    // `seeded` has short periods in its lowest bits.
    if (k % 3 === 0) bytes[at + (k % 4)]! ^= 1 << ((word() >>> 16) & 7);
    else if (k % 3 === 1) view.setUint32(at, word(), true);
    else view.setUint32(at, [0, 1, 2130706432, 2130706433][(k >> 2) % 4]!, true);
    // `verify` compares the two.
    const reason = reasonOf(() => verify(bytes, words));
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (reason === 'accepted') expect(bytes).toEqual(proof);
  }
  expect(reasons.size).toBeGreaterThan(6);
});
