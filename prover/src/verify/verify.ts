/**
 * @module The verifier of one proof over any machine, top to bottom. Written once over the backend interface: no branch
 * here depends on a value, only on the key, the shape and the program's size.
 */
import { type Chip, MIN_LOG_HEIGHT } from '../air/chip.ts';
import type { PublicTuple } from '../air/machine.ts';
import { BETA_COUNT, createFingerprint, type Fingerprint, fingerprintOf } from '../protocol/fingerprint.ts';
import {
  committedWidths,
  givenLogHeight,
  type MachineKey,
  type ProgramKey,
  programVariables,
  type Shape,
} from '../protocol/key.ts';
import { programParameters } from '../protocol/parameters.ts';
import { eqStep, evaluateStackWeight, heightCode, pick, runningSums, tensor } from '../protocol/stacking.ts';
import type { Backend } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { verifyGkr } from './gkr.ts';
import { verifyWhir } from './whir.ts';
import { constraintPowers, evaluateChip, verifyZerocheckRounds } from './zerocheck.ts';

/** What the proof is about, as values of the backend. */
export interface PublicInput<F> {
  /** Observed first. Holds every value that the public tuples are made of. */
  readonly words: readonly F[];
  readonly tuples: readonly PublicTuple<F>[];
}

/** Shape data of a table: one-hot height (all zero when absent) and the sum of those bits. */
interface TableHeight<F> {
  readonly bits: readonly F[];
  readonly presence: F;
}

/**
 * Accepts or throws.
 * @param programRoot - the program commitment's root as backend values; its height is part of the shape.
 * @throws {VerificationError} on the native backend, with the reason.
 */
export function verifyProof<F, E>(
  channel: VerifierChannel<F, E>,
  key: MachineKey,
  shape: Shape,
  program: ProgramKey,
  programRoot: readonly F[],
  input: PublicInput<F>,
): void {
  const { backend: b, transcript } = channel;
  const { machine } = key;
  const widths = committedWidths(machine);
  const constants = (values: readonly number[]): F[] => values.map((x) => b.felt(x));
  transcript.observe('key', constants([...key.digest, shape.index, program.logHeight]));
  transcript.observe('program', programRoot);
  transcript.observe('statement', input.words);

  // Heights and offsets before anything random: they say which polynomial each cell belongs to.
  const heights = machine.chips.map((chip) => receiveHeight(channel, chip, program));
  const offsets = b.readOffsets(heights.map((h) => h.code));
  transcript.observe('offsets', offsets);
  const offsetBits = offsets.map((o) => b.bits(o, shape.variables - MIN_LOG_HEIGHT, 'stacking'));
  const root = channel.receive('root', key.suite.digestLength);

  const alpha = transcript.challenge('bus/alpha');
  const fingerprint = createFingerprint(b, alpha, transcript.challenges('bus/beta', BETA_COUNT));
  const publicSum = sumPublicTuples(b, fingerprint, input.tuples);
  const leaves = verifyGkr(channel, machine.rowBits, machine.leafBits, publicSum);

  const batching = {
    alpha: transcript.challenge('zerocheck/alpha'),
    epsilon: transcript.challenge('zerocheck/epsilon'),
  };
  const { rho, claim } = verifyZerocheckRounds(channel, machine.rowBits, leaves, batching);
  const columns = machine.chips.map((chip, k) =>
    channel.receiveExt('evaluations', chip.columns.length, heights[k]!.presence),
  );
  const programColumns = channel.receiveExt('program_evaluations', programColumnCount(key));

  // The claim left by the zerocheck, recomputed from the columns.
  const powers = constraintPowers(b, machine, batching.alpha);
  const rowPoint = leaves.point.slice(0, machine.rowBits);
  const leafWeights = tensor(b, leaves.point.slice(machine.rowBits));
  // suffix[h]: the weight with which rows beyond 2^h are 0/1 fractions and so drop out.
  const suffix = new Array<E>(machine.rowBits + 1).fill(b.constant(1));
  for (let i = machine.rowBits - 1; i >= 0; i--) suffix[i] = b.mul(suffix[i + 1]!, b.sub(b.constant(1), rowPoint[i]!));
  let total = b.constant(0);
  for (const [k, chip] of machine.chips.entries()) {
    const first = machine.leafOffset[k]!;
    const context = {
      leafWeights: leafWeights.slice(first, first + chip.leaves.length),
      constraintWeights: powers.slice(machine.constraintOffset[k]! - 1),
      epsilon: batching.epsilon,
      fingerprint,
    };
    const values = [...columns[k]!, ...fixedColumns(b, chip, rho, programColumns)];
    const { constraints, buses } = evaluateChip(b, chip, values, context);
    const { bits, presence } = heights[k]!;
    const active = pick(
      b,
      bits,
      bits.map((_, j) => suffix[MIN_LOG_HEIGHT + j]!),
    );
    total = b.add(total, b.add(b.mulBase(constraints, presence), b.mul(active, buses)));
  }
  b.assertEqual(claim, total, 'zerocheck', 'constraints and buses at the final point');

  // Both openings: the witness at rho, all columns joined by powers of gamma, and the program's columns likewise.
  const gammas = geometric(
    b,
    transcript.challenge('opening/gamma'),
    widths.reduce((a, w) => a + w, 0),
  );
  const firstColumn = runningSums(widths);
  let opened = b.constant(0);
  for (const [k, values] of columns.entries()) {
    let table = b.constant(0);
    for (const [c, value] of values.entries()) table = b.add(table, b.mul(gammas[firstColumn[k]! + c]!, value));
    opened = b.add(opened, b.mulBase(table, heights[k]!.presence));
  }
  const stacking = { heights: heights.map((h) => h.bits), offsetBits };
  verifyWhir(channel, shape.witness, 'witness', root, opened, (z) =>
    evaluateStackWeight(b, widths, stacking, rho, z, gammas),
  );
  if (programColumns.length > 0) verifyProgram(channel, key, program, programRoot, rho, programColumns);
}

