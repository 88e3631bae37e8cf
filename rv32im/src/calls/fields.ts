/**
 * @module The families of field and curve arithmetic: what memory holds of the formula of each call.
 */
import { EDWARDS } from '@weft/executor/precompiles/edwards';
import { MODULAR } from '@weft/executor/precompiles/modular';
import type { Operation } from '@weft/executor/precompiles/operation';
import { WEIERSTRASS } from '@weft/executor/precompiles/weierstrass';
import { type ExpandedChip, formulaCall } from '../precompiles/field/call.ts';
import { edwardsAdd } from '../precompiles/field/edwards.ts';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '../precompiles/field/fields.ts';
import type { Formula } from '../precompiles/field/formula.ts';
import { modular, quadratic } from '../precompiles/field/modular.ts';
import { type WeierstrassCurve, weierstrassAdd, weierstrassDouble } from '../precompiles/field/weierstrass.ts';

const OPERATIONS: readonly Operation[] = [...EDWARDS, ...WEIERSTRASS, ...MODULAR];

function operationOf(name: string): Operation {
  return OPERATIONS.find((operation) => operation.name === name)!;
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

export const secp256k1: readonly ExpandedChip[] = group(SECP256K1);
export const secp256r1: readonly ExpandedChip[] = group(SECP256R1);
export const bn254: readonly ExpandedChip[] = [...group(BN254), ...tower(BN254)];
export const bls12381: readonly ExpandedChip[] = [...group(BLS12_381), ...tower(BLS12_381)];
export const ed25519: readonly ExpandedChip[] = [binary('ED_ADD', edwardsAdd(ED25519))];
