/**
 * @module The curves and fields of the precompiles: SEC 2, FIPS 186-4, RFC 8032, EIP-196, EIP-2537.
 */

/** y^2 = x^3 + a x + b over a prime field. */
export interface WeierstrassCurve {
  /** As calls are named. */
  readonly name: string;
  readonly modulus: bigint;
  /** Not reduced: -3 rather than modulus - 3. */
  readonly a: bigint;
  readonly b: bigint;
}

/** A curve whose scalars are needed. */
export interface SigningCurve extends WeierstrassCurve {
  /** A prime: the number of the curve's points. */
  readonly order: bigint;
}

export const SECP256K1: SigningCurve & { readonly generator: readonly [bigint, bigint] } = {
  name: 'SECP256K1',
  modulus: 2n ** 256n - 2n ** 32n - 977n,
  a: 0n,
  b: 7n,
  order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  generator: [
    0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  ],
};

export const SECP256R1: SigningCurve = {
  name: 'SECP256R1',
  modulus: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  a: -3n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
};

/** alt_bn128. */
export const BN254: WeierstrassCurve = {
  name: 'BN254',
  modulus: 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n,
  a: 0n,
  b: 3n,
};

/** G1. */
export const BLS12_381: WeierstrassCurve = {
  name: 'BLS12381',
  modulus: 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn,
  a: 0n,
  b: 4n,
};

/** -x^2 + y^2 = 1 + d x^2 y^2. */
export const ED25519: { readonly modulus: bigint; readonly d: bigint } = {
  modulus: 2n ** 255n - 19n,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
};

/** 2 has no root modulo the modulus of {@link ED25519}, which is 5 modulo 8. */
export const ED25519_NON_RESIDUE = 2n;

/** Words that a number below the modulus takes. */
export function fieldWords(modulus: bigint): number {
  return Math.ceil(modulus.toString(2).length / 32);
}
