/**
 * @module Keys. A machine key holds everything that is the same for all programs; a preprocessed key what setup derives
 * from one program. Neither is ever taken from a proof.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { ResourceError } from '@weft/primitives';
import { checkArray, checkInteger, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';
import type { Digest } from '@weft/primitives/hash/modes';
import { hashLeaf } from '@weft/primitives/hash/modes';
import { type HashSuite, suiteFingerprint } from '@weft/primitives/hash/suite';
import { type Chip, MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '../air/chip.ts';
import { checkMachine, committedWidths, type Machine, preprocessedWidths } from '../air/machine.ts';
import { preprocessedParameters, type WhirParameters, witnessParameters } from './parameters.ts';
import { packBlocks } from './stacking.ts';

/** Changes whenever a proof of one version must not pass for a proof of another. */
export const PROTOCOL_VERSION = 1;

/** log2 of the least and the most cells that a shape may have. */
const MIN_SHAPE = MIN_LOG_HEIGHT;
const MAX_SHAPE = 30;

/** log2 of the most cells that a preprocessed commitment may have. */
export const MAX_PREPROCESSED_VARIABLES = 26;

/** A commitment size. Heights inside it are the proof's data. */
export interface Shape {
  readonly index: number;
  /** log2 of the cells of the stacked commitment. */
  readonly variables: number;
  readonly witness: WhirParameters;
}

export interface MachineKey {
  readonly suite: HashSuite;
  readonly machine: Machine;
  /** Rising in size. */
  readonly shapes: readonly Shape[];
  /** Binds every other field. */
  readonly digest: Digest;
}

/** The preprocessed tables of a machine, as setup derives them from one program and the verifier knows them. */
export interface PreprocessedKey {
  /** log2 of the rows, per preprocessed chip of the machine. */
  readonly logHeights: readonly number[];
  /** Root of the one commitment to all their columns; empty when the machine has none. */
  readonly root: Digest;
}

/** Canonical description of a chip: everything that constraints, buses and layout depend on. */
function describeChip(chip: Chip): unknown {
  return [
    chip.name,
    chip.maxLogHeight,
    chip.columns.map((c) => c.name),
    chip.fixedColumns,
    chip.fixed.kind === 'structured' ? ['structured', chip.fixed.table.logHeight] : chip.fixed.kind,
    chip.nodes.map((n) =>
      n.op === 'constant' ? ['k', n.value] : n.op === 'column' ? ['c', n.column] : [n.op, n.a, n.b],
    ),
    chip.constraints.map((c) => [c.name, c.node]),
    chip.interactions.map((i) => [
      i.bus.name,
      i.bus.id,
      i.bus.kind,
      i.bus.arity,
      i.sign,
      i.tuple,
      i.count,
      i.countBound ?? 'free',
    ]),
    chip.leaves,
    chip.padding,
  ];
}

/** SHA-256 of the bytes as sixteen 16-bit words, through the leaf sponge. */
function digestOfBytes(suite: HashSuite, bytes: Uint8Array): Digest {
  const hash = sha256(bytes);
  return hashLeaf(
    suite,
    Array.from({ length: 16 }, (_, i) => hash[2 * i]! + 256 * hash[2 * i + 1]!),
  );
}

/** @throws {TypeError} unless `key` is a machine key. */
export function checkMachineKey(name: string, key: MachineKey): void {
  checkObject(name, key, 'what createMachineKey returned', ['suite', 'machine', 'shapes', 'digest']);
}

/** @throws {TypeError} {@link RangeError} unless `key` is a preprocessed key. */
export function checkPreprocessedKey(name: string, key: PreprocessedKey): void {
  checkObject(name, key, 'a preprocessed key', ['logHeights', 'root']);
  checkArray(`${name}.logHeights`, key.logHeights, (item, x) => checkInteger(item, x, MIN_LOG_HEIGHT, MAX_LOG_HEIGHT));
  checkArray(`${name}.root`, key.root, (item, x) => checkInteger(item, x, 0, P - 1));
}

/**
 * Derives the key of a machine. Deterministic.
 * @param sizes - log2 of the cells of each shape, rising, at least one.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function createMachineKey(suite: HashSuite, machine: Machine, sizes: readonly number[]): MachineKey {
  checkObject('suite', suite, 'a hash suite', ['name', 'digestLength', 'node', 'leaf']);
  checkMachine('machine', machine);
  checkArray('sizes', sizes, (name, size) => checkInteger(name, size, MIN_SHAPE, MAX_SHAPE));
  if (sizes.length === 0 || sizes.some((size, i) => i > 0 && size <= sizes[i - 1]!))
    throw new RangeError(`sizes must rise and be at least one, got [${sizes.join(', ')}]`);
  const shapes = sizes.map((variables, index) => ({ index, variables, witness: witnessParameters(variables) }));
  const description = JSON.stringify([
    ['weft', PROTOCOL_VERSION, P, DEGREE, Array.from(suiteFingerprint(suite))],
    [machine.name, machine.rowBits, machine.leafBits],
    machine.chips.map(describeChip),
    shapes.map((s) => [s.index, s.variables, s.witness]),
    [MIN_LOG_HEIGHT, MAX_LOG_HEIGHT, machine.preprocessedChips],
    // Whatever the heights: the commitment's size decides.
    Array.from({ length: MAX_PREPROCESSED_VARIABLES + 1 }, (_, m) =>
      m < MIN_LOG_HEIGHT ? 'none' : preprocessedParameters(m),
    ),
  ]);
  return { suite, machine, shapes, digest: digestOfBytes(suite, new TextEncoder().encode(description)) };
}

/** log2 of the cells of the preprocessed commitment, for preprocessed tables of these heights; 0 when there are none. */
export function preprocessedVariables(machine: Machine, logHeights: readonly number[]): number {
  return Math.ceil(Math.log2(Math.max(1, packBlocks(preprocessedWidths(machine), logHeights).cells)));
}

/** Per chip, the height that the proof does not choose, else `undefined`. */
export function givenLogHeights(machine: Machine, { logHeights }: PreprocessedKey): (number | undefined)[] {
  return machine.chips.map(({ fixed }, k) => {
    if (fixed.kind === 'structured') return fixed.table.logHeight;
    return fixed.kind === 'preprocessed' ? logHeights[machine.preprocessedChips.indexOf(k)]! : undefined;
  });
}

/** The smallest shape that tables of these heights fit. @throws {ResourceError} SHARD_TOO_LARGE when none does. */
export function chooseShape(key: MachineKey, logHeights: readonly (number | undefined)[]): Shape {
  const { cells } = packBlocks(committedWidths(key.machine), logHeights);
  const shape = key.shapes.find((s) => cells <= 2 ** s.variables);
  if (shape === undefined) {
    const largest = key.shapes.at(-1)!.variables;
    throw new ResourceError('SHARD_TOO_LARGE', `the tables need ${cells} cells, but one proof holds 2^${largest}`, {
      cells,
    });
  }
  return shape;
}
