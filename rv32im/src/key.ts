/**
 * @module The key of the RV32IM machine, the same for all programs.
 */
import { type CallSet, checkCallSet } from '@weft/executor/calls/call-set';
import { STANDARD_CALLS } from '@weft/executor/calls/index';
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkBoolean, checkFunction, checkMap, checkName, checkObject } from '@weft/primitives/arguments';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { type Chip, checkChip } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';
import {
  checkMachineKey,
  createMachineKey,
  createPartialKey,
  type MachineKey,
  type ProofUse,
} from '@weft/prover/protocol/key';
import type { ChipSet } from '@weft/prover/protocol/sets';
import { type Expand, FAMILIES, type Family } from './calls/index.ts';
import { precompileCall } from './chips/precompile.ts';
import { MACHINE_DIGEST } from './key.generated.ts';
import { createRiscvMachine, joinRiscvChips, SPARSE_LOOKUPS, WHOLE_LOOKUPS } from './machine.ts';
import { CHAIN_RULE } from './statement.ts';

/** log2 of the cells of each shape. 2^26 would save 2 % a cycle for twice the memory (ADR 8). */
export const SHAPE_SIZES: readonly number[] = [19, 20, 21, 22, 23, 24, 25];

/** Of shards with sparse lookup tables: no larger ones would be smaller for it (ADR 27). */
const SPARSE_SIZES: readonly number[] = [20];

/** Those of sets with precompiles. */
const LARGE_SIZES: readonly number[] = [20, 22, 24, 25];

/** Families that shards can have together, and log2 of the cells of their shapes. */
export interface FamilySet {
  readonly name: string;
  readonly families: readonly string[];
  readonly sizes: readonly number[];
  /** Whether its shards have sparse lookup tables in place of whole ones. */
  readonly isSparse?: boolean;
}

const HASHES: readonly string[] = ['sha256', 'keccak', 'poseidon2'];

/** The first that has the families of a shard, and the kind of lookup tables that it needs, is its set. */
export const FAMILY_SETS: readonly FamilySet[] = [
  { name: 'core', families: [], sizes: SHAPE_SIZES },
  { name: 'sha256', families: ['sha256'], sizes: LARGE_SIZES },
  { name: 'hashes', families: HASHES, sizes: LARGE_SIZES },
  { name: 'secp256', families: [...HASHES, 'uint256', 'secp256k1', 'secp256r1'], sizes: LARGE_SIZES },
  { name: 'ed25519', families: [...HASHES, 'uint256', 'ed25519'], sizes: LARGE_SIZES },
  { name: 'bn254', families: [...HASHES, 'uint256', 'bn254'], sizes: LARGE_SIZES },
  { name: 'bls12381', families: [...HASHES, 'uint256', 'bls12381'], sizes: LARGE_SIZES },
  { name: 'small', families: [], sizes: SPARSE_SIZES, isSparse: true },
];

/** The machine with its precompiles. */
export interface RiscvKey {
  readonly key: MachineKey;
  /** How rows are made of what the executor records, by classes of events. */
  readonly expand: ReadonlyMap<string, Expand>;
  /** What programs may call. */
  readonly calls: CallSet;
  /** Classes of events of calls that the key has no chips for: it is for runs that have none of them. */
  readonly omitted: readonly string[];
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
  return sets.map(({ name, families: wanted, sizes, isSparse = false }) => {
    const without = new Set((isSparse ? WHOLE_LOOKUPS : SPARSE_LOOKUPS).map(nameOf));
    const own = wanted.flatMap((of) => {
      const family = families.find((f) => f.name === of);
      if (family === undefined)
        throw new ConstraintError('SETS', `set ${name} names a family ${of}, which there is not`);
      return family.chips;
    });
    const added = own.length === 0 ? [] : [precompileCall, ...own];
    return { name, chips: [...core, ...added.map(nameOf)].filter((chip) => !without.has(chip)), sizes };
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
    checkBoolean(`${name}.isSparse`, (set as FamilySet).isSparse ?? false);
  });
  checkCover(families, sets);
  const machine = createRiscvMachine(POSEIDON2_KOALABEAR, families);
  const key = createMachineKey(POSEIDON2_KOALABEAR, machine, chipSets(machine, families, sets), USE);
  return { key, expand: new Map(families.flatMap(({ expand }) => [...expand])), calls, omitted: [] };
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
  checkObject(name, value, 'what createRiscvKey returned', ['key', 'expand', 'calls', 'omitted']);
  const { key, expand, calls, omitted } = value as RiscvKey;
  checkMachineKey(`${name}.key`, key);
  checkExpand(`${name}.expand`, expand);
  checkCallSet(`${name}.calls`, calls);
  checkArray(`${name}.omitted`, omitted, checkName);
}

