/**
 * @module The chips of system calls that have rows of their own: per call of the executor's `calls`, one file here and one
 * line in this list.
 */
import type { Chip } from '@weft/prover/air/chip';
import type { EventSource } from '@weft/prover/air/trace';
import type { ExpandedChip } from '../precompiles/field/call.ts';
import * as fields from './fields.ts';
import { hintRead } from './hint-read.ts';
import { keccak, keccakMemory } from './keccak.ts';
import { wideCall, widePartChip } from './multiply-wide.ts';
import { poseidon2 } from './poseidon2.ts';
import { shaCompress, shaExtend, shaFinal } from './sha256.ts';

/** What a call adds to the machine. */
export interface CallChips {
  /** Each may have a tail. */
  readonly chips: readonly Chip[];
}

export const CALLS: readonly CallChips[] = [{ chips: [hintRead] }];

/** Makes rows of a chip's events of what the executor records of its calls. */
export type Expand = (calls: EventSource) => EventSource;

/** Precompiles that a shard has together or not at all. */
export interface Family {
  readonly name: string;
  /** Without tails, which would double the columns that a verifier of their set looks at. */
  readonly chips: readonly Chip[];
  /** By classes of events, of those whose rows hold more than what is recorded. */
  readonly expand: ReadonlyMap<string, Expand>;
}

/** A family all of whose fields are recorded. */
const recorded = (name: string, chips: readonly Chip[]): Family => ({ name, chips, expand: new Map() });

/** A family of which some numbers are found when its rows are filled. @param others - chips all of whose fields are recorded. */
function expanded(name: string, list: readonly ExpandedChip[], others: readonly Chip[] = []): Family {
  const expand = new Map(list.map(({ chip, expand }) => [chip.events!, expand]));
  return { name, chips: [...list.map(({ chip }) => chip), ...others], expand };
}

export const FAMILIES: readonly Family[] = [
  recorded('sha256', [shaExtend, shaCompress, shaFinal]),
  recorded('keccak', [keccak, keccakMemory]),
  recorded('poseidon2', [poseidon2]),
  expanded('secp256k1', fields.secp256k1),
  expanded('secp256r1', fields.secp256r1),
  expanded('bn254', fields.bn254),
  expanded('bls12381', fields.bls12381),
  expanded('ed25519', fields.ed25519),
  expanded('uint256', fields.uint256, [wideCall, widePartChip]),
];
