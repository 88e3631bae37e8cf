/**
 * @module The key of the RV32IM machine, the same for all programs.
 */
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import type { Chip } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';
import { createMachineKey, type MachineKey, type ProofUse } from '@weft/prover/protocol/key';
import type { ChipSet } from '@weft/prover/protocol/sets';
import { FAMILIES } from './calls/index.ts';
import { precompileCall } from './chips/precompile.ts';
import { createRiscvMachine } from './machine.ts';
import { CHAIN_RULE } from './statement.ts';

/** log2 of the cells of each shape. 2^26 would save 2 % a cycle for twice the memory (ADR 8). */
export const SHAPE_SIZES: readonly number[] = [19, 20, 22, 24, 25];

/** Those of sets with precompiles. */
const LARGE_SIZES: readonly number[] = [22, 24, 25];

/** Sets of families, and log2 of the cells of their shapes: the first that has the families of a shard is its set. */
const FAMILY_SETS: readonly {
  readonly name: string;
  readonly families: readonly string[];
  readonly sizes: readonly number[];
}[] = [
  { name: 'core', families: [], sizes: SHAPE_SIZES },
  { name: 'sha256', families: ['sha256'], sizes: LARGE_SIZES },
  { name: 'secp256', families: ['sha256', 'secp256k1', 'secp256r1'], sizes: LARGE_SIZES },
  { name: 'ed25519', families: ['sha256', 'ed25519'], sizes: LARGE_SIZES },
  { name: 'bn254', families: ['sha256', 'bn254'], sizes: LARGE_SIZES },
  { name: 'bls12381', families: ['sha256', 'bls12381'], sizes: LARGE_SIZES },
];

function chipSets({ chips }: Machine): ChipSet[] {
  const nameOf = (chip: Chip): string => chip.name;
  const precompiles = new Set([precompileCall, ...FAMILIES.flatMap((family) => family.chips)].map(nameOf));
  const core = chips.map(nameOf).filter((name) => !precompiles.has(name));
  return FAMILY_SETS.map(({ name, families, sizes }) => {
    const own = FAMILIES.filter((family) => families.includes(family.name)).flatMap((family) => family.chips);
    const added = own.length === 0 ? [] : [precompileCall, ...own];
    return { name, chips: [...core, ...added.map(nameOf)], sizes };
  });
}

/** One proof is a shard, and shards stand for a run by the rule of the chain. */
const USE: ProofUse = { role: 'shard', rule: CHAIN_RULE };

let riscvKey: MachineKey | undefined;

/** Made on first use. */
export function machineKey(): MachineKey {
  if (riscvKey === undefined) {
    const machine = createRiscvMachine(POSEIDON2_KOALABEAR);
    riscvKey = createMachineKey(POSEIDON2_KOALABEAR, machine, chipSets(machine), USE);
  }
  return riscvKey;
}
