/**
 * @module Honest proofs that are mutated, from the least machine to the recursion machine, and the circuits that verify them.
 */
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { readGuest } from '@weft/guest-examples';
import { type MachineKey, preprocess, proveTables, type Table, verifyBytes } from '@weft/prover';
import { copyInput } from '@weft/prover/verify/proof';
import { verifyByCircuit } from '@weft/recursion';
import { liftHints, spanOfStatements } from '@weft/recursion/programs/hints';
import { lift } from '@weft/recursion/programs/lift';
import { recordSpanProgram, runProgram } from '@weft/recursion/programs/record';
import { spanWords } from '@weft/recursion/programs/span';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { machineKey } from '@weft/rv32im/key';
import { type VerifyingKey, vkDigest } from '@weft/rv32im/run/verify';
import { fillShard } from '@weft/rv32im/shard/tables';
import { CHAIN_LAYOUT, statementWords } from '@weft/rv32im/statement';
import { circuitOf, shapeIndexOf } from './circuit.ts';
import type { Subject } from './corpus.ts';
import { counterKey, counterProgram, proveCounter } from './counter.ts';
import { lookupColumns, noTablesKey, tablesOfSender, tablesOfTwo, twoTablesKey } from './lookups.ts';
import type { Submission } from './mutations.ts';
import { everything, SYSCALL_INPUT } from './programs.ts';
import { recordRun } from './shards.ts';
import { text } from './values.ts';

/** Verified under a key, by a circuit of the first submission's shape. */
function subjectOf(name: string, key: MachineKey, submissions: readonly Submission[]): Subject {
  const [honest, ...donors] = submissions as [Submission, ...Submission[]];
  const verifier = circuitOf(key, shapeIndexOf(honest.proof)!, honest.preprocessed.logHeights);
  return {
    name,
    honest,
    donors,
    native: ({ proof, words, preprocessed }, hooks) => void verifyBytes(key, preprocessed, words, proof, hooks),
    circuit: ({ proof, words, preprocessed }) => void verifyByCircuit(verifier, preprocessed, words, proof),
  };
}

/** A proof of one of the least machines. */
export async function lookupSubject(key: MachineKey): Promise<Subject> {
  const { narrow } = lookupColumns;
  const program = await preprocess(key, key === twoTablesKey ? lookupColumns : key === noTablesKey ? {} : { narrow });
  const tables = (asked: readonly number[]): readonly (Table | undefined)[] =>
    key === twoTablesKey
      ? tablesOfTwo(program.columns, (x) => x * x, asked)
      : tablesOfSender(key, program.columns, asked);
  // Two tables of the least height, and one of twice as many rows.
  const asked = [[3, 3, 5, 127], [4], Array.from({ length: 129 }, (_, i) => i % 128)];
  const submissions = asked.map(async (numbers) => ({
    proof: await proveTables(key, program, tables(numbers), []),
    words: [],
    preprocessed: program.key,
  }));
  return subjectOf(`machine ${key.machine.name}`, key, await Promise.all(submissions));
}

/** The counter with both tables, and with the first or the second absent. */
export async function counterSubjects(): Promise<Subject[]> {
  const program = await counterProgram();
  const counts = [
    [129, 40],
    [1, 0],
    [0, 300],
  ] as const;
  const submissions = await Promise.all(
    counts.map(async (count) => ({ ...(await proveCounter(program, count)), preprocessed: program.key })),
  );
  return submissions.map((honest, i) =>
    subjectOf(`counter ${counts[i]!.join(' + ')}`, counterKey, [honest, ...submissions.filter((c) => c !== honest)]),
  );
}

/** A word of input is read and stored, and nothing else done: the proof has the least shape, and most tables are absent. */
const SHORT = asm.elf([
  ...asm.li(10, asm.DATA),
  ...asm.li(11, 4),
  ...asm.li(5, SYSCALL.HINT_READ),
  asm.ECALL,
  ...asm.halt(1),
]);

