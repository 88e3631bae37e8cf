/**
 * @module Keys. A machine key holds everything that is the same for all programs; a preprocessed key what setup derives
 * from one program. Neither is ever taken from a proof.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { ConstraintError, ResourceError } from '@weft/primitives';
import { checkArray, checkInteger, checkName, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';
import type { Digest } from '@weft/primitives/hash/modes';
import { hashLeaf } from '@weft/primitives/hash/modes';
import { type HashSuite, suiteFingerprint } from '@weft/primitives/hash/suite';
import { type Bus, type Chip, type FixedSource, MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '../air/chip.ts';
import type { Node } from '../air/expr.ts';
import { checkMachine, committedWidths, joinChips, type Machine, preprocessedWidths } from '../air/machine.ts';
import type { StatementLayout } from '../air/statement.ts';
import { closedForm } from '../air/structured.ts';
import { argumentTerms } from './argument-terms.ts';
import { type Opening, openingTerms, type SecurityTerm } from './opening-terms.ts';
import {
  checkWhirParameters,
  preprocessedParameters,
  TARGET_BITS,
  type WhirParameters,
  witnessParameters,
} from './parameters.ts';
import { type CheckedSet, type ChipSet, checkSets, MAX_SHAPE } from './sets.ts';
import { cellsOf, mostLogHeight } from './stacking.ts';
import { PROTOCOL_VERSION } from './version.ts';

/** log2 of the least cells of a preprocessed commitment: below that its code has fewer rows than kernels hash at once. */
const MIN_PREPROCESSED_VARIABLES = 10;
/** log2 of the most cells that a preprocessed commitment may have. */
export const MAX_PREPROCESSED_VARIABLES = 26;

/** Chips and a commitment size. Heights inside it are the proof's data. */
export interface Shape {
  readonly index: number;
  /** Name of the set of chips. */
  readonly set: string;
  /** The chips that proofs of this shape may have tables of, as a machine of their own. */
  readonly machine: Machine;
  /** log2 of the cells of the stacked commitment. */
  readonly variables: number;
  readonly witness: WhirParameters;
}

