/**
 * @module The verifier of one proof over any machine, top to bottom. Written once over the backend interface: no branch
 * here depends on a value, only on the key, the shape and the heights of the preprocessed tables.
 */
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import { committedWidths, type Machine, preprocessedWidths } from '../air/machine.ts';
import { type PublicTuple, publicTuples } from '../air/statement.ts';
import { closedForm, evaluateForm } from '../air/structured.ts';
import { BETA_COUNT, createFingerprint, type Fingerprint, fingerprintOf } from '../protocol/fingerprint.ts';
import {
  givenLogHeights,
  type MachineKey,
  type PreprocessedKey,
  preprocessedOpening,
  preprocessedVariables,
  rowBitsOf,
  type Shape,
} from '../protocol/key.ts';
import {
  assertCellsFit,
  cellsOf,
  emptyParts,
  evaluateStackWeight,
  heightCode,
  joinColumns,
  mostLogHeight,
  packBlocks,
  pick,
  tensor,
} from '../protocol/stacking.ts';
import type { Backend } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { verifyGkr } from './gkr.ts';
import { assertCap } from './merkle.ts';
import { receiveSamples, verifyWhir } from './whir.ts';
import { constraintPowers, evaluateChip, verifyZerocheckRounds } from './zerocheck.ts';

/** Shape data of a table: one-hot height (all zero when absent) and the sum of those bits. */
interface TableHeight<F> {
  readonly bits: readonly F[];
  readonly presence: F;
}

/**
 * Receives the first word of a proof, the index of its shape. The role comes before it, so that no word of a proof made in
 * another role means anything.
 */
export function receiveShape<F, E>(channel: VerifierChannel<F, E>, key: MachineKey): F {
  const role = key.roleTag.map((x) => channel.backend.felt(x));
  channel.transcript.observe('role', role);
  return channel.receive('shape', 1)[0]!;
}

/**
 * Accepts or throws. The channel is at the start of the proof: the role has been observed, and the shape received.
 * @param preprocessed - its heights are part of the shape.
 * @param preprocessedRoot - the root in `preprocessed`, as backend values.
 * @param words - what the proof is about, laid out as the machine says.
 * @throws {VerificationError} on the native backend, with the reason.
 */
