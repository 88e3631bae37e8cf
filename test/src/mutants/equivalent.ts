/**
 * @module Mutants that no test can fail on, each with the reason. The list is exact: an entry that fits no mutant stops the
 * tool, and `--equivalent` shows whether they survive.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: lines of source are quoted.
import type { Mutant } from './mutant.ts';

export interface Equivalent extends Pick<Mutant, 'file' | 'within' | 'was'> {
  /** All the mutants of `was` that the reason holds for. */
  readonly now: readonly string[];
  readonly why: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'prover/src/protocol/key.ts',
    within: 'describeFixed',
    was: 'return [fixed.kind, fixed.table.logHeight, nodes.map(describeNode), columns];',
    now: ['return [fixed.kind, nodes.map(describeNode), columns];'],
    why: 'the nodes begin with one for each row bit, which tell the height too',
  },
  {
    file: 'prover/src/verify/zerocheck.ts',
    within: 'evaluateChip',
    was: "[...tuple.keys()].filter((j) => chip.nodes[tuple[j]!]!.op === 'constant'),",
    now: ['[...tuple.keys()].filter((j) => false),', '[...tuple.keys()].filter((j) => true),'],
    why: 'a sum is the same in any order; in a circuit it takes more operations',
  },
  {
    file: 'prover/src/verify/zerocheck.ts',
    within: 'evaluateChip',
    was: 'const term = leafTerm(b, context.epsilon, fractions[i]!, j === undefined ? undefined : fractions[j]!);',
    now: ['const term = leafTerm(b, context.epsilon, fractions[i]!, false ? undefined : fractions[j]!);'],
    why: 'there is no fraction of number undefined either',
  },
  {
    file: 'prover/src/verify/zerocheck.ts',
    within: 'constraintPowers',
    was: 'for (let c = 0; c < machine.constraintCount; c++) {',
    now: ['for (let c = 0; c <= machine.constraintCount; c++) {'],
    why: 'one power more than there are constraints',
  },
  {
    file: 'prover/src/verify/whir.ts',
    within: 'domainPoint',
    was: 'for (let i = position.length - 1; i >= 0; i--) {',
    now: ['for (let i = position.length - 1; i >= 0 - 1; i--) {'],
    why: 'a bit that is not there selects the factor 1',
  },
  {
    file: 'prover/src/transcript/native.ts',
    within: 'bits',
    was: 'if (count < 31 && x >= 2 ** count) reject(reason, `${x} has more than ${count} bits`);',
    now: [
      'if (count <= 31 && x >= 2 ** count) reject(reason, `${x} has more than ${count} bits`);',
      'if (true && x >= 2 ** count) reject(reason, `${x} has more than ${count} bits`);',
    ],
    why: 'no element has more than 31 bits',
  },
  {
    file: 'prover/src/transcript/transcript.ts',
    within: 'observe',
    was: 'if (values.length > 0) this.#available = [];',
    now: ['if (values.length > 0 + 1) this.#available = [];', 'if (false) this.#available = [];'],
    why: 'what was observed waits for the next draw, which permutes anew, or has filled a block, which did',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'blocksOf',
    was: 'for (let logColumns = 15; logColumns >= 0; logColumns--) {',
    now: ['for (let logColumns = 15; logColumns >= 0 - 1; logColumns--) {'],
    why: 'a shift by -1 is one by 31, and no width has that bit',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'packBlocks',
    was: 'sized.sort((a, b) => b.size - a.size || a.index - b.index);',
    now: ['sized.sort((a, b) => b.size - a.size || false);'],
    why: 'sorting is stable, and blocks come in the order of their index; the line says so for other languages',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'packBlocks',
    was: 'if (end < 0) throw new RangeError(`${2 ** variables - end} cells do not fit 2^${variables}`);',
    now: ['if (end < 0 - 1) throw new RangeError(`${2 ** variables - end} cells do not fit 2^${variables}`);'],
    why: 'the number of cells is a multiple of 2^7',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'gammaPowers',
    was: 'while (squares.length <= most) squares.push(b.mul(squares.at(-1)!, squares.at(-1)!));',
    now: ['while (squares.length <= most + 1) squares.push(b.mul(squares.at(-1)!, squares.at(-1)!));'],
    why: 'one power more than anyone asks for',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'assertAligned',
    was: 'for (let j = atLeast.length - 2; j >= 0; j--) atLeast[j] = b.addFelt(atLeast[j + 1]!, atLeast[j]!);',
    now: ['for (let j = atLeast.length - 2; j >= 0 - 1; j--) atLeast[j] = b.addFelt(atLeast[j + 1]!, atLeast[j]!);'],
    why: 'a sum at -1, which nobody reads',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'packingRule',
    was: "if (cells > 2 ** variables) throw new VerificationError('stacking', `${cells} cells do not fit 2^${variables}`);",
    now: [
      "if (cells > 2 ** variables + 1) throw new VerificationError('stacking', `${cells} cells do not fit 2^${variables}`);",
    ],
    why: 'the number of cells is a multiple of 2^7',
  },
  {
    file: 'prover/src/protocol/key.ts',
    within: 'givenLogHeights',
    was: "return fixed.kind === 'preprocessed' ? logHeights[machine.preprocessedChips.indexOf(k)]! : undefined;",
    now: ['return true ? logHeights[machine.preprocessedChips.indexOf(k)]! : undefined;'],
    why: 'a chip that is not in the list has index -1, where there is no height',
  },
  {
    file: 'prover/src/protocol/key.ts',
    within: 'candidatesFor',
    was: 'shape: covering.find((s) => cellsIn(s) <= 2 ** s.variables),',
    now: ['shape: covering.find((s) => cellsIn(s) <= 2 ** s.variables + 1),'],
    why: 'the number of cells is a multiple of 2^7',
  },
  {
    file: 'primitives/src/field/ext.ts',
    within: 'module',
    was: 'for (let j = 1; j < DEGREE; j++) powers.push(mul(powers[j - 1]!, image));',
    now: ['for (let j = 1; j <= DEGREE; j++) powers.push(mul(powers[j - 1]!, image));'],
    why: 'a sixth image that no coefficient meets',
  },
  {
    file: 'primitives/src/hash/modes.ts',
    within: 'hashLeaves',
    was: 'const kernels = length > 0 && length % 4 === 0 ? hashKernels(suite) : undefined;',
    now: ['const kernels = length > 0 + 1 && length % 4 === 0 ? hashKernels(suite) : undefined;'],
    why: '1 is no multiple of 4',
  },
  {
    file: 'primitives/src/hash/modes.ts',
    within: 'hashPairs',
    was: 'for (let at = 0; at < pairs.length; at += 16) {',
    now: ['for (let at = 0; at <= pairs.length; at += 16) {', 'for (let at = 0; at < pairs.length - 1; at += 16) {'],
    why: 'the length is a multiple of 16, and no words behind the end have no digest',
  },
  {
    file: 'prover/src/protocol/stacking.ts',
    within: 'evaluateStackWeight',
    was: 'for (let j = z.length - 1; j >= SHARED_ROW_BITS; j--) {',
    now: ['for (let j = z.length - 1; j >= SHARED_ROW_BITS - 1; j--) {'],
    why: 'one suffix more, which no block of 2^7 cells or more asks for',
  },
  {
    file: 'recursion/src/lower/uses.ts',
    within: 'isBoolean',
    was: "return one.op === 'constant' && one.value === 1;",
    now: ['return true && one.value === 1;'],
    why: 'nodes that are no constants have no value',
  },
  {
    file: 'recursion/src/lower/check.ts',
    within: 'checkFlags',
    was: 'for (const name of flags) {',
    now: ['for (const name of [...flags].slice(1)) {'],
    why: 'the first flag of a chip is a count, and counts have been judged by then',
  },
  {
    file: 'recursion/src/lower/address-table.ts',
    within: 'slot',
    was: 'if (2 * ++this.#size <= this.#addresses.length) return slot;',
    now: [
      'if (2 * ++this.#size < this.#addresses.length) return slot;',
      'if (2 * ++this.#size <= this.#addresses.length + 1) return slot;',
    ],
    why: 'the table grows an address sooner or later',
  },
];
