/**
 * @module The prover of one proof over any machine; mirrors verify/verify step by step.
 */
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkMethods,
  checkObject,
  checkOptions,
  type OptionChecks,
} from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { add, type Ext, mul, ONE, powers, sub } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import { committedWidths } from '../air/machine.ts';
import { checkOptionalTable, type Table } from '../air/trace.ts';
import { BETA_COUNT, createFingerprint } from '../protocol/fingerprint.ts';
import {
  checkMachineKey,
  givenLogHeights,
  type MachineKey,
  preprocessedOpening,
  rowBitsOf,
  type Shape,
} from '../protocol/key.ts';
import { heightCode, packBlocks } from '../protocol/stacking.ts';
import { ProverChannel } from '../transcript/channel.ts';
import type { ProvingEngine, ProvingSession, ZerocheckTable } from './engine.ts';
import { proveGkr } from './gkr.ts';
import { kernelEngine } from './kernel/engine.ts';
import type { Preprocessed } from './preprocess.ts';
import { shapeTables } from './sparse.ts';
import { summandOf } from './summand.ts';
import { answerSamples, proveWhir } from './whir.ts';
import { proveZerocheck } from './zerocheck.ts';

/** A stage of the work and how much of it is done, from 0 to 1. */
export type ProgressListener = (stage: string, fraction: number) => void;

/** How to prove. */
export interface ProveOptions {
  readonly progress?: ProgressListener | undefined;
  /** The kernels, unless a test asks for their oracle. */
  readonly engine?: ProvingEngine | undefined;
}

const OPTIONS: OptionChecks<ProveOptions> = {
  progress: checkFunction,
  engine: (name, value) => checkMethods(name, value, 'a proving engine', ['count', 'session', 'commit', 'findNonce']),
};

/**
 * Proves the tables.
 * @param tables - per chip of the machine, whatever its sets, `undefined` when it has no rows; none of sparse lookup tables, whose rows
 * follow from the others. Their columns and events are read until the proof
 * is done, and must not be changed before; everything else is copied.
 * @param words - the statement's words; they must match what the tables put on the public buses.
 * @throws {RangeError} when the machine's statement has another number of words.
 */
export async function proveTables(
  key: MachineKey,
  preprocessed: Preprocessed,
  tables: readonly (Table | undefined)[],
  words: readonly number[],
  options: ProveOptions = {},
): Promise<Uint8Array> {
  checkMachineKey('key', key);
  checkObject('preprocessed', preprocessed, 'what preprocess returned', ['key', 'columns']);
  checkArray('tables', tables, checkOptionalTable);
  if (tables.length !== key.machine.chips.length)
    throw new RangeError(
      `tables must have ${key.machine.chips.length} entries, one for each chip, got ${tables.length}`,
    );
  checkArray('words', words, (name, x) => checkInteger(name, x, 0, P - 1));
  const statement = [...words];
  const { engine = kernelEngine, progress = () => {} } = checkOptions('options', options, OPTIONS);
  const { suite } = key;
  const expected = key.machine.statement.words.length;
  if (words.length !== expected) throw new RangeError(`a statement of ${words.length} words, not ${expected}`);
  progress('fill', 0);
  const { shape: chosen, tables: own } = await shapeTables(key, tables, engine);
  const rowBits = rowBitsOf(chosen, preprocessed.key);
  const shape: Shape = { ...chosen, machine: { ...chosen.machine, rowBits } };
  const onStage = (stage: string): void => progress(stage, 0.1);
  const { machine } = shape;
  return await engine.session({ suite, machine, shape, tables: own, onStage }, (session) =>
    runProof(key, preprocessed, shape, own, statement, session, engine, progress),
  );
}