function receiveHeight<F, E>(
  channel: VerifierChannel<F, E>,
  chip: Chip,
  program: ProgramKey,
): TableHeight<F> & { code: F } {
  const { backend: b } = channel;
  const given = givenLogHeight(chip, program);
  const size = (given ?? chip.maxLogHeight) - MIN_LOG_HEIGHT + 1;
  if (given !== undefined) {
    const bits = Array.from({ length: size }, (_, j) => b.felt(j === size - 1 ? 1 : 0));
    return { bits, presence: b.felt(1), code: b.felt(heightCode(given)) };
  }
  const [code] = channel.receive('height', 1);
  const bits = b.oneHot(code!, size, 'height');
  return { bits, presence: bits.reduce((x, y) => b.addFelt(x, y)), code: code! };
}

function sumPublicTuples<F, E>(b: Backend<F, E>, fingerprint: Fingerprint<E>, tuples: readonly PublicTuple<F>[]): E {
  let sum = b.constant(0);
  for (const { bus, sign, tuple } of tuples) {
    const elements = tuple.map((t) => b.mulBase(b.constant(1), t));
    const term = b.inverse(fingerprintOf(b, fingerprint, bus, elements), 'gkr');
    sum = sign === 1 ? b.add(sum, term) : b.sub(sum, term);
  }
  return sum;
}

function programColumnCount(key: MachineKey): number {
  return key.machine.programChip < 0 ? 0 : key.machine.chips[key.machine.programChip]!.fixedColumns.length;
}

function fixedColumns<F, E>(
  b: Backend<F, E>,
  chip: Chip,
  rho: readonly E[],
  programColumns: readonly E[],
): readonly E[] {
  if (chip.fixed.kind === 'none') return [];
  if (chip.fixed.kind === 'program') return programColumns;
  return chip.fixed.table.formula(b, rho.slice(0, chip.fixed.table.logHeight));
}

/** 1, x, x^2, ... */
function geometric<F, E>(b: Backend<F, E>, x: E, count: number): E[] {
  const out: E[] = [];
  let power = b.constant(1);
  for (let i = 0; i < count; i++) {
    out.push(power);
    power = b.mul(power, x);
  }
  return out;
}

/** Column c of the program fills cells [c 2^h, (c + 1) 2^h) of its commitment. */
function verifyProgram<F, E>(
  channel: VerifierChannel<F, E>,
  key: MachineKey,
  program: ProgramKey,
  root: readonly F[],
  rho: readonly E[],
  values: readonly E[],
): void {
  const { backend: b, transcript } = channel;
  const gammas = geometric(b, transcript.challenge('program/gamma'), values.length);
  let claim = b.constant(0);
  for (const [c, value] of values.entries()) claim = b.add(claim, b.mul(gammas[c]!, value));
  const h = program.logHeight;
  verifyWhir(channel, programParameters(programVariables(key.machine, h)), 'program', root, claim, (z) => {
    let rows = b.constant(1);
    for (let i = 0; i < h; i++) rows = b.mul(rows, eqStep(b, rho[i]!, z[i]!));
    const selectors = tensor(b, z.slice(h));
    let columns = b.constant(0);
    for (const [c, gamma] of gammas.entries()) columns = b.add(columns, b.mul(gamma, selectors[c]!));
    return b.mul(rows, columns);
  });
}
