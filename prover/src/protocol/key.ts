/**
 * @module Keys. A machine key holds everything that is the same for all programs; a program key what setup derives from
 * one program. Neither is ever taken from a proof.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { P } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';
import type { Digest } from '@weft/primitives/hash/modes';
import { hashLeaf } from '@weft/primitives/hash/modes';
import { type HashSuite, suiteFingerprint } from '@weft/primitives/hash/suite';
import { type Chip, MIN_LOG_HEIGHT } from '../air/chip.ts';
import type { Machine } from '../air/machine.ts';
import { programParameters, type WhirParameters, witnessParameters } from './parameters.ts';

/** Changes whenever a proof of one version must not pass for a proof of another. */
export const PROTOCOL_VERSION = 1;

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

/** The committed program columns, as the verifier knows them. */
export interface ProgramKey {
  readonly logHeight: number;
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
    chip.interactions.map((i) => [i.bus.id, i.bus.kind, i.sign, i.tuple, i.count, i.countBound ?? 'free']),
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

/** @param sizes - log2 of the cells of each shape, rising. */
export function createMachineKey(suite: HashSuite, machine: Machine, sizes: readonly number[]): MachineKey {
  const shapes = sizes.map((variables, index) => ({ index, variables, witness: witnessParameters(variables) }));
  const description = JSON.stringify([
    ['weft', PROTOCOL_VERSION, P, DEGREE, Array.from(suiteFingerprint(suite))],
    [machine.name, machine.rowBits, machine.leafBits],
    machine.chips.map(describeChip),
    shapes.map((s) => [s.index, s.variables, s.witness]),
    [
      MIN_LOG_HEIGHT,
      Array.from({ length: 16 }, (_, h) => programParameters(programVariables(machine, MIN_LOG_HEIGHT + h))),
    ],
  ]);
  return { suite, machine, shapes, digest: digestOfBytes(suite, new TextEncoder().encode(description)) };
}

/** log2 of the cells of the program commitment. */
export function programVariables(machine: Machine, logHeight: number): number {
  const columns = machine.programChip < 0 ? 1 : machine.chips[machine.programChip]!.fixedColumns.length;
  return logHeight + Math.ceil(Math.log2(columns));
}

/** Height of a chip that the proof does not choose, else `undefined`. */
export function givenLogHeight(chip: Chip, program: ProgramKey): number | undefined {
  if (chip.fixed.kind === 'structured') return chip.fixed.table.logHeight;
  return chip.fixed.kind === 'program' ? program.logHeight : undefined;
}

/** Widths of the committed parts of all tables. */
export function committedWidths(machine: Machine): number[] {
  return machine.chips.map((chip) => chip.columns.length);
}
