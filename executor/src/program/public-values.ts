/**
 * @module The rule for public values, written once: the executor applies it before anyone proves a run, the verifier to
 * what the last shard says.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@weft/primitives';
import { readU32 } from '@weft/primitives/bytes';

/** {@link publicValuesFault} in words; keys bind them. Rule and words change together. */
export const PUBLIC_VALUES_RULE: string =
  'mask 255 and digest = SHA-256 of the public values, or mask 0 and no public values';

/**
 * Either all words of the digest were committed and it is the SHA-256 of the public values, or none was and there are no
 * public values.
 * @param committed - bit i: word i of the digest was committed.
 * @param digest - eight words, unsigned.
 * @returns what is wrong, if anything.
 */
export function publicValuesFault(
  committed: number,
  digest: readonly number[],
  publicValues: Uint8Array,
): string | undefined {
  if (committed === 0) {
    return publicValues.length === 0
      ? undefined
      : `${publicValues.length} bytes of public values were written but not committed`;
  }
  if (committed !== 0xff) return `only some words of the digest were committed: mask 0x${committed.toString(16)}`;
  const hash = sha256(publicValues);
  for (let i = 0; i < 8; i++)
    if (readU32(hash, 4 * i) !== digest[i])
      return `the committed digest is not that of the public values, ${bytesToHex(hash)}`;
  return undefined;
}
