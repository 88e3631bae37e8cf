/**
 * @module The key of the RV32IM machine, the same for all programs.
 */
import { type CallSet, checkCallSet } from '@weft/executor/calls/call-set';
import { STANDARD_CALLS } from '@weft/executor/calls/index';
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkFunction, checkMap, checkName, checkObject } from '@weft/primitives/arguments';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { type Chip, checkChip } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';
import { checkMachineKey, createMachineKey, type MachineKey, type ProofUse } from '@weft/prover/protocol/key';
import type { ChipSet } from '@weft/prover/protocol/sets';
import { type Expand, FAMILIES, type Family } from './calls/index.ts';
import { precompileCall } from './chips/precompile.ts';
import { createRiscvMachine } from './machine.ts';
import { CHAIN_RULE } from './statement.ts';

/** log2 of the cells of each shape. 2^26 would save 2 % a cycle for twice the memory (ADR 8). */
export const SHAPE_SIZES: readonly number[] = [19, 20, 22, 24, 25];

/** Those of sets with precompiles. */
const LARGE_SIZES: readonly number[] = [20, 22, 24, 25];

/** Families that shards can have together, and log2 of the cells of their shapes. */
export interface FamilySet {
  readonly name: string;
  readonly families: readonly string[];
  readonly sizes: readonly number[];
}

const HASHES: readonly string[] = ['sha256', 'keccak', 'poseidon2'];

/** The first that has the families of a shard is its set. */
export const FAMILY_SETS: readonly FamilySet[] = [
  { name: 'core', families: [], sizes: SHAPE_SIZES },
  { name: 'sha256', families: ['sha256'], sizes: LARGE_SIZES },
  { name: 'hashes', families: HASHES, sizes: LARGE_SIZES },
  { name: 'secp256', families: [...HASHES, 'uint256', 'secp256k1', 'secp256r1'], sizes: LARGE_SIZES },
  { name: 'ed25519', families: [...HASHES, 'uint256', 'ed25519'], sizes: LARGE_SIZES },
  { name: 'bn254', families: [...HASHES, 'uint256', 'bn254'], sizes: LARGE_SIZES },
  { name: 'bls12381', families: [...HASHES, 'uint256', 'bls12381'], sizes: LARGE_SIZES },
];

/** The machine with its precompiles. */
export interface RiscvKey {
  readonly key: MachineKey;
  /** How rows are made of what the executor records, by classes of events. */
  readonly expand: ReadonlyMap<string, Expand>;
  /** What programs may call. */
  readonly calls: CallSet;
}

/** What a machine is made with. */
export interface RiscvOptions {
  /** Of precompiles, in the order of their chips. */
  readonly families: readonly Family[];
  /** Which families shards can have together; the first that has those of a shard is its set. */
  readonly sets: readonly FamilySet[];
  readonly calls: CallSet;
}

function chipSets({ chips }: Machine, families: readonly Family[], sets: readonly FamilySet[]): ChipSet[] {
  const nameOf = (chip: Chip): string => chip.name;
  const precompiles = new Set([precompileCall, ...families.flatMap((family) => family.chips)].map(nameOf));
  const core = chips.map(nameOf).filter((name) => !precompiles.has(name));
  return sets.map(({ name, families: wanted, sizes }) => {
    const own = wanted.flatMap((of) => {
      const family = families.find((f) => f.name === of);
      if (family === undefined)
        throw new ConstraintError('SETS', `set ${name} names a family ${of}, which there is not`);
      return family.chips;
    });
    const added = own.length === 0 ? [] : [precompileCall, ...own];
    return { name, chips: [...core, ...added.map(nameOf)], sizes };
  });
}

/** One proof is a shard, and shards stand for a run by the rule of the chain. */
const USE: ProofUse = { role: 'shard', rule: CHAIN_RULE };

/**
 * The key of the machine with other precompiles than {@link machineKey} has.
 * @throws {TypeError} {@link RangeError} for what is no option.
 * @throws {ConstraintError} SETS for a set that names what there is not, and as `defineMachine` and `createMachineKey` do.
 */
export function createRiscvKey(options: RiscvOptions): RiscvKey {
  checkObject('options', options, 'options of a machine', ['families', 'sets', 'calls']);
  const { families, sets, calls } = options;
  checkCallSet('calls', calls);
  checkArray('families', families, checkFamily);
  checkArray('sets', sets, (name, set) => {
    checkObject(name, set, 'a set of families', ['name', 'families', 'sizes']);
    checkArray(`${name}.families`, (set as FamilySet).families, checkName);
  });
  checkCover(families, sets);
  const machine = createRiscvMachine(POSEIDON2_KOALABEAR, families);
  const key = createMachineKey(POSEIDON2_KOALABEAR, machine, chipSets(machine, families, sets), USE);
  return { key, expand: new Map(families.flatMap(({ expand }) => [...expand])), calls };
}

function checkExpand(name: string, value: unknown): void {
  checkMap(name, value, 'classes to functions');
  for (const [events, expand] of value) {
    checkName(`a class of ${name}`, events);
    checkFunction(`${name} of ${events}`, expand);
  }
}

/** @throws {TypeError} {@link RangeError} unless `value` is a machine with its precompiles. */
export function checkRiscvKey(name: string, value: unknown): void {
  checkObject(name, value, 'what createRiscvKey returned', ['key', 'expand', 'calls']);
  const { key, expand, calls } = value as RiscvKey;
  checkMachineKey(`${name}.key`, key);
  checkExpand(`${name}.expand`, expand);
  checkCallSet(`${name}.calls`, calls);
}

/** Sets that a number of 32 bits can tell. */
const MOST_SETS = 31;

/** What a cut relies on: a shard that fits the largest shape of one set fits that of every other that has its families. */
function checkCover(families: readonly Family[], sets: readonly FamilySet[]): void {
  const fail = (message: string): never => {
    throw new ConstraintError('SETS', message);
  };
  if (sets.length > MOST_SETS) fail(`${sets.length} sets, more than ${MOST_SETS}`);
  for (const { name } of families)
    if (!sets.some((set) => set.families.includes(name))) fail(`no set has the family ${name}`);
  const largest = sets.map(({ sizes }) => sizes.at(-1));
  if (new Set(largest).size > 1) fail(`the largest shapes of sets differ: ${largest.join(', ')}`);
}

function checkFamily(name: string, value: unknown): void {
  checkObject(name, value, 'a family', ['name', 'chips', 'expand']);
  const { name: own, chips, expand } = value as Family;
  checkName(`${name}.name`, own);
  checkArray(`${name}.chips`, chips, checkChip);
  checkExpand(`${name}.expand`, expand);
}

let standard: RiscvKey | undefined;

/** The machine with the precompiles that it comes with. Made on first use. */
export function riscvKey(): RiscvKey {
  standard ??= createRiscvKey({ families: FAMILIES, sets: FAMILY_SETS, calls: STANDARD_CALLS });
  return standard;
}

/** The key of {@link riscvKey}, the same for all programs. */
export function machineKey(): MachineKey {
  return riscvKey().key;
}