async function runProof(
  key: MachineKey,
  preprocessed: Preprocessed,
  shape: Shape,
  tables: readonly (Table | undefined)[],
  words: readonly number[],
  session: ProvingSession,
  engine: ProvingEngine,
  progress: ProgressListener,
): Promise<Uint8Array> {
  const { suite } = key;
  const { machine } = shape;
  const channel = new ProverChannel(suite, engine.findNonce);
  const { transcript } = channel;
  const logHeights = tables.map((t) => t?.logHeight);
  transcript.observe('role', key.roleTag);
  channel.send('shape', [shape.index]);
  transcript.observe('key', [...key.digest, shape.index, ...preprocessed.key.logHeights]);
  transcript.observe('preprocessed', preprocessed.key.root);
  transcript.observe('statement', words);
  for (const [k, given] of givenLogHeights(machine, preprocessed.key).entries())
    if (given === undefined) channel.send('height', [heightCode(logHeights[k])]);
  const offsets = packBlocks(committedWidths(machine), logHeights, shape.variables);
  transcript.observe(
    'offsets',
    offsets.map((o) => o / 2 ** MIN_LOG_HEIGHT),
  );
  const commitment = await session.commitWitness();
  const first = shape.witness.rounds[0]!;
  channel.sendCap('cap', commitment, first.logCap);
  const samples = await answerSamples(channel, 'witness', first, session);

  progress('gkr', 0.35);
  const busAlpha = transcript.challenge('bus/alpha');
  const fingerprint = createFingerprint(EXT_FIELD, busAlpha, transcript.challenges('bus/beta', BETA_COUNT));
  const tree = await session.fractions(fingerprint);
  const leafClaim = await proveGkr(channel, machine.rowBits, machine.leafBits, tree);

  progress('zerocheck', 0.65);
  const constraintAlpha = transcript.challenge('zerocheck/alpha');
  const epsilon = transcript.challenge('zerocheck/epsilon');
  const constraintPowers = powers(constraintAlpha, machine.constraintCount + 1).slice(1);
  const rowPoint = leafClaim.point.slice(0, machine.rowBits);
  const leafEq = eqTable(leafClaim.point.slice(machine.rowBits));
  const present = tables.flatMap((t, k) => (t === undefined ? [] : [{ table: t, k }]));
  const summands = present.map(({ table, k }): ZerocheckTable => {
    const first = machine.leafOffset[k]!;
    const context = {
      leafWeights: leafEq.slice(first, first + table.chip.leaves.length),
      constraintWeights: constraintPowers.slice(machine.constraintOffset[k]! - 1),
      epsilon,
      fingerprint,
    };
    let active: Ext = ONE;
    for (const x of rowPoint.slice(table.logHeight)) active = mul(active, sub(ONE, x));
    return { table, summand: summandOf(table.chip, context, active) };
  });
  const [n0, n1, d0, d1] = leafClaim.children;
  const joined = (n: Ext, d: Ext): Ext => add(n, mul(epsilon, sub(d, ONE)));
  const sums = await session.zerocheck(summands, rowPoint);
  const rho = await proveZerocheck(channel, rowPoint, [joined(n0, d0), joined(n1, d1)], sums);
  const evaluations = await sums.evaluations();
  const byChip = new Map(present.map(({ k }, i) => [k, evaluations[i]!]));
  for (const [k, chip] of machine.chips.entries()) {
    const values = byChip.get(k)?.slice(0, chip.columns.length);
    if (values === undefined) channel.sendAbsent('evaluations', 5 * chip.columns.length);
    else channel.sendExt('evaluations', values);
  }
  const preprocessedValues = machine.preprocessedChips.map((k) =>
    byChip.get(k)!.slice(machine.chips[k]!.columns.length),
  );
  for (const values of preprocessedValues) channel.sendExt('preprocessed_evaluations', values);

  progress('open', 0.85);
  const committed = committedWidths(machine).reduce((a, w) => a + w, 0);
  const gammas = powers(transcript.challenge('opening/gamma'), committed);
  const opening = await session.openWitness(rho, gammas);
  await proveWhir(channel, shape.witness, 'witness', commitment, opening, samples);
  const { committed: fixed } = preprocessed;
  if (fixed !== undefined) {
    const parameters = preprocessedOpening(key, preprocessed.key.logHeights);
    channel.sendCap('preprocessed/cap', fixed.commitment, parameters.rounds[0]!.logCap);
    const fixedGammas = powers(transcript.challenge('preprocessed/gamma'), preprocessedValues.flat().length);
    const fixedOpening = await session.openPreprocessed(fixed.vector, rho, fixedGammas);
    await proveWhir(channel, parameters, 'preprocessed', fixed.commitment, fixedOpening, []);
  }
  progress('done', 1);
  return channel.bytes();
}

const EXT_FIELD = {
  constant: (x: number): Ext => [x, 0, 0, 0, 0],
  add,
  sub,
  mul,
};
