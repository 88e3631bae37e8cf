/**
 * @module Large integers: words of memory and bytes as numbers, powers, inverses and square roots. Nothing here is constant-time;
 * what a guest does is no secret to who runs it.
 */

const WORD = 32n;

/** The number whose words these are, lowest first. */
export function numberOf(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << WORD) | BigInt(words[i]!);
  return value;
}

/** The lowest `count` words of a number that is not negative, lowest first. */
export function wordsOf(value: bigint, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let i = 0, rest = value; i < count; i++, rest >>= WORD) words[i] = Number(rest & 0xffffffffn);
  return words;
}

/** The number that these bytes are, highest first. */
export function fromBigEndian(bytes: Uint8Array): bigint {
  return Array.from(bytes).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The number that these bytes are, lowest first. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(bytes.toReversed());
}

/** The lowest `length` bytes of a number that is not negative, lowest first. */
export function toLittleEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, rest = value; i < length; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** The lowest `length` bytes of a number that is not negative, highest first. */
export function toBigEndian(value: bigint, length: number): Uint8Array {
  return toLittleEndian(value, length).reverse();
}

/** The residue in [0, m). */
export function mod(a: bigint, m: bigint): bigint {
  const r = a % m;
  return r < 0n ? r + m : r;
}

/** base^exponent modulo m, for an exponent that is not negative. */
export function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = mod(1n, m);
  let square = mod(base, m);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % m;
    square = (square * square) % m;
  }
  return result;
}

/** The inverse in [1, m) modulo a prime m; `undefined` of multiples of m. */
export function inverse(a: bigint, m: bigint): bigint | undefined {
  let [x, y, u, v] = [mod(a, m), m, 1n, 0n];
  while (x > 1n) {
    const q = y / x;
    [x, y, u, v] = [y - q * x, x, v - q * u, u];
  }
  return x === 0n ? undefined : mod(u, m);
}

/**
 * A square root of a, in [0, m), modulo an odd prime m; `undefined` when there is none. Where m is 3 modulo 4 it is
 * a^((m + 1) / 4), else what the algorithm of Tonelli and Shanks finds.
 * @param a - in [0, m); where m is 3 modulo 4 others have no root.
 * @param nonResidue - has no root; not needed where m is 3 modulo 4.
 */
export function squareRoot(a: bigint, m: bigint, nonResidue: bigint): bigint | undefined {
  if (m % 4n === 3n) {
    const root = power(a, (m + 1n) / 4n, m);
    return (root * root) % m === a ? root : undefined;
  }
  if (a === 0n) return 0n;
  if (power(a, (m - 1n) / 2n, m) !== 1n) return undefined;
  let twos = 0;
  let odd = m - 1n;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  let generator = power(nonResidue, odd, m);
  let root = power(a, (odd + 1n) / 2n, m);
  // root^2 = a rest, and the order of rest is a power of two that falls with every round.
  let rest = power(a, odd, m);
  while (rest !== 1n) {
    let order = 0;
    for (let t = rest; t !== 1n; t = (t * t) % m) if (++order === twos) return undefined;
    const step = power(generator, 1n << BigInt(twos - order - 1), m);
    generator = (step * step) % m;
    root = (root * step) % m;
    rest = (rest * generator) % m;
    twos = order;
  }
  return root;
}
