/**
 * @module The prover of one proof over any machine; mirrors verify/verify step by step.
 */

import { ResourceError } from '@weft/primitives';
import { add, type Ext, mul, ONE, powers, sub } from '@weft/primitives/field/ext';
import { createExtVector, type ExtVector, getExt, setExt } from '@weft/primitives/field/ext-vector';
import { eqTable } from '@weft/primitives/field/multilinear';
import type { Chip } from '../air/chip.ts';
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import { BASE_FIELD, BaseBlockEvaluator, BLOCK_ROWS } from '../air/evaluate.ts';
import type { Trace } from '../air/trace.ts';
import { programParameters } from '../pcs/parameters.ts';
import { heightCode, packBlocks, SHARED_ROW_BITS, type StackedTable, stack, stackWeights } from '../pcs/stacking.ts';
import { ProverChannel } from '../transcript/channel.ts';
import { BETA_COUNT, createFingerprint, type Fingerprint } from '../verify/fingerprint.ts';
import {
  committedWidths,
  givenLogHeight,
  type MachineKey,
  type ProgramKey,
  programVariables,
  type Shape,
} from '../verify/key.ts';
import { accumulateBase } from './blocks.ts';
import { type Fractions, proveGkr } from './gkr.ts';
import { type Committed, commit, proveWhir, sharedPoint } from './whir.ts';
import { proveZerocheck, summandOf, type ZerocheckTable } from './zerocheck.ts';

/** What setup keeps of a program for the prover. */
export interface ProgramCommitment {
  readonly key: ProgramKey;
  /** The program's columns one after another. */
  readonly values: Uint32Array;
  readonly commitment: Committed;
}

/** A stage of the work and how much of it is done, from 0 to 1. */
export type ProgressListener = (stage: string, fraction: number) => void;

/** Commits to a program's columns, each of 2^logHeight rows. */
export function commitProgram(key: MachineKey, columns: readonly Uint32Array[], logHeight: number): ProgramCommitment {
  const variables = programVariables(key.machine, logHeight);
  const values = new Uint32Array(2 ** variables);
  for (const [c, column] of columns.entries()) values.set(column, c * 2 ** logHeight);
  const commitment = commit(key.suite, programParameters(variables).rounds[0]!, values, 1);
  return { key: { logHeight, root: commitment.tree.root }, values, commitment };
}

/** The smallest shape that the tables fit. @throws {ResourceError} when none does. */
export function chooseShape(key: MachineKey, logHeights: readonly (number | undefined)[]): Shape {
  const { cells } = packBlocks(committedWidths(key.machine), logHeights);
  const shape = key.shapes.find((s) => cells <= 2 ** s.variables);
  if (shape === undefined) {
    const largest = key.shapes.at(-1)!.variables;
    throw new ResourceError('SHARD_TOO_LARGE', `the run needs ${cells} trace cells, but one shard holds 2^${largest}`, {
      cells,
    });
  }
  return shape;
}

/**
 * Proves the traces.
 * @param traces - per chip of the machine, `undefined` when it has no rows.
 * @param words - the statement's words; they must match what the traces put on the public buses.
 */
