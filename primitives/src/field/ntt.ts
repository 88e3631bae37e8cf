/**
 * @module Number-theoretic transforms over KoalaBear of many interleaved sequences: `data` holds 2^logRows rows of
 * `width` elements, and every column is transformed on its own. The inner loop runs along a row, so one twiddle serves
 * `width` butterflies.
 */
import { add, type Felt, mul, rootOfUnity, sub } from './base.ts';

/** The bits of `x` reversed, `bits` of them. */
export function reverseBits(x: number, bits: number): number {
  let r = 0;
  for (let i = 0; i < bits; i++) r = (r << 1) | ((x >>> i) & 1);
  return r;
}

function twiddles(logOrder: number): Uint32Array {
  const root = rootOfUnity(logOrder);
  const out = new Uint32Array(1 << Math.max(logOrder - 1, 0));
  let w: Felt = 1;
  for (let i = 0; i < out.length; i++) {
    out[i] = w;
    w = mul(w, root);
  }
  return out;
}

/**
 * Evaluates in place: row i holds coefficient i of every column before, and afterwards row pos holds the values at
 * omega^rev(pos), omega of order 2^logRows, rev = bit reversal (decimation in frequency).
 */
export function forwardNtt(data: Uint32Array, logRows: number, width: number): void {
  const w = twiddles(logRows);
  for (let level = logRows - 1; level >= 0; level--) {
    const half = 1 << level;
    const stride = w.length >> level;
    for (let start = 0; start < 1 << logRows; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const t = w[i * stride]!;
        const low = (start + i) * width;
        const high = low + half * width;
        for (let j = 0; j < width; j++) {
          const a = data[low + j]!;
          const b = data[high + j]!;
          data[low + j] = add(a, b);
          data[high + j] = mul(sub(a, b), t);
        }
      }
    }
  }
}

/**
 * The transpose of {@link forwardNtt}: row pos weighs the point omega^rev(pos), and afterwards row i holds the sum over
 * pos of data[pos] * omega^(rev(pos) i) (decimation in time).
 */
export function transposedNtt(data: Uint32Array, logRows: number, width: number): void {
  const w = twiddles(logRows);
  for (let level = 0; level < logRows; level++) {
    const half = 1 << level;
    const stride = w.length >> level;
    for (let start = 0; start < 1 << logRows; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const t = w[i * stride]!;
        const low = (start + i) * width;
        const high = low + half * width;
        for (let j = 0; j < width; j++) {
          const a = data[low + j]!;
          const b = mul(data[high + j]!, t);
          data[low + j] = add(a, b);
          data[high + j] = sub(a, b);
        }
      }
    }
  }
}