/** What proofs under a key stand for. */
export interface ProofUse {
  /**
   * What one proof is, such as `shard`. Observed before anything else, so that a proof made as one thing never passes for
   * another, whatever else the two have in common.
   */
  readonly role: string;
  /** The rule by which several proofs stand for something together, as the data that the rule is applied from. */
  readonly rule?: Json;
}

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface MachineKey {
  readonly suite: HashSuite;
  /** All chips. Those of a proof are its shape's. */
  readonly machine: Machine;
  readonly use: ProofUse;
  /** What is observed of the role: eight elements. */
  readonly roleTag: Digest;
  /** Set by set, rising in size; of a key of some sets, theirs. */
  readonly shapes: readonly Shape[];
  /** Openings of preprocessed commitments of 2^{@link MIN_LOG_HEIGHT} cells, twice as many, and so on. */
  readonly preprocessed: readonly WhirParameters[];
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

function describeNode(n: Node): unknown {
  return n.op === 'constant' ? ['k', n.value] : n.op === 'column' ? ['c', n.column] : [n.op, n.a, n.b];
}

function describeBus({ name, id, kind, arity }: Bus): unknown {
  return [name, id, kind, arity];
}

/** The closed form and nothing else: it is what the verifier takes for the table. */
function describeFixed(fixed: FixedSource): unknown {
  if (fixed.kind !== 'structured' && fixed.kind !== 'periodic') return fixed.kind;
  const { nodes, columns } = closedForm(fixed.table);
  return [fixed.kind, fixed.table.logHeight, nodes.map(describeNode), columns];
}

function describeStatement({ words, tuples }: StatementLayout): unknown {
  return [words, tuples.map(({ bus, sign, tuple }) => [describeBus(bus), sign, tuple])];
}

/** Canonical description of a chip: everything that constraints, buses and layout depend on. */
function describeChip(chip: Chip): unknown {
  return [
    chip.name,
    chip.maxLogHeight,
    chip.columns.map((c) => c.name),
    chip.fixedColumns,
    describeFixed(chip.fixed),
    chip.nodes.map(describeNode),
    chip.constraints.map((c) => [c.name, c.node]),
    chip.interactions.map((i) => [describeBus(i.bus), i.sign, i.tuple, i.count, i.countBound ?? 'free']),
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

/** Where key generation takes parameters from, for a commitment of 2^variables cells. */
export interface ParameterRules {
  witness(variables: number): WhirParameters;
  preprocessed(variables: number): WhirParameters;
}

/**
 * Derives the key of a machine. Deterministic.
 * @param sizes - log2 of the cells of each shape, rising, at least one; or sets of chips, each with its own.
 * @param use - what its proofs stand for.
 * @param rules - others than the usual ones for proofs that have to be short; tests pass more.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 * @throws {ConstraintError} PARAMETERS when an opening breaks a rule of its own, or a term misses the target; SETS for a set that
 * names a chip that there is not or twice, leaves a preprocessed one out, or shares its name.
 */
export function createMachineKey(
  suite: HashSuite,
  machine: Machine,
  sizes: readonly number[] | readonly ChipSet[],
  use: ProofUse,
  rules: ParameterRules = USUAL_RULES,
): MachineKey {
  checkObject('use', use, 'the use of proofs', ['role']);
  checkName('use.role', use.role);
  checkObject('suite', suite, 'a hash suite', ['name', 'digestLength', 'node', 'leaf']);
  checkMachine('machine', machine);
  const shapes = shapesOf(checkSets(machine, sizes), rules);
  const preprocessed = preprocessedOpenings(machine, rules);
  const description = JSON.stringify([
    ['weft', PROTOCOL_VERSION, P, DEGREE, Array.from(suiteFingerprint(suite))],
    [use.role, use.rule ?? null],
    [machine.name, machine.rowBits, machine.leafBits],
    describeStatement(machine.statement),
    machine.chips.map(describeChip),
    shapes.map((s) => [s.index, s.variables, s.witness, ...describeSet(machine, s)]),
    [MIN_LOG_HEIGHT, MAX_LOG_HEIGHT, MIN_PREPROCESSED_VARIABLES, machine.preprocessedChips],
    // Whatever the heights: the commitment's size decides.
    preprocessed,
  ]);
  const digest = digestOfText(suite, description);
  return { suite, machine, use, roleTag: roleTag(suite, use), shapes, preprocessed, digest };
}

/** A set of a machine key of which a part is made. */
export interface PlacedSet extends ChipSet {
  /** Index of its first shape in the whole key. */
  readonly first: number;
}

/**
 * A key of some sets of a machine, without the chips that only others have: it proves and verifies what the whole key does of its
 * shapes, byte for byte.
 * @param machine - the chips of these sets, in the order of the whole machine.
 * @param digest - of the whole key. It binds machine and sets only as far as whoever gives it has made the whole key of them.
 * @throws as {@link createMachineKey}.
 */
export function createPartialKey(
  suite: HashSuite,
  machine: Machine,
  sets: readonly PlacedSet[],
  use: ProofUse,
  digest: Digest,
  rules: ParameterRules = USUAL_RULES,
): MachineKey {
  checkMachine('machine', machine);
  const shapes = checkSets(machine, sets, joinChips).flatMap((set, i) => shapesOf([set], rules, sets[i]!.first));
  const preprocessed = preprocessedOpenings(machine, rules);
  return { suite, machine, use, roleTag: roleTag(suite, use), shapes, preprocessed, digest };
}

const USUAL_RULES: ParameterRules = { witness: witnessParameters, preprocessed: preprocessedParameters };

const total = (widths: readonly number[]): number => widths.reduce((a, b) => a + b, 0);

const digestOfText = (suite: HashSuite, text: string): Digest => digestOfBytes(suite, new TextEncoder().encode(text));

const roleTag = (suite: HashSuite, { role }: ProofUse): Digest => digestOfText(suite, `weft role ${role}`);

/** @param first - index of the first. @throws {ConstraintError} PARAMETERS */
function shapesOf(sets: readonly CheckedSet[], rules: ParameterRules, first: number = 0): Shape[] {
  const placed = sets.flatMap((set) => set.sizes.map((variables) => ({ ...set, variables })));
  return placed.map(({ name, machine, variables }, i): Shape => {
    const parameters = rules.witness(variables);
    const claims = total(committedWidths(machine));
    // Else cells modulo p could seem to fit.
    if (claims * 2 ** (MAX_LOG_HEIGHT - MIN_LOG_HEIGHT) >= P - 2 ** (MAX_SHAPE + 1 - MIN_LOG_HEIGHT))
      throw new ConstraintError('PARAMETERS', `machine ${machine.name} has too many columns: ${claims}`);
    const witness = checkedOpening({ name: 'witness', parameters, claims, recomputed: false });
    checkTerms(argumentTerms(machine, variables, witness.rounds[0]!));
    return { index: first + i, set: name, machine, variables, witness };
  });
}

/** @throws {ConstraintError} PARAMETERS */
function preprocessedOpenings(machine: Machine, rules: ParameterRules): WhirParameters[] {
  return Array.from({ length: MAX_PREPROCESSED_VARIABLES + 1 - MIN_LOG_HEIGHT }, (_, i) => {
    const parameters = rules.preprocessed(MIN_LOG_HEIGHT + i);
    // Without preprocessed columns there is no claim, and nothing that joining them could cost.
    const claims = total(preprocessedWidths(machine));
    return checkedOpening({ name: 'preprocessed', parameters, claims, recomputed: true });
  });
}

/** What a shape whose proofs lack some chips says besides. */
function describeSet(machine: Machine, { set, machine: own }: Shape): unknown[] {
  if (own === machine) return [];
  return [set, own.chips.map((chip) => machine.chips.indexOf(chip)), own.rowBits, own.leafBits];
}

/** A key does not exist whose openings, or what is argued before them, are weaker than the target. */
function checkedOpening(opening: Opening): WhirParameters {
  checkWhirParameters(opening.parameters, opening.recomputed);
  checkTerms(openingTerms(opening));
  return opening.parameters;
}

function checkTerms(terms: readonly SecurityTerm[]): void {
  const weak = terms.find(({ bits }) => bits < TARGET_BITS);
  if (weak === undefined) return;
  const { name, bits } = weak;
  throw new ConstraintError('PARAMETERS', `${name} has ${bits.toFixed(2)} bits, fewer than ${TARGET_BITS}`, { bits });
}

/** How a preprocessed commitment of tables of these heights is opened. */
export function preprocessedOpening(key: MachineKey, logHeights: readonly number[]): WhirParameters {
  return key.preprocessed[preprocessedVariables(key.machine, logHeights) - MIN_LOG_HEIGHT]!;
}

/** log2 of the cells of the preprocessed commitment, for preprocessed tables of these heights; 0 when there are none. */
export function preprocessedVariables(machine: Machine, logHeights: readonly number[]): number {
  const cells = cellsOf(preprocessedWidths(machine), logHeights);
  return cells === 0 ? 0 : Math.max(MIN_PREPROCESSED_VARIABLES, Math.ceil(Math.log2(cells)));
}

/** Per chip, the height that the proof does not choose, else `undefined`. */
export function givenLogHeights(
  machine: Machine,
  { logHeights }: Pick<PreprocessedKey, 'logHeights'>,
): (number | undefined)[] {
  return machine.chips.map(({ fixed }, k) => {
    if (fixed.kind === 'structured') return fixed.table.logHeight;
    return fixed.kind === 'preprocessed' ? logHeights[machine.preprocessedChips.indexOf(k)]! : undefined;
  });
}

/**
 * Row variables of a proof's sumchecks: log2 of the rows of the highest table that it can have. Most cannot be nearly as high as the machine
 * allows, in so few cells; those that the key gives are as high as they are.
 */
export function rowBitsOf({ machine, variables }: Shape, preprocessed: Pick<PreprocessedKey, 'logHeights'>): number {
  const given = givenLogHeights(machine, preprocessed);
  const most = machine.chips.map(({ maxLogHeight, columns }) => mostLogHeight(maxLogHeight, columns.length, variables));
  return Math.max(MIN_LOG_HEIGHT, ...most.map((height, k) => given[k] ?? height));
}

/** Whether proofs of a shape have sparse lookup tables in place of whole ones, which it lacks. */
export function isSparse({ machine: { chips } }: Shape): boolean {
  return chips.some(({ sparse }) => sparse !== undefined && !chips.some(({ name }) => name === sparse));
}

/** Of what there is for each chip of the whole machine, that of a shape's. */
export function ofShape<T>({ machine: whole }: MachineKey, { machine }: Shape, items: readonly T[]): T[] {
  return items.filter((_, k) => machine.chips.includes(whole.chips[k]!));
}

/**
 * The first shape that has the chips of these tables, and which they fit. Structured tables are every proof's: those that a shape lacks do
 * not count.
 * @param logHeights - per chip of the whole machine.
 * @throws {ResourceError} SHARD_TOO_LARGE when none does.
 */
export function chooseShape(key: MachineKey, logHeights: readonly (number | undefined)[]): Shape {
  const chosen = candidatesFor(key, logHeights);
  if (chosen.shape === undefined) {
    const { cells, largest } = chosen;
    const message = `the tables need ${cells} cells, but one proof holds 2^${largest}`;
    throw new ResourceError('SHARD_TOO_LARGE', message, { cells });
  }
  return chosen.shape;
}

/** As {@link chooseShape}; `undefined` when they fit none. */
export function findShape(key: MachineKey, logHeights: readonly (number | undefined)[]): Shape | undefined {
  return candidatesFor(key, logHeights).shape;
}

function candidatesFor(
  key: MachineKey,
  logHeights: readonly (number | undefined)[],
): { readonly shape: Shape | undefined; readonly cells: number; readonly largest: number } {
  const chosen = key.machine.chips.filter((c, k) => logHeights[k] !== undefined && c.fixed.kind !== 'structured');
  const sparse = chosen.some((chip) => chip.sparse !== undefined);
  const covering = key.shapes.filter(
    (shape) => isSparse(shape) === sparse && chosen.every((chip) => shape.machine.chips.includes(chip)),
  );
  const cellsIn = (s: Shape): number => cellsOf(committedWidths(s.machine), ofShape(key, s, logHeights));
  const last = covering.at(-1);
  return {
    shape: covering.find((s) => cellsIn(s) <= 2 ** s.variables),
    cells: last === undefined ? cellsOf(committedWidths(key.machine), logHeights) : cellsIn(last),
    largest: last?.variables ?? 0,
  };
}

/** The shape of an index; `undefined` where the key has none. */
export function shapeAt({ shapes }: MachineKey, index: number): Shape | undefined {
  return shapes.find((shape) => shape.index === index);
}

/** The shape that a proof names in its first word, if the key has it. Says nothing about the proof's validity. */
export function shapeOf(key: MachineKey, proof: Uint8Array): Shape | undefined {
  if (proof.length < 4) return undefined;
  return shapeAt(key, new DataView(proof.buffer, proof.byteOffset).getUint32(0, true));
}