export function proveTraces(
  key: MachineKey,
  program: ProgramCommitment,
  traces: readonly (Trace | undefined)[],
  words: readonly number[],
  progress: ProgressListener = () => {},
): Uint8Array {
  const { machine, suite } = key;
  const channel = new ProverChannel(suite);
  const { transcript } = channel;
  const logHeights = traces.map((t) => t?.logHeight);
  const shape = chooseShape(key, logHeights);
  channel.send('shape', [shape.index]);
  transcript.observe('key', [...key.digest, shape.index, program.key.logHeight]);
  transcript.observe('program', program.key.root);
  transcript.observe('statement', words);
  for (const [k, chip] of machine.chips.entries()) {
    if (givenLogHeight(chip, program.key) === undefined) channel.send('height', [heightCode(logHeights[k])]);
  }
  const tables: StackedTable[] = machine.chips.map((_, k) => ({
    logHeight: logHeights[k],
    columns: traces[k]?.columns ?? [],
  }));
  const stacked = tables.map((t, k) =>
    t.logHeight === undefined ? { ...t, columns: machine.chips[k]!.columns.map(() => new Uint32Array()) } : t,
  );
  const { offsets } = packBlocks(committedWidths(machine), logHeights);
  transcript.observe(
    'offsets',
    offsets.map((o) => o / 2 ** MIN_LOG_HEIGHT),
  );
  progress('commit', 0);
  const values = stack(stacked, shape.variables);
  const commitment = commit(suite, shape.witness.rounds[0]!, values, 1);
  channel.send('root', commitment.tree.root);

  progress('gkr', 0.35);
  const alpha = transcript.challenge('bus/alpha');
  const fingerprint = createFingerprint(EXT_FIELD, alpha, transcript.challenges('bus/beta', BETA_COUNT));
  const leaves = machine.chips.flatMap((chip, k) => fractionsOf(chip, traces[k], fingerprint));
  const leafClaim = proveGkr(channel, machine.rowBits, machine.interactionBits, leaves);

  progress('zerocheck', 0.65);
  const zerocheckAlpha = transcript.challenge('zerocheck/alpha');
  const epsilon = transcript.challenge('zerocheck/epsilon');
  const constraintPowers = powers(zerocheckAlpha, machine.constraintCount + 1).slice(1);
  const rowPoint = leafClaim.point.slice(0, machine.rowBits);
  const interactionEq = eqTable(leafClaim.point.slice(machine.rowBits));
  const present = traces.flatMap((t, k) => (t === undefined ? [] : [{ trace: t, k }]));
  const zerocheckTables = present.map(({ trace, k }): ZerocheckTable => {
    const first = machine.interactionOffset[k]!;
    const context = {
      interactionWeights: trace.chip.interactions.map((_, i) => getExt(interactionEq, first + i)),
      constraintWeights: constraintPowers.slice(machine.constraintOffset[k]! - 1),
      epsilon,
      fingerprint,
    };
    let active: Ext = ONE;
    for (const x of rowPoint.slice(trace.logHeight)) active = mul(active, sub(ONE, x));
    const columns = [...trace.columns, ...trace.fixed];
    return { chip: trace.chip, logHeight: trace.logHeight, columns, summand: summandOf(trace.chip, context, active) };
  });
  const claim = add(leafClaim.numerator, mul(epsilon, sub(leafClaim.denominator, ONE)));
  const { rho, evaluations } = proveZerocheck(channel, machine.rowBits, rowPoint, claim, zerocheckTables);
  const byChip = new Map(present.map(({ k }, i) => [k, evaluations[i]!]));
  for (const [k, chip] of machine.chips.entries()) {
    const values = byChip.get(k)?.slice(0, chip.columns.length);
    if (values === undefined) channel.sendAbsent('evaluations', 5 * chip.columns.length);
    else channel.sendExt('evaluations', values);
  }
  const programChip = machine.chips[machine.programChip];
  const programValues =
    programChip === undefined ? [] : byChip.get(machine.programChip)!.slice(programChip.columns.length);
  channel.sendExt('program_evaluations', programValues);

  progress('open', 0.85);
  const gammas = powers(
    transcript.challenge('opening/gamma'),
    committedWidths(machine).reduce((a, w) => a + w, 0),
  );
  const weights = stackWeights(stacked, shape.variables, rho, gammas);
  proveWhir(channel, shape.witness, 'witness', values, commitment, sharedPoint(rho), weights);
  if (programValues.length > 0) openProgram(channel, key, program, rho, programValues.length);
  progress('done', 1);
  return channel.bytes();
}

const EXT_FIELD = {
  constant: (x: number): Ext => [x, 0, 0, 0, 0],
  add,
  sub,
  mul,
};

/** The leaves of one chip's interactions over its real rows; `undefined` each when the table is absent. */
function fractionsOf(chip: Chip, trace: Trace | undefined, fingerprint: Fingerprint<Ext>): (Fractions | undefined)[] {
  if (trace === undefined) return chip.interactions.map(() => undefined);
  const rows = 2 ** trace.logHeight;
  const evaluator = new BaseBlockEvaluator(chip.nodes);
  const columns = [...trace.columns, ...trace.fixed];
  const out = chip.interactions.map(() => ({ p: createExtVector(rows), d: createExtVector(rows) }));
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start);
    evaluator.run(columns, start, count);
    for (const [i, interaction] of chip.interactions.entries()) {
      const { p, d } = out[i]!;
      const counts = evaluator.values[interaction.count]!;
      const numerators = p.planes[0]!;
      for (let x = 0; x < count; x++)
        numerators[start + x] = interaction.sign === 1 ? counts[x]! : BASE_FIELD.sub(0, counts[x]!);
      const view: ExtVector = { length: count, planes: d.planes.map((plane) => plane.subarray(start, start + count)) };
      const constant = sub(add(fingerprint.alpha, EXT_FIELD.constant(interaction.bus.id)), ONE);
      for (let x = 0; x < count; x++) setExt(view, x, constant);
      for (const [j, node] of interaction.tuple.entries()) {
        accumulateBase(view, fingerprint.monomials[j + 1]!, evaluator.values[node]!, count);
      }
    }
  }
  return out;
}

function openProgram(
  channel: ProverChannel,
  key: MachineKey,
  program: ProgramCommitment,
  rho: readonly Ext[],
  columns: number,
): void {
  const h = program.key.logHeight;
  const variables = programVariables(key.machine, h);
  const gammas = powers(channel.transcript.challenge('program/gamma'), columns);
  const rows = eqTable(rho.slice(SHARED_ROW_BITS, h));
  const weights = createExtVector(2 ** (variables - SHARED_ROW_BITS));
  for (const [c, gamma] of gammas.entries()) {
    for (let x = 0; x < rows.length; x++) setExt(weights, c * rows.length + x, mul(gamma, getExt(rows, x)));
  }
  proveWhir(
    channel,
    programParameters(variables),
    'program',
    program.values,
    program.commitment,
    sharedPoint(rho),
    weights,
  );
}