/** Sets that a number of 32 bits can tell. */
const MOST_SETS = 31;

/**
 * What a cut relies on: a shard that fits the largest shape of one set fits that of every other that has its families. It counts with whole
 * lookup tables.
 */
function checkCover(families: readonly Family[], all: readonly FamilySet[]): void {
  const sets = all.filter(({ isSparse = false }) => !isSparse);
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
  if (standard === undefined) {
    const made = createRiscvKey(STANDARD);
    // Keys of some families have the digest without making what it is of.
    if (made.key.digest.some((x, i) => x !== MACHINE_DIGEST[i]))
      throw new ConstraintError(
        'MACHINE_DIGEST',
        `the machine's digest is ${made.key.digest}: pnpm keys writes it anew`,
      );
    standard = made;
  }
  return standard;
}

/** What {@link riscvKey} is made with. */
export const STANDARD: RiscvOptions = { families: FAMILIES, sets: FAMILY_SETS, calls: STANDARD_CALLS };

/** Keys of some families, by the name of the set that has them all. */
const partial = new Map<string, RiscvKey>();

/**
 * The machine for shards that have no other families than these: proofs and digests are those of {@link riscvKey}, which takes half a
 * second to make, most of it for chips that hardly any program uses. Made on first use.
 * @param families - names, in any order.
 * @throws {ConstraintError} SETS for a name that is none.
 */
export function riscvKeyFor(families: readonly string[]): RiscvKey {
  const unknown = families.find((name) => !FAMILIES.some((family) => family.name === name));
  if (unknown !== undefined) throw new ConstraintError('SETS', `there is no family ${unknown}`);
  const set = FAMILY_SETS.find((s) => families.every((name) => s.families.includes(name)));
  // Shards of a run can have families that no shard has together.
  if (set === undefined) return riscvKey();
  let made = partial.get(set.name);
  if (made === undefined) {
    made = createPart(set);
    partial.set(set.name, made);
  }
  return made;
}

/**
 * The key of a set and of those that it has all families of. A shard that does without some has the shape that it always has, unless
 * the first set that has its families is none of these: the whole key gives one of secp256 to a shard with uint256 alone.
 */
function createPart({ families }: FamilySet): RiscvKey {
  const own = FAMILIES.filter(({ name }) => families.includes(name));
  const machine = joinRiscvChips(POSEIDON2_KOALABEAR, own);
  const sets = FAMILY_SETS.filter((set) => set.families.every((name) => families.includes(name)));
  const placed = chipSets(machine, own, sets).map((set, i) => ({ ...set, first: firstShape(sets[i]!) }));
  const key = createPartialKey(POSEIDON2_KOALABEAR, machine, placed, USE, MACHINE_DIGEST);
  const omitted = FAMILIES.filter((family) => !own.includes(family)).flatMap(({ classes }) => classes);
  // Without families nothing takes their calls.
  if (own.length === 0) omitted.push(precompileCall.events!);
  return { key, expand: new Map(own.flatMap(({ expand }) => [...expand])), calls: STANDARD_CALLS, omitted };
}

/** Index of a set's first shape. */
function firstShape(set: FamilySet): number {
  return FAMILY_SETS.slice(0, FAMILY_SETS.indexOf(set)).reduce((n, { sizes }) => n + sizes.length, 0);
}

/** Families of which a run has rows. @param rows - by classes of events. */
export function familiesOf(rows: Readonly<Record<string, number>>): string[] {
  return FAMILIES.filter(({ classes }) => classes.some((name) => (rows[name] ?? 0) > 0)).map(({ name }) => name);
}

/** Families of the shapes of these indices; those that are none have none. */
export function familiesOfShapes(indices: readonly number[]): string[] {
  const sets = FAMILY_SETS.filter((set) => {
    const first = firstShape(set);
    return indices.some((index) => index >= first && index < first + set.sizes.length);
  });
  return [...new Set(sets.flatMap(({ families }) => families))];
}

/** The key of {@link riscvKey}, the same for all programs. */
export function machineKey(): MachineKey {
  return riscvKey().key;
}
