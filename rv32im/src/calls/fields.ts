/**
 * @module The families of field and curve arithmetic: what memory holds of the formula of each call.
 */
import { rowTable } from '@weft/executor/calls/row-call';
import { ROW_OPERATIONS } from '@weft/executor/precompiles/index';
import type { Operation } from '@weft/executor/precompiles/operation';
import { type ExpandedChip, formulaCall } from '../precompiles/field/call.ts';
import { edwardsDecompress, weierstrassDecompress } from '../precompiles/field/decompress.ts';
import { edwardsAdd } from '../precompiles/field/edwards.ts';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '../precompiles/field/fields.ts';
import type { Formula } from '../precompiles/field/formula.ts';
import { type ModularFormulas, modular, type QuadraticFormulas, quadratic } from '../precompiles/field/modular.ts';
import { multiplyModular } from '../precompiles/field/uint256.ts';
import { type WeierstrassCurve, weierstrassAdd, weierstrassDouble } from '../precompiles/field/weierstrass.ts';

/** Makers of the chips of calls, by the name of the call, which they are given. */
export type FormulaCalls = Readonly<Record<string, (name: string) => ExpandedChip>>;

/** The class of a call's events. */
export const classOf = (name: string): string => rowTable(operationOf(name)).events;

/** The chips of these calls, in their order. */
export function makeCalls(calls: FormulaCalls): ExpandedChip[] {
  return Object.entries(calls).map(([name, make]) => make(name));
}

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

function group(curve: NamedCurve): FormulaCalls {
  return {
    [`${curve.name}_ADD`]: (name) => binary(name, weierstrassAdd(curve)),
    [`${curve.name}_DOUBLE`]: (name) => unary(name, weierstrassDouble(curve)),
  };
}

/** The base field of a curve and its extension. */
function tower({ name: curve, modulus }: NamedCurve): FormulaCalls {
  let made: { readonly base: ModularFormulas; readonly extension: QuadraticFormulas } | undefined;
  const formulas = (): NonNullable<typeof made> => {
    made ??= { base: modular(modulus), extension: quadratic(modulus) };
    return made;
  };
  return {
    [`${curve}_FP_ADD`]: (name) => binary(name, formulas().base.add),
    [`${curve}_FP_SUB`]: (name) => binary(name, formulas().base.subtract),
    [`${curve}_FP_MUL`]: (name) => binary(name, formulas().base.multiply),
    [`${curve}_FP2_ADD`]: (name) => binary(name, formulas().extension.add),
    [`${curve}_FP2_SUB`]: (name) => binary(name, formulas().extension.subtract),
    [`${curve}_FP2_MUL`]: (name) => binary(name, formulas().extension.multiply),
  };
}

export const secp256k1: FormulaCalls = {
  ...group(SECP256K1),
  SECP256K1_DECOMPRESS: (name) => decompress(name, weierstrassDecompress(SECP256K1, 'odd')),
};
export const secp256r1: FormulaCalls = {
  ...group(SECP256R1),
  SECP256R1_DECOMPRESS: (name) => decompress(name, weierstrassDecompress(SECP256R1, 'odd')),
};
export const bn254: FormulaCalls = { ...group(BN254), ...tower(BN254) };
export const bls12381: FormulaCalls = {
  ...group(BLS12_381),
  BLS12381_DECOMPRESS: (name) => decompress(name, weierstrassDecompress(BLS12_381, 'greater')),
  ...tower(BLS12_381),
};
export const ed25519: FormulaCalls = {
  ED_ADD: (name) => binary(name, edwardsAdd(ED25519)),
  ED_DECOMPRESS: (name) => decompress(name, edwardsDecompress()),
};
/** The words at a1 are a factor and the modulus. */
export const uint256: FormulaCalls = {
  UINT256_MUL: (name) =>
    formulaCall({ operation: operationOf(name), formula: multiplyModular(), before: [['b', 'm'], ['a']] }),
};
