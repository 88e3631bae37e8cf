/**
 * @module The families of field and curve arithmetic: what memory holds of the formula of each call.
 */
import { ROW_OPERATIONS } from '@weft/executor/precompiles/index';
import type { Operation } from '@weft/executor/precompiles/operation';
import { type ExpandedChip, formulaCall } from '../precompiles/field/call.ts';
import { edwardsDecompress, weierstrassDecompress } from '../precompiles/field/decompress.ts';
import { edwardsAdd } from '../precompiles/field/edwards.ts';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '../precompiles/field/fields.ts';
import type { Formula } from '../precompiles/field/formula.ts';
import { modular, quadratic } from '../precompiles/field/modular.ts';
import { multiplyModular } from '../precompiles/field/uint256.ts';
import { type WeierstrassCurve, weierstrassAdd, weierstrassDouble } from '../precompiles/field/weierstrass.ts';

function operationOf(name: string): Operation {
  return ROW_OPERATIONS.find((operation) => operation.name === name)!;
}

/** What is at a0 becomes the formula of it and of what is at a1. */
function binary(name: string, formula: Formula): ExpandedChip {
  const half = formula.inputs.length / 2;
  const before = [formula.inputs.slice(half), formula.inputs.slice(0, half)];
  return formulaCall({ operation: operationOf(name), formula, before });
}

/** What is at a0 becomes the formula of it. */
function unary(name: string, formula: Formula): ExpandedChip {
  return formulaCall({ operation: operationOf(name), formula, before: [formula.inputs] });
}

/** One number at a0 becomes the formula of the other and of a1, whatever it was. */
function decompress(name: string, formula: Formula): ExpandedChip {
  return formulaCall({ operation: operationOf(name), formula, before: [formula.inputs, []] });
}

type NamedCurve = WeierstrassCurve & { readonly name: string };

function group(curve: NamedCurve): ExpandedChip[] {
  return [binary(`${curve.name}_ADD`, weierstrassAdd(curve)), unary(`${curve.name}_DOUBLE`, weierstrassDouble(curve))];
}

/** The base field of a curve and its extension. */
function tower({ name, modulus }: NamedCurve): ExpandedChip[] {
  const [base, extension] = [modular(modulus), quadratic(modulus)];
  return [
    binary(`${name}_FP_ADD`, base.add),
    binary(`${name}_FP_SUB`, base.subtract),
    binary(`${name}_FP_MUL`, base.multiply),
    binary(`${name}_FP2_ADD`, extension.add),
    binary(`${name}_FP2_SUB`, extension.subtract),
    binary(`${name}_FP2_MUL`, extension.multiply),
  ];
}

export const secp256k1: readonly ExpandedChip[] = [
  ...group(SECP256K1),
  decompress('SECP256K1_DECOMPRESS', weierstrassDecompress(SECP256K1, 'odd')),
];
export const secp256r1: readonly ExpandedChip[] = [
  ...group(SECP256R1),
  decompress('SECP256R1_DECOMPRESS', weierstrassDecompress(SECP256R1, 'odd')),
];
export const bn254: readonly ExpandedChip[] = [...group(BN254), ...tower(BN254)];
export const bls12381: readonly ExpandedChip[] = [
  ...group(BLS12_381),
  decompress('BLS12381_DECOMPRESS', weierstrassDecompress(BLS12_381, 'greater')),
  ...tower(BLS12_381),
];
export const ed25519: readonly ExpandedChip[] = [
  binary('ED_ADD', edwardsAdd(ED25519)),
  decompress('ED_DECOMPRESS', edwardsDecompress()),
];
/** The words at a1 are a factor and the modulus. */
export const uint256: readonly ExpandedChip[] = [
  formulaCall({ operation: operationOf('UINT256_MUL'), formula: multiplyModular(), before: [['b', 'm'], ['a']] }),
];
