/**
 * @module The chips of system calls that have rows of their own: per call of the executor's `calls`, one file here and one
 * line in this list.
 */
import { KECCAK_MEMORY_ROWS, KECCAK_ROWS } from '@weft/executor/calls/keccak';
import { WIDE_CALL_ROWS, WIDE_PART_ROWS } from '@weft/executor/calls/multiply-wide';
import { rowTable } from '@weft/executor/calls/row-call';
import { SHA_COMPRESS_ROWS, SHA_FINAL_ROWS } from '@weft/executor/calls/sha-compress';
import { SHA_EXTEND_ROWS } from '@weft/executor/calls/sha-extend';
import { poseidon2Permute } from '@weft/executor/precompiles/poseidon2';
import type { Chip } from '@weft/prover/air/chip';
import type { EventSource } from '@weft/prover/air/trace';
import {
  bls12381,
  bn254,
  classOf,
  ed25519,
  type FormulaCalls,
  makeCalls,
  secp256k1,
  secp256r1,
  uint256,
} from './fields.ts';
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

/** A family that comes with Weft. Its chips are made when they are first asked for: most programs call none of most families. */
export interface StandardFamily extends Family {
  /** Of events, of its chips in their order. */
  readonly classes: readonly string[];
}

/** @param make - chips and how their rows are made of what is recorded; called once at most. */
function later(name: string, classes: readonly string[], make: () => Pick<Family, 'chips' | 'expand'>): StandardFamily {
  let made: Pick<Family, 'chips' | 'expand'> | undefined;
  const get = (): Pick<Family, 'chips' | 'expand'> => {
    made ??= make();
    return made;
  };
  return {
    name,
    classes,
    get chips() {
      return get().chips;
    },
    get expand() {
      return get().expand;
    },
  };
}

/** Makers of chips, by the class of the events that fill them. */
type ChipMakers = Readonly<Record<string, () => Chip>>;

/** A family all of whose fields are recorded. */
function recorded(name: string, makers: ChipMakers): StandardFamily {
  return later(name, Object.keys(makers), () => ({
    chips: Object.values(makers).map((make) => make()),
    expand: new Map(),
  }));
}

/** A family of which some numbers are found when its rows are filled. @param others - chips all of whose fields are recorded. */
function expanded(name: string, calls: FormulaCalls, others: ChipMakers = {}): StandardFamily {
  const classes = [...Object.keys(calls).map(classOf), ...Object.keys(others)];
  return later(name, classes, () => {
    const list = makeCalls(calls);
    return {
      chips: [...list.map(({ chip }) => chip), ...Object.values(others).map((make) => make())],
      expand: new Map(list.map(({ chip, expand }) => [chip.events!, expand])),
    };
  });
}

export const FAMILIES: readonly StandardFamily[] = [
  recorded('sha256', {
    [SHA_EXTEND_ROWS.events]: shaExtend,
    [SHA_COMPRESS_ROWS.events]: shaCompress,
    [SHA_FINAL_ROWS.events]: shaFinal,
  }),
  recorded('keccak', { [KECCAK_ROWS.events]: keccak, [KECCAK_MEMORY_ROWS.events]: keccakMemory }),
  recorded('poseidon2', { [rowTable(poseidon2Permute).events]: poseidon2 }),
  expanded('secp256k1', secp256k1),
  expanded('secp256r1', secp256r1),
  expanded('bn254', bn254),
  expanded('bls12381', bls12381),
  expanded('ed25519', ed25519),
  expanded('uint256', uint256, { [WIDE_CALL_ROWS.events]: wideCall, [WIDE_PART_ROWS.events]: widePartChip }),
];