export function verifyProof<F, E>(
  channel: VerifierChannel<F, E>,
  key: MachineKey,
  shape: Shape,
  preprocessed: PreprocessedKey,
  preprocessedRoot: readonly F[],
  words: readonly F[],
): void {
  const { backend: b, transcript } = channel;
  const { machine } = shape;
  const rowBits = rowBitsOf(shape, preprocessed);
  const widths = committedWidths(machine);
  const constants = (values: readonly number[]): F[] => values.map((x) => b.felt(x));
  transcript.observe('key', constants([...key.digest, shape.index, ...preprocessed.logHeights]));
  transcript.observe('preprocessed', preprocessedRoot);
  transcript.observe('statement', words);

  // Heights and offsets before anything random: they say which polynomial each cell belongs to.
  const given = givenLogHeights(machine, preprocessed);
  const most = machine.chips.map((chip, k) => mostLogHeight(chip.maxLogHeight, widths[k]!, shape.variables));
  const heights = most.map((maxLogHeight, k) => receiveHeight(channel, maxLogHeight, given[k]));
  const fitted = heights.map(({ code, presence }, k) => {
    const logHeight = given[k];
    return logHeight === undefined ? { code, presence, maxLogHeight: most[k]! } : { given: logHeight };
  });
  assertCellsFit(b, widths, fitted, shape.variables);
  const offsets = b.readOffsets(heights.map((h) => h.code));
  transcript.observe('offsets', offsets);
  const offsetBits = offsets.map((o) => b.bits(o, shape.variables - MIN_LOG_HEIGHT, 'stacking'));
  const first = shape.witness.rounds[0]!;
  const cap = channel.receiveCap('cap', key.suite.digestLength, first.logCap);
  // Before any challenge that a choice among candidates could answer to.
  const sampled = receiveSamples(channel, 'witness', first);

  const busAlpha = transcript.challenge('bus/alpha');
  const fingerprint = createFingerprint(b, busAlpha, transcript.challenges('bus/beta', BETA_COUNT));
  const publicSum = sumPublicTuples(
    b,
    fingerprint,
    publicTuples(key.machine.statement, words, (x) => b.felt(x)),
  );
  const leaves = verifyGkr(channel, rowBits, machine.leafBits, publicSum);

  const batching = {
    constraintAlpha: transcript.challenge('zerocheck/alpha'),
    epsilon: transcript.challenge('zerocheck/epsilon'),
  };
  const { rho, claim } = verifyZerocheckRounds(channel, rowBits, leaves, batching);
  const columns = machine.chips.map((chip, k) =>
    channel.receiveExt('evaluations', chip.columns.length, heights[k]!.presence),
  );
  const preprocessedColumns = preprocessedWidths(machine).map((width) =>
    channel.receiveExt('preprocessed_evaluations', width),
  );

  // The claim left by the zerocheck, recomputed from the columns.
  const powers = constraintPowers(b, machine, batching.constraintAlpha);
  const rowPoint = leaves.point.slice(0, rowBits);
  const leafWeights = tensor(b, leaves.point.slice(rowBits));
  // suffix[h]: the weight with which rows beyond 2^h are 0/1 fractions and so drop out.
  const suffix = new Array<E>(rowBits + 1).fill(b.constant(1));
  for (let i = rowBits - 1; i >= MIN_LOG_HEIGHT; i--)
    suffix[i] = b.mul(suffix[i + 1]!, b.sub(b.constant(1), rowPoint[i]!));
  let total = b.constant(0);
  for (const [k, chip] of machine.chips.entries()) {
    const first = machine.leafOffset[k]!;
    const context = {
      leafWeights: leafWeights.slice(first, first + chip.leaves.length),
      constraintWeights: powers.slice(machine.constraintOffset[k]! - 1),
      epsilon: batching.epsilon,
      fingerprint,
    };
    const values = [...columns[k]!, ...fixedColumns(b, machine, k, rho, preprocessedColumns)];
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

  // Both openings: the witness at rho, all columns joined by powers of gamma, and the preprocessed columns likewise.
  const gamma = transcript.challenge('opening/gamma');
  let opened = b.constant(0);
  for (const [k, table] of joinColumns(b, columns, gamma).entries())
    opened = b.add(opened, b.mulBase(table, heights[k]!.presence));
  const stacking = { heights: heights.map((h) => h.bits), offsetBits };
  verifyWhir(channel, shape.witness, 'witness', cap, 'packing', opened, sampled, (z) =>
    evaluateStackWeight(b, widths, stacking, rho, z, gamma),
  );
  if (preprocessedColumns.length > 0)
    verifyPreprocessed(channel, key, preprocessed, preprocessedRoot, rho, preprocessedColumns);
}

function receiveHeight<F, E>(
  channel: VerifierChannel<F, E>,
  maxLogHeight: number,
  given: number | undefined,
): TableHeight<F> & { code: F } {
  const { backend: b } = channel;
  if (given !== undefined)
    return { bits: constantHeight(b, given), presence: b.felt(1), code: b.felt(heightCode(given)) };
  const [code] = channel.receive('height', 1);
  const bits = b.oneHot(code!, maxLogHeight - MIN_LOG_HEIGHT + 1, 'height');
  // From the greatest down, as alignment adds them up.
  return { bits, presence: bits.reduceRight((x, y) => b.addFelt(x, y)), code: code! };
}

/** One-hot bits of a height that the key gives. */
function constantHeight<F, E>(b: Backend<F, E>, logHeight: number): F[] {
  const last = logHeight - MIN_LOG_HEIGHT;
  return Array.from({ length: last + 1 }, (_, j) => b.felt(j === last ? 1 : 0));
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

function fixedColumns<F, E>(
  b: Backend<F, E>,
  machine: Machine,
  k: number,
  rho: readonly E[],
  preprocessedColumns: readonly (readonly E[])[],
): readonly E[] {
  const { fixed } = machine.chips[k]!;
  if (fixed.kind === 'none') return [];
  if (fixed.kind === 'preprocessed') return preprocessedColumns[machine.preprocessedChips.indexOf(k)]!;
  return evaluateForm(b, closedForm(fixed.table), rho.slice(0, fixed.table.logHeight));
}

/** Opens all preprocessed columns at rho: stacked like the witness, at heights and so offsets that the key gives. */
function verifyPreprocessed<F, E>(
  channel: VerifierChannel<F, E>,
  key: MachineKey,
  { logHeights }: PreprocessedKey,
  root: readonly F[],
  rho: readonly E[],
  columns: readonly (readonly E[])[],
): void {
  const { backend: b, transcript } = channel;
  const { machine, suite } = key;
  const parameters = preprocessedOpening(key, logHeights);
  const cap = channel.receiveCap('preprocessed/cap', suite.digestLength, parameters.rounds[0]!.logCap);
  assertCap(b, root, cap, 'the preprocessed tables');
  const gamma = transcript.challenge('preprocessed/gamma');
  const claim = joinColumns(b, columns, gamma).reduce((sum, table) => b.add(sum, table));
  const widths = preprocessedWidths(machine);
  const variables = preprocessedVariables(machine, logHeights);
  const zeros = emptyParts(cellsOf(widths, logHeights), variables);
  const stacking = {
    heights: logHeights.map((h) => constantHeight(b, h)),
    offsetBits: packBlocks(widths, logHeights, variables).map((offset) =>
      Array.from({ length: variables - MIN_LOG_HEIGHT }, (_, i) =>
        b.felt(Math.floor(offset / 2 ** (MIN_LOG_HEIGHT + i)) % 2),
      ),
    ),
  };
  verifyWhir(channel, parameters, 'preprocessed', cap, zeros, claim, [], (z) =>
    evaluateStackWeight(b, widths, stacking, rho, z, gamma),
  );
}
