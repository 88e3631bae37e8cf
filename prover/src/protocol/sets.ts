/**
 * @module Sets of chips: the shapes of a key differ in which of the machine's chips their proofs may have, so that a verifier, native or
 * in a circuit, looks at no chip that a proof can do without.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkInteger, checkName, checkObject } from '@weft/primitives/arguments';
import type { Chip } from '../air/chip.ts';
import { defineMachine, type joinChips, type Machine } from '../air/machine.ts';
import { LOG_PARTS } from './stacking.ts';

/** log2 of the cells of the smallest shape: kernels transform parts of eight cells at least. */
export const MIN_SHAPE: number = LOG_PARTS + 3;
/** log2 of the cells of the largest shape. */
export const MAX_SHAPE = 30;

/** Chips that proofs can do with: a verifier that knows that there are no others has less to check. */
export interface ChipSet {
  readonly name: string;
  /** Names of the machine's chips that it has, in any order; all by default. Preprocessed chips are in every set. */
  readonly chips?: readonly string[];
  /** log2 of the cells of each of its shapes, rising, at least one. */
  readonly sizes: readonly number[];
}

/** A set with its chips as a machine of their own. */
export interface CheckedSet {
  readonly name: string;
  readonly machine: Machine;
  readonly sizes: readonly number[];
}

/**
 * @param join - what makes a machine of the chips of a set.
 * @throws {TypeError} {@link RangeError} for what is no list of sizes or sets.
 * @throws {ConstraintError} SETS
 */
export function checkSets(
  machine: Machine,
  given: readonly number[] | readonly ChipSet[],
  join: typeof joinChips = defineMachine,
): CheckedSet[] {
  checkArray('sizes', given);
  const isPlain = given.every((x): x is number => typeof x === 'number');
  const sets: readonly ChipSet[] = isPlain ? [{ name: 'all', sizes: given }] : (given as readonly ChipSet[]);
  const checked = sets.map((set, i): CheckedSet => {
    const at = isPlain ? 'sizes' : `sizes[${i}].sizes`;
    if (!isPlain) {
      checkObject(`sizes[${i}]`, set, 'a set of chips', ['name', 'sizes']);
      checkName(`sizes[${i}].name`, set.name);
    }
    checkArray(at, set.sizes, (name, size) => checkInteger(name, size, MIN_SHAPE, MAX_SHAPE));
    if (set.sizes.length === 0 || set.sizes.slice(1).some((size, k) => size <= set.sizes[k]!))
      throw new RangeError(`${at} must rise and be at least one, got [${set.sizes.join(', ')}]`);
    return { name: set.name, machine: machineOfSet(machine, set, join), sizes: [...set.sizes] };
  });
  if (new Set(sets.map(({ name }) => name)).size !== sets.length) throw setError(machine, 'two sets share a name');
  return checked;
}

const setError = (machine: Machine, message: string): ConstraintError =>
  new ConstraintError('SETS', `machine ${machine.name}: ${message}`);

function machineOfSet(machine: Machine, { name, chips: names }: ChipSet, join: typeof joinChips): Machine {
  const fail = (message: string): never => {
    throw setError(machine, `set ${name} ${message}`);
  };
  for (const { name: sparse, sparse: of } of machine.chips)
    if (of !== undefined && !machine.chips.some((c) => c.name === of))
      fail(`could have ${sparse} in place of ${of}, which there is not`);
  if (names === undefined) return machine;
  checkArray('chips', names, checkName);
  for (const [i, chip] of names.entries()) {
    if (!machine.chips.some((c) => c.name === chip)) fail(`names a chip ${chip}, which there is not`);
    if (names.indexOf(chip) !== i) fail(`names ${chip} twice`);
  }
  const chips = machine.chips.filter((chip) => names.includes(chip.name));
  // A prover takes all of one kind.
  const sparse = chips.filter((chip) => chip.sparse !== undefined);
  const isWhole = (chip: Chip): boolean => names.includes(chip.sparse!);
  if (sparse.some(isWhole) && !sparse.every(isWhole)) fail('has some sparse tables beside whole ones, and some alone');
  // A prover counts on a set's lookup tables: which they are is no choice of its own.
  for (const bus of machine.buses.filter(({ kind }) => kind === 'lookup')) {
    const speaks = (sign: 1 | -1): boolean =>
      chips.some((c) => c.interactions.some((i) => i.bus === bus && i.sign === sign));
    if (speaks(1) && !speaks(-1)) fail(`has nothing that answers what is looked up on bus ${bus.name}`);
  }
  // Setup commits to them once, whatever set a proof will have.
  for (const k of machine.preprocessedChips)
    if (!chips.includes(machine.chips[k]!)) fail(`has no ${machine.chips[k]!.name}, which is preprocessed`);
  return join(machine.name, chips, machine.statement);
}
