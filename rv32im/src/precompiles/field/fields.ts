/**
 * @module The curves and fields of the precompiles.
 */
export { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '@weft/executor/precompiles/curves';
