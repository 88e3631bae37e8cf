/**
 * @module The curves and fields of the precompiles: SEC 2, FIPS 186-4, RFC 8032, EIP-196, EIP-2537.
 */
import type { EdwardsCurve } from './edwards.ts';
import type { WeierstrassCurve } from './weierstrass.ts';

export const SECP256K1: WeierstrassCurve = { modulus: 2n ** 256n - 2n ** 32n - 977n, a: 0n };
export const SECP256R1: WeierstrassCurve = { modulus: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n, a: -3n };
/** alt_bn128, y^2 = x^3 + 3. */
export const BN254: WeierstrassCurve = {
  modulus: 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n,
  a: 0n,
};
/** G1, y^2 = x^3 + 4. */
export const BLS12_381: WeierstrassCurve = {
  modulus: 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn,
  a: 0n,
};
export const ED25519: EdwardsCurve = {
  modulus: 2n ** 255n - 19n,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
};