/** Runs in one shard, of one program. */
async function proveRuns(
  file: Uint8Array,
  inputs: readonly (readonly Uint8Array[])[],
): Promise<{ readonly vk: VerifyingKey; readonly submissions: Submission[] }> {
  let vk: VerifyingKey | undefined;
  const submissions: Submission[] = [];
  for (const stdin of inputs) {
    const { pk, record, siblings } = await recordRun(file, stdin);
    const { traces, statement } = fillShard(pk, record, siblings);
    const words = statementWords(statement);
    const proof = await proveTables(pk.key, pk.preprocessed, traces, words);
    submissions.push({ proof, words, preprocessed: pk.vk.preprocessed });
    vk = pk.vk;
  }
  return { vk: vk!, submissions };
}

/** The key set that a lift passes on: anything. */
const KEY_SET = [11, 12, 13, 14, 15, 16, 17, 18];

/** Why the circuit of a lift rejects what the verifier of a shard rejects for another reason. */
const LIFT_REASONS: Readonly<Record<string, string>> = {
  chain:
    'the span is that of the words, so a program of other heights has another digest, and a shard of no step is none',
};

/**
 * A shard as a lift verifies it: the circuit's words are those of the span, and the shard's are hints. Words that are no
 * elements are refused before it runs.
 */
function liftSubject(name: string, vk: VerifyingKey, submissions: readonly Submission[]): Subject {
  const key = machineKey();
  const plain = subjectOf(name, key, submissions);
  const { proof, preprocessed } = plain.honest;
  const child = { key, shape: key.shapes[shapeIndexOf(proof)!]!, logHeights: preprocessed.logHeights };
  const program = recordSpanProgram(child, CHAIN_LAYOUT, (b, span) =>
    lift(b, { child, layout: CHAIN_LAYOUT, count: 1 }, span),
  );
  const names = key.machine.statement.words;
  const first = [...vk.imageRoot, vk.entryPc];
  return {
    ...plain,
    circuit: (submission) => {
      const {
        statement,
        program: preprocessed,
        bytes,
      } = copyInput(key, submission.preprocessed, submission.words, submission.proof);
      const digest = vkDigest(key, { ...vk, preprocessed });
      const span = spanOfStatements(CHAIN_LAYOUT, names, [statement], digest, KEY_SET);
      runProgram(program, spanWords(span), liftHints(preprocessed.root, first, [statement]), [bytes]);
    },
    ownReasons: LIFT_REASONS,
  };
}

/**
 * Shards of RV32IM: of the least shape, of fibonacci, of a program of the next height, in all of which tables are absent; and the
 * first as a lift verifies it.
 */
export async function shardSubjects(): Promise<Subject[]> {
  const short = await proveRuns(SHORT, [[Uint8Array.of(1, 2, 3, 4)], [Uint8Array.of(5, 0, 0, 0)]]);
  const fibonacci = await proveRuns(readGuest('fibonacci'), [[text('10')], [text('1')]]);
  const wide = await proveRuns(everything(), [SYSCALL_INPUT, [...SYSCALL_INPUT, Uint8Array.of(1)]]);
  const key = machineKey();
  return [
    subjectOf('shard of the least shape', key, short.submissions),
    subjectOf('shard of fibonacci', key, fibonacci.submissions),
    subjectOf('shard of a program of 2^13 rows', key, wide.submissions),
    liftSubject('lift of a shard of the least shape', short.vk, short.submissions),
  ];
}

/** A proof that the counter's verifier accepts: all tables but one have fixed columns of the key. */
export async function recursionSubject(): Promise<Subject> {
  const [{ honest, donors }] = (await counterSubjects()) as [Subject];
  const verifier = circuitOf(counterKey, 0, honest.preprocessed.logHeights);
  const prover = await setupCircuit(verifier.program, counterKey.suite);
  const submissions: Submission[] = [];
  for (const { proof, words, preprocessed } of [honest, donors[0]!]) {
    const run = verifyByCircuit(verifier, preprocessed, words, proof);
    submissions.push({
      proof: await proveCircuit(prover, run),
      words: run.inputs,
      preprocessed: prover.preprocessed.key,
    });
  }
  return subjectOf('recursion machine', prover.key, submissions);
}
